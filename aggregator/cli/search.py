"""``twosource search``: which stories hold these words, and how many of them came out each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from sqlite_utils import Database

from aggregator.cli.common import (
    as_of_option,
    data_options,
    database,
    database_option,
    now,
    print_data,
    print_table,
)
from aggregator.origins.interval import bounds
from aggregator.search import attention, find, marks, query
from aggregator.unstated_language import likely_language
from storage import stories


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many stories.")
@click.option("--best", is_flag=True, help="The best match first, not the newest.")
@click.option("--per-day", is_flag=True, help="How many stories and articles came out each day, instead.")
@click.option("--by", type=click.Choice(attention.BYS), help="With --per-day: also by outlet or agency.")
@as_of_option
@data_options
@database_option
def search(
    words: tuple[str, ...], limit: int, best: bool, per_day: bool, by: attention.By | None, form: str | None
) -> None:
    """The stories with an article that holds all these words, in any of their forms.

    \b
        twosource search termez rockets
        twosource search '"border fence" OR rocket* -football lang:ru since:3d sources:>=2'
        twosource search bridge --per-day --by outlet --csv > attention.csv

    \b
        ferry OR boat          either; OR binds closer than a space, brackets group
        -fire, NOT fire        without
        "ferry fire"           just so
        rocket*                words that begin so
        headline:fire          there; also text: credits: authors:
        outlet:voa agency:afp lang:ru
        since:3d until:2026-03-02      arrived then (m, h, d, w or a date, in UTC)
        sources:>=2            independent sources of the story
    """
    base = database()
    node = query.parse(" ".join(words), now=now())
    if per_day or by:
        _per_day(attention.attention(base, node, by or "all"), form)
        return
    found = find.find(base, node, limit=limit, best=best)
    rows = [_hit(base, one, node) for one in found]
    if form:
        print_data(form, rows)
        return
    columns = ("story", "independent sources", "outlet", "headline", "words")
    print_table(columns, ([row[column] for column in columns] for row in rows))


def _per_day(days: Sequence[attention.Day], form: str | None) -> None:
    if form:
        print_data(form, map(asdict, days))
        return
    rows = ([getattr(one, column) for column in attention.COLUMNS] for one in days)
    print_table(attention.COLUMNS, rows, right=("articles", "stories"))


def _hit(base: Database, one: find.Found, node: query.Node) -> dict[str, Any]:
    """A story that a search found, with the words of its first matching article."""
    article = one.articles[0]
    story = stories.load(base, one.story) if one.story else None
    pieces = marks.snippet(article.text, likely_language(article), node)
    return {
        "story": one.story,
        "independent sources": bounds(story.least, story.most) if story else None,
        "least": story.least if story else None,
        "most": story.most if story else None,
        "outlet": article.outlet,
        "headline": article.headline,
        "words": "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces),
        "articles": [article.id for article in one.articles],
    }
