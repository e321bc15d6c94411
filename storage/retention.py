"""What an archive may lose in time: the responses that no article was read from. Articles and their pages' records stay.

Feeds, sitemaps, robots.txt, pages that said nothing new and pages that were none are most of an archive's bytes; what a dossier,
a replay of an article or a dispute needs is the response that each version of an article was read from.

A file is written anew beside the old one, made durable, the rows of its pages are moved to it in one transaction, and only then
the old one goes: a kill at any moment leaves an archive that ``verify`` finds whole, and the next time does the rest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from storage.archive import member_at
from storage.db import durable
from storage.errors import ArchiveDamaged
from storage.home import Home
from storage.lock import slimming

STARTED = re.compile(r"(\d{4})/(\d\d)/(\d\d)-(\d\d)(\d\d)(\d\d)(?:-\d+)?\.warc\.gz")  # as Archive.open names them
KEPT = ".kept"  # in the name of a file that was slimmed


@dataclass(frozen=True, slots=True)
class Slimmed:
    """What became of the archive. Sizes in bytes."""

    files: int = 0
    freed: int = 0
    left: int = 0  # bytes of the whole archive now
    damaged: tuple[str, ...] = ()  # what is wrong with files that were left alone, in words


def slim(db: Database, home: Home, *, before: datetime | None = None, at_most: int | None = None) -> Slimmed:
    """Take out of archive files what no article was read from: of those begun before a moment, or the oldest ones until the
    archive has at most so many bytes. A damaged file stays as it is, and the others are slimmed. The caller holds the
    newsroom's lock. Raises OSError, and ArchiveIsBusy while a backup copies the archive.
    """
    with slimming(home):
        return _slimmed(db, home, before, at_most)


def _slimmed(db: Database, home: Home, before: datetime | None, at_most: int | None) -> Slimmed:
    files = freed = 0
    damaged = []
    left = sum(file.stat().st_size for file in home.archive.rglob("*.warc.gz"))
    for started, file in sorted(_files(home.archive)):
        due = (before is not None and started < before) or (at_most is not None and left > at_most)
        try:
            saved = _slim_file(db, home, file) if due else 0
        except ArchiveDamaged as damage:
            damaged.append(str(damage))
            continue
        if saved:
            files, freed, left = files + 1, freed + saved, left - saved
    return Slimmed(files, freed, left, tuple(damaged))


def _files(folder: Path) -> Iterator[tuple[datetime, Path]]:
    """The files that runs wrote, and when each began. Others are an operator's own."""
    for file in folder.rglob("*.warc.gz"):
        if found := STARTED.fullmatch(file.relative_to(folder).as_posix()):
            yield datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC), file


def _slim_file(db: Database, home: Home, file: Path) -> int:
    """How many bytes that saved; 0: nothing was to be taken out."""
    slimmed = file.with_name(file.name.replace(".warc.gz", f"{KEPT}.warc.gz"))
    name, kept_name = (one.relative_to(home.archive).as_posix() for one in (file, slimmed))
    if db.execute("select 1 from pages where archive = ?", [kept_name]).fetchone():
        return _end(file)  # a killed one came so far
    needed = db.execute(
        'select distinct "offset" from pages where archive = ? and outcome = \'stored\' order by "offset"', [name]
    ).fetchall()
    places: dict[int, int] = {}
    unfinished = slimmed.with_name(f".{slimmed.name}.new")  # no name of an archive: what a kill left is written over
    try:
        with unfinished.open("wb") as kept:
            for (offset,) in needed:
                places[offset] = kept.tell()
                kept.write(member_at(file, offset))
            kept.flush()
            os.fsync(kept.fileno())
            size = kept.tell()
        unfinished.replace(slimmed)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(file.parent)
    with durable(db):  # the rows must be on the disk before the old file goes
        for offset, place in places.items():
            db.execute(
                'update pages set archive = ?, "offset" = ? where archive = ? and "offset" = ? and outcome = \'stored\'',
                [kept_name, place, name, offset],
            )
        db.execute('update pages set archive = null, "offset" = null where archive = ?', [name])
    if not places:
        slimmed.unlink()
    return _end(file) - size


def _end(file: Path) -> int:
    """The bytes of a file that is no more."""
    size = file.stat().st_size
    file.unlink()
    return size


def _sync_folder(folder: Path) -> None:
    """Make durable that a file of that name is there."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
