"""Which articles share shingles: a join of all articles with all earlier ones, a task a part of the shingles.

Two steps, each over rows that come sorted. ``meet`` sees one shingle after the other and says of each article that has it
which earlier ones have it too. ``choose`` sees one article after the other with all that it shares, and asks the merge's own
function which are worth comparing.

What would make the join grow faster than the articles are shingles that many have. An article meets at most MOST earlier
ones at a shingle, the first: of a text that 5,000 print, that is where it comes from. And where those are of many texts,
the shingle is a phrase or a template: then it is boilerplate for all who come after the first BOILERPLATE, and nobody is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from aggregator.archive.batches import groups
from aggregator.copies.comparing import HITS, Shared, worth_comparing
from aggregator.copies.words import Hashes

MOST = 64  # earlier articles that one is told of at one shingle
# Earlier articles that have a shingle, from which on it may be boilerplate. With 64 in its place, 9 of 10,000 articles, most of
# whose words are a site's own, had other copies than in the merge of one machine, which counts all who have it.
BOILERPLATE = 1_000
# Different texts among those that make a shingle boilerplate: EVERYWHERE (24) of copies/boilerplate.py, and room.
MANY_TEXTS = 40

ORDER_BITS = 24  # of a place in the order of arrival, below the second: 16 million articles a second
FOREVER = np.int64(2**62)  # no later version

# The column "stock" is boilerplate: a merge that was stopped goes on with rows in which it has that name.
POSTINGS = pa.schema([(name, pa.int64()) for name in ("hash", "seq", "until", "about")])
MEETINGS = pa.schema([
    ("seq", pa.int64()), ("about", pa.int64()), ("hash", pa.int64()), ("stock", pa.bool_()),
    ("neighbours", pa.list_(pa.int64())), ("abouts", pa.list_(pa.int64())),
])  # fmt: skip
CANDIDATES = pa.schema([("seq", pa.int64()), ("neighbours", pa.list_(pa.int64())), ("stock", pa.list_(pa.int64()))])

Numbers = NDArray[np.int64]


def postings(seq: int, until: int | None, outlet: str, hashes: Hashes) -> pa.RecordBatch:
    """An article's sampled shingles, a row each."""
    count = len(hashes)
    columns = [
        hashes.astype(np.int64),
        np.full(count, seq),
        np.full(count, FOREVER if until is None else until),
        np.full(count, _about(outlet, hashes) if count else 0),
    ]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], schema=POSTINGS)


