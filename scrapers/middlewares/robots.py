"""robots.txt, asked once a host and day for all outlets, and taken as RFC 9309 says where it does not come."""

from __future__ import annotations

import asyncio
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from scrapers import reasons
from scrapers.session import hosts_of, session_of
from storage.errors import StoreFailed

LONGEST = 512_000  # bytes that are read of a robots.txt: RFC 9309, 2.5, asks for at least 500 KiB
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class StrictRobots(RobotsTxtMiddleware):
    """Scrapy's, which takes a robots.txt that does not come for one that allows all. RFC 9309, 2.3.1, does not:

    an answer of 400 to 499 allows all, whatever its body says; one of 500 to 599, or none, forbids all. Scrapy's also lets
    all but the first of those pass unjudged who wait for the same file.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = session_of(crawler)
        self._hosts = hosts_of(crawler)

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Raises IgnoreRequest where the host's robots.txt forbids the request or could not be had."""
        await super().process_request(request)
        why = self._hosts.robots_missing.get(urlparse_cached(request).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"its robots.txt cannot be had: {why}")

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host, asked for by who comes first; None where they could not be had."""
        netloc = urlparse_cached(request).netloc
        if netloc not in self._hosts.robots:
            self._hosts.robots[netloc] = asyncio.ensure_future(self._ask(request, netloc))
        parser: RobotParser | None = await asyncio.shield(self._hosts.robots[netloc])  # who leaves takes nobody along
        return parser

    async def _ask(self, request: Request, netloc: str) -> RobotParser | None:
        body = self._hosts.robots_of(netloc)
        if body is None:
            body = await self._fetch(request, netloc)
        if body is None:
            return None
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser

    async def _fetch(self, request: Request, netloc: str) -> bytes | None:
        url = f"{urlparse_cached(request).scheme}://{netloc}/robots.txt"
        meta = {"dont_obey_robotstxt": True}
        asked = Request(url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(asked)
        except Exception as error:
            # RFC 9309, 2.3.1.2: after five redirects a crawler may take it for one that is not there.
            if (why := reasons.reason_of_error(error)) != "redirects in a circle":
                self._hosts.robots_missing[netloc] = why
            return None
        if response.status >= 500:
            self._hosts.robots_missing[netloc] = reasons.reason_of_status(response.status)
            return None
        body = response.body.removeprefix(BYTE_ORDER_MARK)[:LONGEST] if response.status < 300 else b""
        if self._session is not None:
            await self._session.writer.own()
        try:
            self._hosts.keep_robots(netloc, body)
        except StoreFailed as failure:
            assert self._session is not None
            self._session.fail(failure)
        return body
