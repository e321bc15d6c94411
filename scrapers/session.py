"""What one crawl holds open: the writer, the archive, the parser pool and what is known of hosts.

Opened once, before the first request, and closed once, also after an exception (tests/test_session.py listens to a run). Every
Scrapy component of the crawl gets it from its crawler: ``session_of(crawler)``, ``hosts_of(crawler)``. Fetches nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from sqlite_utils import Database

from scrapers.hosts import Hosts
from scrapers.parser_pool import ParserPool
from storage import clock
from storage.archive import Archive
from storage.errors import StoreFailed
from storage.home import Home
from storage.writer import Writer


class Session:
    """One crawl's open things."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.archive = Archive.open(home.archive, clock.now())
        self.writer = Writer(home.database, flush=self.archive.sync)
        self.hosts = Hosts(self.writer)
        self.parsers = ParserPool()
        self.failure: StoreFailed | None = None  # why nothing more can be kept; the crawl ends
        self.on_failure: Callable[[], None] = lambda: None

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Write something whole, as the writer does. Raises StoreFailed, when whoever runs the crawl has been told."""
        try:
            with self.writer.writing() as db:
                yield db
        except StoreFailed as failure:
            self.fail(failure)
            raise

    def fail(self, failure: StoreFailed) -> None:
        """The store takes nothing more: whoever runs the crawl is told, once."""
        if self.failure is None:
            self.failure = failure
            self.on_failure()

    def close(self) -> None:
        """End the parsers, make durable what was written, and close the files. Raises StoreFailed where that fails."""
        self.parsers.close()
        try:
            self.writer.close()
        finally:
            self.archive.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except StoreFailed:
            if error is None:
                raise  # else the first failure is the one that is told


def session_of(crawler: Crawler) -> Session | None:
    """The session that a crawler works in; None where nothing is kept (TWOSOURCE_DB is not set).

    A crawler of Scrapy's own (``scrapy crawl ID``) gets one that ends with it.
    """
    held: dict[str, Any] = vars(crawler)
    if "session" not in held:
        database = crawler.settings["TWOSOURCE_DB"]
        held["session"] = session = Session(Home(Path(database))) if database else None
        if session:
            crawler.signals.connect(session.close, signal=signals.engine_stopped, weak=False)
    found: Session | None = held["session"]
    return found


def hosts_of(crawler: Crawler) -> Hosts:
    """What is known of hosts: the session's; where nothing is kept, one object for all components of the crawler."""
    session = session_of(crawler)
    if session is not None:
        return session.hosts
    hosts: Hosts = vars(crawler).setdefault("hosts", Hosts(None))
    return hosts


def hold(crawler: Crawler, session: Session | None) -> Crawler:
    """Give a crawler the session that it works in."""
    vars(crawler)["session"] = session
    return crawler
