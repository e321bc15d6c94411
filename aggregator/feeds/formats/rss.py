"""RSS 2.0 with the content, dc, media and atom namespaces, after the RSS Advisory Board's Best Practices Profile.

RSS has no word for "changed": an item's new time is its dcterms:modified, which validators and feedparser know there.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from html import escape

from lxml import etree

from aggregator.feeds.formats.xml import ATOM, HISTORY, MEDIA, archive_links, document, put, put_photo
from aggregator.feeds.model import Feed, Item
from aggregator.feeds.text import web

SUFFIX = "rss"
LABEL = "RSS"  # on the page of all feeds
TYPE = "application/rss+xml"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
NAMESPACES = {"atom": ATOM, "content": CONTENT, "dc": DC, "dcterms": TERMS, "media": MEDIA, "fh": HISTORY}


def render(feed: Feed) -> bytes:
    """The feed as a document in UTF-8; the same feed gives the same bytes."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    channel = etree.SubElement(root, "channel")
    put(channel, "title", feed.title)
    put(channel, "link", feed.address)
    put(channel, "description", feed.description)
    if feed.language:
        put(channel, "language", feed.language)
    put(channel, "lastBuildDate", _date(feed.updated))
    put(channel, "generator", "Twosource")
    put(channel, "docs", "https://www.rssboard.org/rss-specification")
    archive_links(channel, feed, SUFFIX, TYPE)
    for item in feed.items:
        _item(channel, item)
    return document(root, feed)


def _item(channel: etree._Element, item: Item) -> None:
    entry = etree.SubElement(channel, "item")
    put(entry, "title", item.title)
    if web(item.link):
        put(entry, "link", web(item.link))
    put(entry, "guid", item.id, isPermaLink="false")
    put(entry, "pubDate", _date(item.published))
    put(entry, f"{{{TERMS}}}modified", item.updated.isoformat())
    for author in item.authors or (item.outlet.name,):
        put(entry, f"{{{DC}}}creator", author)
    for tag in item.tags:
        put(entry, "category", tag)
    if item.language:
        put(entry, f"{{{DC}}}language", item.language)
    if item.summary.strip():
        put(entry, "description", escape(item.summary, quote=False))  # readers take it for HTML, as RSS 2.0 allows it
    put(entry, f"{{{CONTENT}}}encoded", item.html)
    # The element must hold an address (RSS 2.0): the outlet's feed, or else its homepage; an outlet without either has none.
    address = web(item.outlet.feed) or web(item.outlet.homepage)
    if address:
        put(entry, "source", item.outlet.name, url=address)
    if item.photo:
        put_photo(entry, item.photo)


def _date(moment: datetime) -> str:
    """RFC 822 with four digits of year, as the profile asks."""
    return format_datetime(moment, usegmt=True)
