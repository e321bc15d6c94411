"""What an outlet's TOML file says of its pages: a CSS selector a field. The keys are told in docs/reading.md.

A selector that finds nothing leaves its field to the general reader; so does one that is no CSS.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from scrapers.pages.document import elements_at, remove


def elements(root: etree._Element, selectors: Mapping[str, str], key: str) -> list[etree._Element]:
    """The elements that the selector of a field finds, in document order."""
    compiled = _compiled(selectors[key]) if key in selectors else None
    return elements_at(root, compiled.path) if compiled is not None else []


def words(root: etree._Element, selectors: Mapping[str, str], key: str) -> list[str]:
    """The texts of these elements; a meta element's content, a time element's datetime."""
    found = (
        one.get("content") or one.get("datetime") or " ".join(map(str, one.itertext()))
        for one in elements(root, selectors, key)
    )
    return [text for one in found if (text := " ".join(one.split()))]


def drop(root: etree._Element, selectors: Mapping[str, str]) -> None:
    """Take elements out of the tree that the outlet calls boilerplate; the text behind them stays."""
    remove(elements(root, selectors, "drop"))


@cache
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError:
        return None
