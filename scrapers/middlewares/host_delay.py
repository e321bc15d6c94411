"""Keeps what a host asks for between two requests, and lets none go to a host that is not to be asked in this visit."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.robotstxt import RobotParser

from scrapers.hosts import Hosts
from scrapers.middlewares.host import host_of
from scrapers.session import hosts_of


class HostDelay:
    """Refuses at once what would have to wait too long. The others wait for their turn in ``scrapers/handler.py``, behind
    Scrapy's queue: of turns taken before it several are over when an answer was slow, and all go at once.
    """

    def __init__(self, hosts: Hosts, agent: str) -> None:
        self._hosts, self._agent = hosts, agent

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        delay = cls(hosts_of(crawler), crawler.settings["ROBOTSTXT_USER_AGENT"])
        crawler.signals.connect(delay.heed, signal=signals.robots_parsed)
        return delay

    def heed(self, robotparser: RobotParser, request: Request) -> None:
        """Note the Crawl-delay of a host."""
        if gap := robotparser.crawl_delay(self._agent):
            self._hosts.crawl_delay(host_of(request), float(gap))

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest where the host's pause is too long for this visit."""
        if why := self._hosts.busy(host_of(request)):
            raise IgnoreRequest(why)
