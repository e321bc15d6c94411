"""All earlier articles, ready to be asked which of them share text with a new one. Made of the table of fingerprints.

What was made of most rows is kept in a file beside the database, which is mapped when the index is opened; it is valid while the
table has the row that it ends with, and without it the index is made of the whole table.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.copies import postings
from aggregator.copies.comparing import HITS, ComparedText, Shared, compare, worth_comparing
from aggregator.copies.direction import Side, credited
from aggregator.copies.shingles import BITS, SAMPLE, SHINGLE, sample
from aggregator.copies.words import Hashes, split_words
from storage import fingerprints, mapped, runs
from storage.fingerprints import Fingerprint
from storage.types import Article, Copy, Credit

RULES = 2
KEPT = 1_000  # texts kept as words, since the next article often has the same neighbours
# Articles looked up at once. More save little, and a shingle that every page of a site has is found once for each of them.
LOOKED_UP = 50
WORTH_KEEPING = 500_000  # postings, some 8,000 articles: fewer are made of the table again in a tenth of a second
COLUMNS = {"outlets": "i", "arrived": "q", "first": "q", "sizes": "i", "alive": "b"}  # a number a version in each

MADE_BY = [RULES, SHINGLE, SAMPLE, BITS]  # a file made otherwise is as good as none


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
        return self.add_all([(article, credits)])[0]

    def add_all(self, arrivals: Iterable[tuple[Article, Sequence[Credit]]]) -> list[tuple[Copy, ...]]:
        """The same of many, in order of arrival: what each would say if it came alone."""
        waiting, copied = iter(arrivals), []
        while some := list(islice(waiting, LOOKED_UP)):
            texts = [
                ComparedText(self._side(one, credited(one, credits_)), split_words(one.text)) for one, credits_ in some
            ]
            hashes = [sample(text.words) for text in texts]
            found, batch = self.find([_seq(article) for article, _ in some], hashes)
            for text, own, shared in zip(texts, hashes, found, strict=True):
                copied.append(self._add(text, own, shared))
            self.settle(batch)
        return copied

    def _add(self, text: ComparedText, hashes: Hashes, found: postings.Postings) -> tuple[Copy, ...]:
        article = text.side.article
        first = fingerprints.first_seq(self._db, article)
        self._forget(first)
        neighbours, boilerplate = self.neighbours(article.outlet, int(article.fetched.timestamp()), hashes, found)
        others = ((self._first[seq], self._text(seq)) for seq in neighbours.tolist())
        copies = compare(text, first, boilerplate, others)
        self.enter(_fingerprint(text, first, hashes), hashes)
        self._keep(_seq(article), text)
        return copies

    def find(self, seqs: Sequence[int], hashes: Sequence[Hashes]) -> tuple[list[postings.Postings], postings.Postings]:
        """What each article shares with those before it; and the postings of all, to be settled when they are entered."""
        return self._postings.find(seqs, hashes)

    def neighbours(
        self, outlet: str, arrived: int, hashes: Hashes, found: postings.Postings
    ) -> tuple[NDArray[np.int64], Hashes]:
        """The articles worth comparing with one of these hashes, in order of arrival, and the hashes that are boilerplate."""
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

    def _text(self, seq: int) -> ComparedText:
        """An earlier article's words: kept from the last time, or read again from its row."""
        if seq in self._texts:
            self._texts.move_to_end(seq)
            return self._texts[seq]
        article, orgs = fingerprints.article(self._db, seq)
        return self._keep(seq, ComparedText(self._side(article, orgs), split_words(article.text)))

    def _side(self, article: Article, orgs: frozenset[str]) -> Side:
        asked = runs.asked_before(self._db, article.outlet, article.fetched) if article.published is None else None
        return Side(article, orgs, asked)

    def _keep(self, seq: int, text: ComparedText) -> ComparedText:
        self._texts[seq] = text
        if len(self._texts) > KEPT:
            self._texts.popitem(last=False)
        return text

    def enter(self, row: Fingerprint, hashes: Hashes) -> None:
        """Store a fingerprint, and keep it in memory."""
        fingerprints.append(self._db, row, rules=RULES)
        self._remember(row.seq, row.first, row.outlet, row.arrived, len(hashes))

    def settle(self, batch: postings.Postings) -> None:
        """Take the postings of entered articles up, so that later ones find them."""
        self._postings.enter(batch)

    def _load(self) -> None:
        """Take up what is kept in the file, and read the rest of the table."""
        self._file = mapped.beside(self._db, "copies")
        self._texts: OrderedDict[int, ComparedText] = OrderedDict()
        last = fingerprints.last(self._db)
        kept, through = self._take_up(), len(self._alive) - 1
        for numbers in self._columns.values():
            numbers.frombytes(bytes((last - through) * numbers.itemsize))
        self._postings = postings.PostingIndex(kept, self._store)
        parts = [self._recall(rows) for rows in fingerprints.fingerprints_after(self._db, through)]
        if parts:
            self._postings.enter(np.sort(np.concatenate(parts)))

    def _take_up(self) -> postings.SortedRun | None:
        """The longest run and its articles, as the file has them; None: there is no file, or it is of other rows."""
        kept = mapped.load(self._file) if self._file else None
        stamp, arrays = kept or ({}, {})
        valid = kept and stamp.get("made_by") == MADE_BY and self._digest(stamp["last"]) == stamp["rows"]
        columns = {
            name: array(kind, arrays[name].tobytes() if valid else bytes(array(kind).itemsize))
            for name, kind in COLUMNS.items()
        }
        self._columns = columns
        self._outlets, self._arrived, self._first = columns["outlets"], columns["arrived"], columns["first"]
        self._sizes, self._alive = columns["sizes"], columns["alive"]
        self._codes: dict[str, int] = {name: code for code, name in enumerate(stamp["outlets"])} if valid else {}
        first = np.frombuffer(self._first, np.int64)
        later = np.flatnonzero(first * (first != np.arange(len(first))))
        self._latest: dict[int, int] = {
            self._first[seq]: seq for seq in later.tolist()
        }  # first seq -> newest, where there are versions
        return postings.SortedRun(arrays["postings"], arrays["starts"]) if valid else None

    def _store(self, size: int, pieces: Iterable[postings.Postings]) -> postings.SortedRun | None:
        """Keep the longest run in the file, and return it mapped; None: it stays in memory."""
        if size < WORTH_KEEPING or self._file is None:
            return None
        last, buckets = len(self._alive) - 1, postings.Buckets(size)
        stamp = {"made_by": MADE_BY, "last": last, "rows": self._digest(last), "outlets": list(self._codes)}
        arrays = {name: iter([np.frombuffer(numbers, numbers.typecode)]) for name, numbers in self._columns.items()}
        try:
            mapped.write(
                self._file,
                stamp,
                {**arrays, "postings": map(buckets.note, pieces), "starts": map(postings.Buckets.starts, [buckets])},
            )
        except OSError:  # a disk that is full or can't be written: it can be made again
            return None
        kept = mapped.load(self._file)
        return postings.SortedRun(kept[1]["postings"], kept[1]["starts"]) if kept else None

    def _digest(self, last: int) -> str | None:
        return mapped.digest(self._db, fingerprints.TELLING, last)

    def _recall(self, rows: list[tuple[int, int, str, int, bytes]]) -> postings.Postings:
        """Remember stored fingerprints, whole columns at a time, and return their postings."""
        seqs, firsts, outlets, arrived, hashes = zip(*rows, strict=True)
        at, first, sizes = np.array(seqs), np.array(firsts), np.array([len(row) for row in hashes]) // 8
        columns = ([self._outlet(outlet) for outlet in outlets], arrived, first, sizes, 1)
        for numbers, column in zip(self._columns.values(), columns, strict=True):
            np.frombuffer(numbers, numbers.typecode)[at] = column
        for n in np.flatnonzero(first != at).tolist():
            self._forget(firsts[n])
            self._latest[firsts[n]] = seqs[n]
        return postings.pack(np.repeat(at, sizes).astype(np.uint64), np.frombuffer(b"".join(hashes), "<u8"))

    def _remember(self, seq: int, first: int, outlet: str, arrived: int, size: int) -> None:
        gap = seq - len(self._alive)  # versions that have no fingerprint
        if gap:
            for numbers in self._columns.values():
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


def _seq(article: Article) -> int:
    assert article.seq is not None, "an article is stored before it is merged"
    return article.seq


def _fingerprint(text: ComparedText, first: int, hashes: Hashes) -> Fingerprint:
    article = text.side.article
    return Fingerprint(
        seq=_seq(article),
        first=first,
        outlet=article.outlet,
        arrived=int(article.fetched.timestamp()),
        credits=" ".join(sorted(text.side.credits)),
        hashes=hashes.astype("<u8").tobytes(),
    )
