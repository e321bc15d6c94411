"""The verbs that move the news along: replay, import, merge; and run, which does it all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from aggregator import merge, pipeline
from aggregator.cli.common import (
    SOME_FAILED,
    database_option,
    home,
    json_option,
    known_outlets,
    print_json,
    print_table,
    say,
)
from aggregator.cli.crawling import choose, miss_contact
from aggregator.cli.progress import terminal_progress
from aggregator.cli.visits import exit_code
from storage.db import connect
from storage.lock import held
from storage.types import Visit

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command("run")
@click.option("--pages", type=click.IntRange(min=1), help="At most so many article pages of an outlet.  [default: 500]")
@click.option("--max-minutes", type=click.FloatRange(min=0.01), help="End the crawl then; the next run goes on.")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@database_option
def run_all(pages: int | None, max_minutes: float | None, verbose: bool) -> None:
    """Crawl, merge, export: what cron calls.

    \b
        twosource run
        */10 * * * *  cd /srv/news && twosource run 2>>run.log

    Exits with 0 if all is well, 1 if some outlets failed, 3 if none could be reached, the disk is full or another run is
    at work, 130 or 143 after ^C or SIGTERM: then nothing is exported, and the next run goes on.
    """
    chosen, wrong = choose(home(), ())
    with held(home()):
        miss_contact()
        visits = pipeline.run(
            home(), chosen, known_outlets(), terminal_progress(), pages=pages, minutes=max_minutes, verbose=verbose
        )
    sys.exit(exit_code(visits, wrong))


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
    known, progress, damaged = known_outlets(), terminal_progress(), 0
    with held(home()):
        db = connect(home().database)
        for file in files:
            visits, damage = pipeline.replay_archive(db, file, known, progress)
            if damage:
                damaged += 1
                progress.warn(str(damage))
            _print_visits(file, visits, as_json)
        pipeline.merge_waiting(db, home(), known, progress)
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
    wrong, progress = 0, terminal_progress()
    with held(home()):
        db = connect(home().database)
        for file in files:
            found = pipeline.import_articles(db, file, progress)
            wrong += found.wrong
            counts = (
                f"{found.stored:,} articles stored, {found.unchanged:,} unchanged, {found.wrong:,} lines passed over"
            )
            say(f"{file}: ", counts)
        pipeline.merge_waiting(db, home(), known_outlets(), progress)
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
        judge = pipeline.merge_again if again else pipeline.merge_waiting
        judge(connect(home().database), home(), known_outlets(), terminal_progress(), batch=batch)


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
