"""The tables of stories, of their articles, of their origins, and of where stories went. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage import articles as versions
from storage import clock, set_aside
from storage.types import Article, Carrier, Origin, Story
from storage.validation import column


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenArticle:
    """What the merge keeps in mind of an article while its story is open. Moments are seconds since 1970 UTC."""

    article: str
    story: str
    seq: int  # arrival of its first version
    arrived: int
    earliest: (
        int | None
    )  # when it may have come out, as far as stated: a day without a time is the whole day; None: not stated
    latest: int | None
    words: int  # of its text, as far as it was read; of the headline where there is no text
    language: str  # ISO 639-1; "": not known
    terms: bytes  # uint32 each, ascending: hashes of its words; see aggregator/stories/features.py
    weights: bytes  # uint16 each: what each word weighed when it arrived
    neighbours: bytes  # uint32 each, ascending: seq of the articles that were nearest when it arrived
    cosines: bytes  # uint16 each: how near, in 1/65536; 65535: the one is a copy of the other
    nearest: bytes  # five uint16, descending: the greatest of these until now, with those of later articles
    top: bytes  # uint32 each: hashes of the words of its headline, then of those that its first sentences have beside
    headline: int  # how many of them are the headline's
    telling: int  # how rare those are together, as known when it arrived
    days: int  # of the week that its first sentences name; bit 0: Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """A story whose articles are others than before, after stories were put together anew."""

    story: str
    articles: tuple[str, ...]  # those that came from another story
    opened: datetime  # arrival of its first article, and of its last
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where the merge put one article, and what that changed."""

    article: str
    story: str  # where it stood before ``regrouped``
    seq: int | None = None  # its arrival; None: another version of an article that was placed before
    arrived: datetime | None = None
    new: bool = False  # the story begins with this article
    follows: str | None = None  # the story that a new one takes up on another day
    closed: tuple[str, ...] = ()  # stories that nobody has reported for long: the merge forgets them
    opened: OpenArticle | None = None  # None: its story is closed
    nearest: str | None = None  # the article that it was most like when it arrived. None: it was like none
    regrouped: tuple[Regrouped, ...] = ()
    gone: Mapping[str, str] = field(
        default_factory=dict
    )  # stories that are no more -> where the largest part of each is

    @property
    def concerned(self) -> set[str]:
        """The stories whose rows it changes, those that are no more among them."""
        return {self.story, *self.gone, *(changed.story for changed in self.regrouped)}

    @property
    def touched(self) -> set[str]:
        """The stories whose articles, or their versions, are others than before."""
        return {self.gone.get(self.story, self.story), *(changed.story for changed in self.regrouped)}


def story_of(db: Database, article: str) -> str | None:
    """The story in which an article stands; None: it was not placed yet."""
    row = db.execute("select story from story_articles where article = ?", [article]).fetchone()
    return row[0] if row else None


def assignment(db: Database) -> dict[str, str]:
    """The story of every article."""
    return dict(db.execute("select article, story from story_articles order by seq").fetchall())


def exists(db: Database, story: str) -> bool:
    """Does some story, open or closed, have this id: as it is shown, or as the machine made it?"""
    return db.execute("select 1 from stories where id = ?", [story]).fetchone() is not None or set_aside.exists(
        db, story
    )


def open_articles(db: Database, *, after: int) -> Iterator[OpenArticle]:
    """What the merge keeps in mind of the articles in open stories that arrived after a seq, in order of arrival."""
    found = db.execute(
        f"select {', '.join(f'o.{name}' for name in OPEN)}, coalesce(a.language, '') "  # noqa: S608 - our columns
        "from open_articles o left join articles a on a.seq = o.seq where o.seq > ? order by o.seq",
        [after],
    )
    for *row, language in found:
        yield OpenArticle(**dict(zip(OPEN, row, strict=True)), language=language)


def open_states(db: Database) -> list[tuple[int, str, str, bytes]]:
    """What changes of the articles in open stories, in order of arrival: seq, article, story, nearest.

    Bare tuples from an index of their own: a hundred thousand are read in a tenth of a second.
    """
    return db.execute("select seq, article, story, nearest from open_articles order by seq").fetchall()


def append(db: Database, placement: Assignment, *, rules: int) -> None:
    """Store what the placement of one article changed. A placement that changes nothing leaves no trace."""
    for story in placement.closed:
        db.execute("delete from open_articles where story = ?", [story])
    if placement.arrived is not None:
        _append_article(db, placement, str(clock.to_text(placement.arrived)), rules)
    _regroup(db, placement.regrouped, placement.gone, rules)


