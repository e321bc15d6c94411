"""Stories over any length of time: the merge's own pass in the order of arrival, in windows that know what went before.

A window is a run of days. It begins with the articles of the days before it, as long as a story stays open, so that its
stories begin as they would have been found; those belong to the window before. Each task goes through one window, and begins
with how many articles had each word by then, since rarity forgets nothing.

A window's stories are found as a newsroom's are, in a database of its own that is thrown away. Where a story has articles from
before the window, it is that story of the window before that most of them are in; where an article prints one, or is a later
version of one, that the window knows nothing of, it stands in that one's story, whichever it is: ``stitched`` says which.

What a story is judged by of an article alone, its words as counted terms, is reckoned before, by all cores: a window's task
reads no text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs
from sqlite_utils import Database

from aggregator import stories
from aggregator.archive.batches import batched
from aggregator.archive.tables import MOMENT, Folder, article_of, utc
from aggregator.archive.texts import copy_of
from aggregator.stories.features import Terms, article_terms
from aggregator.stories.opened import WINDOW
from storage import document_counts
from storage import stories as story_rows
from storage.db import connect
from storage.types import Article, Copy

WARM = -(-int(WINDOW.total_seconds()) // 86_400)  # days: as long as a story stays open
LEAST_DAYS = 3 * WARM  # of a window, so that a third of the work is done twice at most
LEAST_ARTICLES = 50_000  # of a window: two minutes' work, 2.1 ms of a processor an article (measured at 5,000)

BATCH = 500  # articles a transaction
OUTSIDE = "~"  # and an article's id: the story of an article that the window knows nothing of

DESCRIBED = pa.schema([
    ("seq", pa.int64()), ("id", pa.string()), ("version", pa.int32()), ("language", pa.string()),
    ("published", MOMENT), ("fetched", MOMENT),
    # As features.Terms: uint32, uint16 and uint32 each.
    ("terms", pa.binary()), ("counts", pa.binary()), ("words", pa.int32()), ("top", pa.binary()), ("headline", pa.int32()),
    ("days", pa.int32()),
])  # fmt: skip
PLACED = pa.schema([
    ("window", pa.int32()), ("article", pa.string()), ("story", pa.string()),
    ("follows", pa.string()),  # the story that its story takes up; null: none
    ("warm", pa.bool_()),  # does it belong to the window before?
])  # fmt: skip
COUNTS = pa.schema([("window", pa.int32()), ("language", pa.string()), ("term", pa.int64()), ("articles", pa.int64())])


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


def described(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Versions → what stories are judged by: when each came out, and its words. Those of a later version are not read."""
    return batched((_described(row) for batch in batches for row in batch.to_pylist()), DESCRIBED)


def _described(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: row[name] for name in ("seq", "id", "version", "language", "published", "fetched")}
    if row["version"] > 1:
        return plain | {"terms": b"", "counts": b"", "words": 0, "top": b"", "headline": 0, "days": 0}
    terms = article_terms(article_of(row))
    return plain | {
        "terms": terms.hashes.astype("<u4").tobytes(),
        "counts": terms.counts.astype("<u2").tobytes(),
        "words": terms.words,
        "top": terms.top.astype("<u4").tobytes(),
        "headline": terms.headline,
        "days": terms.days,
    }


def _terms(row: dict[str, Any]) -> Terms:
    return Terms(
        hashes=np.frombuffer(row["terms"], "<u4"),
        counts=np.frombuffer(row["counts"], "<u2"),
        words=row["words"],
        top=np.frombuffer(row["top"], "<u4"),
        headline=row["headline"],
        days=row["days"],
    )


def _article(row: dict[str, Any]) -> Article:
    """Of an article what placing it asks beside its words."""
    return Article(
        id=row["id"],
        outlet="",
        url=None,
        fetched=utc(row["fetched"]),
        published=row["published"] and utc(row["published"]),
        language=row["language"],
        version=row["version"],
        seq=row["number"],
    )


