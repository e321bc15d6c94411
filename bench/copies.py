"""What copies cost, on one core, in CPU time: real articles, and an index of a million made fingerprints.

python -m bench.copies real ARTICLES.jsonl.gz [--rounds 4]   fingerprint, look-up, insert
python -m bench.copies index [--articles 1000000] [--docs docs]       the postings alone; the curve as table and plot
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from aggregator import copies
from aggregator.copies.index import LOOKED_UP
from aggregator.copies.shingles import BITS
from storage import articles
from storage.db import connect
from storage.fingerprints import Fingerprint
from storage.types import Article

START = datetime(2026, 1, 1, tzinfo=UTC)
HASHES = 60  # of a made fingerprint: an article of 480 words, about the median of the real wire pages (493)
BATCH = 500


def real(files: list[Path], rounds: int) -> None:
    """Articles a second; each further round has the same articles with every tenth word changed, as if it were other news."""
    stored = [text for file in files for text in texts(file)]
    db = connect(":memory:")
    index, done, n = copies.CopyIndex.open(db), 0.0, 0
    for turn in range(rounds):
        clock, begun = 0.0, n
        for start in range(0, len(stored), BATCH):
            batch = []
            for line in stored[start : start + BATCH]:
                n += 1
                text = line["text"] if not turn else renewed(line["text"], turn)
                one = Article(
                    id=f"{turn}-{line['id']}",
                    outlet=line["outlet"] or "unknown",
                    url=None,
                    fetched=START + timedelta(minutes=n),
                    body=tuple(part for part in text.split("\n") if part.strip()),
                )
                batch.append(articles.append(db, one)[0])
            before = time.process_time()
            index.add_all((one, ()) for one in batch)
            clock += time.process_time() - before
        done += clock
        print(f"{n:>8} articles: {(n - begun) / clock:,.0f} a second in this round, {n / done:,.0f} in all", flush=True)


def texts(file: Path) -> Iterator[dict[str, str]]:
    """The lines of a file of articles."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def renewed(text: str, turn: int) -> str:
    """Another article of the same length and script: every third word is marked."""
    return " ".join(word if n % 3 else f"{word}x{turn}" for n, word in enumerate(text.split(" ")))


def index(count: int, docs: Path | None) -> None:
    """Enter made fingerprints into a database on disk, each looked up first; then open it anew."""
    rng, curve = np.random.default_rng(7), []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index.db"
        db = connect(file)
        db.execute("pragma foreign_keys = off")
        at = copies.CopyIndex.open(db)
        marks = [mark for mark in (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000) if mark < count] + [count]
        begun, last = time.process_time(), 0
        for start in range(0, count, BATCH):
            hashes = np.sort(rng.integers(0, 1 << BITS, (BATCH, HASHES), dtype=np.uint64))
            with db.atomic():
                for first in range(0, BATCH, LOOKED_UP):
                    enter(at, start + first + 1, hashes[first : first + LOOKED_UP])
            if marks and start + BATCH >= marks[0]:
                now = time.process_time()
                size, opened = opening(file)
                curve.append((marks[0], (start + BATCH - last) / (now - begun), opened, size))
                print("{:>9,} articles: {:,.0f} a second, opened in {:.1f} s, {:.0f} MB".format(*curve[-1]), flush=True)
                marks.pop(0)
                last, begun = start + BATCH, time.process_time()
        print(f"peak of the process that wrote: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if docs:
        write(curve, docs)


def enter(at: copies.CopyIndex, seq: int, hashes: np.ndarray) -> None:
    """Look made fingerprints up, as articles' would be, then enter them."""
    found, batch = at.find(range(seq, seq + len(hashes)), list(hashes))
    for n, (own, shared) in enumerate(zip(hashes, found, strict=True), start=seq):
        row = Fingerprint(seq=n, first=n, outlet=f"outlet{n % 500}", arrived=n * 60, credits="", hashes=own.tobytes())
        at.neighbours(row.outlet, row.arrived, own, shared)
        at.enter(row, own)
    at.settle(batch)


def opening(file: Path) -> tuple[float, float]:
    """MB of memory and seconds of the processor that opening the index anew takes."""
    import subprocess

    # VmHWM: ru_maxrss of a process that was just started is its parent's
    code = (
        "import re,sys,time;from pathlib import Path;from aggregator import copies;from storage.db import connect;"
        "t=time.process_time();copies.CopyIndex.open(connect(Path(sys.argv[1])));t=time.process_time()-t;"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)',Path('/proc/self/status').read_text())[1])/1024,t)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    size, seconds = map(float, out.stdout.split())
    return size, seconds


def write(curve: list[tuple[int, float, float, float]], docs: Path) -> None:
    """The curve as a table and as a plot."""
    from matplotlib.figure import Figure

    lines = [
        "# What the index of copies costs as it grows",
        "",
        f"Made fingerprints of {HASHES} shingles, one core. `python -m bench.copies index --docs docs` writes this page.",
        "",
    ]
    lines += [
        "![The curve](copies-curve.svg)",
        "",
        "| articles | look-up and insert, a second | opened in | memory |",
        "|--:|--:|--:|--:|",
    ]
    lines += [f"| {n:,} | {rate:,.0f} | {opened:.1f} s | {size:.0f} MB |" for n, rate, opened, size in curve]
    (docs / "copies-curve.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.semilogx([row[0] for row in curve], [row[1] for row in curve], "o-")
    left.set(xlabel="articles", title="look-up and insert, a second", ylim=(0, None))
    right.loglog([row[0] for row in curve], [row[3] for row in curve], "o-", label="MB")
    right.loglog([row[0] for row in curve], [row[2] for row in curve], "s-", label="seconds to open")
    right.set(xlabel="articles")
    right.legend()
    figure.savefig(docs / "copies-curve.svg", metadata={"Date": None})


def main() -> None:
    """Run one of the two."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("real", "index"))
    options.add_argument("files", type=Path, nargs="*")
    options.add_argument("--rounds", type=int, default=1, help="4 rounds of 10,000 are the 37,500")
    options.add_argument("--articles", type=int, default=1_000_000)
    options.add_argument("--docs", type=Path)
    given = options.parse_args()
    if given.what == "real":
        real(given.files, given.rounds)
    else:
        index(given.articles, given.docs)


if __name__ == "__main__":
    main()
