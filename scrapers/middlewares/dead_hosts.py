"""Leaves hosts alone that do not answer, and everything where nothing does: a run without a network ends soon."""

from __future__ import annotations

from typing import Self

from scrapy import exceptions
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from scrapers.hosts import Hosts
from scrapers.middlewares.host import host_of
from scrapers.session import hosts_of

UNREACHABLE = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
)


class DeadHosts:
    """Refuses at once what would only time out; shared by all outlets of the crawl."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        return cls(hosts_of(crawler))

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for a host that is taken for dead."""
        if why := self._hosts.dead(host_of(request)):
            raise IgnoreRequest(why)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what did not come."""
        if isinstance(exception, UNREACHABLE):
            self._hosts.did_not_answer(host_of(request))
