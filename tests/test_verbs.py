"""Every verb of the reference, on the sample newsroom: on a narrow terminal, through a pipe, and as data. None crashes.

On the terminal nothing is cut: what the pipe prints of ids, addresses and reasons stands on the screen as well, whole where it is
an id.
"""

from __future__ import annotations

import fcntl
import io
import itertools
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from aggregator.cli import common, main, manual, progress
from storage.db import connect
from storage.signals import Interrupted
from tests import program

# How each verb is called on the sample. ``{story}``, ``{article}``, ``{page}`` … are filled in from its database and files.
CALLS = {
    "twosource": ["--help"],
    "twosource sample": ["--into", "{folder}"],
    "twosource run": [
        "--pages",
        "1",
        "--help",
    ],  # it would go to the real web; tests/test_run.py runs it on the sample's
    "twosource crawl": ["meridian"],  # whose address nobody can look up: all outlets failed, in words
    "twosource replay": ["{warc}"],
    "twosource import": ["{import}"],
    "twosource merge": [],
    "twosource archive": ["--help"],
    "twosource archive load": ["{folder}", "--help"],
    "twosource archive merge": ["--help"],  # this and the next start Spark; tests/test_archive_on_spark.py runs them
    "twosource archive read": ["--help"],
    "twosource export": [],
    "twosource site": ["{folder}/site"],
    "twosource stories": ["--members"],
    "twosource story": ["{story}"],
    "twosource search": ["bridge"],
    "twosource check": ["bridge"],
    "twosource outlet": ["meridian"],
    "twosource agency": ["meridian"],
    "twosource copies": [],
    "twosource read": ["{page}", "--url", "https://meridian.example/a"],
    "twosource credit": ["Source: Meridian with agencies"],
    "twosource agencies": [],
    "twosource agencies add": ["Delta Press {number}", "--kind", "agency"],  # a name can be added once
    "twosource agencies unknown": [],
    "twosource outlets": [],
    "twosource outlets add": ["https://nothing.example/"],
    "twosource outlets check": ["meridian"],
    "twosource outlets export": [],
    "twosource outlets import": ["{opml}"],
    "twosource outlets layout": ["meridian"],
    "twosource feeds": [],
    "twosource feeds test": ["stories"],
    "twosource watch": ["--help"],
    "twosource watch add": ["ferry{number}", "ferry"],  # a name can be added once
    "twosource watch list": [],
    "twosource watch remove": ["nothing"],  # no such watch
    "twosource watch test": ["bridge"],
    "twosource decide": ["--help"],
    "twosource decide join": ["{story}", "{other}", "--who", "maria", "--why", "one event"],
    "twosource decide not-independent": ["{story}", "{source}", "--who", "maria", "--why", "theirs"],
    "twosource decide note": ["{story}", "look again {number}", "--who", "maria"],
    "twosource decide split": ["{article}", "--who", "maria", "--why", "another event"],
    "twosource decide strike": ["{credited}", "{credit}", "--who", "maria", "--why", "of the picture"],
    "twosource decide text-of": ["{article}", "meridian", "--who", "maria", "--why", "on the wire"],
    "twosource decide undo": ["{decision}", "--who", "maria", "--why", "a slip"],
    "twosource decisions": ["--help"],
    "twosource decisions list": [],
    "twosource decisions overruled": [],
    "twosource serve": ["--port", "99999"],  # no such port: it must not stay
    "twosource mcp": ["--help"],  # it waits for an assistant; tests/test_mcp.py is one
    "twosource doctor": [],
    "twosource backup": ["{folder}/copy"],
    "twosource verify": [],
    "twosource tidy": [],
    "twosource install": ["--cron"],
}
# Exit codes that are right here: 1 some failed, 2 usage, 3 nothing could be done.
CODES = {
    "twosource crawl": 3,
    "twosource outlets add": 3,
    "twosource outlets check": 3,
    "twosource watch remove": 2,
    "twosource serve": 2,
}
# An outlet of the sample is broken: that is told after its second visit, which another verb may have made.
MAYBE = {"twosource doctor": 1}
PLAIN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
NUMBERS = itertools.count(1)
# Nobody is asked on the real web, nor for a name: what looks one up waits for a name server that may not answer.
ENVIRONMENT = {**os.environ, "SCRAPY_SETTINGS_MODULE": "no_web", "PYTHONPATH": str(Path(__file__).parent)}
VERBS = [name for name, _ in manual.helps(main, "twosource")]
WITH_JSON = [name for name, text in manual.helps(main, "twosource") if "--json" in text]


