"""Every response is kept as it came."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

from storage import clock
from storage.archive import Archive
from storage.home import Home


class ArchiveResponses:
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
