"""How long the desk's answers take on 100,000 articles while another process writes: python -m bench.desk [database]

Without a database one is made of drawn words (20,000 of them, the n-th drawn 1/n as often as the first, as in a language; 150 a
text; in half of the stories all print one text); with one, its copy is written to. The writer appends articles, their words and
stories in transactions of twenty stories for as long as the measuring takes: what the merge writes, without its judging. Every
figure is wall time, the middle and the slowest one, beside what is asked; it counts where nothing else runs on the machine.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from statistics import median

from lxml import html
from sqlite_utils import Database
from werkzeug.test import Client

from aggregator import check
from aggregator.cli.stories import _summary
from aggregator.feeds.config import Settings
from aggregator.search.query import parse
from aggregator.site import contents, newsroom, static
from aggregator.site.app import Desk
from aggregator.site.render import Pages, name
from bench.feeds import fill
from storage import clock, stories
from storage.db import connect, connect_to_read
from storage.home import Home

STORIES = 57_200  # of 1.75 articles on average: 100,000
VOCABULARY = 20_000
LENGTH = 150  # words of a text
ASKED = 60  # story pages
SITE = 1000  # stories of the static site
LISTED = 50  # stories of `stories --single-source`, as by default
SEARCHES = (
    "w00003",
    "w00300",
    "w09000",
    "w00030 w00100",
    "headline:w00010",
    "w00010 sources:>=2",
    '"w00003 w00001"',
    "w0012*",
)
KINDS = {60: "a paragraph of 60 words", 400: "a passage of 400 words", 3000: "3,000 words"}


class Texts:
    """Texts of drawn words."""

    def __init__(self) -> None:
        self._words = [f"w{n:05}" for n in range(VOCABULARY)]
        self._weights = list(accumulate(1 / (n + 1) for n in range(VOCABULARY)))

    def __call__(self, chance: random.Random, n: int) -> str:
        """The text of an article of the n-th story: where n is odd the same one for all of its articles."""
        return self.drawn(random.Random(n) if n % 2 else chance, LENGTH)

    def drawn(self, chance: random.Random, length: int) -> str:
        """So many words, in paragraphs of fifty."""
        words = chance.choices(self._words, cum_weights=self._weights, k=length)
        return "\n\n".join(" ".join(words[at : at + 50]) for at in range(0, length, 50))


def make(home: Home) -> None:
    """A newsroom of 100,000 articles, with the pairs that share text and ten stories of forty articles."""
    db = connect(home.database)
    db.execute("pragma synchronous = off")
    for first in range(0, STORIES, 2_000):
        fill(db, first, min(first + 2_000, STORIES), Texts())
    db.execute(
        "insert into copies (a, b, share_a, share_b, kind, direction, certainty, reasons, spans, rules)"
        " select a.id, b.id, 1, 1, 'identical', 'a->b', 'likely', '[\"it arrived first\"]', '[]', 1 from story_articles m"
        " join articles a on a.id = m.article join story_articles n on n.story = m.story and n.article <> m.article"
        " join articles b on b.id = n.article where m.article = m.story and a.body = b.body"
    )
    for n in range(10):
        _grow(db, n)
    db.conn.commit()
    db.execute("pragma optimize")
    db.close()


def _grow(db: Database, n: int) -> None:
    """Let the articles of the neighbouring stories belong to one story."""
    ids = [row[0] for row in db.execute("select id from stories order by id limit 25 offset ?", [n * 25]).fetchall()]
    wanted = json.dumps(ids)
    db.execute("update story_articles set story = ? where story in (select value from json_each(?))", [ids[0], wanted])
    db.execute("delete from origins where story in (select value from json_each(?)) and story <> ?", [wanted, ids[0]])
    db.execute("delete from stories where id in (select value from json_each(?)) and id <> ?", [wanted, ids[0]])
    db.execute(
        "update stories set articles = (select count(*) from story_articles where story = ?1) where id = ?1", [ids[0]]
    )


@contextmanager
def writing(home: Home) -> Iterator[None]:
    """Another process that writes to the database meanwhile."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.desk", "--write", str(home.database)], stdout=subprocess.PIPE
    )
    assert writer.stdout
    writer.stdout.readline()  # it has begun
    try:
        yield
    finally:
        writer.terminate()
        writer.wait()


def write(file: Path) -> None:
    """Append stories of twenty, one transaction after the other, until somebody ends it (after ten minutes by itself)."""
    db, texts, until = connect(file), Texts(), time.monotonic() + 600
    first = 1_000_000
    while time.monotonic() < until:
        fill(db, first, first + 20, texts)
        if first == 1_000_000:
            print("writing", flush=True)
        first += 20


def measure(home: Home, folder: Path) -> None:
    """Every figure of one newsroom."""
    db = connect_to_read(home.database)
    articles, known = (db.execute(f"select count(*) from {table}").fetchone()[0] for table in ("articles", "stories"))
    print(f"{articles:,} articles, {known:,} stories, {home.database.stat().st_size / 1e6:,.0f} MB")
    desk = Client(Desk(home, {}, {}, troubles=lambda _: []))
    with writing(home):
        _searches(db, desk)
        _lists(db)
        _pages(db, desk)
        _checks(db)
    _site(home, folder)
    after = connect_to_read(home.database).execute("select count(*) from articles").fetchone()[0]
    print(f"meanwhile {after - articles:,} articles were written")


