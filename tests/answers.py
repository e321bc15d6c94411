"""The sample newsroom's written answer beside what the database says."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapers import sample
from storage import keys

ANSWER = tomllib.loads((Path(sample.__file__).parent / "answer.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Told:
    """A story: its articles by their names in news/, its bounds, and the keys of the origins that count."""

    articles: frozenset[str]
    least: int
    most: int | None
    origins: frozenset[str]


def expected(edition: int = 1) -> dict[str, Told]:
    """What answer.toml says, a story by its name."""
    return {
        story["name"]: Told(
            frozenset(story["articles"]),
            story["least"],
            story.get("most"),
            frozenset(origin["key"] for origin in story["origins"] if origin.get("least", 1)),
        )
        for story in ANSWER["stories"]
        if story.get("edition", 1) <= edition
    }


def found(database: Path) -> list[Told]:
    """What the database says."""
    names = {keys.canonical(article["url"]): article["name"] for article in ANSWER["articles"]}
    with sqlite3.connect(database) as db:
        of = {i: names.get(url, i) for i, url in db.execute("select id, url from articles")}
        return [_told(db, of, *row) for row in db.execute("select id, least, most from stories")]


def copied(database: Path) -> set[tuple[str, str]]:
    """The pairs of which one article's text is in good part the other's, without an order."""
    names = {keys.canonical(article["url"]): article["name"] for article in ANSWER["articles"]}
    with sqlite3.connect(database) as db:
        of = {i: names.get(url, i) for i, url in db.execute("select id, url from articles")}
        pairs = db.execute("select a, b from copies where kind not in ('partial', 'update')").fetchall()
    return {tuple(sorted((of[a], of[b]))) for a, b in pairs}  # type: ignore[misc]


def _told(db: sqlite3.Connection, of: dict[str, str], story: str, least: int, most: int | None) -> Told:
    members: list[Any] = db.execute("select article from story_articles where story = ?", [story]).fetchall()
    origins = db.execute("select key, articles, least from origins where story = ?", [story]).fetchall()
    sure = frozenset(key for key, _articles, counts in origins if counts)
    assert all(json.loads(articles) for _, articles, _ in origins)
    return Told(frozenset(of[article] for (article,) in members), least, most, sure)
