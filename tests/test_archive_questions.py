"""The five questions of docs/scale.md, asked of an archive of six articles that is small enough to be answered by eye."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow", reason="the extra is not installed: pip install 'twosource[spark]'")
pq = pytest.importorskip("pyarrow.parquet")

# id, outlet, fetched, story; what it credits; the story's origins stand below
ARTICLES = [
    ("a1", "voa", "2026-11-03 10:00", "a1", None),
    ("a2", "bbc", "2026-11-03 10:30", "a1", None),  # prints AFP unsigned
    ("a3", "lemonde", "2026-11-03 12:00", "a1", "afp"),
    ("a4", "bbc", "2026-11-20 09:00", "a4", "afp"),
    ("a5", "voa", "2026-11-20 11:00", "a4", None),  # prints AFP unsigned
    ("a6", "lemonde", "2026-12-02 08:00", "a6", None),
]
ORIGINS = [("a1", "voa", ["a1"]), ("a1", "afp", ["a2", "a3"]), ("a4", "afp", ["a4", "a5"]), ("a6", "lemonde", ["a6"])]
STORIES = [("a1", 3, 2), ("a4", 2, 1), ("a6", 1, 1)]  # id, articles, independent sources

ANSWERS: list[list[tuple[object, ...]]] = [
    [("afp", "AFP", 4, 2), ("lemonde", "LEMONDE", 1, 1), ("voa", "VOA", 1, 1)],
    [("bbc", 1), ("voa", 1)],
    [("bbc", 1), ("voa", 1)],
    [("a4", 2, datetime(2026, 11, 20, 9, tzinfo=UTC))],
    [(1, 30.0)],
]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    def write(place: str, rows: list[dict[str, Any]]) -> None:
        file = tmp_path / "archive" / place / "part.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), file)

    opened = {story: min(moment(when) for _, _, when, home, _ in ARTICLES if home == story) for story, _, _ in STORIES}
    write("articles/day=2026-11-03", [{"id": id_, "outlet": outlet} for id_, outlet, *_ in ARTICLES])
    write("credits/day=2026-11-03", [{"article": id_, "org": org} for id_, _, _, _, org in ARTICLES if org])
    write("versions", [{"id": i, "outlet": o, "version": 1, "fetched": moment(when)} for i, o, when, _, _ in ARTICLES])
    write("story_articles", [{"article": i, "story": s, "seq": n} for n, (i, _, _, s, _) in enumerate(ARTICLES)])
    write("origins", [{"story": s, "key": k, "name": k.upper(), "articles": a, "least": 1} for s, k, a in ORIGINS])
    write("stories", [{"id": s, "articles": n, "least": k, "most": k, "opened": opened[s]} for s, n, k in STORIES])
    return tmp_path


def test_the_questions_of_the_docs_have_the_answers_that_the_tables_hold(archive: Path) -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "scale.md").read_text()
    questions = [
        part.partition("```")[0].replace("'archive/", f"'{archive}/archive/") for part in page.split("```sql\n")[1:]
    ]
    assert len(questions) == len(ANSWERS)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for question, answer in zip(questions, ANSWERS, strict=True):
        found = connection.sql(question).fetchall()
        assert sorted(found, key=str) == sorted(answer, key=str), question
    connection.close()
