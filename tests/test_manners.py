"""What hosts ask of a crawler, and what Scrapy's own commands do: each crawl a process of its own."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import TESTS, Answer, Web, outlet, page, rss, serving, twosource


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
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    db = sqlite3.connect(tmp_path / "t.db")
    assert db.execute("select headline from articles").fetchall() == [("Dam opens",)]
    db.close()
    assert web.paths() == ["/feed", "/a"]
