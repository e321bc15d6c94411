"""The words of an article that say which event it reports, as counted terms. Knows no other article, so weighs nothing.

Language-neutral: a term is a run of letters or digits, folded in case and width, never to ASCII: "Kyjiw" and "Київ" stay
apart, and a place keeps the accents that tell it from another. Scripts without spaces give pairs of neighbouring signs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from aggregator.stories.stopwords import STOPWORDS
from aggregator.stories.weekdays import days_named
from storage.types import Article

# The weights below: tried from 1 to 6 on one half of 86 English stories; all between 2 and 4 are within .01 BCubed F1. On the
# labelled pairs HEADLINE 4 and 5 join fewer follow-ups than 3; 5 and 6 cost .003 and more on the English events.
WORDS_READ = 400  # of a text, from its start: news says first what happened. 800 gained nothing
HEADLINE = 4  # a word of the headline counts as so many in the text
LEAD = 3  # … one of the first LEAD_WORDS
LEAD_WORDS = 40  # of a text, from its start: its lead; not measured
# Of a text, from its start: with the headline its top. 40 to 150 tell one event from the next news alike, 20 and 250 less.
TOP_WORDS = 100
NAME = 2  # … a capitalised word inside a sentence, times this
STEM = 6  # letters that are kept of a word: a cheap stem where words inflect at the end. None, 5, 7, 8: within .015

WORD = re.compile(r"([^\W_]+(?:[’'][^\W_]+)*)")
NO_SPACES = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)
WORDS_A_SIGN = 0.6  # a word in these scripts has some 1.6 signs, and each sign opens a pair
POSSESSIVE = re.compile(r"[’'](?:s|S)?$")
OPENS = frozenset('.!?:\n"“„«。！？')  # what stands before a word that is capitalised in any case

Hashes = NDArray[np.uint32]
Counts = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Terms:
    """Each term once."""

    hashes: Hashes  # ascending
    counts: Counts
    words: int  # how many were read, at most WORDS_READ: a bare headline has about ten
    top: Hashes  # of the headline, each once and ascending, then what the first TOP_WORDS of the text have beside
    headline: int  # how many of ``top`` are the headline's
    days: int  # which days of the week the text's top names: bit 0 is Monday


def article_terms(article: Article) -> Terms:
    """The terms of an article, with how often each counts."""
    headline, text = _cut(article.headline or ""), _cut(article.text, WORDS_READ)
    lead = np.where(np.arange(len(text.hashes)) < LEAD_WORDS, LEAD, 1)
    weights = np.append(np.full(len(headline.hashes), HEADLINE), lead * np.where(np.array(text.names, bool), NAME, 1))
    hashes, at = np.unique(np.array(headline.hashes + text.hashes, np.uint32), return_inverse=True)
    counts = np.minimum(np.bincount(at, weights, len(hashes)), 60_000).astype(np.uint16)
    head, first = np.unique(np.array(headline.hashes, np.uint32)), text.hashes[:TOP_WORDS]
    top = np.append(head, np.setdiff1d(np.array(first, np.uint32), head)).astype(np.uint32)
    days = days_named(first, article.language or "", word_hashes)
    return Terms(hashes, counts, text.words or headline.words, top, len(head), days)


@cache
def stopword_hashes() -> frozenset[int]:
    """The hashes of words that hold sentences together."""
    return frozenset(_hash(word[:STEM]) for word in STOPWORDS)


def word_hashes(word: str) -> list[int]:
    """The hashes of the terms of a word."""
    return _cut(word).hashes


@dataclass(frozen=True, slots=True)
class _Cut:
    hashes: list[int]  # of each term
    names: list[bool]  # whether a capital letter makes it one
    pairs: int  # how many are pairs of signs: a run without spaces gives one for each of its signs

    @property
    def words(self) -> int:
        return len(self.hashes) - self.pairs + round(WORDS_A_SIGN * self.pairs)


def _cut(text: str, most: int = 0) -> _Cut:
    """The terms of a text in its order, the first ones where ``most`` is not 0."""
    pieces = WORD.split(unicodedata.normalize("NFKC", text), most)  # gaps and words in turn
    words = pieces[1::2]
    hashes = list(map(_term_hash, words))
    names = [
        word[0].isupper() and not _opens_sentence(gap, first=not n)
        for n, (gap, word) in enumerate(zip(pieces[::2], words, strict=False))
    ]
    if None not in hashes:
        return _Cut(hashes, names, 0)  # type: ignore[arg-type] # mypy does not see it
    terms = [
        term
        for word, known, name in zip(words, hashes, names, strict=True)
        for term in ([(known, name, False)] if known is not None else _pairs(word))
    ][: most or None]
    return _Cut([term[0] for term in terms], [term[1] for term in terms], sum(term[2] for term in terms))


@lru_cache(50_000)  # 120,000 grew for ten thousand pages of a crawl; as in search/tokens.py
def _term_hash(word: str) -> int | None:
    """None: a word in a script without spaces, which has a term for each pair of its signs."""
    if NO_SPACES.match(word):
        return None
    folded = POSSESSIVE.sub("", word).casefold()
    return _hash(folded if folded.isdigit() else folded[:STEM])


def _pairs(word: str) -> list[tuple[int, bool, bool]]:
    pairs = [word[i : i + 2] for i in range(max(1, len(word) - 1))]
    return [(_hash(pair), False, NO_SPACES.match(pair) is not None) for pair in pairs]


def _opens_sentence(gap: str, *, first: bool) -> bool:
    """Whether a sentence begins behind the signs before a word."""
    before = gap.rstrip(" (’'")
    return before[-1] in OPENS if before else first


def _hash(term: str) -> int:
    return xxhash.xxh32_intdigest(term.encode("utf-8", "surrogatepass"))
