"""The pages and the feeds over HTTP, as one WSGI application. Reads only: there is nothing to post to.

Pages stand beside the feeds at one address: ``/`` is the front page, ``/stories.rss`` a feed, ``/feeds/`` the list of feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlite_utils import Database
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound, ServiceUnavailable
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from aggregator.feeds import config
from aggregator.feeds.formats import atom
from aggregator.feeds.serve import FeedFiles
from aggregator.health import Trouble
from aggregator.search import attention, query
from aggregator.site import contents, newsroom
from aggregator.site.render import SCRIPT, STYLE, Pages, id_of
from storage import clock
from storage.db import connect_to_read
from storage.errors import HistoryBegins, QueryWrong, TwosourceError
from storage.home import Home
from storage.types import Outlet

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from aggregator.site.sql import Explorer

# Nothing from elsewhere, no inline script: what an outlet prints can't run even if it got through the escaping.
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
ROOM_OF_SQL = "sql/"
PAST = "/as-of/"
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
        *,
        then: datetime | None = None,
    ) -> None:
        """``then``: as of when; None: as it is."""
        self._home, self._outlets, self._feeds, self._troubles = home, outlets, FeedFiles(home, outlets), troubles
        self._names, self._then = names, then
        sql = ROOM_OF_SQL if find_spec("datasette") and not then else ""
        self._pages = Pages(
            outlets, names, live=True, texts=True, watches=not then, feeds="" if then else "feeds/", sql=sql, then=then
        )

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
            if self._then is None and (earlier := self._as_of(request)):
                return earlier(environ, start_response)
            answer = self._answer(request)
        except RequestRedirect as moved:
            answer = moved
        except HTTPException as error:
            ours = isinstance(error, BadRequest | NotFound | ServiceUnavailable)
            said = error.description if ours and error.description else error.name
            answer = self._html(self._pages.error(error.code or 500, str(said)), error.code or 500)
            answer.headers |= dict(error.get_headers()) | dict(answer.headers)
        return answer(environ, start_response)

    def _as_of(self, request: Request) -> WSGIApplication | None:
        """Who answers a request about an earlier moment: ``?as_of=`` leads to the same page below /as-of/MOMENT/, whose links
        stay there.
        """
        if (given := request.args.get("as_of")) is not None:
            moment = _moment(given).astimezone(UTC).replace(tzinfo=None).isoformat()
            rest = {name: value for name, value in request.args.items() if name != "as_of"}
            address = f"{request.script_root}{PAST}{moment}{request.path}"
            return redirect(f"{address}?{urlencode(rest)}" if rest else address)
        if not request.path.startswith(PAST):
            return None
        given, slash, _ = request.path.removeprefix(PAST).partition("/")
        if not slash:
            raise NotFound
        environ = request.environ
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PAST + given
        environ["PATH_INFO"] = request.path.removeprefix(PAST + given)
        return Desk(self._home, self._outlets, self._names, self._troubles, then=_moment(given))

    def _answer(self, request: Request) -> WSGIApplication:
        if not self._then and request.path.startswith(f"/{ROOM_OF_SQL}"):
            return self._explore(request)
        try:
            endpoint, values = ROOMS.bind_to_environ(request.environ).match()
        except NotFound:
            if self._then:
                raise
            return self._feeds.answer(request)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if endpoint == "feeds":
            if self._then:
                raise NotFound("Feeds are as they are now: `twosource export --as-of` writes those of then.")
            return self._feeds.answer(request, file=values.get("file", "index.html"))
        if endpoint in FILES:
            content, kind = FILES[endpoint]
            return _conditional(Response(content, content_type=kind), request)
        try:
            base = connect_to_read(self._home.database, moment=self._then)
        except HistoryBegins as error:
            raise NotFound(str(error)) from error
        except TwosourceError as error:  # it is gone, or a newer program brought it to its own form
            raise ServiceUnavailable(str(error)) from error
        with closing(base) as db:
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
            return newsroom.search(db, self._pages, request.args.get("q", ""), now=self._now(), best=best, days=days)
        if endpoint == "attention":
            return _attention(db, request, self._now())
        ids = [id_of(one) for one in values.values()]
        if None in ids:
            return None
        if endpoint == "story_feed":
            settings = config.load_config(self._home.feeds_file)
            whole = contents.story(db, ids[0] or "")
            return newsroom.story_feed(whole, settings, self._outlets) if whole else None
        if endpoint == "watches":
            if self._then:
                return None
            return newsroom.watches(db, self._pages, self._home.watches_file)
        if endpoint == "health":
            return newsroom.health(db, self._pages, () if self._then else self._troubles(db))
        rooms: Mapping[str, Callable[..., bytes | None]] = {
            "front": newsroom.front,
            "corrections": newsroom.corrections,
            "outlet": newsroom.outlet,
            "agency": newsroom.agency,
            "compare": newsroom.compare,
            "story": newsroom.story,
        }
        return rooms[endpoint](db, self._pages, *ids)

    def _now(self) -> datetime:
        return self._then or clock.now()

    def _html(self, content: bytes, code: int) -> Response:
        return Response(content, code, {"Content-Security-Policy": POLICY}, content_type="text/html; charset=utf-8")


def _moment(text: str) -> datetime:
    """A moment in an address: a date (its end), a time or "3d", in UTC."""
    try:
        return query.moment(text, now=clock.now())
    except QueryWrong as error:
        raise BadRequest(error.why) from error


def _attention(db: Database, request: Request, now: datetime) -> bytes:
    by = next((one for one in attention.BYS if one == request.args.get("by")), attention.BYS[0])
    try:
        return newsroom.attention_csv(db, request.args.get("q", ""), by, now=now)
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
