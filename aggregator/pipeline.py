"""The whole way, read from top to bottom: crawl with the merge close behind, merge what is left, publish.

Each step can be stopped anywhere and be repeated at will: its work is the rows that the table before it has and its own
lacks. The caller holds the newsroom's lock, and hands in a ``Progress`` that is told how it goes. A step imports what only it
needs: to merge one article must not load what reads pages and writes feeds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from aggregator import health, merge, search
from aggregator.credit.registry import load_registry, with_outlets
from aggregator.health import Trouble
from storage import articles, clock, epochs, memory, merged, runs, sources
from storage import watches as watch_rows
from storage.db import connect, writing
from storage.errors import AddressesFileWrong, ArchiveDamaged, ImportWrong, WatchesFileWrong
from storage.health import arrivals as past_arrivals
from storage.health import visits as past_visits
from storage.home import Home
from storage.signals import Interrupted
from storage.types import Outlet, Visit

if TYPE_CHECKING:
    from aggregator.feeds.publish import Published
    from aggregator.watches.config import Watch

IMPORT_BATCH = 500  # articles a transaction


class Progress:
    """Who is told how a step goes. This one listens and says nothing."""

    def crawling(self, outlets: int) -> None:
        """A crawl of so many outlets begins."""

    def page(self, outlet: str) -> None:
        """A page of an outlet was stored or skipped."""

    def visited(self, visit: Visit) -> None:
        """An outlet is done."""

    def crawled(self, visits: Sequence[Visit]) -> None:
        """The crawl is over; some outlet answered."""

    def begins(self, step: str, total: int) -> None:
        """A step begins that has so much to do: bytes to read, articles to merge."""

    def advanced(self, done: int) -> None:
        """So much of the step is done in all."""

    def ended(self) -> None:
        """The step is done."""

    def note(self, words: str) -> None:
        """Something that people should know, in words."""

    def warn(self, words: str) -> None:
        """Something that people should look after, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What a crawl gave: each outlet's visit, by outlet, and how many articles were merged while it went on."""

    visits: list[Visit]
    merged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file of articles gave. ``wrong``: lines that are no articles; each was named."""

    stored: int = 0
    unchanged: int = 0
    wrong: int = 0


def run(
    home: Home,
    outlets: Sequence[Outlet],
    known: Mapping[str, Outlet],
    progress: Progress,
    *,
    pages: int | None = None,
    minutes: float | None = None,
    verbose: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> list[Visit]:
    """Crawl ``outlets``, merge, publish. Returns what each gave.

    ``known`` are all outlets by id, whose names and owners the count needs; ``pages`` limits the article pages of an
    outlet, ``minutes`` the crawl; ``settings`` are Scrapy's. An interrupted crawl is not published: half of a story's
    outlets would make it rest on fewer sources than it has.
    """
    begin_watches(home)
    crawled = crawl(
        home, outlets, progress, follow=known, pages=pages, minutes=minutes, verbose=verbose, settings=settings
    )
    db = connect(home.database)
    merge_waiting(db, home, known, progress, before=crawled.merged)
    troubles = find_troubles(db, known)
    judge_watches(db, home, progress, troubles=troubles)
    publish_feeds(db, home, known, progress, troubles=troubles)
    tell_watches(db, home, progress)
    db.close()
    return crawled.visits


def crawl(
    home: Home,
    outlets: Sequence[Outlet],
    progress: Progress,
    *,
    follow: Mapping[str, Outlet] | None = None,
    pages: int | None = None,
    minutes: float | None = None,
    verbose: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Crawled:
    """Visit outlets and store their pages, with the merge close behind where ``follow`` gives all known outlets.

    The run is written down, unless it reached nobody: a machine without a network says nothing about the outlets.
    Raises Interrupted after a signal, when all that came is stored, and StoreFailed where it could not be.
    """
    from aggregator.following import FollowingMerge
    from scrapers.crawl import crawl as visit  # half of all that the program loads, and most verbs do without
    from scrapers.session import Session

    memory.give_back_large()
    memory.seldom_look_for_garbage()
    with Session(home) as session, ExitStack() as open_:
        number = runs.begin(session.writer.db, "crawl", clock.now())
        following = None
        if follow is not None:
            world = partial(reference, home, dict(follow))
            following = open_.enter_context(FollowingMerge(session.writer, home.database, world, warn=progress.warn))
        progress.crawling(len(outlets))

        def fetched(outlet: str) -> None:
            progress.page(outlet)
            if following:
                following.page()

        try:
            visits = visit(
                longest_waiting_first(outlets, runs.last_visits(session.writer.db)),
                session,
                pages=pages,
                minutes=minutes,
                verbose=verbose,
                overrides=settings,
                visited=progress.visited,
                fetched=fetched,
            )
        except Interrupted as interrupted:
            open_.close()  # whoever has a turn at the database loses it
            runs.end(session.writer.db, number, clock.now(), interrupted.visits)
            raise
        if reached(visits):
            runs.end(session.writer.db, number, clock.now(), visits)
            progress.crawled(visits)
        else:
            runs.forget(session.writer.db, number)
        session.writer.commit()
        if following:
            progress.begins("merging", merged.waiting(session.writer.db))
            following.finish(progress.advanced)
            progress.ended()
    ordered = sorted(visits, key=lambda visit: visit.outlet)
    return Crawled(visits=ordered, merged=following.done if following else 0)


def longest_waiting_first(outlets: Sequence[Outlet], last: Mapping[str, tuple[str, Any, Any]]) -> list[Outlet]:
    """The order of a crawl: so that one whose time is up too early does not leave out the same outlets every time."""
    return sorted(outlets, key=lambda outlet: last[outlet.id][0] if outlet.id in last else "")


def reached(visits: Iterable[Visit]) -> bool:
    """Did any outlet answer?"""
    return any(visit.outcome != "failed" for visit in visits)


def merge_waiting(
    db: Database,
    home: Home,
    known: Mapping[str, Outlet],
    progress: Progress,
    *,
    batch: int = merge.BATCH,
    before: int = 0,
) -> int:
    """Judge the articles that no merge has judged; returns how many those were. ``before``: judged just before them."""
    older = merged.by_other_rules(db, rules=merge.RULES)
    if older:
        progress.warn(f"{older:,} articles were judged by older rules: `twosource merge --again` judges them anew.")
    done = 0
    if waiting := merged.waiting(db):
        progress.begins("merging", waiting)
        done = merge.merge(db, reference(home, known), batch=batch, progress=progress.advanced)
        progress.ended()
    with writing(db):  # what an older Twosource merged
        search.index.bring_up(db, through=articles.last_merged(db))
        merge.compare_versions(db, through=articles.last_merged(db))
    progress.note(f"merged: {before + done:,} articles" if before + done else "merged: nothing new")
    return done


def merge_again(
    db: Database, home: Home, known: Mapping[str, Outlet], progress: Progress, *, batch: int = merge.BATCH
) -> int:
    """Drop every conclusion and judge all articles anew, by today's rules; returns how many those are."""
    progress.begins("merging", db.table("articles").count)
    done = merge.again(db, reference(home, known), batch=batch, progress=progress.advanced)
    progress.ended()
    progress.note(f"merged: {done:,} articles")
    return done


