"""The table of robots.txt: what each origin last said, so that it is asked once a day and not once a run. Judges nothing."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage import clock


def body(db: Database, origin: str, *, since: datetime, until: datetime) -> bytes | None:
    """What an origin's robots.txt said in that time; None where it was not asked, or on a day that is not yet (a wrong clock)."""
    row = db.execute(
        "select body from robots where origin = ? and fetched between ? and ?",
        [origin, clock.to_text(since), clock.to_text(until)],
    ).fetchone()
    return bytes(row[0]) if row else None


def remember(db: Database, origin: str, body: bytes, fetched: datetime) -> None:
    """Overwrite what an origin's robots.txt says."""
    db.execute(
        "insert or replace into robots (origin, body, fetched) values (?, ?, ?)", [origin, body, clock.to_text(fetched)]
    )
