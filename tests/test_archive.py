from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from storage.archive import Archive, next_record, record_at, records
from storage.errors import ArchiveDamaged
from tests.conftest import NOON

PAGES = {f"https://herald.example/{n}": f"<p>Page {n}</p>".encode() * 50 for n in range(3)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with Archive.open(tmp_path, NOON) as archive:
        for url, body in PAGES.items():
            archive.append(url=url, status=200, headers=[("Content-Type", "text/html")], body=body, fetched=NOON)
    return tmp_path / archive.file


def test_what_was_appended_is_read_back(file: Path) -> None:
    assert {record.url: record.body for record in records(file)} == PAGES
    assert {(record.status, record.fetched, record.content_type) for record in records(file)} == {
        (200, NOON, "text/html")
    }


def test_a_record_can_be_read_at_its_place(file: Path) -> None:
    for record in records(file):
        assert record_at(file, record.offset) == record


def test_a_run_that_keeps_nothing_leaves_no_file(tmp_path: Path) -> None:
    Archive.open(tmp_path, NOON).close()
    assert not list(tmp_path.iterdir())


def test_two_runs_of_one_second_have_two_files(file: Path, tmp_path: Path) -> None:
    assert tmp_path / Archive.open(tmp_path, NOON).file != file


def test_a_body_is_kept_as_it_came_and_read_decoded(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>News</p>")
    headers = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    with Archive.open(tmp_path, NOON) as archive:
        archive.append(url="https://herald.example/", status=200, headers=headers, body=packed, fetched=NOON)
    kept = tmp_path / archive.file
    assert packed in gzip.decompress(kept.read_bytes())
    assert [record.body for record in records(kept)] == [b"<p>News</p>"]


@pytest.mark.parametrize(("encoding", "pack"), [("br", brotli.compress), ("zstd", zstd.compress)])
def test_bodies_in_the_packings_that_browsers_ask_for_are_read_back(
    tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(b"<p>News</p>" * 1000)
    with Archive.open(tmp_path, NOON) as archive:
        for body in (packed, packed[: len(packed) // 2]):
            archive.append(
                url="https://herald.example/",
                status=200,
                headers=[("Content-Encoding", encoding)],
                body=body,
                fetched=NOON,
            )
    whole, half = records(tmp_path / archive.file)
    assert (whole.body, whole.problem) == (b"<p>News</p>" * 1000, None)
    assert half.problem


def test_a_body_that_cannot_be_decoded_is_a_problem_of_its_page_alone(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>News</p>" * 1000)
    with Archive.open(tmp_path, NOON) as archive:
        for body in (b"no gzip at all" + packed[:20], packed):
            archive.append(
                url="https://herald.example/", status=200, headers=[("Content-Encoding", "br")], body=body, fetched=NOON
            )
        archive.append(url="https://herald.example/2", status=200, headers=[], body=b"<p>Well</p>", fetched=NOON)
    *broken, well = records(tmp_path / archive.file)
    assert well.body == b"<p>Well</p>"
    assert well.problem is None
    assert all(record.problem or record.body for record in broken)


@pytest.mark.parametrize("into_last", [1, 5, 9, 40, 200])
def test_a_cut_archive_gives_what_stands_before_the_cut_and_says_where_it_ends(file: Path, into_last: int) -> None:
    last = list(records(file))[-1].offset
    file.write_bytes(file.read_bytes()[: last + into_last])
    found = records(file)
    assert [next(found).url, next(found).url] == list(PAGES)[:2]
    with pytest.raises(ArchiveDamaged, match="damaged at byte") as raised:
        next(found)
    assert raised.value.offset <= last


def test_what_stands_behind_a_damaged_record_is_found_again(file: Path) -> None:
    first, second, third = (record.offset for record in records(file))
    whole = bytearray(file.read_bytes())
    whole[second + 120 : third - 20] = bytes(third - second - 140)
    file.write_bytes(whole)
    with pytest.raises(ArchiveDamaged) as raised:
        list(records(file))
    assert raised.value.offset == second
    assert next_record(file, first) == second
    assert next_record(file, second) == third
    assert [record.url for record in records(file, third)] == list(PAGES)[2:]
    assert next_record(file, third) is None


@pytest.mark.parametrize("before", [b"", b"\n", b"\r\n\r\n"])
def test_garbage_is_no_archive(tmp_path: Path, before: bytes) -> None:
    (tmp_path / "garbage.warc.gz").write_bytes(before + b"garbage" * 1000)
    with pytest.raises(ArchiveDamaged, match="does not begin as a WARC file does"):
        list(records(tmp_path / "garbage.warc.gz"))


@pytest.mark.parametrize("between", [b"\r\n", b"\r\n\r\nNo record."])
def test_what_stands_behind_a_blank_line_between_packed_records_is_told_and_found(file: Path, between: bytes) -> None:
    first, second, _ = (record.offset for record in records(file))
    whole = file.read_bytes()
    file.write_bytes(whole[:second] + between + whole[second:])
    found = records(file)
    assert next(found).offset == first
    with pytest.raises(ArchiveDamaged, match="is no record") as raised:
        next(found)
    assert raised.value.offset == second
    assert next_record(file, second) == second + len(between)
    assert len(list(records(file, second + len(between)))) == 2


@pytest.mark.parametrize("behind", [b"\n", b"\r\n", b"\r\n\r\n"])
def test_blank_lines_at_the_end_of_an_archive_are_no_damage(file: Path, behind: bytes) -> None:
    file.write_bytes(file.read_bytes() + behind)
    assert len(list(records(file))) == 3
