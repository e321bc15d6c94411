"""Ask every address of an outlet what it announces, and find those of one that has no file yet. Stores nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scrapers import discovery, layouts, reasons
from scrapers.addresses import permitted
from scrapers.crawl import hush, project_settings
from scrapers.discovery.feeds import feed_links
from scrapers.discovery.patterns import article_pattern
from scrapers.outlets.own_addresses import is_article
from storage import clock, keys
from storage.types import Article, Outlet, Page, Skipped, Source

# Where content systems put their feeds, the commonest first: WordPress, Drupal, Ghost, Hugo, Blogger.
USUAL_FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/index.xml", "/atom.xml", "/rss/")
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_index.xml", "/sitemap.xml")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
FEWEST_LINKS = 5  # a front page with fewer is not made to be read by us
SHOWN = 5  # articles that are read of a listing before it is believed
BRISK = 1.0  # seconds between two requests: a person waits, and it is a dozen requests
ASIDE: dict[str, Any] = {"ITEM_PIPELINES": {}, "TWOSOURCE_DB": None, "CLOSESPIDER_TIMEOUT": 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFinding:
    """What one address announced when it was asked."""

    source: Source
    status: int | None = None  # HTTP; None: no answer
    items: int = 0
    articles: int = 0  # of the items: addresses of this outlet that look like an article's
    newest: datetime | None = None  # the latest time that an item states
    examples: tuple[str, ...] = ()  # addresses of articles
    verdict: str = "works"  # or why it gave nothing


class Probe(Spider):
    """Asks the addresses of ``outlet``; with ``look`` also the homepage for more of them."""

    name = "survey"
    outlet: Outlet
    look = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings: list[SourceFinding] = []
        self.title: str | None = None
        self.language: str | None = None
        self.homepage: str | None = None  # the address that answered; None: it did not
        self.problem: str | None = None  # why nothing announces articles, in words
        self.article_url: str | None = None  # learnt from the links of the front page, where nothing else announces any
        self.samples: list[tuple[str, str | None]] = []  # what the front page links to, with what was read as headlines

    async def start(self) -> AsyncIterator[Request]:
        """Ask one after the other; nothing is left to schedule."""
        for source in self.outlet.sources:
            self.findings.append(await self._try(source))
        if self.look:
            await self._look()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _look(self) -> None:
        page = await self._get(self.outlet.homepage)
        if isinstance(page, str):
            self.problem = f"could not be reached ({page}); is the address right?"
            return
        if page.status != 200:
            self.problem = f"answers {reasons.reason_of_status(page.status)}; is the address right?"
            return
        named = list(links_of(page.body, page.url).feeds)
        if is_feed(page.body) or isinstance(self._read(page), Article):  # somebody copied what he was reading
            if is_feed(page.body):
                named.insert(0, page.url)
            front = await self._get(urljoin(page.url, "/"))
            page = page if isinstance(front, str) or front.status != 200 else front
        self.homepage = urljoin(page.url, "/") if is_feed(page.body) else page.url
        said = links_of(page.body, page.url)
        self.title, self.language = said.title, said.language
        robots = await self._get(urljoin(page.url, "/robots.txt"))
        maps = () if isinstance(robots, str) else tuple(sitemaps_of(robots.body))
        await self._first("feed", [*named, *said.feeds], [urljoin(page.url, path) for path in USUAL_FEEDS])
        await self._first("sitemap", maps, [urljoin(page.url, path) for path in USUAL_SITEMAPS])
        if not any(found.articles for found in self.findings):
            await self._learn_listing(page)

    async def _learn_listing(self, page: Response) -> None:
        """Take the front page for a listing, if what it links to are articles."""
        links = discovery.read_links("listing", page.body, page.url).links
        if len(links) < FEWEST_LINKS and b"<script" in page.body:
            self.problem = "its front page holds no links: it is made by JavaScript, which is not run here"
            return
        pattern = article_pattern(links, keys.host(page.url))
        if pattern is None:
            self.problem = (
                "no links of its front page look like articles'; give it `listings` and `article_url` by hand"
            )
            return
        outlet = replace(self.outlet, article_url=pattern)
        ours = [link for link in links if is_article(outlet, link.url)]
        for link in ours[:SHOWN]:
            answer = await self._get(link.url)
            read = self._read(answer) if not isinstance(answer, str) and answer.status == 200 else None
            self.samples.append((link.url, read.headline if isinstance(read, Article) else None))
        if sum(headline is not None for _, headline in self.samples) * 2 > len(self.samples):
            self.article_url = pattern
            self.findings.append(
                SourceFinding(
                    source=Source(url=page.url, kind="listing", status="page-link"),
                    status=200,
                    items=len(links),
                    articles=len(ours),
                    examples=tuple(link.url for link in ours[:3]),
                )
            )
        else:
            self.problem = f"what its front page links to ({pattern}) are no articles"

    def _read(self, response: Response) -> Article | Skipped:
        content_type = response.headers.get("Content-Type")
        page = Page(
            url=response.url,
            outlet=self.outlet.id,
            fetched=clock.now(),
            status=response.status,
            body=response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
        )
        return layouts.read_page(page, self.outlet).said

    async def _first(self, kind: str, named: Iterable[str], usual: Iterable[str]) -> None:
        """Ask all that the site names; only where none of them works the usual places, until one does."""
        named = list(dict.fromkeys(named))
        tried = [await self._try(Source(url=url, kind=kind, status="page-link")) for url in named]
        self.findings += tried
        if any(found.articles for found in tried):
            return
        for url in usual:
            if url not in named:
                found = await self._try(Source(url=url, kind=kind, status="guess"))
                self.findings.append(found)
                if found.articles:
                    return

    async def _try(self, source: Source, maps: int = 1) -> SourceFinding:
        response = await self._get(source.url)
        if isinstance(response, str):
            return SourceFinding(source=source, verdict=response)
        if response.status != 200:
            return SourceFinding(
                source=source, status=response.status, verdict=reasons.reason_of_status(response.status)
            )
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        found = discovery.read_links(source.kind, response.body, response.url, content_type=content_type)
        if found.maps and maps:
            inside = await self._try(replace(source, url=found.maps[0]), maps=0)
            return _within(inside, source, len(found.maps))
        return judged(source, found, self.outlet)

    async def _get(self, url: str) -> Response | str:
        """A response, or why there is none."""
        request = Request(url, callback=NO_CALLBACK, dont_filter=True)
        try:
            return await self.crawler.engine.download_async(request)
        except Exception as error:  # it is this address's verdict
            return reasons.reason_of_error(error)


def judged(source: Source, found: discovery.Announced, outlet: Outlet) -> SourceFinding:
    """What an answer is worth: it counts only where it announces articles of this outlet."""
    ours = [link for link in found.links if is_article(outlet, link.url)]
    moments = [moment for link in ours for moment in (link.published, link.modified) if moment]
    verdict = found.problem or ("works" if ours else "no address in it is an article of this outlet")
    return SourceFinding(
        source=source,
        status=200,
        items=len(found.links),
        articles=len({keys.canonical(link.url) for link in ours}),
        newest=max(moments, default=None),
        examples=tuple(link.url for link in ours[:3]),
        verdict=verdict,
    )


def _within(inside: SourceFinding, source: Source, maps: int) -> SourceFinding:
    said = "works" if inside.verdict == "works" else f"its first map: {inside.verdict}"
    return SourceFinding(
        source=source,
        status=200,
        items=inside.items,
        articles=inside.articles,
        newest=inside.newest,
        examples=inside.examples,
        verdict=f"{said} (an index of {maps} maps; the first was read)",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Homepage:
    """What a homepage says of its site."""

    title: str | None = None
    language: str | None = None
    feeds: tuple[str, ...] = ()


def links_of(body: bytes, url: str) -> Homepage:
    """Read a homepage: its name, its language, and the feeds that it links with rel=alternate.

    BeautifulSoup guesses the charset of a page that declares none, and this is one page, not thousands.
    """
    page = BeautifulSoup(body, "lxml")
    named = page.select_one('meta[property="og:site_name"][content]')
    title = str(named["content"]) if named else page.title.get_text() if page.title else ""
    language = str(page.html.get("lang") or "").partition("-")[0].lower() if page.html else ""
    feeds = (
        urljoin(url, str(link["href"]).strip())
        for link in page.select('link[rel~="alternate" i][type][href]')
        if str(link["type"]).lower() in FEED_TYPES
        and "/comments/" not in str(link["href"])  # WordPress names its readers' comments beside its news
    )
    return Homepage(
        title=" ".join(title.split()) or None,
        language=language if len(language) == 2 else None,
        feeds=tuple(dict.fromkeys(feeds)),
    )


def is_feed(body: bytes) -> bool:
    """Is it a feed that announces something?"""
    return not body.lstrip()[:200].lower().startswith((b"<!doctype", b"<html")) and bool(
        feed_links(body, "").problem is None
    )


def sitemaps_of(robots: bytes) -> list[str]:
    """The sitemaps that a robots.txt names (RFC 9309, 2.2.4)."""
    lines = robots.decode("utf-8", "replace").splitlines()
    rows = (line.partition(":") for line in lines)
    return [
        value.strip() for name, _, value in rows if name.strip().lower() == "sitemap" and urlsplit(value.strip()).netloc
    ]


def probe_outlet(outlet: Outlet, *, look: bool = False, verbose: bool = False) -> Probe:
    """Ask every address of an outlet, with ``look`` those that its homepage leads to; returns the spider that did."""
    settings = project_settings(verbose=verbose)
    settings.setdict(ASIDE, priority="cmdline")
    delay = BRISK if outlet.delay is None else outlet.delay
    private = sorted(permitted(outlet))
    settings.setdict({"TWOSOURCE_DELAY": delay, "TWOSOURCE_PRIVATE_HOSTS": private}, priority="cmdline")
    spider = type("Survey", (Probe,), {"outlet": outlet, "look": look})
    process = AsyncCrawlerProcess(settings)
    hush(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler)
    process.start()
    assert isinstance(crawler.spider, Probe)
    return crawler.spider
