"""What archives on Spark cost, on two cores: reading beside the one-process replay, and the merge as articles grow.

python -m bench.archive_scale read [--pages 6000]             pages a second, both ways, in one run (asked: 1.7 times)
python -m bench.archive_scale merge [--articles 10000 30000 100000 300000] [--docs docs]      the curve (asked: exponent 1.15)
python -m bench.archive_scale skew [--prints 5000] [--template 100000]      one text printed by so many, one template so often

The articles of the merge are those of ../shared/merge/scale_articles.jsonl.gz, in rounds: each further round is other news of the
same length, every third word of it marked, a week later. Beside the seconds stands the machine's load before and after, and what
the processes took of its processors, which a busy machine changes little; below them the same of each stage of the merge. An
article comes each minute, so that a corpus ten times as large covers ten times as many days and is no denser.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from aggregator.archive.extraction import RULES
from aggregator.archive.shingles import BOILERPLATE
from aggregator.archive.tables import Attempt, Folder, article_row
from bench.copies import renewed
from storage.archive import records
from storage.articles import digest
from storage.types import Article

SHARED = Path(__file__).resolve().parents[2] / "shared"
START = datetime(2026, 1, 1, tzinfo=UTC)
FILES = 8
REPLAY = """
import sys
from pathlib import Path
from aggregator import credit, grounds, pipeline
from scrapers.outlets import load_outlets
from scrapers.replay import replay
from storage import articles, pages
from storage.db import connect
from storage.home import Home

outlets, _ = load_outlets()
db, known = connect(sys.argv[1]), pipeline.reference(Home(Path(sys.argv[1])), outlets)
append = articles.append


def credited(db, article):
    said = credit.credits_of(article, known.registry)
    grounds.grounds_of(article, said, known.registry, known.names)
    return append(db, article)


if sys.argv[2] == "True":
    articles.append = credited
pages.seen = lambda *_: False  # repeated pages are read, too
for file in sys.argv[3:]:
    replay(db, Path(file), outlets)
"""
STAGE = ("seconds", "python", "java")  # the two last of processors
CLI = [sys.executable, "-m", "aggregator.cli"]


def main() -> None:
    """Run one of the three; all of them where none is named, the skew small."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("read", "merge", "skew", "all"), nargs="?", default="all")
    options.add_argument("--pages", type=int, default=6_000)
    options.add_argument("--articles", type=int, nargs="+", default=[10_000, 30_000])
    options.add_argument("--prints", type=int, default=500)
    options.add_argument("--template", type=int, default=10_000)
    options.add_argument("--docs", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.what in ("read", "all"):
            read(Path(folder), given.pages)
        if given.what in ("merge", "all"):
            curve = []
            for count in given.articles:
                fill(home := Path(folder) / str(count), count)
                curve.append(merge(home, count))
                if given.docs:
                    plot(curve, given.docs)
        if given.what in ("skew", "all"):
            skew(Path(folder) / "skew", given.prints, given.template)


def read(folder: Path, pages: int) -> None:
    """Real pages, repeated, in 8 WARC files: by one process into SQLite, by two beside each other, by two tasks into Parquet.

    The archive reads credits and grounds as well, which a replay leaves to the merge: so the fair one process is a replay that
    reads those of each article, too. What two processes that share nothing reach is all that a second core of this machine is
    worth. What it takes to start Java and Python's workers is what a file of one page takes.
    """
    members = [m for f in ("real-pages.warc.gz", "more/publishers.warc.gz") for m in cut(SHARED / "pages" / f)]
    many = [members[n % len(members)] for n in range(pages)]
    files = [folder / f"part-{n}.warc.gz" for n in range(FILES)]
    for n, file in enumerate(files):
        file.write_bytes(b"".join(many[n::FILES]))
    (single := folder / "one.warc.gz").write_bytes(many[0])
    start = archived(folder, [single])
    spark = archived(folder, files)
    whole = replayed(folder, [files], credited=True)
    alone = replayed(folder, [files])
    both = replayed(folder, [files[::2], files[1::2]])
    print(
        f"{pages:,} pages: replay {pages / alone:.1f} a second, two beside each other {pages / both:.1f}"
        f" ({alone / both:.2f} times), replay with credits and grounds {pages / whole:.1f};"
        f" archive read on two cores {pages / spark:.1f}: {alone / spark:.2f} times a replay, {whole / spark:.2f} times the same"
        f" work, {whole / (spark - start):.2f} times without its start of {start:.1f} s",
        flush=True,
    )


def archived(folder: Path, files: Sequence[Path]) -> float:
    """The seconds that it takes to read files into an archive on two cores."""
    begun = time.perf_counter()
    into = folder / f"read-{len(files)}"
    command = [*CLI, "archive", "read", *map(str, files), "--into", str(into), "--cores", "2"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def replayed(folder: Path, parts: Sequence[Sequence[Path]], *, credited: bool = False) -> float:
    """The seconds that it takes to replay files into databases, a process each, beside each other.

    ``credited``: the credits and grounds of each article are read, too, and not stored.
    """
    begun = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                REPLAY,
                str(folder / f"{len(parts)}-{credited}-{n}.db"),
                str(credited),
                *map(str, files),
            ]
        )
        for n, files in enumerate(parts)
    ]
    if max(process.wait() for process in running):
        sys.exit("a replay failed")
    return time.perf_counter() - begun


