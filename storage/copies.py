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


def among(db: Database, articles: Collection[str], *, spans: bool = True) -> list[Copy]:
    """The pairs of which both sides are among these articles, sorted by the ids. Without their spans they cost a third."""
    ids = json.dumps(list(articles))
    tail = "where a in (select value from json_each(?1)) and b in (select value from json_each(?1)) order by a, b"
    return list(_select(db, tail, [ids], spans=spans))


def all_copies(db: Database) -> Iterator[Copy]:
    """All pairs, in the order in which the later article of each arrived."""
    return _select(db, "order by rowid", [])


def drop(db: Database) -> None:
    """Forget all pairs: they can be found again."""
    db.execute("delete from copies")


def _select(db: Database, tail: str, values: list[Any], *, spans: bool = True) -> Iterator[Copy]:
    wanted = ", ".join(COLUMNS if spans else (*COLUMNS[:-1], "'[]'"))
    for row in db.execute(f"select {wanted} from copies {tail}", values):  # noqa: S608 - our own words
        yield _from_row(row)


COLUMNS = ("a", "b", "share_a", "share_b", "kind", "direction", "certainty", "reasons", "spans")


def _to_row(copy: Copy) -> list[Any]:
    plain = [copy.a, copy.b, copy.share_a, copy.share_b, copy.kind, copy.direction, copy.certainty]
    return [*plain, json.dumps(copy.reasons, ensure_ascii=False), json.dumps(copy.spans)]


def _from_row(row: tuple[Any, ...]) -> Copy:
    plain = dict(zip(COLUMNS[:-2], row[:-2], strict=True))
    return Copy(
        **plain,
        reasons=column(row[-2], tuple[str, ...], "copies.reasons"),
        spans=column(row[-1], tuple[tuple[int, int, int], ...], "copies.spans"),
    )
