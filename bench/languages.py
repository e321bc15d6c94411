"""Which stories of different languages report the same event: a link between two stories, never one story.

A seam, measured by ``bench.eval_languages`` and no part of the program: the vectors come from a package that is not to be relied
on yet (docs/decisions/why-are-stories-not-joined-across-languages.md). What it is handed decides; the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

# Cosine of two openings. On the 60 pairs of bench/language_pairs.tsv .65 joins one of another event, .70 none, and finds two
# thirds of what is one; .45 to .90 tried. Openings of other events of the same kind come up to .67.
SAME_EVENT = 0.7
APART = timedelta(days=2)  # between what two stories span: news crosses a border within a day; chosen

Encode = Callable[[Sequence[str]], NDArray[np.float32]]  # texts -> a row of length one for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A story as it is compared: headline and first sentence of its first report."""

    story: str
    language: str
    text: str
    opened: datetime  # arrival of its first report
    updated: datetime  # … of its last one


@dataclass(frozen=True, slots=True, kw_only=True)
class SameEvent:
    """Two stories that report the same event in two languages, and why we say so."""

    a: str
    b: str
    likeness: float  # SAME_EVENT to 1
    reason: str


def links(openings: Sequence[Opening], encode: Encode) -> list[SameEvent]:
    """The pairs of stories that are each other's nearest of all in that language, and near enough. Sorted by ``a``."""
    if not openings:
        return []
    vectors = encode([opening.text for opening in openings])
    alike = np.asarray(vectors @ vectors.T, dtype=np.float64)
    found = []
    for i, a in enumerate(openings):
        for j in range(i + 1, len(openings)):
            b = openings[j]
            if a.language == b.language or alike[i, j] < SAME_EVENT or _between(a, b) > APART:
                continue
            if _nearest(i, b.language, openings, alike) == j and _nearest(j, a.language, openings, alike) == i:
                reason = f"same event in {b.language}: the openings are {alike[i, j]:.0%} alike, and none is nearer to either"
                found.append(SameEvent(a=a.story, b=b.story, likeness=round(float(alike[i, j]), 4), reason=reason))
    return sorted(found, key=lambda link: (link.a, link.b))


def _nearest(own: int, language: str, openings: Sequence[Opening], alike: NDArray[np.float64]) -> int:
    near = [
        n
        for n, other in enumerate(openings)
        if other.language == language and n != own and _between(openings[own], other) <= APART
    ]
    return max(near, key=lambda n: (alike[own, n], -n))


def _between(a: Opening, b: Opening) -> timedelta:
    """The time between two spans; none where they overlap."""
    return max(a.opened - b.updated, b.opened - a.updated, timedelta(0))
