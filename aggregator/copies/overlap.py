"""How much of either text the other one holds, and what that makes of the pair. Does not say who had it first.

Only an article's own words count: what it quotes, everybody who was there could quote, and what stands in all of an
outlet's articles, or comes back for days in other news, says nothing of this one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aggregator.copies.alignment import Passages, align, covered
from aggregator.copies.words import Words
from storage.mapped import Mask
from storage.types import NO_COPY

COPY = 0.40  # of the shorter text's own words: the definition of a copy; from 0.15 to here they share a part
# Inside one outlet, which prints its galleries and its background again in other news, half a text long, and rewrites its own
# reports under new addresses: below, that is an update, which is listed and counts for nothing. Of 54 pairs above 0.40 inside
# one outlet among 10,000 real articles four lie above 0.75; of 325 real pairs 13 are updates.
OWN_COPY = 0.75
PART = 0.15  # below, what two texts share is listed nowhere; half and twice as much: docs/constants.md
WHOLE = 0.90  # from here on a text counts as wholly contained: what is missing is a lead, a name, boilerplate
LEAST = 20  # own words in common; two paragraphs of a note may coincide in fewer
KINDS = ("identical", "cut", "extended", "mixed", "update", "partial")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share. ``a`` is the one that arrived first."""

    share_a: float  # of a's own words that stand in b
    share_b: float
    kind: str  # one of KINDS: b is a cut of a, or a extended
    passages: Passages
    shared_b: Mask  # the words of b that stand in a

    @property
    def is_copy(self) -> bool:
        """Whether it is more than a part, and more than an outlet's own report rewritten."""
        return self.kind not in NO_COPY

    @property
    def spans(self) -> tuple[tuple[int, int, int], ...]:
        """The passages as (first word in a, first word in b, words in b)."""
        starts_a, (starts_b, ends_b) = self.passages.a[:, 0], self.passages.b.T
        return tuple(zip(starts_a.tolist(), starts_b.tolist(), (ends_b - starts_b).tolist(), strict=True))


def overlap(a: Words, b: Words, boilerplate: Mask, *, one_outlet: bool = False) -> Overlap | None:
    """What two texts share, or None if that is next to nothing. ``boilerplate`` marks words of ``b`` that prove nothing."""
    passages, idle = _evidence(_passages(a, b), boilerplate)
    own_a = ~a.quoted & ~covered(idle.a, len(a))
    own_b = ~b.quoted & ~covered(idle.b, len(b)) & ~boilerplate
    in_a, in_b = covered(passages.a, len(a)), covered(passages.b, len(b))
    count_a, count_b = int(own_a.sum()), int(own_b.sum())
    common_a, common_b = int((in_a & own_a).sum()), int((in_b & own_b).sum())
    if min(common_a, common_b) < LEAST:
        return None
    share_a, share_b = common_a / count_a, common_b / count_b
    shorter = share_a if count_a < count_b else share_b
    if shorter < PART:
        return None
    return Overlap(share_a, share_b, _kind(share_a, share_b, shorter, one_outlet=one_outlet), passages, in_b)


def _passages(a: Words, b: Words) -> Passages:
    """The text that both have. Equal texts are one passage, however often they repeat themselves."""
    if np.array_equal(a.hashes, b.hashes):
        whole = np.array([[0, len(a)]], dtype=np.int64)
        return Passages(whole, whole)
    return align(a.hashes, b.hashes)


def _kind(share_a: float, share_b: float, shorter: float, *, one_outlet: bool) -> str:
    if shorter < COPY:
        return "partial"
    if one_outlet and shorter < OWN_COPY:
        return "update"
    if share_a >= WHOLE and share_b >= WHOLE:
        return "identical"
    if share_b >= WHOLE:
        return "cut"
    return "extended" if share_a >= WHOLE else "mixed"


def _evidence(passages: Passages, boilerplate: Mask) -> tuple[Passages, Passages]:
    """The passages that prove something, and those that are boilerplate for the most part."""
    if not boilerplate.any() or not len(passages):
        return passages, Passages(passages.a[:0], passages.b[:0])
    sums = np.append(0, np.cumsum(boilerplate))
    length = passages.b[:, 1] - passages.b[:, 0]
    idle = 2 * (sums[passages.b[:, 1]] - sums[passages.b[:, 0]]) >= length
    return Passages(passages.a[~idle], passages.b[~idle]), Passages(passages.a[idle], passages.b[idle])
