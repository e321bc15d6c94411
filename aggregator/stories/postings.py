"""Which open articles have a word, and how much it weighs in each: numpy arrays in memory. Judges nothing.

Entries are appended; now and then all are sorted by word, and what came since is looked through whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.stories.columns import Columns

TAIL = 50_000  # unsorted entries, about five hundred articles: looking through them costs 30 µs an article
LOW_BITS = np.uint32(0xFFFF)
LOW = np.uint64(0xFFFFFFFF)

Slots = NDArray[np.int64]
Terms = NDArray[np.uint32]
Weights = NDArray[np.uint16]


class Postings:
    """Words of articles, which are known by their slot."""

    def __init__(self) -> None:
        self._entries = Columns(term=np.uint32, slot=np.int32, weight=np.uint16)
        self._sorted = 0  # entries that the run holds
        self._terms = np.empty(0, np.uint32)  # of the run
        self._order = np.empty(0, np.int64)

    def append(self, slot: int | NDArray[np.int32], terms: Terms, weights: Weights) -> None:
        """Enter words that weigh something; ``slot`` is one for all or one for each."""
        some = weights > 0
        slots = np.asarray(slot, np.int32)
        self._entries.extend(
            term=terms[some], slot=slots[some] if slots.ndim else np.full(some.sum(), slot), weight=weights[some]
        )

    def products(self, terms: Terms, weights: Weights, slots: int) -> NDArray[np.int64]:
        """The product of a vector with that of each slot below ``slots``: whole numbers."""
        some = weights > 0
        terms, weights = terms[some], weights[some]
        if len(self._entries) - self._sorted > max(TAIL, self._sorted // 4):
            self._sort()
        low, high = np.searchsorted(self._terms, terms, "left"), np.searchsorted(self._terms, terms, "right")
        counts = high - low
        starts = np.repeat(low - np.cumsum(counts) + counts, counts)
        found = self._order[starts + np.arange(len(starts))]
        own = np.repeat(weights, counts)
        tail = self._entries["term"][self._sorted :]
        likely = np.zeros(1 << 16, bool)  # a look at the low bits spares most of the tail a search
        likely[terms & LOW_BITS] = True
        late = np.flatnonzero(likely[tail & LOW_BITS]) if len(terms) else np.empty(0, np.int64)
        at = np.minimum(np.searchsorted(terms, tail[late]), len(terms) - 1)
        same = terms[at] == tail[late]
        found = np.concatenate([found, late[same] + self._sorted])
        own = np.concatenate([own, weights[at[same]]]).astype(np.float64)
        sums = np.bincount(self._entries["slot"][found], own * self._entries["weight"][found], minlength=slots)
        return sums.astype(np.int64)

    def _sort(self) -> None:
        terms = self._entries["term"]
        packed = terms.astype(np.uint64) << np.uint64(32) | np.arange(len(terms), dtype=np.uint64)
        packed.sort()
        self._order = (packed & LOW).astype(np.int64)
        self._terms = (packed >> np.uint64(32)).astype(np.uint32)
        self._sorted = len(terms)

    def renumber(self, stays: NDArray[np.bool_], slots: Slots) -> None:
        """Leave the other slots behind; ``slots`` gives those that stay their new numbers."""
        slot = self._entries["slot"]
        kept = stays[slot]
        slot[:] = slots[slot]
        self._entries.keep(kept)
        self._sorted, self._terms, self._order = 0, self._terms[:0], self._order[:0]
