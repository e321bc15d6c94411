from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.db import connect, connect_to_read
from storage.errors import DatabaseIsBusy, DatabaseIsNewer, NoDatabase, NotADatabase, StoreFailed
from storage.home import Home
from storage.lock import held
from storage.schema import steps


def test_a_new_database_keeps_foreign_keys_and_a_write_ahead_log(tmp_path: Path) -> None:
    db = connect(tmp_path / "new" / "twosource.db")
    assert db.execute("pragma foreign_keys").fetchone() == (1,)
    assert db.execute("pragma journal_mode").fetchone() == ("wal",)
    db.close()


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        db = connect(tmp_path / "twosource.db")
        tables = db.table_names()
        db.close()
    assert "articles" in tables


@pytest.mark.parametrize("content", [b"This is a letter." * 100, b"SQLite format 3\0" + b"\1" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(content)
    with pytest.raises(NotADatabase, match=r"letter\.db"):
        connect(file)
    assert file.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table bookmarks (url)")
    other.commit()
    other.close()
    with pytest.raises(NotADatabase, match="bookmarks"):
        connect(tmp_path / "other.db")


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    with db.atomic():
        db.table(steps.migrations_table).insert(
            {"migration_set": steps.name, "name": "telepathy", "applied_at": "2031"}
        )
    db.close()
    with pytest.raises(DatabaseIsNewer, match="telepathy"):
        connect(tmp_path / "twosource.db")


def test_the_lock_is_for_one_and_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    place = Home(tmp_path / "twosource.db")
    program = (
        "import sys, time; from pathlib import Path; from storage.home import Home; from storage.lock import held\n"
        "with held(Home(Path(sys.argv[1]))): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, place.database], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseIsBusy, match=str(holder.pid)), held(place):
            pass
        holder.kill()
    with held(place):
        pass


def test_who_reads_makes_no_database_and_reads_one_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="There is no database"):
        connect_to_read(tmp_path / "typo" / "t.db")
    assert not (tmp_path / "typo").exists()
    db = connect(tmp_path / "t.db")
    db.execute("pragma journal_mode = delete")
    db.execute("insert into pauses values ('a.example', '2026-01-01')")
    db.conn.commit()
    db.close()
    (tmp_path / "t.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        read = connect_to_read(tmp_path / "t.db")
        assert read.execute("select host from pauses").fetchall() == [("a.example",)]
        read.close()
    finally:
        tmp_path.chmod(0o755)


def test_a_full_disk_is_not_called_another_programs_database(tmp_path: Path) -> None:
    connect(tmp_path / "t.db").close()
    (tmp_path / "t.db").chmod(0o000)
    try:
        if os.access(tmp_path / "t.db", os.R_OK):
            pytest.skip("root reads everything")
        with pytest.raises(StoreFailed, match="cannot be opened"):
            connect(tmp_path / "t.db")
    finally:
        (tmp_path / "t.db").chmod(0o644)
