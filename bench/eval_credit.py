"""How well sourcing lines are read: the figures over the gold lines, and over the third of its forms that was held out.

    python -m bench.eval_credit ../shared [--show 20] [--by kind]

A form (template_id) is held out where the first byte of its SHA-256 divides by three; rules were tuned on the others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from aggregator import credit


def held_out(line: dict[str, str]) -> bool:
    """Was this line's form left out of the tuning?"""
    return hashlib.sha256(line["template_id"].encode()).digest()[0] % 3 == 0


def main() -> None:
    """Print one line of figures for all, for what was tuned on and for what was held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--show", default="0")
    parser.add_argument("--by")
    asked = parser.parse_args()
    lines = [json.loads(line) for line in (asked.shared / "sourcing/gold_dev.jsonl").read_text("utf-8").splitlines()]
    sets = {
        "all": (lines, "0"),
        "held out": ([line for line in lines if held_out(line)], "0"),
        "tuned on": ([line for line in lines if not held_out(line)], asked.show),
    }
    for name, (part, show) in sets.items():
        print(name, score(asked.shared / "sourcing/score.py", part, show, asked.by if name == "tuned on" else None))


def score(program: Path, lines: list[dict[str, str]], show: str, by: str | None) -> str:
    """What the given scorer says of our reading."""
    with tempfile.TemporaryDirectory() as folder:
        gold, read = Path(folder, "gold.jsonl"), Path(folder, "read.jsonl")
        gold.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        read.write_text("".join(json.dumps(answer(line)) + "\n" for line in lines), "utf-8")
        command = [sys.executable, str(program), str(gold), str(read), "--show", show, *(["--by", by] if by else [])]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def answer(line: dict[str, str]) -> dict[str, object]:
    """One gold line's input, read."""
    found = credit.read_credits(
        line["text"], context=line["context"], publisher=line["publisher"], language=line["lang"]
    )
    return {"text": line["text"], "publisher": line["publisher"], "credits": [credit.as_data(c) for c in found]}


if __name__ == "__main__":
    main()
