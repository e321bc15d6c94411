"""Reads sourcing lines into credits: who is named, what that means for the text, and which words say so.

    tokens   tokenizer.py, tokens.py   a line as names, cues, words and signs; with groups.py, publisher_names.py
    names    registry.py, names.py, at_words.py   agencies.toml, and one automaton over all its aliases
    cues     cues.py: cues.toml, storage/labels.toml   the words that say it, a table a meaning, a row a language
    rules    rules.py   which rule applies where: pictures.py, byline.py, labels.py, in_text.py, unmarked.py, and
             dateline.py with dateline_head.py (where it ends) and dateline_place.py (where it was written)
    between  finding.py, name_lists.py   what a rule is asked and answers; names in a row
    prose    prose.py   a paragraph, or what stands around it: a heading, a button, a caption
    pages    article.py   the credits of a whole article

Does not find the lines on a page (scrapers/pages does) and does not count sources (aggregator/origins does).
"""

from __future__ import annotations

from typing import Any

from aggregator.credit.article import credits_of, houses
from aggregator.credit.rules import read_credits
from storage.types import Credit

RULES = 7
"""Raised with every change that reads a line differently: credits of an older number are made anew."""

FIELDS = ("org", "name", "place", "role", "relation", "where", "words", "count_known", "via", "start", "end")


def as_data(credit: Credit) -> dict[str, Any]:
    """A credit as JSON data, for the command line and for pages."""
    return {field: getattr(credit, field) for field in FIELDS}


__all__ = ["FIELDS", "RULES", "as_data", "credits_of", "houses", "read_credits"]
