"""Which open articles have a word, and how much it weighs in each: numpy arrays in memory. Judges nothing.

Entries are appended. From time to time those that came are sorted by word into a run, so that what one word has lies together; a
run that is no longer much shorter than the one before it is sorted into that one, so that there are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.stories.columns import Columns
from storage.mapped import Arrays

TAIL = 20_000  # unsorted entries, about two hundred articles: looking through them costs 20 µs an article
SCATTERED = 100_000  # entries outside of the longest run, a thousand articles: some 50 ms to read them from the table
# Words that all pages of one template have weigh next to nothing, and have the longest lists: 37 of an article's hundred words
# had 84 % of the entries at 30,000 such pages. Together they add at most an eighth of the least product that counts, and are
# looked up for those that come so near to it without them: 7.8 ms an article became 3.3; half 6.9, a quarter 3.8.
SPARED = 8
COMMON = 2_000  # entries of a word; a shorter list is gone through as fast
MANY = 20_000  # entries of all words of an article: more are copied, which at 50,000 saves a quarter, at a million three fifths
SHARE = 4  # a run is sorted into the one before it when it has more than 1/4 of its entries
LOW_BITS = np.uint32(0xFFFF)
LOW = np.uint64(0xFFFFFFFF)

Slots = NDArray[np.int64]
Terms = NDArray[np.uint32]
Weights = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Run:
    """Entries sorted by word, those of one word in the order of their slots."""

    terms: Terms  # ascending, each once
    starts: Slots  # where the entries of each begin, and where those of the last end
    slots: NDArray[np.int32]  # an item an entry
    weights: Weights

    @classmethod
    def of_entries(cls, terms: Terms, slots: NDArray[np.int32], weights: Weights) -> Run:
        """Entries in any order of words, those of one word in the order of their slots."""
        packed = terms.astype(np.uint64) << np.uint64(32) | np.arange(len(terms), dtype=np.uint64)
        packed.sort()
        order = (packed & LOW).astype(np.int64)
        return cls.of_sorted((packed >> np.uint64(32)).astype(np.uint32), slots[order], weights[order])

    @classmethod
    def of_sorted(cls, terms: Terms, slots: NDArray[np.int32], weights: Weights) -> Run:
        """Entries in the order of a run, each with its word."""
        first = np.flatnonzero(np.append(True, terms[1:] != terms[:-1])[: len(terms)])
        return cls(terms[first], np.append(first, len(terms)), slots, weights)

    @classmethod
    def of_arrays(cls, kept: Arrays) -> Run:
        """The run that a file holds."""
        return cls(*(kept[f"run_{name}"] for name in ("terms", "starts", "slots", "weights")))

    def arrays(self) -> Arrays:
        """What a file holds of the run."""
        return {f"run_{name}": getattr(self, name) for name in ("terms", "starts", "slots", "weights")}

    def __len__(self) -> int:
        return len(self.slots)

    def __add__(self, later: Run) -> Run:
        return Run.of_entries(
            np.append(self._each_term(), later._each_term()),
            np.append(self.slots, later.slots),
            np.append(self.weights, later.weights),
        )

    def renumber(self, stays: NDArray[np.bool_], slots: Slots) -> Run:
        """The entries of the slots that stay, under their new numbers."""
        kept = stays[self.slots]
        return Run.of_sorted(self._each_term()[kept], slots[self.slots[kept]].astype(np.int32), self.weights[kept])

    def of_first(self, slots: int) -> Run:
        """The entries of the first slots."""
        first = self.slots < slots
        return self if first.all() else Run.of_sorted(self._each_term()[first], self.slots[first], self.weights[first])

    def _each_term(self) -> Terms:
        return np.repeat(self.terms, np.diff(self.starts))

    def places(self, terms: Terms) -> tuple[Slots, Slots]:
        """Where the entries of each word begin and end (exclusive)."""
        at = np.searchsorted(self.terms, terms)
        low = self.starts[at]
        return low, np.where(self.terms.take(at, mode="clip") == terms, self.starts.take(at + 1, mode="clip"), low)

    def added(self, low: int, high: int, weight: int, slots: NDArray[np.int32]) -> NDArray[np.float64]:
        """What a word, whose entries stand from ``low`` to ``high``, adds to the product with some slots."""
        among = self.slots[low:high]
        at = np.minimum(np.searchsorted(among, slots), len(among) - 1)
        return np.where(among[at] == slots, float(weight) * self.weights[low:high][at], 0.0)

    def products(self, low: Slots, high: Slots, weights: Weights, slots: int) -> NDArray[np.float64]:
        """The product of words, whose entries stand at these places, with what the run has of each slot."""
        found, theirs = self._entries(low, high)
        own = np.repeat(weights.astype(np.float64), high - low)
        own *= theirs
        return np.asarray(np.bincount(found, own, slots), np.float64)

    def _entries(self, low: Slots, high: Slots) -> tuple[NDArray[np.int32], Weights]:
        """The slots and weights at these places: many are copied a word at a time, few are picked one by one."""
        if (high - low).sum() < MANY:
            found = ranges(low, high)
            return self.slots[found], self.weights[found]
        words = [slice(start, end) for start, end in zip(low.tolist(), high.tolist(), strict=True) if start < end]
        return np.concatenate([self.slots[word] for word in words]), np.concatenate(
            [self.weights[word] for word in words]
        )


class Postings:
    """Words of articles, which are known by their slot."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._tail = Columns(term=np.uint32, slot=np.int32, weight=np.uint16)

    @property
    def longest(self) -> Run | None:
        """The run of what was entered first. None: nothing was sorted yet."""
        return self._runs[0] if self._runs else None

    @longest.setter
    def longest(self, run: Run) -> None:
        """Put the same entries, or the first ones, there."""
        self._runs[:1] = [run]

    @property
    def is_scattered(self) -> bool:
        """Does much stand outside of the longest run?"""
        return sum(map(len, self._runs[1:])) + len(self._tail) > SCATTERED

    def sort(self) -> None:
        """Bring all entries into one run."""
        self._sort()
        while len(self._runs) > 1:
            later = self._runs.pop()
            self._runs[-1] += later

    def append(self, slot: int | NDArray[np.int32], terms: Terms, weights: Weights) -> None:
        """Enter words that weigh something; ``slot`` is one for all or one for each, and not below what was entered before."""
        some = weights > 0
        slots = np.asarray(slot, np.int32)
        self._tail.extend(
            term=terms[some], slot=slots[some] if slots.ndim else np.full(some.sum(), slot), weight=weights[some]
        )
        if len(self._tail) > TAIL:
            self._sort()

    def products(
        self,
        terms: Terms,
        weights: Weights,
        slots: int,
        *,
        least: int = 0,
        longest: float = 1.0,
        sure: int | None = None,
    ) -> NDArray[np.int64]:
        """The product of a vector, its words ascending, with that of each slot below ``slots``: whole numbers.

        One that is below ``least`` may be told as less than it is, but for that of the slot ``sure``. No vector is longer
        than ``longest``.
        """
        some = weights > 0
        terms, weights = terms[some], weights[some]
        sums = np.zeros(slots, np.float64)
        if not len(terms):
            return sums.astype(np.int64)
        waiting = []
        for run in filter(len, self._runs):
            low, high = run.places(terms)
            common, own = high - low > COMMON, weights
            if common.any():
                common &= _light(weights, least / SPARED / longest)
                waiting += [(run, int(low[n]), int(high[n]), int(weights[n])) for n in np.flatnonzero(common).tolist()]
                low, high, own = low[~common], high[~common], weights[~common]
            sums += run.products(low, high, own, slots)
        late, at = found_in(self._tail["term"], terms)
        own = weights[at].astype(np.float64)
        sums += np.bincount(self._tail["slot"][late], own * self._tail["weight"][late], slots)
        if waiting:
            asked = sums >= least - least / SPARED
            if sure is not None:
                asked[sure] = True
            near = np.flatnonzero(asked).astype(np.int32)
            for run, begin, end, weight in waiting:
                sums[near] += run.added(begin, end, weight, near)
        return sums.astype(np.int64)

    def _sort(self) -> None:
        run = Run.of_entries(*(self._tail[name].copy() for name in ("term", "slot", "weight")))
        self._tail.keep(np.zeros(len(self._tail), bool))
        while self._runs and SHARE * len(run) > len(self._runs[-1]):
            run = self._runs.pop() + run
        self._runs.append(run)

    def renumber(self, stays: NDArray[np.bool_], slots: Slots) -> None:
        """Leave the other slots behind; ``slots`` gives those that stay their new numbers, in the same order."""
        self._runs = [run.renumber(stays, slots) for run in self._runs]
        slot = self._tail["slot"]
        kept = stays[slot]
        slot[:] = slots[slot]
        self._tail.keep(kept)


def _light(weights: Weights, length: float) -> NDArray[np.bool_]:
    """The lightest words, as many as make no longer vector together than this."""
    order = np.argsort(weights, kind="stable")
    light = np.zeros(len(weights), bool)
    light[order[np.cumsum(weights[order].astype(np.float64) ** 2) <= length**2]] = True
    return light


def ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all half-open ranges, one after the other."""
    counts = high - low
    return np.asarray(np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(counts.sum()))


def found_in(terms: Terms, some: Terms) -> tuple[Slots, Slots]:
    """The places of those terms that are among some, which ascend, and where each stands there.

    >>> [places.tolist() for places in found_in(np.array([7, 2, 5], np.uint32), np.array([2, 3, 7], np.uint32))]
    [[0, 1], [2, 0]]
    """
    likely = np.zeros(1 << 16, bool)  # a look at the low bits spares most of them a search
    likely[some & LOW_BITS] = True
    at = np.flatnonzero(likely[(terms & LOW_BITS).astype(np.intp)])
    place = np.searchsorted(some, terms[at])
    same = some.take(place, mode="clip") == terms[at] if len(some) else np.zeros(len(at), bool)
    return at[same], place[same]
