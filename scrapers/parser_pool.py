"""Where what comes from outside is parsed while a crawl goes on, within limits of time, memory and size.

Parsing is pure, so that it may happen anywhere. Small answers of a short crawl are parsed in place, under an alarm clock;
the others in a process of their own, on the machine's other core, which is ended when it takes too long or too much. One
answer can so cost its own outlet something, and never the others. Stores nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import ParamSpec, TypeVar

from storage import worker
from storage.errors import TooMuchToParse

P = ParamSpec("P")
T = TypeVar("T")

# Answers that a crawl parses in place before it starts a second process: that costs a second of a processor (it loads
# all that this program loads), which is what 200 pages take to read. Most visits of a cron job bring fewer.
ALONE = 50
# Bytes: the slowest of 204 real pages of this size takes 0.2 s; longer ones always go to the other process.
SMALL = 300_000
SECONDS = 20.0  # for one answer. A sitemap of 50,000 addresses takes 2 s, a feed of 10,000 items 3 s
MEMORY = 1_500_000_000  # bytes of data of the other process: it has 150 MB at rest, and 400 MB for a map of 50 MB
AT_ONCE = 2  # answers in the other process's queue: one is parsed, the next is already there


class ParserPool:
    """Parses for every outlet of one crawl."""

    def __init__(
        self, *, seconds: float = SECONDS, memory: int = MEMORY, alone: int = ALONE, small: int = SMALL
    ) -> None:
        self._seconds, self._memory, self._alone, self._small = seconds, memory, alone, small
        self._count = 0
        self._other: ProcessPoolExecutor | None = None
        self._queue = asyncio.Semaphore(AT_ONCE)

    async def run(self, size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function that can be pickled returns. ``size``: bytes of what it parses.

        Raises what it raises, or TooMuchToParse where it was ended.
        """
        self._count += 1
        if size <= self._small and (self._count <= self._alone or cores() == 1 or not self._ready()):
            with alarm(self._seconds):
                return function(*args, **kwargs)
        async with self._queue:
            return await self._elsewhere(function, *args, **kwargs)

    async def _elsewhere(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        for last in (False, True):
            other = self._started()
            try:
                await asyncio.wrap_future(self._up)  # it comes up in a second, or three on a busy machine
                future = asyncio.wrap_future(other.submit(function, *args, **kwargs))
                # With the one before it in the queue; that one's limit ends it first.
                return await asyncio.wait_for(future, AT_ONCE * self._seconds)
            except TimeoutError:
                self._end(other)
                raise TooMuchToParse(f"parsing it takes longer than {self._seconds:.0f} s") from None
            except MemoryError:
                raise TooMuchToParse(f"parsing it takes more than {self._memory // 1_000_000:,} MB") from None
            except (
                BrokenExecutor
            ):  # it died of this answer, or of the other one in its queue: only this one is tried again
                self._end(other)
                if last:
                    raise TooMuchToParse("it ends its parser") from None
        raise AssertionError

    def _ready(self) -> bool:
        """Is another process worth its start, and has it come up?"""
        self._started()
        return self._up.done()

    def _started(self) -> ProcessPoolExecutor:
        if self._other is None:
            self._other = worker.start(self._memory)
            self._up = self._other.submit(os.getpid)
        return self._other

    def _end(self, other: ProcessPoolExecutor) -> None:
        """End a process that will not end by itself; the next answer gets a new one."""
        if self._other is other:
            self._other = None
        worker.end(other)

    def close(self) -> None:
        """End the other process, if there is one: what it has not parsed is asked for again."""
        if self._other is not None:
            self._end(self._other)


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise TooMuchToParse in the block after so many seconds of the processor: a machine that is busy with others costs no page.

    Only the main thread can be woken so; elsewhere nothing happens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooMuchToParse(f"parsing it takes longer than {seconds:.0f} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
