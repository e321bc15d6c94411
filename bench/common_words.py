"""Make aggregator/stories/common_words.npz: how common the words of 42 languages are. Needs wordfreq (the extra "train").

    python -m bench.common_words

For each language two arrays: the hashes of the terms of its commonest words, ascending, and in which share of articles, in
1/65535, each is to be expected. A word of frequency f stands in 1 - exp(-f * WORDS) of the articles of so many words.
"""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from aggregator.stories.features import word_hashes
from aggregator.stories.rarity import COMMON

WORDS = 250  # of an article
TERMS = 10_000  # of a language: the last one is to be expected in one article of 400


def main() -> None:
    """Write the file and say how large it is."""
    import wordfreq

    arrays = {}
    for language in sorted(wordfreq.available_languages("small")):
        frequency: dict[int, float] = defaultdict(float)
        for word, f in wordfreq.get_frequency_dict(language, "small").items():
            for term in word_hashes(word):
                frequency[term] += f
        terms = sorted(sorted(frequency, key=lambda term: (-frequency[term], term))[:TERMS])
        arrays[f"{language}_words"] = np.array(terms, np.uint32)
        shares = (1 - math.exp(-WORDS * frequency[term]) for term in terms)
        arrays[f"{language}_share"] = np.array([round(65535 * share) for share in shares], np.uint16)
    np.savez_compressed(COMMON, allow_pickle=False, **arrays)
    print(f"{len(arrays) // 2} languages, {COMMON.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
