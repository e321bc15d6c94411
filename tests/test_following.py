"""The merge in a process of its own behind a crawl: they take turns, and either may be ended at any moment."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from loopback import Answer, Web, outlet, page, rss, serving

from aggregator import following, merge
from aggregator.credit import registry
from aggregator.following import ALONE, FollowingMerge
from storage import articles
from storage.db import connect
from storage.errors import RegistryWrong, RowWrong, StoreFailed
from storage.types import Article
from storage.writer import Writer
from tests import program
from tests.conftest import article

PATIENCE = 600.0  # seconds: ends a test that hangs, and no other
PAGES = ALONE + 10
# Without the shipped outlets; and the last page is waited for, however long the other process takes to come up.
PATIENT = """
from pathlib import Path
import scrapers.outlets, scrapers.settings
scrapers.outlets.SHIPPED = Path("/nowhere")
scrapers.settings.DOWNLOAD_TIMEOUT = 1_000_000
"""


def reference() -> merge.Reference:
    return merge.Reference(registry=registry.load_registry())


def broken_reference() -> merge.Reference:
    raise ValueError("no registry")


def full_disk_reference() -> merge.Reference:
    """Called in the other process, when it has opened its database: that may grow no more."""
    [(now,)] = following._db.execute("pragma page_count").fetchall()
    following._db.execute(f"pragma max_page_count = {now}")
    return reference()


def reports() -> list[Article]:
    """Ninety reports on thirty events, with a reprint of each."""
    text = "The dam above the town of Halm{0} broke at night and water flooded the valley of Orla{0}, said the mayor."
    return [
        article(text.format(n % 30) * 3, id=f"a{n}", outlet=f"o{n // 30}", headline=f"Dam above Halm{n % 30} breaks")
        for n in range(90)
    ]


def conclusions(file: Path) -> dict[str, Any]:
    db = sqlite3.connect(file)
    try:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        tables = ("merged", "credits", "copies", "story_articles", "origins", "fingerprints")
        found: dict[str, Any] = {
            table: db.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables
        }
        found["stories"] = db.execute("select id, articles, least, most from stories order by id").fetchall()
        return found
    finally:
        db.close()


def alone(file: Path) -> dict[str, Any]:
    """What one process makes of the same."""
    db = connect(file)
    for one in reports():
        articles.append(db, one)
    merge.merge(db, reference())
    db.close()
    return conclusions(file)


async def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        await asyncio.sleep(0.01)


async def store(writer: Writer, following: FollowingMerge, arrived: list[Article]) -> None:
    for one in arrived:
        await writer.own()
        with writer.writing() as db:
            articles.append(db, one)
        following.page()


def workers(database: Path) -> list[int]:
    """The other processes that have a database open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            opened = {str(file.readlink()) for file in (process / "fd").iterdir()}
        except OSError:
            continue
        if str(database) in opened and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def test_crawl_and_merge_take_turns_and_come_to_what_one_process_does(tmp_path: Path) -> None:
    file = tmp_path / "t.db"
    writer = Writer(file)

    async def crawl(following: FollowingMerge) -> None:
        await store(writer, following, reports()[:50])
        await until(lambda: following.done >= 20)
        await store(writer, following, reports()[50:])

    told = [0]
    with FollowingMerge(writer, file, reference, alone=10) as following:
        asyncio.run(crawl(following))
        before = following.done
        following.finish(told.append)
    writer.close()
    assert (following.done, told[-1]) == (90, 90 - before)
    assert told == sorted(told)
    assert conclusions(file) == alone(tmp_path / "alone.db")


def test_a_crawl_of_few_pages_starts_no_second_process(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "t.db")
    with FollowingMerge(writer, tmp_path / "t.db", reference) as following:
        asyncio.run(store(writer, following, reports()))
        following.finish()
        assert (following.done, following._worker) == (0, None)
    writer.close()


def test_what_is_stored_without_asking_waits_for_the_turn_to_end_and_ends_its_own_at_once(tmp_path: Path) -> None:
    """Else whoever has the turn, and has not begun yet, would wait for us, and we for him."""
    writer = Writer(tmp_path / "t.db")

    async def crawl() -> None:
        turn: Any = asyncio.Future()
        writer._lent = turn
        with writer.writing() as db:
            articles.append(db, reports()[0])
        assert not writer.db.conn.in_transaction
        waiting = asyncio.create_task(writer.own())
        await asyncio.sleep(0)
        assert not waiting.done()
        turn.set_result(None)
        await waiting

    asyncio.run(crawl())
    writer.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the process in /proc")
def test_where_the_process_is_killed_it_is_told_and_the_merge_afterwards_does_the_rest(tmp_path: Path) -> None:
    file, told = tmp_path / "t.db", list[str]()
    writer = Writer(file)

    async def crawl(following: FollowingMerge) -> None:
        await store(writer, following, reports()[:50])
        await until(lambda: following.done)
        for number in workers(file):
            os.kill(number, signal.SIGKILL)
        await store(writer, following, reports()[50:])
        await until(lambda: told)

    with FollowingMerge(writer, file, reference, alone=10, warn=told.append) as following:
        asyncio.run(crawl(following))
        following.finish()
    writer.close()
    assert told == ["the process that merges was ended: the crawl goes on, and what waits is merged after it"]
    db = connect(file)
    assert 0 < db.table("merged").count < db.table("articles").count == 90
    merge.merge(db, reference())
    db.close()
    assert conclusions(file) == alone(tmp_path / "alone.db")


