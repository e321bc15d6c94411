"""One more article in a large newsroom: ``python -m bench.one_article scale_articles.jsonl.gz FOLDER [articles]``.

The newsroom is made once, in FOLDER: a hundred thousand articles of one day, so that every story is open. It takes half an hour.
They are those of the file, then the same with every third word changed, as if they were other news. Then `twosource merge`
merges one further article, which states its language as most pages do, five times, each in a process of its own; beside it the
floor: Python's own start with a look at the database. Seconds by the clock, and of the processor.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from aggregator import merge
from aggregator.credit.registry import load_registry
from bench.copies import renewed
from bench.eval_stories import read
from storage import articles
from storage.db import connect
from storage.types import Article

TURNS = 5
FLOOR = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('select max(seq) from articles').fetchone()"


def news(file: Path) -> Iterator[Article]:
    """Articles without end, each time around with other words."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) | {"published": None} for line in lines]
    for turn in count():
        for n, row in enumerate(rows, start=1 + turn * len(rows)):
            words = {name: renewed(row[name] or "", turn) for name in ("headline", "text")} if turn else {}
            yield replace(read(n, row | words | {"id": f"{turn}-{row['id']}"}), language="en")


def main() -> None:
    """Make the newsroom where it is not there, then add one article after the other."""
    file, folder = map(Path, sys.argv[1:3])
    number = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    folder.mkdir(parents=True, exist_ok=True)
    db = connect(folder / "twosource.db")
    there = db.table("articles").count
    with db.atomic():
        for article in islice(news(file), there, number):
            articles.append(db, article)
    merge.merge(db, merge.Reference(registry=load_registry()))
    held, stories = (
        db.execute(f"select count({what}) from open_articles").fetchone()[0] for what in ("*", "distinct story")
    )
    print(f"{db.table('articles').count:,} articles, {held:,} of them in {stories:,} open stories")
    for turn in range(TURNS):
        one = replace(next(news(file)), id=f"later-{time.time_ns()}", headline=f"One more report, {turn}")
        articles.append(db, one)
        db.conn.commit()
        merged, floor = (
            taken("-m", "aggregator.cli", "--db", str(folder / "twosource.db"), "merge"),
            taken("-c", FLOOR, str(folder / "twosource.db")),
        )
        print("merged one more in {:.2f} s, {:.2f} of the processor; floor {:.3f} s, {:.3f}".format(*merged, *floor))


def taken(*words: str) -> tuple[float, float]:
    """Seconds that Python takes with these words: by the clock, of the processor."""
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, *words], check=True, stderr=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used


if __name__ == "__main__":
    main()