def _about(outlet: str, hashes: Hashes) -> int:
    """What others must know of an article, in 63 bits: 31 of its outlet, 16 of its sample's size, 16 that tell texts apart.

    The last are of the sample's least shingle, mixed: two articles that share much of their text mostly have the same one.
    """
    least = int(np.min(hashes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(48))
    return (xxhash.xxh32_intdigest(outlet.encode()) >> 1) << 32 | min(len(hashes), 0xFFFF) << 16 | least


def meet(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Postings, sorted by shingle and arrival → what each article meets at each shingle that others had before it."""
    head = [np.empty(0, np.int64)] * 4  # the first MOST postings of the shingle that the last batch ended with …
    seen = 0  # … and how many it has had
    for batch in batches:
        if not batch.num_rows:
            continue
        columns = [batch.column(name).to_numpy() for name in POSTINGS.names]
        goes_on = len(head[0]) and head[0][0] == columns[0][0]
        old, before = (len(head[0]), seen) if goes_on else (0, 0)
        if goes_on:
            columns = [np.concatenate(pair) for pair in zip(head, columns, strict=True)]
        hashes = columns[0]
        starts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
        sizes = np.diff(np.append(starts, len(hashes)))
        yield from _met(columns, starts, sizes, old, before)
        last = int(starts[-1])
        seen = int(sizes[-1]) + (before - old if len(starts) == 1 else 0)
        head = [column[last : last + MOST].copy() for column in columns]


def _met(columns: list[Numbers], starts: Numbers, sizes: Numbers, old: int, before: int) -> Iterator[pa.RecordBatch]:
    """What the postings from ``old`` on meet; those before it were there already, as the head of ``before`` others."""
    hashes, seqs, until, about = columns
    group = np.repeat(np.arange(len(starts)), sizes)
    had = np.arange(len(hashes)) - starts[group]  # earlier articles that have the shingle
    had[old : sizes[0]] += before - old
    many_have = np.zeros(len(starts), bool)
    for n in np.unique(group[had >= BOILERPLATE]).tolist():
        texts = np.unique(about[starts[n] : starts[n] + MOST] & 0xFFFF)
        many_have[n] = len(texts) >= MANY_TEXTS
    boilerplate = many_have[group] & (had >= BOILERPLATE)
    earlier = np.minimum(had, MOST)
    count = np.where(boilerplate, 0, earlier)
    count[:old] = 0
    rows = np.flatnonzero((count > 0) | boilerplate)
    rows = rows[rows >= old]
    if not len(rows):
        return
    lengths = count[rows]
    ends = np.cumsum(lengths)
    owner = np.repeat(np.arange(len(rows)), lengths)
    at = np.repeat(starts[group[rows]], lengths) + np.arange(int(ends[-1])) - np.repeat(ends - lengths, lengths)
    alive = until[at] > seqs[rows][owner]
    at, owner = at[alive], owner[alive]
    offsets = np.append(0, np.cumsum(np.bincount(owner, minlength=len(rows)))).astype(np.int32)
    lists = [pa.ListArray.from_arrays(pa.array(offsets), pa.array(column[at])) for column in (seqs, about)]
    plain = [pa.array(column[rows]) for column in (seqs, about, hashes, boilerplate)]
    yield pa.RecordBatch.from_arrays([*plain, *lists], schema=MEETINGS)


def choose(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What articles meet, sorted by the article → for each the earlier ones worth comparing, and its boilerplate shingles."""
    found: list[tuple[int, Numbers, Numbers]] = []
    for rows in groups(batches, "seq"):
        if chosen := _chosen(rows):
            found.append(chosen)
        if len(found) == 1_000:
            yield _candidates(found)
            found = []
    if found:
        yield _candidates(found)


def _chosen(rows: pa.Table) -> tuple[int, Numbers, Numbers] | None:
    rows = rows.combine_chunks()
    seq, about = rows["seq"][0].as_py(), rows["about"][0].as_py()
    lists = rows["neighbours"].combine_chunks()
    lengths = np.diff(lists.offsets.to_numpy())
    others, abouts = lists.flatten().to_numpy(), rows["abouts"].combine_chunks().flatten().to_numpy()
    if len(others) < HITS:
        return None
    hashes = rows["hash"].to_numpy()
    shared = Shared(
        hashes=np.repeat(hashes, lengths).astype(np.uint64),
        articles=others,
        sizes=(abouts >> 16 & 0xFFFF).astype(np.int32),
        outlets=(abouts >> 32).astype(np.int32),
        arrived=others >> ORDER_BITS,
    )
    neighbours, boilerplate = worth_comparing(
        shared, size=about >> 16 & 0xFFFF, outlet=about >> 32, arrived=seq >> ORDER_BITS
    )
    if not len(neighbours):
        return None
    everywhere = hashes[rows["stock"].to_numpy()]
    return seq, neighbours, np.concatenate([boilerplate.astype(np.int64), everywhere])


def _candidates(found: list[tuple[int, Numbers, Numbers]]) -> pa.RecordBatch:
    seqs, neighbours, boilerplate = zip(*found, strict=True)
    return pa.RecordBatch.from_arrays(
        [pa.array(seqs), pa.array(neighbours, pa.list_(pa.int64())), pa.array(boilerplate, pa.list_(pa.int64()))],
        schema=CANDIDATES,
    )
