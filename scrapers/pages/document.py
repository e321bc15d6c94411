"""Bytes of a response → one parsed tree, whatever charset they claim. Reads nothing out of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

from scrapers.pages import linked_data

LARGEST = 12_000_000  # bytes; the largest of 204 real pages has 1.5 million
DECLARED_WITHIN = 4096  # bytes from the start: HTML says 1024, real pages put scripts before the declaration
DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]{0,80}encoding=["']([\w-]+)""", re.I
)
# What XML 1.0 forbids, as UTF-8: a tree can't hold it. One pass over bytes costs a tenth of a regular expression's.
NOT_XML = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
NO_SIGNS = re.compile("[\ufffe\uffff]")
# etree's, since lxml.html's asks Python for the class of every element that is touched. One for all pages: it is made anew
# at a tenth of a page's cost.
PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)


@dataclass(frozen=True)
class Document:
    """A page parsed once, with the parts of its head that several fields are read from."""

    url: str
    root: etree._Element

    @cached_property
    def heads(self) -> dict[str, list[etree._Element]]:
        """The elements that say something of the whole page, wherever they stand: one walk of the tree for them all."""
        found: dict[str, list[etree._Element]] = {"meta": [], "script": [], "link": [], "title": []}
        for element in self.root.iter(*found):
            found[str(element.tag)].append(element)
        return found

    @cached_property
    def meta(self) -> dict[str, str]:
        """Contents of meta tags by lower-case name, property or itemprop; the first one that is not empty counts."""
        found: dict[str, str] = {}
        for tag in self.heads["meta"]:
            name = tag.get("property") or tag.get("name") or tag.get("itemprop") or tag.get("http-equiv")
            content = " ".join((tag.get("content") or "").split())
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def scripts(self) -> list[etree._Element]:
        """Scripts that carry data: JSON-LD and the state of JavaScript frameworks."""
        return [s for s in self.heads["script"] if "json" in (s.get("type") or "") or s.get("id") == "__NEXT_DATA__"]

    @cached_property
    def linked(self) -> dict[str, Any]:
        """The JSON-LD item that describes this page's article; empty where there is none."""
        texts = [s.text or "" for s in self.scripts if "ld+json" in (s.get("type") or "").lower()]
        return linked_data.article(linked_data.items(texts), self.url, self.canonical)

    @cached_property
    def canonical(self) -> str | None:
        """The address in rel=canonical, absolute."""
        for link in self.heads["link"]:
            if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
                try:
                    return urljoin(self.url, link.get("href", "").strip())
                except ValueError:
                    return None
        return None

    @cached_property
    def title(self) -> str | None:
        """The words of the title element."""
        for title in self.heads["title"]:
            if words := " ".join((title.text or "").split()):
                return words
        return None


def words(element: etree._Element) -> str:
    """All the words inside an element, white space collapsed."""
    return " ".join("".join(map(str, element.itertext())).split())


def every(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements that an XPath finds."""
    found = root.xpath(path)
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def remove(elements: Iterable[etree._Element]) -> None:
    """Take elements out of their tree; the text behind each stays."""
    for element in elements:
        above = element.getparent()
        if above is None:
            continue
        tail, before = element.tail or "", element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            above.text = (above.text or "") + tail
        above.remove(element)


def parse_page(body: bytes, content_type: str | None, url: str) -> Document | None:
    """The tree of a page; None where there is no element at all."""
    text = _utf8(body, content_type)
    if b"<" not in text:
        return None
    try:
        root = etree.fromstring(text, PARSER)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return Document(url, root) if root is not None else None


def _utf8(body: bytes, content_type: str | None) -> bytes:
    """The words of a page as UTF-8 that a tree can hold."""
    try:
        words = body.decode("utf-8")
        text = body.removeprefix(codecs.BOM_UTF8)
    except UnicodeDecodeError:
        words = decoded(body, content_type)
        text = words.encode("utf-8", "replace")
    if "\ufffe" in words or "\uffff" in words:
        text = NO_SIGNS.sub("", words).encode("utf-8", "replace")
    return text.translate(None, NOT_XML)


def decoded(body: bytes, content_type: str | None) -> str:
    """The words of a page. Valid UTF-8 wins over any declaration: text in another charset is hardly ever valid UTF-8.

    >>> decoded('<meta charset="latin-1">Žižek'.encode(), None)
    '<meta charset="latin-1">Žižek'
    """
    mark, rest = read_bom(body)
    if mark:
        return (rest or b"").decode(mark, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = error
    charset = _declared(body, content_type)
    if charset and codecs.lookup(charset).name != "utf-8":
        return body.decode(charset, "replace")
    return _guessed(body, damaged)


def _declared(body: bytes, content_type: str | None) -> str | None:
    said = DECLARATION.search(body[:DECLARED_WITHIN])
    inside = (said.group(1) or said.group(2)).decode("ascii", "ignore") if said else None
    for name in (http_content_type_encoding(content_type), inside):
        charset = resolve_encoding(name) if name else None
        if charset and codecs.lookup(charset).name != "utf-8":
            return charset
    return None


def _guessed(body: bytes, damaged: UnicodeDecodeError) -> str:
    """A page that says UTF-8 and is not: a few broken bytes in UTF-8, or another charset altogether."""
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 50 < sum(byte > 127 for byte in body[damaged.start : damaged.start + 50_000]):
        return text
    from charset_normalizer import from_bytes  # rare, and slow to import

    best = from_bytes(body[:100_000]).best()
    return body.decode(best.encoding, "replace") if best else text
