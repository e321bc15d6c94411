"""Attention over time: when the stories and articles of a search came out, as a table, as CSV and as a plot."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from sqlite_utils import Database
from werkzeug.test import Client

from aggregator.cli import main
from aggregator.search import attention
from aggregator.search.attention import By, Day
from aggregator.search.query import parse
from aggregator.site.app import Desk
from storage.db import connect
from storage.home import Home
from tests.newsroom import MORNING, alone, report, story

DAY = timedelta(days=1)


def days(db: Database, query: str, by: By = "all") -> list[tuple[str, str | None, int, int]]:
    found = attention.attention(db, parse(query, now=MORNING), by)
    return [(one.day, one.who, one.articles, one.stories) for one in found]


@pytest.fixture
def bridge(db: Database) -> Database:
    """Two reports of one story on one day, a story on the day after, and one of another matter."""
    one, two = report(db, "herald-1"), report(db, "wire-2", minutes=5)
    story(db, one, two)
    alone(db, "herald-3", minutes=24 * 60)
    alone(db, "wire-4", body="The ferry sank.")
    db.execute(
        "insert into credits (article, version, n, org, name, role, relation, count_known, place_on_page, words, name_start,"
        " name_end, rules) values ('herald-1', 1, 1, 'delta', 'Delta', 'agency', 'with', 1, 'end', '', 0, 0, 1)"
    )
    return db


def test_articles_and_stories_are_counted_a_day(bridge: Database) -> None:
    assert days(bridge, "bridge") == [("2026-03-02", None, 2, 1), ("2026-03-03", None, 1, 1)]
    assert days(bridge, "ferry") == [("2026-03-02", None, 1, 1)]
    assert days(bridge, "zebra") == []


def test_by_outlet_and_by_agency(bridge: Database) -> None:
    first = [("2026-03-02", "herald", 1, 1), ("2026-03-02", "wire", 1, 1)]
    assert days(bridge, "bridge", "outlet") == [*first, ("2026-03-03", "herald", 1, 1)]
    agencies = [("2026-03-02", None, 1, 1), ("2026-03-02", "delta", 1, 1)]
    assert days(bridge, "bridge", "agency") == [*agencies, ("2026-03-03", None, 1, 1)]


def test_a_filter_alone_is_a_search_too(bridge: Database) -> None:
    assert days(bridge, "outlet:wire") == [("2026-03-02", None, 2, 2)]


def test_the_day_is_the_stated_one_unless_it_lies_after_the_arrival(db: Database) -> None:
    alone(db, "herald-1", published=MORNING - DAY)
    alone(db, "herald-2", published=MORNING + DAY)
    assert days(db, "bridge") == [("2026-03-01", None, 1, 1), ("2026-03-02", None, 1, 1)]


def test_a_later_version_is_no_second_article_and_does_not_move_the_first(db: Database) -> None:
    alone(db, "herald-1")
    report(db, "herald-1", minutes=24 * 60, body="The bridge opened late.")
    assert days(db, "bridge") == [("2026-03-02", None, 1, 1)]


def test_who_has_the_most_comes_first() -> None:
    found = [Day(day="2026-03-02", who=who, articles=n, stories=1) for who, n in (("a", 1), ("b", 3), (None, 3))]
    assert attention.most(found, 2) == [None, "b"]


def test_the_command_line_gives_a_table_and_csv(untouched_sample: Path) -> None:
    words = ["--db", str(untouched_sample / "twosource.db"), "search", "bridge", "--per-day"]
    table = CliRunner().invoke(main, words)
    assert table.output.splitlines()[0] == "day\twho\tarticles\tstories"
    done = CliRunner().invoke(main, [*words, "--by", "outlet", "--csv"])
    rows = list(csv.DictReader(io.StringIO(done.output)))
    assert {row["who"] for row in rows if row["day"] == "2026-09-14"} >= {"meridian", "tarvel-record"}
    total = [json.loads(line) for line in CliRunner().invoke(main, [*words, "--json"]).output.splitlines()]
    assert sum(one["articles"] for one in total) == sum(int(row["articles"]) for row in rows)


def test_the_search_page_draws_it_and_offers_the_csv(tmp_path: Path) -> None:
    home = Home(tmp_path / "twosource.db")
    with closing(connect(home.database)) as db:
        alone(db, "herald-1")
        alone(db, "wire-2", minutes=3 * 24 * 60, outlet="=cmd")
    desk = Client(Desk(home, {}, {}, troubles=lambda _: []))
    page = html.fromstring(desk.get("/search.html?q=bridge&days=1").text)
    titles = [one.text for one in page.xpath("//section[@aria-labelledby='attention']/div//svg//title")]
    assert [title.partition(":")[0] for title in titles] == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    assert titles[0] == "2026-03-02: 1 stories"
    (link,) = page.xpath("//a[contains(@href, 'by=outlet')]/@href")
    answer = desk.get(f"/{link}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text == "day,who,articles,stories\r\n2026-03-02,herald,1,1\r\n2026-03-05,'=cmd,1,1\r\n"
    assert desk.get("/attention.csv?q=a+OR").status_code == 400
    assert not html.fromstring(desk.get("/search.html?q=bridge").text).xpath("//section[@aria-labelledby='attention']")
