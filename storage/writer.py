"""The one connection through which a crawling process writes: many small writes, a commit a second.

A second writing connection in the same process would wait for the first one's open transaction, and so for itself:
whatever writes while a crawl runs (pages, validators) writes through here.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import ClassVar

from sqlite_utils import Database

from storage.db import connect

# A commit costs about 1 ms with WAL: a commit a page would be a tenth of the work at full speed. What a killed run has
# to fetch again is what came in this time.
COMMIT_EVERY = 1.0  # seconds


class Writer:
    """An open database with a transaction that is committed now and then. Open one with ``Writer.of(file)``."""

    _open: ClassVar[dict[str, Writer]] = {}

    def __init__(self, file: Path | str) -> None:
        self.db: Database = connect(file)
        self._file = str(file)
        self._users = 0
        self._due = monotonic() + COMMIT_EVERY

    @classmethod
    def shared(cls, file: Path | str) -> Writer:
        """The process's writer for a database. Every user says ``leave()`` in the end; the last one closes it."""
        if str(file) not in cls._open:
            cls._open[str(file)] = cls(file)
        writer = cls._open[str(file)]
        writer._users += 1
        return writer

    def begin(self) -> Database:
        """The database, with a transaction open: what is written before the next ``wrote()`` goes in together."""
        if not self.db.conn.in_transaction:
            self.db.execute("begin immediate")
        return self.db

    def wrote(self) -> None:
        """Something whole was written: commit it, if it is time."""
        if monotonic() >= self._due:
            self.commit()

    def commit(self) -> None:
        """Commit now."""
        self.db.conn.commit()
        self._due = monotonic() + COMMIT_EVERY

    def leave(self) -> None:
        """This user is done."""
        self.commit()
        self._users -= 1
        if self._users == 0:
            del self._open[self._file]
            self.db.close()
