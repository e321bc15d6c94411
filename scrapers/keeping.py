"""From a page to its row: read it, append the article where its words are new, and say what became of the page."""

from __future__ import annotations

from sqlite_utils import Database

from scrapers import pages
from storage import articles
from storage import pages as page_rows
from storage.types import Article, Outlet, Page, Skipped


def keep(db: Database, page: Page, outlet: Outlet) -> tuple[str, str | None]:
    """Read and store one page. Returns the outcome (stored | unchanged | skipped) and, if skipped, the reason."""
    return store(db, page, pages.read(page, outlet))


def store(db: Database, page: Page, read: Article | Skipped) -> tuple[str, str | None]:
    """Store what was read of a page, and return what ``keep`` does.

    Page and article go in together: call it inside one transaction, and a kill leaves both or neither.
    """
    if isinstance(read, Skipped):
        page_rows.append(db, page, "skipped", reason=read.reason)
        return "skipped", read.reason
    article, new = articles.append(db, read)
    outcome = "stored" if new else "unchanged"
    page_rows.append(db, page, outcome, article=article)
    return outcome, None
