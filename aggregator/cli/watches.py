"""``twosource watch``: saved searches that tell staff when something turns."""

from __future__ import annotations

import os
import sys
from typing import get_args

import click

from aggregator.cli.common import (
    SOME_FAILED,
    Verbs,
    data_options,
    database,
    database_option,
    home,
    print_data,
    print_table,
    say,
)
from aggregator.search import find
from aggregator.search.query import parse
from aggregator.watches import config
from aggregator.watches.config import EventName, Watch
from aggregator.watches.tell import NotBegun, targets
from storage import clock, watches
from storage.errors import NoDatabase, WatchesFileWrong
from storage.validation import checked
from storage.watches import Alert, Event

COLUMNS = ("watch", "query", "events", "tells", "told", "failed", "unknown", "waiting")
NAME = click.argument("name")


@click.group("watch", cls=Verbs)
@database_option
def watch() -> None:
    """Saved searches that tell staff when something turns: a new story, a second independent source, a correction.

    \b
        twosource watch add bridge "bridge lang:en" --tell desk
        twosource watch test bridge

    They stand in watches.toml beside the database, and `twosource run` judges them: docs/watches.md.
    """


@watch.command("list")
@data_options
@database_option
def list_watches(form: str | None) -> None:
    """The watches, whom they tell, and how that went.

    \b
        twosource watch list
    """
    rows = []
    for one in config.load_watches(home().watches_file):
        counts = _outcomes(one.name)
        rows.append(
            (
                one.name,
                one.query,
                ", ".join(one.events),
                ", ".join(one.targets),
                *(counts.get(kind, 0) for kind in COLUMNS[4:]),
            )
        )
    if form:
        print_data(form, (dict(zip(COLUMNS, row, strict=True)) for row in rows))
    else:
        print_table(COLUMNS, rows, right=COLUMNS[4:])


@watch.command("add")
@NAME
@click.argument("query", default="")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(get_args(EventName)), help="Instead of all but silent."
)
@click.option("--outlet", "outlets", multiple=True, help="With --event silent: only this outlet's silence.")
@click.option("--tell", multiple=True, help="Name of an address in addresses.toml.")
@database_option
def add(name: str, query: str, events: tuple[str, ...], outlets: tuple[str, ...], tell: tuple[str, ...]) -> None:
    """Append a watch to watches.toml. It counts from the next run on: what is there then is not told.

    \b
        twosource watch add bridge "bridge lang:en" --event second --tell desk
        twosource watch add quiet --event silent
    """
    file = home().watches_file
    if not file.parent.is_dir():
        raise NoDatabase(home().database)
    given = {"name": name, "query": query, "outlets": outlets, "tell": tell} | ({"events": events} if events else {})
    config.add(file, checked(given, Watch, lambda key, expected: WatchesFileWrong(file, key, expected)))
    say("added: ", f"{name}, in {file}")


@watch.command("test")
@NAME
@click.option("--send", is_flag=True, help="Send a trial message to each address, and run the command.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@database_option
def test(name: str, send: bool, limit: int) -> None:
    """The stories that a watch finds now, the last one first. Nothing is told or written down.

    \b
        twosource watch test bridge
        twosource watch test bridge --send

    Exits with 1 where a trial message did not go out.
    """
    one = _named(name)
    if one.query:
        found = find.find(database(), parse(one.query, now=clock.now()), limit=limit)
        rows = [(each.story, each.articles[0].headline, len(each.articles)) for each in found if each.story]
        print_table(("story", "headline", "articles found"), rows, right=("articles found",))
    if send:
        sys.exit(SOME_FAILED if _send(one) else 0)


@watch.command("remove")
@NAME
@database_option
def remove(name: str) -> None:
    """Take a watch out of watches.toml.

    \b
        twosource watch remove bridge
    """
    _named(name)
    config.remove(home().watches_file, name)
    say("removed: ", f"{name}, from {home().watches_file}")


def _named(name: str) -> Watch:
    found = {one.name: one for one in config.load_watches(home().watches_file)}
    if name not in found:
        raise click.BadParameter(
            f"there is no watch {name} in {home().watches_file}; `twosource watch list` lists them", param_hint="NAME"
        )
    return found[name]


def _outcomes(name: str) -> dict[str, int]:
    return watches.outcomes(database(), name) if home().database.exists() else {}


def _send(one: Watch) -> int:
    event = Event(
        event="new", unit="trial", title="A trial message", words="Nothing happened: this watch is being tried."
    )
    trial = Alert(id=0, watch=one.name, found=clock.now(), event=event)
    failed = 0
    for target in targets(one, config.load_addresses(home().addresses_file, os.environ)):
        try:
            words = "[green]told" if target.tell(trial) else "[red]not told"
        except NotBegun as error:
            words = f"[red]not told: {error}"
        failed += words.startswith("[red]")
        say(words.partition("]")[0] + "]", f"{target.name}: {words.partition(']')[2]}")
    return failed
