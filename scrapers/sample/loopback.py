"""Scrapy's seam: whatever host a request names, it goes to the loopback server, which answers by its Host header."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from scrapers.handler import BoundedHandler


class LoopbackHandler(BoundedHandler):
    """Nothing leaves the machine: no name is looked up, nobody else is called. https is spoken in the clear."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._address = crawler.settings["SAMPLE_ADDRESS"]

    async def _ask(self, request: Request) -> Response:
        """The server's answer to the path under the host's name; it bears the address that was asked for."""
        asked = urlsplit(request.url)
        there = self._address + asked.path + (f"?{asked.query}" if asked.query else "")
        headers = request.headers.copy()
        headers["Host"] = asked.netloc
        response = await super()._ask(request.replace(url=there, headers=headers))
        return response.replace(url=request.url)
