from __future__ import annotations

import doctest
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from aggregator.cli import VERBS, main, manual
from bench.constants import ROOMS, modules, numbers
from scrapers.pages import testimony
from storage.types import Article
from tests import program

ROOT = Path(__file__).resolve().parents[1]
HELPS = dict(manual.helps(main, "twosource"))
WITH_EXAMPLES = [
    file.relative_to(ROOT).as_posix()
    for room in ("storage", "scrapers", "aggregator")
    for file in sorted((ROOT / room).rglob("*.py"))
    if ">>> " in file.read_text("utf-8")
]


def test_the_commands_reference_is_what_the_help_says() -> None:
    assert (ROOT / "docs" / "commands.md").read_text() == manual.manual(), "run `make docs`"


def test_the_table_of_witnesses_is_what_the_reader_asks() -> None:
    page = ROOT / "docs" / "reading.md"
    assert page.read_text() == testimony.write(page), "run `make docs`"


def test_the_table_of_numbers_names_those_that_stand_with_what_they_are() -> None:
    told = re.findall(
        r"^\| ([a-z_.]+\.[A-Z_]+) \| (\S+) \|", (ROOT / "docs" / "constants.md").read_text(), re.MULTILINE
    )
    stand = {
        (f"{module.__name__.removeprefix('aggregator.')}.{name}", f"{value:g}")
        for room in ROOMS
        for module in modules(room)
        for name, value, _ in numbers(module)
    }
    assert told
    assert set(told) - stand == set()


def test_every_field_that_a_page_says_has_its_witnesses() -> None:
    not_said = {
        "id",
        "outlet",
        "fetched",
        "version",
        "seq",
        "zone",
        "evidence",
    }  # ours, or a part of another field's answer
    said = {one.name for one in fields(Article)} - not_said
    assert said == {one.name for one in testimony.FIELDS if " " not in one.name}


@pytest.mark.parametrize("command", HELPS)
def test_every_command_has_help_that_opens_with_an_example(command: str) -> None:
    assert re.search(r"^ +(.* )?twosource ", HELPS[command].partition("Usage:")[2].partition("\n")[2], re.MULTILINE)


@pytest.mark.parametrize("command", [name for name, said in HELPS.items() if "\nCommands:" in said])
def test_a_list_of_verbs_says_whole_clauses(command: str) -> None:
    listed = HELPS[command].partition("\nCommands:\n")[2]
    assert "..." not in listed
    assert all(line.endswith(".") for line in re.split(r"\n  (?=\w)", listed))


def test_the_readme_prints_the_stories_that_the_sample_has(untouched_sample: Path) -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("\nstory  ")[2].partition("\n\n")[0]
    printed = re.findall(
        r"^(\S+) +(\S.*?) +(\d+) +(\d+) (\d\S*(?: or more)?) +\d{4}-\d\d-\d\d \d\d:\d\d$", table, re.MULTILINE
    )
    told = program.run("stories", "--json", "--db", untouched_sample / "twosource.db").stdout
    stories = {one["story"]: one for one in map(json.loads, told.splitlines())}
    assert {id_ for id_, *_ in printed} == stories.keys()
    for id_, headline, outlets, copies, sources in printed:
        one = stories[id_]
        assert one["headline"].startswith(headline)
        assert (int(outlets), int(copies), sources) == (one["outlets"], one["copies"], one["independent sources"])


def test_the_readme_prints_why_as_the_sample_says_it(untouched_sample: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (story,) = re.findall(r"story (\S+) --why` says why", readme)
    printed = readme.partition("says why (lines cut here):\n\n```text\n")[2].partition("\n```")[0].splitlines()
    told = program.run("story", story, "--why", "--db", untouched_sample / "twosource.db").stdout.splitlines()
    assert len(printed) > 10
    for line in printed:
        assert any(one.startswith(line.rstrip("…").rstrip()) for one in told), line


def test_every_verb_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [verb for verb in VERBS if f"twosource {verb}" not in readme] == []


def test_no_page_of_ours_names_a_path_of_a_machine() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert [page.name for page in pages if re.search(r"(^|[\s`(])/(work|root|home)/", page.read_text())] == []


@pytest.mark.parametrize("file", WITH_EXAMPLES)
def test_what_a_docstring_shows_is_what_comes(file: str) -> None:
    module = pytest.importorskip(file.removesuffix(".py").replace("/", "."), exc_type=ModuleNotFoundError)  # an extra's
    told = doctest.testmod(module)
    assert told.attempted
    assert told.failed == 0


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda page: page.stem)
def test_a_decision_is_titled_as_a_question_and_opens_with_its_answer(page: Path) -> None:
    title, blank, answer, *_ = page.read_text().split("\n")
    assert title.startswith("# ")
    assert title.endswith("?")
    assert blank == ""
    assert "tl;dr" in answer
