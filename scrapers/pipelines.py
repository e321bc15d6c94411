"""Scrapy's item pipeline: every page that a spider yields is read and stored."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from scrapers.parser_pool import ParserPool
from scrapers.store_page import store_page
from storage import layouts
from storage.types import Page
from storage.writer import Writer


class StorePages:
    """Reads and stores the pages of one spider, and counts what became of them in Scrapy's stats."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer: Writer | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Join the process's writer."""
        self._writer = Writer.shared(self._crawler.settings["TWOSOURCE_DB"])

    async def process_item(self, item: Any) -> Any:
        """Read and store a page; other items pass by."""
        if isinstance(item, Page) and self._writer is not None:
            spider: Any = self._crawler.spider
            read = await ParserPool.parse(item, spider.outlet, layouts.in_force(self._writer.db, item.outlet))
            outcome, reason = store_page(self._writer.begin(), item, read)
            self._writer.wrote()
            assert self._crawler.stats is not None
            self._crawler.stats.inc_value(f"twosource/{outcome}")
            if reason:
                self._crawler.stats.inc_value(f"twosource/reason/{reason}")
        return item

    def close_spider(self) -> None:
        """Commit and leave."""
        if self._writer is not None:
            self._writer.leave()
