"""Average linkage: which of some articles belong together, when all are looked at at once. Knows no articles, only numbers.

By the chain of nearest neighbours (Murtagh 1983; Müllner, arXiv:1109.2378): the very clusters that joining the nearest two
over and over gives, in a time that grows with the square of their number, since two that are each other's nearest can be
joined at once. A cluster whose nearest is too far stays as it is: joining others never brings one nearer (the average is
reducible).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_linkage(likeness: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """For each item the first item of its cluster, where clusters are joined while their items are so alike on average.

    ``likeness`` is symmetric, in whole numbers, so that no order of adding changes a sum; its diagonal counts for nothing.

    >>> pairs = np.array([[0, 9, 1], [9, 0, 2], [1, 2, 0]], dtype=float)
    >>> average_linkage(pairs, 5).tolist(), average_linkage(pairs, 1.5).tolist()
    ([0, 0, 2], [0, 0, 0])
    """
    count = len(likeness)
    total, size, open_ = likeness.astype(np.float64), np.ones(count), np.ones(count, bool)
    home = np.arange(count)
    chain: list[int] = []
    while True:
        if not chain:
            left = np.flatnonzero(open_)
            if not len(left):
                return _first_items(home)
            chain.append(int(left[0]))
        one = chain[-1]
        means = np.where(open_, total[one] / (size * size[one]), -1.0)
        means[one] = -1.0
        other = int(np.argmax(means))
        if len(chain) > 1 and means[chain[-2]] == means[other]:
            other = chain[-2]
        if means[other] < least:
            open_[one] = False
            chain.pop()
        elif len(chain) > 1 and other == chain[-2]:
            del chain[-2:]
            into, gone = min(one, other), max(one, other)
            total[into] += total[gone]
            total[:, into] += total[:, gone]
            size[into] += size[gone]
            open_[gone] = False
            home[home == gone] = into
        else:
            chain.append(other)


def components(count: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of ``count`` items the first item that edges ``a[n]``-``b[n]`` lead to.

    >>> components(5, np.array([3, 4]), np.array([1, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    first = np.arange(count)
    while True:
        apart = first[a] != first[b]
        a, b = a[apart], b[apart]
        least = np.minimum(first[a], first[b])
        after = first.copy()
        np.minimum.at(after, first[a], least)
        np.minimum.at(after, first[b], least)
        after = after[after]
        if np.array_equal(after, first):
            return first
        first = after


def _first_items(home: NDArray[np.int64]) -> NDArray[np.int64]:
    first: NDArray[np.int64] = np.full(len(home), len(home))
    np.minimum.at(first, home, np.arange(len(home)))
    return first[home]
