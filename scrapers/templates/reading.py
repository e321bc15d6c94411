"""A page and its outlet's templates → what it says: by a template where one fits, else by the general reader.

A template is never believed blindly. Where its places are not on the page, where they hold no article, or where much text
stands outside of them, the general reader reads the page; so it does, beside the template, on every so-manieth page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import xxhash

from scrapers.pages import markup, refusal
from scrapers.pages.markup import Document
from scrapers.pages.reading import Place, Sight, general, see
from scrapers.templates import lesson, places
from storage.types import Article, Lesson, Outlet, Page, Skipped, Template

CHECKED = 64  # one page in so many is read both ways, which costs 4 % more in all
APART = 0.1  # of the words: two readings that differ by more see different articles
LITTLE = 1_500  # characters of running text: more than a teaser or a notice has
DOUBT = 5  # long paragraphs outside of the frame, over twice what was learnt, that make a page suspicious
CHANGED = "another layout than the learnt one (being learnt)"
PARTED = "the learnt layout and the page part (learnt anew)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a page, and what that says of its outlet's templates."""

    said: Article | Skipped
    template: int | None = None  # the number of the one that it was read by. None: the general reader, or a pinned one
    lesson: Lesson | None = None  # what it teaches; None: nothing, it was read by a template
    ended: int | None = None  # the number of a template that this page shows to be wrong
    signal: str | None = None  # why the templates did not do, in words for an operator


def read(page: Page, outlet: Outlet, templates: Sequence[Template] = ()) -> Reading:
    """What a page says. ``templates``: those learnt and in force, the newest first. Never raises, whatever the bytes."""
    if reason := refusal.of_response(page):
        return Reading(said=Skipped(reason=reason))
    document = markup.parse(page.body, page.content_type, page.url)
    if document is None:
        return Reading(said=Skipped(reason="not HTML (no element in it)"))
    known = (outlet.template,) if outlet.template else tuple(templates)
    for template in known:
        place = _place(document, template)
        if place is not None:
            return _by_template(page, outlet, document, template, place)
    return _anew(page, outlet, document, CHANGED if known else None)


def _place(document: Document, template: Template) -> Place | None:
    """Where a template's places are on a page; None where one is missing."""
    frame = places.first(document.root, template.frame)
    body = places.first(frame, template.body) if frame is not None else None
    return None if body is None else replace(_known(template), frame=frame, body=body)


def _by_template(page: Page, outlet: Outlet, document: Document, template: Template, place: Place) -> Reading:
    found = see(page, outlet, document, place)
    if isinstance(found.said, Skipped) or (template.headline and found.h1 is None):
        return _again(page, outlet, template)
    checked = template.number is not None and (_due(page) or _doubtful(document, template, place, found))
    if checked and _apart(found.said, _unguided(page, outlet, template)):
        return _again(page, outlet, template)
    return Reading(said=found.said, template=template.number)


def _doubtful(document: Document, template: Template, place: Place, found: Sight) -> bool:
    """Is there little text where the article should be, and more than usual elsewhere?"""
    assert place.frame is not None
    return found.text.mass < LITTLE and lesson.outside(document.root, place.frame) > 2 * template.outside + DOUBT


def _due(page: Page) -> bool:
    """Told by the page's address, so that a replay checks the same pages."""
    return xxhash.xxh3_64_intdigest(page.url.encode()) % CHECKED == 0


def _unguided(page: Page, outlet: Outlet, template: Template) -> Article | Skipped:
    """What the general reader finds by itself, without the site's words that the template knows."""
    return see(page, outlet, _parsed(page), _known(template)).said


def _known(template: Template) -> Place:
    """What a template knows whatever the page."""
    return Place(passed=frozenset(template.drop), texts=frozenset(template.texts), languages=template.languages)


def _apart(learnt: Article, found: Article | Skipped) -> bool:
    """Do two readings see different articles?"""
    if isinstance(found, Skipped) or learnt.headline != found.headline:
        return True
    a, b = set(learnt.text.split()), set(found.text.split())
    return len(a ^ b) > APART * len(a | b)


def _again(page: Page, outlet: Outlet, template: Template) -> Reading:
    """By the general reader, since the template failed. A page that is no article at all says nothing against it."""
    found = _anew(page, outlet, _parsed(page), PARTED)
    return found if isinstance(found.said, Skipped) else _ending(found, template)


def _ending(found: Reading, template: Template) -> Reading:
    return Reading(said=found.said, lesson=found.lesson, ended=template.number, signal=found.signal)


def _parsed(page: Page) -> Document:
    document = markup.parse(page.body, page.content_type, page.url)
    assert document is not None  # it was parsed before
    return document


def _anew(page: Page, outlet: Outlet, document: Document, signal: str | None) -> Reading:
    found: Sight = general(page, outlet, document)
    if isinstance(found.said, Skipped):
        return Reading(said=found.said)
    return Reading(said=found.said, lesson=None if outlet.template else lesson.of(found, document.root), signal=signal)
