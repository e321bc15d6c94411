"""How rare a word is: in how many articles of its language it has stood, ever, and in general. Knows no story.

A new database has seen nothing: "police" would weigh what a village's name does, and two fires would be one story. So how
common the words of a language are is known beforehand, from common_words.npz (``python -m bench.common_words`` makes it of
the wordfreq lists, Robyn Speer 2022, CC BY-SA 4.0), for 42 languages. Of another language only function words are known.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories.features import Hashes, stopword_hashes
from storage import document_counts
from storage.document_counts import ALL

KEPT = 1_000_000  # counts in memory, at most
COMMON = Path(__file__).with_name("common_words.npz")
# Languages whose words stand under another's name: the lists call Bosnian, Croatian and Serbian one.
LISTED_AS = {"no": "nb", "nn": "nb", "bs": "sh", "hr": "sh", "sr": "sh"}
FUNCTION_WORD = 0.7  # share of articles that have one of a language without a list


class DocumentCounts:
    """Counts that are looked up when they are needed, and stored when they changed."""

    def __init__(self, db: Database | None) -> None:
        """``db`` holds the counts of earlier articles; None: there are none."""
        self._db = db
        self._known: dict[str, Counter[int]] = {}
        self._changed: dict[str, set[int]] = {}

    def seen(self, language: str, terms: Hashes) -> tuple[list[int], int]:
        """In how many articles each word stood, and how many articles there were."""
        known = self._known.setdefault(language, Counter())
        wanted = [ALL, *terms.tolist()]
        if unknown := [term for term in wanted if term not in known]:
            known.update(dict.fromkeys(unknown, 0))
            known.update(document_counts.counts(self._db, language, unknown) if self._db else {})
        total, *found = map(known.__getitem__, wanted)
        return found, total

    def add(self, language: str, terms: Hashes) -> None:
        """Count an article, after ``seen``."""
        counted = [ALL, *terms.tolist()]
        self._known[language].update(counted)
        self._changed.setdefault(language, set()).update(counted)

    def store(self) -> None:
        """Write what changed into the caller's transaction."""
        if self._db:
            changed = ((language, term) for language, terms in self._changed.items() for term in terms)
            document_counts.save(self._db, {(lang, term): self._known[lang][term] for lang, term in changed})
        self._changed.clear()
        if sum(map(len, self._known.values())) > KEPT:
            self._known.clear()


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
