"""Which stories, articles and corrections pass a feed's filter: the queries behind the feeds. Judges nothing.

SQL is put together of our own words only; every value is bound.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from storage.coverage import REPRINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A feed's filter: each condition that is stated must be met, and a list by any one of its entries."""

    of: str = "stories"  # stories | articles | corrections
    words: str | None = None  # a full-text expression that one article must meet: aggregator/search makes it of a query
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()  # organisation ids: an origin of the story, or credited by the article
    least: int | None = None  # independent sources of the story: at least
    most: int | None = None  # surely no more than
    watch: str | None = None  # stories that a watch of this name has found
    folded: bool = False  # articles: reprints of an earlier article are left out


def head(db: Database) -> int:
    """The last arrival that the merge has taken; 0 where there is none."""
    found: int = db.execute("select coalesce(max(seq), 0) from merged").fetchone()[0]
    return found


def rules(db: Database) -> str:
    """The numbers of the rules that made the conclusions as they are now; "" where there are none."""
    row = db.execute("select rules from merged order by seq desc limit 1").fetchone()
    return row[0] if row else ""


def newest(db: Database, selection: Selection, limit: int) -> dict[str, int]:
    """The ``limit`` last changed units that pass the filter, each with the arrival (seq) of the first article that does."""
    return _select(db, selection, "", limit)


def among(db: Database, selection: Selection, units: Iterable[str]) -> dict[str, int]:
    """Those of the units that pass the filter."""
    return _select(
        db, selection, "and u.unit in (select value from json_each(:units))", -1, units=json.dumps(list(units))
    )


def arrived(db: Database, selection: Selection, after: int, *, decided: int) -> set[str]:
    """The units that changed: by arrivals after ``after``, or by people's decisions after ``decided`` (decisions.n).

    Whether they pass the filter or not.
    """
    rows = db.execute(TOUCHED[selection.of], {"after": after, "head": head(db), "decided": decided})
    return {row[0] for row in rows.fetchall()}


def names(db: Database, of: str) -> dict[str, str]:
    """What there is a feed for each of: ids of ``outlets``, ``languages`` or ``agencies`` with a name to print."""
    return dict(db.execute(NAMES[of]).fetchall())


# Each unit with when it last changed (as seq); what is not merged yet does not count.
UNITS = {
    "stories": "select s.id as unit, s.id as story, s.updated as changed, s.least, s.most from stories s",
    "articles": (
        "select m.article as unit, m.story, m.seq as changed, s.least, s.most"
        " from story_articles m join stories s on s.id = m.story"
    ),
    "corrections": (
        "select v.id || '@' || v.version as unit, m.story, v.seq as changed, s.least, s.most, v.seq as this"
        " from articles v join story_articles m on m.article = v.id join stories s on s.id = m.story"
        " where v.version > 1 and v.seq <= :head"
    ),
}
# The articles that may pass a unit's filter: any of a story's, or the one article.
ARTICLES = {
    "stories": "join articles a on a.id = m.article where m.story = u.story and a.seq <= :head",
    "articles": "join articles a on a.id = m.article where m.article = u.unit and a.seq <= :head",
    "corrections": "join articles a on a.id = m.article where a.seq = u.this",
}
# How a row of articles (a) and story_articles (m) says which unit it belongs to.
OWN = {"stories": "m.story", "articles": "m.article", "corrections": "a.id || '@' || a.version"}
# When a feed begins, its words are looked for in so many of the newest articles that hold them: a month of a big newsroom.
LOOKBACK = 10_000
TOUCHED = {
    "stories": (
        "select distinct m.story from articles a join story_articles m on m.article = a.id"
        " where a.seq > :after and a.seq <= :head union select id from stories where moved > :after"
        " union select id from stories where decided > :decided"
    ),
    # A reprint changes the article that it reprints: the item lists it.
    "articles": (
        "select id from articles where seq > :after and seq <= :head union"
        " select c.a from articles a join copies c on c.b = a.id where a.seq > :after and a.seq <= :head"
        " union select article from decision_articles where decision > :decided"
    ),
    "corrections": "select id || '@' || version from articles where version > 1 and seq > :after and seq <= :head",
}
NAMES = {
    "outlets": "select distinct outlet, outlet from articles order by 1",
    "languages": "select distinct language, language from articles where language is not null order by 1",
    "agencies": (
        "select key, min(name) from origins where key not like 'article:%' and key not like 'unnamed:%'"
        " and exists (select 1 from credits where org = key and role = 'agency') group by key order by key"
    ),
}


