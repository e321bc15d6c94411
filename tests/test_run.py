"""The program as a user runs it: each call a process of its own, the sample newsroom as its web."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from storage.home import Home
from storage.lock import held
from tests import answers, program

TABLES = ("pages", "articles", "credits", "copies", "stories", "story_articles", "origins", "merged")


def twosource(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return program.run(*words, cwd=cwd, env=os.environ | {"TERM": "dumb", "COLUMNS": "200"} | env)


def test_a_limit_of_address_space_leaves_room_for_the_sample(tmp_path: Path) -> None:
    limited = 'ulimit -v 2600000; exec "$0" -m aggregator.cli sample'
    ended = subprocess.run(
        ["bash", "-c", limited, sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=program.HANGS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert counts(tmp_path / "sample-newsroom/twosource.db")["copies"]


def counts(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as db:
        return {table: db.execute(f"select count(*) from {table}").fetchone()[0] for table in TABLES}


def feeds(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def newsroom(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample newsroom after its first run."""
    return Path(shutil.copytree(untouched_sample, tmp_path_factory.mktemp("run") / "sample-newsroom"))


def test_the_sample_ends_with_its_stories_and_says_where_they_lie(newsroom: Path) -> None:
    done = twosource("stories", cwd=newsroom, TWOSOURCE_DB="twosource.db")
    heading, *lines = done.stdout.splitlines()
    assert heading.split("\t") == ["story", "headline", "outlets", "copies", "independent sources", "first seen"]
    assert len(lines) >= 5


def test_the_sample_comes_out_as_its_written_answer_says(newsroom: Path) -> None:
    said = answers.found(newsroom / "twosource.db")
    assert {name: story for name, story in answers.expected().items() if story not in said} == {}


def test_every_copy_that_the_answer_names_is_found_and_nothing_unrelated_is(newsroom: Path) -> None:
    pairs = answers.copied(newsroom / "twosource.db")
    told = {tuple(sorted((copy["from"], copy["to"]))) for copy in answers.ANSWER["copies"]}
    assert told - pairs == set()
    assert {(a, b) for a, b in pairs if a.partition("/")[0] != b.partition("/")[0]} == set()


def test_a_second_run_finds_nothing_new_and_leaves_the_feeds_to_the_byte(newsroom: Path) -> None:
    before, rows = feeds(newsroom / "feeds"), counts(newsroom / "twosource.db")
    done = twosource("sample", "--into", newsroom, cwd=newsroom)
    assert "merged: nothing new" in done.stderr
    after = feeds(newsroom / "feeds")
    health = {path for path in after if path.stem == "health"}  # an outlet that answers nothing twice is told there
    assert {path for path in after if after[path] != before[path]} == health
    assert all(b"Signal Online: empty" in after[path] for path in health)
    assert counts(newsroom / "twosource.db") == rows
    listed = twosource("outlets", "--health", "--db", newsroom / "twosource.db", cwd=newsroom).stdout
    assert "signal-online\tempty" in listed


def test_the_archive_replayed_twice_gives_the_same_rows_and_feeds(newsroom: Path, tmp_path: Path) -> None:
    archives = sorted((newsroom / "archive").rglob("*.warc.gz"))
    for name in ("one", "two"):
        for file in ("outlets", "agencies.toml"):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / file).symlink_to(newsroom / file)
        assert twosource("--db", f"{name}/t.db", "replay", *archives, cwd=tmp_path).returncode == 0
        assert twosource("--db", f"{name}/t.db", "export", cwd=tmp_path).returncode == 0
    assert counts(tmp_path / "one" / "t.db") == counts(tmp_path / "two" / "t.db")
    assert feeds(tmp_path / "one" / "feeds") == feeds(tmp_path / "two" / "feeds") != {}


