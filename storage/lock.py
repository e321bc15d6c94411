"""The locks that keep a second run from one database, and slimming from an archive that is being copied.

The system frees them when their holder dies, however that happens.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import ArchiveIsBusy, DatabaseIsBusy
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


@contextmanager
def unchanged_archive(home: Home) -> Iterator[None]:
    """Keep the archive's files from being slimmed while they are copied; waits for a slimming that is under way."""
    with _locked_archive(home, fcntl.LOCK_SH):
        yield


@contextmanager
def slimming(home: Home) -> Iterator[None]:
    """Slim the archive, which nobody may copy meanwhile. Raises ArchiveIsBusy where somebody does."""
    try:
        with _locked_archive(home, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as error:
        raise ArchiveIsBusy(home.archive) from error


@contextmanager
def _locked_archive(home: Home, kind: int) -> Iterator[None]:
    if not home.archive.is_dir():  # nothing to copy, nothing to slim
        yield
        return
    folder = os.open(home.archive, os.O_RDONLY)  # the folder itself is locked: it may lie where no file can be made
    try:
        fcntl.flock(folder, kind)
        yield
    finally:
        os.close(folder)
