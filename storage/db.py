"""Open the database: pragmas, migrations, and a lock for the one run that writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from storage.errors import DatabaseIsNewer, NoDatabase, NotADatabase, StoreFailed
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
        steps.apply(db)
    except (sqlite3.OperationalError, OSError) as error:  # the file may be right, but the disk or its rights are not
        raise StoreFailed(file, error) from error
    except sqlite3.DatabaseError as error:
        raise NotADatabase(file, str(error)) from error
    return db


def connect_to_read(file: Path | str) -> Database:
    """The database in ``file`` for a command that only reads: it is not made where it is missing.

    Raises NoDatabase, and what ``connect`` raises. One that cannot be written (a copy on a read-only medium) is read as it is.
    """
    if str(file) != ":memory:" and not Path(file).exists():
        raise NoDatabase(file)
    try:
        return connect(file)
    except StoreFailed:
        as_it_is = sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            as_it_is.execute("select count(*) from sqlite_master")
            return Database(as_it_is)
        except sqlite3.DatabaseError as error:
            raise NotADatabase(file, str(error)) from error


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
    if not tables:
        db.execute("pragma journal_mode = wal")
    # NORMAL with WAL survives a killed process; only a power cut can lose the last commits, never the file.
    db.execute("pragma synchronous = normal")
