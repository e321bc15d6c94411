"""What all commands share: where the database is, how tables and words are printed, which code they end with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from click.core import ParameterSource
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree
from sqlite_utils import Database

from aggregator.credit.registry import load_registry
from aggregator.feeds.text import csv_cell, printable, spelt_out
from aggregator.search.query import moment
from scrapers.outlets import load_outlets
from storage import clock
from storage.db import connect_to_read
from storage.errors import NoDatabase, QueryWrong
from storage.home import Home
from storage.types import Outlet

SOME_FAILED = 1  # some outlets or files failed, the rest is done
FAILED = 3  # nothing could be done

AS_OF = "twosource.as_of"  # where the context keeps the moment

Command = TypeVar("Command", bound=Callable[..., Any])


class Verbs(click.Group):
    """A group whose help names each verb by as many clauses of its first sentence as fit a line, never by half a one."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, which cuts a sentence amid it."""
        verbs = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        longest = max(len(name) for name, _ in verbs)
        room = formatter.width - longest - 4  # two blanks before the name, and two behind it
        with formatter.section("Commands"):
            formatter.write_dl([(name, in_short(command.help or "", room)) for name, command in verbs])


def in_short(text: str, room: int) -> str:
    """The first sentence of a help text, without the last clauses that find no room.

    >>> in_short("Copy the database, outlet files and archive into a folder, also while a run is at work. Then …", 60)
    'Copy the database, outlet files and archive into a folder.'
    """
    sentence, _, _ = " ".join(text.split()).partition(". ")
    sentence = sentence.rstrip(".")
    while len(sentence) >= room and (clauses := re.match(r"(.*)[:;]", sentence) or re.match(r"(.*),", sentence)):
        sentence = clauses[1]
    return f"{sentence}."


class LastingConsole(Console):
    """A console whose reader may leave: the work goes on. Rich would end the program then, amid whatever it does."""

    def on_broken_pipe(self) -> None:
        """Speak to nobody from now on."""
        self.file = open(os.devnull, "w")  # noqa: PTH123, SIM115 - until the process ends


words = LastingConsole(stderr=True, highlight=False, emoji=False, soft_wrap=True)  # ":x:" in an address is no picture


def say(style: str, text: str = "") -> None:
    """A line for people, on stderr. ``style`` may hold rich markup; ``text`` is printed as it is."""
    try:
        words.print(style + escape(printable(text)))
    except OSError:  # the log's disk is full
        words.on_broken_pipe()


