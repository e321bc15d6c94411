"""Text that stands only in a script's data, put where a browser would have put it. Judges no paragraph: the reader does.

Pages of JavaScript frameworks carry their article as JSON, in JSON-LD's articleBody, in the state of the framework
("__NEXT_DATA__", "window.__STATE__ = {…}") or in React's flight stream ("self.__next_f.push"), and leave the markup empty. There
it is a list of paragraphs, a string of HTML, or a tree of React's elements.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from scrapers.pages.document import PARSER, Document
from scrapers.pages.fields import headline

LEAST = 250  # characters of running text that make an article; shorter lists are menus and teasers
TEXT_KEYS = ("text", "content", "html", "value", "body", "paragraph", "children")
DATE_KEY = re.compile(
    r"(?:(?:date|first|initial)[_-]?)?publish(?:ed)?(?:[_-]?(?:at|on|date|time|dt|datetime))?$|pub[_-]?(?:date|time|dt)$|"
    r"(?:deploy|reg|release)[_-]?(?:dt|date)$",
    re.IGNORECASE,
)
TITLE_KEYS = ("title", "headline", "name")
TAG_NAME = re.compile(r"[a-z][a-z0-9]{0,12}")
TAG = re.compile(r"<[^<>]{0,500}>")
PARAGRAPHS = re.compile(r"<(?:p|br|div)\b[^<>]{0,300}>", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?…。！？؟।:»”\")]\s*$")
DEEPEST = 60  # levels of JSON that are walked: React's trees are deep
FLIGHT = re.compile(r"self\.__next_f\.push\(\[1,\s*(?=\")")
STATE = re.compile(r"(?:=|push\()\s*(?=\{\s*\")")  # window.__STATE__ = {"…, window.__Q.push({"…
ROW = re.compile(rb"[0-9a-f]+:(?:T([0-9a-f]+),|[A-Z]{0,2})")  # of the flight stream; T: a text of so many bytes
PLACEHOLDER = re.compile(r"\$\$\w+\$\$|\{\{\s*\w+\s*\}\}")  # where a browser would put an advertisement
LARGEST = 3_000_000  # characters of a script that are looked at


class _Top(NamedTuple):
    """A title in the data, and what stands beside it under a name of publication; "" where nothing does."""

    title: str
    published: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be the article's text: its paragraphs, or a string of HTML."""

    top: _Top | None  # what it stands under, where that is what the head calls this page
    paragraphs: list[str] = field(default_factory=list)
    markup: str = ""

    def size(self) -> int:
        return sum(map(len, self.paragraphs)) or len(_plain(self.markup))


def fill(document: Document) -> bool:
    """Add the longest text of the page's data to its body, the one that its own title stands over before others. Says whether
    there was one."""
    long = [one for one in _candidates(document) if one.size() >= LEAST]
    best = max(long, key=lambda one: (one.top is not None, one.size()), default=None)
    body = next(document.root.iter("body"), None)
    if best is None or body is None:
        return False
    article = etree.SubElement(body, "article")
    if best.top and best.top.title and next(document.root.iter("h1"), None) is None:
        etree.SubElement(article, "h1").text = best.top.title
    if best.top and best.top.published:
        etree.SubElement(article, "time", datetime=best.top.published, itemprop="datePublished")
    for text in best.paragraphs:
        etree.SubElement(article, "p").text = text
    if best.markup and (made := etree.fromstring(PLACEHOLDER.sub("", best.markup).encode(), PARSER)) is not None:
        article.extend(list(next(made.iter("body"), made)))
    return True


def _candidates(document: Document) -> Iterator[_Candidate]:
    said = document.linked.get("articleBody")
    if isinstance(said, str):
        yield _Candidate(_Top("", ""), [text for line in said.split("\n") if (text := _plain(line))])
    titles = [one for one in (document.meta.get("og:title"), document.title) if one]
    for value in _values(document):
        try:
            yield from _texts(value, titles, None, 0)
        except RecursionError:
            continue


