"""Between Scrapy and the network: what comes is archived, hosts are waited for, and the dead are left in peace."""

from __future__ import annotations

import asyncio
import zlib
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, Self

from scrapy import exceptions, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from scrapers import reasons
from storage import clock, pauses
from storage.archive import CUT_GZIP, Archive
from storage.home import Home
from storage.writer import Writer

UNREACHABLE = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
)


class Archiving:
    """Appends every response to the run's archive as it came, and leaves its place in ``request.meta["archived"]``."""

    # One archive a process and folder: outlets that are crawled together write one file.
    _open: ClassVar[dict[Path, tuple[Archive, list[object]]]] = {}

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings["TWOSOURCE_DB"]:
            raise NotConfigured
        self._folder = Home(Path(crawler.settings["TWOSOURCE_DB"])).archive
        self._archive = self.join(self._folder, self)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        archiving = cls(crawler)
        crawler.signals.connect(archiving.leave, signal=signals.spider_closed)
        return archiving

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep it: robots.txt, feeds and errors too."""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        fetched = clock.now()
        place = self._archive.append(
            url=response.url, status=response.status, headers=headers, body=response.body, fetched=fetched
        )
        request.meta["archived"] = (place.file, place.offset, fetched)
        return response

    def leave(self) -> None:
        """This outlet is done."""
        self.part(self._folder, self)

    @classmethod
    def join(cls, folder: Path, user: object) -> Archive:
        """The archive that this process writes there; it stays open until all have parted who joined."""
        archive, users = cls._open.setdefault(folder, (Archive.open(folder, clock.now()), []))
        users.append(user)
        return archive

    @classmethod
    def part(cls, folder: Path, user: object) -> None:
        """This user is done; the last one closes the file."""
        archive, users = cls._open[folder]
        users.remove(user)
        if not users:
            archive.close()
            del cls._open[folder]


class WholeBodies(HttpCompressionMiddleware):
    """Scrapy's, but half a page is none: Scrapy passes on what it could unpack of a gzip that was cut."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Unpack the body. Raises IgnoreRequest where it is cut or broken."""
        try:
            unpacked = super().process_response(request, response)
        except IgnoreRequest:
            raise
        except Exception as error:  # each decoder raises its own
            raise IgnoreRequest("its compression is broken") from error
        if unpacked is not response and isinstance(unpacked, Response) and is_cut(response.body, len(unpacked.body)):
            raise IgnoreRequest(CUT_GZIP)
        return unpacked


def is_cut(packed: bytes, length: int) -> bool:
    """Does a gzip end too early? ``length`` is what was unpacked of it, in bytes."""
    if packed[:2] != b"\x1f\x8b" or int.from_bytes(packed[-4:], "little") == length % 2**32:
        return False  # no gzip; or its last field, the length, agrees (RFC 1952, ISIZE)
    rest = packed
    while rest[:2] == b"\x1f\x8b":  # several members: only the last one's length is at the end
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            member.decompress(rest)
        except zlib.error:
            return True
        if not member.eof:
            return True
        rest = member.unused_data
    return False


