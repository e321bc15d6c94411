"""Stories against gold sets: ``python -m bench.eval_stories GOLD.jsonl.gz …``; BCubed, whole, by parts, and in other orders.

The parts part the gold stories, not the articles. The constants were compared on the other four fifths; the rule for
headlines was judged on the whole set.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aggregator import stories
from bench.kept_back import kept_back
from storage.types import Article

ORDERS = 3
ARRIVED = datetime(2026, 1, 1, tzinfo=UTC)  # of all: an import


def main() -> None:
    """A line for each file and each part of it."""
    for file in sys.argv[1:]:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        said = assigned(rows)
        for name, part in (("all", None), ("tuned", False), ("kept back", True)):
            here = [n for n, row in enumerate(rows) if part is None or kept_back(row["story"].split("-")[0]) is part]
            precision, recall = bcubed([rows[n]["story"] for n in here], [said[n] for n in here])
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{file.rsplit('/', 1)[-1]}\t{name}\tP {precision:.3f}\tR {recall:.3f}\tF1 {f1:.3f}")
        print(
            f"{file.rsplit('/', 1)[-1]}\tin {ORDERS} other orders\tF1 {' '.join(f'{f1:.3f}' for f1 in reordered(rows))}"
        )


def reordered(rows: list[dict[str, Any]]) -> list[float]:
    """The F1 of all articles where they arrive in other orders."""
    found = []
    for seed in range(ORDERS):
        order = random.Random(seed).sample(rows, len(rows))
        precision, recall = bcubed([row["story"] for row in order], assigned(order))
        found.append(2 * precision * recall / (precision + recall))
    return found


def assigned(rows: list[dict[str, Any]]) -> list[str]:
    """The story of each row, after the last one."""
    index = stories.StoryIndex()
    for n, row in enumerate(rows, start=1):
        index.place(read(n, row))
    return [index.story_of(row["id"]) or "" for row in rows]


def read(n: int, row: dict[str, Any]) -> Article:
    """A line of a gold set as the article that arrived as number ``n``."""
    moment = datetime.fromisoformat(row["published"]) if row["published"] else None
    if moment and not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC)
    return Article(
        id=row["id"],
        outlet=row["outlet"] or "unknown",
        url=None,
        seq=n,
        fetched=ARRIVED,
        published=moment,
        headline=row["headline"],
        body=tuple(row["text"].split("\n")) if row["text"] else (),
    )


def bcubed(gold: list[str], said: list[str]) -> tuple[float, float]:
    """Precision and recall, averaged over articles."""
    both, there, here = Counter(zip(gold, said, strict=True)), Counter(gold), Counter(said)
    precision = sum(n * n / here[story] for (_, story), n in both.items()) / len(gold)
    recall = sum(n * n / there[story] for (story, _), n in both.items()) / len(gold)
    return precision, recall


if __name__ == "__main__":
    main()
