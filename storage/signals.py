"""SIGINT and SIGTERM end any command in two seconds, and leave behind what a kill would: whole transactions, whole files."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

PROMISED = 2.0  # seconds from the first signal to the end of the process
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """A signal asks the command to end. No Exception, so that nothing that goes on after errors goes on after it."""

    def __init__(self, number: int, visits: Sequence[Any] = ()) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number
        self.visits = visits  # what the outlets gave until then, where it was a crawl

    @property
    def exit_code(self) -> int:
        """What a shell expects: 130 after ^C, 143 after SIGTERM."""
        return 128 + self.number


@contextmanager
def interruptible() -> Iterator[None]:
    """In the block the first signal raises Interrupted in the main thread; further ones change nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ended = False

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal ended
        if not ended:
            ended = True
            end_in_time(number)
            raise Interrupted(number)

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        if not ended:
            for number, handler in before.items():
                signal.signal(number, handler)


def end_in_time(number: int) -> None:
    """End the process when the promised time is over, whatever it waits for: a lookup, a disk, a library.

    As after a kill, the database rolls back what was not committed, and no file is half written.
    """
    timer = threading.Timer(PROMISED - 0.2, os._exit, [128 + number])
    timer.daemon = True
    timer.start()
