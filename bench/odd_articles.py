"""What share of an outlet's articles is odd, before anything is known of the outlet: a beta distribution, fitted to real outlets.

    python -m bench.odd_articles ../shared

Odd is here what can be counted in a set of texts: shorter than ``health.TEASER`` of the outlet's usual article. Prints the two
numbers that make the counts likeliest, looked at and kept back, and how much less likely others make them, in natural logarithms.
"""

from __future__ import annotations

import gzip
import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from math import lgamma
from pathlib import Path
from statistics import median

from aggregator.health import FEWEST_BEFORE, TEASER
from bench.kept_back import kept_back

ODD = [n / 100 for n in range(2, 101)]
SOUND = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100]

Counts = Sequence[tuple[int, int]]  # of each outlet: odd articles, all articles


def main() -> None:
    """Fit and print."""
    lengths: dict[str, list[int]] = defaultdict(list)
    with gzip.open(Path(sys.argv[1]) / "merge" / "scale_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            lengths[article["outlet"]].append(len(article["text"]))
    outlets = {name: odd(found) for name, found in lengths.items() if len(found) >= FEWEST_BEFORE}
    for title, back in (("looked at", False), ("kept back", True)):
        counts = [count for name, count in outlets.items() if kept_back(name) == back]
        best = max(itertools.product(ODD, SOUND), key=lambda pair: likelihood(counts, *pair))
        worse = likelihood(counts, *best) - likelihood(counts, 1, 1)
        never = sum(not found for found, _ in counts)
        print(f"{title}: {len(counts)} outlets, {never} of them without one; odd {best[0]}, sound {best[1]:g};"
              f" 1 and 1 are e^{worse:.1f} times less likely")  # fmt: skip


def odd(lengths: Sequence[int]) -> tuple[int, int]:
    """How many of an outlet's texts are odd, and how many there are."""
    usual = median(lengths)
    return sum(length < TEASER * usual for length in lengths), len(lengths)


def likelihood(counts: Counts, odd: float, sound: float) -> float:
    """The logarithm of the beta-binomial's, but for what does not depend on the two numbers."""
    return sum(_beta(odd + n, sound + all_ - n) - _beta(odd, sound) for n, all_ in counts)


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


if __name__ == "__main__":
    main()
