"""How much of either text the other one holds, and what that makes of the pair. Does not say who had it first.

Only an article's own words count: what it quotes, everybody who was there could quote, and what stands in all of an
outlet's articles, or comes back for days in other news, says nothing of this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aggregator.copies.alignment import GAP, NONE, Passages, Spans, align, covered
from aggregator.copies.words import Positions, Words
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
AT_ONCE = 100_000  # words of both texts: some MB of arrays; a report and the 64 reports nearest to it
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


def overlaps(
    others: Sequence[Words], text: Words, boilerplate: Mask, one_outlet: Sequence[bool]
) -> list[Overlap | None]:
    """What each of some texts shares with one that came later, or None where that is next to nothing.

    ``boilerplate`` marks words of ``text`` that prove nothing; ``one_outlet`` says which are of its outlet. Many are looked
    at in one go: numpy takes longer to be called than to count two hundred words.
    """
    found: list[Overlap | None] = []
    for first, last in _lots([len(other) + len(text) for other in others]):
        found += _overlaps(others[first:last], text, boilerplate, one_outlet[first:last])
    return found


def _lots(words: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of the texts that are looked at in one go: of AT_ONCE words, or one text."""
    first = total = 0
    for n, count in enumerate(words):
        if n > first and total + count > AT_ONCE:
            yield first, n
            first, total = n, 0
        total += count
    if words:
        yield first, len(words)


def _overlaps(
    others: Sequence[Words], text: Words, boilerplate: Mask, one_outlet: Sequence[bool]
) -> Iterator[Overlap | None]:
    starts, quoted = _in_a_row(others)
    passages, whose = _passages(others, starts, text)
    idle = _idle(passages, boilerplate)
    own_a = ~quoted & ~covered(passages.a[idle], len(quoted))
    own_b = ~text.quoted & ~boilerplate & ~_covered_each(passages.b[idle], whose[idle], len(others), len(text))
    passages, whose = Passages(passages.a[~idle], passages.b[~idle]), whose[~idle]
    in_a, in_b = covered(passages.a, len(quoted)), _covered_each(passages.b, whose, len(others), len(text))
    count_a, common_a = (np.add.reduceat(words, starts, dtype=np.int64).tolist() for words in (own_a, own_a & in_a))
    count_b, common_b = (words.sum(axis=1).tolist() for words in (own_b, own_b & in_b))
    ends = np.searchsorted(whose, np.arange(len(others) + 1))
    for n, start in enumerate(starts.tolist()):
        if min(common_a[n], common_b[n]) < LEAST:
            yield None
            continue
        share_a, share_b = common_a[n] / count_a[n], common_b[n] / count_b[n]
        shorter = share_a if count_a[n] < count_b[n] else share_b
        if shorter < PART:
            yield None
            continue
        its = slice(ends[n], ends[n + 1])
        kind = _kind(share_a, share_b, shorter, one_outlet=one_outlet[n])
        yield Overlap(share_a, share_b, kind, Passages(passages.a[its] - start, passages.b[its]), in_b[n])


def _in_a_row(texts: Sequence[Words]) -> tuple[Positions, Mask]:
    """Texts one behind the other, with room between that no passage reaches over: their starts; which words are quoted.

    The room counts as quoted, which makes it nobody's own words.
    """
    ends = np.cumsum([len(text) + GAP for text in texts])
    starts = np.append(0, ends[:-1])
    quoted = np.ones(ends[-1], bool)
    for start, text in zip(starts.tolist(), texts, strict=True):
        quoted[start : start + len(text)] = text.quoted
    return starts, quoted


def _passages(others: Sequence[Words], starts: Positions, text: Words) -> tuple[Passages, Positions]:
    """What each of the texts in a row shares with ``text``, in their order, and whose it is.

    Equal texts are one passage, however often they repeat themselves.
    """
    row = np.zeros(starts[-1] + len(others[-1]) + GAP, np.uint64)  # no word is 0
    equal = []
    for n, (start, other) in enumerate(zip(starts.tolist(), others, strict=True)):
        if np.array_equal(other.hashes, text.hashes):
            equal.append(n)
        else:
            row[start : start + len(other)] = other.hashes
    found = align(row, text.hashes) if len(equal) < len(others) else Passages(NONE, NONE)
    if not equal:
        return found, np.searchsorted(starts, found.a[:, 0], "right") - 1
    whole = np.tile([0, len(text)], (len(equal), 1))
    a, b = np.concatenate([found.a, starts[equal, None] + whole]), np.concatenate([found.b, whole])
    order = np.argsort(a[:, 0], kind="stable")
    return Passages(a[order], b[order]), np.searchsorted(starts, a[order, 0], "right") - 1


def _covered_each(spans: Spans, whose: Positions, count: int, words: int) -> Mask:
    """Which words of one text stand in one of the spans of each of ``count`` others: shape (count, words)."""
    return covered(spans + (whose * words)[:, None], count * words).reshape(count, words)


def _idle(passages: Passages, boilerplate: Mask) -> Mask:
    """The passages that are boilerplate for the most part: they prove nothing."""
    if not boilerplate.any():
        return np.zeros(len(passages), bool)
    sums = np.append(0, np.cumsum(boilerplate))
    length = passages.b[:, 1] - passages.b[:, 0]
    idle: Mask = 2 * (sums[passages.b[:, 1]] - sums[passages.b[:, 0]]) >= length
    return idle


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
