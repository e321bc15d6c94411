"""Crawl outlets in one Scrapy process, some at a time, and say what each gave. Scrapy's reactor runs once a process."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from scrapers.loader import spider_class
from scrapers.middlewares.archive import ArchiveResponses
from scrapers.parser_pool import ParserPool
from scrapers.spiders.outlet import OutletSpider
from storage.home import Home
from storage.types import Outlet, Visit

# Speaks of what is counted as a reason anyway: a robots.txt that does not come, with a trace.
CHATTY = "scrapy.downloadermiddlewares.robotstxt"


def crawl(
    outlets: Iterable[Outlet],
    database: Path,
    *,
    pages: int | None = None,
    verbose: bool = False,
    overrides: Mapping[str, Any] | None = None,
    visited: Callable[[Visit], None] = lambda _visit: None,
    fetched: Callable[[str], None] = lambda _outlet: None,
) -> list[Visit]:
    """Visit each outlet once and store its pages. Returns what each gave; an interrupt leaves out those not begun.

    ``pages`` limits the article pages of an outlet. ``overrides`` are Scrapy settings, as is a module that the variable
    SCRAPY_SETTINGS_MODULE names. ``visited`` is called as each outlet ends, ``fetched`` at each page, with its outlet.
    """
    settings = project_settings(verbose=verbose)
    settings.set("TWOSOURCE_DB", str(database), priority="cmdline")
    if pages is not None:
        settings.set("TWOSOURCE_PAGES", pages, priority="cmdline")
    settings.update(dict(overrides or {}), priority="cmdline")
    tour = Crawl(settings, [spider_class(outlet) for outlet in outlets], visited, fetched)
    archive = Home(database).archive
    ArchiveResponses.join(archive, tour)  # for the whole tour: else a quiet outlet's visit would have a file of its own
    try:
        tour.start()
    finally:
        ArchiveResponses.part(archive, tour)
        ParserPool.close()
    return tour.visits


def project_settings(*, verbose: bool = False) -> Settings:
    """The project's Scrapy settings, quiet unless asked."""
    settings = Settings()
    settings.setmodule(os.environ.get("SCRAPY_SETTINGS_MODULE", "scrapers.settings"), priority="project")
    settings.set("LOG_LEVEL", "DEBUG" if verbose else "ERROR", priority="cmdline")
    return settings


def hush(settings: Settings) -> None:
    """Keep a host that does not answer from printing its stack: it is told with its reason. After Scrapy set its own levels."""
    if settings["LOG_LEVEL"] != "DEBUG":
        logging.getLogger(CHATTY).setLevel(logging.CRITICAL)


class Crawl(AsyncCrawlerProcess):
    """Runs spiders, some at a time; stopped, it begins no more."""

    def __init__(
        self,
        settings: Settings,
        spiders: Iterable[type[OutletSpider]],
        visited: Callable[[Visit], None],
        fetched: Callable[[str], None],
    ) -> None:
        super().__init__(settings)
        hush(settings)
        self.visits: list[Visit] = []
        self._waiting = iter(list(spiders))
        self._visited, self._fetched = visited, fetched
        self._stopped = False

    async def join(self) -> None:
        """Complete when every spider has."""
        await asyncio.gather(*(self._next_outlet() for _ in range(self.settings.getint("TWOSOURCE_OUTLETS_AT_ONCE"))))

    async def stop(self) -> None:
        """Begin nothing more, and end what is under way."""
        self._stopped = True
        await super().stop()

    async def _next_outlet(self) -> None:
        for spider in self._waiting:
            if self._stopped:
                return
            await self._visit(spider)

    async def _visit(self, spider: type[OutletSpider]) -> None:
        crawler = self.create_crawler(spider)
        crawler.signals.connect(lambda: self._fetched(spider.name), signal=signals.item_scraped, weak=False)
        try:
            await self.crawl(crawler)
            assert isinstance(crawler.spider, OutletSpider)
            visit = crawler.spider.visit()
        except Exception as error:  # one outlet's; the others go on
            logging.getLogger(__name__).exception("%s: the visit broke off", spider.name)
            visit = Visit(
                outlet=spider.name, outcome="failed", failed=1, reasons={f"{type(error).__name__}: {error}": 1}
            )
        self.visits.append(visit)
        self._visited(visit)
