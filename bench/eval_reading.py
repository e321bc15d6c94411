"""Print what the reader reaches on the shared real pages, with what others reached beside it (../shared/peers.md).

python -m bench.eval_reading [FOLDER OF SHARED]
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lxml.html

from aggregator.cli.reading import record
from aggregator.credit import registry
from scrapers import outlets, pages
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive
from storage.types import Article

# Body F1 and accuracy on the 181 pages, CPU in bare lxml parses: peers.md, November 2026.
PEERS = (
    ("trafilatura 2.3.1, precision", ".964", ".337", "17.8"),
    ("trafilatura 2.3.1", ".960", ".293", "16.6"),
    ("readability-lxml 0.9", ".955", ".293", "35"),
    ("newspaper4k 0.9.6", ".949", ".326", "63"),
    ("news-please 1.6.16", ".948", ".326", "112"),
    ("resiliparse 2.0", ".916", ".033", "0.9"),
    ("AutoExtract (commercial)", ".970", ".470", "-"),
)


def main() -> None:
    """Read, score, print."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared"
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder) / "read.jsonl"
        cost = write(shared / "pages" / "real-pages.warc.gz", seen)
        scorer = [
            sys.executable,
            str(shared / "pages" / "body_score.py"),
            str(shared / "pages" / "truth.jsonl.gz"),
            str(seen),
        ]
        found = figures(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    print(f"{'181 pages of many outlets':32}{'F1':>8}{'accuracy':>10}{'x lxml parse':>14}")
    print(f"{'twosource':32}{found['aeb']['F1']:8.3f}{found['aeb']['accuracy']:10.3f}{cost:14.1f}")
    for name, *columns in PEERS:
        print(f"{name:32}{columns[0]:>8}{columns[1]:>10}{columns[2]:>14}")
    print("\n23 pages of our outlets: " + ", ".join(f"{name} {value:.3f}" for name, value in found["fundus"].items()))


def write(warc: Path, to: Path) -> float:
    """Read every page of an archive into a JSON line each; the cost of it in bare lxml parses (CPU time, median page)."""
    by_host = outlet_by_host(outlets.load_outlets()[0])
    ratios = []
    with to.open("w", encoding="utf-8") as out:
        for found in archive.records(warc):
            outlet = outlet_of(found.url, by_host)
            page = archive.page_of(found, outlet.id)
            start = time.process_time()
            lxml.html.fromstring(found.body)
            parsed = time.process_time()
            seen = pages.read_article(page, outlet)
            ratios.append((time.process_time() - parsed) / (parsed - start))
            if isinstance(seen, Article):
                out.write(json.dumps(record(page, seen, registry.load_registry()), ensure_ascii=False) + "\n")
    return statistics.median(ratios)


def figures(report: str) -> dict[str, dict[str, float]]:
    """The scorer's lines as numbers: {"aeb": {"F1": 0.974, ...}}."""
    return {
        line.split(":")[0]: {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", line)}
        for line in report.splitlines()
        if ":" in line
    }


if __name__ == "__main__":
    main()