def stand_in(db: Database, article: str, story: str, *, rules: int) -> None:
    """Say that an article stands in a story, both of which are known elsewhere only."""
    db.execute(
        "insert or ignore into stories (id, opened, updated, articles, least, rules) values (?, '', '', 0, 1, ?)",
        [story, rules],
    )
    db.execute("insert into story_articles (article, story, seq) values (?, ?, 0)", [article, story])


def save_nearest(db: Database, changed: Iterable[tuple[str, bytes]]) -> None:
    """Store the ``nearest`` of open articles."""
    db.conn.executemany("update open_articles set nearest = ?2 where article = ?1", changed)


def _append_article(db: Database, placement: Assignment, arrived: str, rules: int) -> None:
    if placement.new:
        _insert_story(db, placement.story, arrived, placement.follows, rules)
    db.execute(
        "insert into story_articles (article, story, seq, nearest) values (?, ?, ?, ?)",
        [placement.article, placement.story, placement.seq, placement.nearest],
    )
    db.execute(
        "update stories set articles = articles + 1, updated = max(updated, ?) where id = ?", [arrived, placement.story]
    )
    if placement.opened:
        values = [getattr(placement.opened, name) for name in OPEN]
        marks = ", ".join("?" * len(OPEN))
        db.execute(f"insert into open_articles ({', '.join(OPEN)}) values ({marks})", values)  # noqa: S608 - our columns


def _insert_story(db: Database, story: str, arrived: str, follows: str | None, rules: int) -> None:
    db.execute("delete from story_forwards where old = ?", [story])
    db.execute(
        "insert into stories (id, opened, updated, articles, least, most, follows, rules, moved)"
        " values (?, ?, ?, 0, 1, null, ?, ?, 0)",
        [story, arrived, arrived, follows, rules],
    )


def _regroup(db: Database, changed: Iterable[Regrouped], gone: Mapping[str, str], rules: int) -> None:
    for story in changed:
        if not exists(db, story.story):
            _insert_story(db, story.story, str(clock.to_text(story.opened)), None, rules)
        for table in ("story_articles", "open_articles"):
            db.execute(
                f"update {table} set story = ? where article in (select value from json_each(?))",  # noqa: S608
                [story.story, json.dumps(story.articles)],
            )
    for old, new in gone.items():
        db.execute("delete from origins where story = ?", [old])
        db.execute("delete from disputes where story = ?", [old])
        for table in ("stories", "set_aside_stories"):
            db.execute(f"update {table} set follows = nullif(?, id) where follows = ?", [new, old])  # noqa: S608
        db.execute("delete from stories where id = ?", [old])
        forward(db, old, new, "merged")
    for story in changed:
        db.execute(
            "update stories set articles = (select count(*) from story_articles where story = ?1), opened = ?2,"
            " updated = ?3, moved = (select max(seq) from story_articles) where id = ?1",
            [story.story, clock.to_text(story.opened), clock.to_text(story.updated)],
        )


def count(db: Database, story: str, origins: Iterable[Origin], least: int, most: int | None, *, rules: int) -> None:
    """Replace a story's origins and its bounds. An origin that is as it was is not touched: what changes is kept for ever."""
    columns = ", ".join(("n", *ORIGIN, "rules"))
    found = db.execute(f"select {columns} from origins where story = ?", [story]).fetchall()  # noqa: S608 - our columns
    there = {row[0]: row for row in found}
    wanted = {n: (n, *_origin_to_row(origin).values(), rules) for n, origin in enumerate(origins, start=1)}
    for n, row in there.items():
        if wanted.get(n) != row:
            db.execute("delete from origins where story = ? and n = ?", [story, n])
    marks = ", ".join("?" * (len(ORIGIN) + 3))
    for n, new in wanted.items():
        if there.get(n) != new:
            db.execute(f"insert into origins (story, {columns}) values ({marks})", [story, *new])  # noqa: S608 - our columns
    db.execute("update stories set least = ?, most = ? where id = ?", [least, most, story])


def forward(db: Database, old: str, new: str, why: str) -> None:
    """Leave a trace from a story that is no more to the one where its reports are now."""
    db.execute("update story_forwards set new = ? where new = ?", [new, old])
    db.execute("delete from story_forwards where old = ?", [new])
    db.execute("delete from story_forwards where old = ?", [old])
    db.execute("insert into story_forwards (old, new, why) values (?, ?, ?)", [old, new, why])


def forwarded(db: Database, story: str) -> str:
    """The id under which a story stands today."""
    passed = {story}  # one that was joined by a person leads to another that was, and back where that was undone
    while row := db.execute("select new from story_forwards where old = ?", [story]).fetchone():
        story = row[0]
        if story in passed:
            break
        passed.add(story)
    return story


