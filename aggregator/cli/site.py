"""``twosource site`` and ``serve``: the newsroom's pages, as files or live beside the feeds."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aggregator import pipeline
from aggregator.cli.common import (
    FAILED,
    as_of,
    as_of_option,
    database,
    database_option,
    home,
    known_names,
    known_outlets,
    say,
)
from aggregator.feeds import config
from aggregator.feeds.serve import listen
from aggregator.site import contents, static
from aggregator.site.app import Desk
from aggregator.site.render import Pages


@click.command("site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--limit", type=click.IntRange(min=1), default=1000, show_default=True, help="The last so many stories.")
@click.option(
    "--texts",
    is_flag=True,
    help="For readers inside the house: whole texts of every outlet beside each other, and the page of watches.",
)
@as_of_option
@database_option
def write_site(folder: Path, limit: int, texts: bool) -> None:
    """Write the newsroom's pages as files that any web server can show, or a browser from the disk.

    \b
        twosource site public
        twosource site then --as-of 2026-03-02T08:00

    Files whose bytes did not change are left alone; pages of stories that are no more go. Without --texts two texts stand
    beside each other only where both outlets' files say `full_text = true`.
    """
    db, outlets = database(), known_outlets()
    stories = contents.last(db, limit)
    watched = texts and not as_of()  # their tellings are of today
    done = static.publish(
        db,
        folder,
        Pages(
            outlets,
            known_names(outlets),
            live=False,
            texts=texts,
            watches=watched,
            held=set(stories),
            then=as_of(),
        ),
        static.Choice(
            outlets=outlets,
            settings=config.load_config(home().feeds_file),
            troubles=() if as_of() else pipeline.find_troubles(db, outlets),
            stories=stories,
            watches=home().watches_file if watched else None,
        ),
    )
    say("", f"{done.written:,} files written, {done.unchanged:,} unchanged, {done.removed:,} removed")
    say("front page  ", str(folder / "index.html"))


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8321, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: any free one.")
@database_option
def serve(host: str, port: int) -> None:
    """Serve the newsroom's pages, and the feeds beside them, with deltas for readers that ask for them. Nothing can be changed.

    \b
        twosource serve --port 8321

    The pages show whole texts beside each other: they are for your own staff. `twosource site` is for everybody.
    """
    outlets = known_outlets()

    desk = Desk(home(), outlets, known_names(outlets), troubles=lambda db: pipeline.find_troubles(db, outlets))
    try:
        server = listen(host, port, desk)
    except OSError as error:
        say(
            "[red]",
            f"Can't listen on {host}:{port} ({error.strerror}). Name another port with --port; 0 takes a free one.",
        )
        sys.exit(FAILED)
    say(f"serving {home().feeds} and its pages on http://{host}:{server.server_address[1]}/")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.server_close()
