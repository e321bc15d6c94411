"""Stories against gold sets, in one pass: ``python -m bench.eval_stories GOLD.jsonl.gz …``; BCubed, whole and by halves.

The halves part the gold stories, not the articles; SAME and its fellows were set on half 0, half 1 was only measured.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aggregator import stories
from storage.types import Article

UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """A line for each file and each part of it."""
    for file in sys.argv[1:]:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        for name, part in (("all", rows), *((f"half {h}", [r for r in rows if half(r["story"]) == h]) for h in (0, 1))):
            precision, recall = bcubed([row["story"] for row in part], assigned(part))
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{file.rsplit('/', 1)[-1]}\t{name}\tP {precision:.3f}\tR {recall:.3f}\tF1 {f1:.3f}")


def half(story: str) -> int:
    """Of a story; what stands before "-" is a subject, and its stories stay together."""
    return hashlib.md5(story.split("-")[0].encode()).digest()[0] % 2


def assigned(rows: list[dict[str, Any]]) -> list[str]:
    """The story of each row, after the last one."""
    index, home, gone = stories.StoryIndex(), [], {}
    for n, row in enumerate(rows, start=1):
        placement = index.place(read(n, row))
        home.append(placement.story)
        gone.update(dict.fromkeys(placement.absorbed, placement.story))
    return [last(story, gone) for story in home]


def last(story: str, gone: dict[str, str]) -> str:
    """Where a story is, after all that were absorbed."""
    while story in gone:
        story = gone[story]
    return story


def read(n: int, row: dict[str, Any]) -> Article:
    """A line of a gold set as the article that arrived as number ``n``."""
    moment = datetime.fromisoformat(row["published"]) if row["published"] else UNDATED
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Article(
        id=row["id"],
        outlet=row["outlet"] or "unknown",
        url=None,
        seq=n,
        fetched=moment,
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
