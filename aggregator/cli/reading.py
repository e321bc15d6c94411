"""``twosource read``: what the reader sees on a page, field by field."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click

from aggregator import credit
from aggregator.cli import specimen
from aggregator.cli.common import FAILED, SOME_FAILED, database_option, home, json_option, print_json, print_table, say
from aggregator.cli.credits import known_organisations
from aggregator.credit.registry import Registry, with_outlets
from scrapers import layouts, outlets
from scrapers.layouts import Reading
from scrapers.pages.testimony import LONGEST, SOUGHT, Testimony
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive, clock
from storage import layouts as layout_rows
from storage.db import connect
from storage.errors import ArchiveDamaged
from storage.types import Article, Layout, Outlet, Page, Skipped

PATIENCE = 30  # seconds for one page from the web
LARGEST = 50_000_000  # bytes


@click.command()
@click.argument("what", metavar="FILE|URL|WARC")
@click.option("--url", help="The address of a page that is read from a file.")
@click.option(
    "--why",
    is_flag=True,
    help="Say of each field where it was found, who was asked for it, and what those say who lost.",
)
@click.option(
    "--save",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the page as a test of the reader: a WARC, and a truth file to fill in.",
)
@json_option
@database_option
def read(what: str, url: str | None, why: bool, save: Path | None, as_json: bool) -> None:
    """Show what the reader sees on a page; from a WARC file, on each of its pages.

    \b
        twosource read https://www.voanews.com/a/7585813.html --why
        twosource read archive/2026-11-23.warc.gz --json > articles.jsonl
        twosource read https://www.voanews.com/a/7585813.html --save ../pages
    """
    files = outlets.load_outlets(home().outlets)[0]
    by_host = outlet_by_host(files)
    known = with_outlets(known_organisations(), {outlet.id: outlet.hosts for outlet in files.values()})
    skipped = shown = 0
    for page, problem in _pages(what, url):
        if save and not problem:
            _keep(page, save)
        outlet = outlet_of(page.url, by_host)
        learnt = _learnt(outlet)
        reading = Reading(said=Skipped(reason=problem)) if problem else layouts.read_page(page, outlet, learnt)
        seen = reading.said
        if isinstance(seen, Skipped):
            skipped += 1
            say(f"[yellow]skipped[/] {outlet.id}: ", f"{page.url}: {seen.reason}")
            continue
        shown += 1
        heard = layouts.explain(page, outlet, reading, learnt) if why else ()
        if as_json:
            print_json([record(page, seen, known, heard)])
            continue
        columns = ("field", "value", "found in") if why else ("field", "value")
        print_table(columns, [row[: len(columns)] for row in _rows(page, seen, known)])
        if heard:
            print_table(("field", "witness", "outcome", "says"), list(_told(heard)))
    if skipped and not shown:
        sys.exit(FAILED)
    if shown + skipped > 1:
        say("", f"{shown} pages read, {skipped} skipped")


def _learnt(outlet: Outlet) -> tuple[Layout, ...]:
    """The layouts by which the crawl reads this outlet's pages; none where nothing was crawled."""
    if not home().database.exists():
        return ()
    db = connect(home().database)
    try:
        return layout_rows.in_force(db, outlet.id)
    finally:
        db.close()


def _keep(page: Page, folder: Path) -> None:
    try:
        warc, truth = specimen.save(page, folder)
    except OSError as error:
        say("[red]not saved[/] ", f"{page.url}: {error.strerror}: {error.filename}")
        sys.exit(FAILED)
    say("[green]saved[/] ", f"{warc}; now write what a reader of the page sees into {truth}")


def record(page: Page, article: Article, known: Registry, heard: Sequence[Testimony] = ()) -> dict[str, Any]:
    """An article as one JSON object; null: the page does not say.

    ``known``: who can be credited. ``heard``: what the witnesses say, to be told too.
    """
    picture = article.picture
    found: dict[str, Any] = {
        "url": page.url,
        "canonical": article.url,
        "headline": article.headline,
        "standfirst": article.standfirst,
        "body": list(article.body),
        "language": article.language,
        "authors": list(article.authors),
        "organisations": list(article.organisations),
        "published": _in_zone(article.published, article.zone),
        "modified": clock.to_text(article.modified),
        "section": article.section,
        "image": {"url": picture.url, "caption": picture.caption, "credit": picture.credit} if picture else None,
        "sourcing_lines": [{"text": line.text, "where": line.where} for line in article.sourcing_lines],
        "credits": [credit.as_data(said) for said in credit.credits_of(article, known)],
        "paywalled": article.paywalled,
        "incomplete": article.incomplete,
    }
    if heard:
        found["evidence"] = evidence(article)
        found["witnesses"] = [
            {
                "field": one.field,
                "witness": one.witness,
                "outcome": one.outcome,
                "says": [list(said) for said in one.said],
            }
            for one in heard
        ]
    return found


