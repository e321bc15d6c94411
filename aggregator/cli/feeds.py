"""``twosource export``, ``feeds``, ``feeds test``; ``outlets import`` and ``outlets export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import tomlkit
from slugify import slugify

from aggregator import pipeline
from aggregator.cli.common import (
    FAILED,
    Verbs,
    as_of,
    as_of_option,
    data_options,
    database,
    database_option,
    home,
    json_option,
    known_outlets,
    print_data,
    print_json,
    print_table,
    say,
)
from aggregator.cli.progress import terminal_progress
from aggregator.feeds import config, publish
from aggregator.feeds.formats import opml, rss
from storage import clock, keys, publications
from storage.db import connect
from storage.lock import held


@click.command("export")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="With --as-of: where the feeds of then are written.",
)
@as_of_option
@database_option
def export(folder: Path | None) -> None:
    """Write the feeds that changed; any web server can show the folder.

    \b
        twosource export
        twosource export --as-of 2026-03-02T08:00 --into then

    Which feeds: feeds.toml beside the database; `twosource feeds` lists them. As of a moment all feeds are written as an
    export at that time wrote them, by the feeds.toml, outlet files and rules of today; the feed of outlets' health is not kept.
    """
    if (as_of() is None) != (folder is None):
        raise click.UsageError("--as-of and --into belong together: the feeds of then do not go where today's are.")
    if folder is not None:
        written = publish.publish_as_it_was(database(), home(), folder, outlets=known_outlets())
        say("", f"{len(written):,} files written as of {clock.to_text(as_of())}, in {folder}")
        return
    with held(home()):
        pipeline.publish_feeds(connect(home().database), home(), known_outlets(), terminal_progress())


@click.group("feeds", cls=Verbs, invoke_without_command=True)
@data_options
@database_option
@click.pass_context
def feeds(context: click.Context, form: str | None) -> None:
    """The feeds with their addresses, and how many items each has held.

    \b
        twosource feeds
        twosource feeds test stories
    """
    if context.invoked_subcommand is None:
        _list(form)


@feeds.command("test")
@click.argument("name")
@json_option
@database_option
def test_feed(name: str, as_json: bool) -> None:
    """What a feed of feeds.toml would hold if it began now. Nothing is written.

    \b
        twosource feeds test queries/water
    """
    settings, db, known = config.load_config(home().feeds_file), database(), known_outlets()
    wanted = [one for one in publish.defined(db, settings, known) if one.name in (name, f"queries/{name}")]
    if not wanted:
        raise click.UsageError(
            f"There is no feed {name}. `twosource feeds` lists them; queries stand in {home().feeds_file}."
        )
    items = reversed(publish.sample(db, wanted[0], settings, known))
    rows = [(clock.to_text(item.published), item.outlet.name, item.title, item.link) for item in items]
    columns = ("since", "outlet", "title", "link")
    if as_json:
        print_json(dict(zip(columns, row, strict=True)) for row in rows)
    else:
        print_table(columns, rows)


@click.command("export")
@database_option
def export_outlets() -> None:
    """The outlets' feeds as OPML, for any reader.

    \b
        twosource outlets export > outlets.opml
    """
    groups: dict[str, list[opml.Subscription]] = {}
    for one in known_outlets().values():
        for source in one.sources_of("feed")[:1]:
            language = one.languages[0] if len(one.languages) == 1 else None
            subscription = opml.Subscription(title=one.name, url=source.url, homepage=one.homepage, language=language)
            groups.setdefault(one.country or "", []).append(subscription)
    click.echo(opml.render("Outlets", dict(sorted(groups.items()))), nl=False)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
def import_outlets(file: Path) -> None:
    """Write an outlet file for each feed of an OPML list that no outlet has yet.

    \b
        twosource outlets import subscriptions.opml
    """
    try:
        found = list(opml.read_subscriptions(file.read_bytes()))
    except ValueError as error:
        say("[red]", f"{file} is {error}. Export it as OPML from your reader.")
        sys.exit(FAILED)
    hosts = {host for one in known_outlets().values() for host in one.hosts}
    by_host: dict[str, list[opml.Subscription]] = {}
    for one in found:
        if isinstance(one, opml.PassedOver):
            say("[yellow]passed over: ", f"{one.title}: {one.why}")
        else:
            by_host.setdefault(keys.host(one.homepage or "") or keys.host(one.url), []).append(one)
    new = {host: subscriptions for host, subscriptions in by_host.items() if host not in hosts}
    for host, subscriptions in new.items():
        click.echo(_write_outlet(home().outlets, host, subscriptions))
    say(f"{len(new):,} outlets written, {len(by_host) - len(new):,} were known")


def _write_outlet(folder: Path, host: str, found: list[opml.Subscription]) -> Path:
    first = found[0]
    document = tomlkit.document()
    document["name"] = first.title
    document["homepage"] = first.homepage or f"https://{host}/"
    document["hosts"] = [host]
    if first.language:
        document["languages"] = [first.language.partition("-")[0].lower()]
    sources = tomlkit.aot()
    for one in found:
        sources.append(tomlkit.item({"url": one.url, "status": "listed"}))
    document["feeds"] = sources
    path = folder / f"{slugify(host)}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


def _list(form: str | None) -> None:
    settings, db = config.load_config(home().feeds_file), database()
    columns = ("feed", "title", "items", "changed", "address")
    rows = []
    for one in publish.defined(db, settings, known_outlets()):
        last = next(iter(publications.changed_last(db, one.name, 1).values()), None)
        count = publications.end(db, one.name)
        changed = clock.to_text(last.updated) if last else None
        rows.append((one.name, one.title, count, changed, f"{settings.address}{one.name}.{rss.SUFFIX}"))
    if form:
        print_data(form, (dict(zip(columns, row, strict=True)) for row in rows))
    else:
        print_table(columns, rows, right=("items",))
