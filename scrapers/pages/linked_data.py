"""JSON-LD: every shape that sites print it in → the one item that describes the page's article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

ARTICLE = re.compile(r"(Article|BlogPosting|LiveBlogPosting|Report|Reportage|ClaimReview|NewsStory)$")
# Only where no article is.
WEAK = re.compile(r"(WebPage|ItemPage|VideoObject|CreativeWork|PodcastEpisode|ImageGallery|MediaGallery)$")
TRAILING_COMMA = re.compile(r",\s*([}\]])")
WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\](?:>|&gt;)\s*(?:\*/)?)\s*;?\s*$"
)
COMMENT = re.compile(r"^\s*//.*$|/\*[^*]{0,500}\*/", re.MULTILINE)
# The end of a value, white space, and the next key: "…" "author":
NO_COMMA = re.compile(r'(?<=["\]}\d])(\s+)(?="@?\w+"\s*:)')
# A member of an object that can't be mended, up to the next key or end.
MEMBER = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated)"\s*:\s*"(.*?)"\s*(?=,\s*"@?\w+"\s*:|[}\n]|$)', re.DOTALL
)
PERSONS = re.compile(r'"author"\s*:\s*(\{[^{}]{0,600}\}|\[[^\[\]]{0,2000}\])')
KIND = re.compile(r'"@type"\s*:\s*\[?\s*"(\w*(?:Article|BlogPosting|Report))"')
MEMBERS = 20  # objects in one script that are looked at
DEEPEST = 12  # levels: the deepest script of 204 real pages has 6

Item = dict[str, Any]


def items(texts: Iterable[str]) -> list[Item]:
    """All objects with a type or an id, outer before inner. A text that can't be mended gives nothing."""
    found: list[Item] = []
    for text in texts:
        found.extend(_objects(_loaded(text), 0))
    return found


def _loaded(text: str) -> Any:
    text = WRAPPING.sub("", text).strip().rstrip(";").strip()
    for mend in (
        lambda t: t,
        lambda t: TRAILING_COMMA.sub(r"\1", COMMENT.sub("", t)),
        _escaped,
        html.unescape,
        _parted,
    ):
        try:
            return _decoded(mend(text))
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _decoded(text: str) -> Any:
    """The value, or a list of the values that stand one behind the other."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = 0
    text = text.strip()
    while at < len(text) and len(found) < MEMBERS:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        at = end + len(text[end:]) - len(text[end:].lstrip(" \t\r\n,;"))
    return found[0] if len(found) == 1 else found


def _parted(text: str) -> str:
    """With a comma where one is missing between two members."""
    return NO_COMMA.sub(r",\1", _escaped(text))


def _salvaged(text: str) -> Item | None:
    """What can be read of one article whose object can't: members that stand by themselves, in their own order."""
    kinds = KIND.findall(text)
    if len(kinds) != 1:
        return None  # members of several objects can't be told apart
    found: Item = {"@type": kinds[0]}
    for name, value in MEMBER.findall(text):
        found.setdefault(name, value)
    for persons in PERSONS.findall(text)[:1]:
        try:
            found["author"] = json.loads(persons, strict=False)
        except ValueError:
            continue
    return found


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
        if types(value) or "@id" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "item"):
            yield from _objects(value.get(key), depth + 1)


def types(item: Item) -> list[str]:
    """The types of an item without their namespace."""
    said = item.get("@type")
    return [t.rsplit("/", 1)[-1] for t in (said if isinstance(said, list) else [said]) if isinstance(t, str)]


def article(found: list[Item], url: str, canonical: str | None, titles: Sequence[str] = ()) -> Item:
    """The article among the items: the one at this page's address, or with its title; never one that stands elsewhere.

    ``titles``: what the page is called in its head and its h1. References to other items ({"@id": …}) are replaced by these.
    """
    named = {
        item["@id"]: item for item in found if isinstance(item.get("@id"), str) and len(item) > 1 and "name" in item
    }
    for kind in (ARTICLE, WEAK):
        some = [item for item in found if any(kind.search(t) for t in types(item))]
        here = [item for item in some if _is_at(item, url) or (canonical and _is_at(item, canonical))]
        called = [item for item in some if any(_agree(text(item.get("headline")), title) for title in titles)]
        loose = [item for item in some if not _is_elsewhere(item, url, canonical)][: 1 if kind is ARTICLE else None]
        both = [item for item in here if item in called]
        rich = [
            item
            for item in (both or here or called or loose)
            if item.get("headline") or item.get("name") or item.get("datePublished")
        ]
        if rich:
            best = max(
                rich,
                key=lambda item: sum(key in item for key in ("headline", "datePublished", "author", "articleBody")),
            )
            return {key: _resolved(value, named) for key, value in best.items()}
    return {}


def _agree(a: str | None, b: str) -> bool:
    """Are these forms of one headline? Most words of the shorter one stand in both."""
    x, y = set(re.findall(r"\w+", (a or "").casefold())), set(re.findall(r"\w+", b.casefold()))
    return bool(x and y) and len(x & y) >= 0.6 * min(len(x), len(y)) and min(len(x), len(y)) > 1


def _is_elsewhere(item: Item, url: str, canonical: str | None) -> bool:
    """Does an item say that it stands at another address?"""
    page = item.get("mainEntityOfPage")
    said = (item.get("url"), page, page.get("@id") if isinstance(page, dict) else None)
    paths = {_path(one) for one in said if isinstance(one, str)} - {""}
    return bool(paths) and not paths & {_path(url), _path(canonical or url)}


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
