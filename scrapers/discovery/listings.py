"""HTML pages that link to articles: their links as Links."""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import etree, html

from scrapers.discovery.announced import Announced, one_line
from storage.types import Link


def listing_links(body: bytes, url: str) -> Announced:
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
            title = one_line("".join(map(str, anchor.itertext()))) or ""
            titles[address] = max(titles.get(address, ""), title, key=len)
    links = tuple(
        Link(url=address, kind="listing", found_on=url, title=title or None) for address, title in titles.items()
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
