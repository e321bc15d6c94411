"""The table of fingerprints, from which the index of copies is made again when a run begins. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage import articles
from storage.types import Article

TELLING = "select seq, first, outlet, arrived, hashes from fingerprints"  # what tells a row from another
MANY = 10_000  # rows read at a time when the index is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The sampled shingles of one version of an article, and what the index must know without opening it."""

    seq: int  # articles.seq
    first: int  # seq of the article's first version
    outlet: str
    arrived: int  # of its first version, seconds since 1970 UTC
    credits: str  # ids of the organisations whose text it says it prints, sorted, parted by blanks; "": it names none
    hashes: bytes  # 64-bit little-endian, sorted


def append(db: Database, fingerprint: Fingerprint, *, rules: int) -> None:
    """Store the fingerprint of a version. Those of earlier versions stay: ``first`` says that they are past."""
    row = fingerprint
    db.execute(
        "insert into fingerprints values (?, ?, ?, ?, ?, ?, ?)",
        [row.seq, row.first, row.outlet, row.arrived, row.credits, row.hashes, rules],
    )


def fingerprints_after(db: Database, seq: int) -> Iterator[list[tuple[int, int, str, int, bytes]]]:
    """The fingerprints after a seq, in order of arrival, many at a time: seq, first, outlet, arrived, hashes.

    Bare tuples: a million objects would take longer to make than all the rest of opening the index.
    """
    cursor = db.execute(
        "select seq, first, outlet, arrived, hashes from fingerprints where seq > ? order by seq", [seq]
    )
    while rows := cursor.fetchmany(MANY):
        yield rows


def last(db: Database) -> int:
    """The greatest seq; 0: the table is empty."""
    return int(db.execute("select coalesce(max(seq), 0) from fingerprints").fetchone()[0])


def article(db: Database, seq: int) -> tuple[Article, frozenset[str]]:
    """The version that a fingerprint is of, and the organisations whose text it says it prints."""
    row = db.execute("select credits from fingerprints where seq = ?", [seq]).fetchone()
    return articles.at(db, [seq])[0], frozenset(row[0].split())


def first_seq(db: Database, version: Article) -> int:
    """The seq of an article's first version; its own where it is that."""
    assert version.seq is not None
    if version.version == 1:
        return version.seq
    row = db.execute("select min(seq) from articles where id = ?", [version.id]).fetchone()
    return int(row[0])


def drop(db: Database) -> None:
    """Forget all: they can be taken again."""
    db.execute("delete from fingerprints")
