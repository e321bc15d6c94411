"""Which paragraphs amid a text may name anybody: asked of all of them at once, before any is read.

Nineteen in twenty name nobody, and reading each to find that out was a third of the credit reader's time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from aggregator.credit.at_words import is_latin
from aggregator.credit.publisher_names import LONGEST_LABEL, publisher_names
from aggregator.credit.registry import Registry
from aggregator.credit.tokenizer import naming_spots
from storage.spelling import fold


def naming(
    paragraphs: Sequence[str], publisher: str | None, registry: Registry, names: tuple[str, ...] = ()
) -> frozenset[int]:
    """The numbers of the paragraphs that may name anybody: amid a text ``read_line`` finds no token in any other.

    They are joined with blanks, so a name may seem to stand across two of them: more are found than name anybody, never fewer.
    """
    whole = _Joined(paragraphs, range(len(paragraphs)))
    joined = [whole] if is_latin(whole.folded) else [_Joined(paragraphs, which) for which in _by_script(paragraphs)]
    short = _Joined(paragraphs, [n for n, text in enumerate(paragraphs) if len(text) <= LONGEST_LABEL])
    own = (token.start for token in publisher_names(short.text, short.folded, publisher, registry, names))
    return frozenset(short.numbers(own)).union(
        *(part.numbers(naming_spots(part.text, part.folded, registry)) for part in joined)
    )


def _by_script(paragraphs: Sequence[str]) -> tuple[list[int], list[int]]:
    """Latin paragraphs, in which names are found faster, and the others."""
    latin = [paragraph.isascii() or is_latin(fold(paragraph)) for paragraph in paragraphs]
    return [n for n, is_ in enumerate(latin) if is_], [n for n, is_ in enumerate(latin) if not is_]


class _Joined:
    """Paragraphs as one text, in which each knows its place."""

    def __init__(self, paragraphs: Sequence[str], which: Sequence[int]) -> None:
        self.text = " ".join(paragraphs[n] for n in which)
        self.folded = fold(self.text)
        self._which = which
        self._starts = list(accumulate((len(paragraphs[n]) + 1 for n in which), initial=0))

    def numbers(self, places: Iterable[int]) -> Iterator[int]:
        """The numbers of the paragraphs in which these places are."""
        return (self._which[bisect_right(self._starts, at) - 1] for at in places)
