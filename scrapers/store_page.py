"""From a page to its row: read it, append the article where its words are new, and say what became of the page."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from scrapers import layouts
from scrapers.layouts import Reading
from scrapers.pages.fields.headline import agree
from storage import articles, keys
from storage import layouts as learnt
from storage import pages as page_rows
from storage.types import Article, Outlet, Page, Skipped


def read_and_store(db: Database, page: Page, outlet: Outlet) -> tuple[str, str | None]:
    """Read and store one page. Returns the outcome (stored | unchanged | skipped) and what an operator is to know of it."""
    return store_page(db, page, layouts.read_page(page, outlet, learnt.in_force(db, outlet.id)))


def store_page(db: Database, page: Page, read: Reading) -> tuple[str, str | None]:
    """Store what was read of a page and what it taught, and return what ``read_and_store`` does.

    All goes in together: call it inside one transaction, and a kill leaves all of it or nothing.
    """
    if isinstance(read.said, Skipped):
        page_rows.append(db, page, "skipped", reason=read.said.reason)
        return "skipped", read.said.reason
    article, new = articles.append(db, _at_home(db, page, read.said))
    outcome = "stored" if new else "unchanged"
    page_rows.append(db, page, outcome, article=article, layout=read.layout)
    _learn(db, page, read)
    return outcome, read.signal


def _at_home(db: Database, page: Page, article: Article) -> Article:
    """The article under its page's own address where another one of the outlet stands under the one that it claims."""
    own = keys.canonical(page.url)
    if article.url in (None, own):
        return article
    last = articles.latest(db, article.id)
    if last is None or not last.headline or not article.headline or agree(last.headline, article.headline):
        return article
    if set(last.body) & set(article.body):  # the headline was changed
        return article
    return replace(article, id=keys.article_id(page.url, article.outlet), url=own)


def _learn(db: Database, page: Page, read: Reading) -> None:
    if read.ended is not None:
        learnt.end(db, page.outlet, read.ended, page.fetched)
    if read.sample is None:
        return
    learnt.add_sample(db, page.outlet, read.sample)
    layout, teachers = layouts.learn_layout(learnt.samples(db, page.outlet))
    if layout is not None:
        learnt.append(db, page.outlet, layout, page.fetched)
        learnt.forget(db, page.outlet, teachers)
