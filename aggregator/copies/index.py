"""All earlier articles, ready to be asked which of them share text with a new one. Made of the table of fingerprints."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.copies import postings
from aggregator.copies.comparing import HITS, Shared, Text, compare, worth_comparing
from aggregator.copies.direction import Side, credited
from aggregator.copies.shingles import sample
from aggregator.copies.words import Hashes, split_words
from storage import fingerprints, runs
from storage.fingerprints import Fingerprint
from storage.types import Article, Copy, Credit

RULES = 1
KEPT = 1_000  # texts kept as words, since the next article often has the same neighbours


class CopyIndex:
    """The earlier articles of a database. Open one with ``Index.open(db)``; it writes in the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._load()

    @classmethod
    def open(cls, db: Database) -> CopyIndex:
        """The index of what the table of fingerprints holds."""
        return cls(db)

    @staticmethod
    def drop(db: Database) -> None:
        """Forget all fingerprints. An index that is open must be opened again."""
        fingerprints.drop(db)

    def rolled_back(self) -> None:
        """The caller's transaction failed: back to what the table holds."""
        self._load()

    def add(self, article: Article, credits: Sequence[Credit]) -> tuple[Copy, ...]:  # noqa: A002 - the word of the house
        """The pairs that a stored article makes with all earlier ones, sorted by their arrival; then it is entered.

        A later version takes the place of the earlier ones, and of their pairs.
        """
        assert article.seq is not None, "an article is stored before it is merged"
        text = Text(self._side(article, credited(article, credits)), split_words(article.text))
        hashes = sample(text.words)
        first = fingerprints.first_seq(self._db, article)
        self._forget(first)
        copies = self._copies(text, first, hashes)
        self.enter(_fingerprint(text, first, hashes), hashes)
        self._keep(article.seq, text)
        return copies

    def _copies(self, text: Text, first: int, hashes: Hashes) -> tuple[Copy, ...]:
        article = text.side.article
        neighbours, boilerplate = self.neighbours(article.outlet, int(article.fetched.timestamp()), hashes)
        return compare(text, first, boilerplate, ((self._first[seq], self._text(seq)) for seq in neighbours.tolist()))

    def neighbours(self, outlet: str, arrived: int, hashes: Hashes) -> tuple[NDArray[np.int64], Hashes]:
        """The articles worth comparing with one of these hashes, in order of arrival, and the hashes that are boilerplate."""
        found = self._postings.find(hashes)
        if len(found) < HITS:
            return np.empty(0, np.int64), hashes[:0]
        seqs = postings.articles(found)
        alive = np.frombuffer(self._alive, np.int8)[seqs] == 1
        found, seqs = found[alive], seqs[alive]
        shared = Shared(
            hashes=postings.hashes_of(found),
            articles=seqs,
            sizes=np.frombuffer(self._sizes, np.int32)[seqs],
            outlets=np.frombuffer(self._outlets, np.int32)[seqs],
            arrived=np.frombuffer(self._arrived, np.int64)[seqs],
        )
        return worth_comparing(shared, size=len(hashes), outlet=self._outlet(outlet), arrived=arrived)

    def _text(self, seq: int) -> Text:
        """An earlier article's words: kept from the last time, or read again from its row."""
        if seq in self._texts:
            self._texts.move_to_end(seq)
            return self._texts[seq]
        article, orgs = fingerprints.article(self._db, seq)
        return self._keep(seq, Text(self._side(article, orgs), split_words(article.text)))

    def _side(self, article: Article, orgs: frozenset[str]) -> Side:
        asked = runs.asked_before(self._db, article.outlet, article.fetched) if article.published is None else None
        return Side(article, orgs, asked)

    def _keep(self, seq: int, text: Text) -> Text:
        self._texts[seq] = text
        if len(self._texts) > KEPT:
            self._texts.popitem(last=False)
        return text

    def enter(self, row: Fingerprint, hashes: Hashes) -> None:
        """Store a fingerprint, and keep it in memory."""
        fingerprints.append(self._db, row, rules=RULES)
        self._remember(row.seq, row.first, row.outlet, row.arrived, len(hashes))
        self._postings.add(row.seq, hashes)

    def _load(self) -> None:
        """Read the table. What is kept in memory beside the postings is one number a version in each of these."""
        self._postings = postings.PostingIndex()
        self._outlets, self._arrived = array("i"), array("q")
        self._first, self._sizes, self._alive = array("q"), array("i"), array("b")
        for numbers in (self._outlets, self._arrived, self._first, self._sizes, self._alive):
            numbers.frombytes(bytes((fingerprints.last(self._db) + 1) * numbers.itemsize))
        self._latest: dict[int, int] = {}  # first seq -> newest, where an article has versions
        self._codes: dict[str, int] = {}
        self._texts: OrderedDict[int, Text] = OrderedDict()
        self._postings.fill(map(self._recall, fingerprints.all_fingerprints(self._db)))

    def _recall(self, rows: list[tuple[int, int, str, int, bytes]]) -> postings.Postings:
        """Remember stored fingerprints, whole columns at a time, and return their postings."""
        seqs, firsts, outlets, arrived, hashes = zip(*rows, strict=True)
        at, first, sizes = np.array(seqs), np.array(firsts), np.array([len(row) for row in hashes]) // 8
        columns = ([self._outlet(outlet) for outlet in outlets], arrived, first, sizes, 1)
        kept = (self._outlets, self._arrived, self._first, self._sizes, self._alive)
        for numbers, column in zip(kept, columns, strict=True):
            np.frombuffer(numbers, numbers.typecode)[at] = column
        for n in np.flatnonzero(first != at).tolist():
            self._forget(firsts[n])
            self._latest[firsts[n]] = seqs[n]
        return postings.pack(np.repeat(at, sizes).astype(np.uint64), np.frombuffer(b"".join(hashes), "<u8"))

    def _remember(self, seq: int, first: int, outlet: str, arrived: int, size: int) -> None:
        gap = seq - len(self._alive)  # versions that have no fingerprint
        if gap:
            for numbers in (self._outlets, self._arrived, self._first, self._sizes, self._alive):
                numbers.extend([0] * gap)
        self._outlets.append(self._outlet(outlet))
        self._arrived.append(arrived)
        self._first.append(first)
        self._sizes.append(size)
        self._alive.append(1)
        if first != seq:
            self._latest[first] = seq

    def _forget(self, first: int) -> None:
        """An article's newest version so far is past."""
        newest = self._latest.get(first, first)
        if newest < len(self._alive):
            self._alive[newest] = 0
            self._texts.pop(newest, None)

    def _outlet(self, outlet: str) -> int:
        return self._codes.setdefault(outlet, len(self._codes))


def _fingerprint(text: Text, first: int, hashes: Hashes) -> Fingerprint:
    article = text.side.article
    assert article.seq is not None
    return Fingerprint(
        seq=article.seq,
        first=first,
        outlet=article.outlet,
        arrived=int(article.fetched.timestamp()),
        credits=" ".join(sorted(text.side.credits)),
        hashes=hashes.astype("<u8").tobytes(),
    )
