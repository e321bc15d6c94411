from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from aggregator.copies.direction import Side
from aggregator.merge import Reference
from aggregator.stories import StoryIndex
from storage import articles, runs
from storage import stories as story_rows
from storage.archive import Archive, records
from storage.db import connect
from storage.types import Article, Copy, Credit, Picture, SourcingLine, Visit
from tests.conftest import NOON, article

pa = pytest.importorskip("pyarrow", reason="the extra is not installed: pip install 'twosource[spark]'")

from aggregator.archive import load, shingles, stories, texts  # noqa: E402 - they need the extra
from aggregator.archive.extraction import extract, read_by_older_rules  # noqa: E402
from aggregator.archive.tables import ARTICLE, CREDIT, Folder, article_of, article_row, credit_of, credit_row  # noqa: E402
from aggregator.cli.archive import _listed  # noqa: E402
from aggregator.credit import registry  # noqa: E402
from bench import archive_scale  # noqa: E402

pq = pytest.importorskip("pyarrow.parquet")
KNOWN = Reference(registry=registry.load_registry())
URLS = [f"https://herald.example/{n}" for n in range(4)]


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """Four pages of a stranger's site."""
    with Archive.open(tmp_path / "store", NOON) as archive:
        for url in URLS:
            archive.append(url=url, status=200, headers=[("Content-Type", "text/html")], body=b"<p>.</p>", fetched=NOON)
    return tmp_path / "store" / archive.file