def _select(db: Database, selection: Selection, more: str, limit: int, **values: object) -> dict[str, int]:
    sql = f"select u.unit, {_first(selection)} as first from ({UNITS[selection.of]}) u {_matching(selection, more)}"  # noqa: S608
    sql += f" where first is not null {_of_stories(selection)} {more} order by u.changed desc, u.unit limit :limit"
    named = {
        **{name: json.dumps(value) if isinstance(value, tuple) else value for name, value in asdict(selection).items()},
        "words": selection.words or "",
        "reprint": json.dumps(REPRINT),
        "head": head(db),
        "limit": limit,
        "lookback": LOOKBACK,
        **values,
    }
    return dict(db.execute(sql, named).fetchall())


def _first(selection: Selection) -> str:
    """The arrival of the unit's first article that pass the filter: looked up for one unit after the other, newest first."""
    if selection.words:
        return "w.first"
    return f"(select min(a.seq) from story_articles m {ARTICLES[selection.of]}{_of_articles(selection)})"  # noqa: S608


def _matching(selection: Selection, more: str) -> str:
    """The units that hold the words: the full text is asked once, as asking it for each unit costs milliseconds a unit.

    The plus keeps SQLite from looking each article up in the full text, which costs more than going through all that match.
    """
    if not selection.words:
        return ""
    among = "and +f.rowid in (select a.seq from story_articles m join articles a on a.id = m.article"
    among += f" where {OWN[selection.of]} in (select value from json_each(:units)))"  # noqa: S608
    found = "select f.rowid as seq from article_words f where article_words match :words"
    found += f" {among if more else ''} order by f.rowid desc limit {-1 if more else ':lookback'}"
    return (
        f"join (select {OWN[selection.of]} as unit, min(a.seq) as first from ({found}) f"  # noqa: S608
        " cross join articles a on a.seq = f.seq cross join story_articles m on m.article = a.id"
        f" where a.seq <= :head {_of_articles(selection)} group by 1) w on w.unit = u.unit"
    )


def _of_articles(selection: Selection) -> str:
    """Terms of an article. A plus keeps SQLite from an index: it has the one article by its id, not thousands of an outlet."""
    conditions = ""
    if selection.outlets:
        conditions += " and +a.outlet in (select value from json_each(:outlets))"
    if selection.languages:
        conditions += " and +a.language in (select value from json_each(:languages))"
    if selection.agencies and selection.of != "stories":
        conditions += " and a.id in (select article from credits where org in (select value from json_each(:agencies)))"
    if selection.folded:
        conditions += (
            " and not exists (select 1 from copies where b = a.id and kind in (select value from json_each(:reprint)))"
        )
    return conditions


def _of_stories(selection: Selection) -> str:
    conditions = ""
    if selection.least is not None:
        conditions += " and u.least >= :least"
    if selection.most is not None:
        conditions += " and u.most <= :most"
    if selection.watch is not None:
        conditions += " and exists (select 1 from watch_stories k join story_articles t on t.article = k.unit"
        conditions += " where k.watch = :watch and t.story = u.story)"
    if selection.agencies and selection.of == "stories":
        # the plus: by the story, of which there is one, not by the agency, which has thousands
        conditions += " and exists (select 1 from origins o where o.story = u.story and +o.key in"
        conditions += " (select value from json_each(:agencies)))"
    return conditions
