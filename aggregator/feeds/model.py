"""What a feed and an item are, whatever the format. Renders nothing.

Texts here may hold any characters: the renderers clean them. Times are aware and in UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

# An empty feed must state when it last changed (RFC 4287, 4.1.1): not since the date of its tag URIs.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose article it is. ``feed`` is where the outlet announces it, None where no feed of it is known."""

    name: str
    homepage: str | None = None
    feed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """The lead picture; a credit may be printed without a picture that we could read."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry. ``id`` is a tag URI (RFC 4151) that no other feed uses; ``published`` never moves, ``updated`` does."""

    id: str
    title: str
    link: str | None
    published: datetime
    updated: datetime
    summary: str  # plain text; empty: there is none
    html: str  # made by us, from escaped text
    outlet: Publisher  # of the linked article
    authors: tuple[str, ...] = ()  # persons; empty: not stated
    language: str | None = None
    tags: tuple[str, ...] = ()
    photo: Photo | None = None

    @property
    def digest(self) -> str:
        """Changes when anything that a reader could see changes."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One document: a feed as it is now, or an archived page of it (RFC 5005, 4)."""

    name: str  # "stories", "outlets/voa": its path below the address, without the format's suffix
    title: str
    description: str
    address: str  # of the folder, with a slash at its end
    authority: str  # of the tag URIs: "example.org,2026"
    items: tuple[Item, ...]  # the one last changed first
    language: str | None = None
    hub: str | None = None  # WebSub
    page: str | None = None  # name of this archived page; None: the feed as it is now
    previous: str | None = None  # name of the archived page before this document; None: there is none

    @property
    def id(self) -> str:
        """The feed's tag URI; an archived page has the same one (RFC 5005, 4)."""
        return tag(self.authority, "feeds", self.name)

    @property
    def updated(self) -> datetime:
        """When its last item changed."""
        return max((item.updated for item in self.items), default=NEVER)

    def url(self, suffix: str, page: str | None = None) -> str:
        """Where this feed (or one of its archived pages) lies in one format."""
        return f"{self.address}{page or self.name}.{suffix}"


def tag(authority: str, *names: str) -> str:
    """A tag URI. What a tag may not hold is percent-encoded, so that different names never make one tag.

    >>> tag("example.org,2026", "stories", "voa-mx2ifpgqrbtc")
    'tag:example.org,2026:stories/voa-mx2ifpgqrbtc'
    """
    return f"tag:{authority}:" + "/".join(
        quote(name, safe="-._~!$&'()*+,;=:@/", errors="surrogatepass") for name in names
    )
