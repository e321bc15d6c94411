"""The index of all versions' words: its work is the articles that it lacks, like that of every other station.

The table keeps only tokens (it is contentless): the texts stand in ``articles``. It follows the merge and goes into the same
transaction, so that what is found has its story.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from aggregator.search import tokens
from storage import articles, words
from storage.types import Article

BATCH = 500  # articles a transaction
SAMPLE = 1200  # characters that the language is guessed from, as by the page reader


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
    language = language_of(article)
    headline = list(tokens.tokens(article.headline or "", language))
    text = list(tokens.tokens(article.text, language))
    return (
        _folded(headline),
        _folded(text),
        _folded(tokens.tokens("\n".join(lines), None)),
        _folded(tokens.tokens("\n".join(article.authors), None)),
        _stems(headline),
        _stems(text),
    )


def _folded(found: Iterable[tokens.Token]) -> str:
    return " ".join(token.folded for token in found)


def _stems(found: Iterable[tokens.Token]) -> str:
    stems = (tokens.ACRONYM + token.folded if token.acronym else token.stem for token in found)
    return " ".join(stem for stem in stems if stem)


def language_of(article: Article) -> str | None:
    """The language whose stemmer serves an article. One that is not stated is guessed for this alone, and stored nowhere."""
    if article.language:
        return article.language.partition("-")[0].lower()
    import py3langid  # 0.13 s to load

    return str(py3langid.classify(article.text[:SAMPLE])[0]) if article.body else None