def reference(home: Home, known: Mapping[str, Outlet]) -> merge.Reference:
    """What the merge has to know of the world: the registry, who owns whom, and the outlets' names."""
    registry = with_outlets(load_registry(home.agencies), {outlet.id: outlet.hosts for outlet in known.values()})
    owners = {org.id: org.owner for org in registry if org.owner}
    owners |= {outlet.id: outlet.owner for outlet in known.values() if outlet.owner}
    names = {org.id: org.name for org in registry} | {outlet.id: outlet.name for outlet in known.values()}
    return merge.Reference(registry=registry, owners=owners, names=names)


def publish_feeds(
    db: Database,
    home: Home,
    known: Mapping[str, Outlet],
    progress: Progress,
    *,
    troubles: Iterable[Trouble] | None = None,
) -> Published:
    """Write the feeds that changed, and tell the hub, if there is one. Raises FeedsFileWrong.

    ``troubles`` are the outlets', if somebody just looked: only a crawl tells anything new of them.
    """
    from aggregator.feeds import websub
    from aggregator.feeds.publish import publish

    published = publish(db, home, outlets=known, troubles=troubles)
    progress.note(
        f"feeds: {len(published.written):,} files written, {published.unchanged:,} unchanged, in {home.feeds}"
    )
    if published.settings.hub and published.changed:
        for problem in websub.ping(published.settings.hub, published.changed):
            progress.warn(problem)
    return published


