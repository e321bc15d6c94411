"""Open the database: pragmas, migrations, and a lock for the one run that writes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from storage import articles, as_of, documentation
from storage.errors import DatabaseIsNewer, DatabaseIsOlder, NoDatabase, NotADatabase, StoreFailed
from storage.schema import steps

BUSY_TIMEOUT = 30_000  # milliseconds: longer than any transaction of ours (the longest, 500 articles merged, takes 2 s)


def connect(file: Path | str) -> Database:
    """The database in ``file``, made where it is missing, brought to the newest schema.

    Raises NotADatabase for a file that SQLite cannot read or that holds another program's tables, DatabaseIsNewer where
    it has steps that this program does not know. In both cases the file is left as it was.
    """
    try:
        db = Database(_open(file))
        _check(db, file)
        if not db.table_names():
            db.execute("pragma journal_mode = wal")
        steps.apply(db)
        articles.add_columns(db)
        documentation.refresh(db)
    except (sqlite3.OperationalError, OSError) as error:  # the file may be right, but the disk or its rights are not
        raise StoreFailed(file, error) from error
    except sqlite3.DatabaseError as error:
        raise NotADatabase(file, str(error)) from error
    return db


def connect_to_read(file: Path, *, moment: datetime | None = None) -> Database:
    """The database in ``file`` for a verb that only reads; it may lie on a medium that can't be written.

    ``moment``: as of then; None: as it is. Raises HistoryBegins.

    One of an older Twosource is brought to the newest schema first, where it can be. Raises NoDatabase where there is none (and
    makes none), NotADatabase and DatabaseIsNewer as ``connect`` does, DatabaseIsOlder.
    """
    if not file.exists():
        raise NoDatabase(file)
    try:
        db = Database(_open_to_read(file))
        _check(db, file)
        if not (steps.pending(db) or articles.lacking(db)):
            if moment:
                as_of.show(db, moment)
            return db
        db.close()
        if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            raise DatabaseIsOlder(file)
    except sqlite3.DatabaseError as error:
        raise NotADatabase(file, str(error)) from error
    connect(file).close()
    return connect_to_read(file, moment=moment)


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that will write, or a part of the one that is open: all of it goes in, or nothing.

    It takes the right to write before it reads. One that reads first and wants to write later fails at once, without
    waiting, where somebody else wrote in between: a person decides while a run is at work.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        db.conn.rollback()
        raise
    db.conn.commit()


@contextmanager
def durable(db: Database) -> Iterator[None]:
    """A transaction that a power cut does not undo either: synchronous=normal may lose the last commits then."""
    db.execute("pragma synchronous = full")
    try:
        with db.atomic():
            yield
    finally:
        db.execute("pragma synchronous = normal")


def _open_to_read(file: Path) -> sqlite3.Connection:
    """A connection that can't write. On a read-only medium, where SQLite can keep no log, the file is taken as it lies there."""
    address = file.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True)
    try:
        connection.execute("select 1 from sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        connection = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True)
    connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT}")
    return connection


def _open(file: Path | str) -> sqlite3.Connection:
    if str(file) != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(str(file))
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT}")
    return connection


def _check(db: Database, file: Path | str) -> None:
    tables = set(db.table_names())
    if tables and steps.migrations_table not in tables:
        raise NotADatabase(file, f"it holds {', '.join(sorted(tables)[:3])}")
    applied = [step.name for step in steps.applied(db)]
    unknown = tuple(name for name in applied if name not in {step.name for step in steps._migrations})
    if unknown:
        raise DatabaseIsNewer(file, unknown)
    # NORMAL with WAL survives a killed process; only a power cut can lose the last commits, never the file.
    db.execute("pragma synchronous = normal")
