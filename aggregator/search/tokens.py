"""Text as the index holds it: words without case and accents, and their stems. Index and queries are cut by the same rules.

Which mistake is worse: an article that is not found. So a word finds its inflected forms in every language that Snowball has
a stemmer for, whatever language the query is in; quotation marks ask for the very word.

SQLite's own tokenizers know no stems but English ones, and a tokenizer in Python is called through ctypes for every row
(measured: 11 times slower than filling a column with tokens that are ready). So the tokens are made here, and FTS5 only
parts them at spaces (``tokenize=ascii``, for which every letter beyond ASCII is a letter).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter

import regex
import Stemmer

from aggregator.stories.stopwords import STOPWORDS
from storage.characters import LETTERS

RULES = 1  # another number: the index is made anew

# ISO 639-1 -> Snowball's algorithm (PyStemmer 3.1)
STEMMERS = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "eo": "esperanto",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Scripts written without spaces: a word is found by the overlapping pairs of its letters.
NO_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}ー々〆\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphens and joiners inside of words
# "++" and "*+" give nothing back, and one set is tried a letter: a word of ten million letters must not take the memory of ten
# million ways back.
PIECE = regex.compile(
    rf"(?P<run>[{NO_SPACES}][{NO_SPACES}\p{{M}}{INVISIBLE}]*+)"
    r"|(?P<dotted>(?<![\p{L}\p{N}])(?:\p{L}\.)+\p{L}(?![\p{L}\p{N}])\.?)"  # U.S., а.е.
    rf"|(?P<word>[[\p{{L}}\p{{N}}\p{{M}}{INVISIBLE}]--[{NO_SPACES}]]++)",
    regex.VERSION1,  # that knows "--": all of these but those
)
BARE = regex.compile(regex.sub(r"\(\?P<\w+>", "(?:", PIECE.pattern), regex.VERSION1)  # without groups: no match objects
# Text of Latin, Greek and Cyrillic letters with none of those signs: what is no letter or figure parts words, but in "U.S.".
OTHERS = re.compile(
    "[^\x00-\x7f\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4-\u00b8\u00bb\u00bf-\u024f"
    "\u0370-\u0481\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac]"
)
DOT = re.compile(r"\.(?<=[^\W\d_]\.)(?<![^\W_][^\W\d_]\.)[^\W\d_]")  # a sign first, so that the rest is passed at once
DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?")
CLUSTER = regex.compile(r"\X")
# Letters that Unicode doesn't take apart, and Arabic ones that Persian and Urdu keyboards write otherwise.
ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه", "ە": "ه", "ہ": "ه", "ـ": None}
    | dict.fromkeys(INVISIBLE)
)
# Signs that only say how a letter sounds: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. The vowel signs of
# Indian and South-East Asian scripts are letters, and stay.
ACCENTS = regex.compile(
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]"
)
ACRONYM = "00"  # before a token that stands for capitals which are a common word as well: "US", but not "us"
SHORT = 4  # letters that such an acronym has at most: WHO
LONG = 60  # letters that count of a word: a longer one is an address or rubbish
MET = 50_000
"""Words of texts that are ready for the index, of all languages. Of the words of 6,000 articles one in forty is not among them,
half of those were never met before. To keep those met last took a fifth longer, 25,000 a tenth; 100,000 are no faster, and with
200,000 a crawl of 2,000 pages had 470 MB, not 391."""
FEW = 4_000  # words and signs that queries and scripts without spaces ask for again and again


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a pair of letters, with its place in the text."""

    folded: str
    start: int
    end: int
    stem: str = ""  # with its language before it ("endeni"); "": the language has no stemmer
    acronym: bool = False
    last: bool = False  # the last letter of a run, which is no pair: "升" of 上升


def tokens(text: str, language: str | None) -> Iterator[Term]:
    """The words of a text in its order; ``language`` (ISO 639-1) chooses the stemmer, None: there are no stems."""
    for piece in PIECE.finditer(text):
        if piece["run"] is not None:
            yield from _pairs(piece["run"], piece.start())
            continue
        word = piece[0].replace(".", "") if piece["dotted"] is not None else piece[0]
        folded, stem, acronym = _forms(word, language)
        if folded:
            yield Term(folded, piece.start(), piece.end(), stem, acronym)


