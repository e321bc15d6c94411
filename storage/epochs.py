# ruff: noqa: S608 - the statements are put together of our own words
"""What was known when: a row for each transaction that changed what readers see, and its changes in reverse. Judges nothing.

Facts are only appended: how far they had come says what was known of them. Of the other tables each row that changes is kept
as it was before the epoch in which it did (``*_past``, filled by triggers, so that no writer can forget it): as of an epoch
a row is what the first change after it found, or what it is today where there was none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import clock
from storage.errors import HistoryBegins

# Tables that are changed, with what names a row of theirs.
KEPT: dict[str, tuple[str, ...]] = {
    "stories": ("id",),
    "story_articles": ("article",),
    "origins": ("story", "n"),
    "credits": ("article", "version", "n"),
    "struck_credits": ("article", "version", "n"),
    "copies": ("a", "b"),
    "statements": ("article", "version", "n"),
    "figures": ("article", "version", "kind"),
    "disputes": ("story", "n"),
    "revisions": ("seq",),
    "story_forwards": ("old",),
    "publications": ("feed", "unit"),
    "watch_stories": ("watch", "unit"),
    "undone": ("n",),
}
NOW = "(select max(n) from epochs)"
# When a new row must be noted as one that was not there before. A row that came with its article's first judgement need not:
# the article says since when it is known. That saves nine of ten such notes.
AGAIN = "(select again from epochs order by n desc limit 1)"
BORN = {
    "statements": AGAIN,
    "figures": AGAIN,
    "story_articles": "0",
    # A version of before is compared only when the program learns to: then its article does not say since when it is known.
    "revisions": f"{AGAIN} or new.seq <= (select merged from epochs where merged > 0 order by n desc limit 1)",
    "credits": f"new.decision is not null or {AGAIN}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """How far everything had come at the end of a transaction."""

    n: int
    moment: datetime  # when the transaction began; several of one second are one epoch
    merged: int  # articles.seq, the last that was judged
    page: int  # pages.seq
    run: int  # runs.id
    decision: int  # decisions.n


COLUMNS = ("n", "moment", "merged", "page", "run", "decision")


def begin(db: Database, *, again: bool = False) -> None:
    """From here on the transaction changes what readers see. ``again``: all conclusions are dropped and made anew."""
    now = str(clock.to_text(clock.now()))
    last = db.execute("select n, moment from epochs order by n desc limit 1").fetchone()
    if last is None or last[1] < now or again:
        db.execute("insert into epochs (moment, again) values (?, ?)", [max(now, last[1]) if last else now, int(again)])


def end(db: Database) -> None:
    """Write down how far everything has come."""
    db.execute(
        "update epochs set merged = (select coalesce(max(seq), 0) from merged),"
        " page = (select coalesce(max(seq), 0) from pages),"
        " run = (select coalesce(max(id), 0) from runs where ended is not null),"
        f" decision = (select coalesce(max(n), 0) from decisions) where n = {NOW}"
    )


@contextmanager
def epoch(db: Database) -> Iterator[None]:
    """A part of a transaction that changes what readers see."""
    begin(db)
    yield
    end(db)


def at(db: Database, moment: datetime) -> Epoch:
    """The epoch in which a moment falls. Raises HistoryBegins where that is before anything was kept."""
    row = db.execute(
        f"select {', '.join(COLUMNS)} from epochs where moment <= ? order by n desc limit 1",
        [clock.to_text(moment)],
    ).fetchone()
    if row is None:
        (first,) = db.execute("select min(moment) from epochs").fetchone()
        raise HistoryBegins(first)
    found = dict(zip(COLUMNS, row, strict=True))
    began = clock.from_text(found.pop("moment"))
    assert began is not None
    return Epoch(moment=began, **found)


def forget(db: Database, before: datetime) -> int:
    """Let the history begin later; returns how many rows of it went."""
    row = db.execute("select max(n) from epochs where moment <= ?", [clock.to_text(before)]).fetchone()
    first = row[0] or 0
    gone = sum(db.execute(f"delete from {table}_past where epoch <= ?", [first]).rowcount for table in KEPT)
    return gone + db.execute("delete from epochs where n < ?", [first]).rowcount


def keep(db: Database) -> None:
    """Make the tables of the past and the triggers that fill them. A step that adds a column to one of KEPT calls it again."""
    for table, key in KEPT.items():
        columns = [(row[1], row[2]) for row in db.execute(f"pragma table_info({table})").fetchall()]
        there = [row[1] for row in db.execute(f"pragma table_info({table}_past)").fetchall()]
        if not there:
            typed = ", ".join(f"{name} {kind}" for name, kind in columns)
            db.execute(
                f"create table {table}_past ({typed}, epoch integer not null, gone integer not null,"
                f" primary key ({', '.join(key)}, epoch)) without rowid"
            )
        for name, kind in columns:
            if there and name not in there:
                db.execute(f"alter table {table}_past add column {name} {kind}")
        for when, (condition, values, gone) in _events(table, [name for name, _ in columns], key).items():
            db.execute(f"drop trigger if exists {table}_{when}")
            names = ", ".join(values)
            row = "new" if when == "came" else "old"
            at_ = " and ".join(f"{name} = {row}.{name}" for name in key)
            event = {"came": "after insert", "changed": "before update", "went": "before delete"}[when]
            db.execute(
                f"create trigger {table}_{when} {event} on {table} when {condition} begin"
                f" insert into {table}_past ({names}, epoch, gone)"
                f" select {', '.join(f'{row}.{name}' for name in values)}, {NOW}, {gone}"
                f" where not exists (select 1 from {table}_past where {at_} and epoch = {NOW}); end"
            )


def _events(table: str, columns: list[str], key: tuple[str, ...]) -> dict[str, tuple[str, list[str], int]]:
    """What is noted when a row comes, changes or goes: (under which condition, which columns, was the row there before?)."""
    differs = " or ".join(f"old.{name} is not new.{name}" for name in columns)
    return {
        "came": (BORN.get(table, "1"), list(key), 1),
        "changed": (differs, columns, 0),
        "went": ("1", columns, 0),
    }
