"""The origins of each story, by the merge's own function. Each function is one task's work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from aggregator import origins
from aggregator.archive.batches import batched, groups
from aggregator.archive.tables import article_of, credit_of
from aggregator.archive.texts import copy_of
from aggregator.credit import registry
from aggregator.merge import Reference

ORIGIN = pa.struct([
    ("key", pa.string()), ("name", pa.string()), ("articles", pa.list_(pa.string())),
    ("reasons", pa.list_(pa.string())), ("least", pa.int32()), ("most", pa.int32()),
    ("carriers", pa.list_(pa.struct([
        ("article", pa.string()), ("chain", pa.list_(pa.string())), ("least", pa.int32()), ("most", pa.int32()),
        ("why", pa.string()), ("withdrawn", pa.string()),
    ]))),
])  # fmt: skip
COUNTED = pa.schema([
    ("story", pa.string()), ("least", pa.int32()), ("most", pa.int32()), ("origins", pa.list_(ORIGIN))
])  # fmt: skip


def counted(batches: Iterable[pa.RecordBatch], known: Reference) -> Iterator[pa.RecordBatch]:
    """The articles of stories and the copies among them, sorted by the story → what each story rests on."""
    return batched((_counted(table.to_pylist(), known) for table in groups(batches, "story")), COUNTED)


def _counted(rows: list[dict[str, Any]], known: Reference) -> dict[str, Any]:
    articles = sorted((row for row in rows if row["article"]), key=lambda row: row["first"])
    copies = sorted((row["copy"] for row in rows if row["copy"]), key=lambda copy: (copy["a"], copy["b"]))
    members = [article_of(row["article"]) for row in articles]
    found = origins.count_origins(
        members,
        {row["article"]["id"]: [credit_of(credit) for credit in row["credits"]] for row in articles},
        [copy_of(copy) for copy in copies],
        names=known.names,
        owners=known.owners_among(members),
        states=registry.states(known.registry),
    )
    return {
        "story": rows[0]["story"],
        "least": found.least,
        "most": found.most,
        "origins": [asdict(origin) for origin in found.origins],
    }
