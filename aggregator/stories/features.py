"""The words of an article that say which event it reports, as counted terms. Knows no other article, so weighs nothing.

Language-neutral: a term is a run of letters or digits, folded in case and width, never to ASCII: "Kyjiw" and "Київ" stay
apart, and a place keeps the accents that tell it from another. Scripts without spaces give pairs of neighbouring signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from aggregator.stories.hashes import Cut, Hashes, Places, cut
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

Counts = NDArray[np.uint16]
OWNER = np.int64(32)  # bits of a key below which its term stands, and above it whose that is


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
    [terms] = terms_of([article])
    return terms


def terms_of(articles: Sequence[Article]) -> list[Terms]:
    """The same of many, sorted and counted in one go."""
    headlines = cut([article.headline or "" for article in articles])
    texts = cut([article.text for article in articles], WORDS_READ)
    (owner_h, _, headline, _), (owner, at, text, names) = _in_a_row(headlines), _in_a_row(texts)
    weights = np.where(at < LEAD_WORDS, LEAD, 1) * np.where(names, NAME, 1)
    keys, place = np.unique(np.append(_keys(owner_h, headline), _keys(owner, text)), return_inverse=True)
    added = np.bincount(place, np.append(np.full(len(headline), HEADLINE), weights), len(keys))
    counts = np.minimum(added, 60_000).astype(np.uint16)
    first = at < TOP_WORDS
    tops, heads = _tops(_keys(owner_h, headline), _keys(owner[first], text[first]))
    split, split_tops = (np.searchsorted(each >> OWNER, np.arange(len(articles) + 1)) for each in (keys, tops))
    return [
        Terms(
            hashes=keys[split[n] : split[n + 1]].astype(np.uint32),
            counts=counts[split[n] : split[n + 1]],
            words=texts[n].words or headlines[n].words,
            top=tops[split_tops[n] : split_tops[n + 1]].astype(np.uint32),
            headline=int(heads[split_tops[n] : split_tops[n + 1]].sum()),
            days=days_named(texts[n].hashes[:TOP_WORDS].tolist(), article.language or "", word_hashes),
        )
        for n, article in enumerate(articles)
    ]


def _in_a_row(cuts: Sequence[Cut]) -> tuple[Places, Places, Places, NDArray[np.bool_]]:
    """All terms of some texts: whose each is, which of his it is, its hash, and whether it is a name."""
    sizes = np.array([len(cut.hashes) for cut in cuts])
    owner = np.repeat(np.arange(len(cuts)), sizes)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    hashes = np.concatenate([cut.hashes for cut in cuts]).astype(np.int64)
    return owner, at, hashes, np.concatenate([cut.names for cut in cuts])


def _keys(owner: Places, hashes: Places) -> Places:
    """Terms, each with whose it is, as numbers that sort by both."""
    return owner << OWNER | hashes


def _tops(headlines: Places, texts: Places) -> tuple[Places, NDArray[np.bool_]]:
    """The keys of each article's headline, then those of its text beside it, each once and ascending; which are a headline's."""
    headlines = np.unique(headlines)
    texts = np.setdiff1d(texts, headlines)
    keys, heads = np.append(headlines, texts), np.arange(len(headlines) + len(texts)) < len(headlines)
    order = np.argsort(keys >> OWNER, kind="stable")
    return keys[order], heads[order]


@cache
def stopword_hashes() -> frozenset[int]:
    """The hashes of words that hold sentences together."""
    return frozenset(hash_ for word in STOPWORDS for hash_ in word_hashes(word))


def word_hashes(word: str) -> list[int]:
    """The hashes of the terms of a word."""
    [found] = cut([word])
    hashes: list[int] = found.hashes.tolist()
    return hashes
