"""``twosource mcp``: the desk for assistants."""

from __future__ import annotations

import sys

import click

from aggregator.cli.common import database, database_option, home, say
from storage.errors import ExtraMissing


@click.command("mcp")
@database_option
def serve_assistants() -> None:
    """Answer assistants over the Model Context Protocol, on standard input and output. Reads only.

    \b
        pip install 'twosource[mcp]'
        twosource --db newsroom/twosource.db mcp

    An assistant starts it by itself and gets four tools: check, search, story, first_reports (docs/assistants.md).
    """
    database().close()  # a database that is not there is said now, and not to every question
    try:
        from aggregator.mcp.server import make_server
    except ModuleNotFoundError as error:
        raise ExtraMissing("mcp") from error
    if sys.stdin.isatty():
        say("", "waiting for an assistant on standard input; Ctrl-C ends it")
    make_server(home().database).run()
