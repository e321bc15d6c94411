"""Scrapy's seam: whatever host a request names, it goes to the loopback server, which answers by its Host header."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response


class LoopbackHandler(HTTP11DownloadHandler):
    """Nothing leaves the machine: no name is looked up, nobody else is called. https is spoken in the clear."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._address = crawler.settings["SAMPLE_ADDRESS"]

    async def download_request(self, request: Request) -> Response:
        """Ask the server for the path under the host's name; the response bears the address that was asked for."""
        asked = urlsplit(request.url)
        there = self._address + asked.path + (f"?{asked.query}" if asked.query else "")
        headers = request.headers.copy()
        headers["Host"] = asked.netloc
        response = await super().download_request(request.replace(url=there, headers=headers))
        return response.replace(url=request.url)
