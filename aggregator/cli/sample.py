"""``twosource sample``: the whole way on the made-up newsroom, on loopback."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from aggregator import pipeline
from aggregator.cli.common import say
from aggregator.cli.progress import terminal_progress
from aggregator.cli.stories import list_stories
from scrapers import outlets, sample
from storage.home import Home
from storage.lock import held


@click.command("sample")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sample-newsroom"),
    show_default=True,
    help="The folder of its database and feeds.",
)
@click.option("--edition", type=click.IntRange(1, 2), default=1, show_default=True, help="2: the newsroom a day later.")
@click.pass_context
def sample_newsroom(ctx: click.Context, into: Path, edition: int) -> None:
    """Crawl a made-up newsroom, served on this machine: all that the program does, without the internet.

    \b
        twosource sample
        twosource sample                again: nothing new, the news feeds untouched
        twosource sample --edition 2    a day later: a correction, and a follow-up
    """
    home = Home(into / "twosource.db")
    with sample.serve(edition) as newsroom, held(home):
        shutil.copytree(newsroom.outlets, home.outlets, dirs_exist_ok=True)
        shutil.copy(newsroom.agencies, home.agencies)
        known, _ = outlets.load_outlets(home.outlets)
        ours = [outlet for outlet in known.values() if outlet.file and outlet.file.parent == home.outlets]
        pipeline.run(home, ours, known, terminal_progress(), settings=newsroom.settings)
    ctx.find_root().obj = home
    ctx.invoke(list_stories, every=True)
    say("\ndatabase  ", str(home.database))
    say("feeds     ", str(home.feeds))
    command = f"{_called()} --db {home.database}"
    say("look      ", f"{command} serve")
    say("why       ", f"{command} story ID --why")


def _called() -> str:
    """How this program is called from here: by its name where the shell finds it, else by its path."""
    path = sys.argv[0]
    return path if Path(path).name == "twosource" and path != shutil.which("twosource") else "twosource"
