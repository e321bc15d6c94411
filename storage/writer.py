"""The one connection through which a crawling process writes: many small writes, a commit a second.

A second writing connection in the same process would wait for the first one's open transaction, and so for itself:
whatever writes in a crawl (pages, validators) writes through here. Another process gets its turns (``lend``): it then waits for
nobody, and of the crawl only what has something to store waits for it.

What is written after something else is durable only with it: where a commit fails, the writer is broken for good and
takes nothing more. So no note that something was got ("this feed is as it was") can outlive the loss of what was got.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from sqlite_utils import Database

from storage.db import connect
from storage.errors import StoreFailed, is_store_failure

T = TypeVar("T")

# A commit that is flushed to the disk costs 1 to 10 ms: a commit a page would be a tenth of the work at full speed. What
# a killed run has to fetch again is what came in this time, and what waited for the end of another process's turn.
COMMIT_EVERY = 1.0  # seconds


class Writer:
    """An open database with a transaction that is committed now and then."""

    def __init__(self, file: Path | str, *, flush: Callable[[], None] = lambda: None) -> None:
        """``flush`` is called before every commit: what the rows refer to (the archive) must be durable before them."""
        self.db: Database = connect(file)
        self.db.execute("pragma synchronous = full")  # a power cut keeps what was committed; readers need no such care
        self.broken: StoreFailed | None = None
        self._file, self._flush = file, flush
        self._waiting = 0  # writes that are not committed yet
        self._due = monotonic() + COMMIT_EVERY
        self._lent: asyncio.Future[Any] | None = None  # done when another process has had its turn

    def lend(self, turn: Callable[[], Future[T]]) -> asyncio.Future[T]:
        """Commit, and leave the database to what another process is given to do here, until that is done. Raises StoreFailed."""
        self.commit()
        self._lent = asyncio.wrap_future(turn())
        return self._lent

    @property
    def lent(self) -> bool:
        """Does another process have its turn?"""
        return self._lent is not None and not self._lent.done()

    async def own(self) -> None:
        """Return when nobody else has a turn. Who writes without asking waits in the database, and all others with him."""
        while self._lent is not None and not self._lent.done():
            await asyncio.wait([self._lent])

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Write something whole: all of it goes in, or nothing. It is committed with what else comes in this second.

        Raises StoreFailed where the disk or the database refuses, then and ever after. Another error that is raised
        inside takes back what was written inside, and passes on.
        """
        if self.broken:
            raise self.broken
        try:
            if not self.db.conn.in_transaction:
                self.db.execute("begin immediate")
            self.db.execute("savepoint whole")
            try:
                yield self.db
            except Exception as error:
                if not is_store_failure(error):
                    self.db.execute("rollback to whole")
                    self.db.execute("release whole")
                raise
            self.db.execute("release whole")
        except (sqlite3.DatabaseError, OSError) as error:
            if is_store_failure(error):
                raise self._break(error) from error
            raise
        self._waiting += 1
        if self.lent or monotonic() >= self._due:  # who has a turn may not have begun: it must not wait for us
            self.commit()

    def commit(self) -> None:
        """Make durable what was written. Raises StoreFailed where that fails: what was not durable is rolled back."""
        if self.broken:
            raise self.broken
        try:
            if self.db.conn.in_transaction:
                self._flush()
                self.db.conn.commit()
        except (sqlite3.DatabaseError, OSError) as error:
            raise self._break(error) from error
        self._waiting, self._due = 0, monotonic() + COMMIT_EVERY

    def close(self) -> None:
        """Commit, unless that has failed, and close."""
        try:
            if not self.broken:
                self.commit()
        finally:
            with suppress(sqlite3.Error):
                self.db.conn.rollback()
            self.db.close()

    def _break(self, error: Exception) -> StoreFailed:
        with suppress(sqlite3.Error):
            self.db.conn.rollback()
        self.broken = StoreFailed(self._file, error, lost=self._waiting)
        return self.broken
