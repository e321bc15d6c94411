"""The words of an article that say which event it reports, as counted terms. Knows no other article, so weighs nothing.

Language-neutral: a term is a run of letters or digits, folded in case and width, never to ASCII: "Kyjiw" and "Київ" stay
apart, and a place keeps the accents that tell it from another. Scripts without spaces give pairs of neighbouring signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice

import numpy as np
import xxhash
from numpy.typing import NDArray

from aggregator.stories.stopwords import STOPWORDS
from storage.types import Article

# The weights below: tried from 1 to 6 on one half of 86 English stories; all between 2 and 4 are within .01 BCubed F1. On the
# labelled pairs HEADLINE 4 and 5 join fewer follow-ups than 3; 5 and 6 cost .003 and more on the English events.
WORDS_READ = 400  # of a text, from its start: news says first what happened. 800 gained nothing
HEADLINE = 4  # a word of the headline counts as so many in the text
LEAD = 3  # … one of the first LEAD_WORDS
LEAD_WORDS = 40  # of a text, from its start: its lead; not measured
NAME = 2  # … a capitalised word inside a sentence, times this
STEM = 6  # letters that are kept of a word: a cheap stem where words inflect at the end. None, 5, 7, 8: within .015

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
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


def article_terms(article: Article) -> Terms:
    """The terms of an article, with how often each counts."""
    counts: dict[str, int] = {}
    headline = list(_terms(article.headline or ""))
    text = list(islice(chain.from_iterable(map(_terms, article.text.split("\n"))), WORDS_READ))
    for term, _ in headline:
        counts[term] = counts.get(term, 0) + HEADLINE
    for place, (term, name) in enumerate(text):
        counts[term] = counts.get(term, 0) + (LEAD if place < LEAD_WORDS else 1) * (NAME if name else 1)
    hashes = np.array([_hash(term) for term in counts], dtype=np.uint32)
    order = np.argsort(hashes, kind="stable")
    numbers = np.minimum(np.array(list(counts.values()), dtype=np.int64), 60_000).astype(np.uint16)
    return Terms(hashes[order], numbers[order], _words(text) or _words(headline))


@cache
def stopword_hashes() -> frozenset[int]:
    """The hashes of words that hold sentences together."""
    return frozenset(_hash(word[:STEM]) for word in STOPWORDS)


def word_hashes(word: str) -> list[int]:
    """The hashes of the terms of a word."""
    return [_hash(term) for term, _ in _terms(word)]


def _words(terms: Sequence[tuple[str, bool]]) -> int:
    """How many words they are: a run without spaces gives a pair for each of its signs."""
    pairs = sum(1 for term, _ in terms if not term.isascii() and NO_SPACES.match(term))
    return len(terms) - pairs + round(WORDS_A_SIGN * pairs)


def _terms(text: str) -> Iterator[tuple[str, bool]]:
    """Each word as a term, and whether its capital letter makes it a name."""
    text = unicodedata.normalize("NFKC", text)
    for match in WORD.finditer(text):
        word = match.group()
        if term := _term(word):
            yield term, word[0].isupper() and not _opens_sentence(text, match.start())
        else:
            yield from ((word[i : i + 2], False) for i in range(max(1, len(word) - 1)))


@lru_cache(50_000)  # 120,000 grew for ten thousand pages of a crawl; as in search/tokens.py
def _term(word: str) -> str | None:
    """None: a word in a script without spaces, which has a term for each pair of its signs."""
    if NO_SPACES.match(word):
        return None
    folded = POSSESSIVE.sub("", word).casefold()
    return folded if folded.isdigit() else folded[:STEM]


def _opens_sentence(text: str, start: int) -> bool:
    while start and text[start - 1] in " (’'":
        start -= 1
    return not start or text[start - 1] in OPENS


@lru_cache(50_000)
def _hash(term: str) -> int:
    return xxhash.xxh32_intdigest(term.encode("utf-8", "surrogatepass"))
