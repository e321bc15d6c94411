"""Small words around a verb, by use and language: small_words.toml, read once. Judges nothing."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from storage.spelling import fold

FILE = Path(__file__).with_name("small_words.toml")


@cache
def small(use: str, language: str) -> frozenset[str]:
    """The words of one row, folded; empty where there is none.

    >>> "never" in small("not", "en")
    True
    """
    return frozenset(fold(word) for word in _tables()[use].get(language, ()))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))