def begin_watches(home: Home) -> None:
    """Let watches that are new or changed take what is there as known, before anything arrives; forget those that are gone."""
    from aggregator.watches import judge
    from aggregator.watches.config import load_watches

    if not (home.watches_file.exists() or home.database.exists()):
        return
    try:
        found = load_watches(home.watches_file)
    except WatchesFileWrong:
        return  # said when they are judged; those that were judged before are not forgotten
    db = connect(home.database)
    with writing(db), epochs.epoch(db):
        for watch in found:
            judge.begin(db, watch, now=clock.now())
        for gone in watch_rows.names(db) - {watch.name for watch in found}:
            watch_rows.forget(db, gone)
    db.close()


def judge_watches(db: Database, home: Home, progress: Progress, *, troubles: Sequence[Trouble]) -> int:
    """Write down what happened that watches tell; returns how many alerts that gave."""
    from aggregator.watches import judge

    return sum(judge.judge(db, watch, now=clock.now(), troubles=troubles) for watch in _watches(home, progress))


def tell_watches(db: Database, home: Home, progress: Progress) -> None:
    """Tell what was not told. What goes wrong is a warning: a mail server that is down ends no run."""
    from aggregator.watches.config import load_addresses
    from aggregator.watches.tell import line, targets, tell

    found = _watches(home, Progress())
    with db.atomic():
        killed = watch_rows.settle(db)
    for name, target, title in killed:
        progress.warn(f"watch {name}: a run was killed while it told {target} of {line(title)!r}; it is not told again")
    if not any(watch.tell or watch.command for watch in found):
        return
    try:
        addresses = load_addresses(home.addresses_file, os.environ)
    except AddressesFileWrong as error:
        progress.warn(str(error))
        addresses = {}
    for watch in found:
        for problem in tell(db, watch, targets(watch, addresses)):
            progress.warn(problem)


def _watches(home: Home, progress: Progress) -> tuple[Watch, ...]:
    """The watches of the newsroom; a wrong file is named, and the run goes on without."""
    from aggregator.watches.config import load_watches

    try:
        return load_watches(home.watches_file)
    except WatchesFileWrong as error:
        progress.warn(f"{error}. No watch is judged until it is right.")
        return ()


def find_troubles(db: Database, known: Iterable[str]) -> list[Trouble]:
    """What is wrong with each of these outlets by now, by outlet, the worst first."""
    now = clock.now()
    visits, arrivals = past_visits(db, since=now - health.MEMORY), past_arrivals(db, since=now - health.MEMORY)
    return [
        trouble
        for outlet in sorted(known)
        for trouble in health.troubles(
            outlet, visits.get(outlet, []), arrivals.get(outlet, []), sources.of_outlet(db, outlet), now=now
        )
    ]


def replay_archive(
    db: Database, file: Path, known: Mapping[str, Outlet], progress: Progress
) -> tuple[list[Visit], ArchiveDamaged | None]:
    """Read the pages of a WARC file; what stands before a damage is stored, and the damage is returned."""
    from scrapers.replay import replay  # the reader of pages

    progress.begins(f"reading {file.name}", file.stat().st_size)
    visits, damage = replay(db, file, known, progress=progress.advanced)
    progress.ended()
    return visits, damage


def import_articles(db: Database, file: Path, progress: Progress) -> Imported:
    """Append a file's articles. A line that is none is named and passed over."""
    from scrapers import imports

    lines, counts = imports.articles(file, arrived=clock.now()), {"stored": 0, "unchanged": 0, "wrong": 0}
    while batch := list(islice(lines, IMPORT_BATCH)):
        with db.atomic():
            for line in batch:
                if isinstance(line, ImportWrong):
                    counts["wrong"] += 1
                    progress.warn(str(line))
                else:
                    counts["stored" if articles.append(db, line)[1] else "unchanged"] += 1
    return Imported(**counts)
