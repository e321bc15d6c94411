"""Waits for a host's turn: one pace a host, shared by all outlets on it."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.robotstxt import RobotParser

from scrapers.middlewares.host import host_of
from scrapers.session import Session, hosts_of, session_of
from storage.errors import StoreFailed


class HostDelay:
    """Holds each request until its host is ready for it. What answers say of the host is noted in ``scrapers/handler.py``."""

    def __init__(self, crawler: Crawler, session: Session | None) -> None:
        self._crawler, self._session = crawler, session
        self._hosts = hosts_of(crawler)
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        delay = cls(crawler, session_of(crawler))
        crawler.signals.connect(delay.heed, signal=signals.robots_parsed)
        return delay

    def heed(self, robotparser: RobotParser, request: Request) -> None:
        """Note the Crawl-delay of a host."""
        if gap := robotparser.crawl_delay(self._agent):
            self._hosts.crawl_delay(host_of(request), float(gap))

    async def process_request(self, request: Request) -> None:
        """Hold a request until its host is ready for it. Raises IgnoreRequest where that is too late for this visit."""
        host, go = host_of(request), None
        self._may_go(host)
        while True:
            wait = self._hosts.pause(host)
            if (
                wait > 0
            ):  # a turn that was taken before a pause is void: else all who waited would ask at its end, at once
                go = None
            else:
                go = self._turn(host) if go is None else go
                wait = go - monotonic()
            if wait <= 0:
                return
            await asyncio.sleep(min(wait, 0.5))
            if not self._crawler.crawling:
                raise IgnoreRequest("interrupted")
            self._may_go(host)

    def _turn(self, host: str) -> float:
        try:
            return self._hosts.turn(host, self._crawler.settings.getfloat("TWOSOURCE_DELAY"))
        except StoreFailed as failure:
            assert self._session is not None
            self._session.fail(failure)
            raise IgnoreRequest("interrupted") from failure

    def _may_go(self, host: str) -> None:
        if why := self._hosts.busy(host):
            raise IgnoreRequest(why)
