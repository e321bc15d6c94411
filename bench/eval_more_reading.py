"""Print what the reader reaches on pages of publishers and of mixed sites in many languages, with trafilatura in the same tables.

python -m bench.eval_more_reading [FOLDER OF SHARED] [--kept-back]

The sites that were looked at while the rules were made and the judge was trained; with --kept-back, as ``make eval`` asks, also
the fifth that was not: nobody should steer by it. "named in vain" is the share of pages with stated authors on which somebody is
named whom the truth does not name (another form of a name counts as well). trafilatura's row stands where it is installed (the
extra "dev"). Its author made many truths of the mixed pages: they flatter it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from aggregator.cli.reading import record
from aggregator.credit import registry
from bench.kept_back import kept_back
from bench.train import site_of
from scrapers import outlets, pages
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive
from storage.types import Article

WORD = re.compile(r"\w+")
Read = dict[str, Any]
Figures = dict[str, float]


def main() -> None:
    """Read, score, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("shared", nargs="?", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    asked.add_argument(
        "--kept-back", action="store_true", help="print the figures of the fifth that is kept back as well"
    )
    given = asked.parse_args()
    shared = given.shared
    more = shared / "pages" / "more"
    sys.path[:0] = [str(more), str(shared / "pages")]
    readers: dict[str, Callable[[archive.Record], Read]] = {"twosource": ours()}
    if importlib.util.find_spec("trafilatura"):
        readers["trafilatura"] = peer
    fair, fields = importlib.import_module("fair_score"), importlib.import_module("field_score")
    accept = {row["page"]: row for row in fair.B.lines(str(more / "publishers_accept.jsonl"))}

    def publisher(truth: Read, got: Read) -> Figures:
        row = dict(fair.score(truth, got, accept[truth["page"]]))
        return {
            name.replace("f", "body", 1) if name == "f" else name: value
            for name, value in row.items()
            if name != "page"
        }

    def wcxb(truth: Read, got: Read) -> Figures:
        row = fields.row({**truth, "authors": None, "body": None}, got)
        stated = [truth["author"]] if truth.get("author") else None
        return {"word F1": word_f1(truth, got), "refused": float(not got), **row, **in_vain(stated, got)}

    def mixed(truth: Read, got: Read) -> Figures:
        return {**fields.row(truth, got), **in_vain(truth.get("authors"), got)}

    tables = (
        ("publishers", publisher, ("F1", "good", "headline", "authors", "no_false_person", "day", "minute")),
        ("wcxb", wcxb, ("word F1", "refused", "day", "headline", "contains", "lacks", "named in vain")),
        ("fields", mixed, ("day", "authors", "named in vain", "headline", "image", "contains", "lacks")),
    )
    for name, score, columns in tables:
        truths = [json.loads(line) for line in (more / f"{name}.jsonl").open(encoding="utf-8")]
        truths = [truth for truth in truths if given.kept_back or not kept_back(site_of(truth["url"]))]
        records = {found.url: found for found in archive.records(more / f"{name}.warc.gz")}
        print(f"{name:34}{'pages':>6}" + "".join(f"{column[:15]:>16}" for column in columns))
        for reader, read in readers.items():
            got = {truth["url"]: read(records[truth["url"]]) if truth["url"] in records else {} for truth in truths}
            for part, back in (("looked at", False), *((("kept back", True),) if given.kept_back else ())):
                some = [truth for truth in truths if kept_back(site_of(truth["url"])) is back]
                rows = [score(truth, got[truth["url"]]) for truth in some]
                found = averages(rows)
                if name == "publishers":
                    found |= {"F1": f1(rows), "good": statistics.mean(row["body"] >= 0.95 for row in rows)}
                cells = "".join(f"{found[column]:16.3f}" if column in found else f"{'-':>16}" for column in columns)
                print(f"{f'{reader}, {part}':34}{len(some):6}{cells}", flush=True)
        print()


def ours() -> Callable[[archive.Record], Read]:
    """Our reader, as `twosource read --json` prints what it reads."""
    by_host, known = outlet_by_host(outlets.load_outlets()[0]), registry.load_registry()

    def read(found: archive.Record) -> Read:
        outlet = outlet_of(found.url, by_host)
        page = archive.page_of(found, outlet.id)  # fmt: skip
        seen = pages.read_article(page, outlet)
        return record(page, seen, known) if isinstance(seen, Article) else {}

    return read


def peer(found: archive.Record) -> Read:
    """trafilatura, as it is set by default."""
    import trafilatura

    seen = trafilatura.bare_extraction(found.body, url=found.url, with_metadata=True)
    if seen is None:
        return {}
    return {
        "headline": seen.title,
        "body": (seen.text or "").split("\n"),
        "authors": [name.strip() for name in (seen.author or "").split(";") if name.strip()],
        "published": seen.date,
        "lead_image": seen.image,
    }


def in_vain(stated: list[str] | None, got: Read) -> Figures:
    """Is anybody named whom the truth does not name? Nothing where it states no authors."""
    if not stated:
        return {}
    known = " ".join(re.sub(r"\W+", " ", name.casefold()) for name in stated)
    return {
        "named in vain": float(
            any(re.sub(r"\W+", " ", name.casefold()).strip() not in known for name in got.get("authors") or ())
        )
    }


def word_f1(truth: Read, got: Read) -> float:
    """WCXB's measure: bags of words of title and text."""
    top = truth["headline"] if truth["headline"] and truth["headline"][:40] not in truth["body"][:300] else ""
    want = _bag([top, truth["body"]])
    have = _bag([got.get("headline") or "", got.get("standfirst") or "", *got.get("body", ())])
    return 2 * (want & have).total() / ((want.total() + have.total()) or 1)


def _bag(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text.casefold()))


def averages(rows: list[Figures]) -> Figures:
    """The mean of each figure over the pages that have it."""
    names = dict.fromkeys(name for row in rows for name in row)
    values = {name: [row[name] for row in rows if row.get(name) is not None] for name in names}
    return {name: statistics.mean(each) for name, each in values.items() if each}


def f1(rows: list[Figures]) -> float:
    """Of mean precision and mean recall, as fair_score.py has it."""
    found = averages([{name: row[name] for name in ("p", "r")} for row in rows])
    return 2 * found["p"] * found["r"] / (found["p"] + found["r"])


if __name__ == "__main__":
    main()
