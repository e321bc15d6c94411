"""Plain text: a feed to read without a feed reader, in a mail from cron, in a terminal, over a slow line.

No format of a standard, so nothing is told twice: a line for each thing that a reader of the other formats sees of an item.
"""

from __future__ import annotations

from aggregator.feeds.model import Feed, Item
from aggregator.feeds.text import printable, web

SUFFIX = "txt"
LABEL = "Text"  # on the page of all feeds
TYPE = "text/plain"


def render(feed: Feed) -> bytes:
    """The feed as a document in UTF-8; the same feed gives the same bytes. A terminal is steered by nothing in it."""
    head = [feed.title, feed.description, feed.url(SUFFIX, feed.page)]
    older = [f"Before these: {feed.url(SUFFIX, feed.previous)}"] if feed.previous else []
    parts = ["\n".join(map(_line, head)), *map(_item, feed.items), *older]
    return ("\n\n".join(parts) + "\n").encode()


def _item(item: Item) -> str:
    """Headline; outlet, authors and moment; summary; address."""
    signed = [item.outlet.name, *item.authors, f"{item.published:%Y-%m-%d %H:%M} UTC"]
    if item.updated.replace(microsecond=0) > item.published:  # the fraction is the item's place in its feed
        signed.append(f"changed {item.updated:%Y-%m-%d %H:%M} UTC")
    lines = (item.title, " · ".join(signed), item.summary, web(item.link) or "")
    return "\n".join(filter(None, map(_line, lines)))


def _line(text: str) -> str:
    """Words in one line: what an outlet prints begins none."""
    return printable(" ".join(text.split()))
