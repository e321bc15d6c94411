"""What a site allows: robots.txt, by RFC 9309."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from scrapers import reasons


class StrictRobots(RobotsTxtMiddleware):
    """Scrapy's, which takes a robots.txt that does not come for one that allows all. RFC 9309, 2.3.1, does not:

    an answer of 400 to 499 allows all, whatever its body says; one of 500 to 599, or none, forbids all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._missing: dict[str, str] = {}  # host -> why its robots.txt could not be had

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Raises IgnoreRequest where the host's robots.txt forbids the request or could not be had."""
        await super().process_request(request)
        why = self._missing.get(urlparse_cached(request).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"its robots.txt cannot be had: {why}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._missing[netloc] = reasons.reason_of_status(response.status)
        said = response if response.status < 300 else response.replace(body=b"")
        await super()._parse_robots(said, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # RFC 9309, 2.3.1.2: after five redirects a crawler may take it for one that is not there.
        if (why := reasons.reason_of_error(exc)) != "redirects in a circle":
            self._missing[netloc] = why
        super()._robots_error(exc, netloc)
