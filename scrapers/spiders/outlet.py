"""The one spider: asks an outlet's sources what is new, fetches those pages, and yields them. It names no site."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from scrapers import discovery, reasons
from scrapers.discovery import recheck
from scrapers.discovery.announced import Announced
from scrapers.outlets import KINDS, by_subject, by_trust
from scrapers.outlets.own_addresses import MATCHING, is_article, is_ours
from scrapers.session import Session, session_of
from scrapers.spiders.redirects import moved_for_good, refreshed
from storage import articles, clock, keys, validators
from storage import sources as source_rows
from storage.errors import StoreFailed, TooMuchToParse
from storage.types import Link, Outlet, Page, Source, Visit
from storage.validators import Validator

log = logging.getLogger(__name__)

MAPS = 5  # of a sitemap index, those changed last; a day's news stands in one or two of them
AGAIN = frozenset({408, 425, 429})  # statuses below 500 that say "not now": asked again in the next visit
COUNTS = ("announced", "fetched", "stored", "unchanged", "skipped", "failed")
NAMED = 3  # unusable items of a source that are named; the others are counted


class OutletSpider(Spider):
    """Visits one outlet. ``loader.spider_class`` makes the class of each."""

    outlet: Outlet
    _session: Session

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen: set[str] = set()  # canonical addresses of this visit
        self._asked = 0
        self._gave = self._answered = False
        self._owed = False  # is something announced that this visit did not get?
        self._got: list[Validator] = []  # what the sources said of themselves
        self._states: list[dict[str, Any]] = []  # how each source did

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """What Scrapy calls."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        session = session_of(crawler)
        assert session is not None, "a crawl needs a database: set TWOSOURCE_DB"
        spider._session = session
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
        for known in validators.young(self._session.writer.db, self.outlet.id, now - recheck.YOUNG):
            if known.url not in self._seen and recheck.again(known, now):
                self._seen.add(known.url)
                yield self._page_request(known.url, None, known)

    async def _announced(self) -> AsyncIterator[Link]:
        """Ask the sources of each kind in turn: the next kind only while some subject was announced by none."""
        for kind in KINDS.values():
            sources = self.outlet.sources_of(kind)
            missing = not sources
            for alternatives in by_subject(sources):
                found = False
                async for link in self._alternatives(alternatives):
                    found = True
                    if link is not None:
                        yield link
                missing |= not found
            if not missing:
                return

    async def _alternatives(self, sources: list[Source]) -> AsyncIterator[Link | None]:
        """The links of the most trusted sources that give some; None stands for "as last time"."""
        for degree in by_trust(sources):
            found = False
            for source in degree:
                for link in await self._ask(source.kind, source.url):
                    found = True
                    yield link
            if found:
                return

    async def _ask(self, kind: str, url: str) -> list[Link | None]:
        """What a source announces: those links that are articles of this outlet. Its failure is only its own."""
        known = source_rows.state(self._session.writer.db, url)
        if known and known.gone:
            self._reason(f"{url}: gone since {known.gone:%Y-%m-%d} (HTTP 410), so it is not asked")
            return []
        try:
            links, verdict, response = await self._asked_source(kind, url, known.moved_to if known else None)
        except StoreFailed as failure:
            self._session.fail(failure)
            return []
        except Exception as error:  # whatever breaks in one source is that source's failure
            log.debug("%s: %s", self.outlet.id, url, exc_info=True)
            links, verdict, response = [], f"cannot be read ({type(error).__name__})", None
            self._fail(f"{url}: {verdict}")
        self._note_source(kind, url, verdict, response)
        return links

    async def _asked_source(
        self, kind: str, url: str, moved_to: str | None
    ) -> tuple[list[Link | None], str, Response | None]:
        response, verdict = await self._fetch_source(moved_to or url, condition=url)
        if response is None:
            self._fail(f"{url}: {verdict}")
            return [], verdict, None
        self._answered = True
        if response.status == 304:
            self._gave = True
            return [None], source_rows.WORKS, response
        if response.status != 200:
            verdict = reasons.reason_of_status(response.status)
            self._fail(f"{url}: {verdict}")
            return [], verdict, response
        self._tell_move(url, response)
        found = await self._links(kind, response)
        links = self._ours(url, found.links)
        for address in found.maps[:MAPS]:
            links += await self._map_links(kind, address)
        if links:
            self._gave = True
            self._got.append(self._validator(url, response))
            return list(links), source_rows.WORKS, response
        verdict = found.problem or f"none of its {len(found.links) or len(found.maps)} addresses is an article of ours"
        self._reason(f"{url}: {verdict}")
        return [], verdict, response

    async def _map_links(self, kind: str, address: str) -> list[Link]:
        """One map of a sitemap index."""
        response, verdict = await self._fetch_source(address, condition=None)
        if response is None or response.status != 200:
            self._fail(f"{address}: {verdict if response is None else reasons.reason_of_status(response.status)}")
            return []
        found = await self._links(kind, response)
        if found.problem:
            self._reason(f"{address}: {found.problem}")
        return self._ours(address, found.links)

    async def _fetch_source(self, url: str, *, condition: str | None) -> tuple[Response | None, str]:
        """The response, or None and why there is none. ``condition``: whose last answer makes the request conditional."""
        known = validators.validator(self._session.writer.db, condition) if condition else None
        try:
            request = Request(url, headers=_conditions(known), callback=NO_CALLBACK, dont_filter=True)
            return await self.crawler.engine.download_async(request), ""
        except Exception as error:  # whatever it is, this source gave nothing and the next one is asked
            return None, reasons.reason_of_error(error)

    async def _links(self, kind: str, response: Response) -> Announced:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            found = await self._session.parsers.run(
                source_size(response.body),
                discovery.read_links,
                kind,
                response.body,
                response.url,
                content_type=content_type,
            )
        except TooMuchToParse as error:
            return Announced(problem=str(error))
        for words in found.passed_over[:NAMED]:
            self._reason(f"{response.url}: passed over {words}")
        if len(found.passed_over) > NAMED:
            self._reason(f"{response.url}: passed over {len(found.passed_over) - NAMED} more items")
        return found

    def _ours(self, source: str, links: tuple[Link, ...]) -> list[Link]:
        try:
            return [link for link in links if is_article(self.outlet, link.url)]
        except TimeoutError:
            self._fail(
                f"{source}: article_url takes longer than {MATCHING} s for an address; simplify it in the outlet's file"
            )
            return []

    def _tell_move(self, url: str, response: Response) -> None:
        if response.url == url or not response.meta.get("redirect_urls"):
            return
        if not (is_ours(self.outlet, response.url) or keys.host(response.url) == keys.host(url)):
            self._reason(
                f"{url}: moved to another host ({response.url}); if that is right, write it into the outlet's file"
            )
        elif moved_for_good(response):
            self._reason(f"{url}: moved for good to {response.url}; write that into the outlet's file")

    def _note_source(self, kind: str, url: str, verdict: str, response: Response | None) -> None:
        moved = response.url if response is not None and response.status == 200 and moved_for_good(response) else None
        known = source_rows.state(self._session.writer.db, url)
        if response is not None and response.status == 304 and known:
            moved = known.moved_to
        self._states.append(
            {
                "url": url,
                "kind": kind,
                "verdict": verdict,
                "now": clock.now(),
                "moved_to": moved if moved and is_ours(self.outlet, moved) else None,
                "gone": response is not None and response.status == 410,
            }
        )

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
        try:
            request = self._page_request(link.url, link, known)
        except ValueError as error:
            self._fail(f"passed over no address: {link.url[:80]} ({error})")
            return
        self._asked += 1
        yield request

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
            headers=_conditions(known),
            meta={"link": link, "address": keys.canonical(url), "conditional": bool(_conditions(known))},
            dont_filter=True,
        )

    async def page(self, response: Response) -> AsyncIterator[Page | Request]:
        """A page that answered: yield it, unless its status or its host says that it is none."""
        self._count("fetched")
        if response.status == 304 and response.meta["conditional"]:
            self._count("unchanged")
            await self._remember(response)
        elif not 200 <= response.status < 300:
            self._fail(reasons.reason_of_status(response.status))
            if response.status < 500 and response.status not in AGAIN and response.status != 304:
                await self._remember(response)
            else:
                self._owed = True
        elif not is_ours(self.outlet, response.url):
            self._fail("it leads to another site")
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

    async def _remember(self, response: Response) -> None:
        await self._session.writer.own()
        self._keep(self._validator(response.meta["address"], response, response.meta["link"], self.outlet.id))

    def _keep(self, found: Validator) -> None:
        try:
            with self._session.writer.writing() as db:
                validators.remember(db, found)
        except StoreFailed as failure:
            self._owed = True
            self._session.fail(failure)

    async def _stored(self, item: Any, response: Response) -> None:
        """Only now: a page that was asked for and not stored is asked for again."""
        if isinstance(item, Page):
            await self._remember(response)

    def _unread(self, failure: Failure) -> None:
        self._owed = True
        error = failure.value
        self._fail(str(error) if isinstance(error, TooMuchToParse) else f"reading failed: {type(error).__name__}")

    async def _closed(self, reason: str) -> None:
        """Only where everything announced was got: else a 304 would hide the rest from the next visit."""
        await self._session.writer.own()
        if reason == "finished" and not self._owed and not self._session.failure:
            for validator in self._got:
                self._keep(validator)
        if self._session.hosts.anybody and not self._session.failure:
            self._keep_states()
        if reason != "finished":
            self._reason("interrupted" if reason in ("shutdown", "interrupted") else f"stopped: {reason}")

    def _keep_states(self) -> None:
        try:
            with self._session.writer.writing() as db:
                for state in self._states:
                    source_rows.note(db, outlet=self.outlet.id, **state)
        except StoreFailed as failure:
            self._session.fail(failure)

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
        prefix = "twosource/reason/"
        return Visit(
            outlet=self.outlet.id,
            outcome="ok" if self._gave else "nothing" if self._answered or not self.outlet.sources else "failed",
            **{what: stats.get(f"twosource/{what}", 0) for what in COUNTS},
            reasons={key.removeprefix(prefix): n for key, n in stats.items() if key.startswith(prefix)},
        )


def source_size(body: bytes) -> int:
    """Bytes that a source is taken for: a gzip may unpack to anything, so that it is never small."""
    return len(body) if body[:2] != b"\x1f\x8b" else max(len(body), 2**30)


def _conditions(known: Validator | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, 13.1)."""
    if known is None:
        return {}
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in said.items() if value}
