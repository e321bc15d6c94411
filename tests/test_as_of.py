"""What was known then: each reading verb, the feeds and the pages as of a moment, against what was written at that moment."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database
from werkzeug.test import Client

from aggregator import merge, revisions
from aggregator.cli import main
from aggregator.feeds.publish import publish, publish_as_it_was
from aggregator.site import static
from aggregator.site.app import Desk
from aggregator.site.contents import last
from aggregator.site.render import Pages
from storage import articles, clock, epochs, pages, upkeep
from storage.db import connect, connect_to_read
from storage.errors import HistoryBegins
from storage.home import Home
from storage.types import Page
from tests.conftest import NOON, article
from tests.test_decisions import KNOWN, any_decision, newsroom

FEEDS = "items = 6\n"  # so that older items go to archived pages


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.moment = NOON + timedelta(days=1)

    def __call__(self) -> datetime:
        return self.moment

    def tick(self, seconds: int = 60) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twosource.db")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".new"
    }


def site(db: Database, folder: Path, then: datetime | None = None) -> dict[str, bytes]:
    """The pages as files, without the line that says of when they are, and the health of outlets, which is not kept."""
    chosen = last(db, 100)
    choice = static.Choice(outlets={}, settings=static.Settings(), troubles=(), stories=chosen)
    static.publish(db, folder, Pages({}, {}, live=False, held=set(chosen), then=then), choice)
    return {
        name: b"\n".join(line for line in content.splitlines() if not line.startswith(b'<p class="then">'))
        for name, content in files(folder).items()
        if name != "health.html"
    }


def ask(home: Home, *words: str) -> str:
    done = CliRunner().invoke(main, ["--db", str(home.database), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


ASKED = (
    ["stories", "--all", "--members", "--json"],
    ["search", "lang:en", "--json"],
    ["story", "a0", "--json"],
    ["check", "https://herald.example/a0", "--json"],
    ["outlet", "outlet1", "--json"],
    ["agency", "afp", "--json"],
)


def answers(home: Home, *more: str) -> list[str]:
    return [ask(home, *words, *more) for words in ASKED]


@pytest.mark.parametrize("seed", range(2))
def test_as_of_a_moment_is_byte_for_byte_what_was_written_then(
    seed: int, home: Home, ticking: Clock, tmp_path: Path
) -> None:
    rng, waiting = random.Random(seed), newsroom(seed)
    db = connect(home.database)
    home.feeds_file.write_text(FEEDS)
    written: list[tuple[datetime, dict[str, bytes], dict[str, bytes], list[str]]] = []
    while waiting:
        some, waiting = waiting[: (k := rng.randint(3, 8))], waiting[k:]
        for one in some:
            articles.append(db, replace(one, url=f"https://herald.example/{one.id}"))
        db.conn.commit()
        ticking.tick()
        merge.merge(db, KNOWN, batch=rng.choice([2, 100]))
        ticking.tick()
        for _ in range(rng.randint(0, 3)):
            any_decision(db, rng)
        if rng.random() < 0.4:
            ticking.tick()
            merge.again(db, KNOWN)
        ticking.tick()
        publish(db, home)
        pages = site(db, tmp_path / f"site{len(written)}")
        written.append((ticking.moment, files(home.feeds), pages, answers(home)))
        ticking.tick()
    assert len({len(feeds) for _, feeds, _, _ in written}) > 1  # the newsroom grew
    for n, (moment, feeds, pages, said) in enumerate(written):
        then = connect_to_read(home.database, moment=moment)
        publish_as_it_was(then, home, tmp_path / f"then{n}", outlets={})
        again = files(tmp_path / f"then{n}")
        assert again == feeds
        assert site(then, tmp_path / f"site-then{n}", moment) == pages
        assert answers(home, "--as-of", moment.isoformat()) == said
        then.close()
    db.close()


@pytest.fixture
def grown(home: Home, ticking: Clock) -> list[datetime]:
    """A newsroom that was merged and exported twice; when it was empty, and after each time."""
    db = connect(home.database)
    moments = [ticking.moment]
    for some in (newsroom(1)[:8], newsroom(1)[8:16]):
        ticking.tick()
        for one in some:
            articles.append(db, one)
        db.conn.commit()
        merge.merge(db, KNOWN)
        publish(db, home)
        moments.append(ticking.moment)
    ticking.tick()
    db.close()
    return moments


def test_the_command_writes_the_feeds_of_then_beside_todays(home: Home, grown: list[datetime], tmp_path: Path) -> None:
    today = files(home.feeds)
    done = CliRunner().invoke(
        main,
        ["--db", str(home.database), "export", "--as-of", grown[1].isoformat(), "--into", str(tmp_path / "then")],
    )
    assert done.exit_code == 0, done.output
    first = json.loads((tmp_path / "then" / "articles.json").read_text())
    came = {one["id"].rpartition("/")[2] for one in first["items"]}
    assert came
    assert came <= {f"a{n}" for n in range(8)}  # the eight that had come; reprints are folded
    assert files(home.feeds) == today
    alone = CliRunner().invoke(main, ["--db", str(home.database), "export", "--as-of", grown[1].isoformat()])
    assert (alone.exit_code, "belong together" in alone.output) == (2, True)


def test_before_anything_was_kept_nothing_can_be_said(home: Home, grown: list[datetime]) -> None:
    done = CliRunner().invoke(main, ["--db", str(home.database), "stories", "--as-of", "2020-01-01"])
    assert done.exit_code == 3
    assert f"is kept since {clock.to_text(grown[0])}" in " ".join(done.output.split())
    assert ask(home, "stories", "--json", "--as-of", grown[0].isoformat()) == ""


def test_the_pages_of_then_link_to_each_other_and_say_when_then_is(home: Home, grown: list[datetime]) -> None:
    client = Client(Desk(home, {}, {}, troubles=lambda _db: ()))
    moment = grown[1].replace(tzinfo=None).isoformat()
    moved = client.get("/index.html", query_string={"as_of": moment})
    assert (moved.status_code, moved.headers["Location"]) == (302, f"/as-of/{moment}/index.html")
    then, today = client.get(f"/as-of/{moment}/index.html").text, client.get("/index.html").text
    assert f'As known at <time datetime="{grown[1].isoformat()}">' in then
    assert "As known at" not in today
    assert 0 < then.count('class="story ') < today.count('class="story ')
    link = then.partition('href="story/')[2].partition('"')[0]
    assert "As known at" in client.get(f"/as-of/{moment}/story/{link}").text
    assert client.get(f"/as-of/{moment}/search.html?q=lang:en").status_code == 200
    assert client.get(f"/as-of/{moment}/health.html").status_code == 200
    for wrong, code in {
        "/as-of/soon/": 400,
        "/as-of/2020-01-01/index.html": 404,
        f"/as-of/{moment}/stories.rss": 404,
    }.items():
        assert client.get(wrong).status_code == code, wrong


def test_what_was_said_of_changes_is_kept_where_it_is_said_anew(
    home: Home, ticking: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = connect(home.database)
    for n, words in enumerate(("Twelve people died on the ferry.", "Fifteen people died on the ferry.")):
        articles.append(db, article(words, language="en", fetched=NOON + timedelta(minutes=n)))
    db.conn.commit()
    merge.merge(db, KNOWN)
    then = ticking.moment
    assert db.execute("select substance, rules from revisions").fetchall() == [(1, revisions.RULES)]
    ticking.tick()
    monkeypatch.setattr(revisions, "RULES", 99)
    monkeypatch.setattr(revisions, "compare", lambda *_: revisions.Revision(changes=()))
    merge.again(db, KNOWN)
    assert db.execute("select substance, rules from revisions").fetchall() == [(0, 99)]
    db.close()
    past = connect_to_read(home.database, moment=then)
    assert past.execute("select substance, kinds <> '[]' from revisions").fetchall() == [(1, 1)]
    past.close()


def test_what_was_skipped_then_is_skipped_as_of_then_though_an_article_came_of_its_address_and_second(
    home: Home, ticking: Clock
) -> None:
    db = connect(home.database)
    moments = []
    for outcome, offset in (("skipped", 0), ("stored", 9)):
        page = Page(
            url="https://herald.example/a", outlet="herald", fetched=NOON, status=200, body=b"", archive="a.warc.gz",
            offset=offset,
        )  # fmt: skip
        with db.atomic(), epochs.epoch(db):
            pages.append(db, page, outcome)
        moments.append(ticking.moment)
        ticking.tick()
    db.close()
    known = []
    for moment in moments:
        then = connect_to_read(home.database, moment=moment)
        known.append(then.execute('select outcome, "offset" from pages').fetchall())
        then.close()
    assert known == [[("skipped", 0)], [("skipped", 0), ("stored", 9)]]


def test_a_dossier_of_then_holds_what_one_that_was_taken_then_holds(home: Home, ticking: Clock, tmp_path: Path) -> None:
    db = connect(home.database)
    taken = []
    for n, some in enumerate((newsroom(1)[:8], newsroom(1)[8:])):
        for one in some:
            articles.append(db, one)
        db.conn.commit()
        merge.merge(db, KNOWN)
        taken.append((ticking.moment, tmp_path / f"{n}.zip"))
        ask(home, "story", "a0", "--dossier", str(taken[n][1]))
        ticking.tick()
    db.close()
    assert _unpacked(taken[0][1]) != _unpacked(taken[1][1])
    ask(home, "story", "a0", "--dossier", str(tmp_path / "then.zip"), "--as-of", taken[0][0].isoformat())
    assert _unpacked(tmp_path / "then.zip") == _unpacked(taken[0][1])


def _unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_history_that_is_tidied_begins_later_and_says_the_same_from_then_on(
    home: Home, grown: list[datetime]
) -> None:
    before = answers(home, "--as-of", grown[2].isoformat())
    db = connect(home.database)
    assert epochs.forget(db, grown[2]) > 0
    db.conn.commit()
    assert answers(home, "--as-of", grown[2].isoformat()) == before
    with pytest.raises(HistoryBegins):
        connect_to_read(home.database, moment=grown[1])
    assert "history" in upkeep.tidy(db, home, now=clock.now(), history=timedelta(days=1))
    db.close()


def test_each_table_of_the_past_has_the_columns_of_its_table(db: Database) -> None:
    for table in epochs.KEPT:
        columns, past = (
            [row[1] for row in db.execute(f"pragma table_info({name})")] for name in (table, f"{table}_past")
        )
        assert sorted(past) == sorted([*columns, "epoch", "gone"]), (
            "a step that adds a column to it must call epochs.keep"
        )
