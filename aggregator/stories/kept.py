"""What was made of most open articles, in a file beside the database: what never changes of them, their words, their pairs.

To read it all from the table took 4.0 s of the processor at 76,500 open articles, .33 s from the file (`bench.one_article`). The
stories of articles and their nearest change, and are read from the table. The file is valid while the table has the very rows
that it ends with, and worth using while half of its articles are open; later rows are read from the table, and without it all
of them are. A merge that begins anew drops the file first and writes none until its rows are the table's, so that a kill leaves
no file of other rows.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from sqlite_utils import Database

from aggregator.stories.columns import Columns
from aggregator.stories.likeness import RULES
from aggregator.stories.pairs import NearPairs
from aggregator.stories.postings import Postings, Run
from aggregator.stories.tops import Tops
from storage import mapped
from storage import stories as rows
from storage.mapped import Arrays

MADE_BY = [RULES, 3]  # the second number is the file's form; a file made otherwise is as good as none
WORTH_KEEPING = 2_000  # open articles; fewer are read from the table in a tenth of a second
# Columns of an open article that never change.
FIXED = ("seq", "arrived", "earliest", "latest", "words", "listed", "least")


def take_up(db: Database, seqs: Collection[int]) -> Arrays:
    """The arrays of the file, mapped; none where there is none for the open articles with these seqs, in order of arrival."""
    file = mapped.beside(db, "stories")
    stamp, arrays = (mapped.load(file) if file else None) or ({}, {})
    if stamp.get("made_by") != MADE_BY or mapped.digest(db, rows.TELLING, stamp["last"]) != stamp["rows"]:
        return {}
    known, there = arrays["seq"], np.fromiter(seqs, np.int64, len(seqs))
    there = there[: np.searchsorted(there, stamp["last"], "right")]
    valid = 2 * len(there) >= len(known) and np.isin(there, known, assume_unique=True).all()
    return arrays if valid else {}


def keep(db: Database, at: Columns, vectors: Postings, pairs: NearPairs, tops: Tops) -> None:
    """Write the file for the articles whose words stand in the longest run, and use that run from there."""
    file, run = mapped.beside(db, "stories"), vectors.longest
    if file is None or not run or len(at) < WORTH_KEEPING:  # a run of closed stories alone has no words left
        return
    open_ = np.flatnonzero(at["open"][: int(run.slots.max()) + 1])
    if not len(open_):
        return
    count, last = int(open_[-1]) + 1, int(at["seq"][open_[-1]])
    run = run.of_first(count)
    arrays = {name: at[name][:count] for name in FIXED} | pairs.of_first(count) | tops.of_first(count) | run.arrays()
    stamp = {"made_by": MADE_BY, "last": last, "rows": mapped.digest(db, rows.TELLING, last)}
    try:
        mapped.write(file, stamp, {name: [array] for name, array in arrays.items()})
    except OSError:  # a disk that is full or can't be written: it can be made again
        return
    if kept := mapped.load(file):
        vectors.longest = Run.of_arrays(kept[1])


def drop(db: Database) -> None:
    """Take the file away: its rows are about to be made anew."""
    if file := mapped.beside(db, "stories"):
        file.unlink(missing_ok=True)
