"""The feeds over HTTP, with deltas (RFC 3229, "A-IM: feed"). Writes nothing; any web server can stand in.

Conditional requests, ranges, types, safe paths and the connection itself are werkzeug's. A reader that was away gets with 226
all that entered or changed since its last visit, however often the feed has rolled over: that is ours.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import http_date, parse_set_header
from werkzeug.security import safe_join
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from aggregator.feeds import config
from aggregator.feeds.formats import FORMATS, atom, jsonfeed, rss
from aggregator.feeds.publish import defined, delta
from storage import publications
from storage.db import connect
from storage.home import Home
from storage.types import Outlet

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BY_SUFFIX = {kind.SUFFIX: kind for kind in FORMATS}
TYPES = {
    **{f".{kind.SUFFIX}": kind.TYPE for kind in FORMATS},
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


class Handler(WSGIRequestHandler):
    """werkzeug's own, but that it says nothing: a web server's log is kept by who stands before it."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds: an idle connection is let go

    def version_string(self) -> str:
        """Who answers."""
        return "Twosource"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def listen(host: str, port: int, app: WSGIApplication) -> BaseWSGIServer:
    """A server that answers each request in a thread of its own; ``serve_forever`` starts it. Raises OSError."""
    return make_server(host, port, app, threaded=True, request_handler=Handler)


class FeedFiles:
    """One newsroom's folder of feeds as a WSGI application."""

    def __init__(self, home: Home, outlets: Mapping[str, Outlet]) -> None:
        self._home, self._outlets = home, outlets

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self.answer(Request(environ))
        except HTTPException as error:
            said = f"{error.code} {error.name}\n"
            answer = Response(said, error.code, error.get_headers(), content_type="text/plain; charset=utf-8")
        return answer(environ, start_response)

    def answer(self, request: Request, *, file: str | None = None) -> Response:
        """A file (None: the one asked for), 304 where the reader holds it, or 226 with what it lacks. Raises NotFound."""
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        path = self._path(request.path if file is None else file)
        state = self._state(path)
        zipped = request.accept_encodings.quality("gzip") > 0
        content = path.read_bytes()
        answer = Response(content, headers=self._headers(request, path))
        tag = state or sha256(content).hexdigest()[:16]
        # Two encodings of one file are two representations, which must not share a strong tag (RFC 9110, 8.8.3).
        answer.set_etag(f"{tag}-gzip" if zipped else tag)
        # A range counts in the bytes of one representation: a zipped one and a delta are made anew for each request.
        whole = not zipped and "A-IM" not in request.headers
        answer.make_conditional(request, accept_ranges=whole, complete_length=len(content) if whole else None)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return answer
        if request.if_modified_since and answer.last_modified and answer.last_modified <= request.if_modified_since:
            # The reader's tag says that its copy is old, its date that it is not: a change within one second. libcurl (and
            # so newsboat) would believe the date and drop the body.
            del answer.headers["Last-Modified"]
        if state and "feed" in parse_set_header(request.headers.get("A-IM")):
            self._shorten(answer, request, path)
        if zipped and len(answer.get_data()) >= SMALL:
            answer.set_data(gzip.compress(answer.get_data(), GZIP, mtime=0))
            answer.content_encoding = "gzip"
        return answer

    def _path(self, asked: str) -> Path:
        """The file that a request names. Raises NotFound where there is none, or where it lies outside or is hidden."""
        name = asked.lstrip("/") or "index.html"
        hidden = "\0" in name or any(part.startswith(".") for part in name.split("/"))
        path = Path(safe_join(str(self._home.feeds), name) or "") if not hidden else Path()
        if not path.is_file() or not path.resolve().is_relative_to(
            self._home.feeds.resolve()
        ):  # a link may lead outside
            raise NotFound
        return path

    def _headers(self, request: Request, path: Path) -> dict[str, str]:
        archived = path.is_relative_to(self._home.feeds / "archive")
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        return {
            "Content-Type": _type(TYPES.get(path.suffix, "application/octet-stream"), request),
            "Last-Modified": http_date(changed),
            "Cache-Control": f"public, max-age={FROZEN if archived else FRESH}",
            "Vary": "Accept, Accept-Encoding, A-IM, If-None-Match",
        }

    def _state(self, path: Path) -> str | None:
        """The state that the database has for a feed as it is now; None for any other file."""
        name, suffix = _name(self._home, path)
        if suffix not in BY_SUFFIX or not self._home.database.exists():
            return None
        with closing(connect(self._home.database)) as db:
            return publications.state(db, name)

    def _shorten(self, answer: Response, request: Request, path: Path) -> None:
        """Put what the reader lacks in the place of the whole feed, where it shows a state of ours."""
        name, suffix = _name(self._home, path)
        held = {tag.removesuffix("-gzip") for tag in request.if_none_match.as_set(include_weak=True)}
        with closing(connect(self._home.database)) as db:
            revisions = [one for tag in held if (one := publications.revision_of(db, name, tag)) is not None]
            wanted = [
                one for one in defined(db, config.load_config(self._home.feeds_file), self._outlets) if one.name == name
            ]
            if not revisions or not wanted:
                return
            answer.set_data(BY_SUFFIX[suffix].render(delta(db, self._home, wanted[0], self._outlets, max(revisions))))
        # RFC 3229, 10.5.3 and 10.8: a cache that knows no deltas must not keep one
        answer.headers["Cache-Control"] = "no-store, im"
        if not request.headers.get("User-Agent", "").startswith(READS_NO_226):
            answer.status_code, answer.headers["IM"] = HTTPStatus.IM_USED, "feed"


def _type(kind: str, request: Request) -> str:
    """The type by which it is called; for a browser plain XML, as Chromium shows a feed's own type as source text."""
    accepted = request.headers.get("Accept", "")
    if kind in (rss.TYPE, atom.TYPE) and "text/html" in accepted and kind not in accepted:
        kind = "application/xml"
    return kind if kind == jsonfeed.TYPE else f"{kind}; charset=utf-8"


def _name(home: Home, path: Path) -> tuple[str, str]:
    """A feed's name and format."""
    relative = path.resolve().relative_to(home.feeds.resolve())
    return relative.with_suffix("").as_posix(), path.suffix.removeprefix(".")
