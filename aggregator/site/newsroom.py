"""Each page of a newsroom by its address, from the database as it is: what `serve` shows and `site` writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from aggregator.feeds import items
from aggregator.feeds.config import Settings
from aggregator.feeds.formats import atom
from aggregator.feeds.model import Feed
from aggregator.feeds.text import csv_cell
from aggregator.health import Trouble
from aggregator.search import attention, find, marks, query
from aggregator.site import contents
from aggregator.site.contents import Summary, Whole, outlets_of
from aggregator.site.render import Attention, Pages, count, cut, name
from aggregator.unstated_language import likely_language
from aggregator.watches.config import load_watches
from storage import articles, copies, profiles, revisions, stories
from storage import watches as watch_rows
from storage.credits import credits_of
from storage.errors import QueryWrong, WatchesFileWrong
from storage.types import Outlet

FOUND = 30  # stories on a page of results
ALERTS = 20  # of each watch, the last ones
BUSIEST = 12  # outlets, and agencies, of a search day by day: the CSV has all
SNIPPETS = 3  # articles of a story that show their words: the rest say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHit:
    """A story that a search found. ``summary`` None: its article is not merged yet."""

    summary: Summary | None
    headline: list[marks.Piece]
    language: str | None
    snippets: list[tuple[str, str | None, list[marks.Piece]]]  # outlet, language, words


def front(db: Database, pages: Pages, *, limit: int = contents.FRONT) -> bytes:
    """The stories last reported."""
    return pages.front(contents.front(db, limit=limit))


def story(db: Database, pages: Pages, id_: str) -> bytes | None:
    """One story; None: there is none of that id."""
    found = contents.story(db, id_)
    return pages.story(found) if found else None


def story_feed(whole: Whole, settings: Settings, outlets: Mapping[str, Outlet]) -> bytes:
    """The articles of one story as an Atom feed, the last one first."""
    story_, feed = whole.coverage, f"story/{name(whole.coverage.id)}"
    made = [
        items.article(one, outlets, since=one.arrived, id_=items.name(settings.authority, feed, one.article.id))
        for one in story_.reports
    ]
    first = next((one.article.headline for one in story_.reports if one.article.headline), story_.id)
    return atom.render(
        Feed(
            name=feed,
            title=cut(first),
            description=f"The articles of one story. {count(story_.least, story_.most, outlets_of(whole))}.",
            address=settings.address,
            authority=settings.authority,
            items=tuple(sorted(made, key=lambda one: one.updated, reverse=True)),
        )
    )


def compare(db: Database, pages: Pages, first: str, second: str) -> bytes | None:
    """Two articles' newest texts, the one that they come from on the left; None: there is no such pair."""
    left, right = articles.latest(db, first), articles.latest(db, second)
    if left is None or right is None:
        return None
    found = next((one for one in copies.among(db, [first, second]) if one.is_copy), None)
    return pages.compare(left, right, found, [credits_of(db, one) for one in (left, right)])


def outlet(db: Database, pages: Pages, id_: str) -> bytes | None:
    """One outlet; None: nothing of it was ever stored."""
    if not db.execute("select 1 from articles where outlet = ? limit 1", [id_]).fetchone():
        return None
    return pages.outlet(
        id_,
        contents.of_outlet(db, id_),
        contents.months(db, id_),
        copied_from=profiles.copies_from(db, id_),
        copied_by=profiles.copied_by(db, id_),
        firsts=profiles.firsts(db, id_),
    )


def agency(db: Database, pages: Pages, id_: str) -> bytes | None:
    """One organisation; None: nothing rests on it."""
    found, printed = contents.of_agency(db, id_), contents.printed_by(db, id_)
    if not found and not printed:
        return None
    rests, only = profiles.stories_resting_on(db, id_)
    return pages.agency(id_, found, contents.reach(db, id_), printed_by=printed, rests=rests, only=only)


def corrections(db: Database, pages: Pages) -> bytes:
    """What was changed in substance, the last change first."""
    found = revisions.of_substance(db, limit=contents.RECENT)
    where = {after.id: story for _, after in found if (story := stories.story_of(db, after.id))}
    return pages.corrections(found, where)


def health(db: Database, pages: Pages, troubles: Sequence[Trouble]) -> bytes:
    """What is wrong with an outlet, and every outlet's last visit."""
    rows = contents.rows(db, "outlet_health")
    return pages.health([row | {"reasons": json.loads(row["reasons"] or "{}")} for row in rows], troubles)


def watches(db: Database, pages: Pages, file: Path) -> bytes:
    """What staff want to be told of, by the file that says so, and what they were told last."""
    try:
        found = load_watches(file)
    except WatchesFileWrong as error:
        return pages.watches([], wrong=str(error))
    told = [(one, watch_rows.outcomes(db, one.name), watch_rows.last(db, one.name, ALERTS)) for one in found]
    return pages.watches(told, wrong=None)


def search(db: Database, pages: Pages, text: str, *, now: datetime, best: bool = False, days: bool = False) -> bytes:
    """What a query finds; ``days``: and when, which has to look at all that it finds."""
    if not text.strip():
        return pages.search("", [], wrong=None, best=best)
    try:
        node = query.parse(text, now=now)
    except QueryWrong as error:
        return pages.search(text, [], wrong=str(error), best=best)
    found = hits(db, node, limit=FOUND, best=best)
    return pages.search(text, found, wrong=None, best=best, days=_attention(db, node) if days else None)


def _attention(db: Database, node: query.Node) -> Attention:
    parts: tuple[tuple[str, attention.By], ...] = (("Outlet", "outlet"), ("Agency", "agency"))
    found = [(title, attention.attention(db, node, by)) for title, by in parts]
    return Attention(
        all=attention.attention(db, node, "all"),
        by=[(title, days, attention.most(days, BUSIEST)) for title, days in found],
    )


def attention_csv(db: Database, text: str, by: attention.By, *, now: datetime) -> bytes:
    """A search day by day as CSV (RFC 4180). Raises QueryWrong."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(attention.COLUMNS)
    for one in attention.attention(db, query.parse(text, now=now), by):
        writer.writerow((one.day, csv_cell(one.who or ""), one.articles, one.stories))
    return lines.getvalue().encode()


def hits(db: Database, node: query.Node, *, limit: int, best: bool) -> list[StoryHit]:
    """The stories that a query finds, with the words that matched."""
    found = find.find(db, node, limit=limit, best=best)
    known = contents.summaries(db, [one.story for one in found if one.story])
    return [_hit(one, known, node) for one in found]


def _hit(one: find.Found, known: Mapping[str, Summary], node: query.Node) -> StoryHit:
    summary = known.get(one.story or "")
    first = one.articles[0]
    headline = (summary.headline if summary else first.headline) or first.id
    language = summary.language if summary else first.language
    return StoryHit(
        summary=summary,
        headline=marks.marked(cut(headline), language, node, place="headline"),
        language=language,
        snippets=[
            (article.outlet, article.language, marks.snippet(article.text, likely_language(article), node))
            for article in one.articles[:SNIPPETS]
        ],
    )
