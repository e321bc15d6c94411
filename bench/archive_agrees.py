"""The same articles through both merges, the one on one machine and the one on Spark: where do their answers part?

python -m bench.archive_agrees             real pages, and 10,000 real articles with edited copies of some (some minutes)
python -m bench.archive_agrees FILE…       files that `twosource archive read` takes
    --articles 10000 --minutes 1.5         so many of them, one arriving so long after the other
    --window 1000                          more than one window of time: so many articles make one (and 30 days)

Figures: copies that only one of them has or that differ in kind, direction or certainty; articles whose story has other
members; stories of the same members whose bounds of independent sources differ. Asked: less than 0.5 %, less than 0.5 %, none.
Pairs that share too little to be copies are counted beside. Differences are printed, the first of each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from aggregator import merge, pipeline
from aggregator.archive.extraction import extract
from aggregator.archive.load import load
from aggregator.archive.merge import merge_archive
from aggregator.archive.session import session
from aggregator.archive.stories import LEAST_ARTICLES
from aggregator.archive.tables import Folder
from scrapers.outlets import load_outlets
from scrapers.replay import outlet_by_host
from storage.db import connect
from storage.home import Home

SHARED = Path(__file__).resolve().parents[2] / "shared"
REAL = [str(SHARED / "pages" / "real-pages.warc.gz"), str(SHARED / "pages" / "more" / "publishers.warc.gz")]
START = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 0.005
SHOWN = 20
PARTIAL = "partial"


def main() -> None:
    """Compare, and fail where they part by more than is asked."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*")
    options.add_argument("--articles", type=int)
    options.add_argument("--minutes", type=float, default=1.5)
    options.add_argument("--window", type=int, default=LEAST_ARTICLES)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if given.files:
            sets = [[str(Path(name).resolve()) for name in given.files]]
        elif SHARED.is_dir():
            made = [str(corpus(home / "corpus.jsonl.gz", given.articles or 10_000, given.minutes))]
            sets = [made] if given.articles else [REAL, made]
        else:
            sys.exit("the gold beside the repository (../shared) is not here")
        good = [compare(files, home / str(n), given.window) for n, files in enumerate(sets)]
    if not all(good):
        sys.exit("they part by more than is asked")


def corpus(file: Path, count: int, minutes: float) -> Path:
    """So many articles as they might arrive, so long from one to the next: two in ten are edited copies."""
    made = file.with_suffix(".made")
    maker, source = SHARED / "merge" / "make_copies.py", SHARED / "merge" / "scale_articles.jsonl.gz"
    done = subprocess.run(
        [sys.executable, str(maker), str(source), str(made), "--articles", "8000"],
        check=True,
        capture_output=True,
        text=True,
    )
    print(done.stdout.strip())
    with made.open() as lines, gzip.open(file, "wt") as out:
        for n, line in zip(range(count), lines, strict=False):
            article = json.loads(line)
            row = {name: article[name] for name in ("id", "outlet", "headline", "text")}
            out.write(json.dumps(row | {"fetched": (START + timedelta(minutes=minutes * n)).isoformat()}) + "\n")
    return file


def compare(files: list[str], folder: Path, window: int) -> bool:
    """Read the files into an archive, merge it, and load and merge the same in a database."""
    known, _ = load_outlets()
    reference = pipeline.reference(Home(folder / "news.db"), known)
    for file in files:
        report = extract(file, str(folder), outlet_by_host(known), reference)
        print(f"{Path(file).name}: {report.pages:,} pages, {report.articles:,} articles")
    spark = session(cores=2)
    print({name: f"{rows:,}" for name, rows in merge_archive(spark, str(folder), reference, window=window).items()})
    db = connect(folder / "news.db")
    load(db, str(folder))
    merge.merge(db, reference)
    return differences(db, lambda table: spark.read.parquet(f"{Folder.at(str(folder)).address}/{table}").collect())


def differences(db: Database, rows: Callable[[str], Iterable[Any]]) -> bool:
    """Print where a database and an archive's tables part, and say whether that is as little as asked."""
    here = {
        (a, b): f"{kind} {way}, {certainty}"
        for a, b, kind, way, certainty in db.execute("select a, b, kind, direction, certainty from copies")
    }
    there = {(row["a"], row["b"]): f"{row['kind']} {row['direction']}, {row['certainty']}" for row in rows("copies")}
    differ = [pair for pair in here | there if here.get(pair) != there.get(pair)]
    apart = [pair for pair in differ if {here.get(pair, PARTIAL)[:7], there.get(pair, PARTIAL)[:7]} != {PARTIAL}]
    for pair in apart[:SHOWN]:
        print(f"  copy {' '.join(pair)}: {here.get(pair)} on one machine, {there.get(pair)} on Spark")
    copies = sum(not said.startswith(PARTIAL) for said in here.values())

    stories_here = grouped(db.execute("select article, story from story_articles").fetchall())
    stories_there = grouped((row["article"], row["story"]) for row in rows("story_articles"))
    members = {article: group for group in stories_there for article in group}
    moved = [article for group in stories_here for article in group if members.get(article) != group]
    for article in moved[:SHOWN]:
        print(f"  story of {article} has other members")

    bounds = {row["id"]: (row["least"], row["most"]) for row in rows("stories")}
    names = {group: story for group, story in stories_there.items() if group in stories_here}
    other = 0
    for group, story in names.items():
        one = db.execute("select least, most from stories where id = ?", [stories_here[group]]).fetchone()
        if one != bounds[story]:
            other += 1
            print(f"  story {story}: {one} on one machine, {bounds[story]} on Spark")
    articles = sum(map(len, stories_here))
    print(
        f"copies apart: {len(apart)} of {copies:,} (and {len(differ) - len(apart)} of {len(here) - copies:,} partial pairs);"
        f" articles in other stories: {len(moved)} of {articles:,};",
        end=" ",
    )
    print(f"bounds apart: {other} of {len(names):,} stories", flush=True)
    return len(apart) <= MOST * copies and len(moved) <= MOST * articles and not other


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[frozenset[str], str]:
    """Sets of articles, and the story that each is."""
    stories: dict[str, set[str]] = {}
    for article, story in pairs:
        stories.setdefault(story, set()).add(article)
    return {frozenset(group): story for story, group in stories.items()}


if __name__ == "__main__":
    main()
