"""Outlets as data: one TOML file an outlet, loaded and checked. Fetches nothing.

    own_addresses    which addresses are an outlet's own, and which look like an article's

A file that does not say what it should is named with the key and what was expected; the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import regex
from msgspec import Meta, structs

from storage.errors import OutletFileWrong
from storage.types import Layout, Outlet, Source
from storage.validation import Shape, checked, read_toml

SHIPPED = Path(__file__).parent
# Meanings in docs/outlets.md. In order of trust: the sources of one degree are asked together, the next degree only
# when none of them announced anything.
TRUST: tuple[frozenset[str], ...] = (
    frozenset({"measured-ok", "maintained", "page-link"}),
    frozenset({"listed"}),
    frozenset({"guess", "measured-fail"}),
)
# A kind of source is named by its key in the file. A crawl asks in this order: a feed says most, a listing only links.
KINDS = {"feeds": "feed", "posts": "posts", "sitemaps": "sitemap", "listings": "listing"}
STATUSES = frozenset[str]().union(*TRUST)
LONGEST_DELAY = 3_600.0  # seconds: at one request an hour a visit brings nothing; inf and nan are slips
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")

Text = Annotated[str, Meta(pattern=r"\S", description="text")]
Address = Annotated[
    str,
    Meta(
        pattern=r"\Ahttps?://(?:[^/\s?#@]*@)?(?:\[[0-9a-fA-F:.]+\]|[^/\s?#@:\[\]]+)(?::\d{1,5})?(?=[/?#]|\Z)",
        description="an address with http or https",
    ),
]
Id = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]*\Z", description="the id of the house")]
Host = Annotated[
    str,
    Meta(
        pattern=r"\A(?!www\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?\Z",
        description='a list of host names in small letters, without "www."',
    ),
]
Language = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}\Z", description="a list of ISO 639 codes in small letters")]
Status = Literal["measured-ok", "maintained", "page-link", "listed", "guess", "measured-fail"]
Kind = Literal["agency", "broadcaster", "newspaper", "magazine", "online", "official", "photo", "social"]


class SourceTable(Shape):
    """An address with how far it is trusted."""

    url: Address
    status: Annotated[Status, Meta(description=f"one of {', '.join(sorted(STATUSES))}")] = "listed"
    covers: Text | None = None
    note: Text | None = None


Sources = Annotated[
    tuple[Address | SourceTable, ...],
    Meta(
        description=f"a list of addresses, or of tables with url, status ({', '.join(sorted(STATUSES))}), covers and note"
    ),
]


class SelectorTable(Shape):
    """A CSS selector a field: docs/reading.md."""

    headline: Text | None = None
    standfirst: Text | None = None
    body: Text | None = None
    authors: Text | None = None
    published: Text | None = None
    drop: Text | None = None


class LayoutTable(Shape):
    """A layout as ``twosource outlets layout`` prints it."""

    frame: Text
    body: Text
    headline: Text | None = None
    drop: tuple[Text, ...] = ()
    texts: tuple[Text, ...] = ()
    languages: tuple[Text, ...] = ()
    day_first: bool | None = None


class OutletFile(Shape):
    """An outlet's file: docs/outlets.md says what each key means."""

    name: Text
    homepage: Address
    hosts: Annotated[tuple[Host, ...], Meta(min_length=1)]
    country: Annotated[str, Meta(pattern=r"\A[A-Z]{2}\Z", description="an ISO 3166-1 code of two capitals")] | None = (
        None
    )
    city: Text | None = None
    kind: Annotated[Kind, Meta(description=f"one of {', '.join(sorted(get_args(Kind)))}")] | None = None
    languages: tuple[Language, ...] = ()
    owner: Id | None = None
    feeds: Sources = ()
    posts: Sources = ()
    sitemaps: Sources = ()
    listings: Sources = ()
    article_url: Annotated[str, Meta(pattern=r"\S", description="a regular expression")] | None = None
    selectors: Annotated[SelectorTable, Meta(description="a table of CSS selectors")] | None = None
    layout: (
        Annotated[
            LayoutTable, Meta(description="a table with frame, body and headline, and lists drop, texts and languages")
        ]
        | None
    ) = None
    full_text: Annotated[bool, Meta(description="true or false")] = False
    allow_private: Annotated[bool, Meta(description="true or false")] = False
    delay: (
        Annotated[float, Meta(ge=0, le=LONGEST_DELAY, description=f"seconds, a number from 0 to {LONGEST_DELAY:.0f}")]
        | None
    ) = None
    notes: Annotated[tuple[Text, ...], Meta(description="a list of texts")] = ()


def load_outlets(own: Path | None = None) -> tuple[dict[str, Outlet], list[OutletFileWrong]]:
    """The shipped outlets and those of a user's own folder, by id, in its order; and what is wrong with broken files.

    A file of the user's with a shipped outlet's id replaces it, also when it is broken: then there is none.
    """
    files = {file.stem: file for folder in (SHIPPED, own) if folder for file in sorted(folder.glob("*.toml"))}
    outlets: dict[str, Outlet] = {}
    wrong: list[OutletFileWrong] = []
    for name, file in sorted(files.items()):
        try:
            outlets[name] = read_outlet(file)
        except OutletFileWrong as error:
            wrong.append(error)
    return outlets, wrong


def read_outlet(file: Path) -> Outlet:
    """One outlet. Raises OutletFileWrong with the first thing that is wrong."""
    return check(read_toml(file, OutletFileWrong), file)


def check(found: Mapping[str, Any], file: Path) -> Outlet:
    """An outlet from the values of its file. Raises OutletFileWrong."""
    if not ID.fullmatch(file.stem):
        raise OutletFileWrong(file, "the file's name", "the outlet's id: small letters, digits, - and _")
    said = checked(found, OutletFile, partial(OutletFileWrong, file))
    if said.article_url is not None:
        try:
            regex.compile(said.article_url)
        except regex.error as error:
            raise OutletFileWrong(file, "article_url", f"a regular expression ({error})") from error
    if said.listings and not said.article_url:
        raise OutletFileWrong(file, "article_url", "a regular expression, since listings link to more than articles")
    values = structs.asdict(said)
    sources = tuple(_source(one, kind) for key, kind in KINDS.items() for one in values.pop(key))
    selectors = {
        key: selector for key, selector in structs.asdict(said.selectors or SelectorTable()).items() if selector
    }
    layout = Layout(**structs.asdict(said.layout)) if said.layout else None
    made = {"sources": sources, "selectors": selectors, "layout": layout}
    return Outlet(id=file.stem, file=file, **values | made)


def _source(said: str | SourceTable, kind: str) -> Source:
    return Source(url=said, kind=kind) if isinstance(said, str) else Source(kind=kind, **structs.asdict(said))


# --------------------------------------------------------------------------------------------- sources


def by_subject(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources that are alternatives of each other: those that cover the same."""
    subjects: dict[str | None, list[Source]] = {}
    for source in sources:
        subjects.setdefault(source.covers, []).append(source)
    return list(subjects.values())


def by_trust(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources of each degree of trust, the highest first; degrees that none has are left out."""
    listed = list(sources)
    degrees = ([source for source in listed if source.status in degree] for degree in TRUST)
    return [degree for degree in degrees if degree]
