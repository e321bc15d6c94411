"""What befalls a program that cron runs for years: full disks, readers that leave, signals, limits of time."""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import TESTS, Answer, Web, outlet, page, rss, serving, twosource
from sqlite_utils import Database

from storage import pages, signals
from storage.archive import Archive
from storage.clock import now
from storage.db import connect
from storage.errors import StoreFailed
from storage.types import Page
from storage.writer import Writer
from tests import program


@pytest.fixture
def web() -> Iterator[Web]:
    with serving(Web()) as served:
        yield served


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(home / "t.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def announce(home: Path, web: Web, count: int, *lines: str) -> None:
    """An outlet with a feed that says 304 to who has it, and so many pages."""
    paths = [f"/{n}" for n in range(count)]
    outlet(home, "times", web, "feeds = ['{web}/feed']", *lines)
    web.pages = {"/feed": Answer(rss(*map(web.url, paths)), etag='"1"')}
    web.pages |= {path: page(f"Dam {path[1:]} opens") for path in paths}


# --------------------------------------------------------------------------------------------- the disk


def test_what_a_full_disk_did_not_take_is_fetched_by_the_next_run(tmp_path: Path, web: Web) -> None:
    announce(tmp_path, web, 12)
    connect(tmp_path / "t.db").close()
    filled = 0
    for growth in (0, 1, 2, 4, 7, 12, 20):  # pages of 4 kB: each fills up somewhere else
        full = on_a_full_disk(tmp_path, growth)
        assert "Traceback" not in full.stderr
        kept = rows(tmp_path, "select count(distinct article) from pages where outcome != 'skipped'")
        known = rows(tmp_path, "select 1 from validators where url like '%/feed'")
        assert (full.returncode, "the disk is full" in full.stderr) == (3, True) or kept == [(12,)], full.stderr
        assert not known or kept == [(12,)]  # the feed counts as known only when all that it announced is kept
        filled += full.returncode == 3
    assert filled >= 3
    assert twosource(tmp_path, "crawl", "times").returncode == 0
    assert rows(tmp_path, "select count(distinct id), max(version) from articles") == [(12, 1)]
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]


def on_a_full_disk(home: Path, growth: int) -> subprocess.CompletedProcess[str]:
    """A crawl whose database may grow by so many pages."""
    full = f"import runpy; runpy.run_path({str(TESTS / 'full_disk.py')!r}, run_name='__main__')"
    return program.run("crawl", "times", "--db", home / "t.db", env=os.environ | {"GROWTH": str(growth)}, program=full)


FULL_AT_THE_LAST = """
import storage.archive, storage.errors, storage.writer
storage.writer.COMMIT_EVERY = 1_000_000
full = OSError(28, "No space left on device")
append = storage.archive.Archive.append
def fills(self, *, url, **answer):
    if url.endswith("/last"):
        raise storage.errors.StoreFailed(self.folder, full)
    return append(self, url=url, **answer)
def sync(self):
    raise full
storage.archive.Archive.append, storage.archive.Archive.sync = fills, sync
"""


def test_what_was_rolled_back_is_told_also_where_the_archive_met_the_full_disk_first(tmp_path: Path, web: Web) -> None:
    announce(tmp_path, web, 5)
    web.pages["/4"] = Answer(status=302, headers={"Location": web.url("/last")})
    full = program.run("crawl", "times", "--db", tmp_path / "t.db", program=FULL_AT_THE_LAST + program.MAIN)
    assert full.returncode == 3
    assert re.search(r"the disk is full.* [0-9]+ writes of the last second were rolled back", full.stderr), full.stderr
    assert rows(tmp_path, "select * from articles") == []


def test_a_writer_that_lost_something_takes_nothing_more(tmp_path: Path) -> None:
    def fails() -> None:
        raise OSError(28, "No space left on device")

    writer = Writer(tmp_path / "t.db")
    made = Page(url="http://a.example/1", outlet="a", fetched=now(), status=200, body=b"")
    with writer.writing() as db:
        pages.append(db, made, "skipped", reason="x")
    writer._flush = fails
    with pytest.raises(StoreFailed, match=r"the disk is full.*1 writes of the last second were rolled back"):
        writer.commit()
    writer._flush = lambda: None
    with pytest.raises(StoreFailed), writer.writing() as db:
        pages.append(db, made, "skipped", reason="y")
    writer.close()
    assert rows(tmp_path, "select * from pages") == []


def test_an_error_in_one_page_takes_back_only_that_page(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "t.db")
    good, bad = (Page(url=f"http://a.example/{n}", outlet="a", fetched=now(), status=200, body=b"") for n in "12")
    with writer.writing() as db:
        pages.append(db, good, "skipped", reason="x")

    def half(db: Database) -> None:
        pages.append(db, bad, "skipped", reason="x")
        db.execute("insert into runs (id) values (1)")

    with pytest.raises(sqlite3.IntegrityError), writer.writing() as db:
        half(db)
    writer.close()
    assert rows(tmp_path, "select url from pages") == [("http://a.example/1",)]


