"""A part of an archive → a newsroom's database: its pages and articles, in the order in which they were fetched.

Articles keep their ids, which follow from their addresses. Only facts are taken over: what is a copy of what, and how many
sources a story has, the newsroom's own merge says of the articles that it holds. Needs no Spark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow.dataset as ds
from sqlite_utils import Database

from aggregator.archive.tables import SCHEMAS, Folder, article_of, utc
from storage import articles, pages
from storage.types import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was taken over. ``unchanged``: articles whose words were there already."""

    pages: int = 0
    stored: int = 0
    unchanged: int = 0


def load(
    db: Database,
    address: str,
    *,
    since: date | None = None,
    until: date | None = None,
    outlets: Collection[str] = (),
) -> Loaded:
    """Take over the days from ``since`` to ``until``, both included, of these outlets. None and empty: all.

    A day goes in whole or not at all; what is there already is not doubled.
    """
    seen = stored = unchanged = 0
    for found in _days(Folder.at(address), since, until, outlets):
        with db.atomic():
            for row in found:
                article, new = None, False
                page = _page(row)
                if row["said"]:
                    article, new = articles.append(db, article_of(row["said"]))
                    stored, unchanged = stored + new, unchanged + (not new)
                if page is not None and not pages.seen(db, page):
                    seen += 1
                    outcome = "skipped" if article is None else "stored" if new else "unchanged"
                    pages.append(db, page, outcome, article=article, reason=row["reason"])
    return Loaded(pages=seen, stored=stored, unchanged=unchanged)


def _page(row: dict[str, Any]) -> Page | None:
    """The response that a row tells of; None: it tells of none (an imported line, a damaged file)."""
    if row["status"] is None:
        return None
    return Page(
        url=row["url"],
        outlet=row["outlet"],
        fetched=utc(row["fetched"]),
        status=row["status"],
        body=b"",
        content_type=row["content_type"],
        archive=row["file"],
        offset=row["offset"],
    )


def _days(
    folder: Folder, since: date | None, until: date | None, outlets: Collection[str]
) -> Iterator[list[dict[str, Any]]]:
    """The rows of pages, each with its article under ``said``, a day after the other."""
    markers = folder.markers()
    by_day: dict[str, list[str]] = {}
    for marker in markers.values():
        for name in marker["files"]:
            table, day, _ = name.split("/")
            if table != "credits":
                by_day.setdefault(day.removeprefix("day="), []).append(f"{folder.root}/{name}")
    for day, names in sorted(by_day.items()):
        if (since and day < since.isoformat()) or (until and day > until.isoformat()):
            continue
        said = {(row["file"], row["offset"]): row for row in _rows(folder, names, "articles", outlets)}
        found = [
            row | {"said": said.get((row["file"], row["offset"]))} for row in _rows(folder, names, "pages", outlets)
        ]
        yield sorted(
            (row for row in found if row["fetched"]), key=lambda row: (row["fetched"], row["file"], row["offset"])
        )


def _rows(folder: Folder, names: list[str], table: str, outlets: Collection[str]) -> list[dict[str, Any]]:
    chosen = [name for name in names if name.startswith(f"{folder.root}/{table}/")]
    if not chosen:
        return []
    wanted = ds.field("outlet").isin(list(outlets)) if outlets else None
    found: list[dict[str, Any]] = (
        ds.dataset(chosen, SCHEMAS[table], filesystem=folder.system).to_table(filter=wanted).to_pylist()
    )
    return found
