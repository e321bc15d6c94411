"""How rare a word is: in how many articles of its language it has stood, ever, and in general. Knows no story.

A new database has seen nothing: "police" would weigh what a village's name does, and two fires would be one story. So how
common the words of a language are is known beforehand, from common_words.npz (``python -m bench.common_words`` makes it of
the wordfreq lists, Robyn Speer 2022, CC BY-SA 4.0), for 42 languages. Of another language only function words are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories.features import stopword_hashes
from aggregator.stories.hashes import Hashes, Places
from storage import document_counts
from storage.document_counts import ALL

# Exponent of log(articles / articles with the word), and how many articles of its language are taken as read before the first
# one. With lists of common words, on scenarios of two reporters who share no sentence (kept together, of 27) and on the sample
# in a hundred random orders (those in which two events end in one story), with the short floor beside it: 1.2, 1,000 and .10: 25
# and 27; .8, 200 and .12: 25 and 9; .8, 100 and .10: 25 and 17, .12: 24 and 6, .13: 24 and 4, .15: 23 and 2. Names of a small
# country stand in no list: the more is taken as read, the longer they seem to tell one event.
RARITY, IMAGINED = 0.8, 100
KEPT = 1_000_000  # counts in memory, at most
COMMON = Path(__file__).with_name("common_words.npz")
# Languages whose words stand under another's name: the lists call Bosnian, Croatian and Serbian one.
LISTED_AS = {"no": "nb", "nn": "nb", "bs": "sh", "hr": "sh", "sr": "sh"}
FUNCTION_WORD = 0.7  # share of articles that have one of a language without a list


class Vocabulary:
    """The words of some articles of one language: in how many articles each has stood so far, and in general."""

    def __init__(self, language: str, terms: Hashes, counts: Mapping[int, int]) -> None:
        """``terms`` ascend, each once; ``counts`` has those that stood in an article before, and ALL articles."""
        self.terms, self.articles = terms, counts.get(ALL, 0)
        self._before = self.articles
        self.counts = np.array([counts.get(term, 0) for term in terms.tolist()], np.float64)
        self.counted = np.zeros(len(terms), bool)  # now, not before
        self._expected = IMAGINED * shares(language, terms) + 1

    def rarity(self, at: Places) -> NDArray[np.float64]:
        """How rare the words at some places are."""
        seen = self.counts[at] + self._expected[at]
        return np.asarray(np.maximum(0.0, np.log((self.articles + IMAGINED + 2) / seen)) ** RARITY)

    def add(self, at: Places) -> None:
        """Count an article that has the words at some places."""
        self.counts[at] += 1
        self.counted[at] = True
        self.articles += 1

    def changed(self) -> dict[int, int]:
        """The counts of the words that were counted, and of ALL articles, also of those without a word; nothing, if none came."""
        terms, counts = self.terms[self.counted], self.counts[self.counted].astype(np.int64)
        found = dict(zip(terms.tolist(), counts.tolist(), strict=True))
        return found if self.articles == self._before else {ALL: self.articles, **found}


@dataclass(frozen=True, slots=True)
class SeenWords:
    """The words of one article, in a vocabulary."""

    vocabulary: Vocabulary
    at: Places

    def rarity(self) -> NDArray[np.float64]:
        """How rare each is."""
        return self.vocabulary.rarity(self.at)

    def add(self) -> None:
        """Count the article."""
        self.vocabulary.add(self.at)


class DocumentCounts:
    """Counts that are looked up when they are needed, and stored when they changed."""

    def __init__(self, db: Database | None) -> None:
        """``db`` holds the counts of earlier articles; None: there are none."""
        self._db = db
        self._known: dict[str, dict[int, int]] = {}
        self._changed: dict[str, set[int]] = {}

    @contextmanager
    def words(self, articles: Sequence[tuple[str, Hashes]]) -> Iterator[list[SeenWords]]:
        """The words of articles, given with their language, to be counted one article after the other."""
        languages: dict[str, list[int]] = {}
        for n, (language, _) in enumerate(articles):
            languages.setdefault(language, []).append(n)
        vocabularies: dict[str, Vocabulary] = {}
        found: dict[int, SeenWords] = {}
        for language, numbers in languages.items():
            every = [articles[n][1] for n in numbers]
            terms, at = np.unique(np.concatenate(every), return_inverse=True)
            vocabularies[language] = Vocabulary(language, terms, self._counts(language, terms))
            ends = np.cumsum([len(own) for own in every])[:-1]
            found.update(
                zip(numbers, (SeenWords(vocabularies[language], own) for own in np.split(at, ends)), strict=True)
            )
        yield [found[n] for n in range(len(articles))]
        for language, vocabulary in vocabularies.items():
            changed = vocabulary.changed()
            self._known[language].update(changed)
            self._changed.setdefault(language, set()).update(changed)

    def store(self) -> None:
        """Write what changed into the caller's transaction."""
        if self._db:
            changed = ((language, term) for language, terms in self._changed.items() for term in terms)
            document_counts.save(self._db, {(lang, term): self._known[lang][term] for lang, term in changed})
        self._changed.clear()
        if sum(map(len, self._known.values())) > KEPT:
            self._known.clear()

    def _counts(self, language: str, terms: Hashes) -> Mapping[int, int]:
        known = self._known.setdefault(language, {})
        if self._db and (unknown := [term for term in (ALL, *terms.tolist()) if term not in known]):
            known.update(dict.fromkeys(unknown, 0))
            known.update(document_counts.counts(self._db, language, unknown))
        return known


def listed(language: str) -> bool:
    """Is it known how common the words of a language are?"""
    return _common_words(LISTED_AS.get(language, language)) is not None


def shares(language: str, terms: Hashes) -> NDArray[np.float64]:
    """The share of a language's articles in which each word is to be expected; ``language``: ISO 639-1, "" where not known."""
    words, share = _common_words(LISTED_AS.get(language, language)) or _function_words()
    at = np.minimum(np.searchsorted(words, terms), len(words) - 1)
    return np.where(words[at] == terms, share[at], 0.0)


@cache
def _common_words(language: str) -> tuple[Hashes, NDArray[np.float64]] | None:
    with np.load(COMMON) as lists:
        if f"{language}_words" not in lists:
            return None
        return lists[f"{language}_words"], lists[f"{language}_share"] / 65535


@cache
def _function_words() -> tuple[Hashes, NDArray[np.float64]]:
    words = np.array(sorted(stopword_hashes()), np.uint32)
    return words, np.full(len(words), FUNCTION_WORD)
