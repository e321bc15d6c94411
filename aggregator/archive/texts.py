"""Rows of the archive as the words of the merge, and what it says as rows. Each function is one task's work."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from aggregator.archive import shingles
from aggregator.archive.batches import batched, groups
from aggregator.archive.tables import article_of, credit_of, utc
from aggregator.copies.comparing import ComparedText, compare
from aggregator.copies.direction import Side, credited
from aggregator.copies.shingles import sample
from aggregator.copies.words import split_words
from storage.types import Copy

KEPT = 1_000  # texts kept as words, since the next article often has the same neighbours
COPY = pa.struct([
    ("a", pa.string()), ("b", pa.string()), ("share_a", pa.float64()), ("share_b", pa.float64()),
    ("kind", pa.string()), ("direction", pa.string()), ("certainty", pa.string()), ("reasons", pa.list_(pa.string())),
    ("spans", pa.list_(pa.list_(pa.int32()))),
    ("last", pa.bool_()),  # are both articles' versions their last ones?
])  # fmt: skip
COMPARED = pa.schema([("seq", pa.int64()), ("copies", pa.list_(COPY))])


def shingled(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Articles → their postings."""
    for batch in batches:
        found = []
        for row in batch.select(["seq", "until", "outlet", "standfirst", "body"]).to_pylist():
            text = "\n\n".join([row["standfirst"]] * bool(row["standfirst"]) + row["body"])
            found.append(shingles.postings(row["seq"], row["until"], row["outlet"], sample(split_words(text))))
        yield from pa.Table.from_batches(found, shingles.POSTINGS).combine_chunks().to_batches()


def compared(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Articles beside those worth comparing with them → their copies, as the merge finds them when they arrive.

    The rows of one article (its place in the order of arrival is ``owner``) are its own and then its neighbours'.
    """
    return batched(_compared(batches), COMPARED)


def _compared(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    kept: OrderedDict[int, ComparedText] = OrderedDict()
    for table in groups(batches, "owner"):
        rows = table.to_pylist()
        own = next(row for row in rows if row["seq"] == row["owner"])
        others = sorted((row for row in rows if row is not own), key=lambda row: row["seq"])
        last = {row["id"]: row["until"] is None for row in rows}
        boilerplate = np.array(own["stock"], np.uint64)
        texts = ((row["first"], _text(row, kept)) for row in others)
        pairs = compare(_text(own, kept), own["first"], boilerplate, texts)
        if pairs:
            yield {"seq": own["seq"], "copies": [_copy_row(pair, last) for pair in pairs]}


def _text(row: Mapping[str, Any], kept: OrderedDict[int, ComparedText]) -> ComparedText:
    if row["seq"] in kept:
        kept.move_to_end(row["seq"])
        return kept[row["seq"]]
    article = article_of(row)
    text = ComparedText(
        Side(
            article,
            credited(article, [credit_of(said) for said in row["credits"] if said["kind"] is None]),
            utc(row["asked"]) if row["asked"] and article.published is None else None,
        ),
        split_words(article.text),
    )
    kept[row["seq"]] = text
    if len(kept) > KEPT:
        kept.popitem(last=False)
    return text


def _copy_row(copy: Copy, last: Mapping[str, bool]) -> dict[str, Any]:
    return asdict(copy) | {"last": last[copy.a] and last[copy.b]}


def copy_of(row: Mapping[str, Any]) -> Copy:
    """The inverse of a row of copies; one whose words were left behind has none."""
    plain = ("a", "b", "share_a", "share_b", "kind", "direction", "certainty")
    return Copy(
        **{name: row[name] for name in plain},
        reasons=tuple(row.get("reasons") or ()),
        spans=tuple((i, j, n) for i, j, n in row.get("spans") or ()),
    )
