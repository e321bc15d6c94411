"""``twosource credit`` and ``twosource agencies``: read one line, and see who can be credited."""

from __future__ import annotations

import json
import sys
from typing import Any, get_args

import click
import tomlkit
from rich.console import Console
from rich.text import Text
from slugify import slugify

from aggregator import credit
from aggregator.cli.common import (
    FAILED,
    Verbs,
    data_options,
    database,
    database_option,
    home,
    json_option,
    print_data,
    print_json,
    print_table,
    say,
)
from aggregator.credit import registry
from aggregator.credit.registry import Registry
from storage import credits as credit_rows
from storage.errors import RegistryWrong
from storage.types import Credit

CONTEXTS = ("end", "start", "byline", "caption", "meta", "body")


@click.command("credit")
@click.argument("line", required=False)
@click.option("--context", type=click.Choice(CONTEXTS), default="end", show_default=True, help="Where the line stands.")
@click.option("--publisher", help="Id of the site that shows it.")
@click.option("--lang", help="Language of the text, as ISO 639-1.")
@click.option("--jsonl", is_flag=True, help="Read {text, lang, context, publisher} lines, write each with its credits.")
@json_option
@database_option
def read_credit(
    line: str | None, context: str, publisher: str | None, lang: str | None, jsonl: bool, as_json: bool
) -> None:
    """Whom a sourcing line credits, with the words that say so.

    \b
        twosource credit "Source: commonspace.eu with agencies" --publisher commonspace
        twosource credit --jsonl < lines.jsonl > read.jsonl
    """
    known = known_organisations()
    if jsonl:
        _read_all(known)
        return
    if line is None:
        raise click.UsageError("Give a line in quotes, or --jsonl and lines on standard input.")
    found = credit.read_credits(line, context=context, publisher=publisher, language=lang, registry=known)
    if as_json:
        print_json(map(credit.as_data, found))
        return
    _show(line, found)


def known_organisations() -> Registry:
    """The shipped organisations and the user's own."""
    return registry.load_registry(home().agencies)


def _read_all(known: Registry) -> None:
    for number, row in enumerate(sys.stdin, 1):
        if row.strip():
            asked = _asked(row, number)
            found = credit.read_credits(
                asked["text"],
                context=asked.get("context") or "end",
                publisher=asked.get("publisher"),
                language=asked.get("lang"),
                registry=known,
            )
            click.echo(json.dumps(asked | {"credits": [credit.as_data(c) for c in found]}, ensure_ascii=False))


def _asked(row: str, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(row)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"Line {number} of standard input is no JSON ({error}).") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise click.UsageError(f"Line {number} of standard input: expected an object with a text.")
    return asked


def _show(line: str, found: tuple[Credit, ...]) -> None:
    underlined = Text(line.strip())
    for said in found:
        underlined.stylize("bold underline", said.start, said.end)
    Console(stderr=True, highlight=False, soft_wrap=True).print(underlined)
    if not found:
        say("Credits nobody.")
        return
    columns = ("name", "organisation", "place", "role", "relation", "how many", "via")
    print_table(columns, ((c.name, c.org, c.place, c.role, c.relation, _count(c), c.via) for c in found))


def _count(said: Credit) -> str:
    return "one" if said.count_known else "not known"


@click.group("agencies", cls=Verbs, invoke_without_command=True)
@data_options
@database_option
@click.pass_context
def show_agencies(ctx: click.Context, form: str | None) -> None:
    """The organisations that the credit reader knows: who can be credited.

    \b
        twosource agencies
        twosource agencies unknown
        twosource agencies add "Shafaq News" --kind agency --domain shafaq.com
    """
    if ctx.invoked_subcommand is not None:
        return
    rows = [
        {"id": o.id, "name": o.name, "kind": o.kind, "country": o.country, "domain": o.domain}
        for o in known_organisations()
    ]
    if form:
        print_data(form, rows)
        return
    print_table(tuple(rows[0]), (tuple(row.values()) for row in rows))


@show_agencies.command("unknown")
@click.option("--limit", type=int, default=50, show_default=True, help="At most so many; 0: all.")
@click.option(
    "--relation",
    "relations",
    type=click.Choice(credit_rows.RELATIONS),
    multiple=True,
    help="Only names that are credited so; may be given several times.  [default: all]",
)
@data_options
@database_option
def show_unknown(limit: int, relations: tuple[str, ...], form: str | None) -> None:
    """Names that credit lines showed and the registry lacks, the most frequent first.

    \b
        twosource agencies unknown
        twosource agencies unknown --relation republished --relation with
    """
    found = list(credit_rows.unknown(database(), relations=relations or credit_rows.RELATIONS, limit=limit or None))
    if form:
        columns = ("name", "articles", "relations", "words")
        print_data(form, (dict(zip(columns, row, strict=True)) for row in found))
        return
    print_table(("name", "articles", "as", "for instance"), found, right=("articles",))


@show_agencies.command("add")
@click.argument("name")
@click.option("--id", "key", help="Its id.  [default: made from the name]")
@click.option("--kind", type=click.Choice(get_args(registry.Kind)), default="agency", show_default=True)
@click.option("--country", help="ISO 3166-1 alpha-2.")
@click.option("--domain", help="Its site.")
@click.option("--alias", "aliases", multiple=True, help="A further spelling; may be given several times.")
@click.option("--weak", is_flag=True, help="The name is also an ordinary word: read it only beside a cue.")
@database_option
def add_agency(
    name: str, key: str | None, kind: str, country: str | None, domain: str | None, aliases: tuple[str, ...], weak: bool
) -> None:
    """Take an organisation up into your own registry, beside the database.

    \b
        twosource agencies add "Shafaq News" --kind agency --domain shafaq.com
    """
    file, key = home().agencies, key or slugify(name)
    if known_organisations().get(key) is not None:
        say("[red]There already is: ", key)
        sys.exit(FAILED)
    before = file.read_text("utf-8") if file.exists() else ""
    facts = {"name": name, "kind": kind, "country": country, "domain": domain, "aliases": list(aliases)}
    facts["weak_aliases"] = [name] if weak else []
    document = tomlkit.parse(before)
    document.add(key, tomlkit.item({field: value for field, value in facts.items() if value}))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(tomlkit.dumps(document), "utf-8")
    try:
        registry.load_registry.cache_clear()
        registry.load_registry(file)
    except RegistryWrong:
        file.write_text(before, "utf-8")
        raise
    say("[green]Added ", f"{key} to {file}. `twosource merge --again` reads the stored articles with it.")
