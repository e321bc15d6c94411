"""How well statements are read on real pages: of what is said, how much is right; of what is there, how much is said.

    python -m bench.eval_statements ../shared [--show]

The gold (bench/statements_gold.tsv) was written by one reader before the tool was first run: page, "?" where two readings can be
defended (counted neither way), stance, speaker, first words of the sentence. A page with "-" has none. Somebody's denial may be
found as a rebuttal. Kept back: a fifth, by page. The texts are those that lie beside the pages, not our reader's.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aggregator import grounds
from aggregator.credit.registry import load_registry
from aggregator.statements import statements_of
from aggregator.unstated_language import likely_language
from bench.kept_back import kept_back
from storage.spelling import fold
from storage.statements import Statement
from storage.types import Article

GOLD = Path(__file__).with_name("statements_gold.tsv")
TEXTS = ("pages/truth.jsonl.gz", "pages/more/publishers.jsonl")
READ = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A statement that stands on a page. ``sure``: it must be found; else it may."""

    sure: bool
    stance: str
    speaker: str
    opening: str


def main() -> None:
    """Print the figures of what was looked at and of what was kept back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--show", action="store_true", help="each statement that is wrong or missed, of what was looked at"
    )
    parser.add_argument("--kept-back", action="store_true", help="the kept-back fifth as well: look once")
    asked = parser.parse_args()
    gold, registry = read_gold(), load_registry()
    pages = dict(texts(asked.shared))
    counted: dict[bool, list[int]] = {False: [0, 0, 0, 0], True: [0, 0, 0, 0]}
    languages: set[str | None] = set()
    for page, wanted in gold.items():
        if kept_back(page) and not asked.kept_back:
            continue
        article = pages[page]
        languages.add(article.language)
        found = statements_of(grounds.open_text(article), article.language, registry)
        right, wrong, missed = compare(wanted, found)
        mine = counted[kept_back(page)]
        for n, number in enumerate((len(right), len(wrong), len(missed), 1)):
            mine[n] += number
        if asked.show and not kept_back(page):
            for one in wrong:
                print("WRONG ", page, "|", one.stance, "|", one.speaker, "|", one.place_words, "|", one.words[:150])
            for gone in missed:
                print("MISSED", page, "|", gone.stance, "|", gone.speaker, "|", gone.opening)
    for name, key in (("looked at", False), ("kept back", True))[: 1 + asked.kept_back]:
        right_, wrong_, missed_, count = counted[key]
        said = right_ + wrong_
        print(
            f"{name}: {count} pages, {said} statements said, precision {right_ / said if said else 1:.3f} ({right_}/{said}),"
            f" recall {right_ / (right_ + missed_) if right_ + missed_ else 1:.3f} ({right_}/{right_ + missed_})"
        )
    print("languages:", " ".join(sorted(filter(None, languages))))


def read_gold() -> Mapping[str, list[Wanted]]:
    """Page -> what stands there."""
    found: dict[str, list[Wanted]] = {}
    for line in GOLD.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        page, sure, *rest = line.split("\t")
        found.setdefault(page, [])
        if rest:
            found[page].append(Wanted(sure != "?", *rest))
    return found


def compare(
    wanted: list[Wanted], found: tuple[Statement, ...]
) -> tuple[list[Statement], list[Statement], list[Wanted]]:
    """What is right, what is wrong, what was missed. What may be found or not is in none of them."""
    left, right, wrong = list(wanted), [], []
    for one in found:
        match = next((gold for gold in left if _same(gold, one)), None)
        if match is None:
            repeated = any(_same(gold, one) for gold in wanted)
            if not repeated:
                wrong.append(one)
        else:
            left.remove(match)
            if match.sure:
                right.append(one)
    return right, wrong, [gold for gold in left if gold.sure]


def _same(gold: Wanted, one: Statement) -> bool:
    stance = {"rebuts": "denies"}.get(one.stance, one.stance)
    names = set(re.findall(r"\w+", fold(gold.speaker)))
    return (
        stance == gold.stance
        and bool(names & set(re.findall(r"\w+", fold(one.speaker))))
        and _plain(gold.opening) in _plain(one.words)
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def texts(shared: Path) -> Iterator[tuple[str, Article]]:
    """The pages' texts as articles."""
    for name in TEXTS:
        file = shared / name
        text = gzip.decompress(file.read_bytes()).decode() if name.endswith(".gz") else file.read_text("utf-8")
        for row in map(json.loads, text.splitlines()):
            body = tuple(part for part in re.split(r"\n+", row["body"] or "") if part.strip())
            article = Article(
                id=row["page"], outlet="page", url=None, fetched=READ, headline=row.get("headline"), body=body
            )
            yield row["page"], Article(
                id=row["page"], outlet="page", url=None, fetched=READ, headline=row.get("headline"), body=body,
                language=likely_language(article) if row["page"] in read_gold() else None,
            )  # fmt: skip


if __name__ == "__main__":
    main()
