"""The way of one page from the spider to its row: which of our modules are handed it, as a crawl that is watched shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

from loopback import TESTS, Answer, Web, outlet, page, rss, serving

from tests import program

ROOT = TESTS.parent
MOST = 14  # modules
# The command line, which notes each module of ours that is handed the page: as a response or its body, as an item, as what was
# read of it, or as the article. What the reader makes of it inside, its tree and its blocks, is handed round in scrapers/pages.
WATCHED = """
import os, sys
from pathlib import Path
from scrapy import responsetypes
from scrapy.http import HtmlResponse, Response
from scrapers.layouts import Reading
from storage.types import Article, Page

root, passed, bodies = os.environ["WATCHED_ROOT"], {}, []

def is_page(one):
    if isinstance(one, Response) and one.url.endswith("/dam"):
        bodies.append(one.body)
        return True
    return isinstance(one, Page | Reading | Article) or any(one is body for body in bodies)

def note(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(root):
        named = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4)  # 4: it takes *args
        given = [frame.f_locals.get(name) for name in code.co_varnames[:named]]
        if any(is_page(part) for one in given for part in (one if isinstance(one, tuple) else (one,))):
            passed.setdefault(code.co_filename.removeprefix(root))

class Watched(HtmlResponse):  # the watch begins with the answer: it slows down all that is called
    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        if is_page(self):
            sys.setprofile(note)

responsetypes.responsetypes.classes["text/html"] = Watched
from aggregator.cli import main
try:
    main()
finally:
    sys.setprofile(None)
    Path(os.environ["WATCHED_TOLD"]).write_text("\\n".join(name for name in passed if name.endswith(".py")))
"""


def test_a_page_passes_the_modules_that_the_architecture_names_at_most_fourteen_of_them_behind_the_spider(
    tmp_path: Path,
) -> None:
    told = tmp_path / "passed.txt"
    watching = {"WATCHED_ROOT": f"{ROOT}/", "WATCHED_TOLD": str(told)}
    with serving(Web()) as web:
        web.pages |= {"/feed": Answer(rss(web.url("/dam"))), "/dam": page("The dam opens")}
        outlet(tmp_path, "a", web, 'feeds = ["{web}/feed"]')
        env = {**os.environ, "PYTHONPATH": str(TESTS), **watching}
        done = program.run("crawl", "a", "--db", tmp_path / "t.db", env=env, program=WATCHED)
    assert done.returncode == 0, done.stderr
    passed = [name for name in told.read_text("utf-8").split() if not name.startswith((".venv", "tests"))]
    spider = passed.index("scrapers/spiders/outlet.py")
    assert passed[:spider] == named("From the network to the spider")
    assert passed[spider:] == named("From the spider to its row")
    assert len(passed[spider:]) <= MOST


def named(way: str) -> list[str]:
    """The modules of a way, in the order in which ARCHITECTURE.md lists them."""
    told = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## Following one page")[2].partition("\n## ")[0]
    (line,) = re.findall(rf"^{way} .*?(?=\n\n|\Z)", told, re.MULTILINE | re.DOTALL)
    return [module for module in re.findall(r"`([\w/]+\.py)`", line) if module.startswith(("scrapers", "storage"))]
