"""What archives on Spark cost, on two cores: reading beside the one-process replay, and the merge as articles grow.

python -m bench.archive_scale read [--pages 6000]             pages a second, both ways, in one run (asked: 1.7 times)
python -m bench.archive_scale merge [--articles 10000 30000 100000 300000] [--docs docs]      the curve (asked: exponent 1.15)

The articles of the merge are those of ../shared/merge/scale_articles.jsonl.gz, in rounds: each further round is other news of the
same length, every third word of it marked, a week later.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

from aggregator.archive.tables import Attempt, Folder, article_row
from bench.copies import renewed
from storage.archive import records
from storage.articles import digest
from storage.types import Article

SHARED = Path(__file__).resolve().parents[2] / "shared"
START = datetime(2026, 1, 1, tzinfo=UTC)
FILES = 8
CLI = [sys.executable, "-m", "aggregator.cli"]


def main() -> None:
    """Run one of the two, or both."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("read", "merge", "both"), nargs="?", default="both")
    options.add_argument("--pages", type=int, default=6_000)
    options.add_argument("--articles", type=int, nargs="+", default=[10_000, 30_000])
    options.add_argument("--docs", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.what in ("read", "both"):
            read(Path(folder), given.pages)
        if given.what in ("merge", "both"):
            curve = [merge(Path(folder) / str(count), count) for count in given.articles]
            if given.docs:
                plot(curve, given.docs)


def read(folder: Path, pages: int) -> None:
    """Real pages, repeated, in 8 WARC files: by one process into SQLite, by two tasks into Parquet."""
    members = [m for f in ("real-pages.warc.gz", "more/publishers.warc.gz") for m in cut(SHARED / "pages" / f)]
    many = [members[n % len(members)] for n in range(pages)]
    files = [folder / f"part-{n}.warc.gz" for n in range(FILES)]
    for n, file in enumerate(files):
        file.write_bytes(b"".join(many[n::FILES]))
    begun = time.perf_counter()
    code = (
        "import sys; from scrapers.replay import replay; from scrapers.outlets import load_outlets; from storage import pages\n"
        "from pathlib import Path; from storage.db import connect; known, _ = load_outlets(); db = connect(sys.argv[1])\n"
        "pages.seen = lambda *_: False  # repeated pages are read, too\n"
        "for file in sys.argv[2:]: replay(db, Path(file), known)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder / "one.db"), *map(str, files)], check=True)
    alone = pages / (time.perf_counter() - begun)
    begun = time.perf_counter()
    command = [*CLI, "archive", "read", *map(str, files), "--into", str(folder / "read"), "--cores", "2"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    spark = pages / (time.perf_counter() - begun)
    print(
        f"{pages:,} pages: replay {alone:.1f} a second, archive read {spark:.1f} (its start counted): {spark / alone:.2f} times"
    )


def cut(file: Path) -> list[bytes]:
    """Each response of a WARC file as the bytes that it takes there."""
    whole = file.read_bytes()
    starts = [record.offset for record in records(file)]
    return [whole[start:end] for start, end in zip(starts, [*starts[1:], len(whole)], strict=True)]


def merge(folder: Path, count: int) -> dict[str, float]:
    """So many articles, merged; what it took, as Spark's own log of events and the kernel say."""
    fill(folder, count)
    events = folder / "events"
    events.mkdir()
    log = f"--conf spark.eventLog.dir={events.as_uri()} --conf spark.eventLog.compress=false"
    submit = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.rolling.enabled=false {log} pyspark-shell"
    begun = time.perf_counter()
    command = [*CLI, "archive", "merge", str(folder), "--cores", "2"]
    running = subprocess.Popen(command, env=os.environ | {"PYSPARK_SUBMIT_ARGS": submit}, stderr=subprocess.DEVNULL)
    peak = [0.0]
    watching = threading.Thread(target=watch, args=(running, peak))
    watching.start()
    if running.wait():
        sys.exit(f"the merge of {count:,} articles failed")
    watching.join()
    seconds = time.perf_counter() - begun
    shuffled, memory = measured(events)
    found = {
        "articles": count,
        "seconds": seconds,
        "rate": count / seconds,
        "worker": peak[0],
        "task": memory,
        "shuffle": shuffled / count,
    }
    print(
        f"{count:>9,} articles: {seconds:.0f} s, {found['rate']:,.0f} a second; a Python worker {peak[0]:.0f} MB at most,"
        f" a task's memory in Java {memory:.0f} MB; {found['shuffle']:,.0f} bytes shuffled an article",
        flush=True,
    )
    return found


def fill(folder: Path, count: int) -> None:
    """Articles as `archive read` leaves them, without credits: the credit reader is not measured here."""
    with gzip.open(SHARED / "merge" / "scale_articles.jsonl.gz", "rt") as lines:
        stored = list(map(json.loads, islice(lines, count)))
    folder.mkdir()
    for turn in range(-(-count // len(stored))):
        name = f"round-{turn}"
        with Attempt(Folder.at(str(folder)), name) as attempt:
            chosen = stored[: count - turn * len(stored)]
            for n, line in enumerate(chosen):
                text = renewed(line["text"], turn) if turn else line["text"]
                article = Article(
                    id=f"{turn}-{line['id']}",
                    outlet=line["outlet"] or "unknown",
                    url=None,
                    fetched=START + timedelta(weeks=turn, minutes=n),
                    headline=renewed(line["headline"] or "", turn) if turn else line["headline"],
                    body=tuple(part for part in text.split("\n") if part.strip()),
                )
                row = article_row(article) | {"digest": digest(article), "file": name, "offset": n}
                attempt.append("articles", f"{article.fetched:%Y-%m-%d}", row)
            attempt.commit({"file": name, "pages": len(chosen), "articles": len(chosen), "damage": None})


def watch(running: subprocess.Popen[bytes], peak: list[float]) -> None:
    """The most memory that a Python worker of Spark takes, in MB."""
    while running.poll() is None:
        for pid in below(running.pid):
            try:
                if b"pyspark.daemon" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    status = Path(f"/proc/{pid}/status").read_text()
                    peak[0] = max(peak[0], int(status.partition("VmHWM:")[2].split()[0]) / 1024)
            except (OSError, IndexError, ValueError):
                continue
        time.sleep(1)


def below(pid: int) -> list[int]:
    """All processes below one of ours."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [deeper for child in map(int, found.split()) for deeper in (child, *below(child))]


def measured(events: Path) -> tuple[float, float]:
    """Bytes that all tasks wrote for others, and the most that one of them held in Java to sort and join, in MB."""
    shuffled, memory = 0, 0
    for file in events.rglob("*"):
        if file.is_file():
            for line in file.read_text(errors="replace").splitlines():
                if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                    metrics: dict[str, Any] = json.loads(line).get("Task Metrics") or {}
                    shuffled += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
                    memory = max(memory, metrics.get("Peak Execution Memory", 0))
    return shuffled, memory / (1 << 20)


def plot(curve: list[dict[str, float]], docs: Path) -> None:
    """The curve as a table and as a plot."""
    from matplotlib.figure import Figure

    first, last = curve[0], curve[-1]
    grown = log(last["seconds"] / first["seconds"]) / log(last["articles"] / first["articles"]) if len(curve) > 1 else 0
    rows = [
        "| {articles:,} | {seconds:.0f} | {rate:,.0f} | {worker:.0f} | {task:.0f} | {shuffle:,.0f} |".format(**row)
        for row in curve
    ]
    lines = [
        "# What the merge of an archive costs as it grows",
        "",
        f"`python -m bench.archive_scale merge` writes this page. Exponent: {grown:.2f}.",
        "",
        "| articles | seconds | a second | a worker, MB | a task in Java, MB | bytes shuffled an article |",
        "|--:|--:|--:|--:|--:|--:|",
        *rows,
    ]
    (docs / "scale-curve.md").write_text("\n".join([*lines, "", "![The curve](scale-curve.svg)", ""]), encoding="utf-8")
    figure = Figure(figsize=(5, 3.2), layout="constrained")
    axes = figure.subplots()
    axes.loglog([row["articles"] for row in curve], [row["seconds"] for row in curve], "o-")
    axes.set(xlabel="articles", title="seconds to merge, two cores")
    figure.savefig(docs / "scale-curve.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
