"""How well whole pages are read into credits: every page of the given archives through the page and the credit reader.

    python -m bench.eval_page_credits ../shared [--show 20] [--by lang|family]

Precision of text credits is printed first: a credit that is not there is worse than one that is missed. Then recall and F1, of
text and of the lead picture, on the pages that rules were made on and on the fifth of the publishers that is kept back; and by
language and by family of publishers (the last two parts of the host), so that a house with four papers does not hide the
rest. The scorer is ../shared/pages/page_score.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from aggregator import credit
from aggregator.credit.registry import load_registry
from bench.kept_back import kept_back
from scrapers import outlets, pages
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive
from storage.types import Article

SETS = {
    "204 pages": ("real-pages.warc.gz", "page_credits.jsonl"),
    "67 publishers": ("more/publishers.warc.gz", "more/publishers_credits.jsonl"),
}
PARTS: Mapping[str, Callable[[str], bool]] = {
    "all": lambda domain: True,
    "tuned on": lambda domain: not kept_back(domain),
    "kept back": kept_back,
}
FEWEST = 3  # credits of a language or a family that get a line of their own

Row = Mapping[str, Any]


def main() -> None:
    """Print a line a set and part, then by language and by family."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--show", default="0", help="print so many pages with a fault of the part that was tuned on")
    asked = parser.parse_args()
    folder = asked.shared / "pages"
    scorer = _scorer(folder / "page_score.py")
    everything: list[tuple[Row, list[Row]]] = []
    for name, (warc, gold) in SETS.items():
        scored = list(_scored(folder, warc, gold))
        everything += scored
        for part, chosen in PARTS.items():
            _print(scorer, f"{name}, {part}", [one for one in scored if chosen(one[0]["outlet_domain"])])
        if asked.show != "0":
            print(score(folder, asked.show, warc, gold))
    for title, key in (
        ("by language", lambda row: row["lang"]),
        ("by family", lambda row: family(row["outlet_domain"])),
    ):
        print(f"\n{title}")
        groups: dict[str, list[tuple[Row, list[Row]]]] = {}
        for one in everything:
            groups.setdefault(key(one[0]), []).append(one)
        for group, members in sorted(groups.items(), key=lambda item: (-_credits(item[1]), item[0])):
            if _credits(members) >= FEWEST:
                _print(scorer, f"  {group}", members)


def family(domain: str) -> str:
    """Papers of one house often share a domain.

    >>> family("de.euronews.com")
    'euronews.com'
    """
    parts = domain.split(".")
    return ".".join(parts[-3 if len(parts) > 2 and len(parts[-2]) <= 3 else -2 :])


def _credits(members: Sequence[tuple[Row, list[Row]]]) -> int:
    return sum(1 for gold, _ in members for one in gold["credits"] if not one.get("optional"))


def _scored(folder: Path, warc: str, gold: str) -> Iterator[tuple[Row, list[Row]]]:
    """Each sure page with our credits of it."""
    ours = {row["url"]: row["credits"] for row in read_pages(folder / warc)}
    for line in (folder / gold).read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["sure"]:
            yield row, ours.get(row["url"], [])


def _print(scorer: ModuleType, name: str, rows: Sequence[tuple[Row, list[Row]]]) -> None:
    tally = scorer.Tally()
    for gold, ours in rows:
        tally.add(gold, ours)
    print(f"{name:28} {tally.n:4} pages  text {_figures(tally.t['text'])}  photo {_figures(tally.t['photo'])}")


def _figures(counts: Sequence[int]) -> str:
    right, wrong, missed = counts
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({right} right, {wrong} wrong, {missed} missed)"


def _scorer(program: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("page_score", program)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(folder: Path, show: str = "0", warc: str = "real-pages.warc.gz", gold: str = "page_credits.jsonl") -> str:
    """What the given scorer prints of the pages in a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        read = Path(scratch, "read.jsonl")
        read.write_text("".join(json.dumps(row) + "\n" for row in read_pages(folder / warc)), "utf-8")
        command = [sys.executable, str(folder / "page_score.py"), str(folder / gold), str(read)]
        return subprocess.run([*command, "--show", show], capture_output=True, text=True, check=True).stdout


def read_pages(file: Path) -> Iterator[dict[str, Any]]:
    """The credits of each page of an archive: {url, credits}."""
    registry = load_registry()
    for url, article in read_articles(file):
        found = credit.credits_of(article, registry) if isinstance(article, Article) else ()
        yield {"url": url, "credits": [credit.as_data(c) for c in found]}


def read_articles(file: Path) -> Iterator[tuple[str, Any]]:
    """Each page of an archive, read: its address, and the article or why it is none."""
    whose = partial(outlet_of, by_host=outlet_by_host(outlets.load_outlets()[0]))
    for record in archive.records(file):
        page = archive.page_of(record)
        yield page.url, pages.read_article(page, whose(page.url))


if __name__ == "__main__":
    main()
