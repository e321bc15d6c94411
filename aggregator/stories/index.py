"""Which articles report the same event: one pass in the order of arrival. Does not say who is whose source.

The rule of the house: two events in one story are worse than one event in two stories, since a story that swallows
another counts the other's sources as its own. A copy of an article reports what that one reports.

An article is compared with the sum of each open story's articles: words that are rare among the open ones weigh most. The
longer nobody has reported a story, the more alike an article must be to join it; one that would have joined it, had it come
at once, begins a story that follows it.

All that decides stands in the rows of the open stories, in whole numbers, so that the same articles give the same stories
in batches of any size and after any number of restarts.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories import features
from aggregator.stories.features import Hashes, Terms
from storage import stories as rows
from storage.types import Article, Assignment, Copy, OpenArticle

RULES = 1

WINDOW = timedelta(days=10)  # a story that nobody has reported for so long is closed
MOST_OPEN = 20_000  # stories; the one that has waited longest closes first

# How alike (cosine, 0 to 1) an article must be to a story to join it; between the two lengths, by the length's logarithm.
# Set on half of the stories of an English set of whole articles (.22 to .34 tried) and of one of headlines (.05 to .22).
SAME, WHOLE = 0.28, 60  # … from so many words on
SAME_HEADLINE, HEADLINE = 0.09, 12  # … up to so many words
# What is left of a likeness after a long silence. A headline alone needs the moment as its second witness.
LASTS, LASTS_HEADLINE = 0.25, 0.1
# Hours until it has lost two thirds of what it can lose. For headlines 2 to 24 tried. No set of whole articles here has
# dates: a whole text says itself what it is about, so that its likeness lasts until another day begins.
SILENCE, SILENCE_HEADLINE = 12.0, 6.0
ANOTHER_DAY = timedelta(hours=12)  # without a report: from then on what is alike follows, and is not the same
# An article so near to a second story joins the two, if they are so near to each other: a headline, a whole text.
BRIDGE_HEADLINE, BRIDGED_HEADLINE = 0.10, 0.20
BRIDGE, BRIDGED = 0.45, 0.25  # these gain .004 of BCubed F1 on the set of whole articles; .35 and .25 cost .047

RARITY = 0.8  # exponent of log(articles / articles with the word). .6 to 1.5 tried
IMAGINED = 100  # articles that are taken as read before the first one, with …
IMAGINED_SHARE = 0.7  # … each function word in so many of them
STRONGEST = 100  # terms of an article that are compared, its heaviest; the rest only count as seen
SCALE = 1 << 12  # a vector's length, so that weights are whole numbers

Weights = NDArray[np.uint16]
Numbers = NDArray[np.float64]


@dataclass(slots=True)
class _Story:
    id: str
    place: int  # its number in the arrays
    updated: datetime  # arrival of its last article
    first: datetime | None  # when its earliest article was published; None: none says so
    last: datetime | None  # … and its latest
    members: list[OpenArticle] = field(default_factory=list)


class StoryIndex:
    """The open stories. What ``place`` returns must be stored before the next article is placed."""

    def __init__(self, known: Callable[[str], str | None] = lambda _: None) -> None:
        """``known`` says in which story an article stands that is in none of the open ones."""
        self._known = known
        self._clear()

    @classmethod
    def open(cls, db: Database) -> StoryIndex:
        """The index as it stood after the last article whose placement was stored."""
        index = cls(lambda article: rows.story_of(db, article))
        for member in rows.open_members(db):
            index._take(member)
        return index

    def __len__(self) -> int:
        """How many stories are open."""
        return len(self._open)

    def story_of(self, article: str) -> str | None:
        """The story of an article that was placed before, open or closed."""
        return self._story_of.get(article) or self._known(article)

    def place(self, article: Article, copies: Sequence[Copy] = ()) -> Assignment:
        """Say in which story an article belongs. Call it in the order of arrival, with the article's copies so far."""
        if article.version > 1 and (home := self.story_of(article.id)):
            return Assignment(article=article.id, story=home)
        closed = tuple(self._close(article.fetched))
        found = features.article_terms(article)
        member = self._member(article, found)
        products = self._products(member)
        likeness = self._likeness(products)
        story, follows = self._home(member, copies, found.words, likeness)
        absorbed = None
        if story and (other := self._bridged(story, member, found.words, likeness)):
            story, absorbed = self._join(story, other)
            products = self._products(member)
        member = replace(member, story=story or article.id)
        self._take(member, products)
        return Assignment(
            article=article.id,
            story=member.story,
            new=story is None,
            follows=follows,
            absorbed=(absorbed,) if absorbed else (),
            closed=closed,
            member=member,
        )

    # ------------------------------------------------------------------------------------------ judging

    def _home(
        self, member: OpenArticle, copies: Sequence[Copy], words: int, likeness: Numbers
    ) -> tuple[str | None, str | None]:
        """The story to join, if any; else the one to follow, if any."""
        if (neighbour := _neighbour(member.article, copies)) and (home := self.story_of(neighbour)):
            return home, None
        if not likeness.size:
            return None, None
        whole = _wholeness(words)
        same = SAME_HEADLINE + (SAME - SAME_HEADLINE) * whole
        now = likeness * self._lasting(member, whole)
        if now[best := int(np.argmax(now))] >= same:
            return self._at(best).id, None
        older = self._at(int(np.argmax(likeness)))
        since = member.moment - older.last if member.moment and older.last else member.arrived - older.updated
        takes_up = likeness.max() >= same and since >= ANOTHER_DAY
        return None, older.id if takes_up else None

    def _lasting(self, member: OpenArticle, whole: float) -> Numbers:
        """Of each story: what is left of a likeness to it after its silence, or that long before it began.

        Arrivals are compared where the article or the whole story does not say when it was published.
        """
        silence = member.arrived.timestamp() - self._updated[: self._places]
        if member.moment:
            now, first, last = member.moment.timestamp(), self._first[: self._places], self._last[: self._places]
            silence = np.where(np.isfinite(last), np.maximum(now - last, first - now), silence)
        silence = np.maximum(0.0, silence) / 3600
        silence = np.maximum(0.0, silence - whole * ANOTHER_DAY.total_seconds() / 3600)
        lasts = LASTS_HEADLINE + (LASTS - LASTS_HEADLINE) * whole
        return np.asarray(
            lasts + (1 - lasts) * np.exp(-silence / (SILENCE_HEADLINE + (SILENCE - SILENCE_HEADLINE) * whole))
        )

    def _bridged(self, story: str, member: OpenArticle, words: int, likeness: Numbers) -> str | None:
        """The story that this headline shows to be the same as the one it joins; None: there is none."""
        if story not in self._open:
            return None
        near, nearness = (BRIDGE_HEADLINE, BRIDGED_HEADLINE) if words <= HEADLINE else (BRIDGE, BRIDGED)
        home = self._open[story]
        now = likeness * self._lasting(member, _wholeness(words))
        now[home.place] = 0.0
        if now.max() < near:
            return None
        other = self._at(int(np.argmax(now)))
        return other.id if self._nearness(home, other) >= nearness else None

    def _nearness(self, one: _Story, other: _Story) -> float:
        sums: list[dict[int, int]] = []
        for story in (one, other):
            sums.append({})
            for hashes, weights in map(_vector, story.members):
                for term, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
                    sums[-1][term] = sums[-1].get(term, 0) + weight
        product = sum(weight * sums[1].get(term, 0) for term, weight in sums[0].items())
        return float(product / (self._norm[one.place] * self._norm[other.place]) ** 0.5)

    def _member(self, article: Article, found: Terms) -> OpenArticle:
        moment = min(article.published, article.fetched) if article.published else None
        return OpenArticle(
            article=article.id,
            story="",
            seq=article.seq or 0,
            arrived=article.fetched.replace(microsecond=0),  # as it is stored
            moment=moment and moment.replace(microsecond=0),
            terms=found.hashes.tobytes(),
            weights=self._weights(found).tobytes(),
        )

    def _weights(self, found: Terms) -> Weights:
        common = features.stopword_hashes()
        hashes = found.hashes.tolist()
        seen = np.array(
            [self._frequency.get(h, 0) + IMAGINED * IMAGINED_SHARE * (h in common) for h in hashes], dtype=np.float64
        )
        rarity = np.maximum(0.0, np.log((self._articles + IMAGINED + 2) / (seen + 1))) ** RARITY
        raw = (1 + np.log(found.counts.astype(np.float64))) * rarity
        if len(raw) > STRONGEST:
            raw[np.argsort(-raw, kind="stable")[STRONGEST:]] = 0.0
        length = float(np.sqrt((raw * raw).sum())) or 1.0
        return np.asarray(np.rint(raw / length * SCALE), dtype=np.uint16)

    def _likeness(self, products: Numbers) -> Numbers:
        """Of each story that ever was open here: the cosine with the article. Whole numbers until the last step."""
        norm = self._norm[: self._places]
        return np.asarray(products / np.sqrt(np.maximum(norm, 1)) / SCALE * (norm > 0))

    def _products(self, member: OpenArticle) -> Numbers:
        hashes, weights = _vector(member)
        places, parts = [], []
        for term, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
            if weight and (posting := self._postings.get(term)):
                places.append(np.frombuffer(posting[0], dtype=np.uint32))
                parts.append(np.frombuffer(posting[1], dtype=np.uint16) * np.float64(weight))
        if not places:
            return np.zeros(self._places)
        return np.asarray(
            np.bincount(np.concatenate(places), np.concatenate(parts), minlength=self._places), dtype=np.float64
        )

    # ------------------------------------------------------------------------------------------ keeping

    def _clear(self) -> None:
        self._open: OrderedDict[str, _Story] = OrderedDict()  # the one that has waited longest first
        self._story_of: dict[str, str] = {}
        self._frequency: dict[int, int] = {}  # term -> open articles that have it
        self._postings: dict[int, tuple[array[int], array[int]]] = {}  # term -> place, weight of each article
        self._articles = self._places = 0
        self._stories: list[_Story] = []
        self._norm = np.zeros(1024)  # square of the length of the sum of a story's vectors; 0: closed
        self._updated = np.zeros(1024)  # seconds: arrival of a story's last article
        self._first = np.full(1024, -np.inf)  # seconds: when its earliest article was published; infinite: not stated
        self._last = np.full(1024, -np.inf)  # … and its latest

    def _at(self, place: int) -> _Story:
        return self._stories[place]

    def _take(self, member: OpenArticle, products: Numbers | None = None) -> None:
        """Enter an article; ``products`` with each story that was open before, where they are known already."""
        known = member.story in self._open
        story = self._open[member.story] if known else self._begin(member)
        products = self._products(member) if products is None else products
        product = products[story.place] if known else 0.0
        hashes, weights = _vector(member)
        self._norm[story.place] += (weights.astype(np.float64) ** 2).sum() + 2 * product
        for term, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
            self._frequency[term] = self._frequency.get(term, 0) + 1
            if weight:
                places, parts = self._postings.setdefault(term, (array("I"), array("H")))
                places.append(story.place)
                parts.append(weight)
        self._articles += 1
        self._story_of[member.article] = story.id
        story.members.append(member)
        story.updated = member.arrived
        self._updated[story.place] = member.arrived.timestamp()
        if member.moment:
            story.first, story.last = (
                min(story.first or member.moment, member.moment),
                max(story.last or member.moment, member.moment),
            )
            self._first[story.place], self._last[story.place] = story.first.timestamp(), story.last.timestamp()
        self._open.move_to_end(story.id)

    def _begin(self, member: OpenArticle) -> _Story:
        if self._places == len(self._norm):
            self._norm, self._updated = (
                np.concatenate([old, np.zeros(len(old))]) for old in (self._norm, self._updated)
            )
            self._first, self._last = (
                np.concatenate([old, np.full(len(old), -np.inf)]) for old in (self._first, self._last)
            )
        story = _Story(member.story, self._places, member.arrived, member.moment, member.moment)
        self._stories.append(story)
        self._open[story.id] = story
        self._places += 1
        return story

    def _close(self, now: datetime) -> Iterator[str]:
        while self._open:
            story = next(iter(self._open.values()))
            if now - story.updated <= WINDOW and len(self._open) <= MOST_OPEN:
                break
            self._forget(story)
            yield story.id
        if self._places > 2 * len(self._open) + 1024:
            self._again()

    def _forget(self, story: _Story) -> None:
        del self._open[story.id]
        self._norm[story.place] = 0
        for member in story.members:
            for term in _vector(member)[0].tolist():
                self._frequency[term] -= 1
            self._articles -= 1
            del self._story_of[member.article]

    def _join(self, one: str, other: str) -> tuple[str, str]:
        """Make one story of two, under the id of the one that began first. The id that stays, and the one that goes."""
        into, story = sorted((self._open[one], self._open[other]), key=lambda story: story.members[0].seq)
        self._forget(story)
        for member in story.members:
            self._take(replace(member, story=into.id))
        into.members.sort(key=lambda member: member.seq)
        return into.id, story.id

    def _again(self) -> None:
        """Leave behind what closed stories left in the arrays."""
        members = [member for story in self._open.values() for member in story.members]
        self._clear()
        for member in sorted(members, key=lambda member: member.seq):
            self._take(member)


