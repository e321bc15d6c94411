"""Which articles have a shingle: sorted arrays, the longest of them in a file that is mapped. Judges nothing.

A posting is one 64-bit number, hash above and article below, so that sorting postings sorts them by hash. A batch of articles
is looked up at once and becomes a sorted run of its own; a run that is no longer much shorter than the one before it is
merged into that one, so that there are few, each some times as long as the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.shingles import BITS
from aggregator.copies.words import Hashes

ARTICLE_BITS = 64 - BITS
ARTICLE_LIMIT = 1 << ARTICLE_BITS  # 268 million
LOW = np.uint64(ARTICLE_LIMIT - 1)
SHIFT = np.uint64(ARTICLE_BITS)
SHARE = 8  # a run is merged into the one before it when it has more than 1/8 of its postings
PIECE = 1_000_000  # postings merged at a time
LARGE = 127  # postings of a bucket that is looked through by halves with the others; a shingle of a whole site makes one larger
BUCKET = 32  # postings in a bucket, on average 16 to 32; 4 to 8 cost 170 MB at a million articles and save no time

Postings = NDArray[np.uint64]


class SortedRun:
    """Sorted postings that do not change, with a note of where each bucket of hashes starts.

    Two steps into memory instead of twenty find a hash.
    """

    def __init__(self, postings: Postings, starts: NDArray[np.uint32]) -> None:
        self.postings, self.starts = postings, starts
        self._bits = (len(starts) - 1).bit_length() - 1

    @classmethod
    def of_sorted(cls, postings: Postings) -> SortedRun:
        """A run of sorted postings."""
        buckets = Buckets(len(postings))
        buckets.note(postings)
        return cls(postings, buckets.starts())

    def __len__(self) -> int:
        return len(self.postings)

    def find(self, hashes: Hashes) -> tuple[Postings, NDArray[np.int64]]:
        """All postings of these hashes, and for each the place of its hash among ``hashes``."""
        bucket = hashes >> np.uint64(BITS - self._bits)
        low, end = self.starts[bucket].astype(np.int64), self.starts[bucket + np.uint64(1)].astype(np.int64)
        first = self._lower_bounds(hashes << SHIFT, low, end - low)
        there = np.flatnonzero(first < end)
        there = there[self.postings[first[there]] >> SHIFT == hashes[there]]  # nearly all hashes are in no bucket
        first, end = first[there], end[there]
        found, asked = self.postings[_ranges(first, end)], np.repeat(there, end - first)
        same = found >> SHIFT == hashes[asked]
        return found[same], asked[same]

    def _lower_bounds(self, least: Postings, low: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the first posting not below each ``least`` stands, by halves of all buckets at once.

        What stands behind a bucket is above all in it, so that a step may look there. Reading whole buckets took twice as long.
        """
        large = np.flatnonzero(sizes > LARGE)
        step, last = 1 << int(np.minimum(sizes, LARGE).max(initial=0)).bit_length(), len(self.postings) - 1
        while step := step >> 1:
            below = self.postings[np.minimum(low + (step - 1), last)] < least
            low = low + below * step
        low[large] = np.searchsorted(self.postings, least[large])
        return low


class Buckets:
    """Counts how many postings each bucket has, piece by piece."""

    def __init__(self, size: int) -> None:
        """``size``: of all pieces together."""
        self._bits = max(1, (size // BUCKET).bit_length())
        self._counts = np.zeros((1 << self._bits) + 1, np.int64)

    def note(self, piece: Postings) -> Postings:
        """Count a sorted piece, and hand it on."""
        if len(piece):
            buckets = (piece >> np.uint64(64 - self._bits)).astype(np.int64)
            counted = np.bincount(buckets - buckets[0])
            self._counts[1 + buckets[0] : 1 + buckets[0] + len(counted)] += counted
        return piece

    def starts(self) -> NDArray[np.uint32]:
        """Where each bucket starts in the run, and where the last one ends."""
        return np.cumsum(self._counts).astype(np.uint32)


def merge_runs(one: Postings, other: Postings) -> Iterator[Postings]:
    """Two sorted arrays as one, in pieces."""
    done = 0
    for start in range(0, len(one), PIECE):
        end = start + PIECE
        until = int(np.searchsorted(other, one[end])) if end < len(one) else len(other)
        piece = np.concatenate([one[start:end], other[done:until]])
        piece.sort(kind="stable")  # two sorted runs: this one merges them
        yield piece
        done = until
    if not len(one):
        yield other


Keep = Callable[[int, Iterable[Postings]], SortedRun | None]


class PostingIndex:
    """Postings of all articles."""

    def __init__(self, longest: SortedRun | None, keep: Keep) -> None:
        """``longest`` was kept before; ``keep`` is given so many sorted postings, in pieces, and may keep them elsewhere."""
        self._keep = keep
        self._runs = [longest] if longest is not None else []

    def find(self, articles: Sequence[int], hashes: Sequence[Hashes]) -> tuple[list[Postings], Postings]:
        """For each of these articles the postings of its hashes in earlier ones, in no order; and all their own, to be entered.

        The articles come in order of arrival and are earlier ones for each other; ``hashes`` are each one's own.
        """
        sizes = [len(own) for own in hashes]
        every = np.concatenate(hashes)
        batch = pack(np.repeat(np.array(articles, np.uint64), sizes), every)
        order = np.argsort(batch, kind="stable")
        batch, owner = batch[order], np.repeat(np.arange(len(sizes)), sizes)[order]
        sought, at = hashes_of(batch), np.arange(len(batch))
        first = np.searchsorted(sought, sought)
        found = [(batch[_ranges(first, at)], np.repeat(at, at - first)), *(run.find(sought) for run in self._runs)]
        postings, asked = (np.concatenate(parts) for parts in zip(*found, strict=True))
        whose = owner[asked]
        by_owner = np.argsort(whose, kind="stable")
        ends = np.searchsorted(whose[by_owner], np.arange(1, len(sizes)))
        return np.split(postings[by_owner], ends), batch

    def enter(self, batch: Postings) -> None:
        """Add sorted postings."""
        while self._runs and len(batch) * SHARE > len(self._runs[-1]):
            longer = self._runs.pop().postings
            kept = self._keep(len(longer) + len(batch), merge_runs(longer, batch)) if not self._runs else None
            if kept is not None:
                self._runs.append(kept)
                return
            batch = np.concatenate(list(merge_runs(longer, batch)))
        if len(batch):
            kept = None if self._runs else self._keep(len(batch), [batch])  # the whole table, read without a file
            self._runs.append(SortedRun.of_sorted(batch) if kept is None else kept)


def pack(article: int | NDArray[np.uint64], hashes: Hashes) -> Postings:
    """Shingles of one article, or each of its own, as postings; of one article sorted if the hashes are."""
    packed: Postings = (hashes << SHIFT) | np.asarray(article, np.uint64)
    return packed


def articles(postings: Postings) -> NDArray[np.int64]:
    """The article of each posting."""
    return (postings & LOW).astype(np.int64)


def hashes_of(postings: Postings) -> Hashes:
    """The hash of each posting."""
    found: Hashes = postings >> SHIFT
    return found


def _ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all half-open ranges, one after the other."""
    counts = high - low
    total = int(counts.sum())
    starts = np.repeat(low - np.cumsum(counts) + counts, counts)
    return cast("NDArray[np.int64]", starts + np.arange(total))
