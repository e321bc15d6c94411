"""All gold figures, one after the other: ``make eval``. Needs the gold beside the repository in ../shared."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.all import SHARED, gold, run

MERGE = SHARED / "merge"
SCENARIOS = (
    "tests/scenarios/two_sources.txt",
    "tests/scenarios/further.txt",
    "tests/scenarios/third.txt",
    "tests/scenarios/fourth.txt",
    "tests/scenarios/fifth.txt",
    str(SHARED / "origins" / "gold_given.jsonl"),
)
STORIES = ("ecbplus", "headlines", "allsides", "cstnews", "vmds")


def main() -> None:
    """Print every table of figures."""
    with tempfile.TemporaryDirectory() as folder:
        made, pairs = str(Path(folder) / "made.jsonl"), str(Path(folder) / "pairs.jsonl")
        wanted = (
            ("bench.eval_reading",),
            ("bench.eval_more_reading", str(SHARED), "--kept-back"),
            ("bench.eval_credit", str(SHARED)),
            ("bench.eval_statements", str(SHARED)),
            ("bench.eval_page_credits", str(SHARED)),
            ("bench.eval_stories", *(str(MERGE / f"stories_{name}.jsonl.gz") for name in STORIES)),
            ("bench.eval_copies", str(MERGE), "--made", made, pairs),
            ("bench.eval_origins", str(MERGE)),
            ("bench.eval_scenarios", *SCENARIOS),
            ("bench.eval_scenarios", "--end-to-end", *SCENARIOS),
        )
        if chosen := gold(wanted):
            make_copies(made, pairs)
            failed = [module for module, *words in chosen if not run(module, *words)]
            if failed:
                sys.exit(f"failed: {', '.join(failed)}")


def make_copies(file: str, pairs: str) -> None:
    """Copies whose origin is known, a fifth of the usual number; and who shares how much with whom."""
    import subprocess

    few = ["--articles", "2500", "--originals", "300", "--seed", "3", "--pairs", pairs]
    command = [sys.executable, str(MERGE / "make_copies.py"), str(MERGE / "scale_articles.jsonl.gz"), file, *few]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
