"""What a feed, a sitemap or a listing announces: its bytes as Links. Fetches nothing, knows no outlet.

    feeds  sitemaps  listings    bytes → Links           recheck   when a page is asked for again
    probe                        which sources a site has

Whether an announced address is an article of the outlet, the spider asks; here every item is a link.
"""

from __future__ import annotations

from scrapers.discovery.announced import Announced
from scrapers.discovery.feeds import feed_links
from scrapers.discovery.listings import listing_links
from scrapers.discovery.sitemaps import sitemap_links

__all__ = ["Announced", "read_links"]


def read_links(kind: str, body: bytes, url: str, *, content_type: str | None = None) -> Announced:
    """Read a response in the kind (feed | sitemap | listing) that its address is listed as."""
    if not body.strip():
        return Announced(problem="empty")
    if kind == "feed":
        return feed_links(body, url, content_type=content_type)
    return sitemap_links(body, url) if kind == "sitemap" else listing_links(body, url)
