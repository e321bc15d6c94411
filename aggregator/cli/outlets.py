"""``twosource outlets``: who is crawled and how well that goes; ``outlets check``, ``outlets add``, ``outlets layout``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import tomlkit
from slugify import slugify

from aggregator import pipeline
from aggregator.cli.common import (
    FAILED,
    SOME_FAILED,
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
from aggregator.cli.feeds import export_outlets, import_outlets
from aggregator.health import Trouble
from scrapers import outlets as outlet_files
from scrapers.layouts.learn import ENOUGH
from storage import articles, clock, keys, layouts, runs
from storage.db import connect
from storage.errors import OutletFileWrong
from storage.types import Layout, Outlet

if TYPE_CHECKING:
    from scrapers.discovery.probe import Probe, SourceFinding

Row = dict[str, str | None]
NO_WAY = "no public feed: known through the credits of others"


@click.group("outlets", cls=Verbs, invoke_without_command=True)
@click.option("--health", "with_health", is_flag=True, help="Judge each against its own rhythm, as `doctor` does.")
@data_options
@database_option
@click.pass_context
def outlets(context: click.Context, with_health: bool, form: str | None) -> None:
    """The outlets, their sources, and how their last visit went.

    \b
        twosource outlets
        twosource outlets --health
        twosource outlets check voa
        twosource outlets add https://example.com/
    """
    if context.invoked_subcommand is None:
        wrong = _list(form, _health if with_health else _visits)
        sys.exit(SOME_FAILED if wrong else 0)


def _list(form: str | None, described: Callable[[dict[str, Outlet]], Iterator[Row]]) -> list[OutletFileWrong]:
    known, wrong = outlet_files.load_outlets(home().outlets)
    rows = list(described(known))
    if form:
        print_data(form, rows)
    else:
        print_table(tuple(rows[0]) if rows else ("id",), (tuple(row.values()) for row in rows))
    for error in wrong:
        say("[red]left out: ", str(error))
    return wrong


def _health(known: dict[str, Outlet]) -> Iterator[Row]:
    """Each outlet with what is wrong with it, a row a trouble; one row where nothing is."""
    newest = articles.last_fetched(database())
    found: dict[str, list[Trouble | None]] = {}
    for trouble in pipeline.find_troubles(database(), known):
        found.setdefault(trouble.outlet, []).append(trouble)
    for outlet in known.values():
        well: list[Trouble | None] = [None]
        for one in found.get(outlet.id, well):
            yield {
                "id": outlet.id,
                "health": one.kind if one else "well" if outlet.id in newest else "nothing read yet",
                "since": clock.to_text(one.since) if one else None,
                "last article": newest.get(outlet.id),
                "in words": one.words if one else None,
                "what to do": one.advice if one else None,
            }


def _visits(known: dict[str, Outlet]) -> Iterator[Row]:
    """Each outlet with its sources and how its last visit went."""
    last: dict[str, tuple[str, str, dict[str, int]]] = {}
    newest: dict[str, str] = {}
    if home().database.exists():
        db = connect(home().database)
        last, newest = runs.last_visits(db), articles.last_fetched(db)
    for outlet in known.values():
        when, outcome, reasons = last.get(outlet.id, (None, "never visited", {}))
        note = NO_WAY if not outlet.sources else next(iter(reasons), None) or next(iter(outlet.notes), None)
        yield {
            "id": outlet.id,
            "name": outlet.name,
            "sources": sources_in_words(outlet),
            "health": outcome if outlet.sources else None,
            "visited": when,
            "last article": newest.get(outlet.id),
            "note": note,
        }


def sources_in_words(outlet: Outlet) -> str:
    """How many addresses announce its articles: "2 feeds, 1 sitemap"."""
    counts = {key: len(outlet.sources_of(kind)) for key, kind in outlet_files.KINDS.items()}
    return ", ".join(f"{n} {key if n > 1 else outlet_files.KINDS[key]}" for key, n in counts.items() if n) or "none"


def _known(outlet_id: str) -> Outlet:
    """The outlet of that id. Raises what is wrong with its file, or that there is none."""
    known, wrong = outlet_files.load_outlets(home().outlets)
    for error in wrong:
        if Path(error.file).stem == outlet_id:
            raise error
    if outlet_id not in known:
        raise click.BadParameter(f"there is no outlet {outlet_id!r}", param_hint="ID")
    return known[outlet_id]


# --------------------------------------------------------------------------------------------- check


@outlets.command("check")
@click.argument("outlet_id", metavar="ID")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@json_option
@database_option
def check(outlet_id: str, verbose: bool, as_json: bool) -> None:
    """Ask every address of an outlet and show what it announces. Nothing is stored.

    \b
        twosource outlets check reuters
    """
    outlet = _known(outlet_id)
    if not outlet.sources:
        say("", f"{outlet.id}: {NO_WAY}")
        return
    from scrapers.discovery.probe import probe_outlet  # brings all of Scrapy along

    found = probe_outlet(outlet, verbose=verbose).findings
    _show(found, as_json)
    sys.exit(_code(found))


def _show(found: Sequence[SourceFinding], as_json: bool) -> None:
    rows = [_row(finding) for finding in found]
    if as_json:
        print_json({**row, "examples": list(finding.examples)} for row, finding in zip(rows, found, strict=True))
    elif rows:
        print_table(tuple(rows[0]), (tuple(row.values()) for row in rows), right=("http", "items", "articles"))


def _row(found: SourceFinding) -> dict[str, Any]:
    return {
        "kind": found.source.kind,
        "address": found.source.url,
        "trust": found.source.status,
        "http": found.status,
        "items": found.items,
        "articles": found.articles,
        "newest": clock.to_text(found.newest),
        "verdict": found.verdict,
    }


def _code(found: Sequence[SourceFinding]) -> int:
    working = sum(bool(finding.articles) for finding in found)
    return FAILED if not working else SOME_FAILED if working < len(found) else 0


# --------------------------------------------------------------------------------------------- add


@outlets.command("add")
@click.argument("url")
@click.option("--id", "outlet_id", help="Its id.  [default: made from the host]")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log, on stderr.")
@json_option
@database_option
def add(url: str, outlet_id: str | None, verbose: bool, as_json: bool) -> None:
    """Find the feeds and sitemaps of a site, keep those that announce articles, and write its outlet file.

    \b
        twosource outlets add https://example.com/
    """
    url = url if "://" in url else f"https://{url}/"
    host = keys.host(url)
    if not host:
        raise click.BadParameter("expected the address of a homepage", param_hint="URL")
    name = outlet_id or slugify(host.rpartition(":")[0] or host)
    file = home().outlets / f"{name}.toml"
    if file.exists() or name in outlet_files.load_outlets()[0]:
        raise click.BadParameter(f"there is an outlet {name!r} already; name another with --id", param_hint="URL")
    from scrapers.discovery.probe import probe_outlet  # brings all of Scrapy along

    found = probe_outlet(Outlet(id=name, name=host, homepage=url, hosts=(host,)), look=True, verbose=verbose)
    if found.findings:
        _show(found.findings, as_json)
    for address, headline in found.samples:
        say("", f"{headline or 'no article'}  {address}")
    working = [finding for finding in found.findings if finding.articles]
    if not working:
        why = found.problem or "nothing announces articles there"
        say("[red]", f"{url}: {why}; no file was written")
        sys.exit(FAILED)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(found, working, host, url), "utf-8")
    outlet_files.read_outlet(file)
    say(
        "[green]",
        f"{file}: written, with {sources_in_words(outlet_files.read_outlet(file))}. Crawl it: twosource crawl {name}",
    )


def written(found: Probe, working: Sequence[SourceFinding], host: str, url: str) -> str:
    """The outlet file of a survey: only what it saw working, and what the homepage says of itself."""
    document = tomlkit.document()
    document["name"] = found.title or host
    document["homepage"] = found.homepage or url
    document["hosts"] = [host]
    if found.language:
        document["languages"] = [found.language]
    for key, kind in outlet_files.KINDS.items():
        sources = tomlkit.array().multiline(True)
        for finding in working:
            if finding.source.kind == kind:
                row = tomlkit.inline_table()
                row.update({"url": finding.source.url, "status": "measured-ok"})
                sources.append(row)
        if sources:
            document[key] = sources
    if found.article_url:
        document["article_url"] = tomlkit.string(found.article_url, literal=True)
    return tomlkit.dumps(document)


# --------------------------------------------------------------------------------------------- layout


@outlets.command("layout")
@click.argument("outlet_id", metavar="ID")
@json_option
@database_option
def layout(outlet_id: str, as_json: bool) -> None:
    """Where an outlet's pages put their article, as learnt from them: TOML to correct and pin in the outlet's file.

    \b
        twosource outlets layout voa
    """
    outlet = _known(outlet_id)
    learnt = layouts.history(connect(home().database), outlet.id) if home().database.exists() else []
    if as_json:
        print_json(
            {"outlet": outlet.id, "since": since, "until": until, "pages": read, **asdict(one)}
            for one, since, until, read in learnt
        )
        return
    if outlet.layout:
        say("", f"{outlet.id}: pinned in {outlet.file}, so that nothing is learnt")
        click.echo(pinnable(outlet.layout))
    for one, since, until, read in learnt:
        end = f"until {until}, when a page had another layout" if until else "in force"
        click.echo(f"# layout {one.number}, learnt {since}, {end}; pages read by it: {read}")
        click.echo(pinnable(one))
    if not outlet.layout and not learnt:
        say("", f"{outlet.id}: nothing learnt; that takes {ENOUGH} pages of one layout")


def pinnable(layout: Layout) -> str:
    """A layout as the table of an outlet's file that pins it."""
    table = tomlkit.table()
    for key, value in asdict(layout).items():
        if value not in (None, (), "") and key not in ("number", "outside"):  # these say how it was learnt
            table.append(key, value if isinstance(value, (str, bool)) else tomlkit.item(list(value)).multiline(True))
    return tomlkit.dumps({"layout": table})


outlets.add_command(export_outlets)
outlets.add_command(import_outlets)
