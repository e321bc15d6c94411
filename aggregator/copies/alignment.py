"""Which passages of one text stand in another: word for word, or with words changed here and there. Knows no articles.

A block of eight words in a row proves a passage; editors who change one word in five leave hardly any. So blocks are
joined by shorter runs of words that stand in the same order close by, and what lies between them counts as taken too.
Measured on 325 real pairs and
2,029 made ones (200 families), at 40 % of the shorter text: blocks alone find 99 % and 79 % of the copies,
such passages 100 % and 96 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.words import Hashes, Positions, windows
from storage.mapped import Mask

BLOCK = 8  # words: what is shorter is a phrase that anybody may write
SEED = 3  # words in a row that, where both texts have them once, tie the texts together
GAP = 8  # words from one seed of a passage to the next, at most, on either side
SLIP = 4  # words that one side may have more than the other between two seeds
DENSITY = 0.5  # of a passage's words that are the very same, at least

LOW_BITS = np.uint64(0xFFFF)

Spans = NDArray[np.int64]  # shape (passages, 2): where each starts and ends (exclusive), in words
NONE: Spans = np.empty((0, 2), np.int64)


@dataclass(frozen=True, slots=True)
class Passages:
    """What two texts have in common; passage n is ``a[n]`` in the one and ``b[n]`` in the other."""

    a: Spans
    b: Spans

    def __len__(self) -> int:
        return len(self.a)


def align(a: Hashes, b: Hashes) -> Passages:
    """The passages that two texts share, in the order of ``a``."""
    i, j = _seeds(a, b)
    i, j = _without_lone(i, j)
    if not len(i):
        return Passages(NONE, NONE)
    first, last = _runs(i, j)
    spans_a = np.stack([i[first], i[last] + SEED], axis=1)
    spans_b = np.stack([j[first], j[last] + SEED], axis=1)
    same = _same_words(i, first, last)
    longer = np.maximum(spans_a[:, 1] - spans_a[:, 0], spans_b[:, 1] - spans_b[:, 0])
    good = (same >= BLOCK) & (same >= DENSITY * longer)
    return Passages(spans_a[good], spans_b[good])


def covered(spans: Spans, words: int) -> Mask:
    """Which words of a text of that length stand in one of the spans."""
    change = np.zeros(words + 1, np.int64)
    np.add.at(change, spans[:, 0], 1)
    np.add.at(change, spans[:, 1], -1)
    inside: Mask = np.cumsum(change)[:-1] > 0
    return inside


def _seeds(a: Hashes, b: Hashes) -> tuple[Positions, Positions]:
    """Pairs of places: runs of SEED words that ``b`` has once, and those inside of equal blocks wherever they stand."""
    count = max(0, len(a) - SEED + 1)
    place = np.full(count, -1)
    i, j = _matches(windows(a, BLOCK), windows(b, BLOCK), once=False)
    for shift in range(BLOCK - SEED, -1, -1):
        place[i + shift] = j + shift
    i, j = _matches(windows(a, SEED), windows(b, SEED), once=True)
    place[i] = j
    i = np.flatnonzero(place >= 0)
    return i, place[i]


def _matches(of_a: Hashes, of_b: Hashes, *, once: bool) -> tuple[Positions, Positions]:
    """Where items of ``of_a`` stand in ``of_b``: at their first place, or only those that it has ``once``."""
    if not len(of_a) or not len(of_b):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.argsort(of_b, kind="stable")
    inside = of_b[order]
    if once:
        twin = inside[1:] == inside[:-1]
        alone = ~(np.append(twin, False) | np.append(False, twin))
        order, inside = order[alone], inside[alone]
    likely = np.zeros(1 << 16, bool)  # a look at the low bits spares most of what is not there a search
    likely[inside & LOW_BITS] = True
    i = np.flatnonzero(likely[of_a & LOW_BITS])
    at = np.searchsorted(inside, of_a[i])
    at[at == len(inside)] = 0
    same = np.flatnonzero(inside[at] == of_a[i])
    return i[same], order[at[same]]


def _runs(i: Positions, j: Positions) -> tuple[Positions, Positions]:
    """First and last seed of each run of seeds that lie close together, in the same order, on both sides."""
    di, dj = np.diff(i), np.diff(j)
    apart = np.flatnonzero((di > GAP) | (dj > GAP) | (dj <= 0) | (np.abs(di - dj) > SLIP))
    return np.append(0, apart + 1), np.append(apart, len(i) - 1)


def _without_lone(i: Positions, j: Positions) -> tuple[Positions, Positions]:
    """The seeds that have a neighbour: one alone ("one of the") only cuts the passage that it falls into."""
    if not len(i):
        return i, j
    first, last = _runs(i, j)
    keep = np.ones(len(i), bool)
    keep[first[first == last]] = False
    return i[keep], j[keep]


def _same_words(i: Positions, first: Positions, last: Positions) -> Positions:
    """How many words of each run stand in one of its seeds."""
    step = np.minimum(np.diff(i, append=0), SEED)
    step[last] = SEED
    total: Positions = np.add.reduceat(step, first)
    return total
