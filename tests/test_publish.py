"""What is written when: unchanged files, rollovers, confirmations, corrections, kills, rebuilt databases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlite_utils import Database

from aggregator.feeds.formats import FORMATS
from aggregator.feeds.publish import publish, write
from storage.db import connect
from storage.errors import FeedsFileWrong
from storage.home import Home
from tests.newsroom import OUTLETS, alone, at, report, story


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twosource.db")


def items(home: Home, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((home.feeds / f"{name}.json").read_text())["items"]
    return found


def ids(home: Home, name: str) -> list[str]:
    return [one["id"].rpartition("/")[2] for one in items(home, name)]


def first_in_feed(moment: datetime) -> str:
    """When the item that entered a feed first changed: the fraction of the second is its place."""
    return moment.replace(microsecond=1).isoformat()


def run(db: Database, home: Home) -> list[str]:
    """The files that a publication touched."""
    done = publish(db, home, outlets=OUTLETS)
    return sorted(path.relative_to(home.feeds).as_posix() for path in done.written)


def tree(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.feeds).as_posix(): path.read_bytes() for path in home.feeds.rglob("*") if path.is_file()
    }


def test_unchanged_input_touches_no_file(db: Database, home: Home) -> None:
    alone(db, "herald-1")
    assert run(db, home)
    before = {path: path.stat().st_mtime_ns for path in home.feeds.rglob("*")}
    assert run(db, home) == []
    assert {path: path.stat().st_mtime_ns for path in home.feeds.rglob("*")} == before


def test_an_empty_database_gives_empty_feeds(db: Database, home: Home) -> None:
    run(db, home)
    assert items(home, "stories") == []
    assert etree.parse(home.feeds / "stories.atom").getroot().findtext("{*}updated") == "2026-01-01T00:00:00+00:00"


def test_only_the_feeds_that_a_report_changes_are_written(db: Database, home: Home) -> None:
    alone(db, "herald-1")
    alone(db, "wire-1", language="ru")
    run(db, home)
    alone(db, "herald-2", minutes=1)
    names = {name.rpartition(".")[0] for name in run(db, home)}
    assert names == {"stories", "articles", "single", "outlets/herald", "languages/en"}


def test_feeds_give_readers_nothing_to_warn_of(db: Database, home: Home) -> None:
    """The three warnings of the W3C validator: entries of equal ``updated``, an empty summary, a feed without a language."""
    for n in range(5):  # all of one second
        alone(db, f"herald-{n}", language="de" if n % 2 else "ru")
    run(db, home)
    for path in home.feeds.rglob("*.atom"):
        feed = etree.parse(path).getroot()
        moments = [entry.findtext("{*}updated") for entry in feed.iterfind("{*}entry")]
        assert len(set(moments)) == len(moments), path
        assert moments == sorted(moments, reverse=True)
        assert all((summary.text or "").strip() for summary in feed.iterfind("{*}entry/{*}summary"))
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    for path in home.feeds.rglob("*.rss"):
        channel = etree.parse(path).getroot()[0]
        assert channel.findtext("language")
        assert all((text.text or "").strip() for text in channel.iterfind("item/description"))
    order = ids(home, "articles")
    for path in home.feeds.rglob("*.*"):
        path.unlink()
    run(db, home)
    assert ids(home, "articles") == order


def test_an_item_s_publication_never_moves_and_its_change_does(db: Database, home: Home) -> None:
    one = alone(db, "herald-1")
    run(db, home)
    other = report(db, "wire-1", minutes=30)
    story(db, one, other)
    run(db, home)
    (found,) = items(home, "stories")
    assert found["date_published"] == at(0).isoformat()
    assert found["date_modified"] == first_in_feed(at(30))
    assert "Delta Wire" in found["content_html"]


def test_plain_text_calls_changed_what_did_and_nothing_else(db: Database, home: Home) -> None:
    one = alone(db, "herald-1")
    alone(db, "wire-1")
    run(db, home)
    for kind in ("stories", "articles"):
        assert "changed" not in (home.feeds / f"{kind}.txt").read_text()
    story(db, one, report(db, "wire-2", minutes=30))
    run(db, home)
    signed = [line for line in (home.feeds / "stories.txt").read_text().splitlines() if " · " in line]
    assert signed == [
        "The Herald · 2026-03-02 06:00 UTC · changed 2026-03-02 06:30 UTC",
        "Delta Wire · 2026-03-02 06:00 UTC",
    ]


def test_a_story_is_confirmed_when_the_second_origin_arrives(db: Database, home: Home) -> None:
    one, copy = report(db, "herald-1"), report(db, "herald-2", minutes=5)
    story(db, one, copy)
    run(db, home)
    assert ids(home, "confirmed") == []
    assert ids(home, "single") == ["herald-1"]
    second = report(db, "wire-1", minutes=30)
    origins = [("a", "A", ["herald-1", "herald-2"], []), ("wire", "Delta Wire", ["wire-1"], [])]
    story(db, one, copy, second, least=2, most=2, origins=origins)
    run(db, home)
    (confirmed,) = items(home, "confirmed")
    assert confirmed["date_published"] == at(30).isoformat()
    third = report(db, "wire-9", minutes=60)
    origins.append(("x", "X", ["wire-9"], []))
    story(db, one, copy, second, third, least=3, most=3, origins=origins)
    run(db, home)
    (confirmed,) = items(home, "confirmed")
    assert (confirmed["date_published"], confirmed["date_modified"]) == (at(30).isoformat(), first_in_feed(at(60)))
    (single,) = items(home, "single")
    assert "no longer meets the terms" in single["content_html"]
    assert "3 independent sources" in single["content_html"]


def test_a_correction_is_an_item_of_its_own(db: Database, home: Home) -> None:
    report_ = alone(db, "herald-1", body="Two people died.")
    run(db, home)
    assert items(home, "corrections") == []
    story(db, report(db, "herald-1", minutes=9, body="Twelve people died."))
    report(db, "herald-1", minutes=12, body="Twelve  people died!")
    run(db, home)
    (found,) = items(home, "corrections")
    assert found["id"].endswith("corrections/herald-1@2")
    assert "<del>Two</del> <ins>Twelve</ins>" in found["content_html"]
    assert found["date_published"] == at(9).isoformat()
    assert ids(home, "articles") == [report_.id]


def test_reprints_are_folded_into_their_first_print(db: Database, home: Home) -> None:
    alone(db, "wire-1")
    alone(db, "herald-1", minutes=5)
    db.execute("insert into copies values ('wire-1', 'herald-1', 1, 1, 'cut', 'a->b', 'certain', '[]', '[]', 1)")
    run(db, home)
    (found,) = items(home, "articles")
    assert found["id"].endswith("wire-1")
    assert 'Also printed by: <a href="https://herald.example/herald-1">The Herald</a>' in found["content_html"]
    assert ids(home, "outlets/herald") == ["herald-1"]


def test_full_text_only_where_the_outlet_allows_it(db: Database, home: Home) -> None:
    alone(db, "wire-1", body="All the words.")
    alone(db, "wire-2", body="Behind the wall.", paywalled=True)
    alone(db, "herald-1", body="Not to be given on.")
    run(db, home)
    html = {one["id"].rpartition("/")[2]: one["content_html"] for one in items(home, "articles")}
    assert "All the words." in html["wire-1"]
    assert "Behind the wall." not in html["wire-2"]
    assert "Not to be given on." not in html["herald-1"]
    assert "Standfirst of herald-1." in html["herald-1"]


def test_no_guid_stands_in_two_feeds(db: Database, home: Home) -> None:
    story(db, report(db, "herald-1"), report(db, "wire-1", minutes=3), least=2, most=2)
    story(db, report(db, "herald-1", minutes=9, body="Changed."))
    run(db, home)
    every = [one["id"] for path in home.feeds.rglob("*.json") for one in json.loads(path.read_text())["items"]]
    assert len(every) == len(set(every)) == 8


def test_nothing_is_lost_when_a_feed_rolls_over_ten_times(db: Database, home: Home) -> None:
    home.feeds_file.write_text("items = 10\nwrite = ['stories']\n")
    for batch in range(11):
        for n in range(10):
            alone(db, f"herald-{batch:02}{n}", minutes=batch * 10 + n)
        run(db, home)
    assert len(items(home, "stories")) == 10
    for suffix in ("rss", "atom"):
        assert follow(home, suffix) == {f"herald-{n:03}" for n in range(110)}


def follow(home: Home, suffix: str) -> set[str]:
    """All items that a reader finds who follows prev-archive (RFC 5005, 4)."""
    found, name = set(), f"stories.{suffix}"
    while name:
        root = etree.fromstring((home.feeds / name).read_bytes())
        tags = root.xpath("//guid/text() | //*[local-name()='entry']/*[local-name()='id']/text()")
        found |= {text.rpartition("/")[2] for text in tags}
        links = root.xpath("//*[local-name()='link' and @rel='prev-archive']/@href")
        name = links[0].removeprefix("http://127.0.0.1:8321/") if links else ""
    return found


def test_an_archived_page_keeps_its_items_and_address_and_takes_their_changes(db: Database, home: Home) -> None:
    home.feeds_file.write_text("items = 4\nwrite = ['stories']\n")
    first = alone(db, "herald-1")
    run(db, home)
    for n in range(2, 9):
        alone(db, f"herald-{n}", minutes=n)
    run(db, home)
    pages = sorted(path for path in home.feeds.rglob("archive/**/*.json"))
    before = {path: [one["id"] for one in json.loads(path.read_text())["items"]] for path in pages}
    assert len(pages) == 4
    story(db, first, report(db, "wire-1", minutes=99))
    written = run(db, home)
    assert sum(name.startswith("archive/") for name in written) == len(FORMATS)  # one page in each
    assert {path: [one["id"] for one in json.loads(path.read_text())["items"]] for path in pages} == before
    assert ids(home, "stories")[0] == "herald-1"  # what changed again comes back to the feed, with its old id
    assert sum("Delta Wire" in path.read_text() for path in pages) == 1


def test_a_rebuilt_database_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        home = Home(tmp_path / name / "twosource.db")
        db = connect(home.database)
        for n in range(130):
            alone(db, f"{'herald' if n % 3 else 'wire'}-{n}", minutes=n)
        story(db, report(db, "herald-1", minutes=200, body="Changed."))
        run(db, home)
        db.close()
        found.append(tree(home))
    assert found[0] == found[1]
    assert len(found[0]) > 20


def test_publishing_often_gives_the_same_feeds_as_once(tmp_path: Path) -> None:
    found = []
    for often in (True, False):
        home = Home(tmp_path / str(often) / "twosource.db")
        db = connect(home.database)
        for n in range(60):
            alone(db, f"herald-{n}", minutes=n)
            if often and n % 20 == 0:
                run(db, home)
        run(db, home)
        db.close()
        found.append({name: data for name, data in tree(home).items() if not name.startswith("archive/")})
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("items = 0", "items"),
        ("items = 'many'", "items"),
        ("address = 'ftp://x'", "address"),
        ("authority = 'nobody'", "authority"),
        ("hub = 'hub.example'", "hub"),
        ("write = ['everything']", "write 1"),
        ("colour = 'red'", "colour"),
        ("query = 3", "query"),
        ("[[query]]\nname = 'Übung'", "query 1: name"),
        ("[[query]]\nname = 'a'\nword = 'x'", "query 1: word"),
        ("[[query]]\nname = 'a'\n[[query]]\nname = 'a'", "query 1: name"),
        ("[[query]]\nname = 'a'\nsources = 0", "query 1: sources"),
        ("not toml", "the file"),
    ],
)
def test_a_wrong_feeds_file_is_named_with_its_key(db: Database, home: Home, text: str, key: str) -> None:
    home.feeds_file.write_text(text)
    with pytest.raises(FeedsFileWrong, match=f"feeds.toml: {key}: expected"):
        run(db, home)
    assert not home.feeds.exists()


QUERIES = """
write = []
[[query]]
name = "bridge"
words = "bridge"
[[query]]
name = "russian"
languages = ["ru"]
[[query]]
name = "wire"
agencies = ["wire"]
[[query]]
name = "sure"
sources = 2
outlets = ["herald"]
[[query]]
name = "odd"
words = 'drawbridge OR quay*'
[[query]]
name = "texts"
of = "articles"
words = "dues"
"""


def test_a_query_holds_what_meets_all_its_terms(db: Database, home: Home) -> None:
    home.feeds_file.write_text(QUERIES)
    one, two = report(db, "herald-1", body="A bridge."), report(db, "wire-1", minutes=1, body="A bridge.")
    story(db, one, two, least=2, most=2, origins=[("herald", "H", ["herald-1"], []), ("wire", "W", ["wire-1"], [])])
    alone(db, "herald-2", minutes=2, body="Harbour dues.", language="ru")
    run(db, home)
    found = {path.stem: ids(home, f"queries/{path.stem}") for path in (home.feeds / "queries").glob("*.json")}
    assert found == {
        "bridge": ["herald-1"], "russian": ["herald-2"], "wire": ["herald-1"], "sure": ["herald-1"], "odd": [],
        "texts": ["herald-2"],
    }  # fmt: skip


def test_other_terms_let_a_feed_begin_anew_with_the_same_ids(db: Database, home: Home) -> None:
    home.feeds_file.write_text("write = []\n[[query]]\nname = 'q'\nwords = 'bridge'")
    alone(db, "herald-1", body="A bridge.")
    alone(db, "herald-2", body="A tunnel.")
    run(db, home)
    before = items(home, "queries/q")[0]["id"]
    home.feeds_file.write_text("write = []\n[[query]]\nname = 'q'\nwords = 'a'")
    run(db, home)
    assert ids(home, "queries/q") == ["herald-2", "herald-1"]
    assert before in [one["id"] for one in items(home, "queries/q")]


def test_a_story_that_went_into_another_leaves_the_feed(db: Database, home: Home) -> None:
    one, two = alone(db, "herald-1"), alone(db, "herald-2", minutes=2)
    run(db, home)
    db.execute("delete from origins where story = 'herald-2'")
    db.execute("update story_articles set story = 'herald-1' where article = 'herald-2'")
    db.execute("delete from stories where id = 'herald-2'")
    story(db, one, two, report(db, "wire-1", minutes=5))
    run(db, home)
    assert ids(home, "stories") == ["herald-1"]


SLOW_WRITER = """
import sys, os
from pathlib import Path
from aggregator.feeds import publish
path, size = Path(sys.argv[1]), 2_000_000
n = 0
while True:
    n += 1
    publish.write(path, str(n % 10).encode() * size)
    print(n, flush=True)
"""


def test_a_killed_writer_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "stories.rss"
    for wait in (0.0, 0.003, 0.011):
        with subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(path)], stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(wait)
            os.kill(process.pid, signal.SIGKILL)
        content = path.read_bytes()
        assert len(content) == 2_000_000
        assert len(set(content)) == 1


def test_a_run_that_dies_between_files_is_made_good_by_the_next(
    db: Database, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(db, "herald-1")
    run(db, home)
    alone(db, "herald-2", minutes=2)
    calls: list[Path] = []

    def dying(path: Path, content: bytes) -> bool:
        calls.append(path)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr("aggregator.feeds.publish.write", dying)
        with pytest.raises(KeyboardInterrupt):
            publish(db, home, outlets=OUTLETS)
    publish(db, home, outlets=OUTLETS)
    assert ids(home, "stories") == ids(home, "outlets/herald") == ["herald-2", "herald-1"]
