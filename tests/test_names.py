"""A reader who greps finds one thing: class and module names that stand twice are listed here with why they may."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.feeds.formats import FORMATS
from scrapers.discovery import READERS
from scrapers.outlets import KINDS, OutletFile

ROOT = Path(__file__).resolve().parents[1]
FILES = [file for room in ("storage", "scrapers", "aggregator") for file in sorted((ROOT / room).rglob("*.py"))]
TREES = {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text("utf-8")) for file in FILES}
LONGEST_MODULE = 400  # lines
SAY_NOTHING = {"of", "read", "found", "one", "said"}  # as the name of a function that others call

# A module is named for its noun; the rooms storage, cli and archive have a noun's rows, verbs and Spark jobs.
MODULES = {
    "config": "feeds.toml; watches.toml",
    "judge": "of a page's blocks; of a watch's stories",
    "server": "of the sample's pages; of the answers for assistants",
    "loader": "Scrapy's spider loader; what feeds are made from",
    "addresses": "which may be asked; how discovery writes them whole",
    "selectors": "elements as selectors; a field's selectors in an outlet's file",
    "bylines": "where a page prints who wrote it; what a byline shows of own work",
    "boilerplate": "of pages; of copied texts",
    "labels": "what a page calls its text; the words of labels; credit lines that open with one",
    "words": "those of labels, and those of a text",
    "index": "of copies, of stories, of search",
    "postings": "of copies and of stories",
    "tokens": "of search and of credit lines",
    "text": "for feeds; for grounds",
    "items": "of feeds; of digests",
    "rules": "of credits and of origins",
}
# The same noun's rows, verbs, jobs.
ROOMS = (
    "storage/",
    "aggregator/cli/",
    "aggregator/archive/",
    "scrapers/middlewares/",
)


def doubled(names: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, file in names:
        found[name].append(file)
    return {name: files for name, files in found.items() if len(files) > 1}


def test_no_class_name_stands_twice() -> None:
    classes = (
        (node.name, file) for file, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    )
    assert doubled(classes) == {}


def test_a_module_name_means_one_thing_or_is_explained() -> None:
    named = ((Path(file).stem, file) for file in TREES if Path(file).stem not in ("__init__", "__main__"))
    twice = doubled((name, file) for name, file in named if not file.startswith(ROOMS))
    assert {name: files for name, files in twice.items() if name not in MODULES} == {}
    assert MODULES.keys() <= twice.keys()  # none is explained that stands once


def test_a_module_is_read_in_one_sitting() -> None:
    lines = {file: (ROOT / file).read_text("utf-8").count("\n") for file in TREES}
    assert {file: count for file, count in lines.items() if count > LONGEST_MODULE} == {}


@pytest.mark.parametrize("file", TREES)
def test_a_function_says_what_it_returns(file: str) -> None:
    verbs = file.startswith("aggregator/cli/")  # a verb of the command line is named as it is typed
    named = {node.name for node in TREES[file].body if isinstance(node, ast.FunctionDef)}
    assert verbs or not named & SAY_NOTHING


def files_in(told: str, added: str) -> set[str]:
    """The files that CONTRIBUTING.md names for a change."""
    (row,) = re.findall(rf"^\| {added} .*$", told, re.MULTILINE)
    return set(re.findall(r"`((?:scrapers|storage|aggregator)/\S+?)`", row))


def test_a_kind_of_source_has_a_reader_and_a_key_in_outlet_files() -> None:
    assert set(READERS) == set(KINDS.values())
    assert set(KINDS) <= set(OutletFile.__struct_fields__)


def test_contributing_names_the_files_that_a_new_kind_of_source_takes() -> None:
    """Sitemaps as the worked example: wherever code says the word, but for `outlets add`, which looks for some at a new site."""
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    naming = {file for file, tree in TREES.items() if {"sitemap", "sitemaps"} & set(said_in(tree))}
    assert naming - {"scrapers/discovery/probe.py"} == files_in(told, "a kind of source")


def said_in(tree: ast.AST) -> Iterator[str]:
    """The names and the texts of a module's code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.id if isinstance(node, ast.Name) else node.attr


def test_a_format_is_a_module_and_a_row() -> None:
    for file in ("aggregator/feeds/publish.py", "aggregator/feeds/formats/index_page.py"):
        named = {
            alias.name for node in ast.walk(TREES[file]) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert not named & {"atom", "jsonfeed"}
    assert {kind.SUFFIX for kind in FORMATS} == {"rss", "atom", "json", "txt"}
    assert all(kind.TYPE and kind.LABEL and callable(kind.render) for kind in FORMATS)


# The fields of an article have a table of their own: field_table.py.
PACKAGES = [file for file in FILES if file.name == "__init__.py" and file.parent.name != "fields"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda file: file.parent.relative_to(ROOT).as_posix())
def test_a_package_says_what_each_of_its_modules_is_for(package: Path) -> None:
    told = ast.get_docstring(ast.parse(package.read_text("utf-8")), clean=False) or ""
    rows = re.findall(r"^ *(\w+(?:, \w+)*) {2,}\S", told, re.MULTILINE)
    there = {file.stem for file in package.parent.glob("*.py")} | {
        file.parent.name for file in package.parent.glob("*/__init__.py")
    }
    assert sorted(", ".join(rows).split(", ")) == sorted(there - {"__init__", "__main__"})


def test_the_import_contracts_hold_for_all_that_may_not_fetch() -> None:
    """All rooms of the aggregator but the three that may import both sides."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    named = {one["name"]: set(one["source_modules"]) for one in contracts}
    inside = ROOT / "aggregator"
    there = {file.stem for file in inside.glob("*.py")} | {file.parent.name for file in inside.glob("*/__init__.py")}
    judging = {f"aggregator.{name}" for name in there - {"__init__", "pipeline", "cli", "archive"}}
    assert named["what judges and renders does not fetch"] == judging
    assert named["Spark stays in its room: only the command line enters it"] - {"storage", "scrapers"} == judging | {
        "aggregator.pipeline"
    }
