"""The origins of each story, by the merge's own function. Each function is one task's work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from aggregator import origins
from aggregator.archive.batches import batched, groups
from aggregator.archive.tables import article_of, credit_of
from aggregator.credit import registry
from aggregator.merge import Reference
from storage.types import Copy

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
    return batched((_counted(table, known) for table in groups(batches, "story")), COUNTED)


def _counted(story: pa.Table, known: Reference) -> dict[str, Any]:
    rows = story.filter(pc.is_valid(story["article"])).select(["article", "first", "credits"]).to_pylist()
    articles = sorted(rows, key=lambda row: row["first"])
    members = [article_of(row["article"]) for row in articles]
    found = origins.count_origins(
        members,
        {row["article"]["id"]: [credit_of(credit) for credit in row["credits"]] for row in articles},
        _copies(story["copy"].drop_null().combine_chunks()),
        names=known.names,
        owners=known.owners_among(members),
        states=registry.states(known.registry),
    )
    return {
        "story": story["story"][0].as_py(),
        "least": found.least,
        "most": found.most,
        "origins": [asdict(origin) for origin in found.origins],
    }


def _copies(rows: pa.StructArray) -> list[Copy]:
    """Pairs without their proof, sorted by the ids: of a text that 5,000 print there are 300,000, so that each id stands once."""
    names = ("a", "b", "share_a", "share_b", "kind", "direction", "certainty")
    columns = zip(*(_values(rows.field(name)) for name in names), strict=True)
    return [Copy(**dict(zip(names, row, strict=True)), reasons=()) for row in sorted(columns)]


def _values(column: pa.Array) -> list[Any]:
    encoded = column.dictionary_encode()
    known = encoded.dictionary.to_pylist()
    return [known[n] for n in encoded.indices.to_pylist()]
