"""A process beside this one that works for it, and ends with it. Knows nothing of the work.

It begins anew (spawn) and is no fork: that would share open databases and a running reactor. SIGINT and SIGTERM, which a
terminal or systemd sends to both, pass it by: whoever it works for says how things end.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress

from storage.memory import seldom_look_for_garbage
from storage.signals import SIGNALS


def start(memory: int | None = None) -> ProcessPoolExecutor:
    """One process, which comes up with the first thing that is submitted. ``memory``: bytes of data that it may have."""
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(memory,)
    )


def end(worker: ProcessPoolExecutor) -> None:
    """End it at once, amid its work: what it has not done raises BrokenExecutor or CancelledError."""
    processes = list((worker._processes or {}).values())
    for process in processes:
        process.kill()
    worker.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.join(1)


def is_orphan() -> bool:
    """In the worker: is the process gone that it works for?"""
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()


def _begin(memory: int | None) -> None:
    """In the worker: deaf to signals, few searches for garbage, a limit of memory, and no life after its parent's."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    seldom_look_for_garbage()
    if memory is not None:
        with suppress(ValueError, OSError):  # an operator's own limit may be lower
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    parent = multiprocessing.parent_process()
    assert parent is not None

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
