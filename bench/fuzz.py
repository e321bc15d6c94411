"""Fuzz every reader of what comes from outside, for so many minutes each: python -m bench.fuzz [MINUTES] [TARGET …]

Prints how many inputs each target was given, and the first that broke it.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

BATCH = 2_000  # inputs between two looks at the clock


SETTINGS = settings(
    max_examples=BATCH,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


class Counter:
    """A law that counts what it was asked."""

    def __init__(self, law: Callable[[Any], None]) -> None:
        self._law, self.tried = law, 0

    @property
    def law(self) -> Callable[[Any], None]:
        """The law."""

        def counted(value: Any) -> None:
            self.tried += 1
            self._law(value)

        return counted


def main() -> None:
    """Run, and exit with 1 if something broke."""
    from fuzzing import targets

    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    broken = 0
    for name, strategy, law in targets():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        counter = Counter(law)
        run = given(strategy)(SETTINGS(counter.law))
        ends = time.monotonic() + minutes * 60
        try:
            while time.monotonic() < ends:
                run()
            print(f"{name:16} {counter.tried:9,} inputs: nothing broke", flush=True)
        except BaseException:
            broken += 1
            print(f"{name:16} {counter.tried:9,} inputs, then:\n{traceback.format_exc()}", flush=True)
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
