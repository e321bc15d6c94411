"""From a page to its row: read it, append the article where its words are new, and say what became of the page."""

from __future__ import annotations

from sqlite_utils import Database

from scrapers import templates
from scrapers.templates import Reading
from storage import articles
from storage import pages as page_rows
from storage import templates as learnt
from storage.types import Outlet, Page, Skipped


def keep(db: Database, page: Page, outlet: Outlet) -> tuple[str, str | None]:
    """Read and store one page. Returns the outcome (stored | unchanged | skipped) and what an operator is to know of it."""
    return store(db, page, templates.read(page, outlet, learnt.in_force(db, outlet.id)))


def store(db: Database, page: Page, read: Reading) -> tuple[str, str | None]:
    """Store what was read of a page and what it taught, and return what ``keep`` does.

    All goes in together: call it inside one transaction, and a kill leaves all of it or nothing.
    """
    if isinstance(read.said, Skipped):
        page_rows.append(db, page, "skipped", reason=read.said.reason)
        return "skipped", read.said.reason
    article, new = articles.append(db, read.said)
    outcome = "stored" if new else "unchanged"
    page_rows.append(db, page, outcome, article=article, template=read.template)
    _learn(db, page, read)
    return outcome, read.signal


def _learn(db: Database, page: Page, read: Reading) -> None:
    if read.ended is not None:
        learnt.end(db, page.outlet, read.ended, page.fetched)
    if read.lesson is None:
        return
    learnt.teach(db, page.outlet, read.lesson)
    template, teachers = templates.learn(learnt.lessons(db, page.outlet))
    if template is not None:
        learnt.append(db, page.outlet, template, page.fetched)
        learnt.forget(db, page.outlet, teachers)
