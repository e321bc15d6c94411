"""The items of a feed as Links: RSS, Atom, RDF and JSON Feed. Fetches nothing, knows no outlet."""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from scrapers.discovery.addresses import named, whole_address
from scrapers.discovery.announced import Announced, one_line, w3c_date
from storage.types import Link

# A zone that says one thing: numbers, or a name of RFC 822, 5.1. "IST" is India, Israel and Ireland; "CST" China too,
# but there the standard decides.
ZONE = re.compile(r"(?:\b(?:Z|UTC?|GMT|[ECMP][SD]T)|(?<=\d)Z|[+-]\d{2}:?\d{2})\s*$")
PAGE_TYPES = (None, "", "text/html", "application/xhtml+xml")
CHARACTER = re.compile(rb"&#([0-9]{6,200}|[xX][0-9a-fA-F]{5,200});?")
LAST_CHARACTER = 0x10FFFF
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def feed_links(body: bytes, url: str, content_type: str | None = None) -> Announced:
    """The items of a feed, in its order. An item without a usable address is named in ``passed_over``."""
    body = body.lstrip().removeprefix(BYTE_ORDER_MARK).lstrip()  # a declaration counts only as the first bytes
    if not body:
        return Announced(problem="empty")
    if body[:1] == b"{":
        return _json_feed(body, url)
    body = CHARACTER.sub(_within_unicode, body)
    headers = {"content-type": content_type} if content_type else {}
    found = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        return Announced(problem="not a feed")
    return _gathered(((_item_address(entry), entry) for entry in found.entries), url, _item)


def _within_unicode(reference: re.Match[bytes]) -> bytes:
    """A reference to a character that is none would cost feedparser the whole feed."""
    digits = reference[1]
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    return reference[0] if code <= LAST_CHARACTER else b"&#xfffd;"


def _gathered(items: Iterable[tuple[str | None, Any]], url: str, made: Any) -> Announced:
    links, passed_over = [], []
    for printed, item in items:
        if address := whole_address(url, printed):
            links.append(made(item, address, url))
        else:
            passed_over.append(named(printed) if printed else "an item without an address")
    problem = None if links else "a feed without items" if not passed_over else "no item of it has a usable address"
    return Announced(links=tuple(links), passed_over=tuple(passed_over), problem=problem)


def _item_address(entry: Any) -> str | None:
    """Where an item's page is: the first alternate that is a page (RFC 4287, 4.2.7.2), or what RDF is about."""
    # FeedBurner puts a counting address into <link>; the page's own stands beside it.
    if original := entry.get("feedburner_origlink"):
        return str(original)
    alternates = [link for link in entry.get("links", []) if link.get("rel", "alternate") == "alternate"]
    pages = [link["href"] for link in alternates if link.get("type") in PAGE_TYPES and link.get("href")]
    about = entry.get("id") or ""
    return (
        str(pages[0] if pages else entry.get("link") or about) if pages or entry.get("link") or _is_web(about) else None
    )


def _is_web(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _item(entry: Any, address: str, url: str) -> Link:
    credited = [words for credit in entry.get("media_credit", []) if (words := one_line(credit.get("content")))]
    return Link(
        url=address,
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
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _json_feed(body: bytes, url: str) -> Announced:
    """JSON Feed 1.x (jsonfeed.org), which feedparser does not read. An item's id may be its address."""
    try:
        found = json.loads(body)
        items = found["items"] if "jsonfeed.org" in found["version"] else None
    except (ValueError, KeyError, TypeError, RecursionError):
        items = None
    if not isinstance(items, list):
        return Announced(problem="not a feed")
    named_items = [item for item in items if isinstance(item, dict)]
    return _gathered(((_json_address(item), item) for item in named_items), url, _json_item)


def _json_address(item: dict[str, Any]) -> str | None:
    candidates = (item.get("url"), item.get("external_url"), item.get("id"))
    texts = [text for text in candidates if isinstance(text, str) and text.strip()]
    return texts[0] if texts and (texts[0] != item.get("id") or _is_web(texts[0])) else None


def _json_item(item: dict[str, Any], address: str, url: str) -> Link:
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    return Link(
        url=address,
        kind="feed",
        found_on=url,
        title=one_line(item.get("title")),
        published=w3c_date(item.get("date_published")),
        modified=w3c_date(item.get("date_modified")),
        authors=tuple(name for author in listed if isinstance(author, dict) and (name := one_line(author.get("name")))),
    )
