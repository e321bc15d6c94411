"""The headline as displayed: the h1 that what the head says agrees with, without the site's name."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import NEVER
from scrapers.pages.document import Document

SUFFIX = re.compile(r"\s+[|\-–—·•»:«/]+\s+")
WORD = re.compile(r"\w+")
SAME = 0.6  # share of the words of the shorter one that two headlines have in common: one was shortened for the web
LONGEST = 400  # characters; the longest of 204 real ones has 142


def read_headline(page: Document, site: str | None) -> tuple[str | None, str | None, etree._Element | None]:
    """The headline, where it was found, and its h1 if it has one."""
    said = _said(page, site)
    tops = [(words, h1) for h1 in page.root.iter("h1") if (words := _words(h1)) and len(words) <= LONGEST]
    for evidence, claim in said:
        for words, h1 in tops:
            if agree(words, claim):
                return _without_kicker(words, h1, said), f"h1, as in {evidence}", h1
    lone = _lone(tops, {_folded(name) for name in (site, page.meta.get("og:site_name")) if name})
    if lone is not None:
        return lone[0], "h1", lone[1]
    for level in ("h2", "h3") if said else ():
        for heading in page.root.iter(level):
            if _folded(_words(heading)) == _folded(said[0][1]):
                return _words(heading), level, heading
    if said:
        return said[0][1], said[0][0], None
    return None, None, None


def _without_kicker(words: str, h1: etree._Element, said: list[tuple[str, str]]) -> str:
    """The h1 without a child element at its begin or end, where all that is left is what the head calls the page.

    Where the head joins its parts by a sign ("Flood: Two ministers go") that on the page is only a line's end, with that sign.
    """
    parts = [part for child in h1.iter() if child is not h1 and (part := _words(child)) and part != words]
    for part in parts:
        for rest in (words.removeprefix(part), words.removesuffix(part)):
            bare = rest.strip(" :|–—-•/")
            if rest != words and any(_folded(bare) == _folded(claim) for _, claim in said):
                return bare
    same = (claim for _, claim in said if WORD.findall(claim) == WORD.findall(words))
    return next(same, words) if parts else words


def _said(page: Document, site: str | None) -> list[tuple[str, str]]:
    """What the head calls the page, best witness first, without the site's name."""
    names = {_folded(name) for name in (site, page.meta.get("og:site_name"), page.meta.get("application-name")) if name}
    claims = (
        ("json-ld headline", linked_data.text(page.linked.get("headline"))),
        ("og:title", page.meta.get("og:title")),
        ("twitter:title", page.meta.get("twitter:title")),
        ("json-ld name", linked_data.text(page.linked.get("name"))),
        ("title", page.title),
    )
    return [
        (evidence, bare) for evidence, claim in claims if claim and (bare := _bare(linked_data.plain(claim), names))
    ]


def _lone(tops: list[tuple[str, etree._Element]], names: set[str]) -> tuple[str, etree._Element] | None:
    """The one h1 of a page, where it is not the site's name."""
    if len(tops) != 1 or len(WORD.findall(tops[0][0])) < 3 or _folded(tops[0][0]) in names:
        return None
    return tops[0]


def agree(a: str, b: str) -> bool:
    """Are these two forms of one headline?"""
    x, y = set(_folded(a).split()), set(_folded(b).split())
    if not x or not y:
        return False
    if min(len(x), len(y)) < 3:
        return (
            x == y
            or "".join(sorted(x)) == "".join(sorted(y))
            or _folded(a).startswith(_folded(b))
            or _folded(b).startswith(_folded(a))
        )
    return len(x & y) >= SAME * min(len(x), len(y))


def _bare(claim: str, names: set[str]) -> str:
    """A title without its last part where that is the site's name, or looks like one."""
    parts = SUFFIX.split(claim)
    if len(parts) > 1 and (
        _folded(parts[-1]) in names or (len(parts[-1].split()) <= 4 and len(parts[0]) > 2 * len(parts[-1]))
    ):
        cut = len(claim) - len(parts[-1])
        return SUFFIX.sub("", claim[:cut][::-1], count=1)[::-1].strip() if names else claim[:cut].rstrip(" |-–—·•»:«/")
    if len(parts) > 1 and _folded(parts[0]) in names:
        return claim[len(parts[0]) :].lstrip(" |-–—·•»:«/")
    return claim


def _words(element: etree._Element) -> str:
    return " ".join("".join(_texts(element)).split())


def _texts(element: etree._Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NEVER and class_names.mark(child) is not class_names.HIDDEN:
            found += _texts(child)
        if child.tag in ("br", "div", "p"):
            found.append(" ")
        found.append(child.tail or "")
    return found


def _folded(words: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", words).casefold()))
