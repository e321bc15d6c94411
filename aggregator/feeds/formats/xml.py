"""What RSS and Atom share: elements with clean text, the links of RFC 5005 and WebSub, and the document around them."""

from __future__ import annotations

from lxml import etree

from aggregator.feeds.model import Feed, Photo
from aggregator.feeds.text import clean, web

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"


def put(parent: etree._Element, name: str, text: str | None, /, **attributes: str | None) -> etree._Element:
    """Add an element; attributes that are None are left out."""
    given = {key: clean(value) for key, value in attributes.items() if value is not None}
    element = etree.SubElement(parent, name, given)
    element.text = clean(text) if text is not None else None
    return element


def put_photo(entry: etree._Element, photo: Photo) -> None:
    """Add an item's picture with its caption and its credit, in the words of Media RSS."""
    url = web(photo.url)
    place = put(entry, f"{{{MEDIA}}}content", None, url=url, medium="image") if url else entry
    if photo.caption and url:
        put(place, f"{{{MEDIA}}}description", photo.caption, type="plain")
    if photo.credit:
        put(place, f"{{{MEDIA}}}credit", photo.credit)


def archive_links(parent: etree._Element, feed: Feed, suffix: str, kind: str) -> None:
    """Where this document lies, the page before it, the feed that an archived page belongs to, and the hub."""
    put(parent, f"{{{ATOM}}}link", None, rel="self", type=kind, href=feed.url(suffix, feed.page))
    if feed.page:
        put(parent, f"{{{ATOM}}}link", None, rel="current", type=kind, href=feed.url(suffix))
    if feed.previous:
        put(parent, f"{{{ATOM}}}link", None, rel="prev-archive", type=kind, href=feed.url(suffix, feed.previous))
    if feed.hub and not feed.page:
        put(parent, f"{{{ATOM}}}link", None, rel="hub", href=feed.hub)
    if feed.page:
        put(parent, f"{{{HISTORY}}}archive", None)


def document(root: etree._Element, feed: Feed) -> bytes:
    """The bytes, with the style sheet that makes them readable in a browser."""
    up = "../" * (feed.page or feed.name).count("/")
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{up}feeds.css"'))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)
