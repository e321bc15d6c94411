"""How rare a word is: in how many articles of its language it has stood, ever. Knows no story."""

from __future__ import annotations

from sqlite_utils import Database

from aggregator.stories.features import Hashes, stopword_hashes
from storage import document_counts
from storage.document_counts import ALL

KEPT = 1_000_000  # counts in memory, at most


class DocumentCounts:
    """Counts that are looked up when they are needed, and stored when they changed."""

    def __init__(self, db: Database | None) -> None:
        """``db`` holds the counts of earlier articles; None: there are none."""
        self._db = db
        self._known: dict[str, dict[int, int]] = {}
        self._changed: set[tuple[str, int]] = set()

    def seen(self, language: str, terms: Hashes) -> tuple[list[int], int]:
        """In how many articles each word stood, and how many articles there were."""
        known = self._known.setdefault(language, {})
        wanted = [ALL, *terms.tolist()]
        unknown = [term for term in wanted if term not in known]
        if unknown:
            stored = document_counts.counts(self._db, language, unknown) if self._db else {}
            known.update((term, stored.get(term, 0)) for term in unknown)
        total, *found = map(known.__getitem__, wanted)
        return found, total

    def add(self, language: str, terms: Hashes) -> None:
        """Count an article, after ``seen``."""
        known = self._known[language]
        for term in (ALL, *terms.tolist()):
            known[term] += 1
            self._changed.add((language, term))

    def store(self) -> None:
        """Write what changed into the caller's transaction."""
        if self._db:
            document_counts.save(self._db, {(lang, term): self._known[lang][term] for lang, term in self._changed})
        self._changed.clear()
        if sum(map(len, self._known.values())) > KEPT:
            self._known.clear()


def stopwords(terms: Hashes) -> list[bool]:
    """Which of the words hold sentences together in some language."""
    common = stopword_hashes()
    return [term in common for term in terms.tolist()]
