"""Run the reading of pages from WARC files instead of the web: our own archive, or anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from scrapers.store_page import read_and_store
from storage import archive, keys, pages
from storage.archive import Record
from storage.errors import ArchiveDamaged
from storage.types import Outlet, Visit

BATCH = 200  # pages a transaction: a kill loses at most their reading, never their archive


def replay(
    db: Database, file: Path, outlets: Mapping[str, Outlet], *, progress: Callable[[int], None] = lambda _bytes: None
) -> tuple[list[Visit], ArchiveDamaged | None]:
    """Read every response of a WARC file into the database.

    Returns what each outlet gave, those of no outlet file under their host, and the damage where the file is damaged:
    what stands before it is stored. Pages that are in the database already are counted as unchanged.
    """
    tally, damage = Tally(), None
    found, by_host, read = _records(file), outlet_by_host(outlets), BATCH
    while read == BATCH:
        with db.atomic():
            read = 0
            for read, record in enumerate(islice(found, BATCH), start=1):  # noqa: B007 - the last number is asked for above
                if isinstance(record, ArchiveDamaged):
                    damage = record
                    continue
                outlet = outlet_of(record.url, by_host)
                tally.count(outlet.id, *_one(db, record, outlet, file))
                progress(record.offset)
    return tally.visits(), damage


def _records(file: Path) -> Iterator[Record | ArchiveDamaged]:
    """The records of a file and then, where it is damaged, the damage."""
    try:
        yield from archive.records(file)
    except ArchiveDamaged as damage:
        yield damage


def _one(db: Database, record: Record, outlet: Outlet, file: Path) -> tuple[str, str | None]:
    page = archive.page_of(record, outlet.id, str(file))
    if pages.seen(db, page):
        return "unchanged", None
    if record.problem:
        pages.append(db, page, "skipped", reason=record.problem)
        return "skipped", record.problem
    return read_and_store(db, page, outlet)


def outlet_by_host(outlets: Mapping[str, Outlet]) -> dict[str, Outlet]:
    """Every host that an outlet file claims."""
    return {host: outlet for outlet in outlets.values() for host in outlet.hosts}


def outlet_of(url: str, by_host: Mapping[str, Outlet]) -> Outlet:
    """The outlet that claims an address's host or a domain above it; else one made up from the host, for strangers."""
    host = keys.host(url)
    domain = host
    while "." in domain:
        if domain in by_host:
            return by_host[domain]
        domain = domain.partition(".")[2]
    name = host or "unknown"
    return Outlet(id=name, name=name, homepage=f"https://{host}/", hosts=(name,))


class Tally:
    """Counts of outcomes, an outlet at a time."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        self._reasons: dict[str, dict[str, int]] = {}

    def count(self, outlet: str, outcome: str, reason: str | None) -> None:
        """One more page of an outlet."""
        counts = self._counts.setdefault(outlet, {"stored": 0, "unchanged": 0, "skipped": 0})
        counts[outcome] += 1
        if reason:
            reasons = self._reasons.setdefault(outlet, {})
            reasons[reason] = reasons.get(reason, 0) + 1

    def visits(self) -> list[Visit]:
        """What each outlet gave, by name."""
        return [
            Visit(
                outlet=outlet,
                outcome="ok",
                fetched=sum(counts.values()),
                **counts,
                reasons=self._reasons.get(outlet, {}),
            )
            for outlet, counts in sorted(self._counts.items())
        ]
