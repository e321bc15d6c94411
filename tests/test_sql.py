"""SQL over the newsroom: what Datasette shows beside our pages, on a real server; and that nobody can write by it."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from lxml import html
from werkzeug.test import Client

from aggregator.feeds.serve import listen
from aggregator.site.app import Desk
from storage import views
from storage.db import connect
from storage.documentation import documented
from storage.home import Home
from tests.hostile import HOSTILE
from tests.newsroom import alone
from tests.program import HANGS

pytest.importorskip("datasette", reason="the extra sql is not installed")

from aggregator.site.sql import QUESTIONS

pytestmark = pytest.mark.enable_socket  # its event loop's own pair of sockets; only loopback is asked


class Served:
    """A newsroom's server on loopback."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=HANGS)
        with closing(connection):
            connection.request(method, path)
            answer = connection.getresponse()
            self.headers = answer.headers
            return answer.status, answer.read().decode()

    def sql(self, statement: str) -> tuple[int, str]:
        return self.get(f"/sql/newsroom.json?{urlencode({'sql': statement, '_shape': 'array'})}")


def serve(home: Home) -> Iterator[Served]:
    server = listen("127.0.0.1", 0, Desk(home, {}, {}, troubles=lambda _: []))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Served(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def served(untouched_sample: Path) -> Iterator[Served]:
    yield from serve(Home(untouched_sample / "twosource.db"))


def test_every_table_and_view_shows_what_the_schema_says_of_it(served: Served) -> None:
    status, page = served.get("/sql/newsroom")
    assert status == 200
    assert "Stories that all rest on one source" in served.get("/sql/newsroom/single_source_stories")[1]
    for name in ("stories_now", "articles", "credits"):
        shown = html.fromstring(served.get(f"/sql/newsroom/{name}")[1]).text_content()
        assert documented()[name]["about"].split(".")[0] in shown
        assert all(holds.split("`")[0][:20] in shown for holds in documented()[name].values())
    assert all(title in html.fromstring(page).text_content() for title, _, _ in QUESTIONS.values())


@pytest.mark.parametrize("view", views.VIEWS)
def test_every_view_is_there_as_a_page_as_json_and_as_csv(served: Served, view: str) -> None:
    assert served.get(f"/sql/newsroom/{view}")[0] == 200
    rows = json.loads(served.get(f"/sql/newsroom/{view}.json?_shape=array")[1])
    table = list(csv.DictReader(io.StringIO(served.get(f"/sql/newsroom/{view}.csv")[1])))
    assert len(rows) == len(table)
    assert not rows or list(rows[0]) == list(table[0])


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_ready_question_has_an_answer(served: Served, name: str) -> None:
    given = {"source": "", "outlets": "", "outlet": "meridian", "words": "bridge"}
    status, answer = served.get(f"/sql/newsroom/{name}.json?{urlencode(given)}")
    assert status == 200, answer
    assert json.loads(answer)["error"] is None


def test_the_answers_are_those_of_the_sample(served: Served) -> None:
    rows = json.loads(served.get("/sql/newsroom/now.json?words=Sorrel+bridge&_shape=array")[1])
    assert [(row["sources"], row["outlets"]) for row in rows] == [("2 or more", 7)]
    facets = json.loads(served.get("/sql/newsroom/articles.json?_facet=outlet")[1])["facet_results"]["outlet"][
        "results"
    ]
    assert {one["value"] for one in facets} >= {"meridian", "tarvel-record"}
    assert (
        json.loads(served.sql("select count(*) as n from article_words where article_words match 'bridge'")[1])[0]["n"]
        > 0
    )


# What the authoriser says; then what the driver and SQLite say anyway: of two statements at once, of what is not built in, of a
# pragma that takes no value, of their own table of tables.
REFUSED = (
    "not authorized|prohibited|authorization denied"
    "|one statement at a time|no such function: readfile|too many arguments on pragma|sqlite_master may not be modified"
)
ELSEWHERE = Path(tempfile.gettempdir()) / f"twosource-{os.getpid()}.db"  # a file that only we could make
WRITES = {
    "a write": "insert into runs (started, command) values ('2026-03-02T06:00:00+00:00', 'x')",
    "a write behind a with": "with a as (select 1) insert into runs (started, command) select '2026', 'x' from a",
    "a deletion behind a with": "with a as (select 1) delete from articles",
    "a change behind a with": "with a as (select 1) update stories set least = 9",
    "a change behind a comment": "/* */ with a as (select 1) replace into stories select * from stories",
    "a second statement": "select 1; delete from articles",
    "attach": f"attach database '{ELSEWHERE}' as x",
    "attach behind a comment": "-- x\nattach database ':memory:' as x",
    "a pragma": "pragma query_only = off",
    "a pragma that writes": "pragma writable_schema = on",
    "a pragma as a table": "select * from pragma_journal_mode",
    "a pragma as a table with spaces": "select * from PRAGMA_writable_schema",
    "a pragma that sets": "select * from pragma_schema_version(7)",
    "an extension": "select load_extension('/lib/x.so')",
    "a table": "create table x (y)",
    "a passing table": "create temp table x as select 1",
    "vacuum into a file": f"vacuum into '{ELSEWHERE}'",
    "the table of tables": "with a as (select 1) update sqlite_master set sql = 'x'",
    "a file": "select readfile('/etc/passwd')",
    "the full text's own commands": "with a as (select 1) insert into article_words (article_words) values ('delete-all')",
}


def contents(newsroom: Path) -> list[str]:
    """All that the database holds, what is written but not yet in its file among it."""
    with closing(sqlite3.connect(newsroom / "twosource.db")) as db:
        return list(db.iterdump())


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
def test_nobody_can_write_attach_set_or_load(served: Served, untouched_sample: Path, statement: str) -> None:
    before = contents(untouched_sample)
    status, answer = served.sql(statement)
    assert status == 400, answer
    assert contents(untouched_sample) == before
    assert not ELSEWHERE.exists()


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
def test_the_connection_itself_refuses_what_would_get_past_the_form(untouched_sample: Path, statement: str) -> None:
    from aggregator.site.sql import authorise

    connection = sqlite3.connect(untouched_sample / "twosource.db")  # one that could write
    with closing(connection):
        connection.set_authorizer(authorise)
        with pytest.raises((sqlite3.DatabaseError, sqlite3.Warning), match=REFUSED):
            connection.execute(statement)


def test_nothing_can_be_sent_and_nothing_of_the_machine_is_shown(served: Served) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert served.get("/sql/newsroom", method)[0] == 405
    for path in (
        "-/databases.json",
        "-/versions.json",
        "-/threads.json",
        "-/settings",
        "-/plugins",
        "-/actor",
        "-/logout",
    ):
        assert served.get(f"/sql/{path}")[0] == 404
    assert served.get("/sql/newsroom.db")[0] == 403
    assert served.get("/sql/_internal")[0] in (403, 404)
    assert served.get("/sql/newsroom")[0] == 200
    assert "frame-ancestors 'none'" in served.headers["Content-Security-Policy"]
    assert served.get("/sql/-/static/app.css")[0] == 200


def test_our_pages_lead_there(served: Served) -> None:
    (link,) = html.fromstring(served.get("/")[1]).xpath("//nav/a[.='SQL']/@href")
    assert served.get(f"/{link}")[0] == 200


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_an_outlet_prints_is_text_there_too(tmp_path: Path, bad: str) -> None:
    home = Home(tmp_path / "twosource.db")
    with closing(connect(home.database)) as db:
        alone(db, "herald-1", headline=bad, url="javascript:alert(1)")
    desk = Client(Desk(home, {}, {}, troubles=lambda _: []))
    for path in ("stories_now", "articles", f"now?words={quote('')}"):
        page = html.fromstring(desk.get(f"/sql/newsroom/{path}").text)
        cells = page.xpath("//table[contains(@class, 'rows-and-columns')]//td")
        assert not [one for cell in cells for one in cell.xpath(".//script | .//img | .//svg | .//style | .//@onload")]
        assert not page.xpath("//td//a[starts-with(@href, 'java')]")
        assert "49" not in [cell.text for cell in cells]


def test_without_the_library_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "aggregator.site.sql")
    for name in ("datasette", "datasette.app"):
        monkeypatch.setitem(sys.modules, name, None)
    home = Home(tmp_path / "twosource.db")
    connect(home.database).close()
    desk = Client(Desk(home, {}, {}, troubles=lambda _: []))
    answer = desk.get("/sql/newsroom")
    assert answer.status_code == 404
    assert "pip install &#39;twosource[sql]&#39;" in answer.text
    assert "SQL</a>" not in desk.get("/").text
