"""Stories a second with many open: ``python -m bench.stories scale_articles.jsonl.gz [articles]``. CPU time, one core."""

from __future__ import annotations

import gzip
import json
import sys
import time
from itertools import islice

from aggregator import stories
from bench.eval_stories import read

MEASURED = 500  # articles placed while the clock runs


def main() -> None:
    """Place the articles, all of one moment so that no story closes."""
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        articles = [
            read(n, json.loads(line) | {"published": None}) for n, line in enumerate(islice(lines, number), start=1)
        ]
    index = stories.StoryIndex()
    for start in range(0, len(articles), MEASURED):
        began = time.process_time()
        for _ in index.place_all([(article, ()) for article in articles[start : start + MEASURED]]):
            pass
        print(f"{len(index)} open\t{MEASURED / (time.process_time() - began):.0f} articles a second", flush=True)


if __name__ == "__main__":
    main()
