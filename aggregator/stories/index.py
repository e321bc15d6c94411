"""Which articles report the same event: in the order of arrival, and looked at again. Does not say who is whose source.

The rule of the house: two events in one story are worse than one event in two stories, since a story that swallows
another counts the other's sources as its own. A copy of an article reports what that one reports.

An article joins the open story to whose articles it is most alike on average (likeness.py says how alike two articles
are). Every tenth arrival the stories that were reported since are put together anew with their nearest (linkage.py), large
ones less often: what was parted by the order of arrival comes together, and what a single report tied together comes
apart. An id stays with the largest part.

All that decides stands in the rows of the open stories, in whole numbers, so that the same articles give the same stories
in batches of any size and after any number of restarts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories import features, kept, likeness
from aggregator.stories.features import Terms
from aggregator.stories.likeness import COPY, NEAREST
from aggregator.stories.opened import NEIGHBOURS, UNIT, Near, Numbers, OpenStories
from aggregator.stories.postings import Slots, Weights
from aggregator.stories.rarity import DocumentCounts, SeenWords
from aggregator.stories.regrouping import FOLLOWER, Regrouping
from aggregator.stories.tops import Top
from storage import set_aside
from storage import stories as rows
from storage.stories import Assignment
from storage.types import Article, Copy

ANOTHER_DAY = 12.0  # hours without a report: from then on what is alike follows
FAINT = round(0.05 * 65536)  # a cosine below is none. .08 loses .003 on the English events

STRONGEST = 100  # terms of an article that are compared, its heaviest; the rest only count as seen
SCALE = 1 << 12  # a vector's length, so that weights are whole numbers
LONGEST = SCALE + STRONGEST**0.5 / 2  # … at most, where each was rounded up


class StoryIndex:
    """The open stories. What ``place`` returns must be stored, and ``store`` be called before the transaction ends."""

    def __init__(self, db: Database | None = None, *, keeps: bool = True) -> None:
        """``db`` knows the articles that are in none of the open stories; None: there are none.

        ``keeps``: a file may keep what is stored, since it is the tables' as soon as the caller's transaction ends.
        """
        self._db, self._keeps = db, keeps
        self._counts = DocumentCounts(db)
        self._open = OpenStories(db)
        self._regrouping = Regrouping(self._open)

    @classmethod
    def open(cls, db: Database, *, keeps: bool = True) -> StoryIndex:
        """The index as it stood after the last article whose placement was stored."""
        index = cls(db, keeps=keeps)
        index._open.load(db)
        return index

    @staticmethod
    def drop(db: Database) -> None:
        """Forget what a file keeps of open stories; the caller drops their rows. An open index must be opened again."""
        kept.drop(db)

    def __len__(self) -> int:
        """How many stories are open."""
        return int(self._open.stories["open"].sum())

    def story_of(self, article: str) -> str | None:
        """The story of an article that was placed before, open or closed."""
        if (slot := self._open.slot.get(article)) is not None:
            return self._open.ids[int(self._open.at["story"][slot])]
        return set_aside.story_of(self._db, article) if self._db else None

    def place(self, article: Article, copies: Sequence[Copy] = (), terms: Terms | None = None) -> Assignment:
        """Say in which story an article belongs. Call it in the order of arrival, with the article's copies so far.

        ``terms``: its ``article_terms``, where they are known already; then its headline and text are not looked at.
        """
        [placed] = self._place_each([(article, copies)], features.terms_of([article]) if terms is None else [terms])
        return placed

    def place_all(self, arrivals: Sequence[tuple[Article, Sequence[Copy]]]) -> Iterator[Assignment]:
        """The same of many, in order of arrival: what each would say if it came alone. Take them all, and store each."""
        return self._place_each(arrivals, features.terms_of([article for article, _ in arrivals]))

    def _place_each(
        self, arrivals: Sequence[tuple[Article, Sequence[Copy]]], terms: Sequence[Terms]
    ) -> Iterator[Assignment]:
        languages = [article.language or "" for article, _ in arrivals]
        with self._counts.words([(one, found.hashes) for one, found in zip(languages, terms, strict=True)]) as words:
            for (article, copies), found, its in zip(arrivals, terms, words, strict=True):
                yield self._place(article, copies, found, its)

    def _place(self, article: Article, copies: Sequence[Copy], found: Terms, words: SeenWords) -> Assignment:
        seq = article.seq or 0
        home = self.story_of(article.id) if article.version > 1 else None
        if home:
            regrouped, gone = self._regrouping.regroup(seq)
            return Assignment(article=article.id, story=home, regrouped=regrouped, gone=gone)
        arrived = article.fetched.replace(microsecond=0)
        closed = tuple(self._open.close(arrived.timestamp()))
        rarity = words.rarity()
        weights, top = _weights(found, rarity), _top(found, rarity)
        words.add()
        neighbour = _neighbour(article.id, copies)
        if neighbour and neighbour not in self._open.slot and (home := self.story_of(neighbour)):  # its story is closed
            regrouped, gone = self._regrouping.regroup(seq)
            return Assignment(
                article=article.id,
                story=home,
                seq=seq,
                arrived=arrived,
                closed=closed,
                nearest=neighbour,
                regrouped=regrouped,
                gone=gone,
            )
        slot = self._open.enter(article, found, top)
        # A text is near to whom it is FAINT to; a short one is held against all that shares a word.
        least = FAINT << 8 if likeness.wholeness(found.words) >= 1 else 0
        copy = self._open.slot.get(neighbour) if neighbour else None
        products = (
            self._open.vectors.products(found.hashes, weights, slot, least=least, longest=LONGEST, sure=copy) >> 8
        )
        near = self._near(slot, products, top, copy)
        story, follows = self._home(slot, products, near)
        new = story is None
        story = self._open.join(slot, near, self._open.begin(article.id) if story is None else story)
        self._open.vectors.append(slot, found.hashes, weights)
        row = self._open.row(slot, article.language or "", found, weights, near, top)
        regrouped, gone = self._regrouping.unite(self._bridge)
        if not regrouped:
            regrouped, gone = self._regrouping.regroup(seq)
        return Assignment(
            article=article.id,
            story=row.story,
            seq=seq,
            arrived=arrived,
            new=new,
            follows=follows,
            closed=closed,
            opened=row,
            nearest=self._open.names[int(near.slots[near.cosines.argmax()])] if len(near.slots) else None,
            regrouped=regrouped,
            gone=gone,
        )

    def store(self) -> None:
        """Write what the articles placed since the last time changed in what is kept of others."""
        self._counts.store()
        if self._db:
            rows.save_nearest(
                self._db,
                [
                    (self._open.names[slot], self._open.at["nearest"][slot].tobytes())
                    for slot in sorted(self._open.nearer)
                ],
            )
        self._open.nearer.clear()
        if self._keeps:
            self._open.keep()

    def settle(self) -> None:
        """Nothing waits: keep what many articles brought, so that whoever opens the index next need not read it all."""
        if self._keeps:
            self._open.keep(settled=True)

    def _near(self, slot: int, products: NDArray[np.int64], top: Top, neighbour: int | None) -> Near:
        """The nearest open articles; each notes the new one among its own nearest."""
        cosines = np.minimum(products, COPY - 1)
        slots = np.flatnonzero((cosines >= FAINT) & self._open.at["open"][:slot])
        if len(slots) > NEIGHBOURS:
            slots = np.sort(slots[np.argsort(-cosines[slots], kind="stable")[:NEIGHBOURS]])
            self._open.at["least"][slot] = cosines[slots].min()
        if neighbour is not None and neighbour not in slots:
            slots = np.sort(np.append(slots, neighbour))
        nearest, found = self._open.at["nearest"], self._topped(slot, slots, cosines[slots], top)
        best = np.sort(found)[::-1][:NEAREST]
        nearest[slot, : len(best)] = best
        nearer = slots[found > nearest[slots, -1]]
        nearest[nearer, -1] = found[found > nearest[slots, -1]]
        nearest[nearer] = -np.sort(-nearest[nearer].astype(np.int64), axis=1)
        self._open.note_usual(np.append(nearer, slot))
        self._open.nearer.update(nearer.tolist())
        if neighbour is not None:
            found = np.where(slots == neighbour, COPY, found)
        return Near(slots, found, self._open.hours(np.full(len(slots), slot), slots))

    def _topped(self, slot: int, slots: Slots, cosines: NDArray[np.int64], top: Top) -> NDArray[np.int64]:
        """The cosines, as the tops of the articles have them."""
        words = self._open.at["words"]
        whole = likeness.wholeness(words[slots]) * likeness.wholeness(int(words[slot]))
        told = likeness.topped(*self._open.tops.beside(top, slots), whole)
        return np.minimum(np.rint(cosines * told), COPY - 1).astype(np.int64)

    def _home(self, slot: int, products: NDArray[np.int64], near: Near) -> tuple[int | None, str | None]:
        """The story to join, if any; else the id of the one to follow, if any."""
        self._bridge: tuple[int, int] | None = None
        if not len(near.slots):
            return None, None
        if (near.cosines == COPY).any():
            return int(self._open.at["story"][near.slots[near.cosines == COPY][0]]), None
        story = self._open.at["story"][near.slots]
        whole = float(likeness.wholeness(int(self._open.at["words"][slot])))
        alike = whole * self._alike(slot, near, story, near.hours)
        if whole < 1:
            sums, lasting = self._headline(slot, products)
            head = sums * lasting
            alike = alike * (whole + (1 - whole) * lasting) + (1 - whole) * head / likeness.SAME_HEADLINE
        best = int(np.argmax(alike))
        if alike[best] >= 1:
            if whole < FOLLOWER:
                head[best] = 0.0
                self._bridge = (best, int(np.argmax(head))) if head.max() >= likeness.BRIDGE else None
            return best, None
        if near.hours.max() < ANOTHER_DAY:
            return None, None
        ever = whole * self._alike(slot, near, story, 0 * near.hours)
        older = int(np.argmax(ever))
        since = near.hours[story == older]
        takes_up = ever[older] >= 1 and len(since) and since.min() >= ANOTHER_DAY
        return None, self._open.ids[older] if takes_up else None

    def _alike(self, slot: int, near: Near, story: NDArray[np.int64], hours: Numbers) -> Numbers:
        """The mean likeness to each story, as a share of what makes one story, if so many hours lie between."""
        scaled = self._open.scaled(np.full(len(near.slots), slot), near.slots, near.cosines, hours)
        size = np.maximum(self._open.stories["size"], 1)
        return np.asarray(self._sums(slot, near, story, scaled) / size / (likeness.SAME * UNIT))

    def _sums(self, slot: int, near: Near, story: NDArray[np.int64], scaled: Numbers) -> Numbers:
        """The sum of likenesses to each story. In one larger than the list, who is not listed is as near as the last listed."""
        sums, size = np.bincount(story, scaled, minlength=len(self._open.ids)), self._open.stories["size"]
        if (least := int(self._open.at["least"][slot])) and (size[story] > NEIGHBOURS).any():
            listed = np.bincount(story, minlength=len(self._open.ids))
            cosines = np.bincount(story, near.cosines, minlength=len(self._open.ids))
            unlisted = np.where(size > NEIGHBOURS, size - listed, 0) * sums / np.maximum(cosines, 1) * least
            sums = sums + np.rint(unlisted)
        return np.asarray(sums)

    def _headline(self, slot: int, products: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
        """Of each story: how near a bare headline is to the sum of its articles, and what its silence leaves of that."""
        slots = np.flatnonzero((products > 0) & self._open.at["open"][: len(products)])
        story = self._open.at["story"][slots]
        silence = np.full(len(self._open.ids), np.inf)
        np.minimum.at(silence, story, self._open.hours(np.full(len(slots), slot), slots))
        length = np.sqrt(65536 * np.maximum(65536.0, self._open.squares()))
        sums = np.bincount(story, products[slots], minlength=len(self._open.ids))
        return sums / length, likeness.lasting_headline(silence)


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


def _weights(found: Terms, rarity: Numbers) -> Weights:
    raw = (1 + np.log(found.counts.astype(np.float64))) * rarity
    if len(raw) > STRONGEST:
        raw[np.argsort(-raw, kind="stable")[STRONGEST:]] = 0.0
    length = float(np.sqrt((raw * raw).sum())) or 1.0
    return np.asarray(np.rint(raw / length * SCALE), dtype=np.uint16)


def _top(found: Terms, rarity: Numbers) -> Top:
    rare = np.rint(rarity[np.searchsorted(found.hashes, found.top)] * SCALE).astype(np.int64)
    return Top(found.top, found.headline, rare, found.days)


def _neighbour(article: str, copies: Sequence[Copy]) -> str | None:
    """The other article of the copy that shares most."""
    whole = [copy for copy in copies if copy.is_copy and article in (copy.a, copy.b)]
    if not whole:
        return None
    best = max(whole, key=lambda copy: (max(copy.share_a, copy.share_b), copy.a, copy.b))
    return best.a if best.b == article else best.b
