"""Phrases where they begin and end words, in Latin text: nine in ten hits of a bare automaton lie inside other words.

The automaton holds phrases with a blank on each side where a letter would make them part of a longer word, and reads the
text with all that is no letter or figure as blanks. So it finds nothing inside words, and C instead of Python says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

import ahocorasick

from storage.characters import LETTERS, LONG

Value = TypeVar("Value")

# Beyond these, letters of one word may stand apart (vowel signs) or words together (Han, Thai): names.whole knows them.
_OTHERS = re.compile("[^\\x00-\\u02ff\\u2000-\\u206f\\u20ac]")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_NO_LETTER = re.compile(r"[^\w ]|_")


def is_latin(folded: str) -> bool:
    """Is it a text in which letters and blanks alone part words?"""
    return folded.isascii() or _OTHERS.search(folded) is None


def spaced(folded: str) -> str:
    """A Latin text with blanks for all that is no letter or figure, and one at each end."""
    if folded.isascii():
        return f" {folded.translate(_BLANKS)} "
    bare = LETTERS.change(folded) if len(folded) > LONG else None
    return f" {_NO_LETTER.sub(' ', folded) if bare is None else bare} "


class WordFinder(Generic[Value]):
    """Finds phrases, each with a value, that stand whole in a Latin text."""

    def __init__(self, phrases: Iterable[tuple[str, bool, Value]]) -> None:
        """``phrases``: folded, whether an ending may follow, the value. Those of other scripts are passed over."""
        keys: dict[str, list[tuple[str, int, Value]]] = {}
        self._signs: list[tuple[str, Value]] = []  # "&": with blanks for signs it would be found at every blank
        for phrase, may_go_on, value in phrases:
            if not spaced(phrase).strip():
                self._signs += [(phrase, value)] if phrase else []
            elif is_latin(phrase):
                behind = phrase[-1].isalnum() and not may_go_on
                key = spaced(phrase)[not phrase[0].isalnum() : None if behind else -1]
                keys.setdefault(key, []).append((phrase, int(behind), value))
        self._machine = ahocorasick.Automaton()
        for key, found in keys.items():
            self._machine.add_word(key, tuple(found))
        self._machine.make_automaton()

    def find(self, folded: str, words: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, Value]]:
        """Where each phrase starts and ends, and its value, in no order; ``words`` is ``spaced(folded)``."""
        stop = len(folded) if end is None else end
        for last, found in self._machine.iter(words, start, stop + 2):
            for phrase, behind, value in found:
                first = last - behind - len(phrase)
                if first >= start and folded.startswith(phrase, first):
                    yield first, last - behind, value
        for sign, value in self._signs:
            first = folded.find(sign, start, stop)
            while first >= 0:
                yield first, first + len(sign), value
                first = folded.find(sign, first + 1, stop)
