"""The server: 304, 226 with what a reader lacks, gzip, HEAD, types, and nothing from outside of the folder."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlite_utils import Database
from werkzeug.serving import BaseWSGIServer

from aggregator.feeds import websub
from aggregator.feeds.publish import publish
from aggregator.feeds.serve import FeedFiles, listen
from storage.db import connect
from storage.home import Home
from tests.newsroom import OUTLETS, alone, report, story
from tests.program import HANGS

FEED = "/stories.json"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "twosource.db")
    place.feeds_file.write_text("items = 4\nwrite = ['stories', 'outlets']\n")
    return place


@pytest.fixture
def room(home: Home) -> Iterator[Database]:
    """A newsroom on disk with one story published."""
    base = connect(home.database)
    alone(base, "herald-1", body="A bridge. " * 100)
    publish(base, home, outlets=OUTLETS)
    yield base
    base.close()


@pytest.fixture
def server(home: Home, room: Database) -> Iterator[BaseWSGIServer]:
    found = listen("127.0.0.1", 0, FeedFiles(home, OUTLETS))
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def ask(server: BaseWSGIServer, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    """An answer and its body; a header's name is written with underscores."""
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=HANGS)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def tag(server: BaseWSGIServer) -> str:
    return ask(server, FEED)[0].headers["ETag"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/stories.rss", "application/rss+xml; charset=utf-8"),
        ("/stories.atom", "application/atom+xml; charset=utf-8"),
        ("/stories.json", "application/feed+json"),
        ("/stories.txt", "text/plain; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/feeds.css", "text/css; charset=utf-8"),
    ],
)
def test_each_file_has_its_type_and_can_be_cached(server: BaseWSGIServer, path: str, kind: str) -> None:
    answer, body = ask(server, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert len(body) == int(answer.headers["Content-Length"])


def test_a_browser_gets_xml_that_it_can_style(server: BaseWSGIServer) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert ask(server, "/stories.rss", Accept=browser)[0].headers["Content-Type"] == "application/xml; charset=utf-8"
    reader = "application/rss+xml, application/atom+xml, text/html;q=0.5"
    assert ask(server, "/stories.rss", Accept=reader)[0].headers["Content-Type"] == "application/rss+xml; charset=utf-8"


def test_a_reader_that_holds_the_feed_gets_304_without_a_body(server: BaseWSGIServer) -> None:
    first, _ = ask(server, FEED)
    for headers in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'W/{first.headers["ETag"]}, "other"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
        {"If_None_Match": first.headers["ETag"], "A_IM": "feed"},
    ):
        answer, body = ask(server, FEED, **headers)
        assert (answer.status, body) == (304, b"")
        assert answer.headers["ETag"] == first.headers["ETag"]
    # RFC 9110, 13.1.3: a tag that is given counts, the date beside it does not
    answer, _ = ask(server, FEED, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    assert answer.status == 200


def test_gzip_is_another_representation_of_the_same_bytes(server: BaseWSGIServer) -> None:
    plain, body = ask(server, FEED)
    answer, zipped = ask(server, FEED, Accept_Encoding="gzip, deflate")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped) == body
    assert answer.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert ask(server, FEED, Accept_Encoding="gzip", If_None_Match=answer.headers["ETag"])[0].status == 304
    assert "Content-Encoding" not in ask(server, FEED, Accept_Encoding="gzip;q=0")[0].headers


def test_head_says_what_get_says(server: BaseWSGIServer) -> None:
    get, body = ask(server, FEED)
    head, nothing = ask(server, FEED, "HEAD")
    assert nothing == b""
    assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}
    assert int(head.headers["Content-Length"]) == len(body)


def test_a_reader_that_was_away_gets_all_that_entered_or_changed(
    server: BaseWSGIServer, room: Database, home: Home
) -> None:
    held = tag(server)
    for n in range(2, 42):  # ten times as many as the feed holds
        alone(room, f"herald-{n}", minutes=n)
        if n % 4 == 0:
            publish(room, home, outlets=OUTLETS)
    publish(room, home, outlets=OUTLETS)
    full, body = ask(server, FEED, If_None_Match=held)
    assert (full.status, len(json.loads(body)["items"])) == (200, 4)
    answer, body = ask(server, FEED, If_None_Match=held, A_IM="feed")
    assert (answer.status, answer.headers["IM"]) == (226, "feed")
    assert answer.headers["Cache-Control"] == "no-store, im"
    found = [one["id"].rpartition("/")[2] for one in json.loads(body)["items"]]
    assert found == [f"herald-{n}" for n in range(41, 1, -1)]
    assert answer.headers["ETag"] == full.headers["ETag"]
    assert ask(server, FEED, If_None_Match=answer.headers["ETag"], A_IM="feed")[0].status == 304


