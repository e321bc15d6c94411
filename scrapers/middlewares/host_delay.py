"""Hosts are waited for as they ask."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser

from scrapers.middlewares.host import host_of
from scrapers.middlewares.retry_after import retry_after
from storage import clock, pauses
from storage.writer import Writer


class HostDelay:
    """Waits as long as a host asks: Crawl-delay in its robots.txt, Retry-After with a 429 or 503, also of earlier runs."""

    LONGEST = 120.0  # seconds that a visit waits for a Retry-After; asked for more, it leaves the host for this time
    ENOUGH = (
        86_400.0  # seconds: who asks for more is asked again the next day, since a slip of theirs may say a century
    )

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer: Writer | None = None
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._gaps: dict[str, float] = {}  # host -> seconds between two requests
        self._free: dict[str, float] = {}  # host -> when the next one may go
        self._back: dict[str, float] = {}  # host -> when it wants to be asked again

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        patience = cls(crawler)
        crawler.signals.connect(patience.heed, signal=signals.robots_parsed)
        crawler.signals.connect(patience.open, signal=signals.spider_opened)
        crawler.signals.connect(patience.leave, signal=signals.spider_closed)
        return patience

    def open(self) -> None:
        """Join the process's writer, which knows what hosts asked for in earlier runs."""
        if self._crawler.settings["TWOSOURCE_DB"]:
            self._writer = Writer.shared(self._crawler.settings["TWOSOURCE_DB"])

    def leave(self) -> None:
        """This outlet is done."""
        if self._writer is not None:
            self._writer.leave()

    def heed(self, robotparser: RobotParser, request: Request) -> None:
        """Note the Crawl-delay of a host."""
        gap = robotparser.crawl_delay(self._agent)
        if gap:
            host = host_of(request)
            self._gaps[host] = gap
            self._free[host] = monotonic() + gap

    async def process_request(self, request: Request) -> None:
        """Hold a request until its host is ready for it."""
        host, now = host_of(request), monotonic()
        back = self._asked_back(host)
        if back - now > self.LONGEST:
            raise IgnoreRequest("the host asks to come back later")
        go = max(now, back, self._free.get(host, 0.0))
        if host in self._gaps:
            self._free[host] = go + self._gaps[host]
        while (wait := go - monotonic()) > 0:
            await asyncio.sleep(min(wait, 1.0))
            if not self._crawler.crawling:
                raise IgnoreRequest("interrupted")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a Retry-After."""
        if response.status in (429, 503) and (said := response.headers.get("Retry-After")):
            seconds = retry_after(said.decode("latin-1"))
            if seconds is not None:
                self._remember(host_of(request), min(seconds, self.ENOUGH))
        return response

    def _asked_back(self, host: str) -> float:
        """When a host wants to be asked again, on the monotonic clock."""
        if host not in self._back:
            until = pauses.until(self._writer.db, host) if self._writer else None
            self._back[host] = monotonic() + (until - clock.now()).total_seconds() if until else 0.0
        return self._back[host]

    def _remember(self, host: str, seconds: float) -> None:
        self._back[host] = monotonic() + seconds
        if self._writer is not None:
            pauses.remember(self._writer.begin(), host, clock.now() + timedelta(seconds=seconds))
            self._writer.wrote()