def _values(document: Document) -> Iterator[Any]:
    """All data of a page's scripts as Python's."""
    stream: list[str] = []
    decoder = json.JSONDecoder(strict=False)
    for script in document.heads["script"]:
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind or len(text) > LARGEST:
            continue
        flight = list(FLIGHT.finditer(text))
        starts = (
            [0] if "json" in kind or script.get("id") == "__NEXT_DATA__" else [m.end() for m in STATE.finditer(text)]
        )
        for start in [match.end() for match in flight] or starts:
            try:
                value = decoder.raw_decode(text, start + len(text[start:]) - len(text[start:].lstrip()))[0]
            except (ValueError, RecursionError):
                continue
            if flight:
                stream.append(value)
            else:
                yield value
    yield from _rows("".join(stream).encode("utf-8", "replace"))


def _rows(stream: bytes) -> Iterator[Any]:
    """The rows of React's flight stream: texts by their length in bytes, all else JSON up to the line's end."""
    at = 0
    while at < len(stream):
        head = ROW.match(stream, at)
        end = stream.find(b"\n", at)
        end = len(stream) if end < 0 else end
        if head and head[1]:
            end = head.end() + int(head[1], 16)
            yield stream[head.end() : end].decode("utf-8", "replace")
        elif head:
            with suppress(ValueError, RecursionError):
                yield json.loads(stream[head.end() : end])
            end += 1
        else:
            end += 1
        at = end


def _texts(value: Any, titles: list[str], top: _Top | None, depth: int, rendered: bool = False) -> Iterator[_Candidate]:
    """Every text in the data: lists, as the running texts of their members, strings of HTML, and React's trees as HTML."""
    if depth > DEEPEST:
        return
    if isinstance(value, str):
        if len(value) >= LEAST and len(PARAGRAPHS.findall(value)) > 1:
            yield _Candidate(top, markup=value)
    elif isinstance(value, dict):
        if names := [_plain(said) for key in TITLE_KEYS if isinstance(said := value.get(key), str) and said]:
            title = next((name for name in names if any(headline.agree(name, said) for said in titles)), None)
            dates = (
                str(said)
                for key, said in value.items()
                if DATE_KEY.match(key) and isinstance(said, (str, int)) and said
            )
            top = None if title is None else _Top(title, next(dates, ""))
        for below in value.values():
            yield from _texts(below, titles, top, depth + 1, rendered)
    elif isinstance(value, list):
        if _is_element(value):
            if not rendered:
                yield _Candidate(top, markup=_rendered(value, 0))
            yield from _texts(value[3], titles, top, depth + 1, True)
            return
        if not any(map(_is_element, value)):
            yield _Candidate(top, [text for member in value if SENTENCE.search(text := _text(member, 0))])
        elif not rendered:
            yield _Candidate(top, markup=_rendered(value, 0))
            rendered = True
        for below in value:
            yield from _texts(below, titles, top, depth + 1, rendered)


def _is_element(value: Any) -> bool:
    """Is this React's element: a sign, its tag or a reference to its component, its key, its properties?"""
    return isinstance(value, list) and len(value) > 3 and value[0] == "$" and isinstance(value[3], dict)


def _rendered(value: Any, depth: int) -> str:
    """React's elements as the HTML that a browser would show; a component counts as what is inside it."""
    if isinstance(value, str):
        return "" if value.startswith("$") else html.escape(value)  # "$L14" refers to a row of the stream
    if not isinstance(value, list) or depth > DEEPEST:
        return ""
    if not _is_element(value):
        return "".join(_rendered(one, depth + 1) for one in value)
    tag = value[1] if isinstance(value[1], str) and TAG_NAME.fullmatch(value[1]) else "div"
    said = value[3].get("dangerouslySetInnerHTML")
    inner = said.get("__html") if isinstance(said, dict) else None
    inside = inner if isinstance(inner, str) else _rendered(value[3].get("children"), depth + 1)
    return f'<{tag} class="{html.escape(str(value[3].get("className") or ""))}">{inside}</{tag}>'


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
