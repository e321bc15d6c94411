"""The real program, killed at any moment: nothing is lost, nothing doubled, nobody left behind."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Answer, Web, outlet, page, rss, serving

from scrapers.parser_pool import ALONE
from tests.program import HANGS, until

PAGES = ALONE + 50  # so many that a second process reads the last ones
# What `twosource run` does, without the shipped outlets: they are not there.
PROGRAM = """
import sys
from pathlib import Path
from aggregator.cli.progress import LogProgress
from aggregator.pipeline import run
from scrapers.outlets import load_outlets
from storage.home import Home
from storage.lock import held
if __name__ == "__main__":
    place = Home(Path(sys.argv[1]))
    with held(place):
        known, _ = load_outlets(place.outlets)
        run(place, [known["times"]], known, LogProgress())
"""
ALL = """
select a.id, a.version, count(*), s.story is not null
from articles a left join story_articles s on s.article = a.id
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with serving(Web()) as served:
        paths = [f"/{n}" for n in range(PAGES)]
        served.pages = {"/feed": Answer(rss(*map(served.url, paths)), etag='"1"')}
        served.pages |= {path: page(f"Dam {path[1:]} opens") for path in paths}
        yield served


def begin(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home / "t.db")],
        env=os.environ | {"MARK": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def alive(home: Path) -> list[str]:
    """The processes that a program of ours left."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"MARK={home}".encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


def state(home: Path) -> list[tuple[object, ...]]:
    db = sqlite3.connect(home / "t.db")
    try:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert db.execute("select count(*) from articles where seq not in (select seq from merged)").fetchone() == (0,)
        assert db.execute("select sum(articles) from stories").fetchone() == (PAGES,)
        return db.execute(f"{ALL} group by a.id order by a.id").fetchall()
    finally:
        db.close()


def kill(home: Path, web: Web, share: float, seconds: float) -> None:
    """Kill a run so long after it has asked for this share of the pages that nobody asked for yet."""
    ends = len(web.asked) + share * (PAGES - len({path for path, _ in web.asked}))
    running = begin(home)
    until(lambda: len(web.asked) >= ends or running.poll() is not None)
    time.sleep(seconds)
    running.kill()
    running.wait()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for left processes in /proc")
def test_a_run_that_is_killed_at_any_moments_ends_as_one_that_was_not(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    rng = random.Random(5)
    for share in (0.2, 0.5, 0.95):
        kill(tmp_path, web, share * rng.uniform(0.5, 1.0), rng.uniform(0, 0.3))
        until(lambda: not alive(tmp_path))
    done = begin(tmp_path)
    assert done.wait(HANGS) == 0
    found = state(tmp_path)
    assert len(found) == PAGES
    assert {row[1:] for row in found} == {(1, 1, 1)}
