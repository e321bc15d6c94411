"""The crawl, on a web of loopback or of an archive. Each crawl is a process of its own."""

from __future__ import annotations

import gzip
import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import pytest
from loopback import TESTS, Answer, Web, outlet, page, rss, serving, twosource

from scrapers import outlets
from scrapers.middlewares.retry_after import retry_after
from scrapers.middlewares.truncated_gzip import is_cut
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive, keys
from tests import program

TWELVE = ["voa", "reuters", "ap", "bbc", "guardian", "dw", "afp-factcheck", "anadolu"]  # as issue 2 lists them
TWELVE += ["politico-eu", "euronews", "kommersant", "ukr-pravda"]


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(home / "t.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def crawl(home: Path, *words: str, **env: str) -> tuple[int, dict[str, dict[str, object]], str]:
    """The exit code, what each outlet gave, and what was said."""
    done = twosource(home, "crawl", "--json", *words, **env)
    return done.returncode, {row["outlet"]: row for row in map(json.loads, done.stdout.splitlines())}, done.stderr


@pytest.fixture
def web() -> Web:
    with serving(Web()) as served:
        yield served


# --------------------------------------------------------------------------------------------- real outlets


def test_the_real_outlets_find_and_store_exactly_their_pages(tmp_path: Path, shared: Path) -> None:
    file = shared / "pages" / "real-pages.warc.gz"
    code, gave, said = crawl(tmp_path, *TWELVE, ARCHIVED_WEB=str(file), SCRAPY_SETTINGS_MODULE="archived_web")
    by_host = outlet_by_host(outlets.load_outlets()[0])
    theirs = {record.url for record in archive.records(file) if outlet_of(record.url, by_host).id in TWELVE}
    stored = {url for (url,) in rows(tmp_path, "select url from pages where outcome = 'stored'")}
    assert (code, set(gave)) == (0, set(TWELVE)), said
    assert stored == theirs
    assert len(stored) >= 23
    assert rows(tmp_path, "select count(*) from pages") == [(len(theirs),)]
    _, again, _ = crawl(tmp_path, *TWELVE, ARCHIVED_WEB=str(file), SCRAPY_SETTINGS_MODULE="archived_web")
    assert {row["fetched"] for row in again.values()} == {0}
    assert {row["outcome"] for row in again.values()} == {"ok"}


def test_scrapy_lists_the_outlets() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], capture_output=True, text=True, cwd=TESTS.parent, check=True
    )
    assert set(listed.stdout.split()) >= {"commonspace", "eurasianet", "voa", "rferl", "afp"}


# --------------------------------------------------------------------------------------------- what is fetched


