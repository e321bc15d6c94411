"""Words that sites print around articles, by what they mean for the text after them. Data in boilerplate.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

SHORT = 140  # characters: a line that begins like a link box is one only up to here; chosen
ENDS = " \t:.!?…»«>→|-–—•▶►\"'“”()[]"


@cache
def rows(kind: str) -> frozenset[str]:
    """All words of a kind (headings, lines, openings, boxes), in all languages at once: pages mix them."""
    data = tomllib.loads((Path(__file__).parent / "boilerplate.toml").read_text("utf-8"))
    return frozenset(fold(words) for language in data.values() for words in language.get(kind, ()))


def fold(words: str) -> str:
    """The form in which words are compared.

    >>> fold("» Read  ALSO: ")
    'read also'
    """
    return " ".join(words.casefold().replace("’", "'").split()).strip(ENDS)


def is_heading(words: str) -> bool:
    """Does this line open a block that is not of the article? "More from Politics" counts like "More from"."""
    folded = fold(words)
    return folded in rows("headings") or (
        len(folded) < 60 and folded.startswith(("more from ", "more on ", "related to "))
    )


def is_line(words: str) -> bool:
    """Is this line alone boilerplate?"""
    return len(words) < SHORT and fold(words) in _alone()


@cache
def _alone() -> frozenset[str]:
    return rows("lines") | rows("headings")


def opens(words: str) -> str | None:
    """The opening of a link box that a line begins with; None where it begins with none."""
    return _first(words, _openings(), SHORT)


def asks(words: str) -> bool:
    """Does a paragraph ask the reader to subscribe, to sign up, to allow something?"""
    return _first(words, _boxes(), 600) is not None


def _first(words: str, pattern: re.Pattern[str], longest: int) -> str | None:
    if len(words) > longest:
        return None
    found = pattern.match(words.casefold().replace("’", "'").lstrip(ENDS))
    return found.group(1) if found else None


@cache
def _openings() -> re.Pattern[str]:
    return _pattern("openings")


@cache
def _boxes() -> re.Pattern[str]:
    return _pattern("boxes")


def _pattern(kind: str) -> re.Pattern[str]:
    words = sorted(rows(kind) - {""}, key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, words)) + r")(?!\w)")
