"""A text as numbers: a hash for each word, which words are quoted, where the paragraphs end. Compares nothing.

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

GAP, LETTER, ALONE, NOTHING = 0, 1, 2, 3  # what a character does: parts words, joins one, is one, is not there
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
QUOTES = '"“”„‟«»〝〞「」『』＂'
BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it has an inverse modulo 2**64
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))
WORD_BASE = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order; all arrays but ``lines`` have one item a word."""

    hashes: Hashes
    quoted: Mask  # stands between quotation marks of its paragraph
    paragraph: Positions  # 0, 1 …: its paragraph's place in ``lines``
    lines: Hashes  # a hash for each paragraph that has words

    def __len__(self) -> int:
        return len(self.hashes)


def split_words(text: str) -> Words:
    """The words of a text. Paragraphs end at a line break; a text without words gives empty arrays.

    >>> one, two = split_words("“Ｐeace”, he said.\\n١٢٣"), split_words("PEACE he said 123")
    >>> bool((one.hashes == two.hashes).all()), one.quoted.tolist(), one.paragraph.tolist()
    (True, [True, False, False, False], [0, 0, 0, 1])
    """
    codes, kinds = _codes(text)
    starts, ends = _bounds(kinds)
    hashes = _mixed(_spans_hashed(_folded(_table_size(codes))[codes], starts, ends))
    breaks = np.flatnonzero(codes == 10)
    line = np.searchsorted(breaks, starts)  # of the text, empty ones counted
    begins = np.diff(line, prepend=-1) > 0
    paragraph = np.cumsum(begins) - 1
    lines = _lines(hashes, np.flatnonzero(begins), paragraph)
    return Words(hashes=hashes, quoted=_quoted(codes, breaks, starts, line), paragraph=paragraph, lines=lines)


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


def _codes(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The characters that count, folded, and what each does."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    codes = np.frombuffer(text.casefold().encode("utf-32-le", "replace"), np.uint32)
    if len(codes) and codes.max() >= TABLE_SIZE:
        codes = np.where(codes < TABLE_SIZE, codes, 0x3400 + codes % 0x4000).astype(np.uint32)  # as one of the Han
    kinds = _kinds(_table_size(codes))[codes]
    there = kinds != NOTHING
    return (codes, kinds) if there.all() else (codes[there], kinds[there])


def _bounds(kinds: NDArray[np.uint8]) -> tuple[Positions, Positions]:
    """Where words start and end (exclusive), in characters."""
    inside = np.zeros(len(kinds) + 2, np.uint8)
    inside[1:-1] = kinds
    before, here = inside[:-1], inside[1:]
    edge = (before != here) | (here == ALONE)
    starts = np.flatnonzero(edge & (here != GAP))
    ends = np.flatnonzero((edge | (before == ALONE)) & (before != GAP))
    return starts, ends


def _spans_hashed(codes: NDArray[np.uint64], starts: Positions, ends: Positions) -> Hashes:
    """Polynomial hashes of the spans: differences of one running sum, moved to a common power."""
    up, down = _powers(len(codes) + 1)
    total = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(codes * up[: len(codes)], out=total[1:])
    hashes: Hashes = (total[ends] - total[starts]) * down[starts]
    return hashes


def _lines(hashes: Hashes, first: Positions, dense: Positions) -> Hashes:
    if not len(hashes):
        return np.empty(0, np.uint64)
    up, _ = _powers(len(hashes))
    within = np.arange(len(hashes)) - first[dense]
    return _mixed(np.add.reduceat(hashes * up[within], first))


def _quoted(codes: NDArray[np.uint32], breaks: Positions, starts: Positions, line: Positions) -> Mask:
    """Whether a word stands after an odd number of quotation marks in its paragraph.

    Which mark opens differs by language (“…”, „…“, «…», »…«), that they alternate does not. A quotation over several
    paragraphs opens anew in each of them and is closed once: it is quoted to the end of the paragraph.
    """
    marks = np.flatnonzero(_quotes()[codes])
    if not len(marks):
        return np.zeros(len(starts), bool)
    before = np.append(0, np.searchsorted(marks, breaks))  # marks before each line of the text
    odd: Mask = (np.searchsorted(marks, starts) - before[line]) & 1 == 1
    return odd


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


def _table_size(codes: NDArray[np.uint32]) -> int:
    return ALPHABETS if codes.max(initial=0) < ALPHABETS else TABLE_SIZE


@cache
def _kinds(size: int) -> NDArray[np.uint8]:
    kinds = np.fromiter((_kind(chr(code)) for code in range(size)), np.uint8, size)
    for low, high in NO_SPACES:
        kinds[low : high + 1] = np.where(kinds[low : high + 1] == LETTER, ALONE, kinds[low : high + 1])
    return kinds


def _kind(character: str) -> int:
    if character.isalnum():
        return LETTER
    category = unicodedata.category(character)
    return LETTER if category[0] == "M" else NOTHING if category == "Cf" else GAP


@cache
def _folded(size: int) -> NDArray[np.uint64]:
    """Code points as they are hashed: decimal digits of any script as ASCII digits; never 0, so that length counts."""
    folded = np.arange(1, size + 1, dtype=np.uint64)
    for code in range(size):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            folded[code] = ord("0") + 1 + digit
    return folded


@cache
def _quotes() -> Mask:
    quotes = np.zeros(TABLE_SIZE, bool)
    quotes[[ord(mark) for mark in QUOTES]] = True
    return quotes
