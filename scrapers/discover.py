"""What a feed, a sitemap or a listing announces: its bytes as Links. Fetches nothing, knows no outlet.

Whether an announced address is an article of the outlet, the spider asks; here every item is a link.
"""

from __future__ import annotations

import json
import re
import zlib
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser
from lxml import etree, html

from storage.types import Link

LONGEST_MAP = 50_000_000  # bytes unpacked: what sitemaps.org allows
# What ends a date that says its zone: "Z", "GMT", "EST", "+0300", "+03:00".
ZONE = re.compile(r"(?:[A-Z]{1,5}|[+-]\d{2}:?\d{2})\s*$")
BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What one address announced. ``problem`` says in words why it is nothing; None: it is something."""

    links: tuple[Link, ...] = ()
    maps: tuple[str, ...] = ()  # a sitemap index: the maps in it, the one changed last first
    problem: str | None = None


def announced(way: str, body: bytes, url: str, *, content_type: str | None = None) -> Announced:
    """Read a response in the way (feed | sitemap | listing) that its address is listed as."""
    if not body.strip():
        return Announced(problem="empty")
    if way == "feed":
        return feed(body, url, content_type=content_type)
    return sitemap(body, url) if way == "sitemap" else listing(body, url)


# --------------------------------------------------------------------------------------------- feeds


def feed(body: bytes, url: str, *, content_type: str | None = None) -> Announced:
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
    credited = [words for credit in entry.get("media_credit", []) if (words := _words(credit.get("content")))]
    return Link(
        url=urljoin(url, address.strip()),
        way="feed",
        found_on=url,
        title=_words(entry.get("title")),
        published=_moment(entry, "published"),
        modified=_moment(entry, "updated"),
        authors=tuple(name for author in entry.get("authors", []) if (name := _words(author.get("name")))),
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
        way="feed",
        found_on=url,
        title=_words(item.get("title")),
        published=_iso(item.get("date_published")),
        modified=_iso(item.get("date_modified")),
        authors=tuple(name for author in authors if isinstance(author, dict) and (name := _words(author.get("name")))),
    )


# --------------------------------------------------------------------------------------------- sitemaps


def sitemap(body: bytes, url: str) -> Announced:
    """The addresses of a sitemap or news sitemap (sitemaps.org), plain or gzipped, those changed last first.

    An index gives its maps instead. Where the XML breaks off, what stands before that counts.
    """
    if body[:2] == b"\x1f\x8b":
        unpacked = _unpacked(body)
        if unpacked is None:
            return Announced(problem="its gzip cannot be unpacked")
        body = unpacked
    rows = [row for row in _rows(body) if row.get("loc")]
    if not rows:
        return Announced(problem="a sitemap without addresses" if b"<urlset" in body[:2000] else "not a sitemap")
    rows.sort(key=lambda row: row.get("publication_date") or row.get("lastmod") or "", reverse=True)
    if rows[0]["tag"] == "sitemap":
        return Announced(maps=tuple(urljoin(url, row["loc"]) for row in rows))
    return Announced(links=tuple(_mapped(row, url) for row in rows))


def _unpacked(body: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(body, LONGEST_MAP)
    except zlib.error:
        return None


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    """Each <url> and <sitemap> as {local name: text}."""
    events = etree.iterparse(
        BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for _, element in events:
            tag = _local(element)
            if tag in ("url", "sitemap"):
                below = {_local(child): (child.text or "").strip() for child in element.iterdescendants()}
                yield {**below, "tag": tag}
                element.clear()
    except etree.XMLSyntaxError:
        return


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _mapped(row: dict[str, str], url: str) -> Link:
    return Link(
        url=urljoin(url, row["loc"]),
        way="sitemap",
        found_on=url,
        title=_words(row.get("title")),
        published=_iso(row.get("publication_date")),
        modified=_iso(row.get("lastmod")),
    )


def _iso(said: Any) -> datetime | None:
    """A W3C date with time and zone; None for one that names only the day, or no zone."""
    if not isinstance(said, str):
        return None
    try:
        moment = datetime.fromisoformat(said.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


# --------------------------------------------------------------------------------------------- listings


def listing(body: bytes, url: str) -> Announced:
    """The links of an HTML page, each address once, with the longest text that links to it as its title."""
    try:
        page = html.document_fromstring(body, parser=html.HTMLParser(encoding=_charset(body)))
    except (etree.ParserError, etree.XMLSyntaxError):
        return Announced(problem="not HTML")
    said = page.find(".//base")
    base = urljoin(url, (said.get("href") or "") if said is not None else "")
    titles: dict[str, str] = {}
    for anchor in page.iter("a"):
        address = _resolved(base, anchor.get("href"))
        if address:
            title = _words("".join(map(str, anchor.itertext()))) or ""
            titles[address] = max(titles.get(address, ""), title, key=len)
    links = tuple(
        Link(url=address, way="listing", found_on=url, title=title or None) for address, title in titles.items()
    )
    return Announced(links=links) if links else Announced(problem="a page without links")


def _charset(body: bytes) -> str | None:
    """UTF-8 where the bytes are; else whatever the page declares."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _resolved(base: str, href: str | None) -> str | None:
    if not href:
        return None
    try:
        address = urljoin(base, href.strip()).partition("#")[0]
    except ValueError:
        return None
    return address if address.startswith(("http://", "https://")) else None


def _words(text: Any) -> str | None:
    """Text with its white space collapsed; None where there is none."""
    if not isinstance(text, str):
        return None
    return BLANK.sub(" ", text).strip() or None
