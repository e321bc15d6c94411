"""The verbs that move the news along: replay, import, merge; and run, which does it all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlite_utils import Database

from aggregator import merge
from aggregator.cli.common import (
    SOME_FAILED,
    database_option,
    home,
    json_option,
    print_json,
    print_table,
    say,
    words,
)
from aggregator.cli.crawling import choose, exit_code, visit
from aggregator.cli.feeds import publish_feeds
from aggregator.credit.registry import load_registry
from scrapers import imports, outlets
from scrapers.replay import replay
from storage import articles, clock, merged
from storage.db import connect
from storage.errors import ImportWrong
from storage.home import Home
from storage.lock import held
from storage.types import Outlet, Visit
from storage.writer import Writer

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
IMPORT_BATCH = 500  # articles a transaction


@click.command("run")
@click.option("--pages", type=click.IntRange(min=1), help="At most so many article pages of an outlet.  [default: 500]")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@database_option
def run_all(pages: int | None, verbose: bool) -> None:
    """Crawl, merge, export: what cron calls.

    \b
        twosource run
        */10 * * * *  cd /srv/news && twosource run 2>>run.log

    Exits with 0 if all is well, 1 if some outlets failed, 3 if none could be reached or another run is at work.
    """
    chosen, wrong = choose(home(), ())
    with held(home()):
        visits = the_whole_way(home(), chosen, pages=pages, verbose=verbose)
    sys.exit(exit_code(visits, wrong))


def the_whole_way(
    place: Home,
    chosen: Sequence[Outlet],
    *,
    pages: int | None = None,
    verbose: bool = False,
    overrides: Mapping[str, Any] | None = None,
) -> list[Visit]:
    """Crawl, merge and export, in a database that the caller holds."""
    known = outlets_of(place)
    visits = crawl_and_merge(place, chosen, known, pages=pages, verbose=verbose, overrides=overrides)
    db = connect(place.database)
    publish_feeds(db, place, known)
    db.close()
    return visits


def crawl_and_merge(
    place: Home,
    chosen: Sequence[Outlet],
    known: Mapping[str, Outlet],
    *,
    fetched: Callable[[], None] = lambda: None,
    **options: Any,
) -> list[Visit]:
    """Crawl, with the merge close behind. ``fetched`` is called after every page; ``options`` are those of ``visit``."""
    following = FollowingMerge(place.database, reference(place, known.values()))

    def page() -> None:
        following.page()
        fetched()

    visits = visit(place, chosen, stored=page, **options)
    following.leave()
    db = connect(place.database)
    judge(db, place, known.values(), before=following.done)
    db.close()
    return visits


class FollowingMerge:
    """The merge that follows a crawl, an article a page, through the crawl's own connection: little is left for its end.

    What breaks here is told by the merge afterwards, which does again what was not done.
    """

    def __init__(self, database: Path, known: merge.Reference) -> None:
        self._writer, self._known = Writer.shared(database), known
        self._merging: merge.Merge | None = None
        self._broken = False
        self.done = 0

    def page(self) -> None:
        """A page was stored or skipped: judge the article that has waited longest."""
        if not self._broken:
            self._merging = self._merging or merge.Merge(self._writer.db, self._known)
            self._step(1)

    def leave(self) -> None:
        """The crawl is over: judge what it left, with the indices that are open."""
        while self._merging and not self._broken and self._step(merge.BATCH):
            """Until nothing waits."""
        self._writer.leave()

    def _step(self, batch: int) -> int:
        assert self._merging is not None
        self._broken = True  # until it is known that it is not
        found = self._merging.step(batch)
        self._broken = False
        self.done += found
        return found


@click.command("replay")
@FILES
@json_option
@database_option
def replay_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Read pages from WARC files, ours or others', instead of the web; then merge.

    \b
        twosource replay newsroom/archive/2026/11/*.warc.gz
        twosource replay CC-NEWS-20261101000000-00001.warc.gz

    Every response is accounted for: stored, unchanged (it was in the database), or skipped with its reason.
    """
    known, damaged = outlets_of(home()), 0
    with held(home()):
        db = connect(home().database)
        for file in files:
            with bar(f"reading {file.name}", file.stat().st_size) as advance:
                visits, damage = replay(db, file, known, progress=advance)
            if damage:
                damaged += 1
                say("[yellow]", str(damage))
            _print_visits(file, visits, as_json)
        judge(db, home(), known.values())
    if damaged:
        sys.exit(SOME_FAILED)