def counted(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """First versions, described, each with the first ``window`` that begins after it → how many of them have each word."""
    for batch in batches:
        found: dict[tuple[int, str], list[np.ndarray[Any, Any]]] = {}
        for row in batch.to_pylist():
            terms = _terms(row).hashes.astype(np.int64)
            found.setdefault((row["window"], row["language"] or ""), []).append(np.append(document_counts.ALL, terms))
        for (window, language), every in found.items():
            terms, articles = np.unique(np.concatenate(every), return_counts=True)
            columns = [pa.array([value] * len(terms)) for value in (window, language)]
            yield pa.RecordBatch.from_arrays(
                [columns[0].cast(pa.int32()), columns[1], pa.array(terms), pa.array(articles)], schema=COUNTS
            )


def placed(batches: Iterable[pa.RecordBatch], counts: str) -> Iterator[pa.RecordBatch]:
    """Versions, described, sorted by window and arrival, with their copies → the story of each that belongs to the window.

    ``counts`` is where the words of what came before each window are counted.
    """
    return batched((row for window, rows in _by_window(batches) for row in _placed(window, rows, counts)), PLACED)


def _by_window(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, Iterator[dict[str, Any]]]]:
    rows = (row for batch in batches for row in batch.to_pylist())
    yield from groupby(rows, key=lambda row: row["window"])


def _placed(window: int, rows: Iterator[dict[str, Any]], counts: str) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, closing(connect(Path(folder) / "window.db")) as db:
        db.execute("pragma journal_mode = off")  # what a task leaves half is done again from nothing
        db.execute("pragma synchronous = off")
        _recall(db, window, Folder.at(counts))
        index, begins = stories.StoryIndex.open(db, keeps=False), None
        while batch := list(islice(rows, BATCH)):
            with db.atomic():
                for row in batch:
                    begins = row["number"] if begins is None and not row["warm"] else begins
                    article = _article(row)
                    copies = [copy_of(copy) for copy in row["copies"] or ()]
                    for stranger in _strangers(article, copies, index):
                        story_rows.stand_in(db, stranger, OUTSIDE + stranger, rules=stories.RULES)
                    story_rows.append(db, index.place(article, copies, _terms(row)), rules=stories.RULES)
                index.store()
        follows = dict(db.execute("select id, follows from stories where follows is not null").fetchall())
        for article_id, story, number in db.execute(
            "select article, story, seq from story_articles where seq > 0 order by seq"
        ):
            yield {
                "window": window,
                "article": article_id,
                "story": story,
                "follows": follows.get(story),
                "warm": begins is None or number < begins,
            }


def _recall(db: Database, window: int, counts: Folder) -> None:
    """Take up how many articles had each word before a window."""
    home = f"{counts.root}/window={window}"
    if counts.system.get_file_info(home).type == pa.fs.FileType.NotFound:
        return
    with db.atomic():
        for batch in ds.dataset(home, filesystem=counts.system).to_batches():
            rows = batch.select(["language", "term", "articles"]).to_pylist()
            document_counts.save(db, {(row["language"], row["term"]): row["articles"] for row in rows})


def _strangers(article: Article, copies: Sequence[Copy], index: stories.StoryIndex) -> list[str]:
    """The articles of which the window knows nothing among those that say in which story this one belongs."""
    others = {id_ for copy in copies if copy.is_copy for id_ in (copy.a, copy.b)} - {article.id}
    wanted = others | {article.id} if article.version > 1 else others
    return sorted(id_ for id_ in wanted if index.story_of(id_) is None)


def stitched(shared: Iterable[tuple[int, str, int, str, int]]) -> dict[tuple[int, str], str]:
    """The story that each story of a window with articles from before it goes on with.

    ``shared`` says of a window, a story of it, an earlier window and a story of that one how many articles both have.

    >>> stitched([(1, "b", 0, "a", 2), (1, "b", 0, "c", 1), (2, "d", 1, "b", 1), (3, "~x", 0, "a", 1)])
    {(1, 'b'): 'a', (2, 'd'): 'a', (3, '~x'): 'a'}
    """
    most: dict[tuple[int, str], tuple[int, int, str]] = {}
    for window, story, earlier, before, count in shared:
        most[window, story] = max(most.get((window, story), (0, 0, "")), (count, earlier, before))
    found: dict[tuple[int, str], str] = {}
    for (window, story), (_, earlier, before) in sorted(most.items()):
        found[window, story] = found.get((earlier, before), before)
    return found
