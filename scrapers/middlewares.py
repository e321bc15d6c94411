"""Between Scrapy and the network: what comes is archived, hosts are waited for, and the dead are left in peace."""

from __future__ import annotations

import asyncio
import zlib
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, Self

from scrapy import exceptions, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from storage import clock
from storage.archive import Archive
from storage.home import Home

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
        self._archive, users = self._open.setdefault(self._folder, (Archive.open(self._folder, clock.now()), []))
        users.append(self)

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
        """This outlet is done; the last one closes the file."""
        archive, users = self._open[self._folder]
        users.remove(self)
        if not users:
            archive.close()
            del self._open[self._folder]


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
            raise IgnoreRequest("its gzip is cut short")
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


class Patience:
    """Waits as long as a host asks: Crawl-delay in its robots.txt, Retry-After with a 429 or 503."""

    LONGEST = 120.0  # seconds that a visit waits for a Retry-After; asked for more, it leaves the host for this time

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._gaps: dict[str, float] = {}  # host -> seconds between two requests
        self._free: dict[str, float] = {}  # host -> when the next one may go
        self._back: dict[str, float] = {}  # host -> when it wants to be asked again

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        patience = cls(crawler)
        crawler.signals.connect(patience.heed, signal=signals.robots_parsed)
        return patience

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
        back = self._back.get(host, 0.0)
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
                self._back[_host(request)] = monotonic() + seconds
        return response


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