def _forms(word: str, language: str | None) -> tuple[str, str, bool]:
    """A word folded, its stem, and whether it is an acronym, which has none."""
    folded = fold(word)
    acronym = word.isupper() and 1 < len(word) <= SHORT and folded in STOPWORDS
    return folded, "" if acronym else stemmed(word[:LONG].lower(), language), acronym


def indexed(text: str, language: str | None) -> tuple[str, str]:
    """What the index keeps of a text: its words, and what they are looked up by in every form, each parted by spaces.

    The same as ``tokens`` says, without their places: most words were met before, and cost one look-up.

    >>> indexed("The US denies it", "en")
    ('the us denies it', 'enthe 00us endeni enit')
    """
    pieces = BARE.findall(text) if OTHERS.search(text) else _plain(text)
    found = list(map(_entries(language).__getitem__, pieces))
    return " ".join(filter(None, map(itemgetter(0), found))), " ".join(filter(None, map(itemgetter(1), found)))


def _plain(text: str) -> list[str]:
    """The pieces of a text without OTHERS: the very ones of PIECE, five times as fast."""
    pieces: list[str] = []
    at = behind = 0
    while dot := DOT.search(text, behind):
        if dotted := DOTTED.match(text, dot.start() - 1):
            pieces += (*_runs(text[at : dotted.start()]), dotted[0])
            at = behind = dotted.end()
        else:
            behind = dot.end()
    pieces += _runs(text[at:])
    return pieces


def _runs(text: str) -> list[str]:
    return (LETTERS.change(text) or "").split()


class _Entries(dict[str, tuple[str, str]]):
    """What the index keeps of each word of a language; a word that was not met yet is cut when it is looked up."""

    def __init__(self, language: str | None) -> None:
        self._language = language

    def __missing__(self, piece: str) -> tuple[str, str]:
        entry = self._cut(piece)
        if len(piece) <= LONG:
            self[piece] = entry
        return entry

    def _cut(self, piece: str) -> tuple[str, str]:
        if piece.isalnum() and not OTHERS.search(piece):  # nine in ten: one word, that need not be looked for
            folded, stem, acronym = _forms(piece, self._language)
            return folded, ACRONYM + folded if acronym else stem
        found = list(tokens(piece, self._language))
        stems = (ACRONYM + token.folded if token.acronym else token.stem for token in found)
        return " ".join(token.folded for token in found), " ".join(stem for stem in stems if stem)


_met: dict[str | None, _Entries] = {}


def _entries(language: str | None) -> _Entries:
    """The words of a language that are ready. When MET were met in all languages, all are forgotten."""
    if sum(map(len, _met.values())) > MET:
        _met.clear()
    return _met.setdefault(language, _Entries(language))


@lru_cache(FEW)
def fold(word: str) -> str:
    """A word without case, accents and the differences that keyboards make; decimal digits of any script as ASCII.

    >>> fold("Ёлка"), fold("Łódź"), fold("STRASSE") == fold("Straße"), fold("٣")
    ('елка', 'lodz', True, '3')
    """
    if word.isascii():
        return word[:LONG].lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word[:LONG].casefold())).translate(ALIKE)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in bare)
    return unicodedata.normalize("NFC", plain)


@lru_cache(FEW)
def stemmed(word: str, language: str | None) -> str:
    """The stem of a lower-case word, with its language before it, so that no language's stem is another's word."""
    stemmer = _stemmer(language)
    return f"{language}{fold(stemmer.stemWord(word))}" if stemmer and language else ""


def _pairs(run: str, start: int) -> Iterator[Term]:
    clusters = list(CLUSTER.finditer(run))
    folded = [fold(one[0]) for one in clusters]
    for n, (one, text) in enumerate(zip(clusters, folded, strict=True)):
        if n + 1 < len(clusters):
            if pair := text + folded[n + 1]:  # signs without width fold to nothing
                yield Term(pair, start + one.start(), start + clusters[n + 1].end())
        elif text:
            yield Term(text, start + one.start(), start + one.end(), last=True)


@cache
def _stemmer(language: str | None) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(STEMMERS[language], 0) if language in STEMMERS else None  # it need not remember: _met does