def database_option(command: Command) -> Command:
    """--db, before or after the verb; the last one given counts. It leaves a Home in ``ctx.obj``."""

    def remember(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
        root = ctx.find_root()
        typed = ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if root.obj is None or typed:  # what stands before the verb counts more than the environment
            root.obj = Home(value or Path("newsroom/twosource.db"))

    return click.option(
        "--db",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=remember,
        expose_value=False,
        is_eager=True,
        envvar="TWOSOURCE_DB",
        help="The database; all else lies beside it.  [env: TWOSOURCE_DB; default: newsroom/twosource.db]",
    )(command)


def as_of_option(command: Command) -> Command:
    """--as-of, after which ``database()`` and ``now()`` are of then."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: datetime | None) -> None:
        ctx.find_root().meta[AS_OF] = value

    return click.option(
        "--as-of",
        type=Moment(end=True),
        callback=remember,
        expose_value=False,
        is_eager=True,
        help="What was known then: 3d, 2026-03-02 (its end), 2026-03-02T08:00, in UTC.",
    )(command)


def as_of() -> datetime | None:
    """The moment that the current command is asked about; None: now."""
    found = click.get_current_context().find_root().meta.get(AS_OF)
    assert found is None or isinstance(found, datetime)
    return found


def now() -> datetime:
    """The moment from which the current command counts back."""
    return as_of() or clock.now()


json_option = click.option("--json", "as_json", is_flag=True, help="Print data, a JSON object a line.")


def data_options(command: Command) -> Command:
    """--json and --csv, as the argument ``form``: "json", "csv", or None for a table."""
    command = click.option("--csv", "form", flag_value="csv", help="Print data, as CSV with a heading.")(command)
    return click.option("--json", "form", flag_value="json", help="Print data, a JSON object a line.")(command)


class Moment(click.ParamType[datetime]):
    """A moment that people type: "3d" (m, h, d, w ago), a date (``end``: the end of that day) or a time, in UTC."""

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it; a usage error says what would be right."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value), now=now() if ctx else clock.now(), end=self._end)
        except QueryWrong as error:
            self.fail(error.why, param, ctx)


def home() -> Home:
    """Where the current command's database lies."""
    found = click.get_current_context().find_root().obj
    assert isinstance(found, Home)
    return found


def database() -> Database:
    """The current command's database, to be read, as of the moment asked for. Raises NoDatabase, HistoryBegins."""
    return connect_to_read(home().database, moment=as_of())


def needs_database() -> None:
    """Raise NoDatabase where the current command's is not there: one that writes would make it."""
    if not home().database.exists():
        raise NoDatabase(home().database)


def known_outlets() -> dict[str, Outlet]:
    """All outlets by id, shipped and the user's own; a broken file is named, and the others run on."""
    known, problems = load_outlets(home().outlets)
    for problem in problems:
        say("[yellow]", str(problem))
    return known


def known_names(outlets: Mapping[str, Outlet]) -> dict[str, str]:
    """What organisations and outlets are called, by their ids."""
    names = {org.id: org.name for org in load_registry(home().agencies)}
    return names | {outlet.id: outlet.name for outlet in outlets.values()}


MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\+00:00")  # as storage/clock.py writes it
ENDLESS = 1_000_000  # columns of a pipe
GAP = 3  # columns between two values of a line
NARROW = 24  # columns that running text needs at least, beside ids and numbers


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """A JSON object a line, on stdout."""
    for row in rows:
        click.echo(spelt_out(json.dumps(row, ensure_ascii=False)))


def print_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of one shape as CSV (RFC 4180) on stdout, the first one's keys as heading; lists and mappings as JSON text.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which makes it a text there too.
    """
    line = io.StringIO()
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(line, list(row))
            writer.writeheader()
        writer.writerow({key: _csv_cell(value) for key, value in row.items()})
        click.echo(line.getvalue().replace("\r\n", "\n"), nl=False)
        line.seek(0)
        line.truncate()


def _csv_cell(value: Any) -> object:
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False)
    return csv_cell(value) if isinstance(value, str) else value


def print_data(form: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as the data that ``form`` names: json or csv."""
    (print_json if form == "json" else print_csv)(rows)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[str] = ()) -> None:
    """A table on stdout: ruled on a terminal, tab-separated with a heading in a pipe.

    On a terminal moments are shown to the minute, and running text is wrapped between words; ids, addresses and numbers are
    never cut. Where it is too narrow for that, each row is a paragraph of "column: value". No row: "none" on stderr.
    """
    cells = [["" if cell is None else " ".join(printable(cell).split()) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in cells:
            click.echo("\t".join(row))
        return
    if not cells:
        say("", "none")
        return
    cells = [[MOMENT.sub(r"\1 \2", cell) for cell in row] for row in cells]
    console = Console(highlight=False, emoji=False)
    least = [_least_width(column, [row[n] for row in cells]) for n, column in enumerate(columns)]
    room = console.width - (len(columns) - 1)
    if sum(least) > room:
        _print_paragraphs(console, columns, cells)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    wanted = [max(cell_len(row[n]) for row in cells) for n in range(len(columns))]
    for column, width in zip(columns, _fitted(least, wanted, room), strict=True):
        side: Literal["left", "right"] = "right" if column in right else "left"
        heading = column if cell_len(column) <= width else "\n".join(column.split())
        table.add_column(heading, justify=side, width=width, overflow="fold")
    for row in cells:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


def _least_width(column: str, cells: Sequence[str]) -> int:
    """How wide a column must be at least: as its longest id or number, which is never wrapped; running text needs some more."""
    longest = max((cell_len(word) for cell in (column, *cells) for word in cell.split()), default=1)
    running = [cell_len(cell) for cell in cells if len(cell.split()) > 1]
    return max(longest, min(NARROW, *running)) if running else longest


def _fitted(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Widths of columns: of each the least, and what room is left evenly among those that want more.

    Rich's own way evens out wide columns whatever their least width, and cuts off at the terminal's edge what is then too much.

    >>> _fitted([10, 24, 17], [10, 60, 68], 57)
    [10, 27, 20]
    """
    widths, spare = list(least), room - sum(least)
    for left, n in enumerate(sorted(range(len(least)), key=lambda n: wanted[n] - least[n])):
        more = min(max(0, wanted[n] - least[n]), spare // (len(least) - left))
        widths[n] += more
        spare -= more
    return widths


def _print_paragraphs(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Each row as "column: value", as many a line as fit. What is longer the terminal itself breaks: a copy of it is whole."""
    for n, row in enumerate(rows):
        if n:
            console.print()
        line = Text()
        for column, cell in zip(columns, row, strict=True):
            if not cell:
                continue
            pair = Text.assemble((column, "bold"), f": {cell}")
            if line and line.cell_len + GAP + pair.cell_len > console.width:
                console.print(line, soft_wrap=True)
                line = Text()
            line = Text(" " * GAP).join([line, pair]) if line else pair
        console.print(line, soft_wrap=True)


def print_tree(tree: Tree) -> None:
    """A tree on stdout: wrapped between words on a terminal, a line a leaf in a pipe."""
    console = Console(highlight=False, emoji=False)
    if not sys.stdout.isatty():
        console.width = ENDLESS
    _disarm(tree)
    console.print(tree)


def _disarm(tree: Tree) -> None:
    """What would steer a terminal is replaced in every label: they quote headlines and texts."""
    if isinstance(tree.label, str):
        tree.label = printable(tree.label)
    for branch in tree.children:
        _disarm(branch)
