from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.feeds import config
from scrapers import imports
from storage.errors import ImportWrong
from storage.types import Article
from tests.conftest import NOON

LINE = {"id": "a1", "outlet": "herald", "headline": "The bridge opens", "text": "It opened.\nIt took nine years."}


def read(file: Path, *lines: object) -> list[Article | ImportWrong]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text)
    return list(imports.articles(file, arrived=NOON))


@pytest.mark.parametrize("name", ["archive.jsonl", "archive.jsonl.gz"])
def test_a_line_is_an_article_that_keeps_its_id(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path / name, LINE | {"fetched": "2026-01-02T03:04:05Z", "language": "en"})
    assert isinstance(found, Article)
    assert (found.id, found.outlet, found.body) == ("a1", "herald", ("It opened.", "It took nine years."))
    assert found.fetched.isoformat() == "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize("line", [LINE, LINE | {"published": "", "language": "", "url": "", "fetched": ""}])
def test_what_a_line_does_not_say_stays_unknown(tmp_path: Path, line: dict[str, object]) -> None:
    (found,) = read(tmp_path / "a.jsonl", line)
    assert isinstance(found, Article)
    assert (found.published, found.language, found.url, found.fetched) == (None, None, None, NOON)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("{broken", "JSON", id="no JSON"),
        pytest.param([1, 2], "an object", id="a list"),
        pytest.param(LINE | {"text": 5}, "text: text; found 5", id="a number for a text"),
        pytest.param(LINE | {"id": ""}, "an id", id="no id"),
        pytest.param(LINE | {"published": "yesterday"}, "dates such as", id="a date in words"),
        pytest.param(LINE | {"publised": "2026-11-24"}, "published in the place of publised", id="a slip in a key"),
        pytest.param(LINE | {"published": 17}, "dates such as", id="a date as a number"),
    ],
)
def test_a_line_that_is_no_article_is_named_and_the_others_come(tmp_path: Path, line: object, expected: str) -> None:
    wrong, right = read(tmp_path / "a.jsonl", line, LINE)
    assert isinstance(wrong, ImportWrong)
    assert "line 1" in str(wrong)
    assert expected in str(wrong)
    assert isinstance(right, Article)


def test_half_a_character_becomes_the_replacement_character(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.jsonl", json.dumps(LINE | {"headline": "half \ud83d a smile"}))
    assert isinstance(found, Article)
    assert found.headline == "half \ufffd a smile"


def test_a_cut_gzip_file_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    file = tmp_path / "cut.jsonl.gz"
    lines = "\n".join(json.dumps(LINE | {"id": f"a{n}", "text": f"{n} " * 999}) for n in range(999))
    file.write_bytes(gzip.compress(lines.encode())[:-2000])
    *found, last = imports.articles(file, arrived=NOON)
    assert found
    assert isinstance(last, ImportWrong)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", "../../.."),
        ("language", "en/../x"),
        ("outlet", "line\nbreak"),
        ("id", "a/b"),
        ("id", "x" * 301),
        ("id", "line\nbreak"),
        ("url", "javascript:alert(1)"),
        ("url", "file:///etc/passwd"),
        ("url", "http://[broken"),
        ("language", 7),
    ],
)
def test_what_a_line_names_can_never_become_a_path_or_a_script(tmp_path: Path, key: str, value: object) -> None:
    wrong, right = read(tmp_path / "a.jsonl", LINE | {key: value}, LINE)
    assert isinstance(wrong, ImportWrong)
    assert key in str(wrong)
    assert isinstance(right, Article)


@pytest.mark.parametrize("name", ["Socialist Project/The Bullet", "../../etc", "..\\x", ".", "毎日新聞"])
def test_an_outlets_name_is_kept_and_only_its_feeds_path_is_made_safe(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path / "a.jsonl", LINE | {"outlet": name})
    assert isinstance(found, Article)
    assert found.outlet == name
    feeds = [
        one.name for one in config.definitions(config.Settings(usual=()), {"outlets": {name: name, f"{name}!": ""}})
    ]
    assert len(set(feeds)) == 2
    assert all(re.fullmatch(r"outlets/[a-z0-9][a-z0-9-]*", feed) for feed in feeds)


def test_a_day_is_said_to_be_only_a_day(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.jsonl", LINE | {"published": "2026-11-24"})
    assert isinstance(found, Article)
    assert (found.published, found.evidence["published"]) == (
        datetime(2026, 11, 24, tzinfo=UTC),
        "only a day: 2026-11-24",
    )


def test_a_region_is_no_other_language(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.jsonl", LINE | {"language": "pt-BR"})
    assert isinstance(found, Article)
    assert found.language == "pt"
