from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.outlets import load_outlets
from scrapers.shards import hosts, in_shard
from storage import runs
from storage.archive import records
from storage.db import connect
from storage.types import Outlet, Visit
from tests import program
from tests.conftest import NOON

pq = pytest.importorskip("pyarrow.parquet", reason="the extra is not installed: pip install 'twosource[spark]'")
pytest.importorskip("pyspark", reason="the extra is not installed: pip install 'twosource[spark]'")

# Seconds, no measurement: whoever comes first waits until all is read and merged.
pytestmark = pytest.mark.timeout(3_600)

TABLES = ("pages", "articles", "credits")


@pytest.fixture(scope="module")
def java() -> None:
    """What Spark runs on."""
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: Spark needs 17 or newer")


@pytest.fixture(scope="module")
def spark(java: None) -> Iterator[Any]:
    """A Spark in this process."""
    from aggregator.archive.session import session

    running = session(cores=2)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def warcs(java: None, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """271 real pages in 8 files; the last one is torn."""
    shared = Path(__file__).resolve().parents[2] / "shared" / "pages"
    if not shared.is_dir():
        pytest.skip("the real pages beside the repository (../shared) are not here")
    folder = tmp_path_factory.mktemp("warcs")
    files = [folder / f"part-{n}.warc.gz" for n in range(8)]
    members = [m for f in (shared / "real-pages.warc.gz", shared / "more" / "publishers.warc.gz") for m in _members(f)]
    for n, file in enumerate(files):
        file.write_bytes(b"".join(members[n::8]))
    files[-1].write_bytes(files[-1].read_bytes()[:-200])
    return files


def _members(file: Path) -> Iterator[bytes]:
    """Each response of a WARC file as the bytes that it takes there."""
    whole = file.read_bytes()
    starts = [record.offset for record in records(file)]
    for start, end in zip(starts, [*starts[1:], len(whole)], strict=True):
        yield whole[start:end]


def twosource(*words: object) -> list[str]:
    return [sys.executable, "-m", "aggregator.cli", *map(str, words)]


def content(into: Path, tables: tuple[str, ...] = TABLES) -> dict[str, bytes]:
    return {
        str(file.relative_to(into)): file.read_bytes() for table in tables for file in (into / table).rglob("*.parquet")
    }


def rows(into: Path, table: str) -> list[str]:
    return sorted(repr(row) for row in pq.read_table(into / table).to_pylist())


@pytest.fixture(scope="module")
def archive(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files read while one task was killed, and merged."""
    into = tmp_path_factory.mktemp("archive")
    running = subprocess.Popen(
        twosource("archive", "read", *warcs, "--into", into, "--cores", 2),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert (killed := _kill_a_task(running)), "no task was seen at work"
    _, said = running.communicate()
    assert running.returncode == 1, said  # the torn file is told of
    assert "1 files damaged, 0 not read" in said, (killed, said)
    subprocess.run(twosource("archive", "merge", into, "--cores", 2), check=True, capture_output=True)
    return into


def _kill_a_task(running: subprocess.Popen[str]) -> int | None:
    """Kill the first process of Python that Spark has at work for a program of ours; None: it ended before one was."""
    while running.poll() is None:
        if (worker := _at_work(running.pid)) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                return worker
        time.sleep(0.05)
    return None


def _at_work(session: int) -> int | None:
    there = _of_session(session)
    parents = {int(said[1]) for said in there.values()}
    for pid, said in there.items():
        busy = sum(map(int, said[11:13]))  # hundredths of a second of a processor
        if pid not in parents and busy > 100 and b"pyspark.daemon" in _words(pid):
            return pid
    return None


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def _kill_all(running: subprocess.Popen[bytes]) -> None:
    """Kill a program and all that it started, also what is started meanwhile."""
    while left := [pid for pid, said in _of_session(running.pid).items() if said[0] != "Z"]:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    running.wait()


def _of_session(session: int) -> dict[int, list[str]]:
    """The processes of a session, each with what /proc/PID/stat says of it from its state on (proc_pid_stat(5))."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            said = file.read_text().rpartition(")")[2].split()
            if int(said[3]) == session:
                found[int(file.parent.name)] = said
    return found


def test_every_page_is_a_row_once_though_a_task_was_killed_and_a_file_is_torn(archive: Path) -> None:
    pages = pq.read_table(archive / "pages").to_pylist()
    assert len({(page["file"], page["offset"]) for page in pages}) == len(pages)
    assert sum(page["status"] is not None for page in pages) == 270  # the last page of the torn file is lost …
    torn = [page["reason"] for page in pages if page["status"] is None]
    assert len(torn) == 1  # … and told of
    assert "part-7.warc.gz" in torn[0]
    assert all(page["reason"] for page in pages if page["outcome"] == "skipped")


def test_a_run_that_was_stopped_goes_on_with_the_files_it_lacks(
    archive: Path, warcs: list[Path], tmp_path: Path
) -> None:
    into = tmp_path / "stopped"
    reading = twosource("archive", "read", *warcs, "--into", into, "--cores", 2)
    first = subprocess.Popen(reading, stderr=subprocess.DEVNULL, start_new_session=True)
    program.until(lambda: list((into / "files").glob("*.json")) or first.poll() is not None)
    _kill_all(first)
    there = len(list((into / "files").glob("*.json")))
    again = subprocess.run(reading, capture_output=True, text=True, check=False)
    assert f"{there} files are in already" in again.stderr or there == 8
    assert content(into) == content(archive)


def test_the_merge_of_an_archive_says_what_the_merge_of_a_database_says(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    subprocess.run(twosource("archive", "load", archive, "--db", file), check=True, capture_output=True)
    db = connect(file)
    here = db.execute("select id, articles, least, most, follows from stories").fetchall()
    there = pq.read_table(archive / "stories").to_pylist()
    names = ("id", "articles", "least", "most", "follows")
    assert sorted(map(str, here)) == sorted(str(tuple(row[name] for name in names)) for row in there)
    copies = {
        tuple(row[name] for name in ("a", "b", "kind", "direction"))
        for row in pq.read_table(archive / "copies").to_pylist()
    }
    assert copies == set(db.execute("select a, b, kind, direction from copies").fetchall())
    assert {row["id"] for row in pq.read_table(archive / "articles").to_pylist()} == {
        row[0] for row in db.execute("select distinct id from articles")
    }
    db.close()


def test_the_questions_of_the_docs_are_answered_by_the_tables_as_they_lie(archive: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    page = (Path(__file__).resolve().parents[1] / "docs" / "scale.md").read_text()
    questions = page.split("```sql\n")[1:]
    assert len(questions) == 5
    (tmp_path / "archive").symlink_to(archive)
    for question in questions:
        sql = question.partition("```")[0].replace("'archive/", f"'{tmp_path}/archive/")
        assert duckdb.sql(sql).fetchall() is not None


def test_when_an_outlet_was_asked_before_is_found_on_spark_as_in_the_database(spark: Any, tmp_path: Path) -> None:
    from aggregator.archive import merge

    db = connect(tmp_path / "news.db")
    for hour, outcome in enumerate(("ok", "failed", "nothing", "ok")):
        run = runs.begin(db, "run", NOON + timedelta(hours=hour))
        runs.end(db, run, NOON + timedelta(hours=hour, minutes=5), [Visit(outlet="herald", outcome=outcome)])
    came = [NOON + timedelta(minutes=minutes) for minutes in (0, 5, 6, 64, 66, 125, 130, 186, 600)]
    versions = spark.createDataFrame(
        [(n, outlet, moment) for n, moment in enumerate(came) for outlet in ("herald", "other")],
        "seq long, outlet string, fetched timestamp",
    )
    visits = spark.createDataFrame(list(runs.answered(db)), "outlet string, started timestamp, ended timestamp")
    found = {
        (row["outlet"], came[row["seq"]]): row["asked"]
        for row in merge._asked(versions, visits).toPandas().to_dict("records")
    }
    assert len(found) == 2 * len(came)
    for (outlet, moment), asked in found.items():
        before = runs.asked_before(db, outlet, moment)
        assert (None if asked != asked else asked.tz_localize("UTC")) == before  # not equal to itself: none
    db.close()


def test_an_archive_that_an_older_version_wrote_is_merged_without_what_it_lacks_and_told_of(
    spark: Any, tmp_path: Path
) -> None:
    """A report that credits AFP, in files without the newest columns, from before grounds were read."""
    from aggregator.archive import merge
    from aggregator.archive.extraction import extract, read_by_older_rules
    from aggregator.archive.tables import Folder, article_of, credit_of
    from aggregator.credit.registry import load_registry
    from aggregator.merge import Reference

    report = {"id": "a-1", "outlet": "herald", "headline": "Dam opens", "text": "PARIS (AFP) - The dam is open."}
    (tmp_path / "a.jsonl").write_text(json.dumps(report | {"fetched": "2026-03-02T12:00:00Z"}))
    folder = Folder.at(str(tmp_path / "in"))
    extract(str(tmp_path / "a.jsonl"), str(tmp_path / "in"), {}, Reference(registry=load_registry()))
    assert read_by_older_rules(folder) == []
    for table, lacks in (("articles", ["labels", "imprint", "incomplete", "zone"]), ("credits", ["kind", "via"])):
        for file in (tmp_path / "in" / table).rglob("*.parquet"):
            rows = pq.ParquetFile(file).read()
            rows = rows.filter(rows["kind"].is_null()) if table == "credits" else rows
            pq.write_table(rows.drop_columns(lacks), file)
    for file in (tmp_path / "in" / "files").glob("*.json"):
        marker = json.loads(file.read_text())
        del marker["rules"]
        file.write_text(json.dumps(marker))
    assert read_by_older_rules(folder) == [str(tmp_path / "a.jsonl")]

    articles, said_by, visits = (
        merge._table(spark, folder, name, folder.markers()) for name in ("articles", "credits", "visits")
    )
    (row,) = merge._texts(articles, said_by, merge._versions(articles), visits).toArrow().to_pylist()
    article = article_of(row)
    assert (article.headline, article.labels, article.imprint, article.incomplete) == ("Dam opens", (), None, False)
    assert [(credit.org, credit.kind) for credit in map(credit_of, row["credits"])] == [("afp", None)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_outlet_is_in_one_share_and_no_two_shares_ask_one_host(count: int) -> None:
    known = load_outlets()[0]
    shares = [in_shard(known.values(), n, count) for n in range(1, count + 1)]
    assert sorted(outlet for part in shares for outlet in part) == sorted(known)
    asked = [{host for outlet in part for host in hosts(known[outlet])} for part in shares]
    assert not any(asked[a] & asked[b] for a in range(count) for b in range(a))


def test_another_crawler_takes_only_its_own_share() -> None:
    known = [
        Outlet(id=f"o{n}", name="O", homepage=f"https://o{n}.example/", hosts=(f"o{n}.example",)) for n in range(300)
    ]
    before = {outlet: n for n in (1, 2, 3) for outlet in in_shard(known, n, 3)}
    after = {outlet: n for n in (1, 2, 3, 4) for outlet in in_shard(known, n, 4)}
    moved = {outlet for outlet in before if before[outlet] != after[outlet]}
    assert moved == in_shard(known, 4, 4)
    assert 45 <= len(moved) <= 105
