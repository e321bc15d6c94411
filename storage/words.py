"""The index of words (FTS5): tokens that are ready, a row a version, by ``articles.seq``. Judges nothing, cuts no words."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

COLUMNS = ("headline", "text", "credits", "authors", "headline_stems", "text_stems")


def head(db: Database) -> int:
    """The last arrival that is indexed; 0 where none is."""
    row = db.execute("select rowid from article_words order by rowid desc limit 1").fetchone()
    return int(row[0]) if row else 0


def rules(db: Database) -> int:
    """The number of the rules that cut the words; 0 where nothing was indexed yet."""
    row = db.execute("select rules from article_words_rules").fetchone()
    return int(row[0]) if row else 0


def append(db: Database, rows: Iterable[tuple[int | str | None, ...]]) -> None:
    """Store the tokens of versions: (seq, and a text for each of COLUMNS)."""
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    db.conn.executemany(f"insert into article_words (rowid, {', '.join(COLUMNS)}) values ({marks})", rows)  # noqa: S608 - our columns


def drop(db: Database, *, rules: int) -> None:
    """Forget every word, and say by which rules they will be cut."""
    with db.atomic():
        db.execute("insert into article_words (article_words) values ('delete-all')")
        db.execute("delete from article_words_rules")
        db.execute("insert into article_words_rules values (?)", [rules])
