"""The table of statements: who said what in which article, and how he stands to it. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from storage.types import Article

STANCES = ("claims", "confirms", "denies", "rebuts", "retracts", "says")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Somebody's statement in one version of an article."""

    speaker: str  # as the text calls him
    stance: str  # one of STANCES
    place: str | None  # post | press conference | statement | outlet. None: the sentence does not say
    place_words: str | None  # the words that say so: "Telegram", the outlet's name
    verb: str  # as printed
    words: str  # the sentence
    head: bool  # it stands in the headline or the standfirst
    sentence: int | None = None  # its number in the text. None: stored before that was kept
    article: str | None = None  # articles.id; None: not stored yet
    version: int | None = None


def append(db: Database, article: Article, found: Iterable[Statement], *, rules: int) -> None:
    """Store what one version of an article tells of statements."""
    db.conn.executemany(
        "insert into statements (article, version, n, speaker, stance, place, place_words, verb, words, rules, head, sentence)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                article.id,
                article.version,
                n,
                one.speaker,
                one.stance,
                one.place,
                one.place_words,
                one.verb,
                one.words,
                rules,
                int(one.head),
                one.sentence,
            )
            for n, one in enumerate(found, start=1)
        ],
    )


def of_story(db: Database, story: str) -> list[Statement]:
    """The statements in the newest versions of a story's articles, in order of arrival, then of the text."""
    rows = db.execute(
        "select s.article, s.version, s.speaker, s.stance, s.place, s.place_words, s.verb, s.words, s.head, s.sentence"
        " from story_articles m join statements s on s.article = m.article"
        " where m.story = ? and s.version = (select max(version) from articles a where a.id = s.article)"
        " order by m.seq, s.n",
        [story],
    )
    return [
        Statement(
            article=row[0], version=row[1], speaker=row[2], stance=row[3], place=row[4], place_words=row[5], verb=row[6],
            words=row[7], head=bool(row[8]), sentence=row[9],
        )
        for row in rows.fetchall()
    ]  # fmt: skip


def drop(db: Database) -> None:
    """Forget every statement: they can be read again."""
    db.execute("delete from statements")