def test_half_a_record_is_taken_back_when_the_disk_is_full(tmp_path: Path) -> None:
    class Full:
        def __init__(self, file: object) -> None:
            self.file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            return int(self.file.write(data[:50]))  # type: ignore[attr-defined]

    archive = Archive.open(tmp_path, now())
    say = {"status": 200, "headers": [], "body": b"x" * 500, "fetched": now()}
    archive.append(url="http://a.example/1", **say)  # type: ignore[arg-type]
    size = (tmp_path / archive.file).stat().st_size
    archive._stream, whole = Full(archive._stream), archive._stream  # type: ignore[assignment]
    with pytest.raises(StoreFailed, match="the disk is full"):
        archive.append(url="http://a.example/2", **say)  # type: ignore[arg-type]
    archive._stream = whole
    assert (tmp_path / archive.file).stat().st_size == size
    assert archive.append(url="http://a.example/3", **say).offset == size  # type: ignore[arg-type]
    archive.close()


# --------------------------------------------------------------------------------------------- connections, locks


def test_an_answer_that_is_cut_at_any_byte_is_no_article_and_comes_whole_the_next_time(
    tmp_path: Path, web: Web
) -> None:
    announce(tmp_path, web, 12)
    whole = dict(web.pages)
    for n in range(12):
        answer = whole[f"/{n}"]
        assert isinstance(answer, Answer)
        web.pages[f"/{n}"] = replace(answer, cut=n * len(answer.body) // 12)
    feed = whole["/feed"]
    assert isinstance(feed, Answer)
    for cut in (0, 1, len(feed.body) // 2, len(feed.body) - 1):
        web.pages["/feed"] = replace(feed, cut=cut, etag=None)
        twosource(tmp_path, "crawl", "times")
    web.pages["/feed"] = feed
    twosource(tmp_path, "crawl", "times")
    assert rows(tmp_path, "select count(*) from articles") == [(0,)]
    web.pages = whole
    twosource(tmp_path, "crawl", "times")
    assert rows(tmp_path, "select count(distinct id), max(version) from articles") == [(12, 1)]


def test_who_reads_or_writes_beside_it_only_makes_a_run_wait(tmp_path: Path, web: Web) -> None:
    announce(tmp_path, web, 5)
    connect(tmp_path / "t.db").close()
    reader, writer = (sqlite3.connect(tmp_path / "t.db", isolation_level=None) for _ in range(2))
    reader.execute("begin")
    reader.execute("select count(*) from articles").fetchall()
    writer.execute("begin immediate")
    words = ["crawl", "times", "--db", tmp_path / "t.db"]
    running = program.start(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.5)  # three times as long as it takes alone; where it has not come so far, it waits all the more
    assert running.poll() is None  # it waits for who writes
    writer.execute("rollback")
    assert running.wait() == 0
    assert reader.execute("select count(*) from articles").fetchall() == [(0,)]  # as it was when this reader began
    reader.close()
    writer.close()
    assert rows(tmp_path, "select count(*) from articles") == [(5,)]


# --------------------------------------------------------------------------------------------- who reads the output


def test_a_run_whose_reader_of_words_leaves_goes_on_to_its_end(tmp_path: Path, web: Web) -> None:
    announce(tmp_path, web, 3)
    outlet(tmp_path, "post", web, "feeds = ['{web}/missing']")
    read, write = os.pipe()
    words = ["crawl", "times", "post", "--db", tmp_path / "t.db"]
    running = program.start(*words, stdout=subprocess.DEVNULL, stderr=write)
    os.close(write)
    os.close(read)
    assert running.wait() in (0, 1)
    assert rows(tmp_path, "select count(*) from articles") == [(3,)]
    assert rows(tmp_path, "select count(*) from runs where ended is not null") == [(1,)]


# --------------------------------------------------------------------------------------------- signals and limits

# With all patience, whatever does not end by itself hangs.
PATIENT = """
import scrapers.settings, storage.signals
scrapers.settings.DOWNLOAD_TIMEOUT = storage.signals.PROMISED = 1_000_000
"""
OWN_OUTLETS = """
from pathlib import Path
import scrapers.outlets
scrapers.outlets.SHIPPED = Path("/nowhere")
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_crawl_that_waits_for_an_answer_and_nothing_is_published(
    tmp_path: Path, web: Web, number: signal.Signals, code: int
) -> None:
    announce(tmp_path, web, 40, "delay = 0.1")
    slow = web.pages["/9"]
    ended = threading.Event()
    web.pages["/9"] = lambda _times: ended.wait(program.HANGS) and slow  # type: ignore[assignment,return-value]
    file = tmp_path / "outlets" / "times.toml"
    file.write_text(file.read_text().replace("delay = 0\n", ""))
    running = program.start(
        "run",
        "--db",
        tmp_path / "t.db",
        env=os.environ | {"NO_COLOR": "1"},
        program=PATIENT + OWN_OUTLETS + program.MAIN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    program.until(lambda: "/9" in web.paths() or running.poll() is not None)
    running.send_signal(number)
    running.send_signal(number)  # a second one is quiet
    _, err = running.communicate()
    ended.set()
    assert running.returncode == code, err
    assert "Traceback" not in err
    assert "stopped by" in err
    assert not (tmp_path / "feeds").exists()
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]
    assert rows(tmp_path, "select count(*) from validators where url like '%/feed'") == [(0,)]
    web.pages["/9"] = slow
    assert twosource(tmp_path, "crawl", "times").returncode == 0
    assert rows(tmp_path, "select count(*), count(distinct id) from articles") == [(40, 40)]


# A program that cannot end by itself when a signal tells it to.
STUBBORN = """
import time
from storage.signals import Interrupted, interruptible
with interruptible():
    try:
        print("ready", flush=True)
        time.sleep(1_000_000)
    except Interrupted:
        while True:
            time.sleep(1)
"""


def test_what_does_not_end_after_a_signal_is_ended_in_two_seconds() -> None:
    assert signals.PROMISED == 2
    running = program.start(program=STUBBORN, stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    began = time.monotonic()
    running.send_signal(signal.SIGTERM)
    running.communicate()
    assert running.returncode == 143
    assert time.monotonic() - began >= 1.5  # it had its time


# The clock of `--max-minutes 10`: the ten minutes are over when the fifth article has come.
TEN_MINUTES = """
from functools import partial
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from scrapers.crawl import Crawl

call_later, tell, waiting, came = AsyncioSelectorReactor.callLater, Crawl._tell, [], []

def later(self, seconds, function, *args, **more):
    if seconds == 600:
        waiting.append(partial(function, *args, **more))
    else:
        return call_later(self, seconds, function, *args, **more)

def told(self, listener, said):
    tell(self, listener, said)
    came.append(said)
    if len(came) == 5:
        waiting.pop()()

AsyncioSelectorReactor.callLater, Crawl._tell = later, told
"""


def test_a_run_that_has_used_its_minutes_ends_well_and_the_next_goes_on(tmp_path: Path, web: Web) -> None:
    announce(tmp_path, web, 20)
    words = ["crawl", "times", "--max-minutes", "10", "--db", tmp_path / "t.db"]
    first = program.run(*words, program=TEN_MINUTES + program.MAIN)
    assert first.returncode == 0, first.stderr
    [(some,)] = rows(tmp_path, "select count(*) from articles")
    assert 5 <= int(str(some)) < 20
    assert twosource(tmp_path, "crawl", "times").returncode == 0
    assert rows(tmp_path, "select count(*), count(distinct id) from articles") == [(20, 20)]


# Behind its first transaction it does not end by itself.
ENDLESS_MERGE = """
import os
from pathlib import Path
from aggregator import merge

merge_all, count_sources, committed = merge.merge, merge.count_sources, []

def noted(*args, progress, **more):
    return merge_all(*args, progress=lambda done: committed.append(done) or progress(done), **more)

def endless(*args):
    if committed:
        Path(os.environ["AMID"]).touch()
        while True:
            pass
    count_sources(*args)

merge.merge, merge.count_sources = noted, endless
"""


def test_a_merge_that_is_stopped_leaves_whole_batches(tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    text = "The river rose over the dam and {} people left the valley before the night came over the hills."
    articles = ({"id": f"a{n}", "outlet": "a", "headline": f"Dam {n}", "text": text.format(n) * 20} for n in range(700))
    lines.write_text("\n".join(map(json.dumps, articles)))
    amid = tmp_path / "amid"
    env = os.environ | {"NO_COLOR": "1", "AMID": str(amid)}
    words = ["import", lines, "--db", tmp_path / "t.db"]
    running = program.start(*words, env=env, program=PATIENT + ENDLESS_MERGE + program.MAIN, stderr=subprocess.PIPE)
    program.until(lambda: amid.exists() or running.poll() is not None)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate()
    assert (running.returncode, "stopped by" in err, "Traceback" in err) == (143, True, False), err
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]
    assert rows(tmp_path, "select (select count(*) from merged), (select count(*) from story_articles)") == [(500, 500)]


HOLES = """
import sys
from pathlib import Path
from storage.memory import give_back_large

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

if sys.argv[1:]:
    give_back_large()
bytearray(4_000_000), bytearray(4_000_000)
before, kept, large = resident(), [], []
for _ in range(10):
    large.append(bytearray(3_000_000))
    kept.append(bytearray(80_000))
del large
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library frees otherwise")
def test_a_crawl_gives_large_arrays_back_to_the_system_when_they_are_freed() -> None:
    left = [int(subprocess.check_output([sys.executable, "-c", HOLES, *words])) for words in ([], ["crawl"])]
    assert left[1] < left[0] / 5