def cut(file: Path) -> list[bytes]:
    """Each response of a WARC file as the bytes that it takes there."""
    whole = file.read_bytes()
    starts = [record.offset for record in records(file)]
    return [whole[start:end] for start, end in zip(starts, [*starts[1:], len(whole)], strict=True)]


def merge(folder: Path, count: int) -> dict[str, float]:
    """An archive of so many articles, merged; what it took, as Spark's own log of events and the kernel say."""
    events = folder / "events"
    events.mkdir()
    log = f"--conf spark.eventLog.dir={events.as_uri()} --conf spark.eventLog.compress=false"
    submit = f"--conf spark.eventLog.enabled=true --conf spark.eventLog.rolling.enabled=false {log} pyspark-shell"
    before, begun = os.getloadavg()[0], time.perf_counter()
    command = [*CLI, "archive", "merge", str(folder), "--cores", "2"]
    said = folder / "said"
    with said.open("wb") as err:
        running = subprocess.Popen(command, env=os.environ | {"PYSPARK_SUBMIT_ARGS": submit}, stderr=err)
    seen = Seen()
    watching = threading.Thread(target=seen.watch, args=(running, said))
    watching.start()
    if running.wait():
        sys.exit(f"the merge of {count:,} articles failed: {said.read_text()[-2_000:]}")
    watching.join()
    seconds = time.perf_counter() - begun
    shuffled, memory = measured(events)
    found = {
        "articles": count,
        "seconds": seconds,
        "before": before,
        "after": os.getloadavg()[0],
        "processor": sum(seen.seconds.values()),
        "rate": count / seconds,
        "worker": seen.worker,
        "task": memory,
        "shuffle": shuffled / count,
    }
    print(
        f"{count:>9,} articles: {seconds:.0f} s, {found['rate']:,.0f} a second (load {before:.1f} to {found['after']:.1f}),"
        f" {found['processor']:.0f} s of processors; a Python worker {seen.worker:.0f} MB at most, a task's memory in Java"
        f" {memory:.0f} MB; {found['shuffle']:,.0f} bytes shuffled an article",
        flush=True,
    )
    for name, stage in seen.stages.items():
        print(
            f"{name:>18}: {stage['seconds']:6.1f} s, of processors {stage['python']:6.1f} s in Python,"
            f" {stage['java']:6.1f} s in Java",
            flush=True,
        )
    return found


