"""Sitemaps and news sitemaps (sitemaps.org), and their indexes: their addresses as Links."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from scrapers.discovery.announced import Announced, one_line, w3c_date
from storage.types import Link

LONGEST_MAP = 50_000_000  # bytes unpacked: what sitemaps.org allows


def sitemap_links(body: bytes, url: str) -> Announced:
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
        kind="sitemap",
        found_on=url,
        title=one_line(row.get("title")),
        published=w3c_date(row.get("publication_date")),
        modified=w3c_date(row.get("lastmod")),
    )
