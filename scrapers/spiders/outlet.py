"""The one spider: asks an outlet's sources what is new, fetches those pages, and yields them. It names no site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers import reasons
from scrapers.accounts import Accounts
from scrapers.discovery import recheck
from scrapers.outlets.own_addresses import is_ours
from scrapers.session import Session, session_of
from scrapers.spiders.announcements import Announcements
from scrapers.spiders.conditional import conditions, validator_of
from scrapers.spiders.redirects import refreshed
from storage import articles, clock, keys, validators
from storage.errors import StoreFailed, TooMuchToParse
from storage.types import Link, Outlet, Page, Visit
from storage.validators import Validator

AGAIN = frozenset({408, 425, 429})  # statuses below 500 that say "not now": asked again in the next visit


class OutletSpider(Spider):
    """Visits one outlet. ``loader.spider_class`` makes the class of each."""

    outlet: Outlet
    _session: Session
    _accounts: Accounts
    _announcements: Announcements

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen: set[str] = set()  # canonical addresses of this visit
        self._asked = 0
        self._owed = False  # is something announced that this visit did not get?

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """What Scrapy calls."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        session = session_of(crawler)
        assert session is not None, "a crawl needs a database: set TWOSOURCE_DB"
        spider._session, spider._accounts = session, Accounts(crawler)
        spider._announcements = Announcements(spider.outlet, crawler, session, spider._accounts)
        crawler.signals.connect(spider._stored, signal=signals.item_scraped)
        crawler.signals.connect(spider._unread, signal=signals.item_error)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Requests for the new and changed pages, then for young ones that are due for another look."""
        async for link in self._announcements.links():
            if request := self._wanted(link):
                yield request
        now = clock.now()
        for known in validators.young(self._session.writer.db, self.outlet.id, now - recheck.YOUNG):
            if known.url not in self._seen and recheck.again(known, now):
                self._seen.add(known.url)
                yield self._page_request(known.url, None, known)

    def _wanted(self, link: Link) -> Request | None:
        """The request for an announced page, if it is to be asked for; an address twice is one."""
        address = keys.canonical(link.url)
        if address in self._seen:
            return None
        self._seen.add(address)
        self._accounts.count("announced")
        known = self._known(address)
        if not recheck.is_due(known, link, clock.now()):
            return None
        if self._asked >= self.settings.getint("TWOSOURCE_PAGES"):
            self._owed = True
            self._accounts.reason("left for the next visit")
            return None
        try:
            request = self._page_request(link.url, link, known)
        except ValueError as error:
            self._accounts.fail(f"passed over no address: {link.url[:80]} ({error})")
            return None
        self._asked += 1
        return request

    def _known(self, address: str) -> Validator | None:
        known = validators.validator(self._session.writer.db, address)
        if known is None and (looks := articles.looks(self._session.writer.db, address)):
            known = Validator(url=address, outlet=self.outlet.id, first=looks[0], checked=looks[1])
        return known

    def _page_request(self, url: str, link: Link | None, known: Validator | None) -> Request:
        return Request(
            url,
            callback=self.page,
            errback=self.no_page,
            headers=conditions(known),
            meta={"link": link, "address": keys.canonical(url), "conditional": bool(conditions(known))},
            dont_filter=True,
        )

    async def page(self, response: Response) -> AsyncIterator[Page | Request]:
        """A page that answered: yield it, unless its status or its host says that it is none."""
        self._accounts.count("fetched")
        if response.status == 304 and response.meta["conditional"]:
            self._accounts.count("unchanged")
            await self._remember(response)
        elif not 200 <= response.status < 300:
            self._accounts.fail(reasons.reason_of_status(response.status))
            if response.status < 500 and response.status not in AGAIN and response.status != 304:
                await self._remember(response)
            else:
                self._owed = True
        elif not is_ours(self.outlet, response.url):
            self._accounts.fail("it leads to another site")
            await self._remember(response)
        elif (target := refreshed(response)) and not response.meta.get("refreshed"):
            yield response.request.replace(  # type: ignore[union-attr] # what came was asked for
                url=target, headers={}, meta={**response.meta, "refreshed": True}
            )
        else:
            yield self._page(response)

    def _page(self, response: Response) -> Page:
        file, offset, fetched = response.meta.get("archived", (None, None, None))
        content_type = response.headers.get("Content-Type")
        return Page(
            url=response.url,
            outlet=self.outlet.id,
            fetched=fetched or clock.now(),
            status=response.status,
            body=response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            archive=file,
            offset=offset,
            link=response.meta["link"],
        )

    def no_page(self, failure: Failure) -> None:
        """No answer, or none that can be used."""
        words = reasons.reason_of_error(failure.value)
        self._owed |= words != reasons.FORBIDDEN
        self._accounts.fail(words)

    async def _remember(self, response: Response) -> None:
        address, link = response.meta["address"], response.meta["link"]
        await self._session.writer.own()
        with suppress(StoreFailed), self._session.writing() as db:
            validators.remember(db, validator_of(address, response.headers, link, self.outlet.id))

    async def _stored(self, item: Any, response: Response) -> None:
        """Only now: a page that was asked for and not stored is asked for again."""
        if isinstance(item, Page):
            await self._remember(response)

    def _unread(self, failure: Failure) -> None:
        self._owed = True
        error = failure.value
        self._accounts.fail(
            str(error) if isinstance(error, TooMuchToParse) else f"reading failed: {type(error).__name__}"
        )

    async def _closed(self, reason: str) -> None:
        await self._session.writer.own()
        if not self._session.failure:
            with suppress(StoreFailed):
                self._announcements.keep(whole=reason == "finished" and not self._owed)
        if reason != "finished":
            self._accounts.reason("interrupted" if reason in ("shutdown", "interrupted") else f"stopped: {reason}")

    def visit(self) -> Visit:
        """What this outlet gave."""
        asked = self._announcements
        outcome = "ok" if asked.gave else "nothing" if asked.answered or not self.outlet.sources else "failed"
        return self._accounts.visit(self.outlet.id, outcome)
