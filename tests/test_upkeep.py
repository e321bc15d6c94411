"""A copy while it is in use, a check that finds one changed byte, and an end to what only grows."""

from __future__ import annotations

import gzip
import itertools
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from loopback import Answer, Web, outlet, page, rss, serving, twosource

from aggregator.cli.upkeep import cron, systemd
from storage import archive, clock, retention, runs, upkeep, validators
from storage.db import connect
from storage.errors import ArchiveIsBusy
from storage.home import Home
from storage.types import Visit
from storage.validators import Validator

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("newsroom")
    with serving(Web()) as web:
        outlet(home, "times", web, "feeds = ['{web}/feed']")
        web.pages = {"/feed": Answer(rss(*(web.url(f"/{n}") for n in range(5))))}
        web.pages |= {f"/{n}": page(f"Dam {n} opens") for n in range(5)}
        assert twosource(home, "crawl", "times").returncode == 0
    return home


@pytest.fixture
def copied(newsroom: Path, tmp_path: Path) -> Iterator[Path]:
    upkeep.backup(Home(newsroom / "t.db"), tmp_path / "copy")
    return tmp_path / "copy"


def test_a_backup_is_a_whole_newsroom_and_verifies(copied: Path) -> None:
    assert list(upkeep.problems(Home(copied / "t.db"))) == []
    db = sqlite3.connect(copied / "t.db")
    assert db.execute("select count(*) from articles").fetchone() == (5,)
    db.close()
    assert (copied / "outlets" / "times.toml").exists()


def test_a_backup_is_taken_while_a_run_writes(newsroom: Path, tmp_path: Path) -> None:
    db = connect(newsroom / "t.db")
    db.execute("begin immediate")
    db.execute("insert into pauses values ('a.example', '2026-01-01')")
    upkeep.backup(Home(newsroom / "t.db"), tmp_path / "copy")
    db.conn.rollback()
    db.close()
    assert list(upkeep.problems(Home(tmp_path / "copy" / "t.db"))) == []


def test_every_changed_byte_of_an_archive_is_found_and_named(copied: Path) -> None:
    [file] = (copied / "archive").rglob("*.warc.gz")
    whole, rng = file.read_bytes(), random.Random(7)
    for place in [0, 1, 2, 3, 4, 8, 9, len(whole) - 1, *(rng.randrange(len(whole)) for _ in range(100))]:
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.randrange(8)
        file.write_bytes(changed)
        found = list(upkeep.problems(Home(copied / "t.db")))
        if found:
            assert str(file) in found[0]
        else:  # up to seven bits behind a packed record say nothing (RFC 1951, 3.2.3): what is in it is as it was
            assert gzip.decompress(changed) == gzip.decompress(whole), f"byte {place}"


def test_an_archive_that_is_torn_anywhere_is_named(copied: Path) -> None:
    [file] = (copied / "archive").rglob("*.warc.gz")
    whole, rng = file.read_bytes(), random.Random(8)
    for end in sorted({rng.randrange(len(whole)) for _ in range(100)}):
        file.write_bytes(whole[:end])
        assert any(str(file) in words for words in upkeep.problems(Home(copied / "t.db"))), end
    file.unlink()
    assert any("is not there; 5 pages" in words for words in upkeep.problems(Home(copied / "t.db")))


def test_a_damaged_database_is_named(copied: Path) -> None:
    file = copied / "t.db"
    damaged = bytearray(file.read_bytes())
    damaged[8_192:9_000] = b"\xff" * 808
    file.write_bytes(damaged)
    assert any("t.db" in words for words in upkeep.problems(Home(file)))


def test_what_is_old_goes_and_what_a_story_needs_stays(copied: Path) -> None:
    home, now = Home(copied / "t.db"), clock.now()
    db = connect(home.database)
    old = now - timedelta(days=100)
    for _ in range(3):
        number = runs.begin(db, "crawl", old)
        runs.end(db, number, old, [Visit(outlet="gone", outcome="ok")])
    with db.atomic():
        validators.remember(db, Validator(url="https://a.example/old", outlet="times", first=old, checked=old))
        db.execute("insert into pauses (host, until) values ('a.example', ?)", [clock.to_text(old)])
    facts = ("articles", "pages", "stories", "story_articles", "copies", "credits")
    before = {table: db.table(table).count for table in facts}
    (home.feeds).mkdir()
    temporary = home.feeds / ".abc.new"
    temporary.write_text("half")
    os.utime(temporary, (0, 0))
    gone = upkeep.tidy(db, home, now=now)
    assert (gone["visits"], gone["runs"], gone["validators"], gone["pauses"]) == (2, 2, 1, 1)
    assert not temporary.exists()
    assert {table: db.table(table).count for table in facts} == before
    assert set(upkeep.tidy(db, home, now=now).values()) == {0}
    db.close()


def responses(home: Home) -> list[str]:
    return sorted(record.url for file in home.archive.rglob("*.warc.gz") for record in archive.records(file))


def test_an_archive_that_is_slimmed_keeps_what_each_article_was_read_from(copied: Path) -> None:
    home = Home(copied / "t.db")
    db = connect(home.database)
    pages = sorted(row[0] for row in db.execute("select url from pages where outcome = 'stored'"))
    assert set(pages) < set(responses(home))  # the feed and robots.txt too
    assert retention.slim(db, home, before=clock.now() - timedelta(days=1)).files == 0
    assert retention.slim(db, home, at_most=1_000_000).files == 0
    slimmed = retention.slim(db, home, before=clock.now() + timedelta(days=1))
    assert (slimmed.files, slimmed.freed > 0) == (1, True)
    assert responses(home) == pages
    assert list(upkeep.problems(home)) == []
    for url, file, offset in db.execute("select url, archive, offset from pages where outcome = 'stored'"):
        assert archive.record_at(home.archive / file, offset).url == url
    assert retention.slim(db, home, at_most=0).files == 0  # nothing more is to be had
    db.close()


