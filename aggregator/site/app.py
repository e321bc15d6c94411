"""The pages and the feeds over HTTP, as one WSGI application. Reads only: there is nothing to post to.

Pages stand beside the feeds at one address: ``/`` is the front page, ``/stories.rss`` a feed, ``/feeds/`` the list of feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sqlite_utils import Database
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from aggregator.feeds import config
from aggregator.feeds.formats import atom
from aggregator.feeds.serve import FeedFiles
from aggregator.health import Trouble
from aggregator.search import attention
from aggregator.site import contents, newsroom
from aggregator.site.render import SCRIPT, STYLE, Pages, id_of
from storage import clock
from storage.db import connect_to_read
from storage.errors import QueryWrong
from storage.home import Home
from storage.types import Outlet

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from aggregator.site.sql import Explorer

# Nothing from elsewhere, no inline script: what an outlet prints can't run even if it got through the escaping.
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
ROOM_OF_SQL = "sql/"
ROOMS = Map(
    [
        Rule("/", endpoint="front"),
        Rule("/index.html", endpoint="front"),
        Rule("/search.html", endpoint="search"),
        Rule("/attention.csv", endpoint="attention"),
        Rule("/corrections.html", endpoint="corrections"),
        Rule("/health.html", endpoint="health"),
        Rule("/watches.html", endpoint="watches"),
        Rule("/desk.css", endpoint="style"),
        Rule("/desk.js", endpoint="script"),
        Rule("/story/<file>.html", endpoint="story"),
        Rule("/story/<file>.atom", endpoint="story_feed"),
        Rule("/outlet/<file>.html", endpoint="outlet"),
        Rule("/agency/<file>.html", endpoint="agency"),
        Rule("/compare/<first>/<second>.html", endpoint="compare"),
        Rule("/sql", endpoint="sql", redirect_to=ROOM_OF_SQL),
        Rule("/feeds/", endpoint="feeds"),
        Rule("/feeds/<path:file>", endpoint="feeds"),
    ],
    strict_slashes=True,
)


class Desk:
    """One newsroom as a WSGI application: its pages, and its feeds."""

    def __init__(
        self,
        home: Home,
        outlets: Mapping[str, Outlet],
        names: Mapping[str, str],
        troubles: Callable[[Database], Sequence[Trouble]],
    ) -> None:
        self._home, self._outlets, self._feeds, self._troubles = home, outlets, FeedFiles(home, outlets), troubles
        sql = ROOM_OF_SQL if find_spec("datasette") else ""
        self._pages = Pages(outlets, names, live=True, texts=True, watches=True, feeds="feeds/", sql=sql)

    @cached_property
    def _sql(self) -> Explorer | None:
        """Datasette, made when it is first asked; None where it is not installed."""
        try:
            from aggregator.site.sql import Explorer
        except ModuleNotFoundError:
            return None
        return Explorer(self._home.database)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        answer: WSGIApplication
        try:
            answer = self._answer(request)
        except RequestRedirect as moved:
            answer = moved
        except HTTPException as error:
            said = error.description if isinstance(error, BadRequest | NotFound) and error.description else error.name
            answer = self._html(self._pages.error(error.code or 500, str(said)), error.code or 500)
            answer.headers |= dict(error.get_headers()) | dict(answer.headers)
        return answer(environ, start_response)

    def _answer(self, request: Request) -> WSGIApplication:
        if request.path.startswith(f"/{ROOM_OF_SQL}"):
            return self._explore(request)
        try:
            endpoint, values = ROOMS.bind_to_environ(request.environ).match()
        except NotFound:
            return self._feeds.answer(request)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if endpoint == "feeds":
            return self._feeds.answer(request, file=values.get("file", "index.html"))
        if endpoint in FILES:
            content, kind = FILES[endpoint]
            return _conditional(Response(content, content_type=kind), request)
        with closing(connect_to_read(self._home.database)) as db:
            found = self._page(db, endpoint, request, values)
        if found is None:
            raise NotFound(
                "There is no such page. A story that was merged into another is found by its old address too."
            )
        if endpoint == "attention":
            return _conditional(Response(found, content_type="text/csv; charset=utf-8"), request)
        if endpoint == "story_feed":
            return _conditional(Response(found, content_type=f"{atom.TYPE}; charset=utf-8"), request)
        return _conditional(self._html(found, 200), request)

    def _explore(self, request: Request) -> WSGIApplication:
        if self._sql is None:
            raise NotFound("For SQL, facets, JSON and CSV install more: pip install 'twosource[sql]'")
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if not self._sql.has(request.path) or not self._home.database.exists():
            raise NotFound
        return self._sql

    def _page(self, db: Database, endpoint: str, request: Request, values: Mapping[str, str]) -> bytes | None:
        if endpoint == "search":
            best = request.args.get("best") == "1"
            days = request.args.get("days") == "1"
            return newsroom.search(db, self._pages, request.args.get("q", ""), now=clock.now(), best=best, days=days)
        if endpoint == "attention":
            return _attention(db, request)
        ids = [id_of(one) for one in values.values()]
        if None in ids:
            return None
        if endpoint == "story_feed":
            settings = config.load_config(self._home.feeds_file)
            whole = contents.story(db, ids[0] or "")
            return newsroom.story_feed(whole, settings, self._outlets) if whole else None
        if endpoint == "watches":
            return newsroom.watches(db, self._pages, self._home.watches_file)
        if endpoint == "health":
            return newsroom.health(db, self._pages, self._troubles(db))
        rooms: Mapping[str, Callable[..., bytes | None]] = {
            "front": newsroom.front,
            "corrections": newsroom.corrections,
            "outlet": newsroom.outlet,
            "agency": newsroom.agency,
            "compare": newsroom.compare,
            "story": newsroom.story,
        }
        return rooms[endpoint](db, self._pages, *ids)

    def _html(self, content: bytes, code: int) -> Response:
        return Response(content, code, {"Content-Security-Policy": POLICY}, content_type="text/html; charset=utf-8")


def _attention(db: Database, request: Request) -> bytes:
    by = next((one for one in attention.BYS if one == request.args.get("by")), attention.BYS[0])
    try:
        return newsroom.attention_csv(db, request.args.get("q", ""), by, now=clock.now())
    except QueryWrong as error:
        raise BadRequest(str(error)) from error


def _conditional(answer: Response, request: Request) -> Response:
    answer.headers |= {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    answer.set_etag(sha256(answer.get_data()).hexdigest()[:16])
    answer.make_conditional(request)
    return answer


FILES = {"style": (STYLE, "text/css; charset=utf-8"), "script": (SCRIPT, "text/javascript; charset=utf-8")}
