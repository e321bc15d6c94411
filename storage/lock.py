"""The lock that keeps a second run from one database. The system frees it when its holder dies, however that happens."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import DatabaseIsBusy
from storage.home import Home


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold the database for writing. Raises DatabaseIsBusy, with the holder's process number, where another one does."""
    home.lock.parent.mkdir(parents=True, exist_ok=True)
    with home.lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise DatabaseIsBusy(home.database, f"process {file.read().strip() or 'unknown'}") from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