def test_merging_again_gives_the_same_stories(newsroom: Path) -> None:
    stories = ("stories", "--all", "--members", "--json")
    before = twosource(*stories, cwd=newsroom, TWOSOURCE_DB="twosource.db").stdout
    twosource("merge", "--again", cwd=newsroom, TWOSOURCE_DB="twosource.db")
    assert twosource(*stories, cwd=newsroom, TWOSOURCE_DB="twosource.db").stdout == before
    assert all(json.loads(line)["articles"] for line in before.splitlines())


def test_a_second_run_on_a_held_database_says_so_and_leaves(newsroom: Path) -> None:
    with held(Home(newsroom / "twosource.db")):
        done = twosource("merge", cwd=newsroom, TWOSOURCE_DB="twosource.db")
    assert done.returncode == 3
    assert f"process {os.getpid()}" in done.stderr


def test_a_run_that_is_killed_is_finished_by_the_next(newsroom: Path, tmp_path: Path) -> None:
    for after in (0.5, 1.0):  # seconds; undisturbed, it crawls for one and merges and publishes for another
        with program.start("sample", cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            time.sleep(after)
            run.send_signal(signal.SIGKILL)
    assert twosource("sample", cwd=tmp_path).returncode == 0
    assert (
        counts(tmp_path / "sample-newsroom" / "twosource.db")["articles"]
        == counts(newsroom / "twosource.db")["articles"]
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"This is no database. " * 200, "not a Twosource database"), (b"\0" * 4096, "not a Twosource database")],
)
def test_a_file_that_is_no_database_is_named_and_left(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "letter.db").write_bytes(content)
    done = twosource("--db", "letter.db", "stories", cwd=tmp_path)
    assert done.returncode == 3
    assert said in done.stderr
    assert (tmp_path / "letter.db").read_bytes() == content


def test_an_import_keeps_its_ids_and_names_lines_that_are_none(tmp_path: Path) -> None:
    text = " ".join(f"The council of the town met for the {n}th time about the bridge." for n in range(30))
    lines = [json.dumps({"id": f"x{n}", "outlet": f"o{n}", "headline": "A bridge", "text": text}) for n in range(2)]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, "{broken"]))
    done = twosource("import", "in.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "line 3" in done.stderr
    (pair,) = map(json.loads, twosource("copies", "--json", cwd=tmp_path).stdout.splitlines())
    assert (pair["a"], pair["b"], pair["kind"]) == ("x0", "x1", "identical")
    (story,) = map(json.loads, twosource("stories", "--all", "--members", "--json", cwd=tmp_path).stdout.splitlines())
    assert (story["articles"], story["most"]) == (["x0", "x1"], 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "could not be read through (it is empty)", id="empty"),
        pytest.param(
            b"root:x:0:0", "in.warc.gz could not be read through (it does not begin as a WARC file does)", id="text"
        ),
        pytest.param(
            Random(1).randbytes(5_000), "could not be read through (it does not begin as a WARC file does)", id="noise"
        ),
        pytest.param(
            b"\n" + Random(1).randbytes(5_000),
            "could not be read through (it does not begin as a WARC file does)",
            id="noise behind a blank line",
        ),
    ],
)
def test_a_file_that_is_no_archive_is_named_with_the_reason(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "in.warc.gz").write_bytes(content)
    done = twosource("replay", "in.warc.gz", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert said in done.stderr


def test_a_folder_that_cannot_be_made_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    done = twosource("--db", "file/t.db", "run", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "file" in done.stderr


def test_a_run_is_one_file_in_the_archive_and_a_quiet_one_is_short_in_the_log(newsroom: Path) -> None:
    before = set((newsroom / "archive").rglob("*.warc.gz"))
    done = twosource("sample", "--into", newsroom, cwd=newsroom)
    assert len(set((newsroom / "archive").rglob("*.warc.gz")) - before) == 1
    assert "10 outlets: nothing new; 9 had nothing new" in done.stderr
    assert "coast-courier:" not in done.stderr
