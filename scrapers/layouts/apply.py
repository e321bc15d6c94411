"""A page and its outlet's layouts → what it says: by a layout where one fits, else by the general reader.

A layout is never believed blindly. Where its places are not on the page, where they hold no article, or where much text
stands outside of them, the general reader reads the page; so it does, beside the layout, on every so-manieth page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import xxhash

from scrapers.layouts import sample, selectors
from scrapers.pages import not_article
from scrapers.pages.document import Document, parse_page
from scrapers.pages.extract import Extraction, extract, general
from scrapers.pages.testimony import Testimony, testimonies
from scrapers.pages.witness import Scope
from storage.layouts import LayoutSample
from storage.types import Article, Layout, Outlet, Page, Skipped

CHECKED = 64  # one page in so many is read both ways, which costs 4 % more in all
APART = 0.1  # of the words: two readings that differ by more see different articles
LITTLE = 1_500  # characters of running text: more than a teaser or a notice has
DOUBT = 5  # long paragraphs outside of the frame, over twice what was learnt, that make a page suspicious
CHANGED = "another layout than the learnt one (being learnt)"
PARTED = "the learnt layout and the page part (learnt anew)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a page, and what that says of its outlet's layouts."""

    said: Article | Skipped
    layout: int | None = None  # the number of the one that it was read by. None: the general reader, or a pinned one
    sample: LayoutSample | None = None  # what it teaches; None: nothing, it was read by a layout
    ended: int | None = None  # the number of a layout that this page shows to be wrong
    signal: str | None = None  # why the layouts did not do, in words for an operator


def read_page(page: Page, outlet: Outlet, layouts: Sequence[Layout] = ()) -> Reading:
    """What a page says. ``layouts``: those learnt and in force, the newest first. Never raises, whatever the bytes."""
    if reason := not_article.of_response(page):
        return Reading(said=Skipped(reason=reason))
    document = parse_page(page.body, page.content_type, page.url)
    if document is None:
        return Reading(said=Skipped(reason="not HTML (no element in it)"))
    known = (outlet.layout,) if outlet.layout else tuple(layouts)
    for layout in known:
        scope = _scope(document, layout)
        if scope is not None:
            return _by_layout(page, outlet, document, layout, scope)
    return _anew(page, outlet, document, CHANGED if known else None)


def explain(page: Page, outlet: Outlet, read: Reading, layouts: Sequence[Layout] = ()) -> tuple[Testimony, ...]:
    """What every witness says of a page that was read so: those who lost, and those who say nothing, too."""
    document = parse_page(page.body, page.content_type, page.url)
    if document is None or not isinstance(read.said, Article):
        return ()
    pinned = outlet.layout if read.signal is None else None
    layout = next((one for one in layouts if one.number == read.layout), None) if read.layout else pinned
    scope = _scope(document, layout) if layout else None
    found = extract(page, outlet, document, scope) if scope else general(page, outlet, document)
    return tuple(testimonies(found.context, read.said.evidence))


def _scope(document: Document, layout: Layout) -> Scope | None:
    """Where a layout's places are on a page; None where one is missing."""
    frame = selectors.first(document.root, layout.frame)
    body = selectors.first(frame, layout.body) if frame is not None else None
    return None if body is None else replace(_known(layout), frame=frame, body=body)


def _by_layout(page: Page, outlet: Outlet, document: Document, layout: Layout, scope: Scope) -> Reading:
    found = extract(page, outlet, document, scope)
    if isinstance(found.said, Skipped) or (layout.headline and found.context.h1 is None):
        return _again(page, outlet, layout)
    checked = layout.number is not None and (_due(page) or _doubtful(document, layout, scope, found))
    if checked and _apart(found.said, _unguided(page, outlet, layout)):
        return _again(page, outlet, layout)
    return Reading(said=found.said, layout=layout.number)


def _doubtful(document: Document, layout: Layout, scope: Scope, found: Extraction) -> bool:
    """Is there little text where the article should be, and more than usual elsewhere?"""
    assert scope.frame is not None
    return found.context.text.mass < LITTLE and sample.outside(document.root, scope.frame) > 2 * layout.outside + DOUBT


def _due(page: Page) -> bool:
    """Told by the page's address, so that a replay checks the same pages."""
    return xxhash.xxh3_64_intdigest(page.url.encode()) % CHECKED == 0


def _unguided(page: Page, outlet: Outlet, layout: Layout) -> Article | Skipped:
    """What the general reader finds by itself, without the site's words that the layout knows."""
    return extract(page, outlet, _parsed(page), _known(layout)).said


def _known(layout: Layout) -> Scope:
    """What a layout knows whatever the page."""
    return Scope(
        passed=frozenset(layout.drop),
        texts=frozenset(layout.texts),
        languages=layout.languages,
        day_first=layout.day_first,
    )


def _apart(learnt: Article, found: Article | Skipped) -> bool:
    """Do two readings see different articles?"""
    if isinstance(found, Skipped) or learnt.headline != found.headline:
        return True
    a, b = set(learnt.text.split()), set(found.text.split())
    return len(a ^ b) > APART * len(a | b)


def _again(page: Page, outlet: Outlet, layout: Layout) -> Reading:
    """By the general reader, since the layout failed. A page that is no article at all says nothing against it."""
    found = _anew(page, outlet, _parsed(page), PARTED)
    return found if isinstance(found.said, Skipped) else _ending(found, layout)


def _ending(found: Reading, layout: Layout) -> Reading:
    return Reading(said=found.said, sample=found.sample, ended=layout.number, signal=found.signal)


def _parsed(page: Page) -> Document:
    document = parse_page(page.body, page.content_type, page.url)
    assert document is not None  # it was parsed before
    return document


def _anew(page: Page, outlet: Outlet, document: Document, signal: str | None) -> Reading:
    found: Extraction = general(page, outlet, document)
    if isinstance(found.said, Skipped):
        return Reading(said=found.said)
    return Reading(
        said=found.said, sample=None if outlet.layout else sample.layout_sample(found, document.root), signal=signal
    )