def forwards(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where each story of an earlier judgement went: (old id, new id, why), for those ids that are no longer there.

    ``old`` and ``new`` say the story of each article. A story went where most of its articles are; of equal parts, to the
    one whose id comes first.

    >>> forwards({"a": "a", "b": "b", "c": "b"}, {"a": "a", "b": "a", "c": "a"})
    [('b', 'a', 'merged')]
    """
    alive = set(new.values())
    parts: dict[str, dict[str, int]] = {}
    for article, story in old.items():
        if story not in alive and article in new:
            went = parts.setdefault(story, {})
            went[new[article]] = went.get(new[article], 0) + 1
    return [
        (story, min(went, key=lambda home: (-went[home], home)), "merged" if len(went) == 1 else "split")
        for story, went in sorted(parts.items())
    ]


def _wholeness(words: int) -> float:
    """0 for a bare headline, 1 for an article of a hundred words."""
    return min(1.0, max(0.0, log(max(words, 1) / HEADLINE) / log(WHOLE / HEADLINE)))


def _vector(member: OpenArticle) -> tuple[Hashes, Weights]:
    return np.frombuffer(member.terms, dtype=np.uint32), np.frombuffer(member.weights, dtype=np.uint16)


def _neighbour(article: str, copies: Sequence[Copy]) -> str | None:
    """The other article of the copy that shares most."""
    whole = [copy for copy in copies if copy.kind != "partial" and article in (copy.a, copy.b)]
    if not whole:
        return None
    best = max(whole, key=lambda copy: (max(copy.share_a, copy.share_b), copy.a, copy.b))
    return best.a if best.b == article else best.b
