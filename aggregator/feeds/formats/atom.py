"""Atom 1.0 (RFC 4287), archived pages after RFC 5005."""

from __future__ import annotations

from lxml import etree

from aggregator.feeds.formats.xml import ATOM, HISTORY, MEDIA, archive_links, document, put, put_photo
from aggregator.feeds.model import Feed, Item
from aggregator.feeds.text import clean, web

SUFFIX = "atom"
LABEL = "Atom"  # on the page of all feeds
TYPE = "application/atom+xml"
NAMESPACES: dict[str, str] = {None: ATOM, "media": MEDIA, "fh": HISTORY}  # type: ignore[dict-item]  # lxml's default namespace
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def render(feed: Feed) -> bytes:
    """The feed as a document in UTF-8; the same feed gives the same bytes."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMESPACES)
    if feed.language:
        root.set(LANGUAGE, clean(feed.language))
    _put(root, "id", feed.id)
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.description)
    _put(root, "updated", feed.updated.isoformat())
    _put(root, "link", None, rel="alternate", type="text/html", href=feed.address)
    archive_links(root, feed, SUFFIX, TYPE)
    _named(root, "author", "Twosource")
    _put(root, "generator", "Twosource")
    for item in feed.items:
        _entry(root, item)
    return document(root, feed)


def _entry(root: etree._Element, item: Item) -> None:
    entry = _put(root, "entry", None)
    if item.language:
        entry.set(LANGUAGE, clean(item.language))
    _put(entry, "id", item.id)
    _put(entry, "title", item.title)
    _put(entry, "published", item.published.isoformat())
    _put(entry, "updated", item.updated.isoformat())
    if web(item.link):
        _put(entry, "link", None, rel="alternate", href=web(item.link))
    for author in item.authors or (item.outlet.name,):
        _named(entry, "author", author)
    for tag in item.tags:
        _put(entry, "category", None, term=tag)
    if item.summary.strip():
        _put(entry, "summary", item.summary, type="text")
    _put(entry, "content", item.html, type="html")
    _source(entry, item)
    if item.photo:
        put_photo(entry, item.photo)


def _source(entry: etree._Element, item: Item) -> None:
    """The feed that the article comes from. Its id is an address: without one there is no atom:source.

    Its own ``updated`` is not ours to know; the arrival of the article is the last moment at which it surely changed.
    """
    address = web(item.outlet.feed) or web(item.outlet.homepage)
    if not address:
        return
    source = _put(entry, "source", None)
    _put(source, "id", address)
    _put(source, "title", item.outlet.name)
    _put(source, "updated", item.published.isoformat())
    if web(item.outlet.feed):
        _put(source, "link", None, rel="self", href=web(item.outlet.feed))
    if web(item.outlet.homepage):
        _put(source, "link", None, rel="alternate", href=web(item.outlet.homepage))
    _named(source, "author", item.outlet.name)


def _named(parent: etree._Element, role: str, name: str) -> None:
    _put(_put(parent, role, None), "name", name)


def _put(parent: etree._Element, name: str, text: str | None, **attributes: str | None) -> etree._Element:
    return put(parent, f"{{{ATOM}}}{name}", text, **attributes)