def test_a_delta_holds_what_changed_and_not_the_rest(server: BaseWSGIServer, room: Database, home: Home) -> None:
    alone(room, "herald-2", minutes=2)
    publish(room, home, outlets=OUTLETS)
    held = tag(server)
    story(room, report(room, "herald-1", minutes=9, headline="Another headline"))
    publish(room, home, outlets=OUTLETS)
    answer, body = ask(server, FEED, If_None_Match=held, A_IM="vcdiff, feed")
    assert answer.status == 226
    assert [one["title"] for one in json.loads(body)["items"]] == ["Another headline"]


def test_rss2email_gets_its_delta_as_200(server: BaseWSGIServer, room: Database, home: Home) -> None:
    held = tag(server)
    for n in range(2, 12):
        alone(room, f"herald-{n}", minutes=n)
    publish(room, home, outlets=OUTLETS)
    answer, body = ask(server, FEED, If_None_Match=held, A_IM="feed", User_Agent="feedparser/6.0.10 +somewhere")
    assert (answer.status, answer.headers["IM"], answer.headers["Cache-Control"]) == (200, None, "no-store, im")
    assert len(json.loads(body)["items"]) == 10


def test_a_change_within_a_second_is_not_dropped_for_its_date(
    server: BaseWSGIServer, room: Database, home: Home
) -> None:
    first, _ = ask(server, FEED)
    alone(room, "herald-2", minutes=2)
    publish(room, home, outlets=OUTLETS)
    date = "Fri, 01 Jan 2100 00:00:00 GMT"
    answer, _ = ask(server, FEED, If_None_Match=first.headers["ETag"], If_Modified_Since=date)
    assert (answer.status, answer.headers["Last-Modified"]) == (200, None)


def test_a_tag_of_another_database_gets_the_whole_feed(server: BaseWSGIServer) -> None:
    answer, body = ask(server, FEED, If_None_Match='"0123456789abcdef"', A_IM="feed")
    assert (answer.status, len(json.loads(body)["items"])) == (200, 1)


@pytest.mark.parametrize(
    "path",
    ["/../twosource.db", "/%2e%2e/twosource.db", "/..%2ftwosource.db", "/nothing.rss", "/.hidden", "/%00", "/outlets"],
)
def test_nothing_but_the_feeds_is_served(server: BaseWSGIServer, path: str) -> None:
    assert ask(server, path)[0].status == 404


def test_a_download_that_broke_off_goes_on(server: BaseWSGIServer) -> None:
    whole, body = ask(server, FEED)
    tag = whole.headers["ETag"]
    answer, rest = ask(server, FEED, Range="bytes=100-", If_Range=tag)
    assert (answer.status, rest) == (206, body[100:])
    assert answer.headers["Content-Range"] == f"bytes 100-{len(body) - 1}/{len(body)}"
    assert ask(server, FEED, Range="bytes=100-", If_Range='"another"')[0].status == 200
    assert ask(server, FEED, Range=f"bytes={len(body)}-")[0].status == 416
    # a zipped answer is made anew each time: no range of it
    assert ask(server, FEED, Range="bytes=100-", Accept_Encoding="gzip")[0].status == 200


def test_nothing_can_be_sent_here(server: BaseWSGIServer) -> None:
    answer, _ = ask(server, FEED, "POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_link_out_of_the_folder_is_not_followed(server: BaseWSGIServer, home: Home) -> None:
    (home.feeds / "out.rss").symlink_to(home.database)
    assert ask(server, "/out.rss")[0].status == 404


class Hub(BaseHTTPRequestHandler):
    """Takes every note, or refuses it."""

    notes: list[dict[str, list[str]]] = []  # noqa: RUF012 - one server a test run
    status = 202

    def do_POST(self) -> None:
        self.notes.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def test_a_hub_is_told_of_changes_and_never_fails_a_run() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as hub:
        threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}).start()
        address = f"http://127.0.0.1:{hub.server_address[1]}/"
        assert websub.ping(address, ["https://news.example/stories.rss"]) == []
        assert Hub.notes == [{"hub.mode": ["publish"], "hub.url": ["https://news.example/stories.rss"]}]
        Hub.status = 500
        (problem,) = websub.ping(address, ["https://news.example/stories.rss"])
        assert "did not take the note" in problem
        hub.shutdown()
    with socket.create_server(("127.0.0.1", 0)) as nobody:  # the port is ours, and who asks there is hung up on
        nobody.shutdown(socket.SHUT_RDWR)
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        (problem,) = websub.ping(address, ["https://news.example/stories.rss"])
    assert address in problem
