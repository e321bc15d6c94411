"""Scrapy's item pipeline: every page that a spider yields is read and stored."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scrapers import layouts
from scrapers.accounts import Accounts
from scrapers.session import Session, session_of
from scrapers.store_page import store_page
from storage import layouts as learnt
from storage.types import Page


class StorePages:
    """Reads and stores the pages of one spider, and counts what became of them."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self._crawler, self._session, self._accounts = crawler, session, Accounts(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(crawler, session)

    async def process_item(self, item: Any) -> Any:
        """Read and store a page; other items pass by. Raises StoreFailed where it could not be kept."""
        if isinstance(item, Page):
            spider: Any = self._crawler.spider
            known = learnt.in_force(self._session.writer.db, item.outlet)
            read = await self._session.parsers.run(len(item.body), layouts.read_page, item, spider.outlet, known)
            await self._session.writer.own()
            with self._session.writing() as db:
                outcome, reason = store_page(db, item, read)
            self._accounts.count(outcome)
            if reason:
                self._accounts.reason(reason)
        return item
