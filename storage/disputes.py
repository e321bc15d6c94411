"""The tables of figures that reports count, and of disputes: what in a story contradicts what. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from storage.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many a report counts."""

    kind: str  # killed | injured
    number: int
    least: bool  # "at least": there may be more
    words: str  # the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Something in a story that contradicts something else, with the sentence that says so."""

    kind: str  # statement: somebody denies, rebuts or retracts | figures: two independent sources count otherwise
    article: str | None  # articles.id
    other: str | None  # figures: the other article; None: a statement
    summary: str  # who and how; the two figures and whose they are
    words: str


def append_figures(db: Database, article: Article, found: Iterable[Figure], *, rules: int) -> None:
    """Store what one version of an article counts."""
    db.conn.executemany(
        "insert into figures (article, version, kind, number, least, words, rules) values (?, ?, ?, ?, ?, ?, ?)",
        [(article.id, article.version, one.kind, one.number, int(one.least), one.words, rules) for one in found],
    )


def figures_of(db: Database, story: str) -> dict[str, list[Figure]]:
    """What the newest versions of a story's articles count, by article."""
    found: dict[str, list[Figure]] = {}
    rows = db.execute(
        "select f.article, f.kind, f.number, f.least, f.words from story_articles m join figures f on f.article = m.article"
        " where m.story = ? and f.version = (select max(version) from articles a where a.id = f.article) order by m.seq, f.kind",
        [story],
    )
    for article, kind, number, least, words in rows.fetchall():
        found.setdefault(article, []).append(Figure(kind=kind, number=number, least=bool(least), words=words))
    return found


def replace(db: Database, story: str, found: Iterable[Dispute], *, rules: int) -> None:
    """A story's disputes are these."""
    db.execute("delete from disputes where story = ?", [story])
    db.conn.executemany(
        "insert into disputes (story, n, kind, article, other, summary, words, rules) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (story, n, one.kind, one.article, one.other, one.summary, one.words, rules)
            for n, one in enumerate(found, start=1)
        ],
    )


def of_story(db: Database, story: str) -> list[Dispute]:
    """A story's disputes, statements first."""
    rows = db.execute("select kind, article, other, summary, words from disputes where story = ? order by n", [story])
    return [
        Dispute(kind=kind, article=article, other=other, summary=summary, words=words)
        for kind, article, other, summary, words in rows.fetchall()
    ]


def drop(db: Database) -> None:
    """Forget every figure and dispute: they can be read again."""
    for table in ("figures", "disputes"):
        db.execute(f"delete from {table}")  # noqa: S608 - our tables
