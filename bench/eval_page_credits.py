"""How well whole pages are read into credits: every page of an archive through the page reader and the credit reader.

python -m bench.eval_page_credits ../shared [--show 20]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from aggregator import credit
from aggregator.credit.registry import load_registry
from scrapers import outlets, pages
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive
from storage.types import Article, Page


def main() -> None:
    """Print the scorer's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--show", default="0")
    asked = parser.parse_args()
    print(score(asked.shared / "pages", asked.show))


def score(folder: Path, show: str = "0") -> str:
    """What the scorer says of the pages in a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        read = Path(scratch, "read.jsonl")
        read.write_text("".join(json.dumps(row) + "\n" for row in _rows(folder / "real-pages.warc.gz")), "utf-8")
        command = [sys.executable, str(folder / "page_score.py"), str(folder / "page_credits.jsonl"), str(read)]
        return subprocess.run([*command, "--show", show], capture_output=True, text=True, check=True).stdout


def _rows(file: Path) -> list[dict[str, object]]:
    registry, by_host = load_registry(), outlet_by_host(outlets.load_outlets()[0])
    rows = []
    for record in archive.records(file):
        page = Page(
            url=record.url,
            outlet="",
            fetched=record.fetched,
            status=record.status,
            body=record.body,
            content_type=record.content_type,
        )
        article = pages.read_article(page, outlet_of(page.url, by_host))
        found = credit.credits_of(article, registry) if isinstance(article, Article) else ()
        rows.append({"url": page.url, "credits": [credit.as_data(c) for c in found]})
    return rows


if __name__ == "__main__":
    main()
