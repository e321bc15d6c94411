"""The verbs export, feeds, feeds test, and the outlets' OPML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aggregator.cli import main
from aggregator.feeds.formats import opml
from scrapers import outlets as outlet_files
from storage.db import connect
from tests.newsroom import alone


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "twosource.db"
    db = connect(path)
    alone(db, "herald-1", headline="A bridge opens")
    db.close()
    return path


def run(database: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in ("--db", database, *words)])


def test_export_writes_the_feeds_and_the_second_time_nothing(database: Path) -> None:
    assert "0 unchanged" in run(database, "export").stderr
    assert (database.parent / "feeds" / "stories.rss").exists()
    assert "0 files written" in run(database, "export").stderr


def test_feeds_lists_addresses_and_counts(database: Path) -> None:
    run(database, "export")
    rows = [json.loads(line) for line in run(database, "feeds", "--json").stdout.splitlines()]
    assert rows[0] == {
        "feed": "stories",
        "title": "Stories",
        "items": 1,
        "changed": "2026-03-02T06:00:00+00:00",
        "address": "http://127.0.0.1:8321/stories.rss",
    }
    assert run(database, "feeds").stdout.startswith("feed\ttitle\titems\tchanged\taddress\n")


def test_feeds_test_shows_what_a_query_would_hold_and_writes_nothing(database: Path) -> None:
    (database.parent / "feeds.toml").write_text("[[query]]\nname = 'b'\nwords = 'bridge'\n")
    (row,) = [json.loads(line) for line in run(database, "feeds", "test", "b", "--json").stdout.splitlines()]
    assert (row["title"], row["since"]) == ("A bridge opens", "2026-03-02T06:00:00+00:00")
    assert not (database.parent / "feeds").exists()
    assert run(database, "feeds", "test", "nothing").exit_code == 2


def test_a_wrong_feeds_file_is_one_sentence_and_exit_3(database: Path) -> None:
    (database.parent / "feeds.toml").write_text("items = 0\n")
    found = run(database, "export")
    assert found.exit_code == 3
    assert "items: expected a whole number from 1" in found.stderr


def test_the_outlets_go_out_as_opml_and_come_in_again(database: Path, tmp_path: Path) -> None:
    written = run(database, "outlets", "export").stdout_bytes
    shipped, _ = outlet_files.load_outlets()
    with_feeds = {feeds[0].url for one in shipped.values() if (feeds := one.sources_of("feed"))}
    assert {one.url for one in opml.read_subscriptions(written) if isinstance(one, opml.Subscription)} == with_feeds
    other = tmp_path / "other.opml"
    new = opml.Subscription(
        title="The Herald", url="https://herald.example/feed.xml", homepage="https://herald.example/"
    )
    known = opml.Subscription(title="The Beeb", url="https://feeds.bbci.co.uk/x.xml", homepage="https://www.bbc.co.uk/")
    other.write_bytes(opml.render("Mine", {"News": [new, known]}))
    found = run(database, "outlets", "import", other)
    assert "1 outlets written, 1 were known" in found.stderr
    own = outlet_files.read_outlet(Path(found.stdout.strip()))
    assert (own.name, own.hosts, own.sources[0].url) == ("The Herald", ("herald.example",), new.url)
    assert "0 outlets written, 2 were known" in run(database, "outlets", "import", other).stderr
    other.write_text("no list")
    assert run(database, "outlets", "import", other).exit_code == 3
