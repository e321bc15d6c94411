from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from aggregator import following, merge
from aggregator.credit import registry
from storage import articles
from storage.db import connect
from storage.types import Article
from tests.conftest import NOON, article

KNOWN = merge.Reference(registry=registry.load_registry())
DISPUTED = ("statements", "figures", "disputes")
CONCLUSIONS = (
    "merged",
    "credits",
    "copies",
    "stories",
    "story_articles",
    "origins",
    "story_forwards",
    "fingerprints",
    *DISPUTED,
)


def newsroom(seed: int = 1) -> list[Article]:
    """Thirty articles on six events: own reports, reprints with and without credit, cut ones, and corrections."""
    rng = random.Random(seed)
    words = ["".join(rng.choice("abcdefghiklmnoprstuvz") for _ in range(rng.randint(3, 9))) for _ in range(2_000)]
    wires = [[" ".join(rng.choice(words) for _ in range(40)).capitalize() + "." for _ in range(8)] for _ in range(6)]
    found = []
    for n in range(30):
        wire = wires[n % 6]
        body = list(wire) if n < 6 else wire[: rng.randint(3, 8)]
        if n % 3 == 0:
            body = [" ".join(rng.choice(words) for _ in range(30)).capitalize() + ".", *body]
        if n % 4 == 0:
            body = [*body, "(AFP)"]
        headline = " ".join(wire[0].split()[:8])
        found.append(
            article(
                "\n\n".join(body),
                id=f"a{n % 25}" if n >= 27 else f"a{n}",
                outlet=f"outlet{n % 9}",
                headline=headline,
                language="en",
                fetched=NOON + timedelta(minutes=10 * n),
            )
        )
    return found


def stored(db: Database, found: list[Article]) -> Database:
    with db.atomic():
        for one in found:
            articles.append(db, one)
    return db


def rows(db: Database) -> dict[str, list[Any]]:
    return {table: sorted(map(repr, db.execute(f"select * from {table}").fetchall())) for table in CONCLUSIONS}


@pytest.fixture
def judged() -> dict[str, list[Any]]:
    db = stored(connect(":memory:"), newsroom())
    merge.merge(db, KNOWN)
    found = rows(db)
    db.close()
    assert found["copies"]
    assert found["credits"]
    return found


def test_every_article_is_judged_once(db: Database) -> None:
    stored(db, newsroom())
    assert merge.merge(db, KNOWN) == 30
    assert merge.merge(db, KNOWN) == 0


@pytest.mark.parametrize("batch", [1, 7, 1_000])
def test_the_result_does_not_depend_on_the_batches(db: Database, judged: dict[str, list[Any]], batch: int) -> None:
    stored(db, newsroom())
    merge.merge(db, KNOWN, batch=batch)
    assert rows(db) == judged


def test_the_result_does_not_depend_on_when_the_merge_is_called(db: Database, judged: dict[str, list[Any]]) -> None:
    for one in newsroom():
        stored(db, [one])
        merge.merge(db, KNOWN)
    assert rows(db) == judged


def test_all_conclusions_can_be_dropped_and_made_again(db: Database, judged: dict[str, list[Any]]) -> None:
    stored(db, newsroom())
    merge.merge(db, KNOWN)
    merge.again(db, KNOWN)
    assert rows(db) == judged


@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_a_merge_that_is_killed_goes_on_where_its_last_commit_was(
    tmp_path: Path, judged: dict[str, list[Any]], after: int
) -> None:
    db = stored(connect(tmp_path / "twosource.db"), newsroom())
    with pytest.raises(KeyboardInterrupt):
        merge.merge(db, KNOWN, batch=5, progress=killer(after))
    db.close()
    db = connect(tmp_path / "twosource.db")
    merge.merge(db, KNOWN, batch=5)
    assert rows(db) == judged
    db.close()


def test_judging_all_anew_that_is_killed_leaves_the_stories_and_forwards_as_they_were(
    tmp_path: Path, judged: dict[str, list[Any]]
) -> None:
    db = stored(connect(tmp_path / "twosource.db"), newsroom())
    merge.merge(db, KNOWN)
    db.execute("insert into story_forwards values ('b1', 'a1', 'merged')")
    db.conn.commit()
    before = rows(db)
    with pytest.raises(KeyboardInterrupt):
        merge.again(db, KNOWN, batch=5, progress=killer(3))
    db.close()
    db = connect(tmp_path / "twosource.db")
    assert rows(db) == before
    db.close()