@pytest.mark.parametrize("dies_at", ["member_at", "fsync", "unlink"])
def test_a_slimming_that_was_killed_leaves_a_whole_archive_and_is_done_by_the_next(
    copied: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    home = Home(copied / "t.db")
    db = connect(home.database)
    pages = sorted(row[0] for row in db.execute("select url from pages where outcome = 'stored'"))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        where = {"member_at": retention, "fsync": os, "unlink": Path}[dies_at]
        patched.setattr(where, dies_at, die)
        with pytest.raises(KeyboardInterrupt):
            retention.slim(db, home, at_most=0)
    assert set(pages) <= set(responses(home))
    assert list(upkeep.problems(home)) == []
    retention.slim(db, home, at_most=0)
    assert responses(home) == pages
    assert list(upkeep.problems(home)) == []
    db.close()


def test_an_archive_is_not_slimmed_while_a_backup_copies_it(copied: Path, tmp_path: Path) -> None:
    home = Home(copied / "t.db")
    db = connect(home.database)
    refused: list[str] = []

    def meanwhile(_copied: str) -> None:
        with pytest.raises(ArchiveIsBusy) as error:
            retention.slim(db, home, at_most=0)
        refused.append(str(error.value))

    upkeep.backup(home, tmp_path / "second", progress=meanwhile)
    assert "A backup is copying" in refused[0]
    assert retention.slim(db, home, at_most=0).files == 1
    assert list(upkeep.problems(Home(tmp_path / "second" / "t.db"))) == []


def test_a_damaged_archive_is_left_alone_and_told(copied: Path) -> None:
    home = Home(copied / "t.db")
    db = connect(home.database)
    (file,) = home.archive.rglob("*.warc.gz")
    (at,) = db.execute("select max(\"offset\") from pages where outcome = 'stored'").fetchone()
    damaged = bytearray(file.read_bytes())
    damaged[at + 20 : at + 60] = bytes(40)
    file.write_bytes(damaged)
    slimmed = retention.slim(db, home, at_most=0)
    assert (slimmed.files, len(slimmed.damaged)) == (0, 1)
    assert [one.name for one in home.archive.rglob("*") if one.is_file()] == [file.name]
    db.close()


def test_what_is_printed_for_cron_and_systemd_can_be_read_by_them(tmp_path: Path) -> None:
    lines = cron("/usr/bin/twosource", tmp_path / "a b" / "t.db", "").splitlines()
    minutes = [int(minute) for minute in lines[1].split()[0].split(",")]
    assert {later - earlier for earlier, later in itertools.pairwise(minutes)} == {10}
    assert f"'{tmp_path}/a b/t.db'" in lines[1]
    text = systemd("/usr/bin/twosource", tmp_path / "t.db", "mail@a.example")
    assert "RandomizedDelaySec" in text
    assert "\nEnvironment=TWOSOURCE_CONTACT=mail@a.example\n" in text


def test_who_did_not_say_how_to_be_reached_gets_no_made_up_contact_in_cron_or_systemd(tmp_path: Path) -> None:
    for lines in (cron("twosource", tmp_path / "t.db", ""), systemd("twosource", tmp_path / "t.db", "")):
        assert [line[0] for line in lines.splitlines() if "TWOSOURCE_CONTACT" in line] == ["#"]


def test_the_wheel_holds_every_file_of_the_packages_and_runs_where_it_is_installed(tmp_path: Path) -> None:
    copy = tmp_path / "twosource"  # setuptools leaves its work beside what it builds
    for name in ("scrapers", "aggregator", "storage"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, copy)
    packed = {file.relative_to(copy).as_posix() for file in copy.glob("*/**/*") if file.is_file()}

    def run(*words: str | Path, **env: str) -> str:
        done = subprocess.run(
            list(map(str, words)), env=os.environ | env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    pip, alone = (sys.executable, "-m", "pip", "--disable-pip-version-check"), ("--no-deps", "--no-index")
    run(*pip, "wheel", *alone, "--no-build-isolation", "--wheel-dir", tmp_path, copy)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archived:
        assert {name for name in archived.namelist() if ".dist-info/" not in name} == packed
    run(*pip, "install", *alone, "--target", tmp_path / "site", wheel)
    script, env = tmp_path / "site" / "bin" / "twosource", {"PYTHONPATH": str(tmp_path / "site")}
    assert run(sys.executable, "-c", "import storage; print(storage.__file__)", **env).startswith(
        str(tmp_path / "site")
    )
    assert run(script, "--version", **env).startswith("twosource, version ")
    assert "afp" in run(script, "credit", "With reporting by AFP", **env)


def test_the_commands_say_what_they_found(newsroom: Path, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return twosource(newsroom, *words)

    assert (run("verify").returncode, "all is as it was written" in run("verify").stderr) == (0, True)
    assert run("tidy").returncode == 0
    assert "* * * *" in run("install", "--cron").stdout
    metrics = tmp_path / "twosource.prom"
    done = run("doctor", "--prometheus", str(metrics))
    assert (done.returncode, done.stderr.strip()) == (0, "all outlets are well")
    assert "twosource_checked_seconds" in metrics.read_text()
