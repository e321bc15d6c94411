"""A dossier: all of one story in one file, the same bytes each time; a changed byte anywhere is found and its file named."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from aggregator.cli import main
from storage import archive, dossier
from storage.db import connect
from storage.dossier import SUMS
from tests.conftest import tried
from tests.hostile import HOSTILE, TRAPS
from tests.newsroom import alone


def take_out(folder: Path, story: str, into: Path) -> Path:
    done = CliRunner().invoke(main, ["--db", str(folder / "twosource.db"), "story", story, "--dossier", str(into)])
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(into.read_bytes()).hexdigest() in done.output
    return into


@pytest.fixture(scope="module")
def bridge(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dossier of the sample's bridge story."""
    with closing(connect(untouched_sample / "twosource.db")) as db:
        (story,) = db.execute(
            "select m.story from story_articles m join articles a on a.id = m.article where a.url like '%front-claims%'"
        ).fetchone()
    return take_out(untouched_sample, story, tmp_path_factory.mktemp("dossier") / "bridge.zip")


@pytest.fixture(scope="module")
def files(bridge: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bridge) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_it_holds_what_was_read_and_why_it_counts_so(files: dict[str, bytes]) -> None:
    facts = json.loads(files["dossier.json"])
    assert (facts["independent sources"], facts["outlets"], len(facts["articles"])) == ("2 or more", 7, 7)
    assert {one["name"] for one in json.loads(files["count.json"]) if one["least"]} == {"Meridian", "The Tarvel Record"}
    assert all(one["reasons"] for one in json.loads(files["count.json"]))
    copied = json.loads(files["copies.json"])
    assert all(one["a"] in facts["articles"] and one["reasons"] for one in copied)
    assert (
        len(copied) >= 4
    )  # the Daily Lantern, the Harbour Post, the Coast Courier and the Inland Review print Meridian's text
    assert any(one["name"] == "Meridian" for one in json.loads(files["credits.json"]))
    texts = {name.split("/")[1]: content.decode() for name, content in files.items() if name.startswith("articles/")}
    for told in json.loads(files["statements.json"]):
        assert set(told["articles"]) <= set(facts["articles"])
        assert (
            json.dumps(told["statement"]["words"][:40], ensure_ascii=False)[1:-1] in texts[told["statement"]["article"]]
        )
    stances = {
        (told["statement"]["speaker"], told["statement"]["stance"]) for told in json.loads(files["statements.json"])
    }
    assert {("Highland Front", "claims"), ("The Sundrian government in Halm", "denies")} <= stances
    assert json.loads(files["decisions.json"]) == []
    assert facts["as of"]


def test_each_version_lies_beside_the_response_that_it_was_read_from(files: dict[str, bytes], tmp_path: Path) -> None:
    responses = tmp_path / "responses.warc.gz"
    responses.write_bytes(files["responses.warc.gz"])
    readings = [json.loads(content) for name, content in files.items() if name.startswith("articles/")]
    assert len(readings) == 7
    for one in readings:
        record = archive.record_at(responses, one["offset"])
        assert record.url == one["page"]
        assert one["article"]["headline"].split()[-1].encode() in record.body
    assert len(list(archive.records(responses))) == 7


def test_its_page_needs_no_network_and_has_no_dead_link(files: dict[str, bytes]) -> None:
    page = html.fromstring(files["index.html"].decode())
    for name in [name for name in files if name.endswith(".html")]:
        shown = html.fromstring(files[name].decode())
        for link in shown.xpath("//@href | //@src"):
            if not link.startswith(("https://", "http://", "#")):
                assert str(Path(name).parent / link) in files or _up(name, link) in files, (name, link)
        assert not shown.xpath("//script | //img")
    assert "2 or more independent of 7 outlets" in page.text_content()
    assert "Our reporter found it whole" in page.text_content()


def _up(name: str, link: str) -> str:
    parts = list(Path(name).parent.parts)
    for part in Path(link).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def test_the_same_newsroom_gives_the_same_bytes(untouched_sample: Path, bridge: Path, tmp_path: Path) -> None:
    facts = json.loads(zipfile.ZipFile(bridge).read("dossier.json"))
    assert take_out(untouched_sample, facts["story"], tmp_path / "again.zip").read_bytes() == bridge.read_bytes()
    assert list(dossier.problems(bridge)) == []


def test_anybody_can_check_the_digests_without_us(bridge: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(bridge, tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=tmp_path, check=True)


SMALL = dossier.pack({"articles/a/1.json": b'{"a": 1}\n', "index.html": b"<p>The bridge stands.</p>" * 9, "empty": b""})


@tried(300)
@given(at=st.integers(0, len(SMALL) - 1), change=st.integers(1, 255))
@example(at=0, change=1)
@example(at=len(SMALL) - 1, change=1)
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, at: int, change: int) -> None:
    changed = bytearray(SMALL)
    changed[at] ^= change
    _is_named(tmp_path_factory.getbasetemp() / "changed.zip", bytes(changed), _file_at(SMALL, at))


