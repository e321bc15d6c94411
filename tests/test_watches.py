"""Staff are told once of what happened, by whomever and in whatever order it arrives, and also after a kill."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from newsroom import alone, at, report, story
from sqlite_utils import Database

from aggregator import merge, pipeline
from aggregator.cli import main
from aggregator.feeds.publish import publish
from aggregator.health import Trouble
from aggregator.pipeline import Progress, reference
from aggregator.search import find
from aggregator.search.query import parse
from aggregator.watches import config, judge
from aggregator.watches.config import Watch
from aggregator.watches.tell import Target, tell
from scrapers import outlets
from storage import articles
from storage.db import connect
from storage.errors import AddressesFileWrong, WatchesFileWrong
from storage.home import Home
from storage.types import Article
from storage.watches import Alert

BRIDGE = Watch(name="bridge", query="bridge", tell=("desk",))


class Warned(Progress):
    def __init__(self) -> None:
        self.words: list[str] = []

    def warn(self, words: str) -> None:
        self.words.append(words)


def found(db: Database, watch: Watch = BRIDGE, **more: Any) -> list[tuple[str, str]]:
    """(event, unit) of what a watch finds new."""
    last = db.execute("select coalesce(max(id), 0) from alerts").fetchone()[0]
    judge.judge(db, watch, now=at(0), **more)
    return db.execute("select event, unit from alerts where id > ? order by id", [last]).fetchall()


def told(db: Database, watch: Watch = BRIDGE) -> list[str]:
    heard: list[str] = []

    def hear(alert: Alert) -> bool:
        heard.append(f"{alert.event.event} {alert.event.unit}")
        return True

    assert list(tell(db, watch, [Target("desk", hear)])) == []
    return heard


@pytest.fixture
def watched(db: Database) -> Database:
    """A newsroom with nothing in it that the watch has looked at."""
    judge.judge(db, BRIDGE, now=at(0))
    return db


# ------------------------------------------------------------------------------------------------------- events


def test_what_was_there_before_the_watch_is_not_told(db: Database) -> None:
    alone(db, "herald-1")
    assert found(db) == []
    alone(db, "herald-2", minutes=5)
    assert found(db) == [("new", "herald-2")]


def test_a_story_without_the_words_is_not_told(watched: Database) -> None:
    alone(watched, "herald-1", body="A ferry sank.")
    assert found(watched) == []


def test_forty_reprints_give_no_second_alert(watched: Database) -> None:
    reports = [report(watched, "wire-1")]
    story(watched, *reports)
    assert found(watched) == [("new", "wire-1")]
    for n in range(40):
        reports.append(report(watched, f"herald-{n}", minutes=n))
        story(watched, *reports)
        assert found(watched) == []


def test_the_second_independent_source_is_told_once(watched: Database) -> None:
    one = report(watched, "wire-1")
    story(watched, one)
    assert found(watched) == [("new", "wire-1")]
    two = report(watched, "herald-1", minutes=5)
    story(watched, one, two, least=2, most=2)
    assert found(watched) == [("second", "wire-1")]
    story(watched, one, two, report(watched, "post-1", minutes=9), least=3, most=3)
    assert found(watched) == []


def test_a_count_that_falls_is_told_also_where_the_query_finds_the_story_no_more(db: Database) -> None:
    watch = Watch(name="sure", query="bridge sources:>=2", tell=("desk",))
    judge.judge(db, watch, now=at(0))
    one, two = report(db, "wire-1"), report(db, "herald-1", minutes=5)
    story(db, one, two, least=2, most=2)
    assert found(db, watch) == [("new", "wire-1"), ("second", "wire-1")]
    story(db, one, two, report(db, "post-1", minutes=9), least=1, most=1)
    assert found(db, watch) == [("fell", "wire-1")]
    assert found(db, watch) == []


def test_two_known_stories_that_become_one_are_nothing_new(watched: Database) -> None:
    one, two = alone(watched, "wire-1"), alone(watched, "herald-1", minutes=5)
    assert found(watched) == [("new", "wire-1"), ("new", "herald-1")]
    watched.execute("update story_articles set story = 'wire-1'")
    watched.execute("delete from origins where story = 'herald-1'")
    watched.execute("delete from stories where id = 'herald-1'")
    story(watched, one, two, report(watched, "post-1", minutes=9))
    assert found(watched) == []


def test_a_correction_of_substance_is_told_and_one_of_commas_is_not(watched: Database) -> None:
    story(watched, report(watched, "herald-1", body="The bridge opened. Nine people were hurt."))
    assert found(watched) == [("new", "herald-1")]
    report(watched, "herald-1", minutes=5, body="The bridge opened. Eleven people were hurt.")
    report(watched, "herald-1", minutes=9, body="The bridge opened.  Eleven people were hurt.")
    merge.compare_versions(watched, through=3)
    assert found(watched) == [("correction", "herald-1@2")]


def test_an_outlets_silence_is_told_once_until_it_speaks_again(db: Database) -> None:
    watch = Watch(name="quiet", events=("silent",), outlets=("herald",), tell=("desk",))
    alone(db, "herald-1")
    judge.judge(db, watch, now=at(0))

    def silent(outlet: str, kind: str = "silent") -> Trouble:
        return Trouble(outlet=outlet, kind=kind, since=at(0), words="nothing new", advice="")

    troubles = [silent("herald"), silent("post"), silent("herald", "fields")]
    assert found(db, watch, troubles=troubles) == [("silent", "herald")]
    assert found(db, watch, troubles=troubles) == []
    alone(db, "herald-2", minutes=5)
    assert found(db, watch) == []
    assert found(db, watch, troubles=troubles) == [("silent", "herald")]


def test_a_watch_that_looks_for_something_else_begins_anew(watched: Database) -> None:
    alone(watched, "herald-1", body="A ferry sank.")
    assert found(watched) == []
    assert found(watched, Watch(name="bridge", query="ferry")) == []
    alone(watched, "herald-2", body="Another ferry sank.", minutes=5)
    assert found(watched, Watch(name="bridge", query="ferry")) == [("new", "herald-2")]


def test_who_is_named_later_is_not_told_of_what_was_before(watched: Database) -> None:
    alone(watched, "herald-1")
    assert found(watched) == [("new", "herald-1")]
    later: list[Alert] = []
    assert list(tell(watched, BRIDGE, [Target("boss", lambda alert: not later.append(alert))])) == []
    assert later == []


# ------------------------------------------------------------------------------------------------------- telling


def test_what_was_told_is_not_told_again(watched: Database) -> None:
    alone(watched, "herald-1")
    found(watched)
    assert told(watched) == ["new herald-1"]
    assert told(watched) == []


def test_a_refusal_is_told_to_the_operator_and_not_repeated(watched: Database) -> None:
    alone(watched, "herald-1")
    found(watched)
    (words,) = tell(watched, BRIDGE, [Target("desk", lambda _alert: False)])
    assert "desk may not have been told of 'Headline of herald-1'" in words
    assert told(watched) == []


@pytest.mark.parametrize("heard", [0, 1], ids=["before it was told", "after it was told"])
def test_a_kill_amid_the_telling_tells_nobody_twice(watched: Database, heard: int) -> None:
    alone(watched, "herald-1")
    found(watched)
    times = []

    def killed(_alert: Alert) -> bool:
        times.extend([1] * heard)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(tell(watched, BRIDGE, [Target("desk", killed)]))
    assert told(watched) == []
    assert len(times) == heard


SHOUT = """
import json, os, signal, sys
line = json.load(sys.stdin)
with open(sys.argv[1], "a") as file:
    file.write(line["event"] + " " + line["unit"] + "\\n")
