"""The one spider: asks an outlet's sources what is new, fetches those pages, and yields them. It names no site."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from scrapers import discovery, reasons
from scrapers.discovery import recheck
from scrapers.outlets import by_subject, by_trust
from storage import articles, clock, keys, validators
from storage.types import Link, Outlet, Page, Source, Validator, Visit
from storage.writer import Writer

MAPS = 5  # of a sitemap index, those changed last; a day's news stands in one or two of them
AGAIN = frozenset({408, 425, 429})  # statuses below 500 that say "not now": asked again in the next visit
COUNTS = ("announced", "fetched", "stored", "unchanged", "skipped", "failed")


class OutletSpider(Spider):
    """Visits one outlet. ``loader.spider_class`` makes the class of each."""

    outlet: Outlet
    _writer: Writer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen: set[str] = set()  # canonical addresses of this visit
        self._asked = 0
        self._gave = self._answered = False
        self._owed = False  # is something announced that this visit did not get?
        self._of_sources: list[Validator] = []  # what the sources said of themselves

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """What Scrapy calls."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._opened, signal=signals.spider_opened)
        crawler.signals.connect(spider._stored, signal=signals.item_scraped)
        crawler.signals.connect(spider._unread, signal=signals.item_error)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    # ----------------------------------------------------------------------------------------- 2 Links

    async def start(self) -> AsyncIterator[Any]:
        """Requests for the new and changed pages, then for young ones that are due for another look."""
        async for link in self._announced():
            for request in self._page_requests(link):
                yield request
        now = clock.now()
        for known in validators.young(self._writer.db, self.outlet.id, now - recheck.YOUNG):
            if known.url not in self._seen and recheck.again(known, now):
                self._seen.add(known.url)
                yield self._page_request(known.url, None, known)

    async def _announced(self) -> AsyncIterator[Link]:
        """Ask feeds, then sitemaps, then listings: the next only while some subject was announced by none."""
        kinds = (("feed", self.outlet.feeds), ("sitemap", self.outlet.sitemaps), ("listing", self.outlet.listings))
        for kind, sources in kinds:
            missing = not sources
            for alternatives in by_subject(sources):
                found = False
                async for link in self._alternatives(kind, alternatives):
                    found = True
                    if link is not None:
                        yield link
                missing |= not found
            if not missing:
                return

    async def _alternatives(self, kind: str, sources: list[Source]) -> AsyncIterator[Link | None]:
        """The links of the most trusted sources that give some; None stands for "as last time"."""
        for degree in by_trust(sources):
            found = False
            for source in degree:
                async for link in self._ask(kind, source.url):
                    found = True
                    yield link
            if found:
                return

    async def _ask(self, kind: str, url: str, *, maps: int = MAPS) -> AsyncIterator[Link | None]:
        """What one address announces: those links that are articles of this outlet."""
        response = await self._fetch_source(url)
        if response is None:
            return
        if response.status == 304:
            self._gave = True
            yield None
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        found = discovery.read_links(kind, response.body, response.url, content_type=content_type)
        for address in found.maps[:maps]:
            async for link in self._ask(kind, address, maps=0):
                yield link
        ours = [link for link in found.links if is_article(self.outlet, link.url)]
        if ours:
            self._gave = True
            self._of_sources.append(self._validator(url, response))
        elif not found.maps:
            self._reason(f"{url}: {found.problem or f'none of its {len(found.links)} addresses is an article of ours'}")
        for link in ours:
            yield link

    async def _fetch_source(self, url: str) -> Response | None:
        request = Request(
            url, headers=_conditions(validators.validator(self._writer.db, url)), callback=NO_CALLBACK, dont_filter=True
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever it is, this kind gave nothing and the next one is asked
            self._fail(f"{url}: {reasons.reason_of_error(error)}")
            return None
        self._answered = True
        if response.status not in (200, 304):
            self._fail(f"{url}: {reasons.reason_of_status(response.status)}")
            return None
        return response

    # ----------------------------------------------------------------------------------------- 3 Pages

    def _page_requests(self, link: Link) -> Iterator[Request]:
        """The request for an announced page, if it is to be asked for; an address twice is one."""
        address = keys.canonical(link.url)
        if address in self._seen:
            return
        self._seen.add(address)
        self._count("announced")
        known = self._known(address)
        if not recheck.is_due(known, link, clock.now()):
            return
        if self._asked >= self.settings.getint("TWOSOURCE_PAGES"):
            self._owed = True
            self._reason("left for the next visit")
            return
        self._asked += 1
        yield self._page_request(link.url, link, known)

    def _known(self, address: str) -> Validator | None:
        known = validators.validator(self._writer.db, address)
        if known is None and (looks := articles.looks(self._writer.db, address)):
            known = Validator(url=address, outlet=self.outlet.id, first=looks[0], checked=looks[1])
        return known

    def _page_request(self, url: str, link: Link | None, known: Validator | None) -> Request:
        return Request(
            url,
            callback=self.page,
            errback=self.no_page,
            headers=_conditions(known),
            meta={"link": link, "address": keys.canonical(url)},
            dont_filter=True,
        )

    def page(self, response: Response) -> Iterator[Page]:
        """A page that answered: yield it, unless its status or its host says that it is none."""
        self._count("fetched")
        if response.status == 304:
            self._count("unchanged")
            self._remember(response)
        elif not 200 <= response.status < 300:
            self._fail(reasons.reason_of_status(response.status))
            if response.status < 500 and response.status not in AGAIN:
                self._remember(response)
            else:
                self._owed = True
        elif not is_ours(self.outlet, response.url):
            self._fail("it leads to another site")
            self._remember(response)
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
        self._owed |= words != "robots.txt forbids it"
        self._fail(words)

    # ----------------------------------------------------------------------------------------- memory

    def _validator(
        self, url: str, response: Response, link: Link | None = None, outlet: str | None = None
    ) -> Validator:
        now = clock.now()
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        return Validator(
            url=url,
            outlet=outlet,
            etag=etag.decode("latin-1") if etag else None,
            last_modified=modified.decode("latin-1") if modified else None,
            announced=link.modified if link else None,
            first=now,
            checked=now,
        )

    def _remember(self, response: Response) -> None:
        found = self._validator(response.meta["address"], response, response.meta["link"], self.outlet.id)
        validators.remember(self._writer.begin(), found)
        self._writer.wrote()

    def _opened(self) -> None:
        self._writer = Writer.shared(self.settings["TWOSOURCE_DB"])

    def _stored(self, item: Any, response: Response) -> None:
        """Only now: a page that was asked for and not stored is asked for again."""
        if isinstance(item, Page):
            self._remember(response)

    def _unread(self, failure: Failure) -> None:
        self._owed = True
        self._fail(f"reading failed: {type(failure.value).__name__}")

    def _closed(self, reason: str) -> None:
        """Only where everything announced was got: else a 304 would hide the rest from the next visit."""
        if reason == "finished" and not self._owed:
            for validator in self._of_sources:
                validators.remember(self._writer.begin(), validator)
        if reason != "finished":
            self._reason("interrupted" if reason == "shutdown" else f"stopped: {reason}")
        self._writer.leave()

    # ----------------------------------------------------------------------------------------- accounts

    def _count(self, what: str) -> None:
        self.crawler.stats.inc_value(f"twosource/{what}")

    def _reason(self, words: str) -> None:
        self.crawler.stats.inc_value(f"twosource/reason/{words}")

    def _fail(self, words: str) -> None:
        self._count("failed")
        self._reason(words)

    def visit(self) -> Visit:
        """What this outlet gave."""
        stats = self.crawler.stats.get_stats()
        has_sources = bool(self.outlet.feeds or self.outlet.sitemaps or self.outlet.listings)
        prefix = "twosource/reason/"
        return Visit(
            outlet=self.outlet.id,
            outcome="ok" if self._gave else "nothing" if self._answered or not has_sources else "failed",
            **{what: stats.get(f"twosource/{what}", 0) for what in COUNTS},
            reasons={key.removeprefix(prefix): n for key, n in stats.items() if key.startswith(prefix)},
        )


def _conditions(known: Validator | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, 13.1)."""
    if known is None:
        return {}
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in said.items() if value}


def is_article(outlet: Outlet, url: str) -> bool:
    """Is this an address of the outlet that looks like an article's?"""
    address = keys.canonical(url)
    return is_ours(outlet, address) and (outlet.article_url is None or bool(re.search(outlet.article_url, address)))


def is_ours(outlet: Outlet, url: str) -> bool:
    """Does the host of an address belong to the outlet?"""
    host = keys.host(url)
    return any(host == own or host.endswith("." + own) for own in outlet.hosts)