@tried(60)
@given(part=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_of_a_real_one_is_found_and_its_file_named(bridge: Path, part: float, change: int) -> None:
    whole = bridge.read_bytes()
    at = int(part * len(whole))
    changed = bytearray(whole)
    changed[at] ^= change
    _is_named(bridge.with_name("changed.zip"), bytes(changed), _file_at(whole, at))


def _is_named(file: Path, content: bytes, name: str | None) -> None:
    file.write_bytes(content)
    found = list(dossier.problems(file))
    assert found
    assert all(one.startswith(str(file)) for one in found)
    if name:
        assert any(name in one for one in found), found


def _file_at(whole: bytes, at: int) -> str | None:
    """The file whose contents lie at this byte; None: the byte is of a head or of the table."""
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        for one in packed.infolist():
            begins = one.header_offset + 30 + len(one.filename.encode())
            if begins <= at < begins + one.file_size:
                return one.filename
    return None


def packed_by_somebody(files: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", kind) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return whole.getvalue()


def test_what_was_packed_anew_taken_out_or_put_in_is_told(files: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "other.zip"
    for content, words in (
        (packed_by_somebody(files | {"count.json": b"[]"}), "count.json was changed"),
        (
            packed_by_somebody({name: one for name, one in files.items() if name != "copies.json"}),
            "copies.json was taken out",
        ),
        (packed_by_somebody(files | {"more.txt": b"more"}), "more.txt was put in"),
        (packed_by_somebody({name: one for name, one in files.items() if name != SUMS}), f"{SUMS} is not in it"),
        (packed_by_somebody(files), "was changed, at byte"),
        (packed_by_somebody(files, zipfile.ZIP_DEFLATED), "was changed"),
        (b"no zip", "is no dossier"),
        (b"", "is no dossier"),
    ):
        file.write_bytes(content)
        assert any(words in one for one in dossier.problems(file)), words


def test_verify_says_what_it_found(bridge: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["verify", str(bridge)])
    assert done.exit_code == 0
    assert hashlib.sha256(bridge.read_bytes()).hexdigest() in done.output
    whole = bridge.read_bytes()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(whole.replace(b"Our reporter", b"Her reporter", 1))
    done = CliRunner().invoke(main, ["verify", str(broken)])
    assert done.exit_code == 1
    assert "tarvel-record" in done.output


def test_what_has_no_response_says_why(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "twosource.db")) as db:
        alone(db, "herald-1")
        alone(db, "wire-2")
        db.execute(
            "insert into pages (url, outlet, fetched, status, archive, offset, outcome, article, version) values"
            " ('https://wire.example/wire-2', 'wire', '2026-03-02T06:00:00+00:00', 200, 'gone.warc.gz', 0, 'stored', 'wire-2', 1)"
        )
    for id_, words in (("herald-1", "imported without its page"), ("wire-2", "gone.warc.gz is not there any more")):
        with zipfile.ZipFile(take_out(tmp_path, id_, tmp_path / "one.zip")) as packed:
            assert "responses.warc.gz" not in packed.namelist()
            assert words in packed.read("index.html").decode()


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_an_outlet_prints_is_text_in_a_dossier(tmp_path: Path, bad: str) -> None:
    with closing(connect(tmp_path / "twosource.db")) as db:
        alone(
            db,
            "../../herald 1",
            headline=bad,
            standfirst=bad,
            authors=(bad,),
            body=bad,
            url="javascript:alert(1)",
            outlet="x",
        )
    with zipfile.ZipFile(take_out(tmp_path, "../../herald 1", tmp_path / "one.zip")) as packed:
        steering = [trap for trap in TRAPS if not trap.isprintable()]
        assert not any(trap in packed.read(name).decode() for name in packed.namelist() for trap in steering)
        assert not [name for name in packed.namelist() if ".." in name or name.startswith("/")]
        page = packed.read("index.html").decode()
    assert not [trap for trap in TRAPS if trap in page]
    assert not html.fromstring(page).xpath(
        "//@onload | //@onerror | //@style | //script | //a[starts-with(@href, 'java')]"
    )


def test_a_record_of_an_unpacked_archive_is_taken_as_well(untouched_sample: Path, tmp_path: Path) -> None:
    packed = next((untouched_sample / "archive").rglob("*.warc.gz"))
    plain = tmp_path / "plain.warc"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    for one in archive.records(plain):
        (tmp_path / "one.warc.gz").write_bytes(archive.member_at(plain, one.offset))
        (again,) = archive.records(tmp_path / "one.warc.gz")
        assert (again.url, again.body) == (one.url, one.body)
