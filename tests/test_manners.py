"""What hosts ask of a crawler, and what Scrapy's own commands do: each crawl a process of its own."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import TESTS, Answer, Web, outlet, page, rss, serving, twosource

from tests.program import HANGS


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(Web()) as served:
        outlet(tmp_path, "times", served, "feeds = ['{web}/feed']")
        served.pages = {"/feed": Answer(rss(served.url("/a"))), "/a": page("Dam opens")}
        yield served


def crawl(home: Path) -> dict[str, object]:
    """What the outlet gave."""
    found: dict[str, object] = json.loads(twosource(home, "crawl", "--json", "times").stdout)
    return found


def hang_up(_times: int) -> Answer:
    raise ConnectionAbortedError


@pytest.mark.parametrize(
    ("robots", "stored", "why"),
    [
        pytest.param(Answer(b"User-agent: *\nDisallow: /", 404), 1, None, id="404 allows all, whatever its body says"),
        pytest.param(Answer(b"no", 403), 1, None, id="403 allows all"),
        pytest.param(Answer(b"", 302, {"Location": "/robots.txt"}), 1, None, id="redirects in a circle allow all"),
        pytest.param(Answer(b"User-agent: *\nAllow: /", 500), 0, "HTTP 500", id="500 forbids all"),
        pytest.param(Answer(b"", 503), 0, "HTTP 503", id="503 forbids all"),
        pytest.param(hang_up, 0, "connection lost", id="no answer forbids all"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_robots_txt_that_does_not_come_is_taken_as_rfc_9309_says(
    tmp_path: Path, web: Web, robots: Answer, stored: int, why: str | None
) -> None:
    web.pages["/robots.txt"] = robots
    gave = crawl(tmp_path)
    assert gave["stored"] == stored
    assert gave["reasons"] == ({f"{web.url('/feed')}: its robots.txt cannot be had: {why}": 1} if why else {})
    assert set(web.paths()) == ({"/feed", "/a"} if stored else set())


def test_a_host_that_asked_for_an_hour_is_left_alone_by_the_next_run_and_asked_by_the_one_after_it(
    tmp_path: Path, web: Web
) -> None:
    web.pages["/a"] = Answer(b"later", 429, {"Retry-After": "3600"})
    crawl(tmp_path)
    web.pages["/a"] = page("Dam opens")
    asked = len(web.asked)
    assert crawl(tmp_path)["outcome"] == "failed"
    assert len(web.asked) == asked
    db = sqlite3.connect(tmp_path / "t.db")
    db.execute("update pauses set until = datetime(until, '-1 hour') || '+00:00'")
    db.commit()
    db.close()
    assert crawl(tmp_path)["stored"] == 1


def test_a_host_that_asks_for_ten_minutes_between_two_requests_is_asked_once_in_ten_minutes(
    tmp_path: Path, web: Web
) -> None:
    """Only its feed is: which of its pages to ask for is forgotten with the visit."""
    web.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 600")
    feed = web.url("/feed")
    later, too_often = "the host asks to come back later", "the host asks for 600 s between two requests"
    for over, reasons, asked in (
        (False, {too_often: 1}, 1),
        (False, {f"{feed}: {later}": 1}, 1),
        (True, {too_often: 1}, 2),
        (True, {too_often: 1}, 3),
    ):
        if over:
            ten_minutes_later(tmp_path)
        assert (crawl(tmp_path)["reasons"], web.paths().count("/feed")) == (reasons, asked)
    assert web.paths() == ["/feed"] * 3


def ten_minutes_later(home: Path) -> None:
    """What hosts asked for has come ten minutes nearer to its end."""
    db = sqlite3.connect(home / "t.db")
    db.execute("update pauses set until = datetime(until, '-10 minutes') || '+00:00'")
    db.commit()
    db.close()


@pytest.mark.parametrize("until", ["Fri, 31 Dec 9999 23:59:59 GMT", "7200"])
def test_who_asks_for_a_pause_is_not_asked_for_the_pages_that_stand_in_the_queue(
    tmp_path: Path, web: Web, until: str
) -> None:
    paths = [f"/{n}" for n in range(6)]
    web.pages = {"/feed": Answer(rss(*map(web.url, paths)))} | {path: page("Dam opens") for path in paths}
    web.pages["/0"] = Answer(b"later", 429, {"Retry-After": until})
    assert crawl(tmp_path)["reasons"] == {"the host asks to come back later": 6}
    assert [path for path in web.paths() if path in paths] == ["/0"]


def test_who_does_not_say_how_to_be_reached_is_told_once_a_run_and_says_it_to_every_host(
    tmp_path: Path, web: Web
) -> None:
    outlet(tmp_path, "post", web, "feeds = ['{web}/feed']")
    silent = twosource(tmp_path, "crawl", "times", "post", TWOSOURCE_CONTACT="")
    assert silent.stderr.count("TWOSOURCE_CONTACT is not set") == 1
    told = twosource(tmp_path, "crawl", "times", "post", TWOSOURCE_CONTACT="desk@times.example")
    assert "TWOSOURCE_CONTACT" not in told.stderr
    assert "desk@times.example" not in web.asked[0][1]["user-agent"]
    assert "desk@times.example" in web.asked[-1][1]["user-agent"]


def test_a_gzip_that_is_cut_is_no_article_by_crawl_nor_by_replay(tmp_path: Path, web: Web) -> None:
    packed = gzip.compress(page("Dam opens wide").body * 50)
    web.pages["/a"] = Answer(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})
    gave = crawl(tmp_path)
    [file] = (tmp_path / "archive").rglob("*.warc.gz")
    twosource(tmp_path / "again", "replay", str(file))
    db = sqlite3.connect(tmp_path / "again" / "t.db")
    [(outcome, reason)] = db.execute("select outcome, reason from pages where url like '%/a'").fetchall()
    db.close()
    assert (gave["stored"], gave["reasons"]) == (0, {reason: 1})
    assert (outcome, reason) == ("skipped", "its gzip is cut short")


def test_scrapy_crawls_an_outlet_by_its_id(tmp_path: Path, web: Web) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "times"],
        cwd=TESTS.parent,
        env=os.environ | {"TWOSOURCE_DB": str(tmp_path / "t.db")},
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    db = sqlite3.connect(tmp_path / "t.db")
    assert db.execute("select headline from articles").fetchall() == [("Dam opens",)]
    db.close()
    assert web.paths() == ["/feed", "/a"]


def test_robots_txt_is_asked_once_a_day_for_all_outlets_and_runs(tmp_path: Path, web: Web) -> None:
    web.pages["/robots.txt"] = Answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /b\n")
    web.pages["/feed"] = Answer(rss(web.url("/a"), web.url("/b")))
    outlet(tmp_path, "post", web, "feeds = ['{web}/feed']")
    for _ in range(2):
        twosource(tmp_path, "crawl", "times", "post")
    asked = [path for path, _ in web.asked]
    assert (asked.count("/robots.txt"), asked.count("/b")) == (1, 0)
    db = sqlite3.connect(tmp_path / "t.db")
    db.execute("update robots set fetched = datetime(fetched, '-25 hours') || '+00:00'")
    db.commit()
    db.close()
    twosource(tmp_path, "crawl", "times")
    assert [path for path, _ in web.asked].count("/robots.txt") == 2


def test_outlets_on_one_host_are_asked_at_one_pace(tmp_path: Path, web: Web) -> None:
    for name in ("times", "post", "herald"):
        outlet(tmp_path, name, web, f"feeds = ['{{web}}/{name}']")
        file = tmp_path / "outlets" / f"{name}.toml"
        file.write_text(file.read_text().replace("delay = 0", "delay = 1"))
        web.pages[f"/{name}"] = Answer(rss(web.url(f"/{name}/1"), web.url(f"/{name}/2")))
        web.pages |= {f"/{name}/{n}": page(f"Dam {name} {n}") for n in (1, 2)}
    noted = noted_turns(tmp_path, "times", "post", "herald")
    turns, asked = (sorted(moment for what, moment in noted if what == kind) for kind in ("turn", "asked"))
    assert len(web.asked) == len(asked) == len(turns) == 10
    # A second, with the jitter of half of it.
    assert all(later - earlier > 0.499 for earlier, later in itertools.pairwise(turns))
    assert all(moment >= turn for turn, moment in zip(turns, asked, strict=True))


def noted_turns(home: Path, *names: str) -> list[tuple[str, float]]:
    """A crawl's turns and requests, as they came."""
    file = home / "turns.jsonl"
    twosource(home, "crawl", *names, SCRAPY_SETTINGS_MODULE="noted_turns", TURNS=str(file))
    return [tuple(json.loads(line)) for line in file.read_text().splitlines()]


