"""What a page calls the site that publishes it. Claims only: whether a name is somebody else's, the credit reader says."""

from __future__ import annotations

import re
from typing import Any

from scrapers.pages import linked_data
from scrapers.pages.document import Document
from scrapers.pages.fields.headline import SUFFIX
from scrapers.pages.witness import Context, Witness, answers
from storage import keys

PUBLISHED_BY: tuple[Witness[str], ...] = (
    Witness(
        "meta",
        lambda at: ((f"meta {key}", at.document.meta.get(key)) for key in META),
        "og:site_name and other meta tags",
    ),
    Witness(
        "json-ld publisher",
        lambda at: (
            ("json-ld publisher", linked_data.text(one)) for one in _listed(at.document.linked.get("publisher"))
        ),
        "JSON-LD publisher",
    ),
    Witness(
        "title",
        lambda at: [("title", _suffix(at.document))],
        "the title's last part where it is spelt like the address",
    ),
)
LONGEST = 60  # characters of a name
MOST_WORDS = 5  # of a title's last part that may be the site's name
META: tuple[str, ...] = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:app:name:iphone",
    "dc.publisher",
)


def publisher_names(context: Context) -> tuple[str, ...]:
    """Each name once, the best witness's first; empty where the page says none."""
    said = (name.strip() for _, name in answers(PUBLISHED_BY, context) if name)
    return tuple(dict.fromkeys(name for name in said if 1 < len(name) <= LONGEST))


def firm(page: Document) -> str | None:
    """The firm that JSON-LD names as publisher. None: there is none, or it is a person, as on an author's own site."""
    claim = next(iter(_listed(page.linked.get("publisher"))), None)
    return linked_data.text(claim) if isinstance(claim, dict) and "Person" not in linked_data.types(claim) else None


def _listed(claim: Any) -> list[Any]:
    return claim if isinstance(claim, list) else [claim]


def _suffix(page: Document) -> str | None:
    """The last part of the title where it is spelt like the site's address."""
    parts = SUFFIX.split(page.title or "")
    last = parts[-1].strip()
    if len(parts) < 2 or len(last.split()) > MOST_WORDS:
        return None
    letters = re.sub(r"\W|_", "", last).casefold()
    host = re.sub(r"\W|_", "", keys.host(keys.canonical(page.url)) or "").casefold()
    return last if len(letters) > 2 and letters in host else None
