"""The table of what the merge has taken: always a head of the order of arrival."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from storage.types import Article


def append(db: Database, articles: Iterable[Article], *, rules: str) -> None:
    """These versions are judged, by the rules with these numbers."""
    db.conn.executemany("insert into merged (seq, rules) values (?, ?)", [(article.seq, rules) for article in articles])


def by_other_rules(db: Database, *, rules: str) -> int:
    """How many versions were judged by rules with other numbers: `twosource merge --again` would judge them anew."""
    found: int = db.execute("select count(*) from merged where rules != ?", [rules]).fetchone()[0]
    return found


def waiting(db: Database) -> int:
    """How many versions the merge has not taken."""
    found: int = db.execute(
        "select count(*) from articles where seq > (select coalesce(max(seq), 0) from merged)"
    ).fetchone()[0]
    return found


def drop(db: Database) -> None:
    """Nothing is judged."""
    db.execute("delete from merged")
