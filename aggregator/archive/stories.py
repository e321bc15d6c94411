"""Stories over any length of time: the merge's own pass in the order of arrival, in windows that know what went before.

A window is a run of days. It begins with the articles of the days before it, as long as a story stays open, so that its
stories begin as they would have been found; those belong to the window before. Each task goes through one window.

A story is named by an article. Where that article belongs to another window, its story there is meant, and where a window
finds two stories to be one, they are one: ``joined`` says which names mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from aggregator import stories
from aggregator.archive.batches import batched
from aggregator.archive.tables import article_of
from aggregator.archive.texts import copy_of
from aggregator.stories.index import WINDOW

WARM = -(-int(WINDOW.total_seconds()) // 86_400)  # days: as long as a story stays open
LEAST_DAYS = 3 * WARM  # of a window, so that a third of the work is done twice at most
LEAST_ARTICLES = 200_000  # of a window: two minutes' work

PLACED = pa.schema([
    ("article", pa.string()), ("seq", pa.int64()), ("story", pa.string()), ("follows", pa.string())
])  # fmt: skip
"""An article and its story; or, without ``seq``, a story and the one that it turned out to be."""


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


def _placed(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    stands: dict[str, str] = {}  # each article of the window -> its story, which later reports may change
    own: dict[
        str, tuple[int, str | None]
    ] = {}  # each that is no other window's -> its place, and what its story follows
    gone: dict[str, str] = {}  # each story that is no more -> where its largest part is
    index = stories.StoryIndex(known=lambda article: stands.get(article, article))
    for row in rows:
        article = article_of(row)
        place = index.place(article, [copy_of(copy) for copy in row["copies"] or ()])
        stands[article.id] = place.story
        stands |= {moved: group.story for group in place.regrouped for moved in group.articles}
        gone |= place.gone
        if not row["warm"]:
            own[article.id] = (row["seq"], place.follows)
    yield from ({"article": story, "story": into} for story, into in gone.items() if story not in own)
    for name, (seq, follows) in own.items():
        yield {"article": name, "seq": seq, "story": stands[name], "follows": follows}


def joined(edges: Iterable[tuple[str, int, str, int]]) -> dict[str, str]:
    """The names that mean one story → the name whose article came first. Edges are (name, its place, name, its place).

    >>> joined([("c", 3, "b", 2), ("b", 2, "a", 1)])
    {'c': 'a', 'b': 'a'}
    """
    place: dict[str, int] = {}
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while (above := root.setdefault(name, name)) != name:
            root[name] = name = root[above]
        return name

    for one, at_one, other, at_other in edges:
        place |= {one: at_one, other: at_other}
        first, second = sorted((top(one), top(other)), key=lambda name: (place[name], name))
        root[second] = first
    return {name: story for name in root if (story := top(name)) != name}
