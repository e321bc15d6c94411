"""Ids that people type: the whole one, or a beginning that only one has, as with git. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from storage import stories
from storage.errors import AmbiguousId, NoSuchId

END = "\U0010ffff"  # sorts behind every letter that an id has
SHOWN = 5  # of the ids that a beginning may mean


def story_id(db: Database, given: str) -> str:
    """The story that is meant: by its id, one that it had before, or an article of it. Raises NoSuchId, AmbiguousId."""
    for sql in (
        "select id, id from stories where id",
        "select old, new from story_forwards where old",
        "select article, story from story_articles where article",
    ):
        rows = dict(db.execute(f"{sql} = ?", [given]).fetchall()) or dict(_begin(db, sql, given))
        if rows:
            return stories.forwarded(db, _only(given, "story", rows.values()))
    raise NoSuchId("story", given)


def article_id(db: Database, given: str) -> str:
    """The article that is meant. Raises NoSuchId, AmbiguousId."""
    sql = "select distinct id, id from articles where id"
    rows = dict(db.execute(f"{sql} = ?", [given]).fetchall()) or dict(_begin(db, sql, given))
    return _only(given, "article", rows.values())


def outlet_id(db: Database, given: str, known: Iterable[str] = ()) -> str:
    """The outlet that is meant: one with articles, or one of the ``known``. Raises NoSuchId, AmbiguousId."""
    sql = "select distinct outlet, outlet from articles where outlet"
    return _only(given, "outlet", _meant(db, sql, given, known))


def agency_id(db: Database, given: str, known: Iterable[str] = ()) -> str:
    """The organisation that is meant: one that articles credit, or one of the ``known``. Raises NoSuchId, AmbiguousId."""
    sql = "select distinct org, org from credits where org"
    return _only(given, "agency", _meant(db, sql, given, known))


def _meant(db: Database, sql: str, given: str, known: Iterable[str]) -> set[str]:
    there = set(known)
    if given in there or db.execute(f"{sql} = ?", [given]).fetchone():
        return {given}
    return {one for one in there if one.startswith(given)} | {id_ for id_, _ in _begin(db, sql, given)}


def _begin(db: Database, sql: str, given: str) -> list[tuple[str, str]]:
    column = sql.rpartition(" ")[2]
    return db.execute(f"{sql} >= ? and {column} < ? limit 1000", [given, given + END]).fetchall() if given else []


def _only(given: str, kind: str, found: Iterable[str]) -> str:
    ids = sorted(set(found))
    if not ids:
        raise NoSuchId(kind, given)
    if len(ids) > 1:
        raise AmbiguousId(kind, given, ids[:SHOWN], len(ids))
    return ids[0]
