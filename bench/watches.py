"""The sample newsroom, both editions, replayed in fifty random orders with kills: each event gives one alert, heard once at most.

    python -m bench.watches [ORDERS]

What is checked is what tests/test_watches.py checks in a few orders.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from test_watches import check, replayed


def main(orders: int = 50) -> None:
    """Print what came of it; an assertion fails where an event was told twice or not at all."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sample-newsroom"
        for edition in ("1", "2"):
            command = [sys.executable, "-m", "aggregator.cli", "sample", "--edition", edition, "--into", str(folder)]
            subprocess.run(command, check=True, capture_output=True)
        wrong = kills = alerts = told = unknown = 0
        for seed in range(orders):
            db, heard, killed, new = replayed(folder, Path(scratch) / f"{seed}.db", seed)
            try:
                check(db, heard, new)
            except AssertionError as error:
                wrong += 1
                print(f"order {seed}: {error}")
            kills += killed
            alerts += db.execute("select count(*) from alerts").fetchone()[0]
            told += sum(heard.values())
            unknown += db.execute("select count(*) from tellings where outcome is null").fetchone()[0]
            db.close()
    print(
        f"{orders} orders, {kills} kills: {alerts} alerts, heard {told} times; {unknown} tellings ended by a kill, none repeated"
    )
    print(f"orders in which an event had no alert, or more than one: {wrong}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
