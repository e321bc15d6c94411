"""Fuzz every reader of what comes from outside, for so many minutes each.

python -m bench.fuzz [MINUTES] [TARGET …]           hypothesis: mischief that is nearly right
python -m bench.fuzz guided [MINUTES] [TARGET …]    atheris: what reached new code is changed further. Every second input goes
                                                    through the target's strategy, the others are bytes as they are
                                                    (pip install atheris; a process a target)

Prints how many inputs each target was given, and the first that broke it; exits with 1 if something did.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

BATCH = 2_000  # inputs between two looks at the clock
OURS = ["storage", "scrapers", "aggregator", "feedparser", "warcio", "bs4"]  # whose branches guide
LONGEST = 60  # seconds for one input, then it counts as broken: nothing here is longer than 4 kB
LENGTH = 4_096


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
    """Run what is named, and exit with 1 if something broke."""
    words = sys.argv[1:]
    if words[:1] == ["one"]:
        return follow(words[1], float(words[2]))
    guided = words[:1] == ["guided"]
    minutes, *names = words[guided:] or ["10"]

    from fuzzing import targets

    chosen = [target.name for target in targets() if not names or target.name in names]
    held = [
        (guide if guided else invent)(name, float(minutes)) for name in chosen
    ]  # all of them, also after one that broke
    sys.exit(not all(held))


def invent(name: str, minutes: float) -> bool:
    """Hypothesis alone. Did nothing break?"""
    target = named(name)
    counter = Counter(target.law)
    run = given(target.strategy)(SETTINGS(counter.law))
    ends = time.monotonic() + minutes * 60
    try:
        while time.monotonic() < ends:
            run()
    except BaseException:
        print(f"{name:16} {counter.tried:9,} inputs, then:\n{traceback.format_exc()}", flush=True)
        return False
    print(f"{name:16} {counter.tried:9,} inputs: nothing broke", flush=True)
    return True


def guide(name: str, minutes: float) -> bool:
    """Atheris in a process of its own, since it ends the one that it runs in. Did nothing break?"""
    done = subprocess.run(
        [sys.executable, "-m", "bench.fuzz", "one", name, str(minutes)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    runs = max(map(int, re.findall(r"^#(\d+)", done.stdout, re.MULTILINE)), default=0)
    reached = max(map(int, re.findall(r" ft: (\d+)", done.stdout)), default=0)
    said = f"{name:16} {runs:9,} inputs, {reached:6,} branches and counts of them reached"
    if done.returncode:
        tail = [line for line in done.stdout.splitlines() if not line.startswith("#")][-40:]
        print(f"{said}, then:", *tail, sep="\n", flush=True)
    else:
        print(f"{said}: nothing broke", flush=True)
    return not done.returncode


def follow(name: str, minutes: float) -> None:
    """What runs in that process."""
    import atheris

    with atheris.instrument_imports(include=OURS, enable_loader_override=False):
        target = named(name)
    strategy = given(target.strategy)(SETTINGS(target.law)).hypothesis.fuzz_one_input  # type: ignore[attr-defined]

    def one(data: bytes) -> None:
        if data[:1] >= b"\x80" or target.raw is None:
            strategy(data[1:])
        else:
            target.law(target.raw(data[1:]))

    with tempfile.TemporaryDirectory() as folder:
        for n, seed in enumerate(target.seeds):
            (Path(folder) / str(n)).write_bytes(b"\0" + seed)
        flags = [
            f"-max_total_time={int(minutes * 60)}",
            f"-timeout={LONGEST}",
            f"-max_len={LENGTH}",
            "-rss_limit_mb=4096",
        ]
        atheris.Setup([sys.argv[0], folder, *flags, f"-artifact_prefix={tempfile.gettempdir()}/twosource-fuzz-"], one)
        atheris.Fuzz()


def named(name: str) -> Any:
    """A target."""
    from fuzzing import targets

    return next(target for target in targets() if target.name == name)


if __name__ == "__main__":
    main()
