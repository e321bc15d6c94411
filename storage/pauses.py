"""The table of pauses: until when a host asked to be left alone (Retry-After). Judges nothing."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage import clock


def until(db: Database, host: str) -> datetime | None:
    """When a host wants to be asked again; None where it never said. It may be past."""
    row = db.execute("select until from pauses where host = ?", [host]).fetchone()
    return clock.from_text(row[0]) if row else None


def remember(db: Database, host: str, moment: datetime) -> None:
    """A host asked to be left alone until then; what it said before counts no more."""
    db.execute("insert or replace into pauses (host, until) values (?, ?)", [host, clock.to_text(moment)])
