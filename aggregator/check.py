"""What this newsroom holds on a claim, a link or a pasted passage. Reads the database, judges no truth.

Nothing found means that nothing is held, never that something is false. An article that holds a claim's words may as well
deny it: who denies, rebuts or takes back something in the story is told beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sqlite_utils import Database

from aggregator.copies.overlap import COPY, LEAST
from aggregator.copies.shingles import SHINGLE
from aggregator.copies.words import split_words, windows
from aggregator.search import find, tokens
from aggregator.search.query import And, Node, Or, Phrase
from aggregator.statements.disputes import CONTRADICTS
from storage import articles, copies, decisions, keys, statements, stories
from storage.decisions import Decision
from storage.statements import Statement
from storage.types import Article, Story

PROBE = 6  # words of each phrase that is looked up to find who may print a passage; no other length was tried
PROBES = 40  # phrases at most, spread over the passage
# Words. A longer passage that nobody prints is not looked for word by word: 5,000 words took 12 s and found nothing.
CLAIM = 40


@dataclass(frozen=True, slots=True)
class Printing:
    """An article that was found. ``share``: of a passage's five-word runs, how many stand in its text; None: not asked."""

    article: Article
    share: float | None = None


@dataclass(frozen=True, slots=True)
class CopyPair:
    """An article of the story whose text is another one's. ``sure``: it is known which of the two had it first."""

    article: str
    of: str
    share: float  # of the copy's own words, 0 to 1
    sure: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A story with what was found of it. ``story`` None: its article is not merged yet, and nothing is known of sources."""

    story: Story | None
    found: tuple[Printing, ...]
    reports: tuple[Article, ...]  # every article of the story, in order of arrival
    copied: tuple[CopyPair, ...]
    decided: tuple[Decision, ...] = ()  # what people decided on the story
    denied: tuple[Statement, ...] = ()  # who denies, rebuts or retracts something in the story


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is held. Without ``held`` nothing was found, which says nothing of the truth."""

    asked: Literal["link", "passage", "claim"]
    held: tuple[Held, ...]


def check(db: Database, text: str, *, limit: int) -> Holdings:
    """What at most ``limit`` stories hold of a text.

    A link is looked up by its canonical address, a text of 20 words or more by who prints it, a shorter one (or one of up
    to 40 words that nobody prints) by its words: all of them in one article, in any of their forms.
    """
    text = text.strip()
    if text.lower().startswith(("http://", "https://")) and len(text.split()) == 1:
        return Holdings("link", _by_link(db, text, limit))
    if len(split_words(text)) >= LEAST:
        printed = _by_passage(db, text, limit)
        if printed or len(split_words(text)) > CLAIM:
            return Holdings("passage", printed)
    found = list(tokens.tokens(text, None))
    if not found:
        return Holdings("claim", ())
    node = And(tuple(Phrase(text[one.start : one.end]) for one in found))
    hits = find.find(db, node, limit=limit, best=True)
    return Holdings("claim", tuple(_held(db, hit.story, [Printing(one) for one in hit.articles]) for hit in hits))


def _by_link(db: Database, url: str, limit: int) -> tuple[Held, ...]:
    found = articles.at_address(db, keys.canonical(url))
    return tuple(_held(db, stories.story_of(db, one.id), [Printing(one)]) for one in found[:limit])


def _by_passage(db: Database, text: str, limit: int) -> tuple[Held, ...]:
    """The stories whose articles hold as much of the passage as makes a copy; phrases of it say where to look."""
    hits = find.find(db, _probes(text), limit=limit, best=True)
    wanted = np.unique(windows(split_words(text).hashes, SHINGLE))
    held = []
    for hit in hits:
        printed = [Printing(one, _share(wanted, one.text)) for one in hit.articles]
        enough = [one for one in printed if one.share is not None and one.share >= COPY]
        if enough:
            held.append(_held(db, hit.story, enough))
    return tuple(held)


def _probes(text: str) -> Node:
    found = list(tokens.tokens(text, None))
    starts = range(0, max(len(found) - PROBE + 1, 1), PROBE)
    some = starts[:: len(starts) // PROBES + 1]
    phrases = [text[found[n].start : found[min(n + PROBE, len(found)) - 1].end] for n in some]
    return Or(tuple(Phrase(phrase, place="text", exact=True) for phrase in phrases))


def _share(wanted: np.ndarray, text: str) -> float:
    return float(np.isin(wanted, windows(split_words(text).hashes, SHINGLE)).mean())


def _held(db: Database, story_id: str | None, found: list[Printing]) -> Held:
    story = stories.load(db, story_id) if story_id else None
    if story is None:
        return Held(None, tuple(found), tuple(one.article for one in found), ())
    copied = []
    for pair in copies.among(db, story.articles):
        if not pair.is_copy:
            continue
        of, copy = pair.ends
        copied.append(CopyPair(copy, of, pair.share, sure=pair.sure))
    decided = tuple(decisions.of_story(db, story.articles))
    denied = tuple(one for one in statements.of_story(db, story.id) if one.stance in CONTRADICTS)
    return Held(story, tuple(found), tuple(stories.articles(db, story.id)), tuple(copied), decided, denied)