def _searches(db: Database, desk: Client) -> None:
    print("\nsearch, first page (asked: 100 ms)")
    for words in SEARCHES:
        took, _ = timed([lambda words=words: desk.get("/search.html", query_string={"q": words}).data] * 7)
        best, _ = timed([lambda words=words: desk.get("/search.html", query_string={"q": words, "best": "1"}).data] * 5)
        days, _ = timed([lambda words=words: newsroom._attention(db, parse(words, now=clock.now()))])
        hits = (
            len(newsroom.hits(db, parse(words, now=clock.now()), limit=1_000_000, best=False))
            if "09" in words
            else None
        )
        many = f"{hits:,} stories" if hits is not None else ""
        told(words, took, 100, f"best first {1000 * median(best):.0f}, day by day {1000 * days[0]:.0f} {many}")


def _lists(db: Database) -> None:
    def single() -> list[object]:
        return [_summary(db, one, False) for one in stories.latest(db, limit=LISTED, single=True)]

    def within() -> list[object]:
        since = clock.from_text(db.execute("select max(updated) from stories").fetchone()[0])
        return [_summary(db, one, False) for one in stories.latest(db, limit=LISTED, single=True, since=since)]

    print("\nstories --single-source (asked: 200 ms)")
    told("the last fifty", timed([single] * 7)[0], 200)
    told("with --since", timed([within] * 7)[0], 200)


def _pages(db: Database, desk: Client) -> None:
    print("\npages as served (a story's asked: 50 ms)")
    ids = [row[0] for row in db.execute("select id from stories order by articles desc limit ?", [ASKED // 2])]
    ids += contents.last(db, ASKED - len(ids))
    took, pages = timed([lambda one=one: desk.get(f"/story/{name(one)}.html").data for one in ids])
    parsing, _ = timed([lambda page=page: html.fromstring(page) for page in pages])
    told("story", took, 50, f"{sum(took) / sum(parsing):.1f} times parsing it; half of them the largest stories")
    for what, path in (("front", "/"), ("corrections", "/corrections.html"), ("outlet", "/outlet/outlet01.html")):
        told(what, timed([lambda path=path: desk.get(path).data] * 5)[0], None)


def _checks(db: Database) -> None:
    print("\ncheck (a paragraph's asked: 300 ms)")
    chance, texts = random.Random("nobody"), Texts()
    printed = [row[0] for row in db.execute("select body from articles where seq % 9973 = 5 limit 7").fetchall()]
    asked = {"a paragraph that is printed": [" ".join(one.split()[:60]) for one in printed]}
    asked |= {f"{words} that nobody prints": [texts.drawn(chance, n) for _ in range(5)] for n, words in KINDS.items()}
    asked["a claim of four words"] = [" ".join(one.split()[60:64]) for one in printed]
    asked["a link"] = [row[0] for row in db.execute("select url from articles limit 5 offset 5000").fetchall()]
    for what, given in asked.items():
        took, found = timed([lambda one=one: check.check(db, one, limit=5) for one in given])
        told(what, took, 300, f"{sum(bool(one.held) for one in found)} of {len(found)} found")


def _site(home: Home, folder: Path) -> None:
    print(f"\nstatic site of {SITE:,} stories (asked: 20 s, and no file touched where nothing changed)")
    db = connect_to_read(home.database)
    held = contents.last(db, SITE)
    choice = static.Choice(outlets={}, settings=Settings(), troubles=[], stories=held)
    for word in ("first", "again"):
        pages, began = Pages({}, {}, live=False, held=set(held)), time.perf_counter()
        done = static.publish(db, folder, pages, choice)
        print(
            f"  {word:38} {time.perf_counter() - began:7.1f} s  {done.written:,} files written, {done.unchanged:,} unchanged"
        )


def timed(calls: Sequence[Callable[[], object]]) -> tuple[list[float], list[object]]:
    """Seconds of wall time of each call, and what it gave. What is asked once has to open what it needs."""
    took, gave = [], []
    for call in calls:
        began = time.perf_counter()
        gave.append(call())
        took.append(time.perf_counter() - began)
    return took, gave


def told(what: str, took: Sequence[float], asked: int | None, more: str = "") -> None:
    """A line: the middle and the slowest, in milliseconds, and whether the middle is what was asked."""
    middle = 1000 * median(took)
    judged = "" if asked is None else "reached" if middle <= asked else "NOT reached"
    print(f"  {what:38} {middle:7.1f} ms, slowest {1000 * max(took):7.1f}  {judged:12} {more}", flush=True)


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch) / "twosource.db")
        if len(sys.argv) > 1:
            shutil.copy2(sys.argv[1], home.database)
        else:
            make(home)
        measure(home, Path(scratch) / "site")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--make"]:
        make(Home(Path(sys.argv[2])))
    else:
        main()
