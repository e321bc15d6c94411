"""Stories and articles as feeds need them: loaded many at a time, with who reported, credited and copied. Judges nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage import articles, clock, keys, stories
from storage.types import Article, Origin
from storage.validation import column

# A copy of these kinds says nothing of its own: the article feeds fold it into its first print. "mixed" and "partial" do.
REPRINT = ("identical", "cut", "extended")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringArticle:
    """An article's newest version, when its first one arrived, and who prints the same text."""

    article: Article
    arrived: datetime
    first: int  # seq of its first version
    reprints: tuple[tuple[str, str | None], ...] = ()  # (outlet, address) of later prints, in order of arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A story with its reports in order of arrival."""

    id: str
    least: int
    most: int | None
    reports: tuple[CoveringArticle, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two versions of an article, one after the other."""

    before: Article
    after: Article
    arrived: datetime  # of the first version


def of_stories(db: Database, ids: Iterable[str]) -> dict[str, Coverage]:
    """The stories with these ids; those that are no more are missing."""
    wanted = json.dumps(list(ids))
    members: dict[str, list[str]] = defaultdict(list)
    for story, article in db.execute(
        "select story, article from story_articles where story in (select value from json_each(?)) order by seq",
        [wanted],
    ).fetchall():
        members[story].append(article)
    reports = of_articles(db, [article for found in members.values() for article in found], reprints=False)
    origins = _origins(db, wanted)
    rows = db.execute(
        "select id, least, most from stories where id in (select value from json_each(?))", [wanted]
    ).fetchall()
    return {
        story: Coverage(
            id=story,
            least=least,
            most=most,
            reports=tuple(reports[article] for article in members[story] if article in reports),
            origins=tuple(origins[story]),
        )
        for story, least, most in rows
        if members[story]
    }


def of_articles(db: Database, ids: Iterable[str], *, reprints: bool = True) -> dict[str, CoveringArticle]:
    """The newest version of each article."""
    wanted = json.dumps(list(ids))
    rows = db.execute(
        "select id, max(seq), min(seq) from articles where id in (select value from json_each(?)) group by id", [wanted]
    ).fetchall()
    firsts = {row[0]: row[2] for row in rows}
    found = {article.id: article for article in articles.at(db, [row[1] for row in rows])}
    answered = _answered(db, wanted)
    newest = {id_: replace(article, url=answered.get(id_, article.url)) for id_, article in found.items()}
    arrivals = _arrivals(db, firsts.values())
    prints = _reprints(db, wanted) if reprints else {}
    return {
        id_: CoveringArticle(
            article=newest[id_], arrived=arrivals[first], first=first, reprints=tuple(prints.get(id_, ()))
        )
        for id_, first in firsts.items()
    }


def of_changes(db: Database, units: Iterable[str]) -> dict[str, Change]:
    """The versions named ``article@version``, each with the one before it."""
    found = {}
    for unit in units:
        article, _, version = unit.rpartition("@")
        history = articles.versions(db, article)
        if 2 <= int(version) <= len(history):
            before, after = history[int(version) - 2], history[int(version) - 1]
            found[unit] = Change(before=before, after=after, arrived=history[0].fetched)
    return found


def _answered(db: Database, wanted: str) -> dict[str, str]:
    """Where each article's page last answered; those that came without a page are missing."""
    rows = db.execute(
        "select article, url, max(seq) from pages where article in (select value from json_each(?)) group by article",
        [wanted],
    ).fetchall()
    return {article: keys.reader_address(url) for article, url, _ in rows}


def _arrivals(db: Database, seqs: Iterable[int]) -> dict[int, datetime]:
    rows = db.execute(
        "select seq, fetched from articles where seq in (select value from json_each(?))", [json.dumps(list(seqs))]
    )
    return {seq: moment for seq, fetched in rows.fetchall() if (moment := clock.from_text(fetched))}


def _reprints(db: Database, wanted: str) -> dict[str, list[tuple[str, str | None]]]:
    found: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for origin, outlet, url in db.execute(
        "select c.a, p.outlet, coalesce((select url from pages where article = p.id order by seq desc limit 1), p.url)"
        " from copies c join articles p on p.id = c.b and p.version = 1"
        " where c.a in (select value from json_each(?)) and c.kind in (select value from json_each(?)) order by p.seq",
        [wanted, json.dumps(REPRINT)],
    ).fetchall():
        found[origin].append((outlet, url and keys.reader_address(url)))
    return found


def _origins(db: Database, wanted: str) -> dict[str, list[Origin]]:
    found: dict[str, list[Origin]] = defaultdict(list)
    for story, *row in db.execute(
        "select story, key, name, articles, reasons, least, most, carriers from origins"
        " where story in (select value from json_each(?)) order by story, n",
        [wanted],
    ).fetchall():
        found[story].append(_origin_from_row(row))
    return found


def _origin_from_row(row: list[Any]) -> Origin:
    key, name, members, reasons, least, most, carriers = row
    return Origin(
        key=key,
        name=name,
        articles=column(members, tuple[str, ...], "origins.articles"),
        reasons=column(reasons, tuple[str, ...], "origins.reasons"),
        least=least,
        most=most,
        carriers=stories.carriers_from_text(carriers),
    )
