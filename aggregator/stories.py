"""Which articles report the same event: one pass in the order of arrival. Does not say who is whose source.

The rule of the house: two events in one story are worse than one event in two stories, since a story that swallows
another counts the other's sources as its own. A copy of an article reports what that one reports.

Everything that decides is a whole number kept in the rows of the open stories, so that the same articles give the same
stories in batches of any size, and after any number of restarts.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from sqlite_utils import Database

from aggregator import terms
from storage import stories as rows
from storage.types import Article, Copy, Member, Placement

RULES = 1

WINDOW = timedelta(days=10)  # a story that nobody has reported for so long is closed
MOST_OPEN = 20_000  # stories; the one that has waited longest closes first
SAME = 0.30  # cosine from which an article joins a story
SAME_SHORT = 0.25  # … when it is hardly more than a headline
SHORT = 30  # words
FOLLOWS = 0.20  # cosine from which a story on another day takes up an older one
ANOTHER_DAY = timedelta(hours=14)  # without a report: longer than a night
SCALE = 1 << 12  # a vector's length in whole numbers


@dataclass(slots=True)
class _Story:
    id: str
    place: int  # its number in the arrays
    updated: datetime  # arrival of its last article
    last: datetime  # when its last article was published, as far as stated
    members: list[Member] = field(default_factory=list)
    norm: int = 0  # square of the length of the sum of its vectors


class Index:
    """The open stories. ``place`` puts one article after the other; what it changes must be stored before the next commit."""

    def __init__(self, known: Callable[[str], str | None] = lambda _: None) -> None:
        """``known`` says in which story an article stands that is in none of the open ones."""
        self._known = known
        self.story_of: dict[str, str] = {}
        self.open_stories: OrderedDict[str, _Story] = OrderedDict()
        self.frequency: dict[int, int] = {}
        self.articles = 0
        self.postings: dict[int, tuple[array[int], array[int]]] = {}
        self.by_place: list[_Story | None] = []

    @classmethod
    def open(cls, db: Database) -> Index:
        """The index as it stood after the last article whose placement was stored."""
        index = cls(lambda article: rows.of(db, article))
        for member in rows.open_members(db):
            index._take(member)
        return index

    def place(self, article: Article, copies: Sequence[Copy] = ()) -> Placement:
        """Say in which story an article belongs. Call it in the order of arrival, with the article's copies so far."""
        if article.version > 1 and (home := self.known(article.id)):
            return Placement(article=article.id, story=home)
        closed = tuple(self._close(article.fetched))
        hashes, counts = terms.of(article)
        weights = self._weights(hashes, counts)
        moment = _moment(article)
        home, follows = self._home(article, copies, hashes, weights, moment)
        member = Member(
            article=article.id,
            story=home or article.id,
            seq=article.seq or 0,
            arrived=article.fetched.replace(microsecond=0),
            moment=moment,
            terms=hashes.tobytes(),
            weights=weights.tobytes(),
        )
        self._take(member)
        return Placement(
            article=article.id, story=member.story, new=home is None, follows=follows, closed=closed, member=member
        )

    def _home(
        self, article: Article, copies: Sequence[Copy], hashes: np.ndarray, weights: np.ndarray, moment: datetime
    ) -> tuple[str | None, str | None]:
        """The story to join, if any; else the one to follow, if any."""
        if (mate := _mate(article.id, copies)) and (home := self.known(mate)):
            return home, None
        found = self._nearest(hashes, weights)
        if not found:
            return None, None
        likeness, story = found
        threshold = SAME_SHORT if len(article.text.split()) < SHORT else SAME
        if likeness < threshold:
            return None, story.id if likeness >= FOLLOWS and moment - story.last > ANOTHER_DAY else None
        if moment - story.last > ANOTHER_DAY:
            return None, story.id
        return story.id, None

    def known(self, article: str) -> str | None:
        """The story of an article that was placed before, open or closed."""
        return self.story_of.get(article) or self._known(article)

    def _weights(self, hashes: np.ndarray, counts: np.ndarray) -> np.ndarray:
        seen = np.array([self.frequency.get(h, 0) for h in hashes.tolist()], dtype=np.float64)
        rarity = np.log((self.articles + 2) / (seen + 1))
        raw = (1 + np.log(np.maximum(counts, 1))) * rarity
        length = float(np.sqrt((raw * raw).sum())) or 1.0
        return np.asarray(np.rint(raw / length * SCALE), dtype=np.uint16)

    def _nearest(self, hashes: np.ndarray, weights: np.ndarray) -> tuple[float, _Story] | None:
        total = self._products(hashes, weights)
        if total is None:
            return None
        norms = np.array([story.norm if story else 0 for story in self.by_place], dtype=np.float64)
        likeness = np.where(norms > 0, total / np.sqrt(np.maximum(norms, 1)) / SCALE, 0.0)
        best = int(np.argmax(likeness))
        story = self.by_place[best]
        return (float(likeness[best]), story) if story else None

    def _products(self, hashes: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
        places, parts = [], []
        for term, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
            if weight and (posting := self.postings.get(term)):
                places.append(np.array(posting[0], dtype=np.int64))
                parts.append(np.array(posting[1], dtype=np.float64) * weight)
        if not places:
            return None
        return np.bincount(np.concatenate(places), np.concatenate(parts), minlength=len(self.by_place))

    def _take(self, member: Member) -> None:
        story = self.open_stories.get(member.story)
        if story is None:
            story = _Story(member.story, len(self.by_place), member.arrived, member.moment)
            self.open_stories[member.story] = story
            self.by_place.append(story)
        hashes, weights = _vector(member)
        product = self._products(hashes, weights)
        story.norm += int((weights.astype(np.int64) ** 2).sum()) + (
            2 * int(product[story.place]) if product is not None else 0
        )
        for term, weight in zip(hashes.tolist(), weights.tolist(), strict=True):
            self.frequency[term] = self.frequency.get(term, 0) + 1
            if weight:
                places, parts = self.postings.setdefault(term, (array("I"), array("H")))
                places.append(story.place)
                parts.append(weight)
        self.articles += 1
        self.story_of[member.article] = story.id
        story.members.append(member)
        story.updated, story.last = member.arrived, max(story.last, member.moment)
        self.open_stories.move_to_end(story.id)

    def _close(self, now: datetime) -> Iterable[str]:
        while self.open_stories:
            story = next(iter(self.open_stories.values()))
            if now - story.updated <= WINDOW and len(self.open_stories) <= MOST_OPEN:
                return
            self._forget(story)
            yield story.id

    def _forget(self, story: _Story) -> None:
        del self.open_stories[story.id]
        self.by_place[story.place] = None
        for member in story.members:
            for term in _vector(member)[0].tolist():
                self.frequency[term] -= 1
            self.articles -= 1
            del self.story_of[member.article]


def _vector(member: Member) -> tuple[np.ndarray, np.ndarray]:
    return np.frombuffer(member.terms, dtype=np.uint32), np.frombuffer(member.weights, dtype=np.uint16)


def _moment(article: Article) -> datetime:
    """When it was published, as far as stated; a time after its arrival is a mistake of the page's."""
    moment = min(article.published, article.fetched) if article.published else article.fetched
    return moment.replace(microsecond=0)  # as it is stored


def _mate(article: str, copies: Sequence[Copy]) -> str | None:
    """The other article of the copy that shares most."""
    whole = [copy for copy in copies if copy.kind != "partial" and article in (copy.a, copy.b)]
    if not whole:
        return None
    best = max(whole, key=lambda copy: (max(copy.share_a, copy.share_b), copy.a, copy.b))
    return best.a if best.b == article else best.b


def forwards(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    """Where each story of an earlier judgement went: (old id, new id, why), for those ids that are no longer there.

    ``old`` and ``new`` say the story of each article. A story went where most of its articles are; of equal parts, to the
    one whose id comes first.
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
