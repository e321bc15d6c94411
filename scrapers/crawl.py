"""Crawl outlets in one Scrapy process, some at a time, and say what each gave. Scrapy's reactor runs once a process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from scrapers.addresses import permitted
from scrapers.loader import spider_class
from scrapers.session import Session, hold
from scrapers.spiders.outlet import OutletSpider
from storage.errors import StoreFailed
from storage.signals import Interrupted, end_in_time
from storage.types import Outlet, Visit

log = logging.getLogger(__name__)

# Speaks of what is counted as a reason anyway: a robots.txt that does not come, with a trace.
CHATTY = "scrapy.downloadermiddlewares.robotstxt"
GRACE = 1.0  # seconds that what is under way gets after a signal, then the reactor stops: two seconds are promised
CLOSING = 30.0  # seconds that what is under way gets when the run's time is up: an answer's longest time


def crawl(
    outlets: Iterable[Outlet],
    session: Session,
    *,
    pages: int | None = None,
    minutes: float | None = None,
    verbose: bool = False,
    overrides: Mapping[str, Any] | None = None,
    visited: Callable[[Visit], None] = lambda _visit: None,
    fetched: Callable[[str], None] = lambda _outlet: None,
) -> list[Visit]:
    """Visit each outlet once and store its pages in an open session. Returns what each gave.

    ``pages`` limits the article pages of an outlet; after ``minutes`` no outlet is begun and those under way end: the
    next run goes on. ``overrides`` are Scrapy settings, as is a module that the variable SCRAPY_SETTINGS_MODULE names.
    ``visited`` is called as each outlet ends, ``fetched`` at each page, with its outlet, until the crawl is told to end; an error
    of theirs is logged.

    Raises Interrupted after SIGINT or SIGTERM, with what the outlets gave until then, and StoreFailed where nothing more
    could be kept.
    """
    chosen = list(outlets)
    settings = project_settings(verbose=verbose)
    settings.set("TWOSOURCE_DB", str(session.home.database), priority="cmdline")
    settings.set("TWOSOURCE_PRIVATE_HOSTS", sorted(set().union(*map(permitted, chosen))), priority="cmdline")
    if pages is not None:
        settings.set("TWOSOURCE_PAGES", pages, priority="cmdline")
    settings.update(dict(overrides or {}), priority="cmdline")
    running = Crawl(settings, session, [spider_class(outlet) for outlet in chosen], visited, fetched, minutes)
    running.start()
    try:
        session.writer.commit()  # where the archive failed, what it held already may still be written down
    except StoreFailed as failure:
        raise failure from session.failure
    if session.failure:
        raise session.failure
    if running.interrupted_by:
        raise Interrupted(running.interrupted_by, running.visits)
    return running.visits


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
        session: Session,
        spiders: Iterable[type[OutletSpider]],
        visited: Callable[[Visit], None],
        fetched: Callable[[str], None],
        minutes: float | None,
    ) -> None:
        super().__init__(settings)
        hush(settings)
        self.visits: list[Visit] = []
        self.interrupted_by = 0  # the signal's number
        self._session = session
        self._waiting = iter(list(spiders))
        self._visited, self._fetched, self._minutes = visited, fetched, minutes
        self._stopped = False

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        return hold(super()._create_crawler(spidercls), self._session)

    def start(self, stop_after_crawl: bool = True, install_signal_handlers: bool = True) -> None:
        """Run until all is done, a signal comes, the time is up, or the store fails. Signals are handled as before then."""
        from twisted.internet import reactor as installed

        reactor: Any = installed

        self._session.on_failure = self._end_soon
        before = {number: signal.signal(number, self._interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        if self._minutes is not None:
            reactor.callLater(self._minutes * 60, self._end_soon, CLOSING)
        try:
            super().start(install_signal_handlers=False)
        finally:
            if (pool := reactor.getThreadPool()).started:  # what raised in the reactor has left it standing
                pool.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        from twisted.internet import reactor as installed

        reactor: Any = installed

        if not self.interrupted_by:  # a second one changes nothing: it is ending as fast as it may
            self.interrupted_by = number
            end_in_time(number)
            reactor.callFromThread(self._end_soon)

    def _end_soon(self, grace: float = GRACE) -> None:
        """Begin nothing more, end what is under way, and after the grace end in any case."""
        from twisted.internet import reactor as installed

        reactor: Any = installed

        # What ends amid its work speaks of that with traces; the reason was told.
        for chatty in ("scrapy", "asyncio", "twisted"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)
        reactor.callLater(grace, self._stop_reactor)
        asyncio.get_running_loop().create_task(self.stop())

    async def join(self) -> None:
        """Complete when every spider has."""
        at_once = self.settings.getint("TWOSOURCE_OUTLETS_AT_ONCE")
        await asyncio.gather(*(self._next_outlet() for _ in range(at_once)))

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
        crawler.signals.connect(lambda: self._page(spider.name), signal=signals.item_scraped, weak=False)
        try:
            await self.crawl(crawler)
            assert isinstance(crawler.spider, OutletSpider)
            visit = crawler.spider.visit()
        except Exception as error:  # one outlet's; the others go on
            log.exception("%s: the visit broke off", spider.name)
            visit = Visit(
                outlet=spider.name, outcome="failed", failed=1, reasons={f"{type(error).__name__}: {error}": 1}
            )
        self.visits.append(visit)
        self._tell(self._visited, visit)

    def _page(self, outlet: str) -> None:
        if not self._stopped:  # nothing is begun behind a page of a crawl that ends
            self._tell(self._fetched, outlet)

    def _tell(self, listener: Callable[[Any], None], said: Any) -> None:
        """Nobody who listens can end a crawl, or keep it from ending."""
        try:
            listener(said)
        except Exception:
            log.exception("what listens to the crawl broke")
