"""Pages a second of the whole way, beside a bare Scrapy spider on the same pages from the same server, in one run.

python -m bench.whole_way           the polite pace, full speed, and memory over 20,000 pages (some 8 minutes)
python -m bench.whole_way soak      memory and open files over 20,000 pages alone (some 6 minutes)
python -m bench.whole_way --quick   a quarter of it, and a tenth of the memory: starting weighs more, so the ratios are lower
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

HOSTS = 25
POLITE_DELAY = 0.25  # seconds: 25 hosts at 4 pages a second each offer 100 pages a second
ANSWER = 100  # milliseconds that a server takes at the polite pace


def main() -> None:
    """Measure and print."""
    if "soak" in sys.argv:
        flat("memory, MB after each 2,000 pages", 800)
        return
    part = 10 if "--quick" in sys.argv else 1
    print("fetch to stored story, beside a bare Scrapy spider that only downloads; the web is on the second core\n")
    polite, full = 160 // min(part, 4), 160 // min(part, 4)  # each host's robots.txt and feed are asked for once, too
    compare(
        f"polite, on all cores: {HOSTS} hosts x 4 a second, {ANSWER} ms an answer", polite, ANSWER, POLITE_DELAY, 0.95
    )
    compare("full speed, on one core: no pauses, no wait", full, 0, 0, 0.30)
    flat("memory, MB after each 2,000 pages", 800 // part)


def compare(title: str, pages: int, answer: int, delay: float, floor: float) -> None:
    """Both, one after the other, against one server."""
    with served(pages, answer) as port:
        bare, whole = (measure(kind, port, pages, delay, one_core=not delay) for kind in ("bare", "whole"))
    rates = [found["pages"] / found["seconds"] for found in (bare, whole)]
    bound = "its pace" if delay else "the processor: reading, storing, merging"
    print(f"{title}\n  bare   {rates[0]:7.1f} pages a second, {1000 * bare['cpu'] / bare['pages']:.1f} ms of CPU each")
    print(f"  whole  {rates[1]:7.1f} pages a second, {1000 * whole['cpu'] / whole['pages']:.1f} ms of CPU each")
    print(f"  ratio  {rates[1] / rates[0]:7.2f}  (asked: {floor}); bound by {bound}")
    print(f"  feeds  {whole['feeds']:7.1f} seconds after it\n", flush=True)


def flat(title: str, pages: int) -> None:
    """The whole way at full speed, for long."""
    with served(pages, 0) as port:
        found = measure("whole", port, pages, 0, one_core=True)
    whole = [sum(processes) for processes in found["rss"]]
    print(f"{title}: {whole}; the last beside the first {whole[-1] / whole[0]:.2f} (asked: at most 1.15)")
    print(
        f"of each process, the crawl's first: {found['rss'][0]} at first, {found['rss'][-1]} at last; "
        f"at their most, when all was judged, {found['peak']}"
    )
    print(f"open files after each 2,000 pages: {found['open']}")


class served:  # noqa: N801 - read as a sentence: with served(...) as port
    """The newsstand, on the other core."""

    def __init__(self, pages: int, answer: int) -> None:
        self._command = [sys.executable, "-m", "bench.newsstand", str(HOSTS), str(pages), str(answer)]

    def __enter__(self) -> int:
        self._process = subprocess.Popen(on_core(1, self._command), stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def measure(kind: str, port: int, pages: int, delay: float, *, one_core: bool) -> dict[str, Any]:
    """One crawl, on the first core or on all."""
    command = [sys.executable, "-m", "bench.fetching", kind, str(port), str(HOSTS), str(pages), str(delay)]
    done = subprocess.run(on_core(0, command) if one_core else command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def on_core(core: int, command: list[str]) -> list[str]:
    """A command bound to one core, where there are two."""
    return ["taskset", "-c", str(core), *command] if (os.cpu_count() or 1) > 1 else command


if __name__ == "__main__":
    main()
