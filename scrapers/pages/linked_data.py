"""JSON-LD: every shape that sites print it in → the one item that describes the page's article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

ARTICLE = re.compile(r"(Article|BlogPosting|LiveBlogPosting|Report|Reportage|ClaimReview|NewsStory)$")
WEAK = re.compile(
    r"(WebPage|ItemPage|VideoObject|CreativeWork|PodcastEpisode|ImageGallery|MediaGallery)$"
)  # only where no article is
TRAILING_COMMA = re.compile(r",\s*([}\]])")
WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
DEEPEST = 12  # levels: the deepest script of 204 real pages has 6

Item = dict[str, Any]


def items(texts: Iterable[str]) -> list[Item]:
    """All objects with a type, outer before inner. A text that can't be mended gives nothing."""
    found: list[Item] = []
    for text in texts:
        found.extend(_objects(_loaded(text), 0))
    return found


def _loaded(text: str) -> Any:
    text = WRAPPING.sub("", text).strip().rstrip(";")
    for mended in (lambda t: t, lambda t: TRAILING_COMMA.sub(r"\1", t), lambda t: _escaped(t), html.unescape):
        try:
            return json.loads(mended(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _escaped(text: str) -> str:
    r"""Backslashes that begin no escape ("\'", "\d") doubled; then trailing commas taken out."""
    return TRAILING_COMMA.sub(r"\1", re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", text))


def _objects(value: Any, depth: int) -> Iterator[Item]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _objects(one, depth + 1)
    elif isinstance(value, dict):
        if types(value):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item"):
            yield from _objects(value.get(key), depth + 1)


def types(item: Item) -> list[str]:
    """The types of an item without their namespace."""
    said = item.get("@type")
    return [t.rsplit("/", 1)[-1] for t in (said if isinstance(said, list) else [said]) if isinstance(t, str)]


def article(found: list[Item], url: str, canonical: str | None) -> Item:
    """The article among the items: the one at this page's address, else the only one, else the first that is no teaser.

    References to other items ({"@id": …}) are replaced by these.
    """
    named = {item["@id"]: item for item in found if isinstance(item.get("@id"), str) and len(item) > 2}
    for kind in (ARTICLE, WEAK):
        some = [item for item in found if any(kind.search(t) for t in types(item))]
        here = [item for item in some if _is_at(item, url) or (canonical and _is_at(item, canonical))]
        rich = [
            item for item in (here or some[:1]) if item.get("headline") or item.get("name") or item.get("datePublished")
        ]
        if rich:
            best = max(
                rich,
                key=lambda item: sum(key in item for key in ("headline", "datePublished", "author", "articleBody")),
            )
            return {key: _resolved(value, named) for key, value in best.items()}
    return {}


def _is_at(item: Item, url: str) -> bool:
    page = item.get("mainEntityOfPage")
    for said in (item.get("url"), item.get("@id"), page, page.get("@id") if isinstance(page, dict) else None):
        if isinstance(said, str) and _path(said) == _path(url) != "":
            return True
    return False


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


def _resolved(value: Any, named: dict[str, Item]) -> Any:
    if isinstance(value, list):
        return [_resolved(one, named) for one in value]
    if isinstance(value, dict) and "name" not in value and value.get("@id") in named:
        return named[value["@id"]]
    return value


def text(value: Any) -> str | None:
    """A value as words: entities resolved, tags and white space taken out; the first of a list; None where empty."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return plain(value) or None


def plain(value: str) -> str:
    """Words without entities, tags and runs of white space.

    >>> plain("Bread &amp;amp; <b>butter</b>")
    'Bread & butter'
    """
    for _ in range(2):  # twice: sites escape what was escaped
        if "&" in value:
            value = html.unescape(value)
    return " ".join(re.sub(r"<[^<>]{1,300}>", " ", value).split()) if "<" in value else " ".join(value.split())
