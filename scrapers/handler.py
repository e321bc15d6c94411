"""Scrapy's download handler for http and https, with a limit on what a server may say before its body."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.web._newclient import HEADER, STATUS

LONGEST_HEAD = 256_000  # bytes of status line and headers. curl stops at 300 KB; real answers stay below 30 KB


class BoundedHandler(HTTP11DownloadHandler):
    """Twisted reads headers without end, at Scrapy's DOWNLOAD_MAXSIZE times any number."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory


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
