"""The table of revisions: of which kinds the changes of each later version are. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import articles, clock
from storage.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A version whose words are others than those of the one before it."""

    before: Article
    after: Article
    substance: bool
    kinds: tuple[str, ...]


def unjudged(db: Database, *, through: int, limit: int) -> list[tuple[Article, Article]]:
    """Later versions up to an arrival that have no row yet, each behind the version before it, in order of arrival."""
    rows = db.execute(
        "select b.seq, v.seq from articles v join articles b on b.id = v.id and b.version = v.version - 1"
        " where v.version > 1 and v.seq <= ? and v.seq > coalesce((select max(seq) from revisions), 0)"
        " order by v.seq limit ?",
        [through, limit],
    ).fetchall()
    found = {article.seq: article for article in articles.at(db, [seq for row in rows for seq in row])}
    return [(found[before], found[after]) for before, after in rows]


def append(db: Database, after: Article, kinds: Iterable[str], *, substance: bool, rules: int) -> None:
    """Store what a version changed."""
    db.execute(
        "insert into revisions (seq, article, version, substance, kinds, rules) values (?, ?, ?, ?, ?, ?)",
        [after.seq, after.id, after.version, int(substance), json.dumps(list(kinds)), rules],
    )


def latest(
    db: Database, *, limit: int, offset: int = 0, substance: bool = True, since: datetime | None = None
) -> list[Revised]:
    """The versions that came last and changed something, the last one first; ``substance``: only those that matter."""
    rows = db.execute(
        "select b.seq, v.seq, r.substance, r.kinds from revisions r join articles v on v.seq = r.seq"
        " join articles b on b.id = v.id and b.version = v.version - 1"
        " where r.substance >= ? and v.fetched >= ? order by r.seq desc limit ? offset ?",
        [int(substance), clock.to_text(since) or "", limit, offset],
    ).fetchall()
    found = {article.seq: article for article in articles.at(db, [seq for row in rows for seq in row[:2]])}
    return [
        Revised(before=found[before], after=found[after], substance=bool(matters), kinds=tuple(json.loads(kinds)))
        for before, after, matters, kinds in rows
    ]


def drop(db: Database) -> None:
    """Forget what was said of changes: it can be said again."""
    db.execute("delete from revisions")
