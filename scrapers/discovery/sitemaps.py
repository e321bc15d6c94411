"""The addresses of a sitemap as Links: sitemaps.org XML, news sitemaps, text, RSS, and indexes of maps. Fetches nothing.

Image and video extensions name pictures and films inside a <url>; those are no pages and are passed by.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any

from lxml import etree

from scrapers.discovery.addresses import named, whole_address
from scrapers.discovery.announced import Announced, one_line, w3c_date
from scrapers.discovery.feeds import feed_links
from storage.types import Link

LONGEST_MAP = 50_000_000  # bytes unpacked: what sitemaps.org allows
MOST_ADDRESSES = 50_000  # of one map: what sitemaps.org allows
GZIP = b"\x1f\x8b"
GZIPPED_AT_MOST = 3  # times: by the generator, by the server, by a cache before it
BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
NUMBER = re.compile(r"\d+")


def sitemap_links(body: bytes, url: str, content_type: str | None = None) -> Announced:
    """The addresses of a map, plain or gzipped, those changed last first. An index gives its maps instead.

    Where the XML breaks off, what stands before that counts.
    """
    try:
        plain = _plain(body)
    except zlib.error:
        return Announced(problem="its gzip cannot be unpacked")
    if plain is None:
        return Announced(problem=f"longer than {LONGEST_MAP // 1_000_000} MB unpacked")
    if not plain.lstrip().startswith(b"<"):
        return _text_links(plain, url)
    if FEED.search(plain[:2_000]):
        return feed_links(plain, url, content_type=content_type)
    rows = list(islice(_rows(plain), MOST_ADDRESSES))
    if not rows:
        return Announced(problem="a sitemap without addresses" if b"<urlset" in plain[:2_000] else "not a sitemap")
    usable = [(row, address) for row in rows if (address := whole_address(url, row["loc"]))]
    passed_over = tuple(named(row["loc"]) for row in rows if not whole_address(url, row["loc"]))
    if not usable:
        return Announced(passed_over=passed_over, problem="none of its addresses can be used")
    if rows[0]["tag"] == "sitemap":
        return Announced(
            maps=newest_first([(address, row.get("lastmod")) for row, address in usable]), passed_over=passed_over
        )
    usable.sort(key=lambda found: found[0].get("publication_date") or found[0].get("lastmod") or "", reverse=True)
    return Announced(links=tuple(_link(row, address, url) for row, address in usable), passed_over=passed_over)


def newest_first(maps: list[tuple[str, str | None]]) -> tuple[str, ...]:
    """The maps of an index, the one changed last first; of those without a date, by name and number.

    Systems number their maps or name them by month, and list them from the oldest. Maps whose names differ only in
    numbers are one row, its highest number first; of several rows (posts, pages, authors) each gives one in turn.

    >>> newest_first([("/p-1.xml", None), ("/p-2.xml", None), ("/p-10.xml", None), ("/tags.xml", None)])
    ('/p-10.xml', '/tags.xml', '/p-2.xml', '/p-1.xml')
    """
    dated = sorted(((said, address) for address, said in maps if said), key=lambda row: row[0], reverse=True)
    rows: dict[str, list[str]] = defaultdict(list)
    for address, said in maps:
        if not said:
            rows[NUMBER.sub("", address)].append(address)
    ordered = [sorted(row, key=_numbers, reverse=True) for row in rows.values()]
    turns = [address for turn in zip_longest(*ordered) for address in turn if address]
    return tuple(dict.fromkeys([*(address for _, address in dated), *turns]))


def _numbers(address: str) -> list[int]:
    return [int(number) for number in NUMBER.findall(address)]


def _plain(body: bytes) -> bytes | None:
    """The map's bytes in UTF-8 or what its declaration says; None where they are too many. Raises zlib.error."""
    for _ in range(GZIPPED_AT_MOST):
        if not body.startswith(GZIP):
            break
        unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
        body = unpacker.decompress(body, LONGEST_MAP + 1)
        if len(body) > LONGEST_MAP:
            return None
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
        return DECLARATION.sub(b"", text.encode("utf-8", "replace"))
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()


def _text_links(body: bytes, url: str) -> Announced:
    """A text sitemap: an address a line (sitemaps.org, "Text file")."""
    lines = [line.strip() for line in body[:LONGEST_MAP].decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines or not any(line.startswith(("http://", "https://")) for line in lines[:10]):
        return Announced(problem="not a sitemap")
    links, passed_over = [], []
    for line in lines[:MOST_ADDRESSES]:
        if line.startswith(("http://", "https://")) and (address := whole_address(url, line)):
            links.append(Link(url=address, kind="sitemap", found_on=url))
        else:
            passed_over.append(named(line))
    return Announced(links=tuple(links), passed_over=tuple(passed_over))


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    """Each <url> and <sitemap> that has an address, as {local name: text} of its own children and of its news."""
    # Unescaped & are the commonest fault of sitemaps; the parser would drop what follows them.
    events = etree.iterparse(
        BytesIO(BARE_AMPERSAND.sub(b"&amp;", body)),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for _, element in events:
            tag = _local(element)
            if tag in ("url", "sitemap"):
                if (row := dict(_fields(element))).get("loc"):
                    yield {**row, "tag": tag}
                element.clear()
                while element.getprevious() is not None:  # else the emptied elements pile up
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _fields(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        name = _local(child)
        if name == "news":
            yield from ((_local(below), (below.text or "").strip()) for below in child.iterdescendants())
        elif name in ("loc", "lastmod"):
            yield name, (child.text or "").strip()


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _link(row: dict[str, str], address: str, url: str) -> Link:
    return Link(
        url=address,
        kind="sitemap",
        found_on=url,
        title=one_line(row.get("title")),
        published=w3c_date(row.get("publication_date")),
        modified=w3c_date(row.get("lastmod")),
    )
