"""Which words of a text made a query find it, and the piece of the text that shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aggregator.search import tokens
from aggregator.search.query import And, Filter, Node, Not, Or, Phrase
from aggregator.search.tokens import Term

BEFORE, AROUND = 60, 240  # characters of a snippet before its first mark, and in all: two lines of a terminal


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``marked``: it matched."""

    text: str
    marked: bool = False


def marked(text: str, language: str | None, node: Node, *, place: str = "text") -> list[Piece]:
    """The whole text, cut at the words that the query looked for in this place."""
    return list(_cut(text, _spans(text, language, node, place), 0, len(text)))


def snippet(text: str, language: str | None, node: Node) -> list[Piece]:
    """The neighbourhood of the first match; the beginning where nothing matches."""
    spans = _spans(text, language, node, "text")
    first = spans[0][0] if spans else 0
    start = 0 if first <= BEFORE else text.rfind(" ", 0, first - BEFORE // 2) + 1
    start = max(start, first - BEFORE)
    end = min(len(text), start + AROUND)
    end = len(text) if end == len(text) else max(text.rfind(" ", start + AROUND // 2, end), start + AROUND // 2)
    pieces = list(_cut(text, spans, start, end))
    before, after = [Piece("… ")] if start else [], [Piece(" …")] if end < len(text) else []
    return [Piece(" ".join(one.text.split("\n")), one.marked) for one in (*before, *pieces, *after)]


def leaves(node: Node) -> Iterator[Phrase]:
    """The words that a query looks for; those that it excludes are left out."""
    if isinstance(node, Phrase):
        yield node
    elif isinstance(node, And | Or):
        for one in node.of:
            yield from leaves(one)
    else:
        assert isinstance(node, Not | Filter)


def _cut(text: str, spans: Iterable[tuple[int, int]], at: int, end: int) -> Iterator[Piece]:
    for first, last in spans:
        if first < at or last > end:
            continue
        if first > at:
            yield Piece(text[at:first])
        yield Piece(text[first:last], True)
        at = last
    if at < end:
        yield Piece(text[at:end])


def _spans(text: str, language: str | None, node: Node, place: str) -> list[tuple[int, int]]:
    """Places of matched words, in order, joined where they touch or overlap."""
    found = list(tokens.tokens(text, language))
    spans = sorted(
        (found[n].start, found[n + len(wanted) - 1].end)
        for leaf in leaves(node)
        if leaf.place in (None, place)
        for wanted in [Wanted.cut(leaf, language)]
        for n in range(len(found) - len(wanted) + 1)
        if wanted.at(found, n)
    )
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


@dataclass(frozen=True, slots=True)
class Wanted:
    """A leaf of a query as tokens of one language."""

    tokens: tuple[Term, ...]
    exact: bool
    prefix: bool

    @classmethod
    def cut(cls, leaf: Phrase, language: str | None) -> Wanted:
        """The leaf cut by the language's rules."""
        found = list(tokens.tokens(leaf.text, language))
        single = len(found) == 1 and found[0].last
        return cls(tuple(one for one in found if not one.last or single), leaf.exact, leaf.prefix or single)

    def __len__(self) -> int:
        return max(1, len(self.tokens))

    def at(self, found: Sequence[Term], n: int) -> bool:
        """Whether the leaf stands at the n-th token."""
        if len(self.tokens) == 1 and not self.exact and not self.prefix:
            wanted, one = self.tokens[0], found[n]
            if wanted.acronym:
                return one.acronym and one.folded == wanted.folded
            return one.folded == wanted.folded or (bool(one.stem) and one.stem == wanted.stem)
        last = len(self.tokens) - 1
        return bool(self.tokens) and all(
            found[n + k].folded.startswith(wanted.folded)
            if self.prefix and k == last
            else found[n + k].folded == wanted.folded
            for k, wanted in enumerate(self.tokens)
        )
