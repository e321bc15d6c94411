"""How long 20 feeds of 100 items take from 100,000 stories: python -m bench.feeds [stories]

Prints CPU seconds of the first publication (beside the same writing of nothing new, and after ten more stories), and the
time as a multiple of parsing what was written with lxml, which does not depend on the machine.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from sqlite_utils import Database

from aggregator import search
from aggregator.feeds.publish import Published, publish
from storage import articles
from storage.db import connect
from storage.home import Home
from storage.types import Outlet

STORIES = 100_000
OUTLETS = [f"outlet{n:02}" for n in range(8)]
AGENCIES = ["delta", "north", "coast"]
LANGUAGES = ["en", "ru", "fr"]
# five usual feeds, eight outlets, three languages, three agencies and one query: 20
SETTINGS = "[[query]]\nname = 'bridge'\nwords = 'bridge'\n"
WORDS = (
    *("bridge", "harbour", "council", "votes", "ferry", "river", "dues"),
    *("governor", "talks", "members", "clinic", "fares", "reopened", "oru"),
)


def short(chance: random.Random, _n: int) -> str:
    """A text of twelve words, each of which is in more than half of all texts."""
    return " ".join(chance.choices(WORDS, k=12))


def fill(db: Database, first: int, last: int, text: Callable[[random.Random, int], str] = short) -> None:
    """Stories of one to three articles, with origins, one a minute. ``text``: what article says, given its story's number."""
    chance = random.Random(first)
    for n in range(first, last):
        members = [f"{outlet}-{n}" for outlet in chance.sample(OUTLETS, chance.choice([1, 1, 2, 3]))]
        for member in members:
            _article(db, member, n, text(chance, n))
        _story(db, members, n, chance)
    search.index.bring_up(db, through=articles.last_merged(db))
    db.conn.commit()


def _article(db: Database, id_: str, n: int, text: str) -> None:
    cursor = db.execute(
        "insert into articles (id, version, outlet, url, fetched, headline, standfirst, body, language, authors, tags,"
        " sourcing_lines, paywalled, evidence, digest) values (?, 1, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', '[]', 0, '{}', '')",
        [
            *(id_, id_.split("-")[0], f"https://{id_}.example/", _moment(n)),
            *(" ".join(text.split()[:12]), " ".join(text.split()[:12]), text, LANGUAGES[n % len(LANGUAGES)]),
        ],
    )
    db.execute("insert into merged (seq, rules) values (?, '1')", [cursor.lastrowid])


def _story(db: Database, members: list[str], n: int, chance: random.Random) -> None:
    agencies = chance.sample(AGENCIES, min(len(members), 2))
    row = [members[0], _moment(n), _moment(n), len(members), len(agencies), len(agencies)]
    db.execute(
        "insert into stories (id, opened, updated, articles, least, most, rules) values (?, ?, ?, ?, ?, ?, 1)", row
    )
    for member in members:
        db.execute(
            "insert into story_articles (article, story, seq) select ?, ?, seq from articles where id = ?",
            [member, members[0], member],
        )
        db.execute(
            "insert into credits (article, version, n, org, name, role, relation, count_known, place_on_page, words, name_start,"
            " name_end, rules) values (?, 1, 1, ?, ?, 'agency', 'based_on', 1, 'end', ?, 0, 0, 1)",
            [member, agencies[0], agencies[0], agencies[0]],
        )
    for place, agency in enumerate(agencies, start=1):
        db.execute(
            "insert into origins (story, n, key, name, articles, reasons, least, most, rules) values (?, ?, ?, ?, ?, ?, 1, 1, 1)",
            [members[0], place, agency, agency, json.dumps(members[place - 1 :]), json.dumps([f"credits {agency}"])],
        )


def _moment(n: int) -> str:
    return f"2026-{1 + n // 43200 % 12:02}-{1 + n // 1440 % 28:02}T{n // 60 % 24:02}:{n % 60:02}:00+00:00"


def timed(db: Database, home: Home, name: str) -> tuple[Published, float]:
    """Publish once and say how long it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    done = publish(db, home, outlets={id_: Outlet(id=id_, name=id_, homepage="", hosts=()) for id_ in OUTLETS})
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"{name:32} {cpu:6.2f} s CPU {wall:6.2f} s wall  {len(done.written):4} files written, {done.unchanged} unchanged"
    )
    return done, cpu


def main(stories: int) -> None:
    """Fill a database and publish from it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "twosource.db")
        home.feeds_file.write_text(SETTINGS)
        db = connect(home.database)
        db.execute("pragma synchronous = off")
        fill(db, 0, stories)
        print(f"{stories:,} stories, {db.table('articles').count:,} articles")
        done, cpu = timed(db, home, "20 feeds of 100 items, first time")
        began = time.process_time()
        for path in done.written:
            if path.suffix in (".rss", ".atom"):
                etree.fromstring(path.read_bytes())
        print(f"{'':32} = {cpu / (time.process_time() - began):.0f} times lxml's parsing of its RSS and Atom files")
        timed(db, home, "again, nothing new")
        fill(db, stories, stories + 10)
        timed(db, home, "after 10 more stories")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STORIES)
