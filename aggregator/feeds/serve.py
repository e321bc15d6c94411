"""The feeds over HTTP: conditional requests, deltas (RFC 3229, "A-IM: feed"), gzip. Writes nothing; any web server can stand in.

A reader that was away gets with 226 all that entered or changed since its last visit, however often the feed has rolled over.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aggregator.feeds import config
from aggregator.feeds.formats import atom, jsonfeed, rss
from aggregator.feeds.publish import defined, delta
from storage import publications
from storage.db import connect
from storage.home import Home
from storage.types import Outlet

FORMATS = {kind.SUFFIX: kind for kind in (rss, atom, jsonfeed)}
TYPES = {
    ".rss": rss.TYPE,
    ".atom": atom.TYPE,
    ".json": jsonfeed.TYPE,
    ".opml": "text/x-opml",
    ".html": "text/html",
    ".css": "text/css",
}
# feedparser asks everybody for deltas, and rss2email 3.13 behind it takes 226 for a failure (measured): these get their
# deltas as 200.
READS_NO_226 = ("feedparser/", "rss2email/")
FRESH = 300  # seconds that a feed may be cached: half of the usual ten minutes between two runs of cron
FROZEN = 86_400  # seconds for an archived page: its set of items never changes, a word in it may
SMALL = 500  # bytes: below, gzip gains nothing worth the work
GZIP = 6  # zlib's own middle: level 9 takes twice the time for 1 % less of a feed


class FeedServer(ThreadingHTTPServer):
    """Serves one newsroom's folder of feeds."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], home: Home, outlets: Mapping[str, Outlet]) -> None:
        super().__init__(address, Answer)
        self.home, self.outlets = home, outlets


class Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    server_version = "Twosource"
    timeout = 60  # seconds: an idle connection is let go
    server: FeedServer

    def do_GET(self) -> None:
        """A file, 304 where the reader holds it, or 226 with what it lacks."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """The same without a body."""
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: a web server's log is kept by who stands before it."""

    def _answer(self, *, body: bool) -> None:
        path = found(self.server.home.feeds, self.path)
        if path is None:
            return self._send(
                HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}, b"No such feed.\n", body
            )
        state = self._state(path)
        zipped = "gzip" in re.split(r"[\s,;]+", self.headers.get("Accept-Encoding", "").replace("gzip;q=0", ""))
        content = path.read_bytes()
        tag = state or sha256(content).hexdigest()[:16]
        headers = self._headers(path, tag, zipped=zipped)
        held = _tags(self.headers.get("If-None-Match"))
        if tag in held or (held and "*" in held) or (not held and self._unmodified(path)):
            return self._send(HTTPStatus.NOT_MODIFIED, headers, b"", body)
        if self._unmodified(path):
            # The reader's tag says that its copy is old, its date that it is not: a change within one second. libcurl (and
            # so newsboat) would believe the date and drop the body.
            del headers["Last-Modified"]
        status = HTTPStatus.OK
        if state and "feed" in re.split(r"[\s,;]+", self.headers.get("A-IM", "")):
            news = self._delta(path, held)
            if news is not None:
                # RFC 3229, 10.5.3 and 10.8: a cache that knows no deltas must not keep one
                content, headers["Cache-Control"] = news, "no-store, im"
                if not self.headers.get("User-Agent", "").startswith(READS_NO_226):
                    status, headers["IM"] = HTTPStatus.IM_USED, "feed"
        if zipped and len(content) >= SMALL:
            content = gzip.compress(content, GZIP, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return self._send(status, headers, content, body)

    def _headers(self, path: Path, tag: str, *, zipped: bool) -> dict[str, str]:
        kind = TYPES.get(path.suffix, "application/octet-stream")
        archived = path.is_relative_to(self.server.home.feeds / "archive")
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        return {
            "Content-Type": self._type(kind),
            # Two encodings of one file are two representations, which must not share a strong tag (RFC 9110, 8.8.3).
            "ETag": f'"{tag}-gzip"' if zipped else f'"{tag}"',
            "Last-Modified": format_datetime(changed, usegmt=True),
            "Cache-Control": f"public, max-age={FROZEN if archived else FRESH}",
            "Vary": "Accept, Accept-Encoding, A-IM, If-None-Match",
        }

    def _type(self, kind: str) -> str:
        """The type by which it is called; for a browser plain XML, as Chromium shows a feed's own type as source text."""
        accepted = self.headers.get("Accept", "")
        if kind in (rss.TYPE, atom.TYPE) and "text/html" in accepted and kind not in accepted:
            kind = "application/xml"
        return kind if kind == jsonfeed.TYPE else f"{kind}; charset=utf-8"

    def _state(self, path: Path) -> str | None:
        """The state that the database has for a feed as it is now; None for any other file."""
        name, suffix = _name(self.server.home, path)
        if suffix not in FORMATS or not self.server.home.database.exists():
            return None
        db = connect(self.server.home.database)
        try:
            return publications.state(db, name)
        finally:
            db.close()

    def _delta(self, path: Path, held: set[str]) -> bytes | None:
        """What the reader lacks; None where it shows no state of ours."""
        name, suffix = _name(self.server.home, path)
        home, outlets = self.server.home, self.server.outlets
        db = connect(home.database)
        try:
            revisions = [one for tag in held if (one := publications.revision_of(db, name, tag)) is not None]
            wanted = [one for one in defined(db, config.load_config(home.feeds_file), outlets) if one.name == name]
            if not revisions or not wanted:
                return None
            rendered: bytes = FORMATS[suffix].render(delta(db, home, wanted[0], outlets, max(revisions)))
            return rendered
        finally:
            db.close()

    def _unmodified(self, path: Path) -> bool:
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except (TypeError, ValueError):
            return False
        return since.tzinfo is not None and int(path.stat().st_mtime) <= since.timestamp()

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes, body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


def found(folder: Path, request: str) -> Path | None:
    """The file that a request names; None where there is none, or where it lies outside of the folder or is hidden."""
    name = unquote(urlsplit(request).path).lstrip("/") or "index.html"
    if "\0" in name or any(part.startswith(".") for part in name.split("/")):
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def _name(home: Home, path: Path) -> tuple[str, str]:
    """A feed's name and format."""
    relative = path.relative_to(home.feeds.resolve())
    return relative.with_suffix("").as_posix(), path.suffix.removeprefix(".")


def _tags(header: str | None) -> set[str]:
    """Entity tags as given back by a reader, weak ones and those of the gzipped form included."""
    return {
        tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip")
        for tag in (header or "").split(",")
        if tag.strip()
    }
