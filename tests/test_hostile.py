"""What outlets print appears as text in feeds and on terminals. Pages: test_site; assistants: test_mcp; SQL: test_sql."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner
from lxml import etree, html

from aggregator.cli import main
from aggregator.feeds.publish import publish
from storage.db import connect
from storage.home import Home
from tests.hostile import ENDLESS, HOSTILE, TRAPS
from tests.newsroom import OUTLETS, alone, report, story

STEERING = [trap for trap in TRAPS if not trap.isprintable()]
VERBS = [
    words.split()
    for words in (
        *("stories", "stories --members", "story herald-1", "story herald-1 --why", "story herald-1 --timeline"),
        *("story herald-1 --diff", "search bridge", "search bridge --by agency", "check bridge"),
        *("check https://herald.example/1", "copies", "outlet herald"),
    )
]


def newsroom(home: Home, bad: str) -> None:
    """Two outlets that print something hostile in every field, one of them twice."""
    with closing(connect(home.database)) as db:
        given = {"headline": bad, "standfirst": bad, "authors": (bad,)}
        one = report(db, "herald-1", body=f"bridge {bad}\n\ntwo", url="https://herald.example/1", **given)
        two = report(db, "wire-2", body=f"bridge {bad}", url="javascript:alert(1)", minutes=5, **given)
        report(db, "wire-2", body=f"bridge {bad} 7", url="javascript:alert(1)", minutes=9, **given)
        story(db, one, two, origins=[("x", bad, ["herald-1", "wire-2"], [bad, bad])])
        db.execute(
            "insert into copies (a, b, share_a, share_b, kind, direction, certainty, reasons, spans, rules)"
            " values ('herald-1', 'wire-2', 1, 1, 'identical', 'a->b', 'certain', ?, '[]', 1)",
            [json.dumps([bad])],
        )
        db.execute(
            "insert into credits (article, version, n, org, name, role, relation, count_known, place_on_page, words, name_start,"
            " name_end, rules) values ('herald-1', 1, 1, null, ?, 'agency', 'with', 1, 'end', ?, 0, 0, 1)",
            [bad, bad],
        )
        db.conn.commit()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twosource.db")


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_in_every_feed_it_is_text(home: Home, bad: str) -> None:
    newsroom(home, bad)
    with closing(connect(home.database)) as db:
        publish(db, home, outlets=OUTLETS)
    files = [
        file for file in home.feeds.rglob("*") if file.suffix in (".rss", ".atom", ".json", ".txt", ".html", ".opml")
    ]
    assert {file.suffix for file in files} == {".rss", ".atom", ".json", ".txt", ".html", ".opml"}
    for file in files:
        text = file.read_text("utf-8")
        assert not [trap for trap in STEERING if trap in text], file
        for markup, links in _inside(file, text):
            shown = html.fromstring(f"<div>{markup}</div>")
            assert not shown.xpath("//script | //img | //svg | //style | //@onload | //@onerror"), file
            assert all(link.startswith(("http://", "https://")) for link in [*links, *shown.xpath("//a/@href")]), file
            assert not shown.xpath("//*[normalize-space() = '49']"), file


def _inside(file: Path, text: str) -> Iterator[tuple[str, list[str]]]:
    """The HTML that a reader would show of each item, and where it would lead."""
    if file.suffix in (".rss", ".atom"):
        etree.fromstring(text.encode())
        found = feedparser.parse(text, sanitize_html=False)
        assert not found.bozo, file
        for one in found.entries:
            parts = [
                one.get("summary_detail"),
                *one.get("content", ()),
            ]  # what is said to be text is shown as it stands
            markup = "".join(part["value"] for part in parts if part and part["type"] != "text/plain")
            yield markup, [link["href"] for link in one.get("links", ())]
    elif file.suffix == ".json":
        for one in json.loads(text)["items"]:
            yield one.get("content_html", ""), [one[key] for key in ("url", "external_url") if key in one]
    elif file.suffix == ".opml":
        etree.fromstring(text.encode())
    elif file.suffix == ".txt":
        return  # all of it is shown as it stands: that nothing in it steers was looked at
    else:
        shown = html.fromstring(text)
        assert not shown.xpath("//script | //@onload | //@onerror | //a[starts-with(@href, 'java')]"), file


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_on_a_terminal_and_as_data_it_is_text(home: Home, bad: str) -> None:
    newsroom(home, bad)
    plain = bad.isprintable() and "  " not in bad
    for words in VERBS:
        for form in ([], ["--json"], ["--csv"]):
            done = CliRunner().invoke(main, ["--db", str(home.database), *words, *form])
            assert done.exit_code == 0, (words, done.output)
            assert not [trap for trap in STEERING if trap in done.output], (words, form)
            if form == ["--json"]:
                assert all(json.loads(line) for line in done.stdout.splitlines())
            if words[0] in ("stories", "search") and "--by" not in words and not form and plain:
                assert bad in done.output, words  # as it was printed: no markup of the terminal library's own


def test_a_headline_of_ten_megabytes_makes_no_feed_of_ten_megabytes(home: Home) -> None:
    home.feeds_file.write_text("write = ['stories']\n")
    with closing(connect(home.database)) as db:
        alone(db, "herald-9", headline=ENDLESS)
        publish(db, home, outlets=OUTLETS)
    assert CliRunner().invoke(main, ["--db", str(home.database), "stories"]).exit_code == 0
    assert max(file.stat().st_size for file in home.feeds.rglob("*") if file.is_file()) < 100_000
