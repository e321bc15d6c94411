"""How many sourcing lines a second are read on one core, on the gold's lines or on lines of our own.

python -m bench.lines [../shared/sourcing/gold_dev.jsonl]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from aggregator import credit

ROUNDS = 10
OURS = Path(__file__).resolve().parents[1] / "tests/credit_lines.tsv"


def main() -> None:
    """Print lines a second of CPU time; the first round warms up and is not counted."""
    lines = _lines(Path(sys.argv[1])) if len(sys.argv) > 1 else _ours()
    _round(lines)
    began = time.process_time()
    for _ in range(ROUNDS):
        _round(lines)
    taken = time.process_time() - began
    print(f"{len(lines) * ROUNDS / taken:,.0f} lines a second ({len(lines)} lines, {ROUNDS} rounds)")


def _round(lines: list[tuple[str, str, str | None]]) -> None:
    for text, context, publisher in lines:
        credit.read_credits(text, context=context, publisher=publisher)


def _lines(file: Path) -> list[tuple[str, str, str | None]]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [(row["text"], row["context"], row["publisher"]) for row in rows]


def _ours() -> list[tuple[str, str, str | None]]:
    rows = [row.split("\t") for row in OURS.read_text("utf-8").splitlines() if row and not row.startswith("#")]
    return [(text, context, publisher or None) for context, publisher, text, *_ in rows]


if __name__ == "__main__":
    main()
