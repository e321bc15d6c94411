"""Words of all languages for picture, source, by, with: labels.toml, read once. Judges nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from storage.spelling import fold

FILE = Path(__file__).with_name("labels.toml")


@cache
def tables() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Meaning -> language (ISO 639-1) -> words as the file writes them."""
    read = tomllib.loads(FILE.read_text("utf-8"))
    return MappingProxyType(
        {meaning: {code: tuple(row) for code, row in rows.items()} for meaning, rows in read.items()}
    )


@cache
def phrases(*meanings: str) -> frozenset[str]:
    """The words of some tables, folded: see storage.spelling.

    >>> "quelle" in phrases("source")
    True
    """
    return frozenset(fold(word) for meaning in meanings for row in tables()[meaning].values() for word in row)
