"""Reads sourcing lines into credits: who is named, what that means for the text, and which words say so.

    tokens, tokenizer                a line as names, cues, words and signs
    groups, publisher_names          names that no registry knows; where a line names its publisher
    registry, names, at_words        agencies.toml, and one automaton over all its aliases
    cues                             cues.toml, storage/labels.toml: the words that say it, a table a meaning, a row a language
    rules                            which rule applies where
    pictures, byline                 the rules of captions and bylines
    labels, signatures               those of lines that say what they are, and of names that sign a text
    in_text, unmarked                those of sentences, and of texts that came without their page
    dateline                         whom the head of a text names
    dateline_head, dateline_place    where that head ends, and where it says that it was written
    finding, name_lists              what a rule is asked and answers; names in a row
    prose                            a paragraph, or what stands around it: a heading, a button, a caption
    article, first_look              the credits of a whole article, and which of its paragraphs can name anybody

Does not find the lines on a page (scrapers/pages does) and does not count sources (aggregator/origins does).
"""

from __future__ import annotations

from typing import Any

from aggregator.credit.article import credits_of, houses
from aggregator.credit.rules import read_credits
from storage.types import Credit

RULES = 17
"""Raised with every change that reads a line differently: credits of an older number are made anew."""

FIELDS = ("org", "name", "place", "role", "relation", "where", "words", "count_known", "via", "start", "end")


def as_data(credit: Credit) -> dict[str, Any]:
    """A credit as JSON data, for the command line and for pages."""
    return {field: getattr(credit, field) for field in FIELDS}


__all__ = ["FIELDS", "RULES", "as_data", "credits_of", "houses", "read_credits"]
