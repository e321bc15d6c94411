"""The words of grounds.toml, or of another such file, found in a text: phrases with endings and gaps, in its language.

Judges nothing. Takes time in proportion to the text's length.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick

from aggregator.credit import at_words
from aggregator.credit.at_words import WordFinder, is_latin
from aggregator.credit.names import letter, unspaced
from storage.spelling import fold

FILE = Path(__file__).with_name("grounds.toml")
GAP = 45  # characters that a "~" or a lone "*" between two words may stand for: some five words
PARTICLE = 3  # letters: Arabic and Hebrew write "and", "to" and "the" together with the word
SPOKEN_IN = {"nb": "no", "nn": "no", "hr": "sr", "bs": "sr", "cnr": "sr"}  # rows that serve another language too
ONE_LANGUAGE = frozenset({"us"})  # words so short that they mean something else in another language


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of one meaning, where it stands in the folded text."""

    meaning: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    meaning: str
    language: str
    head: str
    open: bool  # the head's last word may go on
    tail: str  # what must follow within GAP; "": nothing
    tail_open: bool


def spaced(text: str) -> str:
    """Folded, of the same length, with blanks for hyphens and apostrophes: "l'AFP" and "пресс-служба" are two words each."""
    return fold(text).replace("-", " ").replace("'", " ")


def hits(folded: str, language: str | None, file: Path = FILE) -> Iterator[Hit]:
    """Every phrase that stands whole. Of a language without a row for a meaning, and where none is known, any row counts."""
    language = SPOKEN_IN.get(language or "", language)
    rows = languages(file)
    for start, end, phrase in _heads(folded, file):
        if (phrase.meaning, language) in rows:
            if phrase.language != language:
                continue
        elif phrase.meaning in ONE_LANGUAGE:
            continue
        if phrase.tail:
            at = folded.find(phrase.tail, end, end + GAP)
            if at < 0 or not _whole(folded, at, at + len(phrase.tail), phrase.tail_open):
                continue
            end = at + len(phrase.tail)
        yield Hit(phrase.meaning, start, end)


def _heads(folded: str, file: Path) -> Iterator[tuple[int, int, _Phrase]]:
    """Every head that stands whole."""
    if is_latin(folded):
        yield from _finder(file).find(folded, at_words.spaced(folded))
        return
    for last, phrases in _automaton(file).iter(folded):
        for phrase in phrases:
            start, end = last + 1 - len(phrase.head), last + 1
            if _whole(folded, start, end, phrase.open):
                yield start, end, phrase


@cache
def _phrases(file: Path) -> tuple[_Phrase, ...]:
    tables = tomllib.loads(file.read_text("utf-8"))
    return tuple(
        _phrase(meaning, language, spaced(words))
        for meaning, languages in tables.items()
        for language, row in languages.items()
        for words in row
    )


def _phrase(meaning: str, language: str, words: str) -> _Phrase:
    head, _, tail = words.replace(" * ", " ~ ").partition(" ~ ")
    return _Phrase(meaning, language, head.rstrip("*"), head.endswith("*"), tail.rstrip("*"), tail.endswith("*"))


@cache
def languages(file: Path) -> frozenset[tuple[str, str | None]]:
    """The rows of a file: (meaning, language)."""
    return frozenset((phrase.meaning, phrase.language) for phrase in _phrases(file))


@cache
def _automaton(file: Path) -> ahocorasick.Automaton:
    """Finds every head; the value is all its phrases."""
    heads: dict[str, list[_Phrase]] = {}
    for phrase in _phrases(file):
        heads.setdefault(phrase.head, []).append(phrase)
    machine = ahocorasick.Automaton()
    for head, phrases in heads.items():
        machine.add_word(head, tuple(phrases))
    machine.make_automaton()
    return machine


@cache
def _finder(file: Path) -> WordFinder[_Phrase]:
    """The same for the heads of a Latin text."""
    return WordFinder((phrase.head, phrase.open, phrase) for phrase in _phrases(file))


def _whole(folded: str, start: int, end: int, goes_on: bool) -> bool:
    """Does no letter of the same word stand before, nor behind, unless the phrase may go on?"""
    first, last = folded[start], folded[end - 1]
    if start and letter(folded[start - 1]) and not unspaced(first) and not _behind_particle(folded, start):
        return False
    return goes_on or end == len(folded) or not letter(folded[end]) or unspaced(last)


def _behind_particle(folded: str, start: int) -> bool:
    if not "\u0590" <= folded[start] <= "\u06ff":
        return False
    at = start
    while at and letter(folded[at - 1]):
        at -= 1
    return start - at <= PARTICLE and all(char in "وفبلكاولבמהשכ" for char in folded[at:start])
