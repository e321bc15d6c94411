"""The tables of runs and visits: what each run did, and what each outlet gave in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlite_utils import Database

from storage import clock
from storage.types import Visit
from storage.validation import column


def begin(db: Database, command: str, started: datetime) -> int:
    """Open a run's row and return its number."""
    cursor = db.execute("insert into runs (started, command) values (?, ?)", [clock.to_text(started), command])
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def end(db: Database, run: int, ended: datetime, visits: Iterable[Visit]) -> None:
    """Close a run's row with what each outlet gave."""
    with db.atomic():
        for visit in visits:
            counts = [visit.announced, visit.fetched, visit.stored, visit.unchanged, visit.skipped, visit.failed]
            reasons = json.dumps(dict(visit.reasons), ensure_ascii=False)
            db.execute(
                "insert into visits values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [run, visit.outlet, visit.outcome, *counts, reasons],
            )
        db.execute("update runs set ended = ? where id = ?", [clock.to_text(ended), run])


def asked_before(db: Database, outlet: str, moment: datetime) -> datetime | None:
    """When the last visit of an outlet began that had ended by a moment and got an answer. None: there was none before.

    What came in at a later visit may have come out at any time since.
    """
    found = db.execute(
        "select started from visits join runs on runs.id = run where outlet = ? and outcome <> 'failed'"
        " and run <= (select id from runs where ended <= ? order by ended desc limit 1) order by run desc limit 1",
        [outlet, clock.to_text(moment)],
    ).fetchone()
    return clock.from_text(found[0]) if found else None


def answered(db: Database) -> Iterator[tuple[str, datetime, datetime]]:
    """Every visit that got an answer: its outlet, and when its run began and ended. What ``asked_before`` looks through."""
    rows = db.execute(
        "select outlet, started, ended from visits join runs on runs.id = run"
        " where outcome <> 'failed' and ended is not null order by run, outlet"
    )
    for outlet, started, ended in rows:
        yield outlet, datetime.fromisoformat(started), datetime.fromisoformat(ended)


def forget(db: Database, run: int) -> None:
    """Take back a run that reached nobody: a machine without a network says nothing about the outlets."""
    db.execute("delete from runs where id = ?", [run])


def last_visits(db: Database) -> dict[str, tuple[str, str, dict[str, int]]]:
    """Each outlet's last visit: when its run began, its outcome, and its reasons."""
    rows = db.execute(
        "select outlet, started, outcome, reasons from (select outlet, max(run) as run from visits group by outlet)"
        " join visits using (outlet, run) join runs on runs.id = run"
    )
    return {
        outlet: (started, outcome, column(reasons, dict[str, int], "visits.reasons"))
        for outlet, started, outcome, reasons in rows
    }