def test_a_feed_that_is_gone_is_asked_no_more_and_one_that_moved_is_asked_where_it_is(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/gone', '{web}/old']")
    web.pages |= {
        "/gone": Answer(b"", 410),
        "/old": Answer(b"", 301, {"Location": "/new"}),
        "/new": Answer(rss(web.url("/a"))),
    }
    first = crawl(tmp_path)
    assert (
        f"{web.url('/old')}: moved for good to {web.url('/new')}; write that into the outlet's file" in first["reasons"]
    )  # type: ignore[operator]
    assert web.paths() == ["/gone", "/old", "/new", "/a"]
    crawl(tmp_path)
    assert web.paths()[4:] == ["/new"]


def test_all_who_wait_for_a_robots_txt_obey_it(tmp_path: Path, web: Web) -> None:
    names = ("times", "post", "herald", "echo")
    web.pages["/robots.txt"] = lambda _times: time.sleep(1) or Answer(b"User-agent: *\nDisallow: /b\n")  # type: ignore[return-value]
    for name in names:
        outlet(tmp_path, name, web, f"feeds = ['{{web}}/b/{name}']")
    done = twosource(tmp_path, "crawl", "--json", *names)
    assert web.paths() == []
    assert all("robots.txt forbids it" in str(json.loads(line)["reasons"]) for line in done.stdout.splitlines())


def test_those_who_waited_for_a_slow_answer_do_not_ask_all_at_once_behind_it(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    file = tmp_path / "outlets" / "times.toml"
    file.write_text(file.read_text().replace("delay = 0", "delay = 0.4"))
    paths = [f"/{n}" for n in range(4)]
    web.pages = {"/feed": Answer(rss(*map(web.url, paths)))} | {path: page(f"Dam {path}") for path in paths}
    web.pages["/0"] = lambda _times: time.sleep(1) or page("Dam")  # type: ignore[return-value]
    noted = noted_turns(tmp_path, "times")
    # robots.txt, the feed and four pages: each takes its turn when the one before it is answered, and not before.
    assert [what for what, _ in noted] == ["turn", "asked", "answered"] * 6
    turns = [moment for what, moment in noted if what == "turn"]
    assert all(later - earlier > 0.199 for earlier, later in itertools.pairwise(turns))
