from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from scrapers import outlets
from scrapers.replay import outlet_of, replay
from storage.archive import Archive
from storage.db import connect
from storage.types import Visit
from tests.conftest import NOON, outlet

TEXT = " ".join(
    f"The council met for the {n}th time and spoke at length about the bridge over the river." for n in range(9)
)


def page_html(title: str) -> bytes:
    paragraphs = "".join(f"<p>{TEXT} It was about {title.lower()}, part {n}.</p>" for n in range(5))
    return f"<html lang=en><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four responses of the Herald and one of a stranger."""
    with Archive.open(tmp_path, NOON) as archive:
        for n, (url, status, kind, body) in enumerate(
            [
                ("https://herald.example/robots.txt", 200, "text/plain", b"User-agent: *"),
                ("https://herald.example/news/bridge", 200, "text/html", page_html("The bridge opens")),
                ("https://herald.example/news/gone", 404, "text/html", b"<h1>Not found</h1>"),
                ("https://herald.example/news/empty", 200, "text/html", b""),
                ("https://stranger.example/2026/ferry", 200, "text/html", page_html("The ferry leaves")),
            ]
        ):
            archive.append(
                url=url, status=status, headers=[("Content-Type", kind)], body=body, fetched=NOON + timedelta(minutes=n)
            )
    return tmp_path / archive.file


def counts(visits: list[Visit]) -> tuple[int, int, int]:
    return sum(v.stored for v in visits), sum(v.unchanged for v in visits), sum(v.skipped for v in visits)


def dump(db: Database) -> list[str]:
    """All rows, but for the moments at which the database itself was changed."""
    when = ("_sqlite_migrations", 'INTO "epochs"')
    return [line for line in db.conn.iterdump() if not any(words in line for words in when)]


def test_every_response_is_stored_or_skipped_with_its_reason(db: Database, file: Path) -> None:
    visits, damage = replay(db, file, {"herald": outlet()})
    assert (counts(visits), damage) == ((2, 0, 3), None)
    assert not db.table("pages").count_where("outcome = 'skipped' and reason is null")
    assert {visit.outlet for visit in visits} == {"herald", "stranger.example"}


def test_a_second_replay_adds_no_row(db: Database, file: Path) -> None:
    replay(db, file, {"herald": outlet()})
    before = dump(db)
    visits, _ = replay(db, file, {"herald": outlet()})
    assert counts(visits) == (0, 5, 0)
    assert dump(db) == before


def test_what_is_skipped_hides_no_article_of_the_same_address_and_second(db: Database, tmp_path: Path) -> None:
    kind = [("Content-Type", "text/html")]
    with Archive.open(tmp_path, NOON) as archive:
        for status, body in ((302, b""), (200, page_html("The bridge opens")), (404, b"")):
            archive.append(
                url="https://herald.example/news/bridge", status=status, headers=kind, body=body, fetched=NOON
            )
    file = tmp_path / archive.file
    assert counts(replay(db, file, {"herald": outlet()})[0]) == (1, 1, 1)
    assert [(row["status"], row["outcome"]) for row in db.table("pages").rows] == [(302, "skipped"), (200, "stored")]
    before = dump(db)
    assert counts(replay(db, file, {"herald": outlet()})[0]) == (0, 3, 0)
    assert dump(db) == before


def test_a_cut_file_gives_what_stands_before_the_cut(db: Database, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-300])
    visits, damage = replay(db, file, {"herald": outlet()})
    assert damage is not None
    assert counts(visits) == (1, 0, 3)


def test_a_page_below_an_outlets_domain_is_the_outlets() -> None:
    by_host = {"herald.example": outlet()}
    assert outlet_of("https://www.herald.example/a", by_host).id == "herald"
    assert outlet_of("http://sport.herald.example:80/a", by_host).id == "herald"
    assert outlet_of("https://theherald.example/a", by_host).id == "theherald.example"
    assert outlet_of("nonsense", by_host).id == "unknown"


def test_real_pages_are_all_accounted_for_and_come_out_the_same_twice(
    db: Database, tmp_path: Path, shared: Path
) -> None:
    warc, known = shared / "pages" / "real-pages.warc.gz", outlets.load_outlets(tmp_path)[0]
    visits, damage = replay(db, warc, known)
    stored, unchanged, skipped = counts(visits)
    assert damage is None
    assert stored + unchanged + skipped == 204
    assert stored >= 200
    again = connect(tmp_path / "again.db")
    replay(again, warc, known)
    assert dump(again) == dump(db)
    again.close()
