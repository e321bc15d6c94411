"""How long the pages take on a newsroom of some 100,000 articles: python -m bench.pages [database]

Without a database one is made (bench/feeds.py's stories: short texts, no copies). Prints the middle and the slowest of 60 story
pages as served (asked: 50 ms), the front page, a search, and a static site of 1,000 stories, first and again (asked: 20 s, and
no file touched); seconds of one core's time, and the story page as a multiple of parsing it with lxml.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from lxml import html
from werkzeug.test import Client

from aggregator.feeds.config import Settings
from aggregator.site import contents, static
from aggregator.site.app import Desk
from aggregator.site.render import Pages, name
from bench.feeds import fill
from storage.db import connect, connect_to_read
from storage.home import Home

STORIES = 54_000  # of 1.75 articles on average
ASKED = 60  # story pages
SITE = 1000  # stories of the static site


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "twosource.db")
        if len(sys.argv) == 1:
            fill(connect(home.database), 0, STORIES)
        measure(home, Path(scratch) / "site")


def measure(home: Home, folder: Path) -> None:
    """Every figure of one newsroom."""
    db = connect_to_read(home.database)
    articles, stories = (db.execute(f"select count(*) from {table}").fetchone()[0] for table in ("articles", "stories"))
    print(f"{articles:,} articles, {stories:,} stories")
    desk = Client(Desk(home, {}, {}, troubles=lambda _: []))
    ids = [row[0] for row in db.execute("select id from stories order by articles desc limit ?", [ASKED // 2])]
    ids += contents.last(db, ASKED - len(ids))
    addresses = [f"/story/{name(id_)}.html" for id_ in ids]
    took, pages = timed([lambda one=one: desk.get(one).data for one in addresses])
    parsing, _ = timed([lambda page=page: html.fromstring(page) for page in pages])
    print(
        f"story page     {median(took) * 1000:.1f} ms, slowest {max(took) * 1000:.1f} ms (half of them the largest stories)"
    )
    print(f"               {sum(took) / sum(parsing):.1f} times parsing it")
    for what, path in (("front page", "/"), ("search", "/search.html?q=bridge"), ("corrections", "/corrections.html")):
        took, _ = timed([lambda path=path: desk.get(path).data] * 5)
        print(f"{what:14} {median(took) * 1000:.1f} ms")
    held = contents.last(db, SITE)
    choice = static.Choice(outlets={}, settings=Settings(), troubles=[], stories=held)
    for word in ("site", "site again"):
        pages_ = Pages({}, {}, live=False, held=set(held))
        began = time.process_time()
        done = static.publish(db, folder, pages_, choice)
        print(
            f"{word:14} {time.process_time() - began:.1f} s: {done.written:,} files written, {done.unchanged:,} unchanged"
        )


def timed(calls: Sequence[Callable[[], bytes]]) -> tuple[list[float], list[bytes]]:
    """CPU seconds of each call, and what it gave."""
    took, gave = [], []
    for call in calls:
        began = time.process_time()
        gave.append(call())
        took.append(time.process_time() - began)
    return took, gave


if __name__ == "__main__":
    main()