def test_only_the_new_is_fetched_and_an_unchanged_feed_is_not_read_again(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    web.pages = {
        "/feed": Answer(rss(web.url("/a"), web.url("/a/?utm_source=rss")), etag='"1"'),
        "/a": page("Dam opens"),
        "/b": page("Dam closes"),
    }
    assert crawl(tmp_path, "times")[1]["times"]["stored"] == 1
    assert crawl(tmp_path, "times")[1]["times"]["fetched"] == 0
    assert web.asked[-1][1]["if-none-match"] == '"1"'
    web.pages["/feed"] = Answer(rss(web.url("/b"), web.url("/a")), etag='"2"')
    third = crawl(tmp_path, "times")[1]["times"]
    assert (third["announced"], third["stored"]) == (2, 1)
    assert web.paths() == ["/feed", "/a", "/feed", "/feed", "/b"]


def test_a_young_page_is_asked_again_with_its_etag_and_a_correction_is_a_version(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    first = page("Dam opens")
    web.pages = {"/feed": Answer(rss(web.url("/a"))), "/a": Answer(first.body, etag='"1"')}
    crawl(tmp_path, "times")
    hour_ago = (
        "update validators set first = datetime(first, '-1 hour') || '+00:00',"
        " checked = datetime(checked, '-1 hour') || '+00:00'"
    )
    db = sqlite3.connect(tmp_path / "t.db")
    db.execute(hour_ago)
    db.commit()
    same = crawl(tmp_path, "times")[1]["times"]
    assert (same["fetched"], same["unchanged"], same["stored"]) == (1, 1, 0)
    db.execute(hour_ago.replace("-1 hour", "-9 hours"))
    db.commit()
    db.close()
    web.pages["/a"] = Answer(page("Dam opens", "Correction: it did not.").body, etag='"2"')
    assert crawl(tmp_path, "times")[1]["times"]["stored"] == 1
    assert rows(tmp_path, "select version from articles order by seq") == [(1,), (2,)]


def test_alternatives_are_tried_until_one_has_items(tmp_path: Path, web: Web) -> None:
    outlet(
        tmp_path,
        "times",
        web,
        "feeds = [{url = '{web}/gone', status = 'measured-ok'}, {url = '{web}/html', status = 'listed'},"
        " {url = '{web}/empty', status = 'guess'}]",
        "sitemaps = ['{web}/index.xml']",
        "listings = ['{web}/never']",
        "article_url = '/news/'",
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    urlset = (
        f"<urlset {space}><url><loc>{web.url('/news/a')}</loc></url><url><loc>{web.url('/about')}</loc></url></urlset>"
    )
    web.pages = {
        "/html": Answer(b"<html><body>Welcome</body></html>"),
        "/empty": Answer(b"<rss version='2.0'><channel><title>.</title></channel></rss>"),
        "/index.xml": Answer(
            f"<sitemapindex {space}><sitemap><loc>{web.url('/1.xml.gz')}</loc></sitemap></sitemapindex>".encode()
        ),
        "/1.xml.gz": Answer(gzip.compress(urlset.encode()), headers={"Content-Type": "application/x-gzip"}),
        "/news/a": page("Dam opens"),
    }
    code, gave, _ = crawl(tmp_path, "times")
    assert web.paths() == ["/gone", "/html", "/empty", "/index.xml", "/1.xml.gz", "/news/a"]
    assert (code, gave["times"]["outcome"], gave["times"]["stored"]) == (0, "ok", 1)
    assert gave["times"]["reasons"] == {
        f"{web.url('/gone')}: HTTP 404, not there": 1,
        f"{web.url('/html')}: not a feed": 1,
        f"{web.url('/empty')}: a feed without items": 1,
    }


def test_a_listing_gives_each_article_once(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "listings = ['{web}/latest']", "article_url = '/news/'")
    web.pages = {
        "/latest": Answer(b"<a href='/news/a'>A</a> <a href='/news/a?utm_source=x'>A</a> <a href='/about'>Us</a>"),
        "/news/a": page("Dam opens"),
    }
    assert crawl(tmp_path, "times")[1]["times"]["stored"] == 1
    assert web.paths() == ["/latest", "/news/a"]


# --------------------------------------------------------------------------------------------- manners


def test_robots_txt_is_obeyed_for_pages_and_feeds(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    outlet(tmp_path, "shut", web, "feeds = ['{web}/private/feed']")
    web.pages = {
        "/robots.txt": Answer(b"User-agent: Twosource\nDisallow: /private\n"),
        "/feed": Answer(rss(web.url("/private/a"), web.url("/b"))),
        "/b": page("Dam opens"),
    }
    code, gave, _ = crawl(tmp_path, "times", "shut")
    assert sorted(web.paths()) == ["/b", "/feed"]
    assert gave["times"]["reasons"] == {"robots.txt forbids it": 1}
    assert (code, gave["shut"]["outcome"]) == (1, "failed")
    assert all("Twosource/" in headers["user-agent"] for _, headers in web.asked)


def test_a_host_that_asks_to_wait_is_waited_for(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    busy = Answer(b"later", 503, {"Retry-After": "2"})
    web.pages = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 1\n"),
        "/feed": Answer(rss(web.url("/a"), web.url("/b"))),
        "/a": lambda times: busy if times < 2 else page("Dam opens"),
        "/b": page("Dam closes"),
    }
    began = time.monotonic()
    gave = crawl(tmp_path, "times")[1]["times"]
    assert gave["stored"] == 2
    # A second after the feed, two for the busy page, one between the two pages behind it.
    assert time.monotonic() - began > 4
    web.pages["/feed"] = Answer(b"later", 429, {"Retry-After": "3600"})
    assert crawl(tmp_path, "times")[1]["times"]["outcome"] != "ok"  # an hour is not waited for


# --------------------------------------------------------------------------------------------- bad weather


def test_bad_answers_are_told_and_everything_else_goes_on(tmp_path: Path, web: Web) -> None:
    paths = ["/big", "/loop", "/cut", "/broken", "/gone", "/down", "/away", "/empty", "/latin", "/good"]
    other = web.url("/a").replace("127.0.0.1", "localhost")
    outlet(
        tmp_path,
        "times",
        web,
        "feeds = ['{web}/feed', '{web}/garbage']",
        "allow_private = true",
        f"sitemaps = ['{other}']",
    )
    packed = gzip.compress(page("Dam opens wide").body * 50)
    zipped = {"Content-Encoding": "gzip"}
    web.pages = {
        "/feed": Answer(rss(*(web.url(path) for path in paths))),
        "/garbage": Answer(Random(1).randbytes(5000)),
        "/big": Answer(b"x" * 50_000_000),
        "/loop": Answer(b"", 302, {"Location": "/loop"}),
        "/cut": Answer(packed[: len(packed) // 2], headers=zipped),
        "/broken": Answer(b"\x1f\x8b\x08garbage", headers=zipped),
        "/down": Answer(b"oops", 500),
        "/away": Answer(b"", 301, {"Location": other}),
        "/a": page("Dam elsewhere"),
        "/empty": Answer(b""),
        "/latin": Answer(
            page("Señal").body.decode().encode("latin-1"), headers={"Content-Type": "text/html; charset=utf-8"}
        ),
        "/good": page("Dam closes"),
    }
    code, gave, _ = crawl(tmp_path, "times")
    reasons = gave["times"]["reasons"]
    for words in (
        "longer than 10 MB",
        "redirects in a circle",
        "its gzip is cut short",
        "HTTP 404, not there",
        "HTTP 500",
        "it leads to another site",
        f"{web.url('/garbage')}: not a feed",
    ):
        assert reasons.get(words) == 1, (words, reasons)
    assert code == 0
    stored = {url for (url,) in rows(tmp_path, "select url from pages where outcome = 'stored'")}
    assert {web.url("/good"), web.url("/latin")} <= stored
    assert not stored & {web.url("/cut"), web.url("/broken"), web.url("/empty")}


def test_every_answer_is_archived_as_it_came(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed', '{web}/gone']")
    body = page("Dam opens").body
    web.pages = {
        "/feed": Answer(rss(web.url("/a"))),
        "/a": Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"}),
    }
    crawl(tmp_path, "times")
    [file] = (tmp_path / "archive").rglob("*.warc.gz")
    records = {record.url: record for record in archive.records(file)}
    assert set(records) == {web.url(path) for path in ("/robots.txt", "/feed", "/gone", "/a")}
    assert records[web.url("/a")].body == body
    [(name, offset)] = rows(tmp_path, "select archive, offset from pages")
    assert archive.record_at(tmp_path / "archive" / str(name), int(str(offset))).url == web.url("/a")


def test_without_a_network_every_outlet_is_named_and_the_database_is_as_it_was(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    web.pages = {"/feed": Answer(rss(web.url("/a"))), "/a": page("Dam opens")}
    crawl(tmp_path, "times")
    before = list(sqlite3.connect(tmp_path / "t.db").iterdump())
    code, gave, said = crawl(tmp_path, ARCHIVED_WEB="", SCRAPY_SETTINGS_MODULE="no_web")
    assert code == 3
    with_ways = {name for name, known in outlets.load_outlets()[0].items() if known.sources}
    assert set(gave) == with_ways | {"times"}
    assert all(f"{name}: could not be reached" in said for name in gave)
    assert list(sqlite3.connect(tmp_path / "t.db").iterdump()) == before
    assert "Traceback" not in said


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_crawl_loses_and_doubles_nothing(tmp_path: Path, web: Web, kind: signal.Signals) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    paths = [f"/{n}" for n in range(40)]
    web.pages = {"/feed": Answer(rss(*(web.url(path) for path in paths)), etag='"1"')}
    web.pages |= {path: page(f"Dam {path[1:]} opens") for path in paths}
    (tmp_path / "outlets" / "times.toml").write_text(
        (tmp_path / "outlets" / "times.toml").read_text().replace("delay = 0", "delay = 0.1")
    )
    words = ["crawl", "--db", tmp_path / "t.db", "times"]
    running = program.start(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    program.until(lambda: len(web.asked) >= 15 or running.poll() is not None)
    running.send_signal(kind)
    running.wait()
    assert crawl(tmp_path, "times")[0] == 0
    assert rows(tmp_path, "select count(*), count(distinct id) from articles") == [(40, 40)]
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]


def test_a_second_crawl_on_one_database_says_so_and_leaves(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    tried = threading.Event()  # the first crawl waits for its feed until the second one has left
    web.pages = {"/feed": lambda _: tried.wait(program.HANGS) and Answer(rss(web.url("/a"))), "/a": page("Dam opens")}
    words = ["crawl", "--db", tmp_path / "t.db", "times"]
    running = program.start(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    program.until(lambda: web.asked or running.poll() is not None)
    second = twosource(tmp_path, "crawl", "times")
    tried.set()
    assert (second.returncode, "Another run is at work" in second.stderr) == (3, True)
    assert running.wait() == 0


# --------------------------------------------------------------------------------------------- the commands


def test_a_broken_outlet_file_is_told_and_the_others_run(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    (tmp_path / "outlets" / "torn.toml").write_text('name = "Torn"\nhomepage = "https://torn.example/"\nhosts = 1\n')
    listed = twosource(tmp_path, "outlets")
    assert (listed.returncode, "torn.toml: hosts: expected" in listed.stderr.replace("\n", "")) == (1, True)
    assert twosource(tmp_path, "crawl", "torn").returncode == 3
    assert twosource(tmp_path, "crawl", "nobody").returncode == 2


def test_an_outlet_without_ways_is_no_failure(tmp_path: Path) -> None:
    done = twosource(tmp_path, "crawl", "afp")
    assert (done.returncode, "credits of others" in done.stderr) == (0, True)
    rows_ = {row["id"]: row for row in map(json.loads, twosource(tmp_path, "outlets", "--json").stdout.splitlines())}
    assert rows_["afp"]["sources"] == "none"
    assert "credits of others" in rows_["afp"]["note"]


def test_check_shows_what_each_way_finds_and_add_writes_the_file(tmp_path: Path, web: Web) -> None:
    alternate = "<link rel='alternate' type='application/rss+xml' href='/comments/feed'>"
    alternate += "<link rel='alternate' type='application/rss+xml' href='/news.rss'>"
    web.pages = {
        "/": Answer(
            f"<html lang='en-GB'><head><title> The River Post </title>{alternate}</head><body>.</body></html>".encode()
        ),
        "/robots.txt": Answer(f"User-agent: *\nDisallow: /x\nSitemap: {web.url('/maps.xml')}\n".encode()),
        "/news.rss": Answer(rss(web.url("/a"))),
        "/maps.xml": Answer(b"<html>none</html>"),
        "/a": page("Dam opens"),
    }
    added = twosource(tmp_path, "outlets", "add", web.url("/"), "--id", "river-post")
    assert added.returncode == 0, added.stderr
    made = outlets.read_outlet(tmp_path / "outlets" / "river-post.toml")
    assert (made.name, made.languages, [(source.kind, source.url) for source in made.sources]) == (
        "The River Post",
        ("en",),
        [("feed", web.url("/news.rss"))],
    )
    assert crawl(tmp_path, "river-post")[1]["river-post"]["stored"] == 1
    checked = twosource(tmp_path, "outlets", "check", "river-post", "--json")
    [finding] = [json.loads(line) for line in checked.stdout.splitlines()]
    assert (finding["items"], finding["verdict"], checked.returncode) == (1, "works", 0)
    assert twosource(tmp_path, "outlets", "add", web.url("/"), "--id", "river-post").returncode == 2
    web.pages["/news.rss"] = Answer(b"<html>moved</html>")
    assert twosource(tmp_path, "outlets", "check", "river-post").returncode == 3


# --------------------------------------------------------------------------------------------- small things


def test_a_cut_gzip_is_told_from_a_whole_one() -> None:
    text = b"news " * 10_000
    packed = gzip.compress(text)
    assert not is_cut(packed, len(text))
    assert not is_cut(packed + gzip.compress(text), 2 * len(text))  # two members
    assert is_cut(packed[:-20], len(text) - 5)
    assert not is_cut(b"plain", 5)


@pytest.mark.parametrize(("said", "seconds"), [("120", 120.0), ("soon", None), ("Mon, 23 Nov 1998 22:00:00 GMT", 0.0)])
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after(said) == seconds


def test_a_key_is_what_remembers_a_page(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    web.pages = {"/feed": Answer(rss(web.url("/a?utm_source=rss"))), "/a?utm_source=rss": page("Dam opens")}
    crawl(tmp_path, "times")
    assert rows(tmp_path, "select url, outlet from validators where outlet is not null") == [
        (keys.canonical(web.url("/a")), "times")
    ]
