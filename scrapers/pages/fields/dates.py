"""When a page says it was published and changed. Reads only elements that state a moment; a time of day or a zone that
nobody states is not added: a day comes as its midnight in UTC, and the evidence says "day only" or "no zone given".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from lxml import etree

from scrapers.pages import linked_data
from scrapers.pages.document import Document, every, words

PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "date.published", "publication_date", "publishdate", "publish-date", "pubdate", "publish_date", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "dcterms.issued",
    "date", "article.published", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "originalpublicationdate",
    "rnews:datepublished", "ptime", "displaydate", "article_date_original", "bt:pubdate", "vr:published_time",
    "iso-8601-publish-date",
    "prism.publicationdate", "citation_publication_date", "published_at", "article:post_date", "mediator_published_time",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "revision_date", "cxenseparse:recs:modifiedtime", "lastmodified",
    "article.updated", "modified", "utime", "iso-8601-modified-date", "article:updated_time",
)  # fmt: skip
ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d)|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
EPOCH = re.compile(r"^1\d{9}(\d{3})?$")
DOTTED = re.compile(
    r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)(?:\D{1,12}?(\d{1,2})[:.](\d{2})(?![.\d]))?"
)  # dots: day first
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"(?:19|20|14|25)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
EARLIEST = 1990  # the year of the first web page
AHEAD = timedelta(days=2)  # a page may be dated a zone or an embargo ahead of its fetch, not more
LONGEST = 120  # characters of a text that is nothing but a date, with label and place

Found = tuple[datetime | None, str | None]
Stated = tuple[datetime, str]  # the moment, and what it leaves open: "", "no zone given", "day only"


def read_published(page: Document, fetched: datetime, near: list[etree._Element], language: str | None) -> Found:
    """When the article was published, and what says so. ``near``: elements between headline and text that hold a date."""
    return _first(_published(page, near, language), fetched)


def read_modified(page: Document, held: etree._Element, fetched: datetime) -> Found:
    """When it was changed last, and what says so. ``held``: the part of the page that holds the article."""
    return _first(_modified(page, held), fetched)


def _published(page: Document, near: list[etree._Element], language: str | None) -> Iterator[tuple[str, Stated | None]]:
    yield "json-ld datePublished", parse_date(page.linked.get("datePublished"))
    for name in PUBLISHED_META:
        yield f"meta {name}", parse_date(page.meta.get(name))
    for element in every(page.root, "//*[@itemprop='datePublished'][not(self::meta)] | //time[@pubdate]"):
        yield (
            "itemprop datePublished",
            parse_date(element.get("content") or element.get("datetime") or words(element)),
        )
    yield "json-ld dateCreated", parse_date(page.linked.get("dateCreated") or page.linked.get("uploadDate"))
    for element in near:
        yield "date beside the headline", _stated_in(element, language)
    times = [t for t in page.root.iter("time") if t.get("datetime")]
    if times and all(t.get("datetime") == times[0].get("datetime") for t in times):
        yield "time", parse_date(times[0].get("datetime"))


def _modified(page: Document, held: etree._Element) -> Iterator[tuple[str, Stated | None]]:
    yield "json-ld dateModified", parse_date(page.linked.get("dateModified"))
    for name in MODIFIED_META:
        yield f"meta {name}", parse_date(page.meta.get(name))
    for element in every(held, ".//*[@itemprop='dateModified'][not(self::meta)]"):
        yield "itemprop dateModified", parse_date(element.get("content") or element.get("datetime"))


def _first(claims: Iterator[tuple[str, Stated | None]], fetched: datetime) -> Found:
    """The first claim with a time of day; else the first day, which a later claim of the same day may make exact."""
    day: tuple[datetime, str] | None = None
    for evidence, stated in claims:
        if stated is None or not stated[0].year >= EARLIEST or stated[0] > fetched + AHEAD:
            continue
        moment, open_ = stated
        if open_ != "day only":
            if day and abs(moment - day[0]) > timedelta(hours=38):
                continue
            return moment, f"{evidence}, {open_}" if open_ else evidence
        day = day or (moment, f"{evidence}, day only")
    return day or (None, None)


def _stated_in(element: etree._Element, language: str | None) -> Stated | None:
    for one in element.iter("time", "span", "div", "p", "abbr", "meta"):
        for name in ("datetime", "data-datetime", "data-date", "data-timestamp", "data-time", "content", "title"):
            if (said := one.get(name)) and (stated := parse_date(said)):
                return stated
    return in_words(words(element), language)


def parse_date(value: Any) -> Stated | None:
    """A moment in a form that machines write; None for words and for anything else.

    >>> read("2026-01-06T14:16:29+01:00")
    (datetime.datetime(2026, 1, 6, 13, 16, 29, tzinfo=datetime.timezone.utc), '')
    >>> read("2025-05-04")[1]
    'day only'
    """
    text = linked_data.text(value) if not isinstance(value, int) else str(value)
    if not text or not DIGIT.search(text):
        return None
    try:
        if found := ISO.match(text) or COMPACT.match(text):
            return _made(*found.groups())
        if EPOCH.match(text):
            return datetime.fromtimestamp(int(text[:10]), UTC), ""
    except (ValueError, OverflowError):
        return None
    return in_words(text)


def _made(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> Stated:
    at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    if hour is None:
        return at, "day only"
    if zone is None:
        return at, "no zone given"
    if zone.upper() in ("Z", "UTC", "GMT"):
        return at, ""
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    return at - sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)), ""


def in_words(text: str, language: str | None = None) -> Stated | None:
    """A moment in words ("14 January 2026, 10.05 CET"), read by dateparser; None unless day, month and year are said."""
    if not 6 <= len(text) <= LONGEST or not YEAR.search(text):
        return None
    if dotted := DOTTED.search(text):
        day, month, year, hour, minute = dotted.groups()
        try:
            return _made(year, month, day, hour, minute or "0", None, None)
        except ValueError:
            return None
    import dateparser  # slow to import, and hardly ever needed

    settings: Any = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    try:  # two languages: all of them take a second to load
        moment = dateparser.parse(
            text, languages=[*{"en", language if language in _languages() else "en"}], settings=settings
        )
    except (OverflowError, RecursionError):
        return None
    if moment is None:
        return None
    timed = re.search(r"\d{1,2}\s*[:.hH]\s*\d{2}|\d\s*[ap]\.?m\b", text, re.IGNORECASE)
    if not timed or (moment.hour, moment.minute) == (0, 0):
        return moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC), "day only"
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), "no zone given"
    return moment.astimezone(UTC), ""


@cache
def _languages() -> frozenset[str]:
    from dateparser.data.languages_info import language_order

    return frozenset(language_order)
