"""Shingles that prove nothing: an outlet's boilerplate, and paragraphs of background that come back in other news."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.words import Hashes

OTHER_NEWS = 0.5  # of the smaller sample: articles that share less are no copies of each other, whatever they share
BOILERPLATE = 2  # other articles of the same outlet, and of no other, that have it
TEMPLATE = 5  # … that have it, other news or not: nobody prints one text so often, but half a page may be template
BACKGROUND = 3  # other articles, of any outlet, that have it …
EVERYWHERE = 24  # other articles, whenever: sites of one house or one system ask for newsletters in the same words
DAYS_APART = 3 * 24 * 3600  # … the first of them so long ago (seconds): a text of the day is reprinted for two days


def boilerplate_hashes(
    hashes: Hashes,
    rates: NDArray[np.float64],
    outlets: NDArray[np.int32],
    arrived: NDArray[np.int64],
    outlet: int,
    now: int,
) -> Hashes:
    """Of the shingles that a new article of ``outlet`` shares with others, those that are boilerplate.

    The arrays have an item a posting: its hash, the share of the smaller sample that its article has in
    common with the new one, its outlet, its arrival.
    """
    other = rates < OTHER_NEWS
    values, at = np.unique(hashes, return_inverse=True)
    count = np.bincount(at, weights=other, minlength=len(values))
    elsewhere = np.bincount(at, weights=outlets != outlet, minlength=len(values))
    old = np.bincount(at, weights=other & (now - arrived > DAYS_APART), minlength=len(values))
    everyone = np.bincount(at, minlength=len(values))
    template = ((count >= BOILERPLATE) | (everyone >= TEMPLATE)) & (elsewhere == 0)
    background = (count >= BACKGROUND) & (old > 0)
    everywhere: Hashes = values[template | background | (count >= EVERYWHERE)]
    return everywhere
