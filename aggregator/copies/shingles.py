"""The fingerprint of a text: a sample of its shingles, the same shingles wherever they stand. Compares nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aggregator.copies.words import Hashes, Words, windows

SHINGLE = 5  # words; no other length was tried here
# One shingle in 8 is kept, by its hash: a cut of 80 words has 9 or 10 of them. One in 16 loses 0.4 to 0.6 points of F1.
SAMPLE = 8  # a power of two
BITS = 36  # of a hash are kept: among 100 million others one in 700 meets a stranger, and one alone is no evidence


def sample(words: Words) -> Hashes:
    """The sampled shingles, each once, sorted; values below 2**BITS."""
    shingles = windows(words.hashes, SHINGLE)
    kept = np.sort(shingles[_sampled(shingles)] >> np.uint64(64 - BITS))
    once: Hashes = kept[np.append(True, kept[1:] != kept[:-1])] if len(kept) else kept
    return once


def at_words(words: Words, chosen: Hashes) -> NDArray[np.bool_]:
    """The words of a text that stand in a sampled shingle with one of the ``chosen`` values, or between two such.

    Between two: all words of a run of sampled shingles in which every one is chosen.
    """
    marked = np.zeros(len(words), bool)
    if not len(chosen):
        return marked
    shingles = windows(words.hashes, SHINGLE)
    places = np.flatnonzero(_sampled(shingles))
    hit = np.isin(shingles[places] >> np.uint64(64 - BITS), chosen)
    for n in np.flatnonzero(hit).tolist():
        end = places[n + 1] if n + 1 < len(places) and hit[n + 1] else places[n]
        marked[places[n] : end + SHINGLE] = True
    return marked


def _sampled(shingles: Hashes) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = shingles & np.uint64(SAMPLE - 1) == 0
    return chosen
