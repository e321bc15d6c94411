"""robots.txt, asked once a host and day for all outlets, and taken as RFC 9309 says where it does not come."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from scrapers import reasons
from scrapers.hosts import Hosts
from scrapers.session import session_of
from storage.errors import StoreFailed

LONGEST = 512_000  # bytes that are read of a robots.txt: RFC 9309, 2.5, asks for at least 500 KiB
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class StrictRobots(RobotsTxtMiddleware):
    """Scrapy's, which takes a robots.txt that does not come for one that allows all. RFC 9309, 2.3.1, does not:

    an answer of 400 to 499 allows all, whatever its body says; one of 500 to 599, or none, forbids all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        session = session_of(crawler)
        self._session = session
        self._hosts = session.hosts if session else Hosts(None)
        self._parsers = self._hosts.parsers  # of all outlets of the crawl

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Raises IgnoreRequest where the host's robots.txt forbids the request or could not be had."""
        await self._recall(request)
        await super().process_request(request)
        why = self._hosts.robots_missing.get(urlparse_cached(request).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"its robots.txt cannot be had: {why}")

    async def _recall(self, request: Request) -> None:
        """Take over what an earlier run was told today."""
        netloc = urlparse_cached(request).netloc
        if netloc in self._parsers or request.meta.get("dont_obey_robotstxt"):
            return
        if (body := self._hosts.robots_of(netloc)) is not None:
            self._parsers[netloc] = parser = build_from_crawler(self._parserimpl, self.crawler, body)
            await self._told(parser, request)

    async def _told(self, parser: RobotParser, request: Request) -> None:
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._hosts.robots_missing[netloc] = reasons.reason_of_status(response.status)
        body = response.body.removeprefix(BYTE_ORDER_MARK)[:LONGEST] if response.status < 300 else b""
        if response.status < 500:
            try:
                self._hosts.keep_robots(netloc, body)
            except StoreFailed as failure:
                assert self._session is not None
                self._session.fail(failure)
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # RFC 9309, 2.3.1.2: after five redirects a crawler may take it for one that is not there.
        if (why := reasons.reason_of_error(exc)) != "redirects in a circle":
            self._hosts.robots_missing[netloc] = why
        super()._robots_error(exc, netloc)
