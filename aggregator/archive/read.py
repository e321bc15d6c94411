"""Many input files → the archive's tables: a Spark task a file, and only those files that are not in yet."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pyspark import Broadcast
from pyspark.sql import SparkSession

from aggregator.archive.extraction import NEWSROOM, FileReport, extract
from aggregator.archive.tables import Folder, key
from aggregator.credit.registry import Registry
from aggregator.merge import Reference
from storage.types import Outlet

GARBAGE = 50_000  # objects that come before garbage is looked for; Python's own 700 come with a paragraph


def lacking(files: Iterable[str], folder: Folder) -> list[str]:
    """Those input files that are not in the archive, each once, in their order; a newsroom's database has always more."""
    there = folder.markers()
    return [file for file in dict.fromkeys(files) if file.endswith(NEWSROOM) or key(file) not in there]


def read_files(
    spark: SparkSession, files: Sequence[str], into: str, by_host: Mapping[str, Outlet], known: Reference
) -> list[FileReport]:
    """Read files into the archive and say of each what became of it. A task whose machine or process dies is tried again.

    Stopped at any moment, all files that were done stay, and what was half done is not seen.
    """
    sendable = replace(known, registry=Registry(dict(known.registry.by_id)))  # no read-only view can be sent
    sent = spark.sparkContext.broadcast((dict(by_host), sendable))
    work = spark.sparkContext.parallelize(files, len(files))
    reports: list[FileReport] = work.map(partial(_one, into=into, sent=sent)).collect()
    Folder.at(into).forget_attempts()
    return reports


def _one(file: str, *, into: str, sent: Broadcast[Any]) -> FileReport:
    by_host, known = sent.value
    gc.collect()
    gc.freeze()  # who can be credited, and all rules: 40 ms a page become 34 where no search for garbage goes through them
    gc.set_threshold(GARBAGE)
    return extract(file, into, by_host, known)
