"""The tables of layouts and of the samples they are learnt from. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from storage import clock
from storage.types import Layout
from storage.validation import column

AT_ONCE = 4  # layouts of an outlet in force: articles, live blogs, videos, opinion; an older one ends
KEPT = 20  # samples of an outlet: what a mixture of a few layouts needs until one of them has enough


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSample:
    """What one page, read by the general reader, shows of its layout. Selectors: the most telling first."""

    article: str  # its id
    headline: str
    frames: tuple[str, ...]
    bodies: tuple[str, ...]
    headlines: tuple[str, ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]  # each paragraph, and the names of what it stands in, in the body
    busy: tuple[str, ...] = ()  # names of elements that hold a part of the article …
    idle: tuple[str, ...] = ()  # … and, in the frame but not in the body, of those that hold none
    language: str | None = None
    outside: int = 0
    day_first: bool | None = None  # the order of its slash dates. None: none of them says


def in_force(db: Database, outlet: str) -> tuple[Layout, ...]:
    """An outlet's layouts that pages are read by, the newest first."""
    where = "outlet = ? and until is null order by number desc"
    rows = db.execute(f"select number, places from layouts where {where}", [outlet])  # noqa: S608 - our own words
    return tuple(_from_row(number, places) for number, places in rows)


def history(db: Database, outlet: str) -> list[tuple[Layout, str, str | None, int]]:
    """All of an outlet's, the newest first: layout, since, until, and how many pages were read by it."""
    rows = db.execute(
        "select number, places, since, until, (select count(*) from pages where pages.outlet = layouts.outlet"
        " and pages.layout = layouts.number) from layouts where outlet = ? order by number desc",
        [outlet],
    )
    return [(_from_row(number, places), since, until, read) for number, places, since, until, read in rows]


def append(db: Database, outlet: str, layout: Layout, since: datetime) -> Layout:
    """Put a layout in force, and end what then are too many. One that is in force already is given back."""
    known = in_force(db, outlet)
    for one in known:
        if replace(one, number=None) == replace(layout, number=None):
            return one
    number = db.execute("select coalesce(max(number), 0) + 1 from layouts where outlet = ?", [outlet]).fetchone()[0]
    places = {name: value for name, value in asdict(layout).items() if name != "number"}
    db.execute(
        "insert into layouts (outlet, number, since, places) values (?, ?, ?, ?)",
        [outlet, number, clock.to_text(since), json.dumps(places, ensure_ascii=False)],
    )
    for one in known[AT_ONCE - 1 :]:
        assert one.number is not None
        end(db, outlet, one.number, since)
    return replace(layout, number=number)


def end(db: Database, outlet: str, number: int, until: datetime) -> None:
    """Read no more pages by a layout."""
    db.execute(
        "update layouts set until = ? where outlet = ? and number = ? and until is null",
        [clock.to_text(until), outlet, number],
    )


def add_sample(db: Database, outlet: str, sample: LayoutSample) -> None:
    """Keep a sample; another one of the same article takes its place, and the oldest goes when they are many."""
    db.execute("delete from layout_samples where outlet = ? and article = ?", [outlet, sample.article])
    text = json.dumps(asdict(sample), ensure_ascii=False)
    db.execute("insert into layout_samples (outlet, article, sample) values (?, ?, ?)", [outlet, sample.article, text])
    db.execute(
        "delete from layout_samples where outlet = ? and rowid not in"
        " (select rowid from layout_samples where outlet = ? order by rowid desc limit ?)",
        [outlet, outlet, KEPT],
    )


def samples(db: Database, outlet: str) -> list[LayoutSample]:
    """What an outlet's pages have told, the oldest first."""
    rows = db.execute("select sample from layout_samples where outlet = ? order by rowid", [outlet])
    return [column(text, LayoutSample, "layout_samples.sample") for (text,) in rows]


def forget(db: Database, outlet: str, articles: Iterable[str]) -> None:
    """Their layout is learnt."""
    for article in articles:
        db.execute("delete from layout_samples where outlet = ? and article = ?", [outlet, article])


def _from_row(number: int, places: str) -> Layout:
    return replace(column(places, Layout, "layouts.places"), number=number)
