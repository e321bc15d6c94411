"""What each table, view and column holds, kept in the database itself (table ``documentation``) and printed as docs/schema.md."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from sqlite_utils import Database

from storage import epochs, views


@cache
def documented() -> dict[str, dict[str, str]]:
    """Table or view -> column -> what it holds; the table itself under "about"."""
    tables = tomllib.loads(files("storage").joinpath("documentation.toml").read_text(encoding="utf-8"))
    tables |= {f"{name}_past": _past(name, tables[name]) for name in epochs.KEPT}
    return tables | {name: {"about": about, **columns} for name, (about, columns, _) in views.VIEWS.items()}


def _past(name: str, columns: dict[str, str]) -> dict[str, str]:
    """Of the table that keeps what rows of another one were before they changed."""
    return (
        {"about": f"Rows of {name} as they were before the epoch in which they first changed: what `--as-of` reads."}
        | {column: f"as in {name}" for column in columns if column != "about"}
        | {"epoch": "epochs.n", "gone": "1: the row was not there before that epoch; 0: it was, and so"}
    )


def refresh(db: Database) -> None:
    """Bring views and documentation to what is written here, where they are not."""
    made_by = hashlib.sha256(repr((documented(), views.VIEWS)).encode()).hexdigest()[:16]
    row = db.execute("select holds from documentation where object = '' and part = ''").fetchone()
    if row and row[0] == made_by:
        return
    with db.atomic():
        views.refresh(db)
        db.execute("delete from documentation")
        rows = [
            (name, "" if part == "about" else part, text)
            for name, parts in documented().items()
            for part, text in parts.items()
        ]
        db.conn.executemany(
            "insert into documentation (object, part, holds) values (?, ?, ?)", [*rows, ("", "", made_by)]
        )


def manual(db: Database) -> str:
    """The page docs/schema.md, with each column's type as the database has it."""
    return "\n".join(_lines(db))


def _lines(db: Database) -> Iterator[str]:
    yield "# The database\n"
    yield "Written by `make docs` from the schema; the database carries the same texts in its table `documentation`. Moments are"
    yield "ISO 8601 text in UTC. Null means: nobody stated it. Lists and mappings are JSON text.\n"
    yield "## Views, named for questions\n"
    for name in views.VIEWS:
        yield from _table(db, name)
    yield "## Tables\n"
    for name in documented():
        if name not in views.VIEWS:
            yield from _table(db, name)


def _table(db: Database, name: str) -> Iterator[str]:
    kinds = {row[1]: row[2].lower() for row in db.execute(f'pragma table_info("{name}")')}
    yield f"### {name}\n"
    yield documented()[name]["about"] + "\n"
    yield "| column | type | holds |"
    yield "|---|---|---|"
    for column, holds in documented()[name].items():
        if column != "about":
            yield f"| `{column}` | {kinds.get(column, '')} | {holds.replace('|', chr(92) + '|')} |"
    yield ""


if __name__ == "__main__":
    import sys

    from storage.db import connect

    sys.stdout.write(manual(connect(":memory:")))
