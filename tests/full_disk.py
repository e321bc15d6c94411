"""Settings under which the database may grow by so many pages of 4 kB (the variable GROWTH), and then the disk is full."""

from __future__ import annotations

import os
import sqlite3

from scrapers.settings import *  # noqa: F403 - a settings module is its names
from storage import db

_open = db._open


def _limited(file: object) -> sqlite3.Connection:
    connection = _open(file)  # type: ignore[arg-type]
    [(now,)] = connection.execute("pragma page_count").fetchall()
    connection.execute(f"pragma max_page_count = {now + int(os.environ['GROWTH'])}")
    return connection


db._open = _limited
