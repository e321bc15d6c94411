"""Scrapy's download handler for http and https: what a host wishes, at the last moment, and a limit on what it says first."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.web._newclient import HEADER, STATUS

from scrapers.middlewares.host import host_of
from scrapers.middlewares.retry_after import retry_after
from scrapers.session import hosts_of, session_of
from storage.errors import StoreFailed

AFTER_A_PAUSE = 1.0  # seconds between two requests of those that waited for a pause to end
WISHES = (429, 503)  # answers with which a host may ask for a pause, which is kept
LONGEST_HEAD = 256_000  # bytes of status line and headers. curl stops at 300 KB; real answers stay below 30 KB


class BoundedHandler(HTTP11DownloadHandler):
    """Twisted reads headers without end, at Scrapy's DOWNLOAD_MAXSIZE times any number.

    Scrapy's queue is behind all middlewares: here, at the last moment, each request waits for its host's turn, and what an answer
    says of its host is known to those that stand in the queue. Scrapy 2.19, where it has no delay of its own, hands over at once
    all that stands in its queue (Downloader._process_queue starts them before it counts them): so they stand in line here again.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        self._crawler, self._session = crawler, session_of(crawler)
        self._delay = crawler.settings.getfloat("TWOSOURCE_DELAY")
        self._hosts = hosts_of(crawler)
        at_once = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._lines: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))  # by host

    async def download_request(self, request: Request) -> Response:
        """Ask when the host wants to be asked, and note what it says of itself. Raises IgnoreRequest where that is too late."""
        host = host_of(request)
        async with self._lines[host]:
            await self._my_turn(host)
            response = await self._ask(request)
            if self._session is not None and response.status in WISHES:
                await self._session.writer.own()  # who stands in line hears of it before asking
            self._note(host, response, request.meta.get("download_latency"))
        return response

    def _note(self, host: str, response: Response, latency: float | None) -> None:
        said = response.headers.get("Retry-After")
        pause = retry_after(said.decode("latin-1")) if said else None
        try:
            self._hosts.answered(host, response.status, pause, latency)
        except StoreFailed as failure:
            assert self._session is not None
            self._session.fail(failure)

    async def _my_turn(self, host: str) -> None:
        """Wait for it. Raises IgnoreRequest where that would be too long, or in vain, and where the crawl ends."""
        delay, turn = self._delay, None  # the moment of the turn that was taken
        while True:
            if turn is None and self._session is not None and self._hosts.one_a_visit(host):
                await self._session.writer.own()
            if turn is None and (why := self._hosts.dead(host) or self._hosts.busy(host)):
                raise IgnoreRequest(why)
            if not self._crawler.crawling:
                raise IgnoreRequest("interrupted")
            wait = self._hosts.pause(host)
            if wait > 0:  # its end comes for all who wait at once: behind it each takes a turn again
                delay, turn = max(AFTER_A_PAUSE, self._delay), None
            else:
                turn = self._turn(host, delay) if turn is None else turn
                wait = turn - monotonic()
            if wait <= 0:
                return
            await asyncio.sleep(min(wait, 0.5))

    def _turn(self, host: str, delay: float) -> float:
        try:
            return self._hosts.turn(host, delay)
        except StoreFailed as failure:
            assert self._session is not None
            self._session.fail(failure)
            raise IgnoreRequest("interrupted") from failure

    async def _ask(self, request: Request) -> Response:
        return await super().download_request(request)


class _Protocol(_LenientHTTP11ClientProtocol):
    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0  # a connection that is kept open serves many requests
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._parser is not None and getattr(self._parser, "state", None) in (STATUS, HEADER):
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                transport: Any = self.transport
                transport.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
