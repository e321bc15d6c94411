"""What the renderers write: one file a format. Pure: a Feed in, bytes out.

    rss, atom, jsonfeed, plain_text    what feeds are written in
    xml                                what RSS and Atom share
    index_page, opml                   the page that lists all feeds; subscription lists

A format is a module with SUFFIX, LABEL, TYPE (its media type) and ``render(feed) -> bytes``, and a place in FORMATS: it is
published, listed on the page of all feeds and served then.
"""

from __future__ import annotations

from types import ModuleType

from aggregator.feeds.formats import atom, jsonfeed, plain_text, rss

FORMATS: tuple[ModuleType, ...] = (rss, atom, jsonfeed, plain_text)
