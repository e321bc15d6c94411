"""One measured crawl, in a process of its own, since Scrapy's reactor runs once a process.

    python -m bench.fetching whole|bare PORT HOSTS PAGES DELAY      prints {"pages", "seconds", "cpu", "feeds", "rss", "open"}

whole: Twosource's way, from the feed to the stored story; "feeds" are the seconds that publishing took after that;
"rss" and "open" are the memory (MB) of each process, its own first, and its open files, after each 2,000 pages;
"peak" is the most that each of them had when the merge had done what the crawl had left.
bare: a Scrapy spider that downloads the same pages from the same server and does nothing with them.

Scrapy is not loaded with this module: the process that merges loads it, too, as it loads the program that began it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children
from pathlib import Path
from typing import Any

from storage.types import Outlet, Source

SAMPLE_EVERY = 2_000  # pages between two looks at the memory


class Meter:
    """Counts pages and looks at the memory."""

    def __init__(self) -> None:
        self.pages, self.begun, self.cpu = 0, time.monotonic(), time.process_time()
        self.rss: list[list[int]] = []
        self.peak: list[int] = []
        self.open: list[int] = []

    def page(self) -> None:
        """One more page has come."""
        self.pages += 1
        if self.pages % SAMPLE_EVERY == 0:
            self.rss.append([memory(one, "VmRSS") for one in processes()])
            self.open.append(len(list(Path("/proc/self/fd").iterdir())))

    def stop(self) -> None:
        """The work is done. ``cpu`` is that of all its processes."""
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = time.monotonic() - self.begun
        self.used = time.process_time() - self.cpu + children.ru_utime + children.ru_stime

    def report(self, feeds: float = 0) -> None:
        """Print what was measured."""
        found = {"pages": self.pages, "seconds": self.seconds, "cpu": self.used, "feeds": feeds, "rss": self.rss}
        found |= {"open": self.open, "peak": self.peak}
        print(json.dumps(found))


def processes() -> list[int]:
    """Ours, and those that work for it."""
    return [os.getpid(), *(other.pid for other in active_children() if other.pid)]


def memory(process: int, which: str) -> int:
    """MB of memory that a process has (VmRSS), or had at its most (VmHWM).

    Not the most that the system tells of a process that has ended (ru_maxrss): that begins with what its parent had.
    """
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith(which)) * 1024 / 1e6)


def pace(port: int, delay: float) -> dict[str, Any]:
    """The same settings for both: the seam to the loopback server, and how fast a host is asked."""
    from scrapers.sample import settings as loopback

    same = {"DOWNLOAD_DELAY": delay, "TWOSOURCE_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay else 8}
    same["CLOSESPIDER_TIMEOUT"] = 0  # 20,000 pages on a busy machine take longer than a visit may
    return loopback(f"http://127.0.0.1:{port}") | {"TWOSOURCE_OUTLETS_AT_ONCE": 32} | same


def bare(port: int, hosts: int, pages: int, delay: float) -> None:
    """Download and forget."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.http import Response

    meter = Meter()

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for n in range(pages):
                for host in range(hosts):
                    yield Request(f"http://h{host}.example/news/story-{n}")

        def parse(self, response: Response) -> Iterator[Any]:
            meter.page()
            yield from ()

    overrides = {
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_REQUESTS": 64,
        "ROBOTSTXT_OBEY": False,
    }
    process = AsyncCrawlerProcess(overrides | pace(port, delay))
    process.crawl(Bare)
    process.start()
    meter.stop()
    meter.report()


def whole(port: int, hosts: int, pages: int, delay: float) -> None:
    """Crawl, read, store, merge: what ``twosource run`` does; then publish."""
    from aggregator import pipeline
    from storage.db import connect
    from storage.home import Home

    class Metered(pipeline.Progress):
        def page(self, outlet: str) -> None:
            meter.page()

        def ended(self) -> None:  # the merge of what the crawl left, amid which its process is still there
            meter.peak = [memory(one, "VmHWM") for one in processes()]

    with tempfile.TemporaryDirectory() as folder, silent():
        place, meter = Home(Path(folder) / "twosource.db"), Meter()
        known = {f"h{host}": made_outlet(host) for host in range(hosts)}
        crawl = pipeline.crawl(
            place, list(known.values()), Metered(), follow=known, pages=pages, settings=pace(port, delay)
        )
        db = connect(place.database)
        pipeline.merge_waiting(db, place, known, pipeline.Progress(), before=crawl.merged)
        meter.stop()
        began = time.monotonic()
        pipeline.publish_feeds(db, place, known, pipeline.Progress())
        meter.report(time.monotonic() - began)
        db.close()


def made_outlet(host: int) -> Outlet:
    """The outlet at a made host."""
    name = f"h{host}.example"
    feed = Source(url=f"http://{name}/feed.xml", kind="feed", status="measured-ok")
    return Outlet(id=f"h{host}", name=f"Outlet {host}", homepage=f"http://{name}/", hosts=(name,), sources=(feed,))


@contextmanager
def silent() -> Iterator[None]:
    """Words for people are not what is measured."""
    from aggregator.cli.common import words

    words.quiet = True
    yield
    words.quiet = False


if __name__ == "__main__":
    import scrapy.crawler  # noqa: F401 - loaded for both, and not what is measured

    import scrapers.sample  # noqa: F401 - the same

    kind, port, hosts, pages, delay = sys.argv[1:]
    {"whole": whole, "bare": bare}[kind](int(port), int(hosts), int(pages), float(delay))
