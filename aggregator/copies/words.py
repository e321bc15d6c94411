"""A text as numbers: a hash for each word, and which words are quoted. Compares nothing.

All of it is done on whole arrays of code points, not word by word.

A word is a run of letters, marks and digits. In scripts that put no space between words (Han, kana, Thai, Lao, Khmer,
Burmese, Tibetan) every character is a word. Nothing that tells two words apart is folded away: case and compatibility
forms are (NFKC, casefold), digits of all scripts become the same digits, accents and letters of other scripts stay.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from storage.mapped import Mask

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]
Kinds = NDArray[np.uint8]

# What a character does: parts words, and quotes or ends a paragraph; joins one, is one; is not there. SEVERAL: what that is says
# only its text folded, since it stands for several or goes together with the one before it.
GAP, QUOTE, BREAK, LETTER, ALONE, NOTHING, SEVERAL = range(7)
NO_SPACES = (  # blocks of scripts written without spaces between words
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x109F),  # Tibetan, Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # hiragana, katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
)
TABLE_SIZE = 0x20000  # code points with a row of their own; above lie only rare Han characters and tags
ALPHABETS = 0x3000  # … of a text without kana, Han or emoji: a table of a tenth, made in 3 ms, not 30, at every start
JAMO = range(0x1100, 0x1200)  # Korean letters, of which a syllable is put together
QUOTES = '"“”„‟«»〝〞「」『』＂'
BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))
WORD_BASE = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order; two arrays with an item a word."""

    hashes: Hashes
    quoted: Mask  # stands between quotation marks of its paragraph

    def __len__(self) -> int:
        return len(self.hashes)


def split_words(text: str) -> Words:
    """The words of a text. Paragraphs end at a line break; a text without words gives empty arrays.

    >>> one, two = split_words("“Ｐeace”, he said.\\n١٢٣"), split_words("PEACE he said 123")
    >>> bool((one.hashes == two.hashes).all()), one.quoted.tolist()
    (True, [True, False, False, False])
    """
    codes, kinds = _signs(text)
    starts, ends = _bounds(kinds)
    return Words(hashes=_mixed(_spans_hashed(codes, starts, ends)), quoted=_quoted(kinds, starts))


def windows(hashes: Hashes, width: int) -> Hashes:
    """A hash for each run of ``width`` words; item i is of the words i to i + width - 1."""
    count = len(hashes) - width + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    total = hashes[:count].copy()
    for shift in range(1, width):
        total *= WORD_BASE
        total += hashes[shift : shift + count]
    return _mixed(total)


def _signs(text: str) -> tuple[NDArray[np.uint64], Kinds]:
    """The characters that are there, as they are hashed, and what each does."""
    codes = _encoded(text)
    plain = codes.max(initial=0) < ALPHABETS
    if plain:
        signs, kinds = _alphabets()
        plain = not (kinds[codes] == SEVERAL).any()
    if not plain:
        codes = _encoded(unicodedata.normalize("NFKC", text).casefold())
        if codes.max(initial=0) >= TABLE_SIZE:
            codes = np.where(codes < TABLE_SIZE, codes, 0x3400 + codes % 0x4000)  # as one of the Han
        signs, kinds = _table(ALPHABETS if codes.max(initial=0) < ALPHABETS else TABLE_SIZE)
    does = kinds[codes]
    if (there := does != NOTHING).all():
        return signs[codes], does
    return signs[codes[there]], does[there]


