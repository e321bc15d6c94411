"""What the history for --as-of costs: bytes an article, and the merge's time with and without its triggers, in turns.

python -m bench.history [ARTICLES.jsonl.gz] [--articles 2000]
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from sqlite_utils import Database

from aggregator import merge
from aggregator.credit import registry
from aggregator.feeds.publish import publish
from scrapers import imports
from storage import articles, clock, epochs
from storage.db import connect
from storage.errors import ImportWrong
from storage.home import Home
from storage.types import Article

# Articles between two runs: a newsroom of forty outlets gives some ten in ten minutes, a first crawl thousands.
LOT = 100
SHARED = Path(__file__).resolve().parents[2] / "shared" / "merge" / "scale_articles.jsonl.gz"


def size(db: Database, *names: str) -> int:
    """Bytes of these tables and their indexes."""
    wanted = ", ".join("?" * len(names))
    objects = f"select name from sqlite_master where tbl_name in ({wanted})"
    row = db.execute(f"select coalesce(sum(pgsize), 0) from dbstat where name in ({objects})", list(names)).fetchone()
    return int(row[0])


def merged(folder: Path, found: list[Article], *, history: bool) -> tuple[float, Database]:
    """Seconds of the processor that lots, each merged and exported, took."""
    home = Home(folder / f"{history}.db")
    home.database.unlink(missing_ok=True)
    db = connect(home.database)
    if not history:
        for (name,) in db.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name <> 'decisions'"
        ).fetchall():
            db.execute(f"drop trigger {name}")
    known, spent = merge.Reference(registry=registry.load_registry()), 0.0
    for start in range(0, len(found), LOT):
        with db.atomic():
            for one in found[start : start + LOT]:
                articles.append(db, one)
        began = process_time()
        merge.merge(db, known)
        publish(db, home)
        spent += process_time() - began
    return spent, db


def main() -> None:
    """Print them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path, nargs="?", default=SHARED)
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--turns", type=int, default=2)
    given = options.parse_args()
    lines = islice(imports.articles(given.file, arrived=clock.now()), given.articles)
    found = [one for one in lines if not isinstance(one, ImportWrong)]
    with TemporaryDirectory() as folder:
        for _ in range(given.turns):
            without, bare = merged(Path(folder), found, history=False)
            bare.close()
            spent, db = merged(Path(folder), found, history=True)
            (whole,) = db.execute("select sum(pgsize) from dbstat").fetchone()
            past = size(db, "epochs", *(f"{table}_past" for table in epochs.KEPT))
            print(f"merge and export of {len(found)} articles: {without:.1f} s without history, {spent:.1f} s with it")
            print(
                f"history: {past / len(found):,.0f} bytes an article of {whole / len(found):,.0f} ({past / whole:.1%})"
            )
            for table in epochs.KEPT:
                print(f"  {table}: {size(db, f'{table}_past') / len(found):,.0f}")
            db.close()


if __name__ == "__main__":
    main()