@pytest.fixture
def server(warc: Path) -> Iterator[str]:
    """The address of the folder that the file lies in."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(warc.parent))) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def rows(into: Path, table: str) -> list[dict[str, Any]]:
    return list(pq.read_table(into / table).to_pylist())


def test_an_archive_has_whatever_an_article_and_a_credit_say() -> None:
    everything = article(
        "Words.\n\nMore.", url=URLS[0], standfirst="In short", language="en", authors=("Ann",), organisations=("AFP",),
        published=NOON, zone=60, modified=NOON, section="World", tags=("a",), picture=Picture(url=URLS[1], caption="A"),
        sourcing_lines=(SourcingLine(text="AFP", where="end"),), published_by=("Herald",), labels=("Opinion",),
        imprint="(c)", corrections=("It was the other pier.",), paywalled=True, incomplete=True, evidence={"headline": "h1"},
    )  # fmt: skip
    named = [field.name for field in fields(Article) if getattr(everything, field.name) == field.default]
    assert named == ["version", "seq"]
    assert {name for name, _ in ARTICLE} == {field.name for field in fields(Article)} - set(named)
    assert article_of(article_row(everything)) == everything
    credit = Credit(name="AFP", org="afp", place="Paris", role="agency", relation="with", where="end", words="AFP",
                    start=0, end=3, kind="there", via="dpa", count_known=False)  # fmt: skip
    assert credit_of(credit_row(credit)) == credit
    assert len(CREDIT) == len(fields(Credit))


def test_a_list_of_addresses_is_read_as_the_files_are(warc: Path, server: str, tmp_path: Path) -> None:
    listed = tmp_path / "warc.paths.gz"
    listed.write_bytes(gzip.compress(f"{server}/{warc.name}\n\n{server}/missing.warc.gz\n".encode()))
    there, missing = (extract(address, str(tmp_path / "in"), {}, KNOWN) for address in _listed((listed,)))
    assert (there.pages, there.lost) == (4, None)
    assert "404" in (missing.lost or "")  # not in, so that the next run asks for it again
    assert {row["file"] for row in rows(tmp_path / "in", "pages")} == {f"{server}/{warc.name}"}
    assert len(Folder.at(str(tmp_path / "in")).markers()) == 1


def test_a_damaged_record_is_a_row_with_its_reason_and_those_behind_it_are_read(warc: Path, tmp_path: Path) -> None:
    starts = [record.offset for record in records(warc)]
    whole = bytearray(warc.read_bytes())
    whole[starts[1] + 120 : starts[2] - 20] = bytes(starts[2] - starts[1] - 140)
    warc.write_bytes(whole[:-30])
    report = extract(str(warc), str(tmp_path / "in"), {}, KNOWN)
    found = sorted(rows(tmp_path / "in", "pages"), key=lambda row: row["offset"])
    assert [row["url"] for row in found] == [URLS[0], None, URLS[2], None]
    assert [row["offset"] for row in found] == starts
    assert all(f"{warc} is damaged at byte" in row["reason"] for row in (found[1], found[3]))
    assert report.damage == found[1]["reason"]


def test_a_newsrooms_visits_say_since_when_a_page_may_have_been_out(tmp_path: Path) -> None:
    """What the database says of each moment is what stands in the table, row for row."""
    db = connect(tmp_path / "news.db")
    for hour, outcome in enumerate(("ok", "nothing", "failed", "ok")):
        run = runs.begin(db, "run", NOON + timedelta(hours=hour))
        runs.end(db, run, NOON + timedelta(hours=hour, minutes=5), [Visit(outlet="herald", outcome=outcome)])
    runs.begin(db, "run", NOON + timedelta(hours=9))  # under way
    assert extract(str(tmp_path / "news.db"), str(tmp_path / "in"), {}, KNOWN).lost is None
    seen = [(row["started"], row["ended"]) for row in rows(tmp_path / "in", "visits")]
    for minutes in (0, 5, 6, 59, 65, 66, 125, 130, 186, 600):
        moment = NOON + timedelta(minutes=minutes)
        before = max((started for started, ended in seen if ended <= moment), default=None)
        assert runs.asked_before(db, "herald", moment) == before
    db.close()


def test_an_article_is_compared_with_when_its_outlet_was_asked_before() -> None:
    known = NOON - timedelta(minutes=20)
    row = article_row(article("Words.")) | {"seq": 1, "credits": [], "asked": known}
    stated = row | {"seq": 2, "published": NOON}
    one, other = (texts._text(said, texts.OrderedDict()).side for said in (row, stated))
    assert one == Side(article("Words.", seq=1), frozenset(), known)
    assert other.asked is None  # its own date says more


# ------------------------------------------------------------------------------------------ which articles meet


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=60), st.integers(1, 9), st.integers(1, 9))
def test_who_meets_at_a_shingle_does_not_depend_on_how_the_arrivals_come(
    pairs: list[tuple[int, int]], size: int, room: int
) -> None:
    """Each article meets the first three that had the shingle before; where many texts did, from some number on nobody."""
    having: dict[int, list[tuple[int, int]]] = {}
    for seq, (shingle, text) in enumerate(pairs):
        having.setdefault(shingle, []).append((seq, text))
    columns = [
        (shingle, seq, int(shingles.FOREVER), text) for shingle, those in sorted(having.items()) for seq, text in those
    ]
    batches = [
        pa.RecordBatch.from_arrays(
            [pa.array(column, pa.int64()) for column in zip(*some, strict=True)], schema=shingles.POSTINGS
        )
        for some in (columns[n : n + size] for n in range(0, len(columns), size))
    ]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("MOST", 3), ("BOILERPLATE", room + 3), ("MANY_TEXTS", 2)):
            patch.setattr(shingles, name, value)
        met = [row for batch in shingles.meet(batches) for row in batch.to_pylist()]
    expected = {}
    for shingle, those in having.items():
        for n, (seq, _) in enumerate(those[1:], start=1):
            everywhere = n >= room + 3 and len({text for _, text in those[:3]}) >= 2
            expected[shingle, seq] = (everywhere, [] if everywhere else [other for other, _ in those[: min(n, 3)]])
    assert {(row["hash"], row["seq"]): (row["stock"], row["neighbours"]) for row in met} == expected


# ------------------------------------------------------------------------------------------ windows of time

BRIDGE = (
    "The old bridge over the river Sorn collapsed in the night after a barge had struck its middle pillar near Malden. "
)
STRIKE = "Nurses of all hospitals in the county walked out on Monday over pay and asked the minister Olsen for talks. "


def told(n: int, day: int, text: str, version: int = 1) -> Article:
    words = text * 4
    return article(
        words, id=f"a{n}", headline=text[:40], fetched=NOON + timedelta(days=day), seq=n, version=version, url=None
    )


def described(those: Iterable[Article]) -> list[dict[str, Any]]:
    """Articles as the merge on Spark hands them to the windows."""
    listed = [article_row(one) | {"seq": one.seq, "version": one.version} for one in those]
    batch = pa.RecordBatch.from_pylist(listed)
    return [row for found in stories.described([batch]) for row in found.to_pylist()]


def in_window(window: int, arrivals: Sequence[tuple[Article, bool, Sequence[Copy]]], counts: Path) -> dict[str, str]:
    """The story of each article that belongs to a window; ``warm``, the second of each, are those that do not."""
    copy = [field.name for field in texts.COPY if field.name not in ("spans", "reasons", "last")]
    listed = [
        row
        | {"window": window, "number": one.seq, "warm": warm}
        | {"copies": [{name: getattr(pair, name) for name in copy} for pair in copies]}
        for row, (one, warm, copies) in zip(described(one for one, _, _ in arrivals), arrivals, strict=True)
    ]

    class Rows:
        def to_pylist(self) -> list[dict[str, Any]]:
            return listed

    found = [row for batch in stories.placed([Rows()], str(counts)) for row in batch.to_pylist()]  # type: ignore[list-item]
    return {row["article"]: row["story"] for row in found if not row["warm"]}


def test_a_window_takes_up_the_stories_of_the_days_before_it(tmp_path: Path) -> None:
    arrivals = [(told(1, 0, BRIDGE), True, ()), (told(2, 0, STRIKE), True, ()), (told(3, 1, BRIDGE), False, ())]
    assert in_window(1, arrivals, tmp_path) == {"a3": "a1"}


def test_a_reprint_of_what_is_long_past_stands_in_its_story_though_the_window_does_not_know_it(tmp_path: Path) -> None:
    reprint = Copy(
        a="a1", b="a9", share_a=1.0, share_b=1.0, kind="full", direction="unknown", certainty="", reasons=(), spans=()
    )
    arrivals = [(told(9, 40, BRIDGE), False, (reprint,)), (told(10, 40, STRIKE, version=2), False, ())]
    assert in_window(1, arrivals, tmp_path) == {"a9": "~a1"}  # a later version is told with its first one


def test_rarity_forgets_nothing_at_the_beginning_of_a_window(tmp_path: Path) -> None:
    """The words of the articles before a window count as in the database that has them."""
    before = [told(n, 0, text) for n, text in enumerate((BRIDGE, STRIKE, BRIDGE), start=1)]
    db = connect(":memory:")
    index = StoryIndex.open(db)
    for one in before:
        story_rows.append(db, index.place(one), rules=stories.stories.RULES)
    index.store()
    listed = [row | {"window": 1} for row in described(before)]
    counted = next(iter(stories.counted([pa.RecordBatch.from_pylist(listed)])))
    pq.write_to_dataset(pa.Table.from_batches([counted]), tmp_path, partition_cols=["window"])
    recalled = connect(":memory:")
    stories._recall(recalled, 1, Folder.at(str(tmp_path)))
    assert counts(recalled) == counts(db)
    stories._recall(recalled, 2, Folder.at(str(tmp_path)))  # nothing came before: nothing is counted
    recalled.close()
    db.close()


def counts(db: Database) -> list[tuple[str, int, int]]:
    return list(db.execute("select language, term, articles from document_counts order by 1, 2").fetchall())


def test_days_are_cut_into_windows_where_there_is_work_enough() -> None:
    assert stories.windows([(1, 10), (2, 10), (3, 10), (9, 10)], least_days=2, least_articles=20) == [1, 3]
    assert stories.windows([(1, 5)]) == [1]


def test_a_story_goes_on_in_the_next_window_as_the_one_that_most_of_its_articles_were_in() -> None:
    shared = [(1, "b", 0, "a", 2), (1, "b", 0, "c", 1), (2, "d", 1, "b", 1), (3, "~x", 0, "c", 1)]
    assert stories.stitched(shared) == {(1, "b"): "a", (2, "d"): "a", (3, "~x"): "c"}


def test_an_archive_of_an_older_version_lacks_columns_and_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a-1", "outlet": "a", "headline": "Dam opens", "text": "Water.", "fetched": "2026-03-02T12:00:00Z"}'
    )
    extract(str(tmp_path / "a.jsonl"), str(tmp_path / "in"), {}, KNOWN)
    older = sorted((tmp_path / "in" / "articles").rglob("*.parquet"))
    assert older
    for file in older:
        pq.write_table(pq.ParquetFile(file).read().drop_columns(["labels", "imprint", "incomplete"]), file)
    db = connect(tmp_path / "t.db")
    assert load.load(db, str(tmp_path / "in")).stored == 1
    (found,) = articles.versions(db, "a-1")
    assert (found.text, found.labels, found.imprint, found.incomplete) == ("Water.", (), None, False)
    db.close()


def test_the_archive_that_a_merge_is_measured_on_counts_as_read_by_todays_rules(tmp_path: Path) -> None:
    archive_scale.append(tmp_path / "in", "made", [article("The bridge opens.")])
    assert len(Folder.at(str(tmp_path / "in")).markers()) == 1
    assert read_by_older_rules(Folder.at(str(tmp_path / "in"))) == []


def test_an_archives_days_are_utc(warc: Path, tmp_path: Path) -> None:
    extract(str(warc), str(tmp_path / "in"), {}, KNOWN)
    assert {row["fetched"] for row in rows(tmp_path / "in", "pages")} == {datetime(2026, 3, 2, 12, tzinfo=UTC)}
    assert [path.name for path in (tmp_path / "in" / "pages").iterdir()] == ["day=2026-03-02"]