def skew(folder: Path, prints: int, template: int) -> None:
    """One agency's text printed by so many outlets, one site's template so many times, and other news between."""
    with gzip.open(SHARED / "merge" / "scale_articles.jsonl.gz", "rt") as lines:
        stored = list(map(json.loads, islice(lines, 10_000)))
    agency, frame, others = stored[0]["text"], stored[1]["text"].split()[:200], stored[2:]
    days = timedelta(days=8) / template
    rows = [
        made(f"t{n}", "portal", START + n * days, other["headline"] or "", "\n".join((own, " ".join(frame))))
        for n in range(template)
        for other in (others[n % len(others)],)
        for own in (renewed(" ".join(re.findall(r"\w+", other["text"])[n % 7 :][:80]), n),)
    ]
    rows += [
        made(f"p{n}", f"paper-{n}", START + timedelta(seconds=20 * n), f"Paper {n} reports", agency)
        for n in range(prints)
    ]
    rows += [
        made(
            f"o{n}", other["outlet"] or "unknown", START + timedelta(minutes=n), other["headline"] or "", other["text"]
        )
        for n, other in enumerate(others[: min(5_000, template // 2)])
    ]
    append(folder, "skew", rows)
    merge(folder, len(rows))
    homes = {row["article"]: row["story"] for row in pq.read_table(folder / "story_articles").to_pylist()}
    copies = pq.read_table(folder / "copies", columns=["a", "b", "kind"]).to_pylist()
    paired = {article for copy in copies for article in (copy["a"], copy["b"])}
    whole = {
        article for copy in copies if copy["kind"] not in ("partial", "update") for article in (copy["a"], copy["b"])
    }
    stories, copied = len({homes[f"p{n}"] for n in range(prints)}), sum(f"p{n}" in whole for n in range(prints))
    behind = BOILERPLATE + template // 10  # of the first thousand some share less than all of the frame
    told, late = (sum(f"t{n}" in paired for n in range(first, template)) for first in (0, behind))
    print(
        f"{prints:,} prints of one text: in {stories:,} stories, {copied:,} of them copies; {template:,} pages of one template:"
        f" {told:,} share text with another, of those behind the first {behind:,}: {late:,}; {len(copies):,} pairs in all"
    )
    if stories != 1 or copied != prints or late:
        sys.exit("skew: an agency's text is not one story, or a template's pages are still compared")


def made(name: str, outlet: str, fetched: datetime, headline: str, text: str) -> Article:
    """An article as a file of articles gives it."""
    body = tuple(part for part in text.split("\n") if part.strip())
    return Article(id=name, outlet=outlet, url=None, fetched=fetched, headline=headline, body=body)


def append(folder: Path, name: str, articles: Iterable[Article]) -> None:
    """Articles as `archive read` leaves them, without credits: the credit reader is not measured here."""
    folder.mkdir(exist_ok=True)
    with Attempt(Folder.at(str(folder)), name) as attempt:
        n = 0
        for n, article in enumerate(articles, start=1):
            row = article_row(article) | {"digest": digest(article), "file": name, "offset": n}
            attempt.append("articles", f"{article.fetched:%Y-%m-%d}", row)
        attempt.commit({"file": name, "pages": n, "articles": n, "damage": None, "rules": RULES})


def fill(folder: Path, count: int) -> None:
    """So many articles, one a minute, in rounds."""
    with gzip.open(SHARED / "merge" / "scale_articles.jsonl.gz", "rt") as lines:
        stored = list(map(json.loads, islice(lines, count)))
    for turn in range(-(-count // len(stored))):
        articles = (
            made(
                f"{turn}-{line['id']}",
                line["outlet"] or "unknown",
                START + timedelta(weeks=turn, minutes=n),
                renewed(line["headline"] or "", turn) if turn else line["headline"] or "",
                renewed(line["text"], turn) if turn else line["text"],
            )
            for n, line in enumerate(stored[: count - turn * len(stored)])
        )
        append(folder, f"round-{turn}", articles)


@dataclass
class Seen:
    """What the processes of a merge took, looked at twice a second."""

    worker: float = 0.0  # the most memory of one Python worker, MB
    seconds: dict[int, float] = field(default_factory=dict)  # of processors, by process
    stages: dict[str, dict[str, float]] = field(default_factory=dict)  # name -> seconds, and of processors

    def watch(self, running: subprocess.Popen[bytes], said: Path) -> None:
        """Look until it ends; ``said`` is where it says which stage begins."""
        last = time.perf_counter()
        while running.poll() is None:
            begun = re.findall(r"merging: (\w+)", said.read_text(errors="replace"))
            stage = self.stages.setdefault(begun[-1] if begun else "start", dict.fromkeys(STAGE, 0.0))
            for pid in (running.pid, *below(running.pid)):
                try:
                    spent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
                    seconds = sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
                    words = Path(f"/proc/{pid}/cmdline").read_bytes()
                    where = "java" if b"java" in words.split(b"\0")[0] else "python"
                    stage[where] += seconds - self.seconds.get(pid, 0.0)
                    self.seconds[pid] = seconds
                    if b"pyspark.daemon" in words:
                        status = Path(f"/proc/{pid}/status").read_text()
                        self.worker = max(self.worker, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
                except (OSError, IndexError, ValueError):
                    continue
            now = time.perf_counter()
            stage["seconds"] += now - last
            last = now
            time.sleep(0.5)


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
    grown = log(last["articles"] / first["articles"]) if len(curve) > 1 else 1.0
    by_clock, by_processor = (log(last[name] / first[name]) / grown for name in ("seconds", "processor"))
    rows = [
        "| {articles:,} | {seconds:.0f} | {rate:,.0f} | {before:.0f} to {after:.0f} | {processor:.0f} | {worker:.0f} "
        "| {task:.0f} | {shuffle:,.0f} |".format(**row)
        for row in curve
    ]
    lines = [
        "# What the merge of an archive costs as it grows",
        "",
        "`python -m bench.archive_scale merge --docs docs` writes this page, on two cores. "
        + f"Exponent: {by_clock:.2f} by the clock, {by_processor:.2f} by the processors' time." * (len(curve) > 1),
        "",
        "| articles | seconds | a second | load of the machine | processors, s | a worker, MB | a task in Java, MB "
        "| bytes shuffled an article |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
        *rows,
    ]
    if len(curve) < 2:
        return
    (docs / "scale-curve.md").write_text("\n".join([*lines, "", "![The curve](scale-curve.svg)", ""]), encoding="utf-8")
    figure = Figure(figsize=(5, 3.2), layout="constrained")
    axes = figure.subplots()
    for name, label in (("seconds", "by the clock"), ("processor", "of processors")):
        axes.loglog([row["articles"] for row in curve], [row[name] for row in curve], "o-", label=label)
    axes.set(xlabel="articles", title="seconds to merge, two cores")
    axes.legend()
    figure.savefig(docs / "scale-curve.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
