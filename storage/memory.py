"""What a long run asks of the allocator and of the collector. Knows nothing of what is kept in the memory."""

from __future__ import annotations

import ctypes
import gc

# Objects that come before garbage is looked for. With Python's own 700 a crawl and the merge behind it spend 9 and 6 % of their
# time on looking through 250,000 that stay; there is little to find, some hundred objects a page.
GARBAGE = 10_000
MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
LARGE = 1_000_000  # bytes


def give_back_large() -> None:
    """Have what is larger than LARGE go back to the system as soon as it is freed; nothing where the C library is not glibc.

    By itself glibc keeps up to 32 MB of what was once freed for the next time (mallopt(3), "dynamic mmap threshold"): the indices
    of a crawl's merge are sorted anew in ever larger arrays, and the heap between them is never whole again.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, LARGE)


def seldom_look_for_garbage() -> None:
    """Look for garbage seldom, and not in what is there now. To be called when all is loaded."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
