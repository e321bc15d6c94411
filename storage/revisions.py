"""The table of revisions: of which kinds the changes of each later version are. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from storage import articles
from storage.types import Article

VERSIONS = "select b.seq, v.seq from articles v join articles b on b.id = v.id and b.version = v.version - 1"


def unjudged(db: Database, *, through: int, limit: int) -> list[tuple[Article, Article]]:
    """Later versions up to an arrival that have no row yet, each behind the version before it, in order of arrival."""
    latest = "(select max(seq) from revisions)"
    return _pairs(
        db,
        f"{VERSIONS} where v.version > 1 and v.seq <= ? and v.seq > coalesce({latest}, 0) order by v.seq limit ?",
        [through, limit],
    )


def of_substance(db: Database, *, limit: int) -> list[tuple[Article, Article]]:
    """The versions that came last and changed something of substance, each behind the version before it, the last one first."""
    joined = f"{VERSIONS} join revisions r on r.seq = v.seq"
    return _pairs(db, f"{joined} where r.substance = 1 order by r.seq desc limit ?", [limit])


def _pairs(db: Database, sql: str, values: list[int]) -> list[tuple[Article, Article]]:
    rows = db.execute(sql, values).fetchall()
    found = {article.seq: article for article in articles.at(db, [seq for row in rows for seq in row])}
    return [(found[before], found[after]) for before, after in rows]


def append(db: Database, after: Article, kinds: Iterable[str], *, substance: bool, rules: int) -> None:
    """Store what a version changed."""
    db.execute(
        "insert into revisions (seq, article, version, substance, kinds, rules) values (?, ?, ?, ?, ?, ?)",
        [after.seq, after.id, after.version, int(substance), json.dumps(list(kinds)), rules],
    )


def drop(db: Database) -> None:
    """Forget what was said of changes: it can be said again."""
    db.execute("delete from revisions")
