"""Made-up stories put straight into the tables, as the merge would leave them, and what readers of feeds are tested with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from aggregator import search
from storage import articles, clock
from storage.types import Article, Outlet, Source

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

OUTLETS: Mapping[str, Outlet] = {
    "herald": Outlet(
        id="herald",
        name="The Herald",
        homepage="https://herald.example/",
        hosts=("herald.example",),
        sources=(Source(url="https://herald.example/feed.xml", kind="feed"),),
    ),
    "wire": Outlet(
        id="wire", name="Delta Wire", homepage="https://wire.example/", hosts=("wire.example",), full_text=True
    ),
}


def at(minutes: float) -> datetime:
    """So many minutes after six in the morning."""
    return MORNING + timedelta(minutes=minutes)


def report(db: Database, id_: str, *, minutes: float = 0, body: str = "The bridge opened.", **fields: Any) -> Article:
    """Store a version of an article and let it count as merged."""
    outlet = fields.pop("outlet", id_.split("-")[0])
    given: dict[str, Any] = {
        "id": id_,
        "outlet": outlet,
        "url": f"https://{outlet}.example/{id_}",
        "fetched": at(minutes),
        "headline": f"Headline of {id_}",
        "standfirst": f"Standfirst of {id_}.",
        "language": "en",
    }
    stored, _ = articles.append(db, Article(body=tuple(body.split("\n\n")), **(given | fields)))
    db.execute("insert or ignore into merged (seq, rules) values (?, '1')", [stored.seq])
    search.index.bring_up(db, through=stored.seq or 0)
    return stored


def story(db: Database, *members: Article, least: int = 1, most: int | None = 1, origins: Iterable[Any] = ()) -> str:
    """Make (or make again) the story of these articles. ``origins``: (key, name, article ids, reasons), each one source."""
    id_ = members[0].id
    times = [clock.to_text(one.fetched) for one in members]
    db.execute(
        "insert into stories (id, opened, updated, articles, least, most, rules) values (?, ?, ?, ?, ?, ?, 1) on conflict (id)"
        " do update set updated = excluded.updated, articles = excluded.articles, least = excluded.least, most = excluded.most",
        [id_, times[0], max(filter(None, times)), len(members), least, most],
    )
    for one in members:
        db.execute(
            "insert or ignore into story_articles (article, story, seq) select ?, ?, min(seq) from articles where id = ?",
            [one.id, id_, one.id],
        )
    db.execute("delete from origins where story = ?", [id_])
    found = list(origins) or [(f"article:{members[0].id}", members[0].outlet, [members[0].id], [])]
    for n, (key, name, ids, reasons) in enumerate(found, start=1):
        db.execute(
            "insert into origins (story, n, key, name, articles, reasons, least, most, rules) values (?, ?, ?, ?, ?, ?, 1, 1, 1)",
            [id_, n, key, name, json.dumps(ids), json.dumps(reasons)],
        )
    db.conn.commit()
    return id_


def alone(db: Database, id_: str, **fields: Any) -> Article:
    """An article that is a story by itself."""
    one = report(db, id_, **fields)
    story(db, one)
    return one
