"""Bytes of a response → one parsed tree, whatever charset they claim. Reads nothing out of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
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
TAGS = re.compile(rb"<(?:script|style)[^>]*>.*?</(?:script|style)>|<[^>]*>", re.DOTALL | re.I)
# Charsets, the signs that any text in them is full of (kana, Hangul, the commonest characters of Chinese), and what share of
# its wide signs these are at least.
EASTERN = (
    ("shift_jis", re.compile("[\u3041-\u3096\u30a1-\u30fa]+"), 0.12),
    ("euc_jp", re.compile("[\u3041-\u3096\u30a1-\u30fa]+"), 0.12),
    ("cp949", re.compile("[\uac00-\ud7a3]+"), 0.8),
    ("gb18030", re.compile("[的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年]+"), 0.12),
    ("big5", re.compile("[的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年]+"), 0.12),
)
# What XML 1.0 forbids, as UTF-8: a tree can't hold it. One pass over bytes costs a tenth of a regular expression's.
UNTYPED = re.compile(r"""\s*\[?\s*\{\s*"@(?:context|graph)"\s*:""")
NOT_XML = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
NO_SIGNS = re.compile("[\ufffe\uffff]")
# etree's, since lxml.html's asks Python for the class of every element that is touched. One for all pages: it is made anew
# at a tenth of a page's cost.
PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
ITEMS = etree.XPath("//*[@itemprop][not(self::meta)]")
RELATED = etree.XPath("descendant-or-self::a[@rel]")


@dataclass(frozen=True)
class Document:
    """A page parsed once, with the parts of its head that several fields are read from."""

    url: str
    root: etree._Element
    source: bytes = b""  # what the tree was made of, as UTF-8; empty: not kept

    def may_hold(self, *words: bytes) -> bool:
        """Can one of these words stand in the page, however it is written? Its bytes cost a hundredth of its tree to look at."""
        return not self.source or any(word in self._lower for word in words)

    @cached_property
    def _lower(self) -> bytes:
        """The page in lower case, as the parser makes the names of attributes: "itemProp" is itemprop."""
        return self.source.lower()

    @cached_property
    def items(self) -> list[etree._Element]:
        """The elements that say by an itemprop what they are, without those of the head."""
        return _elements(ITEMS(self.root)) if self.may_hold(b"itemprop") else []

    @cached_property
    def related(self) -> list[etree._Element]:
        """The links that say how their page relates to this one (rel), in document order."""
        return _elements(RELATED(self.root))

    @cached_property
    def heads(self) -> dict[str, list[etree._Element]]:
        """The elements that say something of the whole page, wherever they stand: one walk of the tree for them all."""
        found: dict[str, list[etree._Element]] = {"meta": [], "script": [], "link": [], "title": [], "base": []}
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
    def linked(self) -> dict[str, Any]:
        """The JSON-LD item that describes this page's article; empty where there is none."""
        texts = [s.text or "" for s in self.heads["script"] if _is_linked(s)]
        tops = [words(h1) for h1 in self.root.iter("h1")][:4]
        titles = [title for title in (*tops, self.meta.get("og:title"), self.title) if title]
        return linked_data.article(linked_data.items(texts), self.url, self.canonical, titles)

    @cached_property
    def base(self) -> str:
        """The address that relative ones on the page are meant from (base href)."""
        said = next((base.get("href", "").strip() for base in self.heads["base"] if base.get("href")), "")
        try:
            return urljoin(self.url, said)
        except ValueError:
            return self.url

    @cached_property
    def canonical(self) -> str | None:
        """The address in rel=canonical, absolute."""
        for link in self.heads["link"]:
            if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
                try:
                    return urljoin(self.base, link.get("href", "").strip())
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


def _is_linked(script: etree._Element) -> bool:
    """JSON-LD by its type, or, where a site forgot that, by how it begins."""
    kind = (script.get("type") or "").lower()
    return "ld+json" in kind or (not kind and bool(UNTYPED.match(script.text or "")))


def words(element: etree._Element) -> str:
    """All the words inside an element, white space collapsed."""
    return " ".join("".join(map(str, element.itertext())).split())


def elements_at(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements that an XPath finds. It looks at the whole tree, which costs up to half a bare parse."""
    return _elements(_path(path)(root))


def _elements(found: object) -> list[etree._Element]:
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


@cache
def _path(path: str) -> etree.XPath:
    return etree.XPath(path)


def backwards(root: etree._Element) -> Iterator[etree._Element]:
    """An element and all inside it, against the order of the document."""
    at: etree._Element | None = _last(root)
    while at is not None:
        yield at
        before = None if at is root else at.getprevious()
        at = _last(before) if before is not None else None if at is root else at.getparent()


def _last(element: etree._Element) -> etree._Element:
    """The element inside it that comes last."""
    while len(element):
        element = element[-1]
    return element


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
    return Document(url, root, text) if root is not None else None


def _utf8(body: bytes, content_type: str | None) -> bytes:
    """The words of a page as UTF-8 that a tree can hold."""
    try:
        if _wide(body):
            raise UnicodeDecodeError("utf-8", body, 0, 1, "UTF-16")
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
    if charset := _wide(body):
        return body.decode(charset, "replace")
    charset, mark = read_bom(body)
    body = body.removeprefix(mark or b"")
    if charset and charset != "utf-8":
        return body.decode(charset, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    charset = _declared(body, content_type)
    return body.decode(charset, "replace") if charset else _guessed(body)


def _declared(body: bytes, content_type: str | None) -> str | None:
    """The charset that the answer or the page itself names, if it is another than UTF-8."""
    said = DECLARATION.search(body[:DECLARED_WITHIN])
    inside = (said.group(1) or said.group(2)).decode("ascii", "ignore") if said else None
    for name in (http_content_type_encoding(content_type), inside):
        charset = resolve_encoding(name) if name else None
        if charset and codecs.lookup(charset).name != "utf-8":
            return charset
    return None


def _guessed(body: bytes) -> str:
    """A page that says UTF-8 and is not: a few broken bytes in UTF-8, or another charset altogether.

    Of text in another charset hardly any sequence is valid UTF-8; broken bytes in UTF-8 are mostly pasted Windows-1252.
    """
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) - bad >= bad:
        return body.decode("utf-8", "windows-1252")
    if charset := _eastern(body):
        return body.decode(charset, "replace")
    from charset_normalizer import from_bytes  # rare, and slow to import

    best = from_bytes(TAGS.sub(b" ", body[:200_000])).best()
    return body.decode(best.encoding, "replace") if best else text


def _wide(body: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of a tag is 0."""
    head = body[:40].lstrip()
    if head[:6:2] in (b"<ht", b"<!d", b"<!D", b"<HT") and head[1:7:2] == b"\0\0\0":
        return "utf-16-le"
    return "utf-16-be" if head[1:7:2] in (b"<ht", b"<!d", b"<!D", b"<HT") and head[:6:2] == b"\0\0\0" else None


def _eastern(body: bytes) -> str | None:
    """The charset of an undeclared page in Japanese, Korean or Chinese: it decodes, and holds the signs each text is full of."""
    plain = TAGS.sub(b" ", body[:200_000])
    for charset, signs, share in EASTERN:
        text = plain.decode(charset, "ignore")
        wide = [c for c in text if c > "\u00ff"]
        if len(wide) > 20 and sum(map(len, signs.findall(text))) > share * len(wide):
            return charset
    return None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _as_windows)
