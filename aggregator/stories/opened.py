"""The open stories and their articles, as arrays: entered, measured, closed. Judges nothing but how alike two articles are.

All that decides stands in the rows of the open articles, in whole numbers, so that a restart takes up the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, time, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories import kept, likeness
from aggregator.stories.columns import Columns
from aggregator.stories.features import Terms
from aggregator.stories.likeness import COPY, NEAREST
from aggregator.stories.pairs import NearPairs, Pairs
from aggregator.stories.postings import Postings, Run, Slots, Weights
from aggregator.stories.rarity import listed
from aggregator.stories.tops import Top, Tops
from storage import stories as rows
from storage.mapped import Mask
from storage.stories import OpenArticle
from storage.types import Article

WINDOW = timedelta(days=10)  # a story that nobody has reported for so long is closed
MOST_OPEN = 20_000  # stories; the one that has waited longest closes first
# How many of an article's nearest are kept. 32 lose .02 of precision on the labelled pairs; all gain nothing.
NEIGHBOURS = 64
WORTH_COMPACTING = 2_000  # articles in the arrays; what closed stories leave in fewer is little
UNIT = 1 << 12  # of a scaled likeness, so that no order of adding changes a sum
DAY = timedelta(days=1)

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Near:
    """The open articles near to a new one, and how near."""

    slots: Slots
    cosines: NDArray[np.int64]  # in 1/65536; COPY: a copy
    hours: Numbers  # between the two


class OpenStories:
    """Articles by slot, in order of arrival; stories by number. Whoever changes the columns keeps ``measure`` true."""

    def __init__(self, db: Database | None) -> None:
        """``db`` knows the stories that are closed; None: there are none."""
        self._db = db
        self.at = Columns(
            seq=np.int64,
            story=np.int64,
            arrived=np.float64,
            earliest=np.float64,
            latest=np.float64,
            words=np.int64,
            listed=bool,
            nearest=(np.uint16, NEAREST),
            usual=np.float64,
            least=np.uint16,
            open=bool,
        )
        self.stories = Columns(size=np.int64, updated=np.float64, pairs=np.float64, open=bool)
        self.pairs = NearPairs()
        self.vectors = Postings()
        self.tops = Tops()
        self._kept: Run | None = None  # the run that the file has
        self.names: list[str] = []  # of articles; "": its story is closed
        self.slot: dict[str, int] = {}
        self.ids: list[str] = []
        self.number: dict[str, int] = {}
        self.nearer: set[int] = set()

    def load(self, db: Database) -> None:
        """Take up the open articles as the tables have them."""
        if not (states := rows.open_states(db)):
            return
        seqs, names, stories, nearest = zip(*states, strict=True)
        if arrays := kept.take_up(db, seqs):
            self.at.extend(**{name: arrays[name] for name in kept.FIXED})
            self.vectors.longest = self._kept = Run.of_arrays(arrays)
            self.pairs.take_up(arrays)
            self.tops.take_up(arrays)
        self._recall(list(rows.open_articles(db, after=int(self.at["seq"].max(initial=0)))))
        slots = np.searchsorted(self.at["seq"], seqs)
        self.at["open"][slots] = True
        self.at["nearest"][slots] = np.frombuffer(b"".join(nearest), "<u2").reshape(-1, NEAREST)
        self.note_usual(slots)
        self.slot = dict(zip(names, slots.tolist(), strict=True))
        self.names = [""] * len(self.at)
        for name, slot in self.slot.items():
            self.names[slot] = name
        self.ids = [*dict.fromkeys(stories), ""]  # the last one is that of all articles whose story is closed
        self.number = {id_: number for number, id_ in enumerate(self.ids)}
        self.at["story"][:] = len(self.ids) - 1
        self.at["story"][slots] = [self.number[story] for story in stories]
        story, many = self.at["story"][slots], len(self.ids)
        updated = np.zeros(many)
        np.maximum.at(updated, story, self.at["arrived"][slots])
        self.stories.extend(
            size=np.bincount(story, minlength=many),
            updated=updated,
            pairs=np.full(many, np.nan),
            open=np.arange(many) < many - 1,
        )

    def keep(self, *, settled: bool = False) -> None:
        """Keep what was made of the rows, when the longest run is another; ``settled``: or when much stands beside it."""
        if self._db is None:
            return
        if settled and self.vectors.is_scattered:
            self.vectors.sort()
        if self.vectors.longest is not self._kept:
            kept.keep(self._db, self.at, self.vectors, self.pairs, self.tops)
            self._kept = self.vectors.longest

    def _recall(self, later: Sequence[OpenArticle]) -> None:
        """Take up what never changes of open articles, given in order of arrival."""
        first, nan = len(self.at), float("nan")
        self.at.extend(
            seq=[row.seq for row in later],
            arrived=[row.arrived for row in later],
            earliest=[nan if row.earliest is None else row.earliest for row in later],
            latest=[nan if row.latest is None else row.latest for row in later],
            words=[row.words for row in later],
            listed=[listed(row.language) for row in later],
            least=[_least(row) for row in later],
        )
        seqs, every = self.at["seq"], np.arange(first, len(self.at))
        terms = np.frombuffer(b"".join(row.terms for row in later), "<u4")
        weights = np.frombuffer(b"".join(row.weights for row in later), "<u2")
        slots = np.repeat(every.astype(np.int32), [len(row.terms) // 4 for row in later])
        self.vectors.append(slots, terms, weights)
        self.tops.extend(
            np.frombuffer(b"".join(row.top for row in later), "<u4"),
            [len(row.top) // 4 for row in later],
            [row.headline for row in later],
            [row.telling for row in later],
            [row.days for row in later],
        )
        neighbours = np.frombuffer(b"".join(row.neighbours for row in later), "<u4").astype(np.int64)
        cosines = np.frombuffer(b"".join(row.cosines for row in later), "<u2")
        a = np.repeat(every, [len(row.neighbours) // 4 for row in later])
        b = np.minimum(np.searchsorted(seqs, neighbours), len(seqs) - 1)
        there = seqs[b] == neighbours
        self.pairs.extend(a[there], b[there], cosines[there])

    def enter(self, article: Article, found: Terms, top: Top) -> int:
        """Give an article a slot; it is in no story yet."""
        earliest, latest = _appeared(article)
        slot = self.at.append(
            seq=article.seq or 0,
            story=0,
            arrived=int(article.fetched.timestamp()),
            earliest=earliest,
            latest=latest,
            words=found.words,
            listed=listed(article.language or ""),
            nearest=0,
            usual=0.0,
            least=0,
            open=False,
        )
        self.names.append(article.id)
        self.tops.append(top)
        return slot

    def note_usual(self, slots: Slots) -> None:
        """Reckon anew what is usual around articles whose nearest are others than before."""
        at = self.at
        at["usual"][slots] = likeness.usual(at["nearest"][slots], at["words"][slots], at["listed"][slots])

    def begin(self, story: str) -> int:
        """Open a story without articles; returns its number."""
        self.ids.append(story)
        self.number[story] = len(self.ids) - 1
        return self.stories.append(size=0, updated=0.0, pairs=0.0, open=True)

    def join(self, slot: int, near: Near, story: int) -> int:
        """Put an article in a story; returns the story."""
        self.at["story"][slot] = story
        self.at["open"][slot] = True
        self.slot[self.names[slot]] = slot
        inside = self.at["story"][near.slots] == story
        self.stories["size"][story] += 1
        self.stories["pairs"][story] += int(near.cosines[inside].sum())
        self.stories["updated"][story] = max(self.stories["updated"][story], self.at["arrived"][slot])
        self.pairs.extend(np.full(len(near.slots), slot), near.slots, near.cosines)
        return story

    def row(self, slot: int, language: str, found: Terms, weights: Weights, near: Near, top: Top) -> OpenArticle:
        """What is kept of an article in its table."""
        at = self.at
        return OpenArticle(
            article=self.names[slot],
            story=self.ids[at["story"][slot]],
            seq=int(at["seq"][slot]),
            arrived=int(at["arrived"][slot]),
            earliest=None if np.isnan(at["earliest"][slot]) else int(at["earliest"][slot]),
            latest=None if np.isnan(at["latest"][slot]) else int(at["latest"][slot]),
            words=int(at["words"][slot]),
            language=language,
            terms=found.hashes[weights > 0].astype("<u4").tobytes(),
            weights=weights[weights > 0].astype("<u2").tobytes(),
            neighbours=at["seq"][near.slots].astype("<u4").tobytes(),
            cosines=near.cosines.astype("<u2").tobytes(),
            nearest=at["nearest"][slot].astype("<u2").tobytes(),
            top=top.terms.astype("<u4").tobytes(),
            headline=top.headline,
            telling=top.telling,
            days=top.days,
        )

    def squares(self) -> Numbers:
        """The square of the sum of each story's vectors; counted from all pairs when a short article first asks for it."""
        size, pairs = self.stories["size"], self.stories["pairs"]
        if np.isnan(pairs).any():
            pairs[:] = self.pairs.sums(np.where(self.at["open"], self.at["story"], -1), len(pairs))
        return np.asarray(65536.0 * size + 2 * pairs)

    def pairs_inside(self, stories: Mask) -> Pairs:
        """The noted pairs of open articles that both stand in some of the stories."""
        return self.pairs.inside(self._articles_of(stories))

    def pairs_around(self, stories: Mask) -> Pairs:
        """The noted pairs of open articles of which one at least stands in some of the stories."""
        return self.pairs.around(self._articles_of(stories), self.at["open"])

    def _articles_of(self, stories: Mask) -> Mask:
        return np.asarray((stories & self.stories["open"])[self.at["story"]] & self.at["open"])

    def scaled(self, a: Slots, b: Slots, cosines: NDArray[np.int64], hours: Numbers) -> Numbers:
        """The likeness of pairs of articles, in whole UNITs; that of copies is beyond doubt, and days apart it counts against."""
        usual = self.at["usual"]
        scaled = cosines / 65536 / np.sqrt(usual[a] * usual[b]) * likeness.lasting(hours)
        scaled = np.where(self.apart(a, b, hours), likeness.PARTED, scaled)
        return np.where(cosines == COPY, 10.0 * UNIT, np.rint(scaled * UNIT))

    def apart(self, a: Slots, b: Slots, hours: Numbers) -> Mask:
        """Which pairs state dates that are too far apart for one event; who states none may be of any day."""
        undated = np.isnan(self.at["earliest"])
        return np.asarray((hours > likeness.APART) & ~undated[a] & ~undated[b])

    def hours(self, a: Slots, b: Slots) -> Numbers:
        """The time between two articles, by their dates, else by their arrival; none inside of a day that has no hour."""
        first, last, arrived = (self.at[name] for name in ("earliest", "latest", "arrived"))
        between = np.maximum(0.0, np.maximum(first[a] - last[b], first[b] - last[a]))
        return np.asarray(np.where(np.isnan(between), np.abs(arrived[a] - arrived[b]), between) / 3600)

    def measure(self, stories: Mask) -> None:
        """Count what some stories hold, from their articles."""
        open_, story, count = self.at["open"], self.at["story"], len(self.ids)
        slots = np.flatnonzero(open_ & stories[story])
        size, updated, pairs = (self.stories[name] for name in ("size", "updated", "pairs"))
        size[stories] = np.bincount(story[slots], minlength=count)[stories]
        updated[stories] = 0.0
        np.maximum.at(updated, story[slots], self.at["arrived"][slots])
        a, b, cosine = self.pairs_inside(stories)
        same = story[a] == story[b]
        pairs[stories] = np.bincount(story[a[same]], cosine[same], minlength=count)[stories]

    def close(self, now: float) -> list[str]:
        """Close the stories that have waited too long, and return their ids."""
        self.compact()
        open_, updated = self.stories["open"], self.stories["updated"]
        waiting = open_ & (updated < now - WINDOW.total_seconds())
        if (many := int(open_.sum()) - MOST_OPEN) > 0:
            longest = np.flatnonzero(open_)
            waiting[longest[np.argsort(updated[longest], kind="stable")[:many]]] = True
        closed = np.flatnonzero(waiting)
        if not len(closed):
            return []
        open_[closed] = False
        over = np.flatnonzero(self.at["open"] & waiting[self.at["story"]])
        self.at["open"][over] = False
        for slot in over.tolist():
            del self.slot[self.names[slot]]
        self.nearer.difference_update(over.tolist())
        return [self.ids[story] for story in closed.tolist()]

    def compact(self) -> None:
        """Leave behind what closed stories left in the arrays, when it is more than what is open."""
        open_ = self.at["open"]
        if len(open_) < WORTH_COMPACTING or 2 * int(open_.sum()) > len(open_):
            return
        renumbered = np.cumsum(open_) - 1
        self.pairs.renumber(open_, renumbered)
        self.vectors.renumber(open_, renumbered)
        self.tops.renumber(open_)
        self.nearer = {int(renumbered[slot]) for slot in self.nearer if open_[slot]}
        self.names = [name for name, stays in zip(self.names, open_.tolist(), strict=True) if stays]
        self.slot = {name: slot for slot, name in enumerate(self.names)}
        living = self.stories["open"]
        story = np.cumsum(living) - 1
        self.at["story"][:] = np.where(open_, story[self.at["story"]], 0)
        self.at.keep(open_)
        self.ids = [id_ for id_, stays in zip(self.ids, living.tolist(), strict=True) if stays]
        self.number = {id_: n for n, id_ in enumerate(self.ids)}
        self.stories.keep(living)

    def is_free(self, story: str) -> bool:
        """Whether a new story may have this id."""
        number = self.number.get(story)
        if number is not None and self.stories["open"][number]:
            return False
        return self._db is None or not rows.exists(self._db, story)


def _appeared(article: Article) -> tuple[float, float]:
    """When an article came out, in seconds, at the earliest and at the latest; not a number: it does not say.

    Midnight sharp is a page that states only the day. Nothing came out after it arrived.
    """
    if article.published is None:
        return float("nan"), float("nan")
    stated = article.published.replace(microsecond=0)
    latest = stated + DAY if stated.astimezone(UTC).time() == time() else stated
    arrived = article.fetched.replace(microsecond=0)
    return min(stated, arrived).timestamp(), min(latest, arrived).timestamp()


def _least(row: OpenArticle) -> int:
    """The least cosine of a list that is full; 0: all neighbours are listed."""
    cosines = np.frombuffer(row.cosines, "<u2")
    return int(cosines.min()) if len(cosines) >= NEIGHBOURS else 0
