"""What an outlet's sources announce on one visit: asked in the order of docs/outlets.md, each with its own failure."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scrapers import discovery, reasons
from scrapers.accounts import Accounts
from scrapers.discovery.announced import Announced
from scrapers.outlets import KINDS, by_subject, by_trust
from scrapers.outlets.own_addresses import MATCHING, is_article, is_ours
from scrapers.session import Session
from scrapers.spiders.conditional import conditions, validator_of
from scrapers.spiders.redirects import moved_for_good
from storage import clock, keys, validators
from storage import sources as source_rows
from storage.errors import TooMuchToParse
from storage.types import Link, Outlet, Source
from storage.validators import Validator

log = logging.getLogger(__name__)

MAPS = 5  # of a sitemap index, those changed last; a day's news stands in one or two of them
NAMED = 3  # unusable items of a source that are named; the others are counted


class Announcements:
    """An outlet's sources on one visit. ``answered``: did any? ``gave``: did any announce something, or that nothing is new?"""

    def __init__(self, outlet: Outlet, crawler: Crawler, session: Session, accounts: Accounts) -> None:
        self._outlet, self._crawler, self._session, self._accounts = outlet, crawler, session, accounts
        self.answered = self.gave = False
        self._got: list[Validator] = []  # what the sources said of themselves
        self._states: list[dict[str, Any]] = []  # how each source did

    async def links(self) -> AsyncIterator[Link]:
        """Ask the sources of each kind in turn: the next kind only while some subject was announced by none."""
        for kind in KINDS.values():
            sources = self._outlet.sources_of(kind)
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
            self._accounts.reason(f"{url}: gone since {known.gone:%Y-%m-%d} (HTTP 410), so it is not asked")
            return []
        try:
            links, verdict, response = await self._asked_source(kind, url, known.moved_to if known else None)
        except Exception as error:  # whatever breaks in one source is that source's failure
            log.debug("%s: %s", self._outlet.id, url, exc_info=True)
            links, verdict, response = [], f"cannot be read ({type(error).__name__})", None
            self._accounts.fail(f"{url}: {verdict}")
        self._note_source(kind, url, verdict, response)
        return links

    async def _asked_source(
        self, kind: str, url: str, moved_to: str | None
    ) -> tuple[list[Link | None], str, Response | None]:
        response, verdict = await self._fetch_source(moved_to or url, condition=url)
        if response is None:
            self._accounts.fail(f"{url}: {verdict}")
            return [], verdict, None
        self.answered = True
        if response.status == 304:
            self.gave = True
            return [None], source_rows.WORKS, response
        if response.status != 200:
            verdict = reasons.reason_of_status(response.status)
            self._accounts.fail(f"{url}: {verdict}")
            return [], verdict, response
        self._tell_move(url, response)
        found = await self._read(kind, response)
        links = self._ours(url, found.links)
        for address in found.maps[:MAPS]:
            links += await self._map_links(kind, address)
        if links:
            self.gave = True
            self._got.append(validator_of(url, response.headers))
            return list(links), source_rows.WORKS, response
        verdict = found.problem or f"none of its {len(found.links) or len(found.maps)} addresses is an article of ours"
        self._accounts.reason(f"{url}: {verdict}")
        return [], verdict, response

    async def _map_links(self, kind: str, address: str) -> list[Link]:
        """One map of a sitemap index."""
        response, verdict = await self._fetch_source(address, condition=None)
        if response is None or response.status != 200:
            self._accounts.fail(
                f"{address}: {verdict if response is None else reasons.reason_of_status(response.status)}"
            )
            return []
        found = await self._read(kind, response)
        if found.problem:
            self._accounts.reason(f"{address}: {found.problem}")
        return self._ours(address, found.links)

    async def _fetch_source(self, url: str, *, condition: str | None) -> tuple[Response | None, str]:
        """The response, or None and why there is none. ``condition``: whose last answer makes the request conditional."""
        known = validators.validator(self._session.writer.db, condition) if condition else None
        try:
            request = Request(url, headers=conditions(known), callback=NO_CALLBACK, dont_filter=True)
            return await self._crawler.engine.download_async(request), ""
        except Exception as error:  # whatever it is, this source gave nothing and the next one is asked
            return None, reasons.reason_of_error(error)

    async def _read(self, kind: str, response: Response) -> Announced:
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
            self._accounts.reason(f"{response.url}: passed over {words}")
        if len(found.passed_over) > NAMED:
            self._accounts.reason(f"{response.url}: passed over {len(found.passed_over) - NAMED} more items")
        return found

    def _ours(self, source: str, links: tuple[Link, ...]) -> list[Link]:
        try:
            return [link for link in links if is_article(self._outlet, link.url)]
        except TimeoutError:
            self._accounts.fail(
                f"{source}: article_url takes longer than {MATCHING} s for an address; simplify it in the outlet's file"
            )
            return []

    def _tell_move(self, url: str, response: Response) -> None:
        if response.url == url or not response.meta.get("redirect_urls"):
            return
        if not (is_ours(self._outlet, response.url) or keys.host(response.url) == keys.host(url)):
            self._accounts.reason(
                f"{url}: moved to another host ({response.url}); if that is right, write it into the outlet's file"
            )
        elif moved_for_good(response):
            self._accounts.reason(f"{url}: moved for good to {response.url}; write that into the outlet's file")

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
                "moved_to": moved if moved and is_ours(self._outlet, moved) else None,
                "gone": response is not None and response.status == 410,
            }
        )

    def keep(self, *, whole: bool) -> None:
        """Store how each source did and, where ``whole`` (all that they announced was got), what they said of themselves.

        Else a 304 would hide the rest from the next visit. Where no host answered no source is at fault. Raises StoreFailed.
        """
        got = self._got if whole else []
        states = self._states if self._session.hosts.anybody else []
        if got or states:
            with self._session.writing() as db:
                for validator in got:
                    validators.remember(db, validator)
                for state in states:
                    source_rows.note(db, outlet=self._outlet.id, **state)


def source_size(body: bytes) -> int:
    """Bytes that a source is taken for: a gzip may unpack to anything, so that it is never small."""
    return len(body) if body[:2] != b"\x1f\x8b" else max(len(body), 2**30)
