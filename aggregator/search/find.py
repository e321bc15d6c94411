"""What a query finds: articles' newest versions, gathered by story. Reads the database, judges nothing.

All the words of a query must stand in one article; a story is found by any of its articles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slugify import slugify
from sqlite_utils import Database

from aggregator.search import marks, tokens
from aggregator.search.query import And, Filter, Node, Not, Or, Phrase
from storage import articles, clock
from storage.types import Article

# A word in a headline says more of what an article is about than one in its text, a credit or a name less: usual weights,
# not measured. In the order of storage.words.COLUMNS.
WEIGHTS = "8, 2, 1, 1, 6, 1"
# Best matches that are read at once; a page shows thirty stories. With 100,000 articles and a word of every second one the page
# took 420 ms of processor before and 200 with it; the ranking itself, which no limit makes shorter, is 150 of them.
RANKED = 500
JOINED = "left join story_articles m on m.article = a.id left join stories s on s.id = m.story"
NEWEST = "not exists (select 1 from articles n where n.id = a.id and n.version > a.version)"
EXACT, STEMS = "headline text credits authors", "headline_stems text_stems"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL over an article ``a``, its ``m.story`` and that story's row ``s``, with the values that it binds."""

    sql: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A story with its articles that a query finds, in the order asked for. ``story`` None: not merged yet."""

    story: str | None
    articles: tuple[Article, ...]


def find(db: Database, node: Node, *, limit: int, best: bool = False) -> list[Found]:
    """The first ``limit`` stories: the one whose match arrived last first, or the best match first."""
    stories: dict[str, list[int]] = {}
    for seq, article, story in _rows(db, node, best):
        key = story or f"article:{article}"
        if key not in stories and len(stories) == limit:
            break
        stories.setdefault(key, []).append(seq)
    versions = {one.seq: one for one in articles.at(db, [seq for seqs in stories.values() for seq in seqs])}
    return [
        Found(story=None if key.startswith("article:") else key, articles=tuple(versions[seq] for seq in seqs))
        for key, seqs in stories.items()
    ]


def stories(db: Database, node: Node) -> set[str]:
    """The stories that a query finds."""
    wanted = condition(node)
    rows = db.execute(
        "select distinct m.story from story_articles m join articles a on a.id = m.article join stories s on s.id = m.story"  # noqa: S608
        f" where {NEWEST} and {wanted.sql}",
        list(wanted.values),
    )
    return {row[0] for row in rows}


def _rows(db: Database, node: Node, best: bool) -> Iterator[tuple[int, str, str | None]]:
    """(seq, article, story) of each match, in order."""
    words, rest = parted(node)
    tail = f"where {rest.sql} and {NEWEST}"
    if words is None:
        sql = f"select a.seq, a.id, m.story from articles a {JOINED} {tail} order by a.seq desc"  # noqa: S608
        yield from db.execute(sql, list(rest.values))
        return
    if best:
        yield from _best(db, words, rest)
        return
    sql = f"select a.seq, a.id, m.story from article_words w cross join articles a on a.seq = w.rowid {JOINED} {tail}"  # noqa: S608
    sql += " and article_words match ? order by w.rowid desc"
    yield from db.execute(sql, [*rest.values, words])


def _best(db: Database, words: str, rest: Condition) -> Iterator[tuple[int, str, str | None]]:
    """The best matches first. Of a common word they are ranked without looking at their articles, then read: a page needs few."""
    ranked = f"select rowid from article_words where article_words match ? order by bm25(article_words, {WEIGHTS}), rowid desc"  # noqa: S608
    place = 0
    for limit in (RANKED, -1):
        seqs = [row[0] for row in db.execute(f"{ranked} limit ? offset ?", [words, limit, place]).fetchall()]
        sql = f"select a.seq, a.id, m.story from articles a {JOINED} where a.seq in (select value from json_each(?))"  # noqa: S608
        found = {
            row[0]: row for row in db.execute(f"{sql} and {rest.sql} and {NEWEST}", [json.dumps(seqs), *rest.values])
        }
        yield from (found[seq] for seq in seqs if seq in found)
        if len(seqs) < limit:
            return
        place += limit


def parted(node: Node) -> tuple[str | None, Condition]:
    """The words as one full-text expression that drives the search, and what else must be so."""
    parts = node.of if isinstance(node, And) else (node,)
    some = tuple(part for part in parts if match(part) is not None)
    without = tuple(part for part in parts if isinstance(part, Not) and match(part.of) is not None)
    words = match(And((*some, *without))) if some else None
    rest = [part for part in parts if words is None or part not in (*some, *without)]
    return words, condition(And(tuple(rest))) if rest else Condition("1")


def condition(node: Node) -> Condition:
    """A query as SQL."""
    words = match(node)
    if words is not None:
        return Condition("a.seq in (select rowid from article_words where article_words match ?)", (words,))
    if isinstance(node, Filter):
        return _filter(node)
    if isinstance(node, Not):
        inner = condition(node.of)
        return Condition(f"not coalesce({inner.sql}, 0)", inner.values)
    assert isinstance(node, And | Or)
    parts = [condition(one) for one in node.of]
    sign = " and " if isinstance(node, And) else " or "
    return Condition(f"({sign.join(part.sql for part in parts)})", tuple(v for part in parts for v in part.values))


def match(node: Node) -> str | None:
    """A query as a full-text expression; None where it is none: it has filters, or says only what must not be."""
    if isinstance(node, Phrase):
        return _words(node)
    if isinstance(node, Or):
        each = [match(one) for one in node.of]
        return None if None in each else f"({' OR '.join(one for one in each if one)})"
    if isinstance(node, And):
        some = [match(one) for one in node.of if not isinstance(one, Not)]
        without = [match(one.of) for one in node.of if isinstance(one, Not)]
        if not some or None in some or None in without:
            return None
        wanted = f"({' AND '.join(one for one in some if one)})"
        return wanted if not without else f"({wanted} NOT ({' OR '.join(one for one in without if one)}))"
    return None


def _words(leaf: Phrase) -> str:
    """Tokens hold letters and digits only, so that nothing of what was typed is read as a sign of the full text's own."""
    exact = f"{{{leaf.place or EXACT}}} : " + _phrase(leaf)
    found = list(tokens.tokens(leaf.text, None))
    if leaf.exact or leaf.prefix or len(found) != 1 or leaf.place in ("credits", "authors"):
        return f"({exact})"
    columns = f"{leaf.place}_stems" if leaf.place else STEMS
    if found[0].acronym:
        return f'({{{columns}}} : "{tokens.ACRONYM}{found[0].folded}")'
    word = leaf.text[found[0].start : found[0].end]
    stems = {one.stem for code in tokens.STEMMERS for one in tokens.tokens(word, code) if one.stem}
    return (
        f"({exact} OR {{{columns}}} : ({' OR '.join(f'{chr(34)}{stem}{chr(34)}' for stem in sorted(stems))}))"
        if stems
        else f"({exact})"
    )


