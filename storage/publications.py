"""The tables of feeds: which item stands in which since when. Renders nothing.

Facts about what readers were given: they outlive the rules. A lost database makes them again from the arrival of the articles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How far a feed has been written."""

    seen_seq: int = 0
    seen_decision: int = 0  # decisions.n: the last one that it took into account
    filter_digest: str = ""
    render_digest: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An item's place in its feed."""

    unit: str
    n: int
    since: datetime
    updated: datetime
    revision: int
    digest: str


WRITTEN = ("seen_seq", "seen_decision", "filter_digest", "render_digest", "revision")


def written(db: Database, feed: str) -> Written | None:
    """How far a feed has been written; None: it never was."""
    row = db.execute(f"select {', '.join(WRITTEN)} from feeds where name = ?", [feed]).fetchone()  # noqa: S608 - our own words
    return Written(**dict(zip(WRITTEN, row, strict=True))) if row else None


def note(db: Database, feed: str, made: Written) -> None:
    """Say how far a feed has been written."""
    row = {"name": feed} | {column: getattr(made, column) for column in WRITTEN}
    db.table("feeds").upsert(row, pk="name")


def forget(db: Database, feed: str) -> None:
    """Let a feed begin anew, as when another filter is set for it. Its revision goes on."""
    db.execute("delete from publications where feed = ?", [feed])
    db.execute("delete from feed_states where feed = ?", [feed])


def save(db: Database, feed: str, publications: Iterable[Publication]) -> None:
    """Append new items, and note how those that stand there already have changed. ``since`` and ``n`` never change."""
    rows = [(feed, *_to_row(one)) for one in publications]
    db.conn.executemany(
        "insert into publications (feed, unit, n, since, updated, revision, digest) values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict (feed, unit) do update set updated = excluded.updated, revision = excluded.revision,"
        " digest = excluded.digest",
        rows,
    )


def of_units(db: Database, feed: str, units: Iterable[str]) -> dict[str, Publication]:
    """Those of the units that stand in the feed."""
    return _select(db, "feed = ? and unit in (select value from json_each(?))", [feed, json.dumps(list(units))])


def end(db: Database, feed: str) -> int:
    """The number of the item that entered last; 0 where there is none."""
    found: int = db.execute("select coalesce(max(n), 0) from publications where feed = ?", [feed]).fetchone()[0]
    return found


def everything(db: Database, feed: str) -> dict[str, Publication]:
    """All items that ever stood in the feed."""
    return _select(db, "feed = ?", [feed])


def between(db: Database, feed: str, first: int, last: int) -> dict[str, Publication]:
    """The items that entered as number ``first`` to ``last``, in that order."""
    return _select(db, "feed = ? and n between ? and ? order by n", [feed, first, last])


def changed_last(db: Database, feed: str, limit: int) -> dict[str, Publication]:
    """The items that changed last, the last one first."""
    return _select(db, "feed = ? order by updated desc, n desc limit ?", [feed, limit])


def since_revision(db: Database, feed: str, revision: int) -> dict[str, Publication]:
    """What entered or changed after a revision, the item that entered last first."""
    return _select(db, "feed = ? and revision > ? order by n desc", [feed, revision])


def remember(db: Database, feed: str, state: str, revision: int) -> None:
    """Keep what a reader holds who shows this state."""
    db.execute(
        "insert into feed_states (feed, state, revision) values (?, ?, ?)"
        " on conflict (feed, state) do update set revision = excluded.revision",
        [feed, state, revision],
    )


def state(db: Database, feed: str) -> str | None:
    """The state of the feed as it is now; None: it was never written."""
    row = db.execute("select state from feed_states where feed = ? order by revision desc limit 1", [feed]).fetchone()
    return row[0] if row else None


def revision_of(db: Database, feed: str, state: str) -> int | None:
    """The revision that a reader holds who shows this state; None: not one of ours."""
    row = db.execute("select revision from feed_states where feed = ? and state = ?", [feed, state]).fetchone()
    return row[0] if row else None


COLUMNS = ("unit", "n", "since", "updated", "revision", "digest")


def _select(db: Database, where: str, values: Sequence[object]) -> dict[str, Publication]:
    rows = db.execute(f"select {', '.join(COLUMNS)} from publications where {where}", list(values))  # noqa: S608 - our words
    return {row[0]: _from_row(row) for row in rows.fetchall()}


def _to_row(one: Publication) -> tuple[object, ...]:
    return one.unit, one.n, clock.to_text(one.since), clock.to_text(one.updated), one.revision, one.digest


def _from_row(row: tuple[str, int, str, str, int, str]) -> Publication:
    since, updated = clock.from_text(row[2]), clock.from_text(row[3])
    assert since
    assert updated
    return Publication(unit=row[0], n=row[1], since=since, updated=updated, revision=row[4], digest=row[5])
