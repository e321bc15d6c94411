"""The fields of an article, a row each: who is asked for it, who of them counts, and what reads it.

Adds no witness and no rule: these stand on top of each field's own module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scrapers.pages import source_lines
from scrapers.pages.fields import (
    address,
    authors,
    body,
    corrections,
    dates,
    headline,
    labels,
    language,
    paywall,
    picture,
    publisher,
    section,
    standfirst,
)
from scrapers.pages.witness import Context, Witness

FIRST = "the first that speaks counts"
ALL = "all count"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an article with those who are asked for it."""

    name: str  # as in Article
    witnesses: tuple[Witness[Any], ...]
    rule: str = FIRST
    read: Callable[[Context], Any] | None = None  # its value; None: extract.py reads it, since other fields rest on it
    shown: Callable[[Any, Context], str] | None = None  # an answer in words; None: as it stands


def _persons(claim: Any, at: Context) -> str:
    return ", ".join(authors.read_authors([("", claim)], at.sites)[0])


def _bodies(claim: Any, at: Context) -> str:
    return ", ".join(authors.bodies_among([("", claim)], at.sites))


def _pair(said: tuple[str | None, str | None], _at: Context) -> str:
    return " / ".join(filter(None, said))


FIELDS: tuple[Field, ...] = (
    Field("url", address.ADDRESS),
    Field("headline", headline.HEADLINE, shown=lambda claim, _at: str(claim[0])),
    Field("standfirst", standfirst.STANDFIRST),
    Field("body", body.BODY),
    Field(
        "authors",
        authors.AUTHORS,
        "the first that names a person counts, unless it stands alone and two others agree",
        shown=_persons,
    ),
    Field("organisations", authors.AUTHORS, "bodies that these witnesses name, beside the persons", shown=_bodies),
    Field(
        "published",
        dates.PUBLISHED,
        "the first with a time of day counts, else the first day, which a later one may make exact; a zone may come from a later "
        "one that names the same minute; a day in print that is weeks earlier than what the head says counts in its place",
    ),
    Field("modified", dates.MODIFIED, "as for published"),
    Field("language", language.LANGUAGE, "weighed against each other"),
    Field("section", section.SECTION, read=section.read_section),
    Field("tags", section.TAGS, read=section.read_tags),
    Field("picture", picture.ADDRESS, read=picture.read_picture),
    Field(
        "picture credit",
        picture.CREDITED,
        "asked for caption and credit until somebody is credited; what a later one says replaces what an earlier one did",
        shown=_pair,
    ),
    Field("picture caption", picture.CAPTION, "asked where none of these gives one"),
    Field("sourcing_lines", source_lines.SOURCE_LINES, ALL, source_lines.read_source_lines),
    Field("published_by", publisher.PUBLISHED_BY, ALL, publisher.publisher_names),
    Field("labels", labels.LABELS, ALL, labels.read_labels),
    Field("imprint", labels.IMPRINT, read=labels.read_imprint),
    Field("corrections", corrections.CORRECTIONS, ALL, corrections.read_corrections),
    Field("paywalled", paywall.PAYWALLED),
    Field("incomplete", address.INCOMPLETE, read=address.is_incomplete),
)