def _phrase(leaf: Phrase) -> str:
    wanted = marks.Wanted.cut(leaf, None)
    return f'"{" ".join(one.folded for one in wanted.tokens)}"{" *" if wanted.prefix else ""}'


def _filter(one: Filter) -> Condition:
    if one.name == "outlet":
        return Condition("a.outlet in (?, ?)", (one.value, slugify(str(one.value))))
    if one.name == "lang":
        return Condition("coalesce(a.language, '') = ?", (one.value,))
    if one.name == "since":
        return Condition("a.fetched >= ?", (_text(one),))
    if one.name == "until":
        return Condition("a.fetched <= ?", (_text(one),))
    if one.name == "agency":
        name, id_ = str(one.value), slugify(str(one.value))
        return Condition(
            "(exists (select 1 from credits c where c.article = a.id and c.version = a.version and c.relation <> 'photo'"
            " and (c.org in (?, ?) or lower(c.name) = ?)) or exists (select 1 from origins o, json_each(o.articles) j"
            " where o.story = m.story and +o.key in (?, ?) and j.value = a.id))",
            (name, id_, name, name, id_),
        )
    assert one.name == "sources"
    least, most = "s.least", "coalesce(s.most, 1e9)"
    if one.sign == "=":
        return Condition(f"({least} = ? and {most} = ?)", (one.value, one.value))
    bound = least if one.sign in (">=", ">") else most
    return Condition(f"coalesce({bound} {one.sign} ?, 0)", (one.value,))


def _text(one: Filter) -> str | None:
    assert not isinstance(one.value, str | int)
    return clock.to_text(one.value)
