"""``twosource crawl``: visit outlets and store what they publish."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from aggregator import pipeline
from aggregator.cli.common import database_option, home, json_option, print_json, print_table, say
from aggregator.cli.progress import terminal_progress
from aggregator.cli.visits import COLUMNS, exit_code
from scrapers import outlets
from scrapers.settings import CONTACT
from scrapers.shards import in_shard
from storage.errors import OutletFileWrong
from storage.home import Home
from storage.lock import held
from storage.types import Outlet


@click.command("crawl")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--pages", type=click.IntRange(min=1), help="At most so many article pages of an outlet.  [default: 500]")
@click.option("--max-minutes", type=click.FloatRange(min=0.01), help="End the crawl then; the next run goes on.")
@click.option("--shard", metavar="K/N", help="Only the K-th of N shares of the outlets; see docs/scale.md.")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@json_option
@database_option
def crawl_outlets(
    ids: tuple[str, ...], pages: int | None, max_minutes: float | None, shard: str | None, verbose: bool, as_json: bool
) -> None:
    """Visit outlets, all or those named, and store their new and changed articles.

    \b
        twosource crawl
        twosource crawl voa bbc --pages 20
        twosource crawl --shard 2/5

    robots.txt, Crawl-delay and Retry-After are obeyed, so a visit takes its time; see docs/outlets.md.
    """
    chosen, wrong = choose(home(), ids)
    if shard is not None:
        chosen = share(chosen, shard)
    with held(home()):
        miss_contact()
        crawled = pipeline.crawl(home(), chosen, terminal_progress(), pages=pages, minutes=max_minutes, verbose=verbose)
    visits = crawled.visits
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
        if ids and not outlet.sources:
            say("", f"{outlet.id}: has no public feed, sitemap or listing; it is known through the credits of others")
    return [outlet for outlet in named if outlet.sources], [] if ids else wrong


def miss_contact() -> None:
    """Say so where sites on the web could not tell who asks."""
    if not CONTACT:
        say("[yellow]", "TWOSOURCE_CONTACT is not set: sites cannot tell who asks. Set it to a mailbox or an address.")


def share(chosen: Sequence[Outlet], shard: str) -> list[Outlet]:
    """Those of the chosen outlets that are in a share of all outlets, given as "K/N"."""
    number, slash, count = shard.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise click.BadParameter(f"{shard!r} is not K/N with K from 1 to N, such as 2/5", param_hint="--shard")
    ours = in_shard(outlets.load_outlets(home().outlets)[0].values(), int(number), int(count))
    return [outlet for outlet in chosen if outlet.id in ours]
