"""OPML 2.0 (opml.org/spec2.opml): subscription lists, written and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def read_subscriptions(document: bytes) -> Iterable[Subscription]:
    """The subscriptions of a list, whatever groups they stand in. Raises ValueError for what is no OPML."""
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML ({error})") from error
    if etree.QName(root).localname.lower() != "opml":
        raise ValueError(f"not OPML (its root is <{etree.QName(root).localname}>)")
    for outline in root.iter("outline"):
        url = web(outline.get("xmlUrl"))
        if url:
            title = outline.get("title") or outline.get("text") or url
            yield Subscription(title=title, url=url, homepage=outline.get("htmlUrl"), language=outline.get("language"))
