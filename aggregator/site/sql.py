"""SQL over a newsroom's database, by Datasette: tables, views, facets, JSON, CSV. Needs the extra ``sql``; can write nothing.

Three things keep it so, each by itself: the file is opened to be read only; of SQL only what reads is authorised, on each
connection, whatever a statement looks like; and only GET and HEAD come as far as this (app.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from a2wsgi import ASGIMiddleware
from datasette.app import Datasette
from datasette.database import Database

from storage import epochs, views
from storage.documentation import documented

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOM = "/sql/"
NAME = "newsroom"
SETTINGS = {
    "base_url": ROOM,
    "allow_download": False,  # `twosource backup` makes a copy that is whole
    "sql_time_limit_ms": 3_000,
    "max_returned_rows": 1_000,
    "num_sql_threads": 2,
    "cache_size_kb": 0,  # SQLite's own: setting another takes a pragma
}
# Its pages have scripts and styles in them; nothing is loaded from elsewhere, and nothing goes there.
GUARD = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# What only looks: of these a table's name is the one argument that is let through.
LOOKS = frozenset({"table_info", "table_xinfo", "index_info", "index_xinfo", "index_list", "foreign_key_list"})
STATES = frozenset({"schema_version", "data_version", "page_count", "page_size", "database_list", "function_list"})
READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
FACETS = {
    "articles": ["outlet", "language", "section"],
    "credits": ["org", "role", "relation"],
    "copies": ["kind", "direction", "certainty"],
    "pages": ["outlet", "outcome", "status"],
    "visits": ["outlet", "outcome"],
    "stories_now": ["sources", "outlets"],
    "single_source_stories": ["source"],
    "confirmed_stories": ["sources"],
    "corrections": ["outlet", "substance"],
    "first_reports": ["outlet"],
    "outlet_health": ["outcome"],
    "who_copies_whom": ["copier", "source"],
}
# name -> title, what it answers, the query
QUESTIONS: Mapping[str, tuple[str, str, str]] = {
    "resting_on_one_source": (
        "What rests on one source, and on which",
        "Give a source, or leave it empty for all.",
        "select * from single_source_stories where :source = '' or source = :source order by updated desc",
    ),
    "confirmed": (
        "What has two or more independent sources for sure",
        "With at least so many outlets, or empty for all.",
        "select * from confirmed_stories where outlets >= coalesce(nullif(:outlets, ''), 0) + 0 order by updated desc",
    ),
    "copied_from": (
        "Whose texts an outlet prints",
        "Give the outlet's id.",
        "select * from who_copies_whom where copier = :outlet order by articles desc",
    ),
    "first_with": (
        "Which stories an outlet had first, by the times that pages state",
        "Give the outlet's id.",
        "select * from first_reports where outlet = :outlet order by arrived desc",
    ),
    "changed_in_substance": (
        "What an outlet changed in substance after publishing it",
        "Give the outlet's id, or leave it empty for all.",
        "select * from corrections where substance = 1 and (:outlet = '' or outlet = :outlet) order by arrived desc",
    ),
    "not_well": (
        "Which outlets' last visit gave nothing",
        "No answer, nothing announced, or never visited.",
        "select * from outlet_health where outcome is not 'ok' order by outcome, outlet",
    ),
    "reach": (
        "Who prints an agency, and where it is the only source",
        "Agencies that at least so many outlets print, or empty for all.",
        "select * from agency_reach where outlets >= coalesce(nullif(:outlets, ''), 0) + 0 order by articles desc",
    ),
    "now": (
        "Every story as it stands",
        "Words of its headline, or empty for all.",
        "select * from stories_now where headline like '%' || :words || '%' order by updated desc",
    ),
}


class Explorer:
    """Datasette as a part of a WSGI application: it answers below ROOM, on an event loop of its own."""

    def __init__(self, database: Path) -> None:
        self._datasette = Datasette(metadata=metadata(), settings=SETTINGS, memory=False, files=[])
        for name in [name for name in self._datasette.databases if name != "_internal"]:
            self._datasette.remove_database(name)
        self._datasette.add_database(NewsroomDatabase(self._datasette, path=str(database), is_mutable=True), name=NAME)
        self._answer = ASGIMiddleware(self._datasette.app())

    def has(self, path: str) -> bool:
        """Whether it shows an address: not those that tell of this machine, its versions, threads and paths."""
        inside = path.removeprefix(ROOM)
        return path.startswith(ROOM) and (not inside.startswith("-/") or inside.startswith("-/static/"))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + list(GUARD.items()), *more)

        found: Iterable[bytes] = self._answer(environ, start)
        return found


class NewsroomDatabase(Database):  # type: ignore[misc] # Datasette need not be there
    """A database file of which nothing but reading is authorised."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection that can only read; ``write`` makes no difference."""
        connection: sqlite3.Connection = super().connect(write=False)
        connection.execute("pragma query_only = on")
        connection.set_authorizer(authorise)
        return connection


def authorise(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """Whether SQLite may do one thing (sqlite.org/c3ref/c_alter_table.html lists them): only what reads."""
    if action in READS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if second == "load_extension" else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first in LOOKS or (first in STATES and second is None)):
        return sqlite3.SQLITE_OK
    # What a full-text table asks for where it says its columns (sqlite3_declare_vtab): of the table of tables SQLite itself takes
    # no statement that changes it, unless by a pragma that is not let through.
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def metadata() -> dict[str, Any]:
    """What Datasette says of tables, views and columns: the texts that the database itself carries; and ready questions."""
    tables: dict[str, dict[str, Any]] = {
        name: {
            "description": parts["about"],
            "columns": {column: holds for column, holds in parts.items() if column != "about"},
            **({"facets": FACETS[name]} if name in FACETS else {}),
        }
        for name, parts in documented().items()
    }
    tables["_sqlite_migrations"] = {"hidden": True}  # which steps were taken: ours alone
    for name in epochs.KEPT:
        tables[f"{name}_past"]["hidden"] = True  # what --as-of reads: listed behind a link
    queries = {
        name: {"sql": sql, "title": title, "description": words} for name, (title, words, sql) in QUESTIONS.items()
    }
    about = (
        "The views are named for questions: " + ", ".join(views.VIEWS) + ". Moments are UTC; null: nobody states it."
    )
    return {
        "title": "Twosource",
        "source": "the newsroom's pages",
        "source_url": "/",
        "databases": {NAME: {"description": about, "tables": tables, "queries": queries}},
    }
