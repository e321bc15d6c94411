"""The links of an HTML page that lists articles. Fetches nothing, knows no outlet."""

from __future__ import annotations

from lxml import etree, html

from scrapers.discovery.addresses import whole_address
from scrapers.discovery.announced import Announced, one_line
from storage.types import Link


def listing_links(body: bytes, url: str, _content_type: str | None = None) -> Announced:
    """The links of a page, each address once, with the longest text that links to it as its title."""
    try:
        page = html.document_fromstring(body, parser=html.HTMLParser(encoding=_charset(body)))
    except (etree.ParserError, etree.XMLSyntaxError):
        return Announced(problem="not HTML")
    said = page.find(".//base")
    base = (whole_address(url, said.get("href")) if said is not None else None) or url
    titles: dict[str, str] = {}
    for anchor in page.iter("a"):
        if address := whole_address(base, anchor.get("href")):
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
