"""WordPress's own list of its posts as Links: ``/wp-json/wp/v2/posts``, where a site does not forbid it. Fetches nothing.

It says when a post was changed, which feeds hardly do, and it is there where a site has switched its feed off. Its moments
are UTC without saying so: "as GMT" (developer.wordpress.org/rest-api/reference/posts).
"""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import Any

from scrapers.discovery.addresses import named, whole_address
from scrapers.discovery.announced import Announced, one_line
from storage.types import Link

TAG = re.compile(r"<[^<>]{1,200}>")
SHOWN = 120  # characters of WordPress's own words


def post_links(body: bytes, url: str, content_type: str | None = None) -> Announced:
    """The posts of a list, in its order. A post without a usable address is named in ``passed_over``."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and (words := one_line(found.get("message"))):
        return Announced(problem=f"WordPress says: {words[:SHOWN]}")
    if not isinstance(found, list):
        return Announced(problem="not a list of posts")
    links, passed_over = [], []
    for post in found:
        printed = post.get("link") if isinstance(post, dict) else None
        if isinstance(printed, str) and (address := whole_address(url, printed)):
            links.append(_link(post, address, url))
        else:
            passed_over.append(named(printed) if isinstance(printed, str) else "a post without an address")
    problem = None if links else "a list without posts" if not found else "no post of it has a usable address"
    return Announced(links=tuple(links), passed_over=tuple(passed_over), problem=problem)


def _link(post: dict[str, Any], address: str, url: str) -> Link:
    title = post.get("title")
    return Link(
        url=address,
        kind="posts",
        found_on=url,
        title=_plain(title.get("rendered")) if isinstance(title, dict) else None,
        published=_moment(post.get("date_gmt")),
        modified=_moment(post.get("modified_gmt")),
    )


def _plain(said: Any) -> str | None:
    """A title without its HTML: "The <em>Aurora</em> &#038; its crew"."""
    return one_line(html.unescape(TAG.sub("", said))) if isinstance(said, str) else None


def _moment(said: Any) -> datetime | None:
    """A moment that is UTC where it names no zone; None where it is none, as a draft's."""
    try:
        moment = datetime.fromisoformat(said)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
