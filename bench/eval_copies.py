"""Figures of the copies: real pages, made copies, real articles across outlets. Prints them; keeps nothing.

    python -m bench.eval_copies SHARED/merge [--made MADE.jsonl GOLD.jsonl] [--half 0|1|all] [--scale]

SHARED/merge holds the gold; MADE.jsonl and GOLD.jsonl, who shares how much with whom by construction, come from its
``make_copies.py … MADE.jsonl --pairs GOLD.jsonl``. ``--half`` takes the outlets whose hash is even or odd: both were looked at
while the rules were made, so neither is held out. An outlet's own updates are copies by the definition of both sets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from aggregator import copies
from storage import articles
from storage.db import connect
from storage.types import Article, Copy

START = datetime(2026, 1, 1, tzinfo=UTC)  # of made articles, which state only minutes


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, gzipped or not."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as text:
        yield from map(json.loads, text)


def article(line: dict[str, Any], n: int) -> Article:
    """A line as an article; without a time it arrives a minute after the one before."""
    minutes = line.get("minute", n)
    fetched = datetime.fromisoformat(line["fetched"]) if "fetched" in line else START + timedelta(minutes=minutes)
    return Article(
        id=line["id"],
        outlet=line["outlet"] or "unknown",
        url=line.get("url"),
        fetched=fetched,
        headline=line["headline"],
        body=tuple(part for part in line["text"].split("\n") if part.strip()),
    )


def found(rows: Sequence[dict[str, Any]]) -> list[Copy]:
    """All pairs of some lines, in their order."""
    db = connect(":memory:")
    index, pairs = copies.CopyIndex.open(db), []
    for n, line in enumerate(rows):
        stored, _ = articles.append(db, article(line, n))
        pairs.extend(index.add(stored, ()))
    return pairs


def score(said: set[frozenset[str]], true: set[frozenset[str]], ignored: set[frozenset[str]]) -> str:
    """Precision, recall and F1 as score.py counts them."""
    said = said - ignored
    right = len(said & true)
    p, r = right / max(1, len(said)), right / max(1, len(true))
    return f"gold={len(true)} said={len(said)} P={p:.3f} R={r:.3f} F1={2 * p * r / max(1e-9, p + r):.3f}"


def pair(copy: Copy) -> frozenset[str]:
    """The two ids."""
    return frozenset((copy.a, copy.b))


def half(name: str, wanted: str) -> bool:
    """Whether an outlet or family belongs to the wanted half."""
    return wanted == "all" or zlib.crc32(name.encode()) % 2 == int(wanted)


def real(folder: Path, wanted: str) -> None:
    """345 real articles: a pair belongs to the half of its later article's outlet."""
    rows = sorted(lines(folder / "copies_real.jsonl.gz"), key=lambda line: (line["fetched"], line["id"]))
    outlet = {line["id"]: line["outlet"] for line in rows}
    order = {line["id"]: n for n, line in enumerate(rows)}
    gold: dict[str, set[frozenset[str]]] = {"copy": set(), "ignore": set()}
    for line in lines(folder / "copies_real_pairs.jsonl"):
        gold[line["label"]].add(frozenset((line["a"], line["b"])))

    def here(ids: frozenset[str]) -> bool:
        return half(outlet[max(ids, key=order.__getitem__)], wanted)

    pairs = found(rows)
    said = {
        pair(copy) for copy in pairs if copy.kind != "partial" and here(pair(copy))
    }  # updates are copies of one's own
    true = {ids for ids in gold["copy"] if here(ids)}
    print(f"real, half {wanted}:", score(said, true, gold["ignore"]))
    for name, ids in (("missed", true - said), ("false", said - true - gold["ignore"])):
        for one in sorted(map(sorted, ids))[:20]:
            print("  ", name, *one, *(outlet[i] for i in one))


def made(file: Path, gold: Path, wanted: str) -> None:
    """Made copies, by what was put into each; the direction is known of an origin and its copy."""
    rows = list(lines(file))
    by_id = {line["id"]: line for line in rows}
    families: dict[str, list[str]] = {}
    for line in rows:
        families.setdefault(line["origin"], []).append(line["id"])
    pairs = [copy for copy in found(rows) if half(by_id[copy.a]["origin"], wanted)]
    said = {pair(copy) for copy in pairs if copy.kind != "partial"}
    listed = {pair(copy) for copy in pairs}
    shares: dict[str, set[frozenset[str]]] = {"copy": set(), "ignore": set()}
    for line in lines(gold):
        if half(by_id[line["a"]]["origin"], wanted):
            shares[line["label"]].add(frozenset((line["a"], line["b"])))
    family = {frozenset(two) for name, ids in families.items() if half(name, wanted) for two in combinations(ids, 2)}
    direct = {ids for ids in family if any(by_id[i]["role"] == "original" for i in ids)}
    print(f"made, half {wanted}:", score(said, shares["copy"], shares["ignore"]))
    print(f"   listed, partial or not: {len(listed & shares['copy']) / len(shares['copy']):.3f} of the pairs")
    directions(pairs, by_id, direct, family)


def directions(
    pairs: list[Copy], by_id: dict[str, Any], direct: set[frozenset[str]], true: set[frozenset[str]]
) -> None:
    """How often the direction is said, and how often it is right."""
    count: Counter[str] = Counter()
    for copy in pairs:
        kind = "pair" if pair(copy) in direct else "siblings" if pair(copy) in true else "strangers"
        if copy.kind == "partial":
            continue
        origin = copy.a if by_id[copy.a]["role"] == "original" else copy.b
        right = (copy.direction == "a->b") == (origin == copy.a)
        said = "unknown" if copy.direction == "unknown" else "right" if right else "wrong"
        count[f"{kind} {said if kind == 'pair' or said == 'unknown' else 'said'}"] += 1
    print("   direction:", dict(sorted(count.items())))


def scale(folder: Path, show: int) -> None:
    """10,000 real articles: how many pairs across outlets and inside of one."""
    rows = list(lines(folder / "scale_articles.jsonl.gz"))
    outlet = {line["id"]: line["outlet"] or "unknown" for line in rows}
    pairs = [copy for copy in found(rows) if copy.is_copy]
    across = [copy for copy in pairs if outlet[copy.a] != outlet[copy.b]]
    print(f"scale: {len(across)} pairs across outlets, {len(pairs) - len(across)} inside one")
    for copy in pairs[:show]:
        print(f"  {copy.a} {copy.b} {copy.share_a:.2f} {copy.share_b:.2f} {outlet[copy.a]} | {outlet[copy.b]}")


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--made", type=Path, nargs=2, metavar=("MADE", "GOLD"))
    options.add_argument("--half", default="all", choices=("0", "1", "all"))
    options.add_argument("--scale", action="store_true")
    options.add_argument("--show", type=int, default=0, help="print so many of the pairs in the scale set")
    given = options.parse_args()
    real(given.folder, given.half)
    if given.made:
        made(*given.made, given.half)
    if given.scale:
        scale(given.folder, given.show)


if __name__ == "__main__":
    main()
