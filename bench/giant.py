"""What one more report of a giant story costs: ``python -m bench.giant [reports]``. CPU time of the whole merge, one core.

Every second report prints one agency's text with a paragraph of its own, the others are written by their outlets. Beside it,
in the same run, as many reports of small stories of ten. Steps of the size that a merge has which follows a crawl.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from aggregator import following
from aggregator.credit.registry import load_registry
from aggregator.merge import Merge, Reference
from storage import articles
from storage.db import connect
from storage.types import Article

START = datetime(2026, 1, 1, tzinfo=UTC)
SMALL = 10  # reports of a small story
SHOWN = 100  # articles a line of the table
SYLLABLES = ["ka", "lo", "mi", "ter", "sun", "ran", "vel", "dos", "pa", "fir", "ne", "gol"]
WORDS = ["".join(three) for three in product(SYLLABLES, repeat=3)]


def told_of(word: int) -> str:
    """A word of an event: the first six letters, by which stories know words, differ from all others'."""
    return f"e{word:04}"


def reports(number: int, size: int) -> Iterator[Article]:
    """So many articles in stories of ``size`` reports, all of one day."""
    rng = random.Random(5)
    for n in range(number):
        story = n // size
        event = random.Random(story).choices(range(10_000), k=60)
        told = [told_of(word) for word in rng.sample(event, 40)]
        own = " ".join(rng.choices(WORDS, k=60) + told)
        wire = " ".join(f"{told_of(word)} {WORDS[word % len(WORDS)]}" for word in event) + "."
        body = (f"PORT ELLIS (AFP) - {wire}", own) if n % 2 else (own,)
        yield Article(
            id=f"r{n}",
            outlet=f"outlet{n % 400}",
            url=None,
            fetched=START + timedelta(seconds=20 * n),
            headline=" ".join(told[:8]),
            language="en",
            body=body,
        )


def costs(number: int, size: int) -> Iterator[float]:
    """CPU milliseconds an article, of each hundred; then how many stories there are is checked."""
    db = connect(":memory:")
    merging, due = Merge(db, Reference(registry=load_registry())), following.LEAST
    took, waiting = 0.0, 0
    for n, article in enumerate(reports(number, size), start=1):
        articles.append(db, article)
        waiting += 1
        if waiting >= due or n == number:
            began = time.process_time()
            merging.step(waiting)
            took, waiting = took + time.process_time() - began, 0
            due = following.batch_size(db)
        if n % SHOWN == 0:
            yield took / SHOWN * 1000
            took = 0.0
    largest = db.execute("select max(articles) from stories").fetchone()[0]
    print(f"largest story: {largest} of {size} reports", flush=True)


def main() -> None:
    """Both, a line for each hundred articles."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_100
    small = list(costs(number, SMALL))
    for n, (one, other) in enumerate(zip(costs(number, number), small, strict=True), start=1):
        print(f"report {n * SHOWN:>6,}: {one:6.1f} ms, in small stories {other:6.1f} ms: {one / other:.2f}", flush=True)


if __name__ == "__main__":
    main()
