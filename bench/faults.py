"""Faults that take long to try: many kills, many full disks, a month of outlets that die.

python -m bench.faults kills [TRIES]     SIGKILL at random moments of each verb that writes; all is done again and compared
python -m bench.faults signals [TRIES]   the same with SIGINT and SIGTERM in turn; the slowest end is told too
python -m bench.faults disk [SIZES]      a disk that is full after 0, 1, 2 … pages of the database, then one that is not
python -m bench.faults small [SIZES]     a small disk of its own on which a merge follows a crawl, then a larger one
python -m bench.faults month [SEED]      200 outlets for 45 days, a visit every ten minutes, faults put into some of them

Each prints a table (tried, lost) and exits with 1 if anything was lost, told wrongly or not told. On loopback.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import month
from storage.db import connect
from tests import program
from tests.loopback import Answer, Web, outlet, page, rss, serving

PROGRAM = [sys.executable, "-c", program.MAIN]
PAGES = 40  # that the full disk has to take, with LONG paragraphs each: some 80 pages of the database
LONG = 40
IMPORTED = 400  # articles: a merge of a second
FOLLOWED = 400  # pages of a run behind which another process merges
INSIDE = "BENCH_FAULTS_INSIDE"
OURS_ALONE = "from pathlib import Path; import scrapers.outlets as o; o.SHIPPED = Path('/nowhere'); "


def main() -> None:
    """Run what is named."""
    # A shell that starts this in the background lets it ignore ^C, and what it starts as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kind, *rest = sys.argv[1:] or ["kills"]
    number = int(rest[0]) if rest else None
    with tempfile.TemporaryDirectory() as folder:
        lost = {
            "kills": lambda: kills(Path(folder), number or 200, [signal.SIGKILL]),
            "signals": lambda: kills(Path(folder), number or 60, [signal.SIGINT, signal.SIGTERM]),
            "disk": lambda: full_disks(Path(folder), number or 40),
            "small": lambda: small_disks(Path(folder), number or 24),
            "month": lambda: month.simulate(seed=20 if number is None else number),
        }[kind]()
    sys.exit(1 if lost else 0)


# ---------------------------------------------------------------------------------------------- kills


@dataclass(frozen=True)
class Verb:
    """A verb that is killed. ``prepare`` makes the folder that it begins in, ``words`` what is run there."""

    name: str
    prepare: Callable[[Path], None]
    words: Callable[[Path], Sequence[str]]
    program: str = program.MAIN


def kills(folder: Path, tries: int, sent: Sequence[signal.Signals]) -> int:
    """Kill each verb at random moments, let it run again, and compare with one that was left alone."""
    with serving(stand()) as web:
        return kill_all(folder, tries, sent, web)


def kill_all(folder: Path, tries: int, sent: Sequence[signal.Signals], web: Web) -> int:
    """The same, with a web to crawl."""
    ready = folder / "ready"
    run("sample", "--into", ready / "sample")
    articles(ready / "articles.jsonl")
    (archive,) = (ready / "sample" / "archive").rglob("*.warc.gz")
    database = "sample/twosource.db"

    def sample(place: Path) -> None:
        shutil.copytree(ready / "sample", place / "sample")

    def outlets_alone(place: Path) -> None:
        (place / "sample").mkdir(parents=True)
        shutil.copytree(ready / "sample" / "outlets", place / "sample" / "outlets")
        shutil.copy(ready / "sample" / "agencies.toml", place / "sample")

    def unjudged(place: Path) -> None:
        sample(place)
        with sqlite3.connect(place / database) as db:
            for table in ("copies", "credits", "merged", "story_articles", "origins", "open_articles"):
                db.execute(f"delete from {table}")
            db.execute("delete from stories")

    def unpublished(place: Path) -> None:
        sample(place)
        shutil.rmtree(place / "sample" / "feeds")

    def announced(place: Path) -> None:
        outlet(place / "sample", "times", web, "feeds = ['{web}/feed']")

    verbs = [
        Verb("run, followed", announced, lambda place: ["run", "--db", str(place / database)], OURS_ALONE + program.MAIN),
        Verb("crawl", lambda place: place.mkdir(), lambda place: ["sample", "--into", str(place / "sample")]),
        Verb("replay", outlets_alone, lambda place: ["replay", str(archive), "--db", str(place / database)]),
        Verb("import", lambda place: (place / "sample").mkdir(parents=True),
             lambda place: ["import", str(ready / "articles.jsonl"), "--db", str(place / database)]),
        Verb("merge", unjudged, lambda place: ["merge", "--db", str(place / database)]),
        Verb("merge --again", sample, lambda place: ["merge", "--again", "--db", str(place / database)]),
        Verb("export", unpublished, lambda place: ["export", "--db", str(place / database)]),
    ]  # fmt: skip
    print(f"{'ended verb':<16}{'tried':>7}{'amid its work':>15}{'slowest end, s':>16}{'lost or other':>15}", flush=True)
    lost = 0
    for verb in verbs:
        times = tries // len(verbs) + 1
        amid, slowest, bad = kill_often(folder / verb.name.replace(" ", ""), verb, times, database, sent)
        lost += bad
        print(f"{verb.name:<16}{times:>7}{amid:>15}{slowest:>16.1f}{bad:>15}", flush=True)
    return lost


def kill_often(
    folder: Path, verb: Verb, tries: int, database: str, sent: Sequence[signal.Signals]
) -> tuple[int, float, int]:
    """How often it was ended before its end, the longest that took (seconds), and how often something was lost or came out
    otherwise. A verb that a signal ended must say so with its exit code, 128 and the signal's number."""
    folder.mkdir()
    verb.prepare(folder / "whole")
    began = time.monotonic()
    run(*verb.words(folder / "whole"), code=verb.program)
    takes = time.monotonic() - began
    wanted = state(folder / "whole" / database)
    rng = random.Random(verb.name)
    amid = bad = 0
    slowest = 0.0
    for n in range(tries):
        place = folder / str(n)
        verb.prepare(place)
        running = program.start(
            *verb.words(place), program=verb.program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        number = sent[n % len(sent)]
        ends = time.monotonic() + takes * rng.random()
        while running.poll() is None and time.monotonic() < ends:
            time.sleep(0.005)
        amid += running.poll() is None
        running.send_signal(number)
        began = time.monotonic()
        code = running.wait()
        slowest = max(slowest, time.monotonic() - began)
        # Ended by the signal, or by itself after it: a shell shows the same of both. Or it had come to its end: all is there.
        if code not in (-number, 128 + number) and (code not in (0, 1) or state(place / database) != wanted):
            bad += 1
            print(f"  {verb.name} {n}: ended with {code} after {number.name}", flush=True)
        run(*verb.words(place), code=verb.program)
        if (found := state(place / database)) != wanted:
            bad += 1
            print(f"  {verb.name} {n}: {difference(wanted, found)}", flush=True)
        shutil.rmtree(place)
    return amid, slowest, bad


def state(database: Path) -> dict[str, object]:
    """What must be the same however often a verb was killed: facts, conclusions and the feeds' items, without moments and ids
    that depend on who came first."""
    db = sqlite3.connect(database)
    stories = db.execute(
        "select least, most, group_concat(article, ' ') from (select * from story_articles order by article)"
        " join stories on stories.id = story group by story"
    )
    found: dict[str, object] = {
        "integrity": db.execute("pragma integrity_check").fetchall()
        + db.execute("pragma foreign_key_check").fetchall(),
        "articles": sorted(db.execute("select url, version, headline, body from articles")),
        "unjudged": db.execute("select count(*) from articles where seq not in (select seq from merged)").fetchall(),
        "credits": sorted(db.execute("select article, version, n, name, relation, words from credits"), key=repr),
        "copies": sorted(tuple(sorted(pair)) for pair in db.execute("select a, b from copies")),
        "stories": sorted(stories, key=repr),
    }
    db.close()
    feeds = database.parent / "feeds"
    for file in sorted(feeds.rglob("*.json")):
        if file.stem != "health":
            found[f"feed {file.relative_to(feeds)}"] = len(json.loads(file.read_text())["items"])
    found["half files"] = [str(path) for path in feeds.rglob(".*.new")]
    return found


def difference(wanted: dict[str, object], found: dict[str, object]) -> str:
    """The first thing that is otherwise, in words."""
    for name, value in wanted.items():
        if found.get(name) != value:
            return f"{name}: {str(value)[:200]} became {str(found.get(name))[:200]}"
    return f"new: {sorted(set(found) - set(wanted))}"


def articles(file: Path) -> None:
    """Made articles for an import; every tenth is another outlet's text."""
    from bench.newsstand import text

    with file.open("w", encoding="utf-8") as lines:
        for n in range(IMPORTED):
            host, number = n % 8, n // 8
            made = {
                "id": f"h{host}-{number}",
                "outlet": f"h{host}.example",
                "url": f"http://h{host}.example/{number}",
                "headline": f"The story number {number} of the outlet {host}",
                "published": f"2026-03-02T{number % 24:02}:15:00+00:00",
                "language": "en",
                "text": "\n".join(text(host, number)),
            }
            lines.write(json.dumps(made) + "\n")


def stand() -> Web:
    """Pages of one outlet, so many that another process merges behind their crawl; every tenth is another one's text."""
    from bench.newsstand import page

    web = Web()
    web.pages = {f"/{n}": Answer(page(n % 8, n // 8)) for n in range(FOLLOWED)}
    web.pages["/feed"] = lambda _times: Answer(rss(*(web.url(f"/{n}") for n in range(FOLLOWED))), etag='"1"')
    return web


def run(*words: object, code: str = program.MAIN) -> None:
    """A verb to its end. Raises CalledProcessError where it failed (1, some outlets failed, is what the sample ends with)."""
    done = program.run(*map(str, words), program=code)
    if done.returncode not in (0, 1):
        print(done.stderr)
        done.check_returncode()


# ---------------------------------------------------------------------------------------------- full disks


def full_disks(folder: Path, sizes: int) -> int:
    """Crawl on a disk that takes so many more pages of 4 kB, then on one that takes all; count what is missing then."""
    tests = Path(__file__).parent.parent / "tests"
    lost = filled = 0
    print(f"{'pages of 4 kB':>14}{'taken':>7}{'then':>6}", flush=True)
    for growth in range(sizes):  # with 42 pages and more the whole crawl fits
        place = folder / str(growth)
        with serving(Web()) as web:
            paths = [f"/{n}" for n in range(PAGES)]
            outlet(place, "times", web, "feeds = ['{web}/feed']")
            web.pages = {"/feed": Answer(rss(*map(web.url, paths)), etag='"1"')}
            web.pages |= {path: long_page(path) for path in paths}
            words = [*PROGRAM, "crawl", "times", "--db", str(place / "t.db")]
            connect(place / "t.db").close()
            limited = {"GROWTH": str(growth), "PYTHONPATH": str(tests.parent)}
            full = subprocess.run(
                [sys.executable, str(tests / "full_disk.py"), *words[len(PROGRAM) :]],
                env=os.environ | limited,
                capture_output=True,
                text=True,
                check=False,
            )
            taken = count(place / "t.db")
            subprocess.run(words, capture_output=True, check=False)
            then = count(place / "t.db")
        filled += "the disk is full" in full.stderr
        lost += then != PAGES or "Traceback" in full.stderr
        print(f"{growth:>14}{taken:>7}{then:>6}", flush=True)
    print(f"{sizes} sizes, the disk was full at {filled} of them, articles missing after the next run: {lost}")
    return lost


def small_disks(folder: Path, sizes: int) -> int:
    """Run, with a merge behind the crawl, on a disk (tmpfs) of so many sizes between what the newsroom takes at its beginning and
    at its end; then let the disk grow, run again, and compare with a run that had room."""
    if INSIDE not in os.environ:
        ours = ["unshare", *([] if os.getuid() == 0 else ["--map-root-user"]), "--mount"]  # nobody else sees the disk
        again = [*ours, sys.executable, "-m", "bench.faults", "small", str(sizes)]
        return subprocess.run(again, env=os.environ | {INSIDE: "1"}, check=False).returncode
    lost = filled = 0
    with serving(stand()) as web:
        roomy = folder / "roomy"
        disk(roomy, "1g")
        outlet(roomy, "times", web, "feeds = ['{web}/feed']")
        connect(roomy / "twosource.db").close()
        least = used(roomy)
        running = program.start("run", "--db", roomy / "twosource.db", program=OURS_ALONE + program.MAIN)
        most = least
        while running.poll() is None:
            most = max(most, used(roomy))
            time.sleep(0.01)
        wanted = state(roomy / "twosource.db")
        print(f"a newsroom of {least} kB takes {most} at its most, {used(roomy)} at its end", flush=True)
        subprocess.run(["umount", roomy], check=True)
        print(f"{'kB':>7}{'stored':>8}{'judged':>8}{'exit':>6}  said", flush=True)
        for n in range(sizes):
            size = least + (most - least) * n // sizes
            place = folder / str(n)
            disk(place, f"{size}k")
            outlet(place, "times", web, "feeds = ['{web}/feed']")
            full = program.run("run", "--db", place / "twosource.db", program=OURS_ALONE + program.MAIN)
            subprocess.run(["mount", "-o", "remount,size=1g", place], check=True)
            stored, judged = count(place / "twosource.db"), count(place / "twosource.db", "select count(*) from merged")
            print(f"{size:>7}{stored:>8}{judged:>8}{full.returncode:>6}  {said(full.stderr)}", flush=True)
            filled += full.returncode == 3
            told = full.returncode == 3 and "the disk is full" in full.stderr and "Traceback" not in full.stderr
            run("run", "--db", place / "twosource.db", code=OURS_ALONE + program.MAIN)
            found = state(place / "twosource.db")
            if found != wanted or not told:
                lost += 1
                print(f"  {size} kB: {difference(wanted, found) if found != wanted else full.stderr}", flush=True)
            subprocess.run(["umount", place], check=True)
    print(f"{sizes} sizes, the disk was full at {filled} of them; told wrongly, or something lost or other: {lost}")
    return lost


def said(told: str) -> str:
    """What a run said of a full disk: the merge's process, if that met it first, and how the run ended."""
    behind = [line for line in told.splitlines() if "process that merges" in line]
    return " | ".join([*behind, *told.splitlines()[-1:]])


def disk(place: Path, size: str) -> None:
    """A disk of that size at ``place``."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)


def used(place: Path) -> int:
    """Thousands of bytes (1,024) that are taken on a disk."""
    now = os.statvfs(place)
    return (now.f_blocks - now.f_bfree) * now.f_frsize // 1024


def long_page(path: str) -> Answer:
    """A page of some 4 kB of text."""
    said = (
        f"On day {n} the water at dam {path[1:]} stood {n * 7 % 31} centimetres over the mark." for n in range(LONG)
    )
    return page(f"Dam {path[1:]} opens", *said)


def count(database: Path, sql: str = "select count(distinct id) from articles where version = 1") -> int:
    """Whole articles that are kept, or what else ``sql`` counts."""
    db = sqlite3.connect(database)
    try:
        return int(db.execute(sql).fetchone()[0])
    finally:
        db.close()


if __name__ == "__main__":
    main()
