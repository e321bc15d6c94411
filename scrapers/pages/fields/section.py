"""Where its site files an article: its section, and the words that it is tagged with."""

from __future__ import annotations

from typing import Any

from scrapers.pages import linked_data
from scrapers.pages.witness import Context, Witness, first

SECTION: tuple[Witness[str], ...] = (
    Witness("json-ld", lambda at: [("json-ld", linked_data.text(at.document.linked.get("articleSection")))], "JSON-LD"),
    Witness(
        "meta",
        lambda at: ((f"meta {key}", at.document.meta.get(key)) for key in ("article:section", "section")),
        "meta tags",
    ),
)
TAGS: tuple[Witness[Any], ...] = (
    Witness("json-ld", lambda at: [("json-ld", at.document.linked.get("keywords"))], "JSON-LD keywords"),
    Witness(
        "meta",
        lambda at: ((f"meta {key}", at.document.meta.get(key)) for key in ("news_keywords", "keywords")),
        "meta news_keywords, keywords",
    ),
)
MOST = 60  # tags of a page that are kept; sites print every word of a text here; chosen


def read_section(context: Context) -> str | None:
    """The section as it is printed."""
    return first(SECTION, context)


def read_tags(context: Context) -> tuple[str, ...]:
    """The tags of the first witness that gives any, each once."""
    said = first(TAGS, context) or ""
    words = said if isinstance(said, list) else str(said).split(",")
    return tuple(
        dict.fromkeys(tag for word in words[:MOST] if isinstance(word, str) and (tag := linked_data.plain(word)))
    )