def test_judging_all_anew_that_is_killed_leaves_no_file_of_open_articles(
    tmp_path: Path, judged: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it held may be what other rules made; the next merge makes it of the rows."""
    monkeypatch.setattr("aggregator.stories.kept.WORTH_KEEPING", 1)
    monkeypatch.setattr("aggregator.stories.postings.TAIL", 10)
    db, file = stored(connect(tmp_path / "twosource.db"), newsroom()), tmp_path / "twosource.db.stories"
    merge.merge(db, KNOWN, batch=5)
    assert file.exists()
    with pytest.raises(KeyboardInterrupt):
        merge.again(db, KNOWN, batch=5, progress=killer(3))
    assert not file.exists()
    merge.again(db, KNOWN, batch=5)
    assert rows(db) == judged
    db.close()


def test_a_merge_that_breaks_inside_a_batch_leaves_nothing_of_it(
    db: Database, judged: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(db, newsroom())
    with monkeypatch.context() as patch:
        patch.setattr(merge, "count_sources", killer(3))
        with pytest.raises(KeyboardInterrupt):
            merge.merge(db, KNOWN, batch=10)
    assert db.table("merged").count == 0
    merge.merge(db, KNOWN)
    assert rows(db) == judged


def killer(after: int) -> Callable[..., None]:
    """Something that is called, and kills at its n-th call."""
    calls = iter(range(after - 1, -1, -1))

    def call(*_: object) -> None:
        if next(calls) == 0:
            raise KeyboardInterrupt

    return call


def test_the_reports_of_one_giant_story_are_counted_a_few_times_each(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    count = merge.origins.count_origins
    monkeypatch.setattr(
        merge.origins, "count_origins", lambda members, *a, **k: counted.append(len(members)) or count(members, *a, **k)
    )
    merging, due, reports = merge.Merge(db, KNOWN), following.LEAST, 300
    text = "The dam above the town of Halm broke at night and water flooded the valley, said the mayor of {}."
    for n in range(reports):
        made = article(text.format(n), id=f"o{n}-x", outlet=f"o{n}", headline="Dam above Halm breaks")
        articles.append(db, made)
        due -= 1
        if not due or n == reports - 1:
            merging.step(reports)
            due = following.batch_size(db)
    assert db.table("merged").count == reports
    assert sum(counted) < 6 * reports  # a report at a time: 150


def test_a_page_under_a_houses_host_and_who_credits_the_house_are_one_source(db: Database) -> None:
    """Own work on uk.reuters.com, which no outlet file claims, beside "Source: Reuters"."""
    own = "The minister said on Monday that the bridge over the river Orla was closed. Our reporter saw the river."
    told = "The bridge over the river Orla was closed on Monday, a minister said.\n\nSource: Reuters"
    pair = [
        article(body, id=f"orla{n}", outlet=outlet, headline=headline, language="en", fetched=NOON + timedelta(hours=n))
        for n, (outlet, headline, body) in enumerate([
            ("uk.reuters.com", "Bridge over the river Orla is closed after the flood", own),
            ("quay.example", "After the flood the bridge over the river Orla is closed", told),
        ])
    ]  # fmt: skip
    merge.merge(stored(db, pair), KNOWN)
    assert [(row["least"], row["most"]) for row in db["stories"].rows] == [(1, 1)]
    hosts = merge.Reference(registry=KNOWN.registry, owners={"uk.reuters.com": "quay"}).owners_among(pair)
    assert hosts == {"uk.reuters.com": "quay"}  # an outlet file's word stands above the host's


def test_to_merge_loads_neither_the_reader_of_pages_nor_what_writes_feeds() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import aggregator.cli.running, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "aggregator.merge" in loaded
    assert not {"pandas", "scrapy", "lxml", "feedparser", "scrapers.pages", "aggregator.feeds.publish"} & set(loaded)
