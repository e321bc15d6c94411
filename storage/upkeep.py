"""What keeps a database good for years: a copy while it is in use, a check of every byte, and an end to what only grows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from storage import clock, epochs
from storage.archive import COMPRESSION, GZIP
from storage.home import Home
from storage.lock import unchanged_archive

# Kinds of rows that no story and no feed needs, and how long they may be wanted. Pages, articles, stories, publications
# and archives are facts: nothing here touches them.
RULES: dict[str, tuple[timedelta, str]] = {
    # Health looks four weeks back; three months show a season. Each outlet's last visit stays.
    "visits": (
        timedelta(days=90),
        "delete from visits where run in (select id from runs where started < :before)"
        " and run < (select max(run) from visits v where v.outlet = visits.outlet)",
    ),
    "runs": (timedelta(days=90), "delete from runs where started < :before and id not in (select run from visits)"),
    # A page that is still announced after two months is asked for once more; a stored one is known by its article.
    "validators": (timedelta(days=60), "delete from validators where checked < :before"),
    "pauses": (timedelta(0), "delete from pauses where until < :before"),
    "robots": (timedelta(days=2), "delete from robots where fetched < :before"),
    # Outlet files change: what has not been asked for half a year is in none.
    "sources": (timedelta(days=180), "delete from sources where asked < :before and gone is null"),
}
STALE = 3_600  # seconds: a temporary file of an export that old belongs to one that was killed
# Bytes before the data of a gzip member (RFC 1952, 2.3); they have no checksum, but ours are all alike.
MEMBER_HEAD = 10
CHUNK = 1_000_000  # bytes read at a time
PAGES = 1_000  # of the database that a backup copies before it lets writers in


def tidy(db: Database, home: Home, *, now: datetime, history: timedelta | None = None) -> dict[str, int]:
    """Drop what is too old, a kind at a time; returns how many rows, or files, went of each kind.

    ``history``: how long what was known then is kept for ``--as-of``. None: for ever.
    """
    gone = {}
    for kind, (age, statement) in RULES.items():
        with db.atomic():
            gone[kind] = db.execute(statement, {"before": clock.to_text(now - age)}).rowcount
    if history is not None:
        with db.atomic():
            gone["history"] = epochs.forget(db, now - history)
    gone["temporary files"] = sum(1 for file in temporary_files(home.feeds) if _removed(file))
    db.execute("pragma optimize")
    db.execute("pragma wal_checkpoint(truncate)")
    return gone


def temporary_files(folder: Path) -> Iterator[Path]:
    """What killed exports left half written."""
    if folder.is_dir():
        yield from (file for file in folder.rglob(".*.new") if time.time() - file.stat().st_mtime > STALE)


def _removed(file: Path) -> bool:
    file.unlink(missing_ok=True)
    return True


def backup(home: Home, into: Path, *, progress: Callable[[str], None] = lambda _words: None) -> Path:
    """Copy a newsroom that may be in use: the database as of one moment, the operator's files, and new archives.

    Archives are only appended to, so that those which are there with their length are not copied again; while they are copied
    nobody slims them, and what a `tidy` took away here stays in the copy. The copy of the database appears in one step.
    Raises OSError, sqlite3.Error.
    """
    with unchanged_archive(home):
        return _copied(home, into, progress)


def _copied(home: Home, into: Path, progress: Callable[[str], None]) -> Path:
    into.mkdir(parents=True, exist_ok=True)
    copy = into / home.database.name
    new = copy.with_name(f".{copy.name}.new")
    new.unlink(missing_ok=True)
    source, target = sqlite3.connect(f"file:{home.database}?mode=ro", uri=True), sqlite3.connect(new)
    try:
        source.backup(target, pages=PAGES, sleep=0.01)
    finally:
        source.close()
        target.close()
    with new.open("rb") as written:
        os.fsync(written.fileno())
    new.replace(copy)
    progress(f"{copy}")
    for name in (home.outlets, home.agencies, home.feeds_file, home.watches_file):  # addresses.toml holds secrets
        if name.is_dir():
            shutil.copytree(name, into / name.name, dirs_exist_ok=True)
        elif name.exists():
            shutil.copy2(name, into / name.name)
    for file in sorted(home.archive.rglob("*.warc.gz")):
        there = into / home.archive.name / file.relative_to(home.archive)
        if not there.exists() or there.stat().st_size != file.stat().st_size:
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, there)
            progress(f"{there}")
    return copy


def problems(home: Home) -> Iterator[str]:
    """All that is wrong with a database and its archive, in words; nothing: every byte is as it was written."""
    db = sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)
    try:
        yield from _database_problems(db, home)
        yield from _archive_problems(db, home)
    except sqlite3.DatabaseError as error:
        yield f"{home.database}: damaged ({error})"
    finally:
        db.close()


def _database_problems(db: sqlite3.Connection, home: Home) -> Iterator[str]:
    for (words,) in db.execute("pragma integrity_check"):
        if words != "ok":
            yield f"{home.database}: {words}"
    for table, row, parent, _ in db.execute("pragma foreign_key_check"):
        yield f"{home.database}: row {row} of {table} refers to a row of {parent} that is not there"


def _archive_problems(db: sqlite3.Connection, home: Home) -> Iterator[str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for name, offset in db.execute("select archive, offset from pages where archive is not null"):
        if not Path(name).is_absolute():  # else it was replayed from a file that is not ours to keep
            wanted[name].add(offset)
    there = {str(file.relative_to(home.archive)) for file in home.archive.rglob("*.warc.gz")}
    for name in sorted(there | set(wanted)):
        if name not in there:
            if (home.archive / name).suffix == ".gz" and not Path(name).exists():
                yield f"{home.archive / name}: is not there; {len(wanted[name])} pages came from it"
            continue
        starts: set[int] = set()
        damage = yield from _members(home.archive / name, starts)
        if not damage and (lost := wanted[name] - starts):
            yield f"{home.archive / name}: no record begins at byte {min(lost)}, where a page is said to lie"


def _members(path: Path, starts: set[int]) -> Generator[str, None, bool]:
    """Check every gzip member's head, data, checksum and length; says what is wrong, and returns whether anything is."""
    head = _head()
    with path.open("rb") as file:
        offset, rest = 0, b""
        while rest or (rest := file.read(CHUNK)):
            while len(rest) < MEMBER_HEAD and (more := file.read(CHUNK)):
                rest += more
            starts.add(offset)
            if rest[:MEMBER_HEAD] != head:
                yield f"{path}: changed at byte {offset} (no record begins there as we write them)"
                return True
            member = zlib.decompressobj(GZIP)
            length = 0
            try:
                while not member.eof:
                    if not rest and not (rest := file.read(CHUNK)):
                        yield f"{path}: ends inside the record at byte {offset}"
                        return True
                    member.decompress(rest)
                    length += len(rest) - len(member.unused_data)
                    rest = member.unused_data
            except zlib.error as error:
                yield f"{path}: the record at byte {offset} is changed ({error})"
                return True
            offset += length
    return False


def _head() -> bytes:
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, GZIP)
    return (packer.compress(b"") + packer.flush())[:MEMBER_HEAD]
