"""What a crawl holds open: in which order it opens and closes, as a real run tells that is listened to."""

from __future__ import annotations

import os
import sqlite3
from itertools import groupby
from pathlib import Path
from threading import Event

from loopback import Answer, Web, outlet, page, rss, serving

from tests import program

PAGES = 30  # of which the merge takes the first twenty while the crawl goes on
# The command line, which writes down what is opened, asked and closed in the process of the crawl. A second process merges
# from the third page on, and the last page is waited for, however long that process takes to come up.
LISTENED = f"""
import os, sys
from pathlib import Path
import scrapers.crawl, scrapers.handler, scrapers.outlets, scrapers.parser_pool, scrapers.settings, scrapers.session
from aggregator import following, merge
from storage.archive import Archive
from storage.writer import Writer

scrapers.outlets.SHIPPED = Path("/nowhere")
scrapers.settings.DOWNLOAD_TIMEOUT = 1_000_000
following.FollowingMerge.__init__.__kwdefaults__["alone"] = 3

def tell(owner, name, words):
    real = getattr(owner, name)
    def told(*given, **more):
        reactor = sys.modules.get("twisted.internet.reactor")
        amid = " amid the crawl" if reactor and reactor.running else ""
        with open(os.environ["TOLD"], "a") as file:
            file.write(words + amid + "\\n")
        return real(*given, **more)
    setattr(owner, name, told)

tell(Archive, "open", "archive opens")
tell(Writer, "__init__", "writer opens")
tell(scrapers.session.Hosts, "__init__", "hosts are known")
tell(scrapers.parser_pool.ParserPool, "__init__", "parsers are ready")
tell(following.FollowingMerge, "__enter__", "merge is ready")
tell(scrapers.handler.BoundedHandler, "_ask", "a host is asked")
tell(merge.Merge, "__init__", "the merge's indices open in this process")
tell(following.FollowingMerge, "end", "merge ends")
tell(scrapers.parser_pool.ParserPool, "close", "parsers end")
tell(Writer, "close", "writer closes")
tell(Archive, "close", "archive closes")

whole_crawl = scrapers.crawl.Crawl.start
def start(self):
    whole_crawl(self)
    if "BREAKS" in os.environ:
        raise RuntimeError("amid the session")
scrapers.crawl.Crawl.start = start
{program.MAIN}
"""

OPENED = ["archive opens", "writer opens", "hosts are known", "parsers are ready", "merge is ready"]
ASKED = ["a host is asked amid the crawl"]
CLOSED = ["merge ends", "parsers end", "writer closes", "archive closes"]


def merged(home: Path) -> int:
    db = sqlite3.connect(home / "t.db")
    try:
        return int(db.execute("select count(*) from merged").fetchone()[0])
    except sqlite3.OperationalError:  # the tables are being made
        return 0
    finally:
        db.close()


def heard(home: Path, **env: str) -> list[str]:
    """What a run told, in its order; what it told several times on end, once. Twenty pages were merged amid it."""
    last, told = Event(), home / "told"
    with serving(Web()) as web:
        paths = [f"/{n}" for n in range(PAGES)]
        web.pages = {"/feed": Answer(rss(*map(web.url, paths)))} | {path: page(f"Dam {path} opens") for path in paths}
        answer = page("The last dam opens")
        web.pages[paths[-1]] = lambda _times: (last.wait(program.HANGS) and answer) or answer
        outlet(home, "times", web, "feeds = ['{web}/feed']")
        environment = os.environ | {"TOLD": str(told), "NO_COLOR": "1"} | env
        running = program.start("run", "--db", home / "t.db", env=environment, program=LISTENED)
        program.until(lambda: merged(home) or running.poll() is not None)
        assert merged(home)
        last.set()
        running.wait()
    return [words for words, _ in groupby(told.read_text().splitlines())]


def test_all_opens_before_the_first_request_and_closes_once_and_the_merge_opens_nothing_while_hosts_wait(
    tmp_path: Path,
) -> None:
    assert heard(tmp_path) == OPENED + ASKED + CLOSED  # and no word of the merge's indices: another process has them


def test_all_closes_once_after_an_exception_as_well(tmp_path: Path) -> None:
    assert heard(tmp_path, BREAKS="yes") == OPENED + ASKED + CLOSED