def takes_up(db: Database, story: str) -> str | None:
    """The story that this one takes up on a later day, as it is called today; None: none."""
    row = db.execute("select follows from stories where id = ?", [story]).fetchone()
    before = forwarded(db, row[0]) if row and row[0] else None
    return None if before == story else before


def largest(db: Database) -> int:
    """Reports of the largest story that is still open; 0: none is."""
    row = db.execute("select count(*) from open_articles group by story order by 1 desc limit 1").fetchone()
    return int(row[0]) if row else 0


def drop(db: Database) -> None:
    """Forget every story. What forwards there are stays."""
    set_aside.drop(db)
    for table in ("origins", "open_articles", "document_counts", "story_articles", "stories"):
        db.execute(f"delete from {table}")  # noqa: S608 - our tables


def load(db: Database, story: str) -> Story | None:
    """One story with its origins, by its id or one that it had; None: there is none."""
    return next(_select(db, "where id = ?", [forwarded(db, story)]), None)


def latest(
    db: Database,
    *,
    limit: int | None = None,
    single: bool = False,
    since: datetime | None = None,
    new: bool = False,
    disputed: bool = False,
) -> Iterator[Story]:
    """Stories, the one last reported first.

    ``single``: only those that surely rest on one source; ``since``: that somebody reported since then, with ``new`` that
    began since then; ``disputed``: in which something contradicts something else.
    """
    wanted = {
        "most = 1": single,
        "id in (select story from disputes)": disputed,
        "updated >= :since": since is not None,
        "opened >= :since": since is not None and new,
    }
    terms = " and ".join(term for term, asked in wanted.items() if asked) or "1"
    values = {"limit": limit or -1, "since": clock.to_text(since)}
    yield from _select(db, f"where {terms} order by updated desc, id limit :limit", values)


def articles(db: Database, story: str) -> list[Article]:
    """The newest version of each of a story's articles, in order of arrival of the first."""
    found = (versions.latest(db, article) for article in _article_ids(db, story))
    return [article for article in found if article]


def _select(db: Database, tail: str, values: list[Any] | dict[str, Any]) -> Iterator[Story]:
    for row in db.execute(f"select {', '.join(STORY)} from stories {tail}", values).fetchall():  # noqa: S608 - our words
        yield _from_row(db, dict(zip(STORY, row, strict=True)))


def _article_ids(db: Database, story: str) -> list[str]:
    return [row[0] for row in db.execute("select article from story_articles where story = ? order by seq", [story])]


STORY = ("id", "least", "most", "follows")
OPEN = (
    "article",
    "story",
    "seq",
    "arrived",
    "earliest",
    "latest",
    "words",
    "terms",
    "weights",
    "neighbours",
    "cosines",
    "nearest",
    "top",
    "headline",
    "telling",
    "days",
)
# What tells a row from another.
TELLING = "select seq, article, terms, weights, neighbours, cosines, top from open_articles"
ORIGIN = ("key", "name", "articles", "reasons", "least", "most", "carriers")


def _from_row(db: Database, row: Mapping[str, Any]) -> Story:
    found = db.execute(f"select {', '.join(ORIGIN)} from origins where story = ? order by n", [row["id"]])  # noqa: S608
    return Story(
        **dict(row) | {"follows": takes_up(db, row["id"]) if row["follows"] else None},
        articles=tuple(_article_ids(db, row["id"])),
        origins=tuple(_origin_from_row(dict(zip(ORIGIN, origin, strict=True))) for origin in found.fetchall()),
    )


def _origin_to_row(origin: Origin) -> dict[str, Any]:
    return {
        "key": origin.key,
        "name": origin.name,
        "articles": json.dumps(origin.articles, ensure_ascii=False),
        "reasons": json.dumps(origin.reasons, ensure_ascii=False),
        "least": origin.least,
        "most": origin.most,
        "carriers": json.dumps([asdict(carrier) for carrier in origin.carriers], ensure_ascii=False),
    }


def _origin_from_row(row: dict[str, Any]) -> Origin:
    lists = {name: column(row[name], tuple[str, ...], f"origins.{name}") for name in ("articles", "reasons")}
    return Origin(**row | lists | {"carriers": carriers_from_text(row["carriers"])})


def carriers_from_text(text: str) -> tuple[Carrier, ...]:
    """Carriers as the column ``origins.carriers`` holds them."""
    return column(text, tuple[Carrier, ...], "origins.carriers")
