"""The merge that follows a crawl, in a process of its own, so that little is left to judge when the last page has come.

The two take turns at the database: the crawl commits and lends it for one batch, and what it fetches and reads meanwhile is
stored after that. Nothing is judged twice or lost whichever of the two is killed: a batch is one transaction, and the work to
do is what the tables say. Where this process ends too early, the crawl goes on, and the merge after it does the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from aggregator import merge
from storage import memory, stories, worker
from storage.db import connect, writing
from storage.errors import is_store_failure, why_not_stored
from storage.writer import Writer

ALONE = 100  # pages of a crawl before it starts a second process, which costs as much as to judge 60 articles
LEAST = 20  # articles a batch: what it costs to hand over the database is nothing beside them
MOMENT = 0.01  # seconds in which what waited for the end of a turn is stored, before the next one
# A batch is the reports of the largest story by this: 1,100 reports of one are counted 3.7 times each (8: 8.9 times, 4: 5.0).
SHARE = 2


def batch_size(db: Database) -> int:
    """How many articles are judged at once. It grows with the largest story that they may touch.

    A story is counted whenever reports join it, and to count it costs as much as it has reports, so that its reports must come in
    ever larger lots or the crawl grows quadratic. A turn longer than a merge's own batch takes would keep it from storing.
    """
    return min(merge.BATCH, max(LEAST, stories.largest(db) // SHARE))


class FollowingMerge:
    """The crawl's side of it. ``done``: articles that were judged."""

    def __init__(
        self,
        writer: Writer,
        database: Path,
        reference: Callable[[], merge.Reference],
        *,
        alone: int = ALONE,
        warn: Callable[[str], None] = lambda _words: None,
    ) -> None:
        """``reference`` is called in the other process. ``warn`` hears of its early end."""
        self._writer, self._warn = writer, warn
        self._open = partial(_open, database, reference)  # what the other process begins with
        self._worker: ProcessPoolExecutor | None = None
        self._turn: asyncio.Future[tuple[int, int]] | None = None  # how many were judged in all, how many are next
        self._pages, self._due = 0, alone
        self._up = self._ended = False
        self.done = 0

    def page(self) -> None:
        """A page was stored or skipped: have a batch judged, when enough wait and the last one is done."""
        self._pages += 1
        self._soon()

    def _soon(self, _over: object = None) -> None:
        if self._is_due():
            asyncio.get_running_loop().call_later(MOMENT, self._go_on)

    def _is_due(self) -> bool:
        return self._pages >= self._due and not self._ended and (self._turn is None or self._turn.done())

    def _go_on(self) -> None:
        if not self._is_due():
            return
        try:
            if self._worker is None or self._turn is None:
                self._worker = worker.start()
                self._turn = asyncio.wrap_future(self._worker.submit(self._open))
            else:
                self.done, self._due = self._turn.result()
                self._up = True
                self._pages -= self._due
                self._turn = self._writer.lend(partial(self._worker.submit, _step, self._due))
        except Exception as error:
            self._give_up(error)
        else:
            self._turn.add_done_callback(self._soon)

    def finish(self, advanced: Callable[[int], None] = lambda _judged: None) -> None:
        """The crawl is over: judge what it left, with the indices that are open. Nothing, where no second process came up.

        ``advanced`` hears after each batch how many of those that were left are judged.
        """
        if self._worker is None or self._ended or not self._up:
            return
        try:
            self._writer.commit()
            first, before = self.done, -1
            while before < self.done:
                before = self.done
                self.done, _ = self._worker.submit(_step, merge.BATCH).result()
                advanced(self.done - first)
        except Exception as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.end()
        if error is not self._writer.broken:  # the crawl's own, which it tells itself
            self._warn(f"the process that merges {_why(error)}: the crawl goes on, and what waits is merged after it")

    def end(self) -> None:
        """End the other process at once. What it had not committed is done again by the next merge."""
        self._ended = True
        if self._worker is not None:
            worker.end(self._worker)
        if self._turn and self._turn.done():
            self._turn.exception()  # asyncio speaks of those that nobody looked at

    def __enter__(self) -> FollowingMerge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def _why(error: Exception) -> str:
    if isinstance(error, BrokenExecutor):
        return "was ended"
    if is_store_failure(error):
        return f"ended ({why_not_stored(error)})"
    return f"ended ({type(error).__name__}: {error})"


# ---------------------------------------------------------------------------------------------- in the other process

_db: Database
_merge: merge.Merge | None = None  # None: not opened, or a batch failed, and the indices are not what the tables say
_judged = 0


def _open(database: Path, reference: Callable[[], merge.Reference]) -> tuple[int, int]:
    global _db, _merge
    memory.give_back_large()
    _db = connect(database)
    _merge = merge.Merge(_db, reference())
    memory.seldom_look_for_garbage()
    return 0, batch_size(_db)


def _step(batch: int) -> tuple[int, int]:
    global _judged, _merge
    merging, _merge = _merge, None  # until it is known that it went well
    assert merging, "a batch failed"
    with writing(_db):
        if worker.is_orphan():  # the next run may be at work, and have judged what these indices have not seen
            raise SystemExit
        judged = merging.step(batch)
    _judged, _merge = _judged + judged, merging
    return _judged, batch_size(_db)
