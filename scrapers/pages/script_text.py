"""Text that stands only in a script's data, put where a browser would have put it. Judges no paragraph: the reader does.

Pages of JavaScript frameworks carry their article as JSON, in JSON-LD's articleBody or in the state of the framework,
and leave the markup empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from scrapers.pages.document import Document

LEAST = 250  # characters of running text that make an article; shorter lists are menus and teasers
TEXT_KEYS = ("text", "content", "html", "value", "body", "paragraph", "children")
TAG = re.compile(r"<[^<>]{0,500}>")
SENTENCE = re.compile(r"[.!?…。！？؟।:»”\")]\s*$")
DEEPEST = 40  # levels of JSON that are walked


def fill(document: Document) -> bool:
    """Add the longest text of the page's data to its body as paragraphs. Says whether there was one."""
    paragraphs = max(_candidates(document), key=_length, default=[])
    body = next(document.root.iter("body"), None)
    if _length(paragraphs) < LEAST or body is None:
        return False
    article = etree.SubElement(body, "article")
    for text in paragraphs:
        etree.SubElement(article, "p").text = text
    return True


def _candidates(document: Document) -> Iterator[list[str]]:
    said = document.linked.get("articleBody")
    if isinstance(said, str):
        yield [text for line in said.split("\n") if (text := _plain(line))]
    for script in document.scripts:
        if "ld+json" not in (script.get("type") or "").lower():
            try:
                yield from _lists(json.loads(script.text or ""), 0)
            except (ValueError, RecursionError):
                continue


def _lists(value: Any, depth: int) -> Iterator[list[str]]:
    """Every list in the data, as the running texts of its members."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for below in value.values():
            yield from _lists(below, depth + 1)
    elif isinstance(value, list):
        yield [text for member in value if SENTENCE.search(text := _text(member, 0))]
        for below in value:
            yield from _lists(below, depth + 1)


def _text(member: Any, depth: int) -> str:
    """The words of one paragraph: a string, or an object or list that wraps it."""
    if isinstance(member, str):
        return _plain(member)
    if depth > 4:
        return ""
    if isinstance(member, list):
        return " ".join(filter(None, (_text(one, depth + 1) for one in member)))
    if isinstance(member, dict):
        return next(filter(None, (_text(member[key], depth + 1) for key in TEXT_KEYS if key in member)), "")
    return ""


def _plain(text: str) -> str:
    return " ".join(TAG.sub(" ", text).split())


def _length(paragraphs: list[str]) -> int:
    return sum(map(len, paragraphs))
