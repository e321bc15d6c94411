"""A static site from the same pages: from a file or any web server. Files whose bytes did not change are left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from aggregator.feeds.config import Settings
from aggregator.feeds.publish import write
from aggregator.health import Trouble
from aggregator.site import contents, newsroom, provenance
from aggregator.site.contents import Whole
from aggregator.site.render import SCRIPT, STYLE, Pages, name
from storage.types import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWritten:
    """What was done: files written, files that were as they should be, and files of stories that are no more."""

    written: int
    unchanged: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is written: the last stories, with what they show beside the database."""

    outlets: Mapping[str, Outlet]
    settings: Settings
    troubles: Sequence[Trouble]
    stories: Sequence[str]
    watches: Path | None = None  # the file that says what staff watch. None: nobody outside of the house is to know


def publish(db: Database, folder: Path, pages: Pages, choice: Choice) -> SiteWritten:
    """Write the site: the front page, the last stories, the outlets and agencies in them, corrections and health.

    Pages of ours in the folder that are not among them are removed; other files are let be.
    """
    written = unchanged = 0
    kept: set[Path] = set()
    for path, content in _documents(db, pages, choice):
        kept.add(folder / path)
        if write(folder / path, content):
            written += 1
        else:
            unchanged += 1
    gone = [
        old
        for room in ROOMS
        for old in [*(folder / room).rglob("*.html"), *(folder / room).rglob("*.atom")]
        if old not in kept
    ]
    if (inside := folder / INSIDE) not in kept and inside.exists():
        gone.append(inside)
    for old in gone:
        old.unlink()
    return SiteWritten(written=written, unchanged=unchanged, removed=len(gone))


INSIDE = Path("watches.html")  # never for everybody, also where it was written for the house before
ROOMS = ("story", "compare", "outlet", "agency")


def _documents(db: Database, pages: Pages, choice: Choice) -> Iterator[tuple[Path, bytes]]:
    yield Path("desk.css"), STYLE
    yield Path("desk.js"), SCRIPT
    yield Path("index.html"), newsroom.front(db, pages, limit=min(contents.FRONT, len(choice.stories)))
    yield Path("corrections.html"), newsroom.corrections(db, pages)
    yield Path("health.html"), newsroom.health(db, pages, choice.troubles)
    if choice.watches is not None:
        yield INSIDE, newsroom.watches(db, pages, choice.watches)
    for id_ in choice.stories:
        if whole := contents.story(db, id_):
            yield Path("story") / f"{name(id_)}.html", pages.story(whole)
            feed = newsroom.story_feed(whole, choice.settings, choice.outlets)
            yield Path("story") / f"{name(id_)}.atom", feed
            yield from comparisons(pages, whole)
    for outlet in contents.all_outlets(db):
        if (content := newsroom.outlet(db, pages, outlet)) is not None:
            yield Path("outlet") / f"{name(outlet)}.html", content
    for agency in contents.all_agencies(db):
        if (content := newsroom.agency(db, pages, agency)) is not None:
            yield Path("agency") / f"{name(agency)}.html", content


def comparisons(pages: Pages, whole: Whole) -> Iterator[tuple[Path, bytes]]:
    """Two texts beside each other, for each pair of a story's that has an arrow and may be shown; by their paths."""
    by_id = {report.article.id: report.article for report in whole.coverage.reports}
    for copy in provenance.parents(whole.coverage.reports, whole.copies):
        left, right = (by_id[one] for one in copy.ends)
        if pages.may_show(left, right):
            credited = [whole.credits[one.id] for one in (left, right)]
            page = pages.compare(left, right, copy, credited)
            yield Path("compare") / name(left.id) / f"{name(right.id)}.html", page
