"""Which articles have a shingle: sorted arrays in memory, made again from the stored fingerprints. Judges nothing.

A posting is one 64-bit number, hash above and article below, so that sorting postings sorts them by hash. New articles
wait in a dictionary, then in a short sorted array, then in the long one, into which the short one is merged in place
and from the end: the long array is never held twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.shingles import BITS
from aggregator.copies.words import Hashes

ARTICLE_BITS = 64 - BITS
ARTICLE_LIMIT = 1 << ARTICLE_BITS  # 268 million
LOW = np.uint64(ARTICLE_LIMIT - 1)
SHIFT = np.uint64(ARTICLE_BITS)
FRESH = 100_000  # postings in the dictionary, at most
SHARE = 16  # the short array is merged when it has more than 1/16 of the long one
PIECE = 1_000_000  # postings merged at a time
BUCKET = 32  # postings in a bucket, on average 16 to 32; 4 to 8 cost 170 MB at a million articles and save no time
ROOM = 1 << 27  # postings asked for at once, 1 GB: memory that is never written is never taken

Postings = NDArray[np.uint64]


class SortedRun:
    """A sorted array that grows in place."""

    def __init__(self) -> None:
        self._room = np.empty(ROOM, np.uint64)
        self.size = 0
        self._divide()

    @property
    def postings(self) -> Postings:
        """What stands on it, sorted."""
        return self._room[: self.size]

    def take(self, new: Postings) -> None:
        """Merge sorted postings in, piece by piece from the end."""
        self._grow(self.size + len(new))
        end, rest = self.size, len(new)
        self.size += rest
        while rest:
            start = max(0, end - PIECE)
            first = int(np.searchsorted(new[:rest], self._room[start])) if start else 0
            piece = np.concatenate([self._room[start:end], new[first:rest]])
            piece.sort(kind="stable")
            self._room[start + first : end + rest] = piece
            end, rest = start, first
        self._divide()

    def fill(self, parts: Iterable[Postings]) -> None:
        """Put unsorted postings on an empty run."""
        for part in parts:
            self._grow(self.size + len(part))
            self._room[self.size : self.size + len(part)] = part
            self.size += len(part)
        self.postings.sort()
        self._divide()

    def clear(self) -> None:
        """Empty it; the room stays."""
        self.size = 0
        self._divide()

    def find(self, hashes: Hashes) -> Postings:
        """All postings of these hashes."""
        bucket = hashes >> np.uint64(BITS - self._bits)
        low, high = self._starts[bucket].astype(np.int64), self._starts[bucket + np.uint64(1)].astype(np.int64)
        found = self.postings[_ranges(low, high)]
        same: Postings = found[found >> SHIFT == np.repeat(hashes, high - low)]
        return same

    def _divide(self) -> None:
        """Note where each bucket of hashes starts: two steps into memory instead of twenty find a hash."""
        self._bits = max(1, int(self.size // BUCKET).bit_length())
        edges = np.arange(1, 1 << self._bits, dtype=np.uint64) << np.uint64(64 - self._bits)
        self._starts = np.zeros((1 << self._bits) + 1, np.uint32)
        self._starts[1:-1] = np.searchsorted(self.postings, edges)
        self._starts[-1] = self.size

    def _grow(self, size: int) -> None:
        if size > len(self._room):
            room = np.empty(2 * size, np.uint64)
            room[: self.size] = self.postings
            self._room = room


class PostingIndex:
    """Postings of all articles."""

    def __init__(self) -> None:
        self._long, self._short = SortedRun(), SortedRun()
        self._fresh: dict[int, int] = {}  # hash -> the newest article that has it
        self._before: dict[int, list[int]] = {}  # hash -> the articles before that one, where there are
        self._waiting: list[Postings] = []
        self._waiting_count = 0

    def fill(self, parts: Iterable[Postings]) -> None:
        """Begin with the postings of earlier runs, in any order."""
        self._long.fill(parts)

    def add(self, article: int, hashes: Hashes) -> None:
        """Enter an article's shingles."""
        values = hashes.tolist()
        for value in self._fresh.keys() & values:
            self._before.setdefault(value, []).append(self._fresh[value])
        self._fresh.update(dict.fromkeys(values, article))
        self._waiting.append(pack(article, hashes))
        self._waiting_count += len(hashes)
        if self._waiting_count >= FRESH:
            self._settle()

    def find(self, hashes: Hashes) -> Postings:
        """All postings of these hashes, in no order."""
        known = self._fresh.keys() & hashes.tolist()
        fresh = [
            value << ARTICLE_BITS | n for value in known for n in (self._fresh[value], *self._before.get(value, ()))
        ]
        return np.concatenate([self._long.find(hashes), self._short.find(hashes), np.array(fresh, np.uint64)])

    def _settle(self) -> None:
        self._short.take(np.sort(np.concatenate(self._waiting)))
        self._fresh.clear()
        self._before.clear()
        self._waiting.clear()
        self._waiting_count = 0
        if self._short.size * SHARE > self._long.size:
            self._long.take(self._short.postings)
            self._short.clear()


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


def _ranges(low: NDArray[np.int64], high: NDArray[np.int64]) -> Sequence[int] | NDArray[np.int64]:
    """The numbers of all half-open ranges, one after the other."""
    counts = high - low
    total = int(counts.sum())
    if not total:
        return np.empty(0, np.int64)
    starts = np.repeat(low - np.cumsum(counts) + counts, counts)
    return starts + np.arange(total)
