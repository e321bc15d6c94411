"""The index of all versions' words: its work is the articles that it lacks, like that of every other station.

The table keeps only tokens (it is contentless): the texts stand in ``articles``. It follows the merge and goes into the same
transaction, so that what is found has its story.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from aggregator.search import tokens
from aggregator.unstated_language import likely_language
from storage import articles, words
from storage.types import Article

BATCH = 500  # articles a transaction


def bring_up(db: Database, *, through: int) -> int:
    """Index every version that the index lacks, up to ``articles.seq`` ``through``; returns how many those were.

    Where other rules made the index it is made anew.
    """
    if words.rules(db) != tokens.RULES:
        words.drop(db, rules=tokens.RULES)
    done = 0
    while found := articles.after(db, words.head(db), through=through, limit=BATCH):
        with db.atomic():
            add(db, found)
        done += len(found)
    return done


def add(db: Database, found: Iterable[Article]) -> None:
    """Index these versions, which the index must lack."""
    words.append(db, ((article.seq, *columns(article)) for article in found))


def columns(article: Article) -> tuple[str, ...]:
    """The tokens of a version in the order of ``words.COLUMNS``, parted by spaces."""
    lines = [line.text for line in article.sourcing_lines]
    if article.picture:
        lines += [text for text in (article.picture.credit, article.picture.caption) if text]
    language = likely_language(article)
    headline, headline_stems = tokens.indexed(article.headline or "", language)
    text, text_stems = tokens.indexed(article.text, language)
    said, _ = tokens.indexed("\n".join(lines), None)
    authors, _ = tokens.indexed("\n".join(article.authors), None)
    return headline, text, said, authors, headline_stems, text_stems
