"""An archive read and merged, killed at random moments and started again: the same tables as without?

python -m bench.archive_killed [--times 10] [--seed 7] [--pages 204]

Asked: pages, articles and credits byte for byte, the rest row for row.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

from bench.archive_scale import CLI, FILES, SHARED, below, cut

READ = ("pages", "articles", "credits")
MERGED = ("versions", "copies", "stories", "story_articles", "origins")


def main() -> None:
    """Run once to the end, then as often as asked with a kill."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--pages", type=int, default=204, help="so many of the real pages, in eight files")
    given = options.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        members = cut(SHARED / "pages" / "real-pages.warc.gz")[: given.pages]
        files = [Path(folder) / f"part-{n}.warc.gz" for n in range(FILES)]
        for n, file in enumerate(files):
            file.write_bytes(b"".join(members[n::FILES]))
        spans = [to_the_end(files, Path(folder) / "whole")]
        whole = tables(Path(folder) / "whole")
        for n in range(given.times):
            into = Path(folder) / f"killed-{n}"
            after = chance.uniform(1, sum(spans[0]))
            killed_after(after, files, into)
            to_the_end(files, into)
            same = tables(into) == whole
            print(
                f"{n + 1}: killed after {after:.1f} s of {sum(spans[0]):.1f}: {'the same tables' if same else 'OTHER TABLES'}",
                flush=True,
            )
            if not same:
                sys.exit(1)


def steps(files: list[Path], into: Path) -> list[list[str]]:
    """The two commands."""
    return [
        [*CLI, "archive", "read", *map(str, files), "--into", str(into), "--cores", "2"],
        [*CLI, "archive", "merge", str(into), "--cores", "2"],
    ]


def to_the_end(files: list[Path], into: Path) -> list[float]:
    """Both commands; the seconds that each took."""
    spans = []
    for command in steps(files, into):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        spans.append(time.perf_counter() - begun)
    return spans


def killed_after(seconds: float, files: list[Path], into: Path) -> None:
    """Both commands, until all their processes are killed."""
    end = time.monotonic() + seconds
    for command in steps(files, into):
        running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            running.wait(timeout=max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            for pid in (running.pid, *below(running.pid)):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # it ended by itself
            running.wait()
            return


def tables(into: Path) -> dict[str, object]:
    """What an archive holds: files as bytes where a task wrote them, sorted rows where Spark did."""
    found: dict[str, object] = {
        str(file.relative_to(into)): file.read_bytes() for name in READ for file in (into / name).rglob("*.parquet")
    }
    return found | {name: sorted(map(repr, pq.read_table(into / name).to_pylist())) for name in MERGED}


if __name__ == "__main__":
    main()
