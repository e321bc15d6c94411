"""``twosource crawl``: visit outlets and store what they publish."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aggregator.cli.common import (
    FAILED,
    SOME_FAILED,
    database_option,
    home,
    json_option,
    print_json,
    print_table,
    say,
    words,
)
from scrapers import outlets
from storage import clock, runs
from storage.db import connect
from storage.errors import OutletFileWrong
from storage.home import Home
from storage.lock import held
from storage.types import Outlet, Visit

SHOWN = 3  # reasons in a line; --json has them all
COLUMNS = ("outlet", "outcome", "announced", "fetched", "stored", "unchanged", "skipped", "failed")


@click.command("crawl")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--pages", type=click.IntRange(min=1), help="At most so many article pages of an outlet.  [default: 500]")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@json_option
@database_option
def crawl_outlets(ids: tuple[str, ...], pages: int | None, verbose: bool, as_json: bool) -> None:
    """Visit outlets, all or those named, and store their new and changed articles.

    \b
        twosource crawl
        twosource crawl voa bbc --pages 20

    robots.txt, Crawl-delay and Retry-After are obeyed, so a visit takes its time; see docs/outlets.md.
    """
    chosen, wrong = choose(home(), ids)
    with held(home()):
        visits = visit(home(), chosen, pages=pages, verbose=verbose)
    if as_json:
        print_json({name: getattr(found, name) for name in (*COLUMNS, "reasons")} for found in visits)
    else:
        print_table(COLUMNS, ([getattr(found, name) for name in COLUMNS] for found in visits), right=COLUMNS[2:])
    sys.exit(exit_code(visits, wrong))


def choose(where: Home, ids: Sequence[str]) -> tuple[list[Outlet], list[OutletFileWrong]]:
    """The outlets named, or all that announce their articles; and the broken files, which are told of here."""
    known, wrong = outlets.load_outlets(where.outlets)
    broken = {error.file.stem: error for error in wrong if not isinstance(error.file, str)}
    for name in ids:
        if name in broken:
            raise broken[name]
        if name not in known:
            raise click.BadParameter(f"there is no outlet {name!r}; `twosource outlets` lists them", param_hint="ID")
    for error in [] if ids else wrong:
        say("[yellow]left out: ", str(error))
    named = [known[name] for name in dict.fromkeys(ids)] or list(known.values())
    for outlet in named:
        if ids and not has_sources(outlet):
            say("", f"{outlet.id}: has no public feed, sitemap or listing; it is known through the credits of others")
    return [outlet for outlet in named if has_sources(outlet)], [] if ids else wrong


def has_sources(outlet: Outlet) -> bool:
    """Does it announce its articles anywhere that we know?"""
    return bool(outlet.feeds or outlet.sitemaps or outlet.listings)


def visit(
    where: Home,
    chosen: Sequence[Outlet],
    *,
    pages: int | None = None,
    verbose: bool = False,
    overrides: Mapping[str, Any] | None = None,
    stored: Callable[[], None] = lambda: None,
) -> list[Visit]:
    """Crawl into a database that the caller holds. The run is written down, unless it reached nobody.

    ``overrides`` are Scrapy settings; ``stored`` is called after every page.
    """
    from scrapers.crawl import crawl  # half of all that the program loads, and most verbs do without

    db = connect(where.database)
    run = runs.begin(db, "crawl", clock.now())
    with _told(len(chosen)) as told:

        def fetched(outlet: str) -> None:
            told.fetched(outlet)
            stored()

        visits = crawl(
            chosen,
            where.database,
            pages=pages,
            verbose=verbose,
            overrides=overrides,
            visited=told.visited,
            fetched=fetched,
        )
    if reached(visits):
        runs.end(db, run, clock.now(), visits)
        say(summary(visits))
    else:
        runs.forget(db, run)
    db.close()
    return sorted(visits, key=lambda found: found.outlet)


def reached(visits: Iterable[Visit]) -> bool:
    """Did any outlet answer?"""
    return any(found.outcome != "failed" for found in visits)


def exit_code(visits: Sequence[Visit], wrong: Sequence[OutletFileWrong] = ()) -> int:
    """0 all well, 1 some outlets failed or their files are broken, 3 none could be reached."""
    if visits and not reached(visits):
        return FAILED
    return SOME_FAILED if wrong or any(_silent(found) for found in visits) else 0


def _silent(found: Visit) -> bool:
    """Did it answer nothing, or only errors?"""
    return found.outcome == "failed" or (found.outcome == "nothing" and found.failed > 0)


def line(found: Visit) -> str:
    """What an outlet gave, in words."""
    if found.outcome == "failed":
        return f"{found.outlet}: could not be reached ({_why(found)})"
    if found.outcome == "nothing":
        return f"{found.outlet}: announced nothing ({_why(found)})"
    gave = ", ".join(f"{n} {name}" for name in COLUMNS[4:] if (n := getattr(found, name)))
    why = f" ({_why(found)})" if found.reasons else ""
    return f"{found.outlet}: {found.announced} announced, {gave or 'nothing new'}{why}"


def summary(visits: Sequence[Visit]) -> str:
    """The line with which a crawl ends in a log: when, and what it gave in all."""
    counts = {name: sum(getattr(found, name) for found in visits) for name in ("stored", "unchanged", "skipped")}
    gave = ", ".join(f"{n:,} pages {name}" for name, n in counts.items() if n) or "nothing new"
    quiet, silent = sum(map(_quiet, visits)), sum(map(_silent, visits))
    rest = f"; {quiet} had nothing new" * bool(quiet) + f"; {silent} gave no answer" * bool(silent)
    return f"{clock.now():%Y-%m-%d %H:%M} UTC: {len(visits)} outlets: {gave}{rest}"


def _quiet(found: Visit) -> bool:
    """Did it answer as it should, and have nothing new?"""
    return found.outcome == "ok" and not (found.fetched or found.failed or found.reasons)


def _why(found: Visit) -> str:
    most = sorted(found.reasons.items(), key=lambda item: -item[1])
    said = [words if n == 1 else f"{n} × {words}" for words, n in most[:SHOWN]]
    return "; ".join(said + [f"{len(most) - SHOWN} more"] * (len(most) > SHOWN))


# --------------------------------------------------------------------------------------------- progress


class Told(Protocol):
    """Who is told how a crawl goes on."""

    def visited(self, found: Visit) -> None:
        """An outlet is done."""

    def fetched(self, outlet: str) -> None:
        """A page of an outlet is stored or skipped."""


class _Lines:
    def visited(self, found: Visit) -> None:
        if not _quiet(found):  # cron comes every ten minutes: those are counted in the last line
            say("[red]" if found.outcome == "failed" else "", line(found))

    def fetched(self, outlet: str) -> None:
        """A log has no use for every page."""


class _Bar(_Lines):
    def __init__(self, progress: Progress, outlets: int) -> None:
        self._progress = progress
        self._task = progress.add_task("crawling", total=outlets, pages=0)
        self._pages = 0

    def visited(self, found: Visit) -> None:
        if found.outcome == "failed":
            super().visited(found)
        self._progress.advance(self._task)

    def fetched(self, outlet: str) -> None:
        self._pages += 1
        self._progress.update(self._task, pages=self._pages, description=f"crawling {outlet}")


@contextmanager
def _told(outlets: int) -> Iterator[Told]:
    if not words.is_terminal:
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("outlets, {task.fields[pages]} pages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=words, transient=True) as progress:
        yield _Bar(progress, outlets)
