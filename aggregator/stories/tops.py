"""What stands on top of open articles: the words of their headlines, those of their first sentences. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.stories.columns import Columns
from aggregator.stories.postings import Slots, found_in, ranges
from storage.mapped import Arrays, Mask

Terms = NDArray[np.uint32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Top:
    """The top of one article."""

    terms: Terms  # of the headline, then the others
    headline: int  # how many are the headline's
    rarity: NDArray[np.int64]  # of each term, in whole numbers
    days: int  # of the week that it names, a bit each

    @property
    def telling(self) -> int:
        """How rare the words of the headline are together."""
        return int(self.rarity[: self.headline].sum())


class Tops:
    """Tops by slot."""

    def __init__(self) -> None:
        self._rows = Columns(start=np.int64, size=np.int32, headline=np.int32, telling=np.int64, days=np.uint8)
        self._terms = Columns(term=np.uint32)

    def append(self, top: Top) -> None:
        """Enter the top of the next slot."""
        self.extend(top.terms, [len(top.terms)], [top.headline], [top.telling], [top.days])

    def extend(self, terms: Terms, sizes: list[int], headline: list[int], telling: list[int], days: list[int]) -> None:
        """Enter the tops of the next slots, their terms one after the other."""
        starts = len(self._terms) + np.cumsum(sizes, dtype=np.int64) - sizes
        self._rows.extend(start=starts, size=sizes, headline=headline, telling=telling, days=days)
        self._terms.extend(term=terms)

    def take_up(self, kept: Arrays) -> None:
        """Begin with the tops that ``of_first`` gave."""
        self.extend(kept["top_terms"], *(kept[f"top_{name}"] for name in ("size", "headline", "telling", "days")))  # type: ignore[arg-type]

    def of_first(self, slots: int) -> Arrays:
        """The tops of the first slots, ready to be taken up."""
        count = int(self._rows["size"][:slots].sum())
        columns = {f"top_{name}": self._rows[name][:slots] for name in ("size", "headline", "telling", "days")}
        return columns | {"top_terms": self._terms["term"][:count]}

    def renumber(self, stays: Mask) -> None:
        """Leave the other slots behind; those that stay are numbered anew."""
        self._terms.keep(np.repeat(stays, self._rows["size"]))
        self._rows.keep(stays)
        self._rows["start"][:] = np.cumsum(self._rows["size"], dtype=np.int64) - self._rows["size"]

    def beside(self, top: Top, slots: Slots) -> tuple[Numbers, Mask]:
        """How a top stands to those of some slots.

        The share of a headline's rarity that stands on top of the other, the mean of both ways, of the one way where one has no
        headline, not a number where none has; and whether both name days of the week, but none in common.
        """
        start, size, headline, telling, days = (
            self._rows[name][slots] for name in ("start", "size", "headline", "telling", "days")
        )
        terms, ends = self._terms["term"][ranges(start, start + size)], np.cumsum(size)
        order = np.argsort(top.terms, kind="stable")
        same, at = found_in(terms, top.terms[order])
        at, owner = order[at], np.searchsorted(ends, same, "right")
        mine, theirs = at < top.headline, same - (ends - size)[owner] < headline[owner]
        rarity = top.rarity[at]
        there = np.bincount(owner[mine], rarity[mine], len(slots)) / (top.telling or np.nan)
        here = np.minimum(
            np.bincount(owner[theirs], rarity[theirs], len(slots)) / np.where(telling, telling, np.nan), 1.0
        )
        shared = np.where(np.isnan(there), here, np.where(np.isnan(here), there, (there + here) / 2))
        return shared, (days > 0) & (top.days > 0) & (days & top.days == 0)
