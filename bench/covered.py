"""What share of each package's lines the tests run, as `make coverage` measured it last in this checkout.

    python -m bench.covered .coverage.json

A figure to look at, no gate. What tests/program.py starts is seen; what a program that dies of a signal, the parser's own process
or one of Spark's workers runs is not.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    """Print one line; that nothing was measured is told as well."""
    file = Path(sys.argv[1])
    if not file.exists():
        print("coverage: not measured here; `make coverage` does")
        return
    told = ", ".join(f"{package} {share:.0%}" for package, share in shares(json.loads(file.read_text("utf-8"))).items())
    print(f"coverage: {told} (measured {datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y-%m-%d})")


def shares(measured: dict[str, dict[str, dict[str, list[int]]]]) -> dict[str, float]:
    """Package -> run lines of all, from slipcover's JSON.

    >>> shares({"files": {"storage/a.py": {"executed_lines": [1, 2, 3], "missing_lines": [4]}}})
    {'storage': 0.75}
    """
    run: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for name, lines in measured["files"].items():
        package = name.partition("/")[0]
        run[package] += len(lines["executed_lines"])
        there[package] += len(lines["executed_lines"]) + len(lines["missing_lines"])
    return {package: run[package] / there[package] for package in sorted(there)}


if __name__ == "__main__":
    main()
