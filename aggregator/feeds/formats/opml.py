"""OPML 2.0 (opml.org/spec2.opml): subscription lists, written and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from aggregator.feeds.formats.xml import put
from aggregator.feeds.text import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed in a list; ``language`` and ``homepage`` are None where the list does not say."""

    title: str
    url: str
    homepage: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An entry of a list that is no subscription."""

    title: str
    why: str


def render(title: str, groups: Mapping[str, Sequence[Subscription]]) -> bytes:
    """A list of feeds in groups; those of the group "" stand at the top level."""
    root = etree.Element("opml", {"version": "2.0"})
    put(put(root, "head", None), "title", title)
    body = put(root, "body", None)
    for group, subscriptions in groups.items():
        place = put(body, "outline", None, text=group) if group else body
        for one in subscriptions:
            put(
                place,
                "outline",
                None,
                type="rss",  # the one type that the specification has for feeds, Atom included
                text=one.title,
                title=one.title,
                xmlUrl=one.url,
                htmlUrl=web(one.homepage),
                language=one.language,
            )
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)


def read_subscriptions(document: bytes) -> Iterator[Subscription | PassedOver]:
    """The subscriptions of a list, whatever groups they stand in, and what is none. Raises ValueError for what is no OPML.

    Attributes count in any case (``xmlurl`` is common). ``feed:`` before or instead of ``http:`` is http, as its draft has it.
    """
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML ({error})") from error
    if etree.QName(root).localname.lower() != "opml":
        raise ValueError(f"not OPML (its root is <{etree.QName(root).localname}>)")
    for outline in root.iter("outline"):
        said = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        printed = said.get("xmlurl", "").strip()
        title = said.get("title") or said.get("text") or printed
        url = web(re.sub(r"^feed:(//)?(?=https?:)", "", re.sub(r"^feed://(?!https?:)", "http://", printed)))
        if url:
            yield Subscription(title=title, url=url, homepage=said.get("htmlurl"), language=said.get("language"))
        elif printed:
            yield PassedOver(title=title, why=f"{printed!r} is no address on the web")
        elif not len(outline):  # one with others in it is a folder
            yield PassedOver(title=title, why="it has no feed (xmlUrl)")
