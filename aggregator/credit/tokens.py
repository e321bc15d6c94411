"""A line as a row of tokens: names, cues, groups, words and signs, each with the place where it is printed.

Judges nothing; a line is cut in tokenizer.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from aggregator.credit import cues
from aggregator.credit.registry import Organisation

NOTHING: frozenset[str] = frozenset()
PUBLISHER = frozenset({"publisher"})


class Token(NamedTuple):  # made three times as fast as a frozen dataclass, and a line has a hundred
    """One piece of a line. ``stop`` is where the next may begin: behind a name's case ending."""

    kind: str  # name | group | cue | word | number | one of the values of tokenizer._SIGNS | sign
    start: int
    end: int
    stop: int
    cues: frozenset[str] = NOTHING
    org: Organisation | None = None
    weak: bool = False  # of a name: also an ordinary word; of a group: too plain a word to be one by itself
    upper: bool = False  # begins with a capital
    cased: bool = True  # its script knows capitals
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its tokens in order; they never overlap."""

    text: str
    folded: str
    tokens: tuple[Token, ...]

    def says(self, token: Token) -> str:
        """The token as printed."""
        return self.text[token.start : token.end]

    def gap(self, i: int) -> str:
        """What stands between a token and the next one: spaces, or nothing."""
        return self.text[self.tokens[i].stop : self.tokens[i + 1].start]


def last_word(line: Line, token: Token) -> frozenset[str]:
    """What the last word of a name may mean."""
    return cues.phrases().get(line.folded[token.start : token.end].rsplit(" ", 1)[-1], NOTHING)


def is_cased(char: str) -> bool:
    """Does the script of a letter know capitals?"""
    return char.lower() != char.upper()
