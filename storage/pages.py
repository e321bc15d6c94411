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
    row = db.execute(
        'select outcome, archive, "offset" from pages where url = ? and fetched = ?',
        [page.url, clock.to_text(page.fetched)],
    ).fetchone()
    if row is None:
        return False
    outcome, archive, offset = row
    # A crawl names its own archive's file from the archive's folder on, a replay as it was given.
    return outcome != "skipped" or (offset == page.offset and (page.archive or "").endswith(archive or ""))


def append(
    db: Database,
    page: Page,
    outcome: str,
    *,
    article: Article | None = None,
    reason: str | None = None,
    layout: int | None = None,
) -> None:
    """Say what became of a page: stored, unchanged or skipped (then with its reason). Said once, it stays, but that an article
    takes the place of what was skipped at its address in the same second."""
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
    names = ", ".join(f'"{name}"' for name in row)
    news = ", ".join(f'excluded."{name}"' for name in row)
    db.execute(
        f"insert into pages ({names}) values ({', '.join('?' * len(row))}) on conflict (url, fetched) do update"  # noqa: S608
        f" set ({names}) = ({news})"
        " where pages.outcome = 'skipped' and excluded.outcome != 'skipped'",
        list(row.values()),
    )


def _link(link: Link | None) -> str | None:
    if link is None:
        return None
    fields = asdict(link) | {"published": clock.to_text(link.published), "modified": clock.to_text(link.modified)}
    return json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)
