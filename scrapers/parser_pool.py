"""Where pages are read while a crawl waits for the network: in a process of its own, on the machine's other core.

Reading is pure, so that it may happen anywhere; storing stays with the one writer. Pages come back in the order in which
they were handed in, once there is another process. Stores nothing.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from typing import ClassVar

from scrapers import layouts
from scrapers.layouts import Reading
from storage.types import Layout, Outlet, Page

# Pages that a crawl reads by itself before it starts a second process: that costs a second of a processor (it loads
# all that this program loads), which is what 200 pages take to read. Most visits of a cron job bring fewer.
ALONE = 50


class ParserPool:
    """Reads pages for every outlet of this process."""

    _count: ClassVar[int] = 0
    _other: ClassVar[ProcessPoolExecutor | None] = None
    _up: ClassVar[Future[int]]

    @classmethod
    async def parse(cls, page: Page, outlet: Outlet, known: Sequence[Layout]) -> Reading:
        """What ``layouts.read_page`` says. Raises what it raises, or BrokenExecutor where a page killed its reader."""
        cls._count += 1
        if cls._count <= ALONE or cores() == 1 or not cls._ready():
            return layouts.read_page(page, outlet, known)
        assert cls._other is not None
        try:
            return await asyncio.get_running_loop().run_in_executor(cls._other, layouts.read_page, page, outlet, known)
        except BrokenExecutor:
            cls._other = None  # that page counts as failed, and the next one gets a new reader
            raise

    @classmethod
    def _ready(cls) -> bool:
        """Has the other process come up? It is started by the first question."""
        if cls._other is None:
            spawn = multiprocessing.get_context("spawn")  # a fork would share open databases and a running reactor
            cls._other = ProcessPoolExecutor(1, mp_context=spawn, initializer=_end_with_parent)
            cls._up = cls._other.submit(os.getpid)
        return cls._up.done()

    @classmethod
    def close(cls) -> None:
        """End the other process, if there is one."""
        if cls._other is not None:
            cls._other.shutdown()
            cls._other = None


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end_with_parent() -> None:
    """A killed crawl must not leave its reader behind: it would wait for pages for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
