"""Elements as CSS selectors that a person can read, and selectors as the elements they find."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

from scrapers.pages import selector_names

PLAIN = frozenset(("div", "span", "section", "p", "ul", "li"))  # alone they name no place
ABOVE = 4  # elements around it that are tried with it
MOST = 8  # selectors kept of an element


def selectors_of(element: etree._Element, root: etree._Element) -> tuple[str, ...]:
    """Selectors whose first element on the page is this one, the shortest first."""
    return tuple(islice((found for found in _tried(element) if first(root, found) is element), MOST))


def _tried(element: etree._Element) -> Iterator[str]:
    own = list(steps(element))
    yield from own
    inner = own or [str(element.tag)]
    for _, around in zip(range(ABOVE), element.iterancestors(), strict=False):
        for outer in steps(around):
            yield from (f"{outer} {step}" for step in inner)
            yield f"{outer} > {element.tag}"


def steps(element: etree._Element) -> Iterator[str]:
    """What an element is called by itself: "article#story", "div.text", "h1"."""
    tag = str(element.tag)
    yield from selector_names.selector_names(element)
    if (said := element.get("itemprop")) and selector_names.STABLE.fullmatch(said):
        yield f"{tag}[itemprop='{said}']"
    if tag not in PLAIN:
        yield tag


def first(root: etree._Element, selector: str) -> etree._Element | None:
    """The first element that a selector finds, in the order of the page; None where it finds none or is no CSS."""
    path = _compiled(selector)
    found = path(root) if path is not None else []
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


@lru_cache(maxsize=4_000)
def _compiled(selector: str) -> etree.XPath | None:
    try:
        return etree.XPath(f"({HTMLTranslator().css_to_xpath(selector, prefix='descendant-or-self::')})[1]")
    except SelectorError:
        return None
