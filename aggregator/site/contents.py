"""What the pages show, read from the database. Renders nothing, judges nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from aggregator.statements.words import Told, gathered
from storage import articles, clock, copies, coverage, decisions, disputes, profiles, statements, stories
from storage.coverage import Coverage
from storage.credits import credits_of
from storage.decisions import Decision
from storage.disputes import Dispute
from storage.types import Article, Copy, Credit

FRONT = 100  # stories on the front page: five screens
RECENT = 50  # rows of an outlet's, an agency's and the corrections' page
MONTHS = 24  # of the plots: two years


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A story in a line."""

    id: str
    headline: str | None
    language: str | None  # of the headline
    least: int
    most: int | None
    outlets: int
    copies: int
    opened: datetime
    updated: datetime
    disputed: bool  # something in it contradicts something else
    decided_by: str | None = None  # people on whose decisions the count rests. None: on the machine's alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A story with all that its page shows."""

    coverage: Coverage
    credits: Mapping[str, Sequence[Credit]]  # of each article's newest version, by its id
    copies: Sequence[Copy]  # pairs within the story
    changed: Sequence[tuple[Article, Article]]  # each version with the one before it, in order of arrival
    follows: Summary | None = None
    followed: Sequence[Summary] = ()
    statements: Sequence[Told] = ()
    disputes: Sequence[Dispute] = ()
    decided: Sequence[Decision] = ()  # what people decided on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """An outlet's articles of one month by what they rest on; one that rests on two counts half for each."""

    month: str  # 2026-03
    own: float
    unsure: float  # name no source and show no work of their own
    others: Sequence[tuple[str, str, float]]  # organisation id, name to print, articles; the most first


def front(db: Database, *, limit: int = FRONT) -> list[Summary]:
    """The stories last reported, newest first."""
    return _summaries(db, "order by updated desc, story limit ?", [limit])


def last(db: Database, limit: int) -> list[str]:
    """The ids of the stories last reported, newest first."""
    return [
        row[0] for row in db.execute("select id from stories order by updated desc, id limit ?", [limit]).fetchall()
    ]


def summaries(db: Database, ids: Sequence[str]) -> dict[str, Summary]:
    """These stories in a line each, by their ids; those that are no more are missing."""
    return {
        one.id: one
        for one in _summaries(db, "where story in (select value from json_each(?))", [json.dumps(list(ids))])
    }


def story(db: Database, id_: str) -> Whole | None:
    """One story, by its id or one that it had; None: there is none."""
    found = coverage.of_stories(db, [stories.forwarded(db, id_)])
    if not found:
        return None
    ((key, covered),) = found.items()
    newest = [report.article for report in covered.reports]
    histories = [articles.versions(db, one.id) for one in newest if one.version > 1]
    changed = [(before, after) for history in histories for before, after in pairwise(history)]
    before = stories.takes_up(db, key)
    return Whole(
        coverage=covered,
        credits={one.id: credits_of(db, one) for one in newest},
        copies=copies.among(db, [one.id for one in newest]),
        changed=sorted(changed, key=lambda pair: pair[1].seq or 0),
        follows=next(iter(_summaries(db, "where story = ?", [before])), None) if before else None,
        followed=_summaries(
            db,
            "where story <> ?1 and follows in (select ?1 union all select old from story_forwards where new = ?1)"
            " order by opened",
            [key],
        ),
        decided=decisions.of_story(db, [one.id for one in newest]),
        statements=gathered(statements.of_story(db, key)),
        disputes=disputes.of_story(db, key),
    )


def outlets_of(whole: Whole) -> int:
    """How many outlets report a story."""
    return len({report.article.outlet for report in whole.coverage.reports})


def of_outlet(db: Database, outlet: str) -> list[Summary]:
    """The stories that an outlet reported last."""
    sql = (
        "where story in (select distinct m.story from articles a join story_articles m on m.article = a.id"
        " where a.outlet = ? order by a.fetched desc limit ?) order by updated desc, story"
    )
    return _summaries(db, sql, [outlet, RECENT])


def of_agency(db: Database, agency: str) -> list[Summary]:
    """The stories that rest on an organisation, the ones last reported."""
    sql = "where story in (select story from origins where key = ?) order by updated desc, story limit ?"
    return _summaries(db, sql, [agency, RECENT])


def printed_by(db: Database, org: str) -> list[tuple[str, int]]:
    """The outlets that credit an organisation with a text, and in how many articles."""
    return db.execute(
        "select a.outlet, count(distinct a.id) from credits c join articles a on a.id = c.article and a.version = c.version"
        " where c.org = ? and c.relation not in ('own', 'photo', 'quoted') and a.outlet <> c.org group by 1 order by 2 desc, 1",
        [org],
    ).fetchall()


def all_outlets(db: Database) -> list[str]:
    """The ids of all outlets that ever gave an article."""
    return [row[0] for row in db.execute("select distinct outlet from articles order by 1").fetchall()]


def all_agencies(db: Database) -> list[str]:
    """The ids of all agencies that are credited with a text."""
    sql = "select distinct org from credits where org is not null and role = 'agency'"
    sql += " and relation not in ('own', 'photo', 'quoted') order by 1"
    return [row[0] for row in db.execute(sql).fetchall()]


def rows(db: Database, view: str, where: str = "", values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Rows of one of our views (storage/views.py)."""
    cursor = db.execute(f"select * from {view} {where}", list(values))  # noqa: S608 - our words
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def months(db: Database, outlet: str) -> list[Month]:
    """An outlet's last months in which it published: own work, and each source's part."""
    gathered: dict[str, list[profiles.Share]] = {}
    for one in profiles.shares(db, outlet):
        gathered.setdefault(one.month, []).append(one)
    return [
        Month(
            month=month,
            own=sum(one.articles for one in found if one.source == outlet),
            unsure=sum(one.articles for one in found if one.source is None),
            others=[
                (one.source, one.name or one.source, one.articles)
                for one in found
                if one.source is not None and one.source != outlet
            ],
        )
        for month, found in list(gathered.items())[-MONTHS:]
    ]


def reach(db: Database, agency: str) -> list[tuple[str, list[profiles.Reach]]]:
    """Who printed an agency in its last months, month by month."""
    gathered: dict[str, list[profiles.Reach]] = {}
    for one in profiles.reach(db, agency):
        gathered.setdefault(one.month, []).append(one)
    return list(gathered.items())[-MONTHS:]


def _summaries(db: Database, tail: str, values: Sequence[object]) -> list[Summary]:
    sql = (
        "select story, headline, (select a.language from story_articles m join articles a on a.id = m.article"  # noqa: S608
        " where m.story = n.story and a.headline is not null order by m.seq, a.version desc limit 1),"
        " least, most, outlets, copies, opened, updated, decided_by, exists (select 1 from disputes d where d.story = n.story)"
        f" from stories_now n {tail}"
    )
    return [_summary(row) for row in db.execute(sql, list(values)).fetchall()]


def _summary(row: Sequence[Any]) -> Summary:
    id_, headline, language, least, most, outlets, copied, opened, updated, decided_by, disputed = row
    first, last = clock.from_text(opened), clock.from_text(updated)
    assert first
    assert last
    return Summary(
        id=id_,
        headline=headline,
        language=language,
        least=least,
        most=most,
        outlets=outlets,
        copies=copied,
        opened=first,
        updated=last,
        disputed=bool(disputed),
        decided_by=decided_by,
    )
