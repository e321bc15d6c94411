"""Which fifth of a data set is kept back: looked at once, when the rules that the rest showed are done.

Whole publishers, sites or stories are kept back, never single pages or lines: what a site's pages share must be seen of none
of them. A rule that is right on the rest and wrong here was made for pages, not for the world.
"""

from __future__ import annotations

import xxhash

ONE_IN = 5


def kept_back(key: str) -> bool:
    """Is this publisher, site, story, or whatever a set is cut by, kept back? The same on every machine."""
    return xxhash.xxh32_intdigest(key.encode()) % ONE_IN == 0
