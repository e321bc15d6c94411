"""The table of copies: pairs of articles that share text. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from storage.types import Copy
from storage.validation import column


def replace(db: Database, article: str, found: Iterable[Copy], *, rules: int) -> None:
    """Store what was found of an article, in place of what was found of its earlier versions."""
    db.execute("delete from copies where a = ?1 or b = ?1", [article])
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    rows = [[*_to_row(copy), rules] for copy in found]
    db.conn.executemany(f"insert into copies ({', '.join(COLUMNS)}, rules) values ({marks})", rows)  # noqa: S608 - our columns


def copies_of(db: Database, article: str) -> list[Copy]:
    """Every pair that an article is in, sorted by the ids."""
    return list(_select(db, "where a = ?1 or b = ?1 order by a, b", [article]))


def among(db: Database, articles: Collection[str], *, proof: bool = True) -> list[Copy]:
    """The pairs of which both sides are among these articles, sorted by the ids.

    Without their ``proof``, the spans and reasons by which no origin is judged, they cost a third.
    """
    ids = json.dumps(list(articles))
    # The sign before b keeps SQLite from asking the index for each of them beside each a: their number squared.
    tail = "where a in (select value from json_each(?1)) and +b in (select value from json_each(?1)) order by a, b"
    if proof:
        return list(_select(db, tail, [ids]))
    found = db.execute(f"select {', '.join(PLAIN)} from copies {tail}", [ids])  # noqa: S608 - our own words
    return [
        Copy(a=a, b=b, share_a=in_b, share_b=in_a, kind=kind, direction=direction, certainty=certainty, reasons=())
        for a, b, in_b, in_a, kind, direction, certainty in found
    ]


def all_copies(db: Database) -> Iterator[Copy]:
    """All pairs, in the order in which the later article of each arrived."""
    return _select(db, "order by rowid", [])


def drop(db: Database) -> None:
    """Forget all pairs: they can be found again."""
    db.execute("delete from copies")


def _select(db: Database, tail: str, values: list[Any]) -> Iterator[Copy]:
    for row in db.execute(f"select {', '.join(COLUMNS)} from copies {tail}", values):  # noqa: S608 - our own words
        yield _from_row(row)


PLAIN = ("a", "b", "share_a", "share_b", "kind", "direction", "certainty")
COLUMNS = (*PLAIN, "reasons", "spans")


def _to_row(copy: Copy) -> list[Any]:
    plain = [copy.a, copy.b, copy.share_a, copy.share_b, copy.kind, copy.direction, copy.certainty]
    return [*plain, json.dumps(copy.reasons, ensure_ascii=False), json.dumps(copy.spans)]


def _from_row(row: tuple[Any, ...]) -> Copy:
    plain = dict(zip(PLAIN, row[:-2], strict=True))
    return Copy(
        **plain,
        reasons=column(row[-2], tuple[str, ...], "copies.reasons"),
        spans=column(row[-1], tuple[tuple[int, int, int], ...], "copies.spans"),
    )
