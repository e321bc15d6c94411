"""Every benchmark, one after the other: ``make bench``. Those that need the gold beside the repository say so and pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
ALWAYS = (
    ("bench.whole_way",),
    ("bench.feeds",),
    ("bench.desk",),
    ("bench.origins",),
    ("bench.giant",),
    ("bench.history",),
    ("bench.watches",),
    ("bench.copies", "index", "--articles", "300000"),
)
WITH_GOLD = (
    ("bench.lines", str(SHARED / "sourcing" / "gold_dev.jsonl")),
    ("bench.copies", "real", str(SHARED / "merge" / "scale_articles.jsonl.gz")),
    ("bench.merge", str(SHARED / "merge" / "scale_articles.jsonl.gz")),
    ("bench.stories", str(SHARED / "merge" / "scale_articles.jsonl.gz")),
    ("bench.statements", str(SHARED)),
    ("bench.archive_agrees",),
    ("bench.archive_scale",),
    ("bench.archive_killed",),
)


def main() -> None:
    """Run them; a failure of one is seen in its own words, and the others go on."""
    failed = [module for module, *words in [*ALWAYS, *gold(WITH_GOLD)] if not run(module, *words)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def gold(wanted: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Those that need the gold, where it is there."""
    if SHARED.is_dir():
        return wanted
    print("left out, since the gold beside the repository (../shared) is not here:", *(name for name, *_ in wanted))
    return ()


def run(module: str, *words: str) -> bool:
    """One of them, under its name."""
    print(f"\n=== {module} {' '.join(Path(word).name for word in words)}", flush=True)
    return subprocess.run([sys.executable, "-m", module, *words], check=False).returncode == 0


if __name__ == "__main__":
    main()
