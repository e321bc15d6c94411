"""Stories over any length of time: the merge's own pass in the order of arrival, in windows that know what went before.

A window is a run of days. It begins with the articles of the days before it, as long as a story stays open, so that its
stories begin as they would have been found; those belong to the window before. Each task goes through one window.

A window's stories are found as a newsroom's are, in a database of its own that is thrown away. Where a story has articles from
before the window, it is that story of the window before that most of them are in: ``stitched`` says which.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from aggregator import stories
from aggregator.archive.batches import batched
from aggregator.archive.tables import article_of
from aggregator.archive.texts import copy_of
from aggregator.stories.index import WINDOW
from storage import stories as story_rows
from storage.db import connect

WARM = -(-int(WINDOW.total_seconds()) // 86_400)  # days: as long as a story stays open
LEAST_DAYS = 3 * WARM  # of a window, so that a third of the work is done twice at most
LEAST_ARTICLES = 200_000  # of a window: two minutes' work

BATCH = 500  # articles a transaction

PLACED = pa.schema([
    ("window", pa.int32()), ("article", pa.string()), ("story", pa.string()),
    ("follows", pa.string()),  # the story that its story takes up; null: none
    ("warm", pa.bool_()),  # does it belong to the window before?
])  # fmt: skip


def windows(
    days: Sequence[tuple[int, int]], *, least_days: int = LEAST_DAYS, least_articles: int = LEAST_ARTICLES
) -> list[int]:
    """The first day of each window. ``days`` are (day, articles) in order.

    >>> windows([(1, 10), (2, 10), (3, 10), (9, 10)], least_days=2, least_articles=20)
    [1, 3]
    """
    begins: list[int] = []
    articles = least_articles
    for day, count in days:
        if articles >= least_articles and (not begins or day - begins[-1] >= least_days):
            begins.append(day)
            articles = 0
        articles += count
    return begins


def placed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Articles, sorted by window and arrival, with their copies → the story of each that belongs to the window."""
    return batched((row for rows in _by_window(batches) for row in _placed(rows)), PLACED)


def _by_window(batches: Iterable[pa.RecordBatch]) -> Iterator[Iterator[dict[str, Any]]]:
    rows = (row for batch in batches for row in batch.to_pylist())
    for _, window in groupby(rows, key=lambda row: row["window"]):
        yield window


def _placed(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        db = connect(Path(folder) / "window.db")
        index, window, begins = stories.StoryIndex.open(db), -1, None
        while batch := list(islice(rows, BATCH)):
            with db.atomic():
                for row in batch:
                    window = row["window"]
                    begins = row["number"] if begins is None and not row["warm"] else begins
                    article = replace(article_of(row), seq=row["number"])
                    copies = [copy_of(copy) for copy in row["copies"] or ()]
                    story_rows.append(db, index.place(article, copies), rules=stories.RULES)
                index.store()
        follows = dict(db.execute("select id, follows from stories where follows is not null").fetchall())
        for article_id, story, number in db.execute("select article, story, seq from story_articles order by seq"):
            yield {
                "window": window,
                "article": article_id,
                "story": story,
                "follows": follows.get(story),
                "warm": begins is None or number < begins,
            }
        db.close()


def stitched(shared: Iterable[tuple[int, str, str, int]]) -> dict[tuple[int, str], str]:
    """The story that each story of a window with articles from before it goes on with.

    ``shared`` says of a window, a story of it and a story of the window before how many articles both have.

    >>> stitched([(1, "b", "a", 2), (1, "b", "c", 1), (2, "d", "b", 1)])
    {(1, 'b'): 'a', (2, 'd'): 'a'}
    """
    most: dict[tuple[int, str], tuple[int, str]] = {}
    for window, story, before, count in shared:
        most[window, story] = max(most.get((window, story), (0, "")), (count, before))
    found: dict[tuple[int, str], str] = {}
    for (window, story), (_, before) in sorted(most.items()):
        found[window, story] = found.get((window - 1, before), before)
    return found
