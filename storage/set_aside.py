# ruff: noqa: S608 - the statements are put together of our own words, and IN
"""The machine's stories where people decided otherwise: kept aside, while ``stories`` has what people decided. Judges nothing.

``restore`` puts the machine's stories back in their place, ``put`` sets them aside and writes down what people made of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlite_utils import Database

IN = "in (select value from json_each(?))"


def story_of(db: Database, article: str) -> str | None:
    """The story in which the machine put an article; None: in none yet."""
    row = db.execute(
        "select coalesce((select story from set_aside_articles where article = ?1),"
        " (select story from story_articles where article = ?1))",
        [article],
    ).fetchone()
    return row[0] if row else None


def stories_of(db: Database, articles: Collection[str]) -> set[str]:
    """The stories in which the machine put these articles."""
    return {story for article in articles if (story := story_of(db, article))}


def exists(db: Database, story: str) -> bool:
    """Is this a story of the machine that people decided on?"""
    return db.execute("select 1 from set_aside_stories where id = ?", [story]).fetchone() is not None


def together(db: Database, stories: Collection[str]) -> tuple[set[str], set[str]]:
    """The machine's stories that are set aside with these, and the stories that people made of them."""
    machine, shown = set[str](), set[str]()
    found = _values(db, f"select id from set_aside_stories where id {IN}", stories)
    while found - machine:
        machine |= found
        # Tied by an article, or by an id: a part may bear the name of a story whose own articles are elsewhere.
        shown |= _values(
            db,
            "select distinct m.story from set_aside_articles s join story_articles m on m.article = s.article"
            f" where s.story {IN}",
            machine,
        ) | _values(db, f"select id from stories where id {IN}", machine)
        found = _values(
            db,
            "select distinct s.story from story_articles m join set_aside_articles s on s.article = m.article"
            f" where m.story {IN}",
            shown,
        ) | _values(db, f"select id from set_aside_stories where id {IN}", shown)
    return machine, shown


def restore(db: Database, machine: Collection[str], shown: Collection[str]) -> None:
    """Put the machine's stories back where people's stand. Their sources are to be counted."""
    ids = _list(machine)
    for table in ("origins", "disputes"):
        db.execute(f"delete from {table} where story {IN}", [_list(shown)])
    db.execute(
        "insert into stories (id, opened, updated, articles, least, most, follows, rules, moved)"
        " select id, opened, updated, (select count(*) from set_aside_articles a where a.story = s.id), 1, null, follows,"
        f" rules, moved from set_aside_stories s where id {IN}"
        " on conflict (id) do update set opened = excluded.opened, updated = excluded.updated, articles = excluded.articles,"
        " follows = excluded.follows, rules = excluded.rules, moved = excluded.moved",
        [ids],
    )
    db.execute(
        "update story_articles set story = (select s.story from set_aside_articles s where s.article = story_articles.article)"
        f" where article in (select article from set_aside_articles where story {IN})",
        [ids],
    )
    db.execute(f"delete from stories where id {IN} and id not {IN}", [_list(shown), ids])
    db.execute(f"delete from story_forwards where old {IN}", [ids])
    db.execute(f"delete from set_aside_articles where story {IN}", [ids])
    db.execute(f"delete from set_aside_stories where id {IN}", [ids])


def put(db: Database, machine: Collection[str], decided: Mapping[str, Sequence[str]], *, decision: int) -> None:
    """Set the machine's stories aside, and have the ``decided`` ones (id -> articles) in their place, as of a decision."""
    ids = _list(machine)
    db.execute(
        f"insert into set_aside_articles (article, story) select article, story from story_articles where story {IN}",
        [ids],
    )
    db.execute(
        "insert into set_aside_stories (id, opened, updated, follows, rules, moved)"
        f" select id, opened, updated, follows, rules, moved from stories where id {IN}",
        [ids],
    )
    for story, articles in decided.items():
        members = _list(articles)
        db.execute(
            "insert into stories (id, opened, updated, articles, least, most, follows, rules, moved, decided)"
            " select ?1, min(a.fetched), max(a.fetched), count(*), 1, null,"
            " (select follows from set_aside_stories where id = ?1), max(s.rules), max(s.moved), ?3"
            " from json_each(?2) j join story_articles m on m.article = j.value"
            " join articles a on a.id = j.value and a.version = 1"
            " join set_aside_articles p on p.article = j.value join set_aside_stories s on s.id = p.story where true"
            " on conflict (id) do update set opened = excluded.opened, updated = excluded.updated,"
            " articles = excluded.articles, moved = excluded.moved, decided = excluded.decided",
            [story, members, decision],
        )
        db.execute(f"update story_articles set story = ? where article {IN}", [story, members])
        db.execute("delete from story_forwards where old = ?", [story])
    gone = [one for one in machine if one not in decided]
    for table in ("origins", "disputes"):
        db.execute(f"delete from {table} where story {IN}", [_list(gone)])
    db.execute(f"delete from stories where id {IN}", [_list(gone)])
    for old in gone:
        leave_trace(db, old, _values(db, "select article from set_aside_articles where story = ?", old))


def leave_trace(db: Database, old: str, articles: Iterable[str]) -> None:
    """Where most of these articles are now, there leads the id of a story that is no more."""
    row = db.execute(
        f"select story from story_articles where article {IN} group by story order by count(*) desc, story limit 1",
        [_list(articles)],
    ).fetchone()
    if row and row[0] != old:
        db.execute("delete from story_forwards where old = ?", [old])
        db.execute("insert into story_forwards (old, new, why) values (?, ?, 'decided')", [old, row[0]])


def mark(db: Database, articles: Iterable[str], *, decision: int) -> None:
    """The stories of these articles are others than before because of a decision: who reads them looks again."""
    db.execute(
        f"update stories set decided = ? where id in (select story from story_articles where article {IN})",
        [decision, _list(articles)],
    )


def members(db: Database, stories: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """The articles that stand in these stories, in order of arrival: article -> (its story, the article nearest to it)."""
    rows = db.execute(
        f"select article, story, nearest from story_articles where story {IN} order by seq", [_list(stories)]
    )
    return {article: (story, nearest) for article, story, nearest in rows.fetchall()}


def drop(db: Database) -> None:
    """Nothing is set aside."""
    db.execute("delete from set_aside_articles")
    db.execute("delete from set_aside_stories")


def _list(values: Iterable[str]) -> str:
    return json.dumps(sorted(values), ensure_ascii=False)


def _values(db: Database, sql: str, given: Collection[str] | str) -> set[str]:
    return {row[0] for row in db.execute(sql, [given if isinstance(given, str) else _list(given)]).fetchall()}
