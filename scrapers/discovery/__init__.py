"""What a feed, a sitemap or a listing announces: its bytes as Links. Fetches nothing, knows no outlet.

    feeds, posts, sitemaps, listings    a reader a kind of source
    announced, addresses                what they answer; addresses made whole, or refused
    recheck                             when an address is asked again
    probe, patterns                     an outlet that has no file yet: its sources, and what its articles' addresses look like

Whether an announced address is an article of the outlet, the spider asks; here every item is a link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrapers.discovery.announced import Announced
from scrapers.discovery.feeds import feed_links
from scrapers.discovery.listings import listing_links
from scrapers.discovery.posts import post_links
from scrapers.discovery.sitemaps import sitemap_links

__all__ = ["READERS", "Announced", "read_links"]

# Who reads a kind of source: its bytes, its address, its content type. The key of each in an outlet's file: scrapers/outlets.
READERS: Mapping[str, Callable[[bytes, str, str | None], Announced]] = {
    "feed": feed_links,
    "posts": post_links,
    "sitemap": sitemap_links,
    "listing": listing_links,
}


def read_links(kind: str, body: bytes, url: str, *, content_type: str | None = None) -> Announced:
    """Read a response as the kind of source that its address is listed as.

    Never raises: what breaks a reader is the source's own fault, and is told as its problem.
    """
    if not body.strip():
        return Announced(problem="empty")
    try:
        return READERS[kind](body, url, content_type)
    except Exception as error:  # what comes from outside has more ways to be broken than we can list
        return Announced(problem=f"cannot be read ({type(error).__name__}: {str(error)[:80]})")
