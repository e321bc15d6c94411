from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from storage import articles
from storage.db import connect, connect_to_read
from storage.types import Picture, SourcingLine
from tests.conftest import NOON, article

BRIDGE = article(
    "The bridge opened on Monday.\n\nIt took nine years.",
    id="herald-bridge",
    url="https://herald.example/bridge",
    standfirst="Nine years late.",
    language="en",
    authors=("Mara Lind",),
    published=NOON - timedelta(hours=1),
    tags=("transport", "Ostrava’s «river»"),
    picture=Picture(caption="The bridge (AFP)"),
    sourcing_lines=(SourcingLine(text="With reporting by AFP", where="end"),),
    evidence={"headline": "h1"},
)


def test_an_article_comes_back_as_it_went_in(db: Database) -> None:
    stored, new = articles.append(db, BRIDGE)
    assert new
    assert stored == replace(BRIDGE, seq=1) == articles.latest(db, "herald-bridge")


def test_the_same_words_again_are_no_new_row(db: Database) -> None:
    articles.append(db, BRIDGE)
    seen_later = replace(BRIDGE, fetched=NOON + timedelta(days=1), evidence={"headline": "json-ld"})
    assert articles.append(db, seen_later) == (replace(seen_later, seq=1, version=1), False)


def test_other_words_are_a_new_version_and_nothing_is_overwritten(db: Database) -> None:
    articles.append(db, BRIDGE)
    articles.append(db, replace(BRIDGE, body=("The bridge opened on Tuesday.",)))
    assert [(a.version, a.body[0]) for a in articles.versions(db, "herald-bridge")] == [
        (1, "The bridge opened on Monday."),
        (2, "The bridge opened on Tuesday."),
    ]


def test_words_that_come_back_are_a_third_version(db: Database) -> None:
    for body in ("First.", "Second.", "First."):
        articles.append(db, article(body))
    assert len(articles.versions(db, "herald-1")) == 3


def test_articles_wait_for_the_merge_in_order_of_arrival(db: Database) -> None:
    for n in range(5):
        articles.append(db, article("Text.", id=f"herald-{n}"))
    assert [a.id for a in articles.unmerged(db, limit=3)] == ["herald-0", "herald-1", "herald-2"]


def test_a_table_that_an_older_version_made_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    older = connect(tmp_path / "t.db")
    articles.append(older, article("Words.", labels=("Opinion",), imprint="(c)", incomplete=True))
    for name in ("labels", "imprint", "incomplete"):
        older.execute(f"alter table articles drop column {name}")
    older.close()
    db = connect_to_read(tmp_path / "t.db")
    (stored,) = articles.at(db, [1])
    assert (stored.text, stored.labels, stored.imprint, stored.incomplete) == ("Words.", (), None, False)
    db.close()
