"""The terms of texts as hashes, in their order. On whole arrays of code points where each stands for itself, else word by word.

A term's hash is the xxh32 (Yann Collet, "xxHash fast digest algorithm") of its UTF-8, of whatever way it was reckoned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from storage.mapped import Mask

STEM = 6  # letters that are kept of a word: a cheap stem where words inflect at the end. None, 5, 7, 8: within .015

WORD = re.compile(r"([^\W_]+(?:[’'][^\W_]+)*)")
NO_SPACES = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)
WORDS_A_SIGN = 0.6  # a word in these scripts has some 1.6 signs, and each sign opens a pair
POSSESSIVE = re.compile(r"[’'](?:s|S)?$")
APOSTROPHES = "’'"
OPENS = frozenset('.!?:\n"“„«。！？')  # what stands before a word that is capitalised in any case
PASSED = " (’'"  # … or before one of these
A_WORD = 9  # characters, the gap behind it counted: so many words of nearly any text stand in as many times that

ALPHABETS = 0x3000  # code points with a row in the table: all alphabets, and no kana, Han or Hangul
TWO_BYTES = 0x800  # code points below have at most two bytes in UTF-8
JAMO = range(0x1100, 0x1200)  # Korean letters, of which a syllable is put together
LETTER, CAPITAL, DIGIT, JOINS, PASS, OPEN, WHOLE = (1 << n for n in range(7))  # what a character is: see _table
BYTE = np.uint32(8)  # bits
PRIMES = np.array([0, 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], np.uint32)  # 1 to 5 of xxHash

Hashes = NDArray[np.uint32]
Letters = NDArray[np.uint16]  # shape (STEM, words): code points, folded; 0 behind the last
Kinds = NDArray[np.uint8]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cut:
    """The terms of a text in its order."""

    hashes: Hashes
    names: Mask  # whether a capital letter makes it one
    pairs: int  # how many are pairs of signs: a run without spaces gives one for each of its signs

    @property
    def words(self) -> int:
        """How many words that are."""
        return len(self.hashes) - self.pairs + round(WORDS_A_SIGN * self.pairs)


def cut(texts: Sequence[str], most: int = 0) -> list[Cut]:
    """The terms of texts, of each the first ones where ``most`` is not 0.

    >>> [one.hashes.tolist() == two.hashes.tolist() for one, two in [cut(["Kyiv’s mayors", "kyiv MAYORS"])]]
    [True]
    """
    found = [_plain(text, most) or _cut(text, most) for text in texts]
    plain = [one for one in found if isinstance(one, _Plain)]
    if not plain:
        return found  # type: ignore[return-value] # mypy does not see it
    ends = np.cumsum([len(one.names) for one in plain])[:-1]
    hashes = iter(np.split(_hashed(np.concatenate([one.letters for one in plain], axis=1)), ends))
    return [one.cut(next(hashes)) if isinstance(one, _Plain) else one for one in found]


# ------------------------------------------------------------------------------------------------- word by word


def _cut(text: str, most: int) -> Cut:
    pieces = WORD.split(unicodedata.normalize("NFKC", text), most)  # gaps and words in turn
    terms = [
        term
        for n, (gap, word) in enumerate(zip(pieces[::2], pieces[1::2], strict=False))
        for term in _terms(word, name=word[0].isupper() and not _opens_sentence(gap, first=not n))
    ][: most or None]
    hashes, names, pairs = zip(*terms, strict=True) if terms else ((), (), ())
    return Cut(np.array(hashes, np.uint32), np.array(names, bool), sum(pairs))


def _terms(word: str, *, name: bool) -> list[tuple[int, bool, bool]]:
    """Of each term its hash, whether it is a name, and whether it is a pair of signs."""
    if (known := term_hash(word)) is not None:
        return [(known, name, False)]
    pairs = [word[i : i + 2] for i in range(max(1, len(word) - 1))]
    return [(_hash(pair), False, NO_SPACES.match(pair) is not None) for pair in pairs]


@lru_cache(50_000)  # 120,000 grew for ten thousand pages of a crawl; as in search/tokens.py
def term_hash(word: str) -> int | None:
    """None: a word in a script without spaces, which has a term for each pair of its signs."""
    if NO_SPACES.match(word):
        return None
    folded = POSSESSIVE.sub("", word).casefold()
    return _hash(folded if folded.isdigit() else folded[:STEM])


def _opens_sentence(gap: str, *, first: bool) -> bool:
    """Whether a sentence begins behind the signs before a word."""
    before = gap.rstrip(PASSED)
    return before[-1] in OPENS if before else first


def _hash(term: str) -> int:
    return xxhash.xxh32_intdigest(term.encode("utf-8", "surrogatepass"))


# --------------------------------------------------------------------------------------------- on whole arrays


@dataclass(frozen=True, slots=True)
class _Plain:
    """The words of a text whose characters stand each for itself."""

    letters: Letters
    names: Mask
    others: dict[int, int]  # the hashes of words that have others in UTF-8 than _hashed knows, by their place

    def cut(self, hashes: Hashes) -> Cut:
        """The terms, given what _hashed makes of the letters."""
        hashes[list(self.others)] = list(self.others.values())
        return Cut(hashes, self.names, 0)


def _plain(text: str, most: int) -> _Plain | None:
    """The first words of a text, all where ``most`` is 0; None: it must be looked at word by word."""
    first = text[: A_WORD * most] if most else text
    found = _read(first, most)
    if found and len(first) < len(text) and len(found.names) < most:
        return _read(text, most)
    return found


def _read(text: str, most: int) -> _Plain | None:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    if codes.max(initial=0) >= ALPHABETS:
        return None
    codes = np.append(ord("\n"), codes.astype(np.intp))  # a text begins as a line does
    kinds, folded = _table()
    are = kinds[codes]
    if (are & WHOLE).any():
        return None
    inside = np.append(are & LETTER, np.uint8(0))
    joins = np.flatnonzero(are & JOINS)
    inside[joins[(inside[joins - 1] & inside[joins + 1]) > 0]] = LETTER
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2][: most or None], edges[1::2][: most or None]
    owned = (are[ends - 2] & JOINS > 0) & (folded[codes[ends - 1]] == ord("s")) & (ends - starts > 2)
    bare = ends - 2 * owned  # "mayor" of "mayor's"
    letters = np.append(folded[codes], np.zeros(STEM, np.uint16))[starts + np.arange(STEM)[:, None]]
    for n, row in enumerate(letters):
        row[bare <= starts + n] = 0
    long_number = (are[starts] & DIGIT > 0) & (bare - starts > STEM)  # is hashed whole
    others = np.flatnonzero((letters.max(axis=0) >= TWO_BYTES) | long_number).tolist()
    words = (unicodedata.normalize("NFKC", text[starts[n] - 1 : ends[n] - 1]) for n in others)
    hashes = (term_hash(word) or 0 for word in words)  # none has pairs of signs
    return _Plain(letters, _names(are, starts), dict(zip(others, hashes, strict=True)))


def _names(are: Kinds, starts: Places) -> Mask:
    """Which words are capitalised, and open no sentence."""
    names = are[starts] & CAPITAL > 0
    before = starts[names] - 1
    while (passed := are[before] & PASS > 0).any():
        before = before - passed
    names[names] = are[before] & OPEN == 0
    return names


@cache
def _table() -> tuple[Kinds, Letters]:
    """What each code point is, and to which one it is folded; TWO_BYTES: to one beyond, or to several.

    WHOLE: what it is says only the text around it, or only pairs of such signs are terms.
    """
    kinds, folded = np.zeros(ALPHABETS, np.uint8), np.full(ALPHABETS, TWO_BYTES, np.uint16)
    for code in range(ALPHABETS):
        sign = unicodedata.normalize("NFKC", chr(code))
        joined = unicodedata.category(chr(code))[0] == "M" or code in JAMO
        mixed = len(sign) > 1 and any(each.isalnum() or each in PASSED for each in sign)
        if joined or mixed or NO_SPACES.match(sign):
            kinds[code] = WHOLE
        else:
            last = sign[-1]  # of three dots
            is_ = (last.isalnum(), last.isupper(), last.isdigit(), last in APOSTROPHES, last in PASSED, last in OPENS)
            kinds[code] = sum(int(it) << n for n, it in enumerate(is_))
            if len(small := last.casefold()) == 1:
                folded[code] = min(ord(small), TWO_BYTES)
    return kinds, folded


def _hashed(letters: Letters) -> Hashes:
    """xxh32 of the UTF-8 of words, each of STEM letters of at most two bytes."""
    text, size = _utf8(letters)
    found = size + PRIMES[5]
    for n in range(0, int(size.max(initial=0)) - 3, 4):
        block = text[n] | text[n + 1] << BYTE | text[n + 2] << 2 * BYTE | text[n + 3] << 3 * BYTE
        found = np.where(size >= n + 4, _turned(found + block * PRIMES[3], 17) * PRIMES[4], found)
    rest, words = size & ~np.uint32(3), np.arange(len(size))
    for n in range(3):
        left = np.flatnonzero(rest + n < size)
        byte = text[rest[left] + n, words[left]]
        found[left] = _turned(found[left] + byte * PRIMES[5], 11) * PRIMES[1]
    for bits, prime in ((15, PRIMES[2]), (13, PRIMES[3])):
        found = (found ^ found >> np.uint32(bits)) * prime
    return np.asarray(found ^ found >> np.uint32(16))


def _turned(numbers: Hashes, bits: int) -> Hashes:
    return np.asarray(numbers << np.uint32(bits) | numbers >> np.uint32(32 - bits))


def _utf8(letters: Letters) -> tuple[Hashes, Hashes]:
    """Words in UTF-8, a column each, a byte a row, zeros behind the last; and how many bytes each has."""
    text = np.zeros((2 * STEM, letters.shape[1]), np.uint32)
    text[:STEM] = letters
    size = np.count_nonzero(letters, axis=0).astype(np.uint32)
    wide = np.flatnonzero(letters.max(axis=0, initial=0) >= 0x80)
    if len(wide):
        letters = letters[:, wide]
        two = letters >= 0x80
        bytes_ = np.where(letters, 1 + two, 0)
        size[wide] = bytes_.sum(axis=0)
        at = np.cumsum(bytes_, axis=0) - bytes_
        row, column = np.nonzero(letters)
        text[at[row, column], wide[column]] = np.where(two, 0xC0 | letters >> 6, letters)[row, column]
        row, column = np.nonzero(two)
        text[at[row, column] + 1, wide[column]] = 0x80 | letters[row, column] & 0x3F
    return text, size
