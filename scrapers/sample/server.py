"""The loopback server: pages by address, with validators, compression and HEAD. Knows no news."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

SMALLEST_GZIPPED = 500  # bytes: below that gzip gains nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one address answers."""

    body: bytes
    content_type: str
    status: int = 200
    modified: float | None = None  # seconds since 1970, for Last-Modified. None: not said
    location: str | None = None  # of a redirect

    @property
    def etag(self) -> str:
        """Changes with the body, so that it is right over restarts."""
        return f'"{sha256(self.body).hexdigest()[:16]}"'


def open_on_loopback(pages: Mapping[str, Answer]) -> ThreadingHTTPServer:
    """A server on a free port of 127.0.0.1, not yet serving. ``pages``: host and path ("a.example/feed.xml")."""
    handler = type("Pages", (SampleHandler,), {"pages": pages})
    return ThreadingHTTPServer(("127.0.0.1", 0), handler)


class SampleHandler(BaseHTTPRequestHandler):
    """GET and HEAD. Also takes the absolute form of a proxy's client: ``curl -x http://127.0.0.1:PORT http://a.example/``."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffered: head and body leave in one packet, without Nagle's 40 ms
    pages: ClassVar[Mapping[str, Answer]] = {}

    def do_GET(self) -> None:
        """Answer with the page, or 304 where the client has it."""
        answer = self._found()
        if answer.status == 200 and self._has(answer):
            self._say(304, answer, b"")
        else:
            self._say(answer.status, answer, answer.body)

    def do_HEAD(self) -> None:
        """What GET says, without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class calls it so
        """Say nothing: the crawl reports."""

    def _found(self) -> Answer:
        asked = urlsplit(self.path)
        name = (asked.netloc or self.headers.get("Host", "")).removeprefix("www.")
        missing = Answer(body=b"<h1>Not found</h1>", content_type="text/html; charset=utf-8", status=404)
        return self.pages.get(name + asked.path, missing)

    def _has(self, answer: Answer) -> bool:
        """If-None-Match counts before If-Modified-Since (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return answer.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        try:
            return bool(since and answer.modified and answer.modified <= parsedate_to_datetime(since).timestamp())
        except ValueError:
            return False

    def _say(self, status: int, answer: Answer, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", answer.content_type)
        if answer.status == 200:
            self.send_header("ETag", answer.etag)
            self.send_header("Vary", "Accept-Encoding")
        if answer.modified:
            self.send_header("Last-Modified", formatdate(answer.modified, usegmt=True))
        if answer.location:
            self.send_header("Location", answer.location)
        if len(body) >= SMALLEST_GZIPPED and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
