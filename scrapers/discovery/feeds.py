"""RSS, Atom, RDF and JSON feeds: their items as Links."""

from __future__ import annotations

import json
import re
from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser

from scrapers.discovery.announced import Announced, one_line, w3c_date
from storage.types import Link

# What ends a date that says its zone: "Z", "GMT", "EST", "+0300", "+03:00".
ZONE = re.compile(r"(?:[A-Z]{1,5}|[+-]\d{2}:?\d{2})\s*$")


def feed_links(body: bytes, url: str, *, content_type: str | None = None) -> Announced:
    """The items of an RSS, Atom, RDF or JSON feed, in its order. An item without an address is none."""
    if body.lstrip()[:1] == b"{":
        return _json_feed(body, url)
    headers = {"content-type": content_type} if content_type else {}
    found = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        return Announced(problem="not a feed")
    links = tuple(link for entry in found.entries if (link := _item(entry, url)))
    return Announced(links=links) if links else Announced(problem="a feed without items")


def _item(entry: Any, url: str) -> Link | None:
    # FeedBurner puts a counting address into <link>; the page's own stands beside it.
    address = entry.get("feedburner_origlink") or entry.get("link")
    if not address:
        return None
    credited = [words for credit in entry.get("media_credit", []) if (words := one_line(credit.get("content")))]
    return Link(
        url=urljoin(url, address.strip()),
        kind="feed",
        found_on=url,
        title=one_line(entry.get("title")),
        published=_moment(entry, "published"),
        modified=_moment(entry, "updated"),
        authors=tuple(name for author in entry.get("authors", []) if (name := one_line(author.get("name")))),
        credit=", ".join(credited) or None,
    )


def _moment(entry: Any, field: str) -> datetime | None:
    """A stated moment. A date without a zone or a time is none: feedparser would call it UTC or midnight."""
    if field not in entry or f"{field}_parsed" not in entry:  # get() would answer "updated" with "published"
        return None
    parsed, said = entry[f"{field}_parsed"], entry[field]
    if parsed is None or ":" not in said or not ZONE.search(said):
        return None
    return _at(timegm(parsed))


def _at(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _json_feed(body: bytes, url: str) -> Announced:
    """JSON Feed 1.x (jsonfeed.org), which feedparser does not read."""
    try:
        found = json.loads(body)
        items = found["items"] if "jsonfeed.org" in found["version"] else None
    except (ValueError, KeyError, TypeError):
        items = None
    if not isinstance(items, list):
        return Announced(problem="not a feed")
    links = tuple(
        _json_item(item, url) for item in items if isinstance(item, dict) and isinstance(item.get("url"), str)
    )
    return Announced(links=links) if links else Announced(problem="a feed without items")


def _json_item(item: dict[str, Any], url: str) -> Link:
    authors = item.get("authors") or [item.get("author")]
    return Link(
        url=urljoin(url, item["url"].strip()),
        kind="feed",
        found_on=url,
        title=one_line(item.get("title")),
        published=w3c_date(item.get("date_published")),
        modified=w3c_date(item.get("date_modified")),
        authors=tuple(
            name for author in authors if isinstance(author, dict) and (name := one_line(author.get("name")))
        ),
    )
