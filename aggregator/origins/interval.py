"""The number of independent sources in words. Counts nothing."""

from __future__ import annotations

from storage.types import Carrier, Origin


def bounds(least: int, most: int | None) -> str:
    """The number of independent sources of a story.

    >>> bounds(1, 1), bounds(2, 4), bounds(2, None), bounds(1, None)
    ('1', '2 to 4', '2 or more', 'not known')
    """
    if most is None:
        return "not known" if least <= 1 else f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


def worth(origin: Origin | Carrier) -> str:
    """What an origin adds to the interval: the intervals of a story's origins add up to its own, which is at least 1.

    >>> these = [(1, 1), (0, 1), (0, 0), (0, None)]
    >>> [worth(Origin(key="x", name="X", articles=(), reasons=(), least=low, most=high)) for low, high in these]
    ['counts 1', 'counts 0 to 1', 'not counted', 'nobody knows how many']
    """
    if origin.most == 0:
        return "not counted"
    if origin.most is None:
        return f"counts {origin.least} or more" if origin.least else "nobody knows how many"
    return f"counts {bounds(origin.least, origin.most)}"