def _encoded(text: str) -> Positions:
    """The code points; as numpy's own numbers of places, by which a table is read four times as fast as by others."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").astype(np.intp)


def _bounds(kinds: Kinds) -> tuple[Positions, Positions]:
    """Where words start and end (exclusive), in characters."""
    inside = np.zeros(len(kinds) + 2, np.uint8)
    inside[1:-1] = np.where(kinds < LETTER, GAP, kinds)
    before, here = inside[:-1], inside[1:]
    edge = before != here
    if not (alone := here == ALONE).any():
        edges = np.flatnonzero(edge)
        return edges[::2], edges[1::2]
    edge |= alone
    starts = np.flatnonzero(edge & (here != GAP))
    ends = np.flatnonzero((edge | (before == ALONE)) & (before != GAP))
    return starts, ends


def _spans_hashed(codes: NDArray[np.uint64], starts: Positions, ends: Positions) -> Hashes:
    """Polynomial hashes of the spans: differences of one running sum, moved to a common power."""
    up, down = _powers(len(codes) + 1)
    total = np.append(np.uint64(0), np.cumsum(codes * up[: len(codes)]))
    hashes: Hashes = (total[ends] - total[starts]) * down[starts]
    return hashes


def _quoted(kinds: Kinds, starts: Positions) -> Mask:
    """Whether a word stands after an odd number of quotation marks in its paragraph.

    Which mark opens differs by language (“…”, „…“, «…», »…«), that they alternate does not. A quotation over several
    paragraphs opens anew in each of them and is closed once: it is quoted to the end of the paragraph.
    """
    turns = np.flatnonzero((kinds == QUOTE) | (kinds == BREAK))
    marks = kinds[turns] == QUOTE
    so_far = np.cumsum(marks)
    odd = (so_far - np.maximum.accumulate(np.where(marks, 0, so_far))) & 1 == 1
    words = np.diff(
        np.searchsorted(starts, turns), prepend=0, append=len(starts)
    )  # before the first turn, and behind each
    return np.repeat(np.append(False, odd), words)


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit made to depend on all bits (the finaliser of splitmix64)."""
    mixed: Hashes = hashes ^ (hashes >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


_grown: list[tuple[Hashes, Hashes]] = []


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Powers of BASE and of its inverse, 0 to at least ``count`` - 1; kept, and doubled when a longer text comes."""
    if not _grown or len(_grown[-1][0]) < count:
        size = max(count, 2 * len(_grown[-1][0]) if _grown else 32_768)
        up, down = np.full(size, BASE), np.full(size, INVERSE)
        up[0] = down[0] = 1
        _grown[:] = [(np.cumprod(up), np.cumprod(down))]
    return _grown[-1]


@cache
def _table(size: int) -> tuple[NDArray[np.uint64], Kinds]:
    """Of each code point of a folded text how it is hashed, never 0, so that length counts; and what it does."""
    signs = np.arange(1, size + 1, dtype=np.uint64)
    for code in range(size):
        digit = unicodedata.decimal(chr(code), None)  # of any script
        if digit is not None:
            signs[code] = ord("0") + 1 + digit
    kinds = np.fromiter((_kind(chr(code)) for code in range(size)), np.uint8, size)
    for low, high in NO_SPACES:
        kinds[low : high + 1] = np.where(kinds[low : high + 1] == LETTER, ALONE, kinds[low : high + 1])
    return signs, kinds


@cache
def _alphabets() -> tuple[NDArray[np.uint64], Kinds]:
    """The same of texts as they are: what one character is folded to, if it is one."""
    plain_signs, plain_kinds = _table(ALPHABETS)
    signs, kinds = plain_signs.copy(), plain_kinds.copy()
    for code in range(ALPHABETS):
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        if unicodedata.category(chr(code))[0] == "M" or code in JAMO:
            kinds[code] = SEVERAL
        elif len(folded) == 1 and ord(folded) < ALPHABETS:
            signs[code], kinds[code] = plain_signs[ord(folded)], plain_kinds[ord(folded)]
        else:
            kinds[code] = GAP if all(_kind(sign) == GAP for sign in folded) else SEVERAL
    return signs, kinds


def _kind(character: str) -> int:
    if character.isalnum():
        return LETTER
    if character in QUOTES:
        return QUOTE
    category = unicodedata.category(character)
    return LETTER if category[0] == "M" else NOTHING if category == "Cf" else BREAK if character == "\n" else GAP
