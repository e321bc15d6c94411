"""What all commands share: where the database is, how tables and words are printed, which code they end with."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scrapers.outlets import load_outlets
from storage.home import Home
from storage.types import Outlet

SOME_FAILED = 1  # some outlets or files failed, the rest is done
FAILED = 3  # nothing could be done

Command = TypeVar("Command", bound=Callable[..., Any])

words = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)  # ":x:" in an address is no picture


def say(style: str, text: str = "") -> None:
    """A line for people, on stderr. ``style`` may hold rich markup; ``text`` is printed as it is."""
    words.print(style + escape(text))


def database_option(command: Command) -> Command:
    """--db, before or after the verb; the last one given counts. It leaves a Home in ``ctx.obj``."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        root = ctx.find_root()
        if value is not None:
            root.obj = Home(value)
        elif root.obj is None:
            root.obj = Home(Path("newsroom/twosource.db"))

    return click.option(
        "--db",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=remember,
        expose_value=False,
        is_eager=True,
        envvar="TWOSOURCE_DB",
        help="The database; all else lies beside it.  [env: TWOSOURCE_DB; default: newsroom/twosource.db]",
    )(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print data, a JSON object a line.")


def home() -> Home:
    """Where the current command's database lies."""
    found = click.get_current_context().find_root().obj
    assert isinstance(found, Home)
    return found


def known_outlets() -> dict[str, Outlet]:
    """All outlets by id, shipped and the user's own; a broken file is named, and the others run on."""
    known, problems = load_outlets(home().outlets)
    for problem in problems:
        say("[yellow]", str(problem))
    return known


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """A JSON object a line, on stdout."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()) -> None:
    """A table on stdout: ruled on a terminal, tab-separated with a heading in a pipe."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join("" if cell is None else " ".join(str(cell).split()) for cell in row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    Console(highlight=False, emoji=False).print(table)
