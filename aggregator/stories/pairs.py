"""Which two open articles are near, and how near: noted by the later of the two when it came. Judges nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.stories.columns import Columns
from aggregator.stories.postings import Slots, ranges
from storage.mapped import Arrays, Mask

UNSORTED = 20_000  # pairs that are looked through whole, some five hundred articles

Pairs = tuple[Slots, Slots, NDArray[np.int64]]  # the later article's slot, the earlier one's, their cosine in 1/65536


class NearPairs:
    """Pairs of slots in the order in which the later one came."""

    def __init__(self) -> None:
        self._rows = Columns(later=np.int32, earlier=np.int32, cosine=np.uint16)
        self._index(np.empty(0, np.int32))

    def take_up(self, kept: Arrays) -> None:
        """Begin with the pairs that ``of_first`` gave."""
        self._rows.extend(**{name: kept[name] for name in ("later", "earlier", "cosine")})
        self._by_earlier, self._starts = kept["by_earlier"], kept["starts"]

    def of_first(self, slots: int) -> Arrays:
        """The pairs that the first slots noted, ready to be taken up."""
        count = int(np.searchsorted(self._rows["later"], slots))
        self._index(self._rows["earlier"][:count])
        columns = {name: self._rows[name][:count] for name in ("later", "earlier", "cosine")}
        return columns | {"by_earlier": self._by_earlier, "starts": self._starts}

    def extend(self, later: Slots, earlier: Slots, cosines: NDArray[np.integer]) -> None:
        """Note pairs; no ``later`` is below one that was noted before."""
        self._rows.extend(later=later, earlier=earlier, cosine=cosines)

    def inside(self, slots: Mask) -> Pairs:
        """Those of which both are among the slots."""
        rows = self._noted_by(np.flatnonzero(slots))
        return self._pairs(rows[slots[self._rows["earlier"][rows]]])

    def around(self, slots: Mask, others: Mask) -> Pairs:
        """Those of which one is among the slots and both are among the others, which hold the slots; in no order."""
        among = np.flatnonzero(slots)
        noting = self._noting(slots, among)
        rows = np.append(self._noted_by(among), noting[~slots[self._rows["later"][noting]]])
        return self._pairs(rows[others[self._rows["later"][rows]] & others[self._rows["earlier"][rows]]])

    def sums(self, groups: NDArray[np.int64], count: int) -> NDArray[np.float64]:
        """The sum of the cosines inside of each of ``count`` groups; ``groups`` gives each slot's, -1: none."""
        group = groups[self._rows["later"]]
        same = np.flatnonzero((group == groups[self._rows["earlier"]]) & (group >= 0))
        return np.asarray(np.bincount(group[same], self._rows["cosine"][same], count), np.float64)

    def renumber(self, stays: Mask, slots: Slots) -> None:
        """Leave the other slots behind; ``slots`` gives those that stay their new numbers, in the same order."""
        later, earlier = self._rows["later"], self._rows["earlier"]
        kept = stays[later] & stays[earlier]
        later[:], earlier[:] = slots[later], slots[earlier]
        self._rows.keep(kept)
        self._index(self._rows["earlier"][:0])

    def _index(self, earlier: NDArray[np.int32]) -> None:
        """Sort the first rows by the earlier slot, which is given: their numbers, and where each slot's begin."""
        self._by_earlier = np.argsort(earlier, kind="stable").astype(np.int32)
        self._starts = np.append(0, np.cumsum(np.bincount(earlier)))

    def _noted_by(self, slots: Slots) -> Slots:
        later = self._rows["later"]
        return ranges(np.searchsorted(later, slots, "left"), np.searchsorted(later, slots, "right"))

    def _noting(self, slots: Mask, among: Slots) -> Slots:
        """The rows in which later articles noted these ones, in any order."""
        earlier, done = self._rows["earlier"], len(self._by_earlier)
        if len(earlier) - done > max(UNSORTED, done // 8):
            self._index(earlier)
            done = len(earlier)
        among = among[among < len(self._starts) - 1]
        found = ranges(self._starts[among], self._starts[among + 1])
        return np.append(self._by_earlier[found], done + np.flatnonzero(slots[earlier[done:]]))

    def _pairs(self, rows: Slots) -> Pairs:
        later, earlier, cosine = (self._rows[name][rows].astype(np.int64) for name in ("later", "earlier", "cosine"))
        return later, earlier, cosine
