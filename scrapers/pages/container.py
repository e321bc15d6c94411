"""The element that holds an article's paragraphs, where nobody said which it is. Judges no single paragraph."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from lxml import etree

from scrapers.pages import class_names
from scrapers.pages.blocks import Blocks

# The first four were chosen, and the figures of the tuning half looked at once with them; no range was tried.
DECAY = (1.0, 0.75, 0.5, 0.3)  # worth of a paragraph to its container and to the containers around that
NAMED_BODY = 1.6  # a container whose class says "article-body" may hold this much less text than another
GROWS = 0.12  # of the container's text: the container around is taken when it adds more …
GROWS_OVER = 0.4  # … or this much, where the container holds the headline already (.12 to 1.0 tried: no difference)
BESIDE = 0.5  # of the container's text: another article that holds less is a teaser
ITEM = 0.5  # of the page's text: a container that holds less may be one item of a list …
ITEMS = 4  # … of at least so many of its class …
MOST_OF = 0.5  # … that together hold at least this much of the page's text. Chosen; .4 and .6 give the same pages


def densest(page: Blocks, masses: list[float], dropped: list[str | None], h1: etree._Element | None) -> etree._Element:
    """The container whose paragraphs hold most text, grown while the one around adds text that is as dense.

    ``masses``: running text of each block, in characters. ``dropped``: the mark of each block that is not the article's.
    """
    own = [
        0.0 if drop in (class_names.BOILERPLATE, class_names.CAPTION) else mass
        for mass, drop in zip(masses, dropped, strict=True)
    ]
    if not any(own):
        own = masses
    scores: dict[etree._Element, float] = {}
    for block, mass in zip(page.blocks, own, strict=True):
        if mass:
            around = (
                block.element if block.tag not in ("p", "li", "blockquote", "pre", "tr") else block.element.getparent()
            )
            for share in DECAY:
                if around is None or around.tag == "html":
                    break
                scores[around] = scores.get(around, 0.0) + share * mass
                around = around.getparent()
    named = {region.element for region in page.regions if region.mark is class_names.BODY}
    if not scores:  # text outside of any body element
        return next(block.element for block, mass in zip(page.blocks, own, strict=True) if mass)
    best = max(scores, key=lambda element: scores[element] * (NAMED_BODY if element in named else 1.0))
    return _grown(page, best, own, named, h1)


def _grown(
    page: Blocks, best: etree._Element, own: list[float], named: set[etree._Element], h1: etree._Element | None
) -> etree._Element:
    """The container around is the better one where it adds text that is as dense."""
    sums = [0.0, *accumulate(own)]

    def mass(element: etree._Element) -> float:
        start, end = page.spans.get(element, (0, 0))
        return sums[end] - sums[start]

    best = _with_siblings(_with_alike(page, best, mass), mass)
    here, around = best, best.getparent()
    while around is not None and around.tag != "html":
        if here in named and mass(here) > max(400, 0.6 * sums[-1]):
            break
        if mass(around) > (1 + (GROWS_OVER if _holds(best, h1) else GROWS)) * mass(best):
            if _foreign(around, best, mass, h1) or (around.tag == "body" and mass(best) > 0.5 * mass(around)):
                break
            best = around
        here, around = around, around.getparent()
    return best


def _with_alike(page: Blocks, best: etree._Element, mass: Callable[[etree._Element], float]) -> etree._Element:
    """What holds a container and those of the same class, where together they are most of the page: the items of a list, the
    posts of a live blog. Items with dates or authors of their own are other articles.
    """
    whole = mass(page.blocks[0].element.getroottree().getroot())
    if not best.get("class") or mass(best) > ITEM * whole:
        return best
    alike = [one for one in page.spans if one.tag == best.tag and one.get("class") == best.get("class") and mass(one)]
    if len(alike) < ITEMS or sum(map(mass, alike)) < MOST_OF * whole:
        return best
    start, end = min(page.spans[one][0] for one in alike), max(page.spans[one][1] for one in alike)
    around = next((one for one in best.iterancestors() if _covers(page, one, start, end)), best)
    items = [page.spans[one] for one in around if one in page.spans]
    signed = [region.start for region in page.regions if region.mark in (class_names.DATE, class_names.BYLINE)]
    if sum(any(a <= n < b for n in signed) for a, b in items) > len(alike) / 4:
        return best
    return around


def _covers(page: Blocks, element: etree._Element, start: int, end: int) -> bool:
    span = page.spans.get(element, (end, start))
    return span[0] <= start and end <= span[1]


def _with_siblings(best: etree._Element, mass: Callable[[etree._Element], float]) -> etree._Element:
    """What holds a container and its siblings of the same class: page builders part a text so."""
    around = best.getparent()
    if around is None or not best.get("class"):
        return best
    alike = (one for one in around.iterchildren(best.tag) if one is not best and one.get("class") == best.get("class"))
    return around if any(mass(one) for one in alike) else best


def _holds(element: etree._Element, h1: etree._Element | None) -> bool:
    return h1 is not None and (element is h1 or any(one is element for one in h1.iterancestors()))


def _foreign(
    around: etree._Element,
    best: etree._Element,
    mass: Callable[[etree._Element], float],
    h1: etree._Element | None,
) -> bool:
    """Does a container hold other articles, which are not small beside this one, and not its parts?"""
    if any(one.tag == "article" and _holds(one, h1) for one in (around, *around.iterancestors())):
        return False
    own = {best, *best.iterancestors("article"), *best.iter("article")}
    most = max((mass(one) for one in around.iter("article") if one not in own), default=0.0)
    if most <= BESIDE * mass(best):
        return False
    return h1 is None or not _holds(around, h1) or any(one.tag == "article" for one in h1.iterancestors())
