"""What an element is called by its tag, id and classes: "article", "div#story", "p.lead". A page's other words are not names."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

# A class or id with digits is of one page, or of one build of the site.
STABLE = re.compile(r"[A-Za-z][A-Za-z_-]{2,40}")
FIRST = 4  # classes that are looked at: the first ones say what an element is, the others how it looks


def selector_names(element: etree._Element) -> tuple[str, ...]:
    """The names of an element that has an id or a class, the most telling first; none for a bare tag."""
    return _of(element.tag, element.get("id"), element.get("class"))


@lru_cache(maxsize=20_000)
def _of(tag: str, ident: str | None, classes: str | None) -> tuple[str, ...]:
    own = (f"{tag}#{ident}",) if ident and STABLE.fullmatch(ident) else ()
    tokens = (classes or "").split()[:FIRST]
    return (*own, *(f"{tag}.{token}" for token in tokens if STABLE.fullmatch(token)))
