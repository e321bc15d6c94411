"""What one outlet, or one agency, does over time: own work and wire, whom it copies, how often it is first. Judges nothing.

A month is that of the stated publication where that is not after the arrival, else of the arrival, in UTC.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlite_utils import Database

MONTH = "substr(iif(a.published <= a.fetched, a.published, a.fetched), 1, 7)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What part of an outlet's articles of one month rests on one source.

    An article that rests on several sources is shared out evenly among those that are sure.
    """

    month: str  # 2026-03
    source: (
        str | None
    )  # organisation's or outlet's id, the outlet's own for own work; None: what they rest on is not sure
    name: str | None  # to print
    articles: float
    of: int  # the outlet's articles of that month

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.articles / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How many texts one outlet has from another, where the direction is known."""

    outlet: str  # the other one
    articles: int
    certain: int  # of how many the direction is certain, not only likely
    first: str  # arrival of the first such copy, and of the last one
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firsts:
    """How often an outlet was first, by the times that pages state and their arrival does not contradict."""

    stories: int  # with another outlet in which both state a time
    first: int  # in which it states the earliest one, alone
    undated: int  # stories with another outlet in which it, or every other one, states none


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How one outlet printed an agency in one month. Pictures do not count."""

    month: str
    outlet: str
    articles: int  # that credit the agency with text
    of: int  # the outlet's articles of that month


def shares(db: Database, outlet: str) -> list[Share]:
    """An outlet's own work and each source's share, month by month, the largest share first."""
    total = _months(db, outlet)
    # An article's parts are 1 in all, so that what the sources of a month lack is what is not sure.
    sql = f"""
        with rests as materialized (
          select {MONTH} as month, a.id, o.key, o.name from articles a join story_articles m on m.article = a.id
          join origins o on o.story = m.story join json_each(o.articles) j on j.value = a.id
          where a.outlet = ? and a.version = 1 and o.least > 0 group by a.id, o.key)
        select month, key, min(name), sum(part) from
          (select month, key, name, 1.0 / count(*) over (partition by id) as part from rests)
        group by 1, 2
    """  # noqa: S608
    found = [
        Share(month=month, source=key, name=name, articles=round(count, 6), of=total[month])
        for month, key, name, count in db.execute(sql, [outlet]).fetchall()
    ]
    sure: dict[str, float] = defaultdict(float)
    for one in found:
        sure[one.month] += one.articles
    for month, of in total.items():
        if unsure := round(of - sure[month]):
            found.append(Share(month=month, source=None, name=None, articles=unsure, of=of))
    return sorted(found, key=lambda one: (one.month, -one.articles, one.source or ""))


def _months(db: Database, outlet: str) -> dict[str, int]:
    """How many articles an outlet published in each month."""
    sql = f"select {MONTH}, count(*) from articles a where a.outlet = ? and a.version = 1 group by 1"  # noqa: S608
    return dict(db.execute(sql, [outlet]).fetchall())


def copies_from(db: Database, outlet: str) -> list[Copied]:
    """Whose texts an outlet prints, the one most printed first."""
    return _copied(db, outlet, "copy", "original")


def copied_by(db: Database, outlet: str) -> list[Copied]:
    """Who prints an outlet's texts, the one that prints most first."""
    return _copied(db, outlet, "original", "copy")


def _copied(db: Database, outlet: str, mine: str, theirs: str) -> list[Copied]:
    sides = {"copy": {"a->b": "b", "b->a": "a"}, "original": {"a->b": "a", "b->a": "b"}}
    copy = "x" if mine == "copy" else "y"
    # From the outlet's articles to their pairs: "cross join" keeps the planner from reading all pairs.
    pairs = " union all ".join(
        f"select y.outlet as other, {copy}.id as copy, {copy}.fetched as fetched, c.certainty from articles x"  # noqa: S608 - our words
        f" cross join copies c on c.{sides[mine][way]} = x.id"
        f" cross join articles y on y.id = c.{sides[theirs][way]} and y.version = 1 and y.outlet <> :outlet"
        f" where x.outlet = :outlet and x.version = 1 and c.direction = '{way}' and c.kind not in ('partial', 'update')"
        for way in ("a->b", "b->a")
    )
    sql = (
        "select other, count(*), sum(certain), min(fetched), max(fetched) from"  # noqa: S608
        f" (select other, max(certainty = 'certain') as certain, min(fetched) as fetched from ({pairs}) group by other, copy)"
        " group by 1 order by 2 desc, 1"
    )
    return [
        Copied(outlet=other, articles=count, certain=certain, first=first, last=last)
        for other, count, certain, first, last in db.execute(sql, {"outlet": outlet}).fetchall()
    ]


def firsts(db: Database, outlet: str) -> Firsts:
    """How often an outlet was the first of several to report a story."""
    sql = """
        with mine as materialized (
            select m.story, min(iif(a.published <= a.fetched, a.published, null)) as moment
            from articles a join story_articles m on m.article = a.id
            where a.outlet = :outlet and a.version = 1 group by 1),
          pairs as (
            select s.moment as own, min(iif(a.published <= a.fetched, a.published, null)) as others
            from mine s cross join story_articles m on m.story = s.story
            cross join articles a on a.id = m.article and a.version = 1 and a.outlet <> :outlet group by s.story)
        select count(*) filter (where own is not null and others is not null), count(*) filter (where own < others),
          count(*) filter (where own is null or others is null) from pairs
    """
    stories, first, undated = db.execute(sql, {"outlet": outlet}).fetchone()
    return Firsts(stories=stories, first=first, undated=undated)


def reach(db: Database, agency: str) -> list[Reach]:
    """Who printed an agency, month by month, and how large a part of that outlet's articles that was."""
    sql = (
        f"select {MONTH}, a.outlet, count(distinct a.id) from credits c join articles a on a.id = c.article and a.version = 1"  # noqa: S608
        " where c.org = ? and c.relation not in ('photo', 'own', 'quoted') and a.outlet <> c.org group by 1, 2"
    )
    found = db.execute(sql, [agency]).fetchall()
    totals: dict[tuple[str, str], int] = {}
    for outlet in {row[1] for row in found}:
        totals |= {(month, outlet): count for month, count in _months(db, outlet).items()}
    made = (Reach(month=month, outlet=one, articles=n, of=totals[month, one]) for month, one, n in found)
    return sorted(made, key=lambda one: (one.month, -one.articles, one.outlet))


def stories_resting_on(db: Database, agency: str) -> tuple[int, int]:
    """In how many stories an organisation is an independent source for sure, and in how many of these the only one."""
    sql = (
        "select count(*), count(*) filter (where s.most = 1) from origins o join stories s on s.id = o.story"
        " where o.key = ? and o.least > 0"
    )
    stories, alone = db.execute(sql, [agency]).fetchone()
    return stories, alone