if sys.argv[2] == "kill":
    os.kill(os.getppid(), signal.SIGKILL)
"""
RUN = """
import sys
from pathlib import Path
from aggregator.pipeline import Progress, tell_watches
from storage.db import connect
from storage.home import Home
class Words(Progress):
    def warn(self, words):
        print(words)
home = Home(Path(sys.argv[1]))
tell_watches(connect(home.database), home, Words())
"""


def test_a_program_that_is_really_killed_after_telling_does_not_tell_again(tmp_path: Path) -> None:
    home, heard = Home(tmp_path / "t.db"), tmp_path / "heard"
    (tmp_path / "shout.py").write_text(SHOUT)

    def run(what: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(tmp_path / "shout.py"), str(heard), what]
        home.watches_file.write_text(f'[[watch]]\nname = "bridge"\nquery = "bridge"\ncommand = {json.dumps(command)}\n')
        return subprocess.run(
            [sys.executable, "-c", RUN, str(home.database)], capture_output=True, text=True, check=False
        )

    db = connect(home.database)
    watch = Watch(name="bridge", query="bridge", command=("x",))
    judge.judge(db, watch, now=at(0))
    alone(db, "herald-1")
    alone(db, "herald-2", minutes=5)
    judge.judge(db, watch, now=at(0))
    db.close()
    assert run("kill").returncode == -signal.SIGKILL
    again = run("live")
    assert again.returncode == 0, again.stderr
    assert heard.read_text().splitlines() == ["new herald-1", "new herald-2"]
    assert "killed while it told =command of 'Headline of herald-1'; it is not told again" in again.stdout
    assert run("live").stdout == ""
    assert len(heard.read_text().splitlines()) == 2


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Somebody's webhook on loopback: its address for Apprise, and what it was sent."""
    got: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/secret-token", got
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's, on Python 3.11 and 3.12
def test_a_webhook_is_told_by_apprise_and_its_address_stands_nowhere(
    tmp_path: Path, webhook: tuple[str, list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("apprise", reason="the extra watch is not installed")
    address, got = webhook
    home, warned = Home(tmp_path / "t.db"), Warned()
    home.watches_file.write_text('[[watch]]\nname = "bridge"\nquery = "bridge"\ntell = ["desk", "nobody"]\n')
    home.addresses_file.write_text(f'[address]\ndesk = "{address}"\n')
    home.addresses_file.chmod(0o600)
    caplog.set_level("DEBUG")
    pipeline.begin_watches(home)
    pipeline.begin_watches(home)
    db = connect(home.database)
    alone(db, "herald-1", headline="Bridge shut\r\nBcc: all@example.org")
    assert pipeline.judge_watches(db, home, warned, troubles=()) == 1
    for _ in range(2):
        pipeline.tell_watches(db, home, warned)
    db.close()
    assert [(one["title"], one["message"]) for one in got] == [
        ("[bridge] Bridge shut Bcc: all@example.org", "a new story: herald\nherald-1")
    ]
    assert set(warned.words) == {
        "watch bridge: nobody is not told: there is no address nobody: write it into addresses.toml or"
        " TWOSOURCE_ADDRESS_NOBODY"
    }
    assert "secret-token" not in caplog.text
    assert b"secret-token" not in b"".join(path.read_bytes() for path in tmp_path.glob("t.db*"))


# ------------------------------------------------------------------------------------------------------- files


def test_addresses_that_others_can_read_are_an_error_in_words(tmp_path: Path) -> None:
    file = tmp_path / "addresses.toml"
    file.write_text('[address]\ndesk = "json://secret-token"\n')
    file.chmod(0o640)
    with pytest.raises(AddressesFileWrong, match="nobody else may read: `chmod 600` it"):
        config.load_addresses(file, {})
    file.chmod(0o600)
    assert config.load_addresses(file, {}) == {"desk": "json://secret-token"}
    assert config.load_addresses(file, {"TWOSOURCE_ADDRESS_DESK": "b"}) == {"desk": "b"}


@pytest.mark.parametrize(
    "text",
    [
        '[address]\nDesk = "json://secret-token"',
        '[adress]\nx = "secret-token"',
        'x = "secret-token',
        "address = 'secret-token'",
    ],
)
def test_an_error_about_addresses_shows_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "addresses.toml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(AddressesFileWrong) as error:
        config.load_addresses(file, {})
    assert "secret-token" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qery = 'x'", "qery: expected one of the keys .* did you mean query"),
        ("query = '(x'", "query: expected a query; this bracket is never closed"),
        ("query = 'x'\nevents = ['fel']", "events.* expected names out of new, second, fell"),
        ("events = ['silent', 'new']", "query: expected a query; only a watch of silent outlets needs none"),
        ("query = 'x'\n[[watch]]\nname = 'w'\nquery = 'y'", "name: expected a name that no other watch has"),
    ],
)
def test_a_wrong_watch_is_named_with_its_key(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "watches.toml"
    file.write_text(f"[[watch]]\nname = 'w'\n{text}\n")
    with pytest.raises(WatchesFileWrong, match=f"watches.toml: .*{words}"):
        config.load_watches(file)


def test_a_wrong_file_ends_no_run_and_forgets_no_watch(tmp_path: Path) -> None:
    home, warned = Home(tmp_path / "t.db"), Warned()
    home.watches_file.write_text("[[watch]]\nname = 'w'\nquery = 'bridge'\n")
    pipeline.begin_watches(home)
    right = home.watches_file.read_text()
    home.watches_file.write_text("[[watch]\n")
    pipeline.begin_watches(home)
    db = connect(home.database)
    assert pipeline.judge_watches(db, home, warned, troubles=()) == 0
    pipeline.tell_watches(db, home, warned)
    assert "No watch is judged until it is right" in "".join(warned.words)
    publish(db, home)
    alone(db, "herald-1")
    home.watches_file.write_text(right)
    assert pipeline.judge_watches(db, home, warned, troubles=()) == 1


def test_staffs_file_keeps_its_comments_when_a_watch_is_added_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "watches.toml"
    file.write_text("# ours\n[[watch]]\nname = 'w'  # the first\nquery = 'x'\n")
    (tmp_path / "t.db").touch()

    def call(*words: str) -> Any:
        return CliRunner().invoke(main, ["--db", str(tmp_path / "t.db"), "watch", *words])

    assert call("add", "v", "ferry lang:en", "--event", "second", "--tell", "desk").exit_code == 0
    assert config.load_watches(file)[1] == Watch(name="v", query="ferry lang:en", events=("second",), tell=("desk",))
    assert call("add", "v", "ferry").exit_code == 3
    assert call("add", "u", "(ferry").exit_code == 3
    assert call("remove", "v").exit_code == 0
    assert file.read_text().strip() == "# ours\n[[watch]]\nname = 'w'  # the first\nquery = 'x'"


def test_a_watch_has_a_feed_of_what_it_found(tmp_path: Path) -> None:
    home = Home(tmp_path / "t.db")
    home.watches_file.write_text("[[watch]]\nname = 'bridge'\nquery = 'bridge OR outlet:post'\n")
    db = connect(home.database)
    alone(db, "herald-1")
    judge.judge(db, config.load_watches(home.watches_file)[0], now=at(0))
    for id_, body in (("post-1", "A ferry sank."), ("wire-1", "A ferry sank.")):
        alone(db, id_, minutes=5, body=body)
    pipeline.judge_watches(db, home, Progress(), troubles=())
    publish(db, home)
    feed = json.loads((home.feeds / "watches" / "bridge.json").read_text())
    assert sorted(item["title"] for item in feed["items"]) == ["Headline of herald-1", "Headline of post-1"]
    db.close()


# ------------------------------------------------------------------------------------------------------- the sample


WATCHES = (
    Watch(name="bridge", query="bridge", tell=("desk",)),
    Watch(name="ferry", query="ferry lang:en", tell=("desk", "boss")),
)


class Killed(BaseException):
    pass


Told = dict[tuple[str, str], set[str]]  # watch, event -> articles
# A story keeps its id with its largest part, even where the article of that id has gone elsewhere.
STORY_OF_ALERT = (
    "coalesce((select id from stories where id = unit), (select m.story from story_articles m where m.article = unit))"
)


def replayed(folder: Path, into: Path, seed: int) -> tuple[Database, Counter[tuple[int, str]], int, Told]:
    """The sample's versions in a random order, in random batches, with kills in one of four steps.

    Returns the database, how often each alert was heard by whom, how many kills there were, and the articles that ever stood
    in a story of which an event was told.
    """
    rng = random.Random(seed)
    home = Home(folder / "twosource.db")
    known, _ = outlets.load_outlets(home.outlets)
    source = connect(home.database)
    versions: dict[str, list[Article]] = {}
    for row in source.execute("select seq from articles order by seq").fetchall():
        (one,) = articles.at(source, [row[0]])
        versions.setdefault(one.id, []).append(replace(one, seq=None, version=1))
    source.close()
    # Sorted, since the sample is crawled in another order each time.
    order = [id_ for id_, its in sorted(versions.items()) for _ in its]
    rng.shuffle(order)
    heard: Counter[tuple[int, str]] = Counter()
    told: Told = defaultdict(set)
    kills = 0
    db = connect(into)

    def target(name: str) -> Target:
        def hear(alert: Alert) -> bool:
            if rng.random() < 0.1:
                raise Killed
            heard[alert.id, name] += 1
            if rng.random() < 0.1:
                raise Killed
            return True

        return Target(name, hear)

    def judge_and_tell() -> None:
        for watch in WATCHES:
            with db.atomic():
                judge.judge(db, watch, now=at(0))
                if rng.random() < 0.1:
                    raise Killed
            for _ in tell(db, watch, [target(name) for name in watch.tell]):
                pass

    def note() -> None:
        """Which articles ever stand in a story of which an event was told."""
        for watch, event, article in db.execute(
            f"select watch, event, article from alerts join story_articles on story = {STORY_OF_ALERT}"
        ).fetchall():
            told[watch, event].add(article)

    while True:
        try:
            try:
                judge_and_tell()
            finally:
                note()
            if not order:
                return db, heard, kills, told
        except Killed:
            kills += 1
            db.close()
            db = connect(into)
            continue
        batch = [order.pop() for _ in range(min(len(order), rng.randint(1, 6)))]
        with db.atomic():
            for id_ in batch:
                articles.append(db, versions[id_].pop(0))
        merge.merge(db, reference(home, known))


def check(db: Database, heard: Counter[tuple[int, str]], told: Told) -> None:
    """One alert an event, for each story that a watch finds; nobody heard one twice, and who heard none was killed over it."""
    for watch in WATCHES:
        matching = find.stories(db, parse(watch.query, now=at(0)))
        for one in judge._stories(db, watch, at(0)):
            events = Counter(
                row[0]
                for row in db.execute(
                    f"select event from alerts where watch = ? and {STORY_OF_ALERT} = ?",
                    [watch.name, one.id],
                )
            )
            here = {row[0] for row in db.execute("select article from story_articles where story = ?", [one.id])}
            assert max(events.values(), default=0) <= 1, (watch.name, one, events)
            assert one.highest >= 2 or not events["second"], (watch.name, one, events)
            if one.id in matching:
                # A part of a story that was parted is not told again: it was, under the other's name.
                assert here & told[watch.name, "new"], (watch.name, one, events)
                assert one.least < 2 or here & told[watch.name, "second"], (watch.name, one, events)
    assert max(heard.values()) == 1
    rows = db.execute("select alert, target, outcome from tellings").fetchall()
    assert {(alert, target) for alert, target, outcome in rows if outcome == "told"} <= set(heard)
    assert all(outcome in ("told", None) for _, _, outcome in rows)
    assert db.execute("select count(*) from tellings where begun is null").fetchone() == (0,)


@pytest.mark.parametrize("seed", range(4))
def test_the_sample_in_any_order_and_with_kills_gives_one_alert_an_event(
    both_editions: Path, tmp_path: Path, seed: int
) -> None:
    db, heard, kills, told = replayed(both_editions, tmp_path / "t.db", seed)
    assert kills
    check(db, heard, told)
    corrected = db.execute("select event, title from alerts where event = 'correction' and watch = 'ferry'").fetchall()
    assert len(corrected) == 1
    db.close()
