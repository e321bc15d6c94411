"""The program on a disk that takes so many more pages of 4 kB of the database (the variable GROWTH), and then is full."""

from __future__ import annotations

import os
import sqlite3

from aggregator.cli import main
from storage import db

_open = db._open


def _limited(file: object) -> sqlite3.Connection:
    connection = _open(file)  # type: ignore[arg-type]
    [(now,)] = connection.execute("pragma page_count").fetchall()
    connection.execute(f"pragma max_page_count = {now + int(os.environ['GROWTH'])}")
    return connection


if __name__ == "__main__":
    db._open = _limited
    main()