def _in_zone(moment: datetime | None, zone: int | None) -> str | None:
    """A moment as text in the zone that the page gives it in, so that its day is the page's; else in UTC."""
    if moment is None or not zone:
        return clock.to_text(moment)
    return moment.astimezone(timezone(timedelta(minutes=zone))).replace(microsecond=0).isoformat()


def evidence(article: Article) -> dict[str, str]:
    """Where each field was found; of those that the page does not say, where they were sought."""
    empty = {
        name: f"not said; sought in {places}" for name, places in SOUGHT.items() if not getattr(article, name, True)
    }
    return {**empty, **article.evidence}


def _told(heard: Sequence[Testimony]) -> Iterator[tuple[str, str, str, str]]:
    """A row for each thing that a witness says, and one for each who says nothing; the field's name once."""
    last = ""
    for one in heard:
        for where, said in one.said or (("", ""),):
            words = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
            yield one.field if one.field != last else "", where or one.witness, one.outcome, words
            last = one.field


def _rows(page: Page, article: Article, known: Registry) -> Iterator[tuple[str, object, str]]:
    """Field, value and where it was found."""
    found_in = evidence(article)
    for name, value in record(page, article, known).items():
        if name == "sourcing_lines":
            yield from ((f"line, {line.where}", line.text, "") for line in article.sourcing_lines)
        elif name == "body":
            yield from (
                (f"body {n}", text, found_in.get(name, "") if n == 1 else "") for n, text in enumerate(value, 1)
            )
        elif name == "credits":
            yield from (
                (f"credit, {c['relation']}", c["org"] or c["name"] or "the publisher", c["words"]) for c in value
            )
        elif name == "image" and value:
            yield from ((f"image {part}", words, found_in.get("picture", "")) for part, words in value.items())
        else:
            yield name, ", ".join(value) if isinstance(value, list) else value, found_in.get(name, "")


def _pages(what: str, url: str | None) -> Iterator[tuple[Page, str | None]]:
    """Each page with what kept it from being decoded, if anything did."""
    if what.startswith(("http://", "https://")):
        yield _from_web(what), None
    elif what.endswith((".warc", ".warc.gz")):
        yield from _from_archive(Path(what))
    else:
        yield _from_file(Path(what), url), None


def _from_archive(file: Path) -> Iterator[tuple[Page, str | None]]:
    try:
        for record in archive.records(file):
            yield archive.page_of(record), record.problem
    except OSError as error:
        say("[red]not read[/] ", f"{file}: {error.strerror}")
        sys.exit(FAILED)
    except ArchiveDamaged as damage:
        say("[red]damaged[/] ", str(damage))
        sys.exit(SOME_FAILED)


def _from_file(file: Path, url: str | None) -> Page:
    try:
        body = file.read_bytes()
        fetched = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        say("[red]not read[/] ", f"{file}: {error.strerror}")
        sys.exit(FAILED)
    return _page(url or file.resolve().as_uri(), body, None, 200, fetched)


def _from_web(url: str) -> Page:
    try:
        with urlopen(Request(url, headers={"User-Agent": "twosource (one page, by hand)"}), timeout=PATIENCE) as answer:  # noqa: S310 - http(s), checked by the caller
            return _page(
                answer.url, answer.read(LARGEST), answer.headers.get("Content-Type"), answer.status, clock.now()
            )
    except OSError as error:
        say("[red]not read[/] ", f"{url}: {error}")
        sys.exit(FAILED)


def _page(url: str, body: bytes, content_type: str | None, status: int, fetched: datetime) -> Page:
    return Page(url=url, outlet="", fetched=fetched, status=status, body=body, content_type=content_type)