@click.command("import")
@FILES
@database_option
def import_files(files: tuple[Path, ...]) -> None:
    """Take over articles that were extracted elsewhere; their ids are kept. Then merge.

    \b
        twosource import archive.jsonl.gz

    A line is {id, outlet, headline, text, url?, published?, fetched?, language?}. A line that is none is named and
    passed over.
    """
    wrong = 0
    with held(home()):
        db = connect(home().database)
        for file in files:
            wrong += _import(db, file)
        judge(db, home(), outlets_of(home()).values())
    if wrong:
        sys.exit(SOME_FAILED)


@click.command("merge")
@click.option("--again", is_flag=True, help="Drop every conclusion and judge all articles anew, by today's rules.")
@click.option(
    "--batch", type=click.IntRange(min=1), default=merge.BATCH, show_default=True, help="Articles a transaction."
)
@database_option
def merge_articles(again: bool, batch: int) -> None:
    """Judge what is new: credits, copies, stories, origins.

    \b
        twosource merge
        twosource merge --again
    """
    with held(home()):
        db = connect(home().database)
        judge(db, home(), outlets_of(home()).values(), again=again, batch=batch)


def judge(
    db: Database,
    place: Home,
    known: Iterable[Outlet],
    *,
    again: bool = False,
    batch: int = merge.BATCH,
    before: int = 0,
) -> int:
    """Merge, with a progress bar, and say how many articles were judged, with those that were so ``before``."""
    other = 0 if again else merged.by_other_rules(db, rules=merge.RULES)
    if other:
        say("[yellow]", f"{other:,} articles were judged by older rules: `twosource merge --again` judges them anew.")
    total = db.table("articles").count if again else merged.waiting(db)
    if not total:
        say(f"merged: {before:,} articles" if before else "merged: nothing new")
        return before
    run = merge.again if again else merge.merge
    with bar("merging", total) as advance:
        done = before + run(db, reference(place, known), batch=batch, progress=_summed(advance))
    say(f"merged: {done:,} articles")
    return done


def reference(place: Home, known: Iterable[Outlet]) -> merge.Reference:
    """What the merge has to know of the world: the registry, the owners, and the outlets' names."""
    registry = load_registry(place.agencies)
    owners = {org.id: org.owner for org in registry if org.owner}
    owners |= {outlet.id: outlet.owner for outlet in known if outlet.owner}
    names = {org.id: org.name for org in registry} | {outlet.id: outlet.name for outlet in known}
    return merge.Reference(registry=registry, owners=owners, names=names)


def outlets_of(place: Home) -> dict[str, Outlet]:
    """All outlets, shipped and the user's own; a broken file is named, and the others run on."""
    found, problems = outlets.load_outlets(place.outlets)
    for problem in problems:
        say("[yellow]", str(problem))
    return dict(found)


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing elsewhere. What it yields is told how much is done in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=words, transient=True, disable=not words.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)


def _summed(advance: Callable[[int], None]) -> Callable[[int], None]:
    done = 0

    def add(more: int) -> None:
        nonlocal done
        done += more
        advance(done)

    return add


def _import(db: Database, file: Path) -> int:
    """Append a file's articles and return how many lines were none."""
    lines, wrong, new, same = imports.articles(file, arrived=clock.now()), 0, 0, 0
    while batch := list(islice(lines, IMPORT_BATCH)):
        with db.atomic():
            for line in batch:
                if isinstance(line, ImportWrong):
                    wrong += 1
                    say("[yellow]", str(line))
                elif articles.append(db, line)[1]:
                    new += 1
                else:
                    same += 1
    say(f"{file}: ", f"{new:,} articles stored, {same:,} unchanged, {wrong:,} lines passed over")
    return wrong


VISIT = ("outlet", "pages", "stored", "unchanged", "skipped", "why skipped")


def _print_visits(file: Path, visits: Sequence[Visit], as_json: bool) -> None:
    rows = [
        (
            v.outlet,
            v.fetched,
            v.stored,
            v.unchanged,
            v.skipped,
            ", ".join(f"{why} ({n})" for why, n in v.reasons.items()),
        )
        for v in visits
    ]
    if as_json:
        print_json({"file": str(file)} | dict(zip(VISIT, row, strict=True)) for row in rows)
        return
    totals = [sum(int(row[n]) for row in rows) for n in range(1, 5)]
    print_table(VISIT, [*rows, ("in all", *totals, "")], right=VISIT[1:5])
