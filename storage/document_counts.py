"""In how many articles of a language a word has stood, ever: what tells a rare word from a common one. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

ALL = -1  # stands for a word: all articles of the language
Counts = Mapping[tuple[str, int], int]  # (language or "", word's hash or ALL) -> articles


def counts(db: Database, language: str, terms: Iterable[int]) -> dict[int, int]:
    """The counts of some words; those that no article had are not in it."""
    rows = db.execute(
        "select term, articles from document_counts where language = ? and term in (select value from json_each(?))",
        [language, json.dumps(list(terms))],
    )
    return dict(rows.fetchall())


def save(db: Database, changed: Counts) -> None:
    """Store the counts that changed."""
    db.conn.executemany(
        "insert or replace into document_counts (language, term, articles) values (?, ?, ?)",
        [(language, term, number) for (language, term), number in sorted(changed.items())],
    )