@pytest.fixture(scope="module")
def newsroom(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample newsroom after its first run."""
    return Path(shutil.copytree(untouched_sample, tmp_path_factory.mktemp("verbs") / "sample-newsroom"))


@pytest.fixture(scope="module")
def things(newsroom: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the calls name."""
    scratch = tmp_path_factory.mktemp("things")
    note = ["--db", str(newsroom / "twosource.db"), "decide", "note"]
    db = connect(newsroom / "twosource.db")
    (story,) = db.execute("select id from stories order by articles desc, id limit 1").fetchone()
    (article,) = db.execute("select article from copies c join story_articles m on m.article = c.b limit 1").fetchone()
    (other,) = db.execute("select id from stories where id <> ? order by articles desc, id limit 1", [story]).fetchone()
    (source,) = db.execute("select key from origins where story = ? order by n limit 1", [story]).fetchone()
    credited, credit = db.execute("select article, org from credits where org is not null limit 1").fetchone()
    assert program.run(*note, story, "look at this", "--who", "maria").returncode == 0
    (decision,) = db.execute("select max(n) from decisions").fetchone()
    db.close()
    (scratch / "page.html").write_text("<title>A page</title><h1>A page</h1><p>" + "The ferry left at noon. " * 30)
    line = {"id": "x1", "outlet": "x", "headline": "A ferry", "text": "The ferry left at noon."}
    (newsroom / "watches.toml").write_text('[[watch]]\nname = "bridge"\nquery = "bridge"\n')
    (scratch / "in.jsonl").write_text(json.dumps(line))
    (scratch / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="H" xmlUrl="https://h.example/f"/></body></opml>'
    )
    return {
        "folder": str(newsroom),
        "story": story,
        "article": article,
        "other": other,
        "source": source,
        "credited": credited,
        "credit": credit,
        "decision": str(decision),
        "warc": str(next(newsroom.rglob("*.warc.gz"))),
        "page": str(scratch / "page.html"),
        "import": str(scratch / "in.jsonl"),
        "opml": str(scratch / "in.opml"),
    }


def allowed(name: str) -> tuple[int, ...]:
    return (CODES.get(name, 0), MAYBE.get(name, CODES.get(name, 0)))


def call(name: str, newsroom: Path, things: dict[str, str], *more: str) -> list[str]:
    words = name.split()[1:] + [word.format(**things, number=next(NUMBERS)) for word in CALLS[name]]
    where = [] if name == "twosource sample" else ["--db", str(newsroom / "twosource.db")]
    return [*where, *words, *more]


def piped(words: list[str]) -> tuple[int, str, str]:
    done = program.run(*words, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


def on_terminal(words: list[str], columns: int) -> tuple[int, str]:
    """Run on a terminal of so many columns; its exit code, and all that the terminal got."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {**ENVIRONMENT, "TERM": "xterm", "COLUMNS": str(columns)}
    running = program.start(*words, stdin=slave, stdout=slave, stderr=slave, env=env)
    os.close(slave)
    got = b""
    while True:
        try:
            more = os.read(master, 65_536)
        except OSError:  # Linux: the other side is closed
            break
        if not more:
            break
        got += more
    os.close(master)
    return running.wait(), PLAIN.sub("", got.decode()).replace("\r\n", "\n")


def test_there_is_a_call_for_every_verb() -> None:
    assert list(CALLS) == VERBS


@pytest.fixture
def fresh(name: str, newsroom: Path, things: dict[str, str], tmp_path: Path) -> Path:
    """The newsroom, for a decision one of its own: what is decided once can't be decided again."""
    if not name.startswith("twosource decide "):
        return newsroom
    assert things["decision"]  # the one that may be undone is made
    return Path(shutil.copytree(newsroom, tmp_path / "sample-newsroom"))


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_works_on_a_narrow_terminal(name: str, fresh: Path, things: dict[str, str]) -> None:
    code, screen = on_terminal(call(name, fresh, things), 60)
    assert "Traceback" not in screen
    assert code in allowed(name), screen


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_works_through_a_pipe(name: str, fresh: Path, things: dict[str, str]) -> None:
    code, out, err = piped(call(name, fresh, things))
    assert "Traceback" not in out + err
    assert code in allowed(name), err


@pytest.mark.parametrize("name", WITH_JSON)
def test_what_a_verb_prints_as_data_is_an_object_a_line(name: str, fresh: Path, things: dict[str, str]) -> None:
    code, out, err = piped(call(name, fresh, things, "--json"))
    assert "Traceback" not in err
    assert code in (0, *allowed(name)), err  # no rows are data as well
    assert all(isinstance(json.loads(line), dict) for line in out.splitlines())


LISTS = {
    "stories": ["stories", "--all", "--members"],
    "story": ["story", "{story}"],
    "timeline": ["story", "{story}", "--timeline"],
    "outlet": ["outlet", "harbour-post"],
    "agency": ["agency", "meridian"],
    "copies": ["copies"],
    "outlets": ["outlets"],
    "agencies": ["agencies"],
    "feeds": ["feeds"],
    "search": ["search", "bridge"],
}


@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("words", LISTS.values(), ids=LISTS)
def test_a_terminal_shows_every_word_whole(
    words: list[str], columns: int, newsroom: Path, things: dict[str, str]
) -> None:
    command = ["--db", str(newsroom / "twosource.db")]
    command += [word.format(**things) for word in words]
    _, out, _ = piped(command)
    _, screen = on_terminal(command, columns)
    shown, to_the_minute = screen.split(), common.MOMENT.sub(r"\1 \2", out)
    assert [word for line in to_the_minute.splitlines()[1:] for word in line.split() if word not in shown] == []


def test_a_terminal_too_narrow_for_a_table_shows_several_values_a_line(newsroom: Path) -> None:
    _, screen = on_terminal(["--db", str(newsroom / "twosource.db"), "stories"], 80)
    first = screen.split("\n\n")[0]
    assert first.count(": ") > first.count("\n") + 1
    assert max(map(len, screen.splitlines())) <= 80


def test_an_empty_table_is_told_as_none(newsroom: Path) -> None:
    command = ["--db", str(newsroom / "twosource.db"), "search", "nobodysaysthis"]
    assert on_terminal(command, 100)[1].strip() == "none"


def test_a_bar_ends_with_its_command_however_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(progress, "words", Console(file=shown, force_terminal=True))

    def interrupted() -> None:
        with click.Context(click.Command("merge")):
            progress.terminal_progress().begins("merging", 5)
            raise Interrupted(signal.SIGINT)

    with pytest.raises(Interrupted):
        interrupted()
    hides, shows = "\x1b[?25l", "\x1b[?25h"  # the cursor
    assert shown.getvalue().count(hides) == shown.getvalue().count(shows) == 1


def test_every_reason_of_a_story_stands_on_a_narrow_terminal(newsroom: Path, things: dict[str, str]) -> None:
    command = ["--db", str(newsroom / "twosource.db"), "story", things["story"], "--why"]
    _, out, _ = piped(command)
    _, screen = on_terminal(command, 60)
    drawn = str.maketrans("", "", "│├└─")
    assert screen.translate(drawn).split() == out.translate(drawn).split()
    assert max(map(len, screen.splitlines())) <= 60
    assert max(map(len, out.splitlines())) > 60


@pytest.mark.parametrize(
    ("words", "named"),
    [
        pytest.param(["verify"], "environment", id="the environment's, as in the image"),
        pytest.param(["--db", "/nowhere/before.db", "verify"], "before", id="named before the verb"),
        pytest.param(["verify", "--db", "/nowhere/behind.db"], "behind", id="named behind it"),
        pytest.param(
            ["--db", "/nowhere/before.db", "verify", "--db", "/nowhere/behind.db"], "behind", id="the last one given"
        ),
    ],
)
def test_a_database_that_is_named_counts_more_than_the_environment_s(words: list[str], named: str) -> None:
    told = CliRunner(env={"TWOSOURCE_DB": "/nowhere/environment.db"}).invoke(main, words).stderr
    assert told.startswith(f"NoDatabase: There is no database /nowhere/{named}.db")


def test_what_only_spark_needs_is_loaded_by_its_own_verbs_alone() -> None:
    late = "{'pandas', 'pyarrow', 'pyspark'} & set(sys.modules)"
    asks = f"import sys, aggregator.cli, aggregator.pipeline, scrapers.crawl; print({late})"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
