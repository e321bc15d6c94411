"""Sorted rows as they stream through a task, a group at a time: no task holds more than one group and one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa


def groups(batches: Iterable[pa.RecordBatch], column: str) -> Iterator[pa.Table]:
    """The rows of each value of a column, by which they come sorted."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        values = batch.column(column).to_numpy(zero_copy_only=False)
        edges = np.flatnonzero(values[1:] != values[:-1]) + 1
        if waiting and waiting[-1].column(column)[-1].as_py() != values[0]:
            yield pa.Table.from_batches(waiting)
            waiting = []
        start = 0
        for edge in edges.tolist():
            yield pa.Table.from_batches([*waiting, batch.slice(start, edge - start)])
            waiting, start = [], edge
        waiting.append(batch.slice(start))
    if waiting:
        yield pa.Table.from_batches(waiting)


def batched(rows: Iterable[dict[str, object]], schema: pa.Schema, size: int = 1_000) -> Iterator[pa.RecordBatch]:
    """Rows as batches of a schema."""
    waiting: list[dict[str, object]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == size:
            yield pa.RecordBatch.from_pylist(waiting, schema)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema)
