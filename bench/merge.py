"""What a merge takes, whole and by stages: ``python -m bench.merge scale_articles.jsonl.gz [articles]``. One core, its seconds.

A stage's share is what its own work takes inside of the whole merge, in one run: credits with what the text itself shows and
with statements, copies, stories, the sources of the stories that changed, the words for the search. Then one more article is
merged by a process of its own, as cron's next run would.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from aggregator import merge, search
from aggregator.credit.registry import load_registry
from bench.eval_stories import read
from storage import articles
from storage.db import connect

STAGES = {"credits": "_credit", "copies": "_copy", "stories": "_place"}  # methods of Merge
LATER = "--one-more"


def main() -> None:
    """Merge so many articles; then one more."""
    if sys.argv[1] == LATER:
        one_more(Path(sys.argv[2]))
        return
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "news.db"
        db = connect(file)
        with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) | {"published": None} for line in islice(lines, number)]
        with db.atomic():
            for n, row in enumerate(rows, start=1):
                articles.append(db, read(n, row))
        taken: Counter[str] = Counter()
        clock(taken, merge, "count_sources", "sources")
        clock(taken, search.index, "bring_up", "search")
        for stage, method in STAGES.items():
            clock(taken, merge.Merge, method, stage)
        begun = time.process_time()
        merge.merge(db, merge.Reference(registry=load_registry()))
        whole = time.process_time() - begun
        print(f"{number:,} articles: {number / whole:.0f} a second, {1000 * whole / number:.2f} ms each")
        for stage, seconds in taken.most_common():
            print(f"  {stage:8} {number / seconds:6.0f} a second, {seconds / whole:.0%}")
        articles.append(db, replace(read(number + 1, rows[0]), id="one-more", headline="One more report"))
        db.conn.close()
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bench.merge", LATER, str(file)], check=True)
        print(f"one more article, by a process of its own: {time.perf_counter() - begun:.2f} s")


def clock(taken: Counter[str], home: Any, name: str, stage: str) -> None:
    """Let a function note the processor's time that it takes."""
    does: Callable[..., Any] = getattr(home, name)

    def clocked(*args: Any, **kwargs: Any) -> Any:
        begun = time.process_time()
        try:
            return does(*args, **kwargs)
        finally:
            taken[stage] += time.process_time() - begun

    setattr(home, name, clocked)


def one_more(file: Path) -> None:
    """Merge what was not merged yet."""
    merge.merge(connect(file), merge.Reference(registry=load_registry()))


if __name__ == "__main__":
    main()
