"""Which of the articles that share shingles with a new one are worth comparing, and what comparing them says. Pure.

Whoever finds the shingles that articles share (an index in memory, a join on many machines) asks here, and gets the same
answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.boilerplate import boilerplate_hashes
from aggregator.copies.direction import Side, direct
from aggregator.copies.overlap import Overlap, overlaps
from aggregator.copies.shingles import at_words
from aggregator.copies.words import Hashes, Words
from storage.types import Article, Copy

HITS = 2  # sampled shingles in common that make it worth while to compare two texts
# Of many prints of one text those that came first, of which one has the text from nobody, and those that are most alike: a giant
# story costs no more an article than a small one. No article of the gold sets has more than 40 pairs.
FIRST, ALIKE = 16, 48
RATE = 0.03  # … and so many of the smaller sample: an article cut, mixed and reworded by two newsrooms keeps 0.05


@dataclass(frozen=True, slots=True)
class ComparedText:
    """An article as it is compared."""

    side: Side
    words: Words


@dataclass(frozen=True, slots=True)
class Shared:
    """The shingles that a new article shares with earlier ones; an item for each shingle and each article that has it."""

    hashes: Hashes
    articles: NDArray[np.int64]  # their place in the order of arrival
    sizes: NDArray[np.int32]  # of that article's sample
    outlets: NDArray[np.int32]  # … its outlet, as a number
    arrived: NDArray[np.int64]  # … when it arrived, seconds


def worth_comparing(found: Shared, *, size: int, outlet: int, arrived: int) -> tuple[NDArray[np.int64], Hashes]:
    """The articles worth comparing with a new one, in order of arrival, and the shingles that are boilerplate.

    ``size``, ``outlet`` and ``arrived`` are the new article's.
    """
    neighbours, first, at, hits = np.unique(found.articles, return_index=True, return_inverse=True, return_counts=True)
    smaller = np.minimum(found.sizes[first], size)
    least = np.maximum(HITS, RATE * smaller)
    if not (hits >= least).any():
        return neighbours[:0], found.hashes[:0]
    boilerplate = boilerplate_hashes(found.hashes, (hits / smaller)[at], found.outlets, found.arrived, outlet, arrived)
    telling = ~np.isin(found.hashes, boilerplate)
    told = np.bincount(at[telling], minlength=len(neighbours))
    worth = np.flatnonzero(told >= least)
    if len(worth) > FIRST + ALIKE:
        later = worth[FIRST:]
        alike = np.argsort(-told[later] / smaller[later], kind="stable")[:ALIKE]
        worth = np.sort(np.concatenate([worth[:FIRST], later[alike]]))
    return neighbours[worth], boilerplate


def compare(
    text: ComparedText, first: int, boilerplate: Hashes, neighbours: Iterable[tuple[int, ComparedText]]
) -> tuple[Copy, ...]:
    """The pairs that an article makes with others, sorted by their arrival.

    ``first`` and the number beside each neighbour are where an article's first version stands in the order of arrival.
    """
    marked = at_words(text.words, boilerplate)
    outlet = text.side.article.outlet
    others = list(neighbours)
    one_outlet = [other.side.article.outlet == outlet for _, other in others]
    shared = overlaps([other.words for _, other in others], text.words, marked, one_outlet)
    found = [(place, other, its) for (place, other), its in zip(others, shared, strict=True) if its]
    found.sort(key=lambda item: item[0])
    copies: list[Copy] = []
    earlier: list[tuple[Article, Overlap]] = []
    for place, other, its in found:
        copy = _copy(other, text, its, earlier if place < first else [])
        copies.append(copy if place < first else turned(copy))
        if its.is_copy:
            earlier.append((other.side.article, its))
    return tuple(copies)


def _copy(other: ComparedText, text: ComparedText, shared: Overlap, earlier: Sequence[tuple[Article, Overlap]]) -> Copy:
    direction, certainty, reasons = direct(other.side, text.side, shared, earlier)
    return Copy(
        a=other.side.article.id,
        b=text.side.article.id,
        share_a=round(shared.share_a, 4),
        share_b=round(shared.share_b, 4),
        kind=shared.kind,
        direction=direction,
        certainty=certainty,
        reasons=reasons,
        spans=shared.spans,
    )


TURNED_KIND = {"cut": "extended", "extended": "cut"}
TURNED_DIRECTION = {"a->b": "b->a", "b->a": "a->b"}


def turned(copy: Copy) -> Copy:
    """The same pair with a and b changed about."""
    return Copy(
        a=copy.b,
        b=copy.a,
        share_a=copy.share_b,
        share_b=copy.share_a,
        kind=TURNED_KIND.get(copy.kind, copy.kind),
        direction=TURNED_DIRECTION.get(copy.direction, copy.direction),
        certainty=copy.certainty,
        reasons=copy.reasons,
        spans=tuple(sorted((j, i, n) for i, j, n in copy.spans)),
    )
