"""The table of pages: every response that was looked at, and what became of it. Only appended."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from storage import clock
from storage.types import Article, Link, Page


def seen(db: Database, page: Page) -> bool:
    """Is this very response in the table already? It is told by its address and moment.

    Archives know seconds. Where a site sends a reader to the same address again, for a cookie, the redirect and the page are of
    one, and so are a note that a page was as before (a revisit record) and the page: what was skipped hides only itself.
    """
    there = db.execute(
        'select outcome, archive, "offset" from pages where url = ? and fetched = ?',
        [page.url, clock.to_text(page.fetched)],
    )
    # A crawl names its own archive's file from the archive's folder on, a replay as it was given.
    return any(
        outcome != "skipped" or (offset == page.offset and (page.archive or "").endswith(archive or ""))
        for outcome, archive, offset in there.fetchall()
    )


def append(
    db: Database,
    page: Page,
    outcome: str,
    *,
    article: Article | None = None,
    reason: str | None = None,
    layout: int | None = None,
) -> None:
    """Say what became of a page: stored, unchanged or skipped (then with its reason). Said once, it stays: of an address and
    second there is a row for the first that was skipped, and one for the first that was not."""
    row: dict[str, Any] = {
        "url": page.url,
        "outlet": page.outlet,
        "fetched": clock.to_text(page.fetched),
        "status": page.status,
        "content_type": page.content_type,
        "archive": page.archive,
        "offset": page.offset,
        "outcome": outcome,
        "reason": reason,
        "article": article and article.id,
        "version": article and article.version,
        "link": _link(page.link),
        "layout": layout,
    }
    db.execute(
        f"insert into pages ({', '.join(row)}) values ({', '.join('?' * len(row))}) on conflict do nothing",  # noqa: S608
        list(row.values()),
    )


def _link(link: Link | None) -> str | None:
    if link is None:
        return None
    fields = asdict(link) | {"published": clock.to_text(link.published), "modified": clock.to_text(link.modified)}
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)