class Robots(RobotsTxtMiddleware):
    """Scrapy's, which takes a robots.txt that does not come for one that allows all. RFC 9309, 2.3.1, does not:

    an answer of 400 to 499 allows all, whatever its body says; one of 500 to 599, or none, forbids all.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._missing: dict[str, str] = {}  # host -> why its robots.txt could not be had

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Raises IgnoreRequest where the host's robots.txt forbids the request or could not be had."""
        await super().process_request(request)
        why = self._missing.get(urlparse_cached(request).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"its robots.txt cannot be had: {why}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._missing[netloc] = reasons.of_status(response.status)
        said = response if response.status < 300 else response.replace(body=b"")
        await super()._parse_robots(said, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # RFC 9309, 2.3.1.2: after five redirects a crawler may take it for one that is not there.
        if (why := reasons.of(exc)) != "redirects in a circle":
            self._missing[netloc] = why
        super()._robots_error(exc, netloc)


class Patience:
    """Waits as long as a host asks: Crawl-delay in its robots.txt, Retry-After with a 429 or 503, also of earlier runs."""

    LONGEST = 120.0  # seconds that a visit waits for a Retry-After; asked for more, it leaves the host for this time
    ENOUGH = (
        86_400.0  # seconds: who asks for more is asked again the next day, since a slip of theirs may say a century
    )

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer: Writer | None = None
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._gaps: dict[str, float] = {}  # host -> seconds between two requests
        self._free: dict[str, float] = {}  # host -> when the next one may go
        self._back: dict[str, float] = {}  # host -> when it wants to be asked again

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        patience = cls(crawler)
        crawler.signals.connect(patience.heed, signal=signals.robots_parsed)
        crawler.signals.connect(patience.open, signal=signals.spider_opened)
        crawler.signals.connect(patience.leave, signal=signals.spider_closed)
        return patience

    def open(self) -> None:
        """Join the process's writer, which knows what hosts asked for in earlier runs."""
        if self._crawler.settings["TWOSOURCE_DB"]:
            self._writer = Writer.of(self._crawler.settings["TWOSOURCE_DB"])

    def leave(self) -> None:
        """This outlet is done."""
        if self._writer is not None:
            self._writer.leave()

    def heed(self, robotparser: RobotParser, request: Request) -> None:
        """Note the Crawl-delay of a host."""
        gap = robotparser.crawl_delay(self._agent)
        if gap:
            host = _host(request)
            self._gaps[host] = gap
            self._free[host] = monotonic() + gap

    async def process_request(self, request: Request) -> None:
        """Hold a request until its host is ready for it."""
        host, now = _host(request), monotonic()
        back = self._asked_back(host)
        if back - now > self.LONGEST:
            raise IgnoreRequest("the host asks to come back later")
        go = max(now, back, self._free.get(host, 0.0))
        if host in self._gaps:
            self._free[host] = go + self._gaps[host]
        while (wait := go - monotonic()) > 0:
            await asyncio.sleep(min(wait, 1.0))
            if not self._crawler.crawling:
                raise IgnoreRequest("interrupted")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a Retry-After."""
        if response.status in (429, 503) and (said := response.headers.get("Retry-After")):
            seconds = retry_after(said.decode("latin-1"))
            if seconds is not None:
                self._remember(_host(request), min(seconds, self.ENOUGH))
        return response

    def _asked_back(self, host: str) -> float:
        """When a host wants to be asked again, on the monotonic clock."""
        if host not in self._back:
            until = pauses.until(self._writer.db, host) if self._writer else None
            self._back[host] = monotonic() + (until - clock.now()).total_seconds() if until else 0.0
        return self._back[host]

    def _remember(self, host: str, seconds: float) -> None:
        self._back[host] = monotonic() + seconds
        if self._writer is not None:
            pauses.remember(self._writer.begin(), host, clock.now() + timedelta(seconds=seconds))
            self._writer.wrote()


def retry_after(said: str) -> float | None:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks for; None where it is neither."""
    if said.strip().isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return None


class Reach:
    """Leaves hosts alone that do not answer, and everything where nothing does: a run without a network ends soon."""

    MISSES = 2  # in a row, then a host is taken for dead in this visit
    NOBODY = 6  # hosts without an answer while none has given one: then there is no network

    _answered: ClassVar[bool] = False
    _silent: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self._misses: dict[str, int] = {}

    def process_request(self, request: Request) -> None:
        """Refuse at once what would only time out."""
        if self._misses.get(_host(request), 0) >= self.MISSES:
            raise IgnoreRequest("the host does not answer")
        if not Reach._answered and len(Reach._silent) >= self.NOBODY:
            raise IgnoreRequest("no host answers: is there a network?")

    def process_response(self, request: Request, response: Response) -> Response:
        """It is alive."""
        self._misses.pop(_host(request), None)
        Reach._answered = True
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what did not come."""
        if isinstance(exception, UNREACHABLE):
            host = _host(request)
            self._misses[host] = self._misses.get(host, 0) + 1
            Reach._silent.add(host)


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
