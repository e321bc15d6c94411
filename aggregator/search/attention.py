"""Attention over time: stories and articles of a search that came out each day, in all, by outlet or agency. Judges nothing.

A day is one of UTC: that of the time which an article's first version states, where its arrival does not contradict; else that of
its arrival. A day on which nothing came out has no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from aggregator.search import find
from aggregator.search.query import Node

By = Literal["all", "outlet", "agency"]
COLUMNS = ("day", "who", "articles", "stories")
BYS: tuple[By, ...] = ("all", "outlet", "agency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day's part of a search. ``who``: outlet or organisation id; None: of all, or articles that credit no agency's text."""

    day: str  # 2026-03-02
    who: str | None
    articles: int
    stories: int  # those not merged yet are in none


def attention(db: Database, node: Node, by: By) -> list[Day]:
    """Day by day, the first one first; of a day the most articles first. An article that credits two agencies counts for each."""
    words, rest = find.parted(node)
    who = {"all": "null", "outlet": "a.outlet", "agency": "c.org"}[by]
    credited = (
        "left join (select distinct article, version, org from credits where role = 'agency' and org is not null"
        " and relation not in ('own', 'photo', 'quoted')) c on c.article = a.id and c.version = a.version"
    )
    matched = "article_words w cross join articles a on a.seq = w.rowid" if words is not None else "articles a"
    sql = (
        f"select substr(iif(f.published <= f.fetched, f.published, f.fetched), 1, 10) as day, {who} as who,"  # noqa: S608
        " count(distinct a.id) as articles, count(distinct m.story) as stories"
        f" from {matched} join articles f on f.id = a.id and f.version = 1 {find.JOINED} {credited if by == 'agency' else ''}"
        f" where {rest.sql} and {find.NEWEST} {'and article_words match ?' if words is not None else ''}"
        " group by 1, 2 order by 1, 3 desc, 2"
    )
    rows = db.execute(sql, [*rest.values, *([words] if words is not None else [])]).fetchall()
    return [Day(day=day, who=one, articles=articles, stories=stories) for day, one, articles, stories in rows]


def most(days: Sequence[Day], limit: int) -> list[str | None]:
    """Who has the most articles over all days."""
    counts: dict[str | None, int] = {}
    for one in days:
        counts[one.who] = counts.get(one.who, 0) + one.articles
    return sorted(counts, key=lambda who: (-counts[who], who or ""))[:limit]
