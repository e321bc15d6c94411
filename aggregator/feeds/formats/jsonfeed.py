"""JSON Feed 1.1 (jsonfeed.org/version/1.1). Its archived pages hang on ``next_url``, as the specification has it.

What it has no word for stands in the extension ``_twosource``: the outlet, and a picture's caption and credit.
"""

from __future__ import annotations

import json
from typing import Any

from aggregator.feeds.model import Feed, Item
from aggregator.feeds.text import clean, web

SUFFIX = "json"
LABEL = "JSON"  # on the page of all feeds
TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render(feed: Feed) -> bytes:
    """The feed as a document in UTF-8; the same feed gives the same bytes."""
    found = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.address,
        "feed_url": feed.url(SUFFIX, feed.page),
        "description": feed.description,
        "next_url": feed.url(SUFFIX, feed.previous) if feed.previous else None,
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub and not feed.page else None,
        "authors": [{"name": "Twosource"}],
        "items": [_item(item) for item in feed.items],
    }
    return (json.dumps(_present(found), ensure_ascii=False) + "\n").encode()


def _item(item: Item) -> dict[str, Any]:
    photo = item.photo
    return {
        "id": item.id,
        "url": web(item.link),
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary if item.summary.strip() else None,
        "image": web(photo.url) if photo else None,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{"name": author} for author in item.authors]
        or [{"name": item.outlet.name, "url": web(item.outlet.homepage)}],
        "tags": list(item.tags) or None,
        "language": item.language,
        "_twosource": {
            "outlet": item.outlet.name,
            "outlet_feed": web(item.outlet.feed),
            "picture_caption": photo.caption if photo else None,
            "picture_credit": photo.credit if photo else None,
        },
    }


def _present(value: Any) -> Any:
    """The value without what is None, its texts cleaned of characters that UTF-8 or XML readers choke on."""
    if isinstance(value, dict):
        return {key: _present(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_present(one) for one in value]
    return clean(value) if isinstance(value, str) else value
