"""Real readers subscribe over loopback: newsboat, sfeed and rss2email (Debian's), feedparser, and feedsmith (npm).

They go through new items, an edited one, a correction, ten rollovers while they are away, one article in two feeds, and a
rebuilt database. Each must hold each item once.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import feedparser
import pytest
from sqlite_utils import Database

from aggregator.feeds.publish import publish
from aggregator.feeds.serve import FeedFiles, listen
from storage.db import connect
from storage.home import Home
from tests.newsroom import OUTLETS, alone, report, story
from tests.program import HANGS

FEEDS = ("stories", "outlets/herald", "corrections")
SETTINGS = "items = 10\nwrite = ['stories', 'corrections', 'outlets']\n"


def needs(program: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is missing: apt-get install {package}")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path / "room" / "twosource.db")
    place.database.parent.mkdir()
    place.feeds_file.write_text(SETTINGS)
    return place


@contextmanager
def opened(home: Home) -> Iterator[Database]:
    db = connect(home.database)
    yield db
    publish(db, home, outlets=OUTLETS)
    db.close()


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    server = listen("127.0.0.1", 0, FeedFiles(home, OUTLETS))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def go_through_changes(home: Home, look: Callable[[], None], *, away: bool) -> int:
    """The script of changes; ``look`` lets the reader fetch. Returns how many articles there are in the end."""
    with opened(home) as db:
        for n in range(1, 6):
            alone(db, f"herald-{n}", minutes=n, body=f"Article {n} says two people died.")
    for _ in range(3):  # newsboat asks for deltas from its third visit on
        look()
    with opened(home) as db:
        alone(db, "herald-6", minutes=6)
    look()
    with opened(home) as db:  # an edit: the same item, and one correction
        story(db, report(db, "herald-2", minutes=8, body="Article 2 says twelve people died."))
    look()
    last = 6
    for batch in range(10):  # the feed rolls over ten times while an away reader does not look
        with opened(home) as db:
            for last in range(7 + batch * 10, 17 + batch * 10):
                alone(db, f"herald-{last}", minutes=10 + last)
        if not away:
            look()
    look()
    rebuild(home, last)
    look()
    return last


def rebuild(home: Home, last: int) -> None:
    """The database is lost and made again from the archive."""
    for path in home.database.parent.glob("twosource.db*"):
        path.unlink()
    with opened(home) as db:
        for n in range(1, last + 1):
            alone(
                db,
                f"herald-{n}",
                minutes=n if n < 7 else 10 + n,
                body=f"Article {n} says two people died." if n < 6 else "",
            )
        story(db, report(db, "herald-2", minutes=8, body="Article 2 says twelve people died."))


@needs("newsboat", "newsboat")
def test_newsboat_holds_each_item_once_although_it_was_away(home: Home, address: str, tmp_path: Path) -> None:
    urls, cache, config = (tmp_path / name for name in ("urls", "cache.db", "config"))
    urls.write_text("".join(f"{address}{name}.rss\n" for name in FEEDS))
    config.write_text("reload-threads 1\n")
    reads = []

    def look() -> None:
        command = ["newsboat", "-x", "reload", "-u", urls, "-c", cache, "-C", config]
        subprocess.run(command, check=True, capture_output=True, timeout=HANGS)
        with closing(sqlite3.connect(cache)) as db:  # the reader has read all, but what comes next
            reads.append(db.execute("select guid from rss_item where unread = 1").fetchall())
            db.execute("update rss_item set unread = 0")
            db.commit()

    last = go_through_changes(home, look, away=True)
    with closing(sqlite3.connect(cache)) as db:
        held = db.execute("select guid, feedurl, content from rss_item").fetchall()
    feeds = Counter(url.removeprefix(address) for _, url, _ in held)
    assert feeds == {"stories.rss": last, "outlets/herald.rss": last, "corrections.rss": 1}
    assert len({guid for guid, _, _ in held}) == len(held)
    edited = [content for guid, _, content in held if guid.endswith("corrections/herald-2@2")]
    assert "twelve" in edited[0]
    assert [guid for (guid,) in reads[4]] == [
        "tag:twosource.invalid,2026:corrections/herald-2@2"
    ]  # and nothing else is unread
    assert reads[-1] == []  # the rebuilt database brings nothing new


@needs("sfeed_update", "sfeed")
@needs("curl", "curl")
def test_sfeed_holds_each_item_once(home: Home, address: str, tmp_path: Path) -> None:
    feeds = "\n".join(f"  feed '{name.replace('/', '-')}' '{address}{name}.atom'" for name in FEEDS)
    (tmp_path / "sfeedrc").write_text(f"sfeedpath='{tmp_path}/held'\nfeeds() {{\n{feeds}\n}}\n")

    def look() -> None:
        subprocess.run(["sfeed_update", tmp_path / "sfeedrc"], check=True, capture_output=True, timeout=HANGS)

    last = go_through_changes(
        home, look, away=False
    )  # it has no conditional requests: what it never saw stays in the archive
    held = {
        path.name: [line.split("\t") for line in path.read_text().splitlines()]
        for path in (tmp_path / "held").iterdir()
    }
    assert {name: len(lines) for name, lines in held.items()} == {
        "stories": last,
        "outlets-herald": last,
        "corrections": 1,
    }
    assert len({line[5] for lines in held.values() for line in lines}) == 2 * last + 1


@needs("r2e", "rss2email")
def test_rss2email_sends_each_item_once(home: Home, address: str, tmp_path: Path) -> None:
    config, data, mail = tmp_path / "r2e.cfg", tmp_path / "r2e.json", tmp_path / "mail"
    command = ["r2e", "-c", config, "-d", data]
    for folder in ("cur", "new", "tmp"):
        (mail / "INBOX" / folder).mkdir(parents=True)
    subprocess.run([*command, "new", "reader@example.org"], check=True, capture_output=True, timeout=HANGS)
    text = config.read_text().replace("email-protocol = sendmail", "email-protocol = maildir")
    config.write_text(text.replace("maildir-path = ~/Maildir", f"maildir-path = {mail}"))
    for name in FEEDS:
        subprocess.run(
            [*command, "add", name.replace("/", "-"), f"{address}{name}.rss"],
            check=True,
            capture_output=True,
            timeout=HANGS,
        )

    def look() -> None:
        subprocess.run([*command, "run"], check=True, capture_output=True, timeout=HANGS)

    last = go_through_changes(home, look, away=False)
    assert len(list((mail / "INBOX" / "new").iterdir())) == 2 * last + 1


@pytest.mark.skipif(not shutil.which("node"), reason="node is missing")
@pytest.mark.skipif(
    not (Path(__file__).parent / "node_modules" / "feedsmith").is_dir(), reason="npm install --prefix tests was not run"
)
def test_feedparser_and_feedsmith_read_every_format_alike(home: Home) -> None:
    with opened(home) as db:
        alone(db, "herald-1", headline="«Мост» <открыт> & \x0b ready", language="ru", authors=("Ana Oru",))
        alone(db, "wire-2", minutes=3, headline="جسر", language="ar")
    files = [home.feeds / f"stories.{suffix}" for suffix in ("rss", "atom", "json")]
    command = ["node", Path(__file__).parent / "read_feeds.mjs", *files, home.feeds / "feeds.opml"]
    printed = subprocess.run(command, check=True, capture_output=True, timeout=HANGS).stdout
    *feeds, listed = json.loads(printed)
    assert [one["format"] for one in feeds] == ["rss", "atom", "json"]
    assert feeds[0]["items"] == feeds[1]["items"] == feeds[2]["items"]
    assert feeds[0]["items"][1]["title"] == "«Мост» <открыт> & \ufffd ready"
    assert feeds[0]["title"] == feeds[1]["title"] == feeds[2]["title"] == "Stories"
    assert len(listed["items"]) == 4
    for file in files[:2]:
        found = [
            (one.id, one.title, one.link, one.content[0].value) for one in feedparser.parse(file.read_bytes()).entries
        ]
        assert [(one[0], one[2]) for one in found] == [(one["id"], one["link"]) for one in feeds[0]["items"]]
        assert found[0][1] == feeds[0]["items"][0]["title"]
