"""Keeps every response, as it came, in the crawl's archive."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response

from scrapers.session import Session, session_of
from storage import clock
from storage.errors import StoreFailed


class ArchiveResponses:
    """Appends every response to the crawl's archive and leaves its place in ``request.meta["archived"]``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(session)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep it: robots.txt, feeds and errors too. What cannot be kept is not used."""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        fetched = clock.now()
        try:
            place = self._session.archive.append(
                url=response.url, status=response.status, headers=headers, body=response.body, fetched=fetched
            )
        except StoreFailed as failure:
            self._session.fail(failure)
            raise IgnoreRequest("it could not be archived") from failure
        request.meta["archived"] = (place.file, place.offset, fetched)
        return response