def test_where_the_process_cannot_begin_it_is_told_why(tmp_path: Path) -> None:
    told = list[str]()
    writer = Writer(tmp_path / "t.db")

    async def crawl(following: FollowingMerge) -> None:
        await store(writer, following, reports()[:20])
        await until(lambda: told)

    with FollowingMerge(writer, tmp_path / "t.db", broken_reference, alone=10, warn=told.append) as following:
        asyncio.run(crawl(following))
        following.finish()
    writer.close()
    assert "ended (ValueError: no registry)" in told[0]
    assert len(told) == 1


def test_where_the_disk_is_full_for_it_alone_it_is_told_and_the_merge_afterwards_does_the_rest(tmp_path: Path) -> None:
    file, told = tmp_path / "t.db", list[str]()
    writer = Writer(file)

    async def crawl(behind: FollowingMerge) -> None:
        await store(writer, behind, reports()[:50])
        await until(lambda: told)
        await store(writer, behind, reports()[50:])

    with FollowingMerge(writer, file, full_disk_reference, alone=10, warn=told.append) as behind:
        asyncio.run(crawl(behind))
        behind.finish()
    writer.close()
    [words] = told
    assert "the process that merges ended (the disk is full: free some space and run again): the crawl goes on" in words
    db = connect(file)
    assert (db.table("merged").count, db.table("articles").count) == (0, 90)
    merge.merge(db, reference())
    db.close()
    assert conclusions(file) == alone(tmp_path / "alone.db")


def test_an_error_comes_from_another_process_as_it_was_there() -> None:
    full = OSError(28, "No space left on device")
    for error in (
        RegistryWrong("agencies.toml", "x.kind", "a kind"),
        StoreFailed("t.db", full, lost=3),
        RowWrong("a", "b", "c"),
    ):
        came = pickle.loads(pickle.dumps(error))
        assert (type(came), str(came)) == (type(error), str(error))
        assert {name: str(value) for name, value in vars(came).items()} == {
            name: str(value) for name, value in vars(error).items()
        }


# ---------------------------------------------------------------------------------------------- the real program


@pytest.fixture
def gate() -> Iterator[Event]:
    """The last page answers when this is set: no crawl ends before."""
    opened = Event()
    yield opened
    opened.set()


@pytest.fixture
def web(gate: Event) -> Iterator[Web]:
    with serving(Web()) as served:
        paths = [f"/{n}" for n in range(PAGES)]
        served.pages = {"/feed": Answer(rss(*map(served.url, paths)), etag='"1"')}
        served.pages |= {path: page(f"Dam {path[1:]} opens") for path in paths}
        last = page(f"Dam {PAGES - 1} opens")
        served.pages[paths[-1]] = lambda _times: (gate.wait(PATIENCE) and last) or last
        yield served


def run(home: Path) -> program.Running:
    words = ["run", "--db", home / "t.db"]
    env = os.environ | {"NO_COLOR": "1"}
    code = PATIENT + program.MAIN
    return program.start(*words, env=env, program=code, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(home / "t.db")
    try:
        return db.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return [(0,)]  # it is being made
    finally:
        db.close()


def count(home: Path, table: str) -> int:
    return int(rows(home, f"select count(*) from {table}")[0][0])


def until_it_merges(home: Path, running: program.Running) -> None:
    ends = time.monotonic() + PATIENCE
    while not count(home, "merged"):
        assert running.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the processes in /proc")
@pytest.mark.parametrize(
    ("number", "both", "code"), [(signal.SIGTERM, True, 143), (signal.SIGKILL, False, -9)], ids=["SIGTERM", "SIGKILL"]
)
def test_what_ends_a_run_ends_both_processes_and_the_next_run_does_the_rest(
    tmp_path: Path, web: Web, gate: Event, number: signal.Signals, both: bool, code: int
) -> None:
    """A terminal and systemd send a signal to both, the system kills one."""
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    running = run(tmp_path)
    until_it_merges(tmp_path, running)
    found = workers(tmp_path / "t.db")
    assert len(found) == 2
    for one in found if both else [running.pid]:
        os.kill(one, number)
    _, err = running.communicate(PATIENCE)
    assert (running.returncode, "Traceback" in err, "merges" in err) == (code, False, False), err
    assert not (tmp_path / "feeds").exists()
    ends = time.monotonic() + PATIENCE
    while workers(tmp_path / "t.db"):
        assert time.monotonic() < ends
        time.sleep(0.05)
    gate.set()
    again = run(tmp_path)
    _, err = again.communicate(PATIENCE)
    assert again.returncode == 0, err
    assert count(tmp_path, "articles") == count(tmp_path, "merged") == PAGES
    assert rows(tmp_path, "pragma integrity_check") == [("ok",)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the process in /proc")
def test_a_run_whose_merging_process_is_killed_goes_on_to_its_end(tmp_path: Path, web: Web, gate: Event) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    running = run(tmp_path)
    until_it_merges(tmp_path, running)
    for one in workers(tmp_path / "t.db"):
        if one != running.pid:
            os.kill(one, signal.SIGKILL)
    gate.set()
    _, err = running.communicate(PATIENCE)
    assert running.returncode == 0, err
    assert "the process that merges was ended" in err
    assert "Traceback" not in err
    assert count(tmp_path, "articles") == count(tmp_path, "merged") == PAGES
    assert (tmp_path / "feeds" / "stories.rss").exists()
