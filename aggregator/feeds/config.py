"""feeds.toml: which feeds are written, with how many items, and where they lie. Without the file: the usual ones.

address = "https://news.example.org/feeds/"
authority = "news.example.org,2026"

[[query]]
name = "water"
words = "water treaty"
sources = 2
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, get_args

import xxhash
from msgspec import Meta
from slugify import slugify

from aggregator.search import find
from aggregator.search.query import parse
from aggregator.watches.config import load_watches
from storage.errors import FeedsFileWrong, QueryWrong, WatchesFileWrong
from storage.home import WATCHES
from storage.selections import Selection
from storage.validation import Shape, checked, read_toml

ADDRESS = "http://127.0.0.1:8321/"  # where `twosource serve` answers: right on one's own machine with no settings
AUTHORITY = "twosource.invalid,2026"  # RFC 4151; see docs/decisions/why-are-ids-tag-uris.md
ITEMS = 100  # of a feed, before it is paged; `items` in feeds.toml says another; chosen

USUAL = {
    "stories": ("Stories", "One item a story: who reports it, and on how many independent sources.", Selection()),
    "articles": (
        "Articles",
        "Each article once: reprints are folded into the first print.",
        Selection(of="articles", folded=True),
    ),
    "single": ("Single-source stories", "Stories that all rest on one source.", Selection(most=1)),
    "confirmed": (
        "Confirmed stories",
        "Stories with two or more independent sources, from the moment the second arrived.",
        Selection(least=2),
    ),
    "corrections": (
        "Corrections",
        "Articles whose words their outlet changed, with what changed.",
        Selection(of="corrections"),
    ),
}
EACH = ("outlets", "languages", "agencies")
HEALTH = "health"  # not of articles: the outlets' troubles
A_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")  # a feed's file has no other, whoever named its outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One feed to be written."""

    name: str
    title: str
    description: str
    selection: Selection
    items: int = ITEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What feeds.toml says. ``each``: the kinds of which every outlet, language or agency gets a feed."""

    address: str = ADDRESS
    authority: str = AUTHORITY
    hub: str | None = None
    items: int = ITEMS
    usual: tuple[str, ...] = tuple(USUAL)
    each: tuple[str, ...] = EACH
    health: bool = True
    queries: tuple[Definition, ...] = ()


Text = Annotated[str, Meta(description="text")]
Texts = Annotated[tuple[str, ...], Meta(description="a list of texts")]
Items = Annotated[int, Meta(ge=1, description="a whole number from 1")]
Written = Literal[
    "stories", "articles", "single", "confirmed", "corrections", "outlets", "languages", "agencies", "health"
]


class QueryTable(Shape):
    """A [[query]]: a feed of what meets all of its terms."""

    name: Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]*\Z", description="lower-case letters, digits, - and _")]
    title: Annotated[str, Meta(min_length=1, description="text")] | None = None
    of: Annotated[
        Literal["stories", "articles", "corrections"], Meta(description="stories, articles or corrections")
    ] = "stories"
    words: Text = ""
    outlets: Texts = ()
    languages: Texts = ()
    agencies: Texts = ()
    sources: Items | None = None
    items: Items | None = None


class FeedsFile(Shape):
    """feeds.toml: docs/feeds.md says what each key means."""

    address: Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/?#]+(/[^\s?#]*)?\Z", description="http(s)://host/")] = (
        ADDRESS
    )
    authority: Annotated[
        str,
        Meta(
            pattern=r"\A[A-Za-z0-9.-]+(@[A-Za-z0-9.-]+)?,\d{4}(-\d\d(-\d\d)?)?\Z",  # RFC 4151, 2.1
            description='"a.host.of.yours,2026"',
        ),
    ] = AUTHORITY
    hub: Annotated[str, Meta(pattern=r"\A(?:https?://\S+)?\Z", description="an http(s) address")] = ""
    items: Items = ITEMS
    write: Annotated[tuple[Written, ...], Meta(description=f"names out of {', '.join(get_args(Written))}")] = get_args(
        Written
    )
    query: Annotated[tuple[QueryTable, ...], Meta(description="tables that begin with [[query]]")] = ()


def load_config(file: Path) -> Settings:
    """The settings in a file, and the feeds of the watches in the file beside it; a missing file says nothing.

    Raises FeedsFileWrong. A wrong watches.toml has no feeds; who judges the watches says what is wrong with it.
    """
    if not file.exists():
        return Settings(queries=_watches(file.with_name(WATCHES), ITEMS))
    said = checked(read_toml(file, FeedsFileWrong), FeedsFile, partial(FeedsFileWrong, file))
    return Settings(
        address=said.address.rstrip("/") + "/",
        authority=said.authority,
        hub=said.hub or None,
        items=said.items,
        usual=tuple(name for name in USUAL if name in said.write),
        each=tuple(name for name in EACH if name in said.write),
        health=HEALTH in said.write,
        queries=(*_queries(file, said), *_watches(file.with_name(WATCHES), said.items)),
    )


def definitions(settings: Settings, present: Mapping[str, Mapping[str, str]]) -> list[Definition]:
    """All feeds to be written; ``present`` are the outlets, languages and agencies there are, id -> name to print."""
    usual = [
        Definition(name=n, title=USUAL[n][0], description=USUAL[n][1], selection=USUAL[n][2], items=settings.items)
        for n in settings.usual
    ]
    each = [
        _one_of(kind, id_, name, settings.items)
        for kind in settings.each
        for id_, name in present.get(kind, {}).items()
    ]
    return [*usual, *settings.queries, *each]


def file_name(id_: str) -> str:
    """An id as a name that is safe in paths and addresses; one that is none gets a hash, so that no two share a file.

    >>> file_name("voa")
    'voa'
    >>> file_name("Socialist Project/The Bullet")
    'socialist-project-the-bullet-5f6283fd'
    """
    if A_FILE_NAME.fullmatch(id_):
        return id_
    words = slugify(id_, max_length=80)
    return "-".join(filter(None, (words, f"{xxhash.xxh32_intdigest(id_.encode('utf-8', 'replace')):08x}")))


def _one_of(kind: str, id_: str, name: str, items: int) -> Definition:
    title, description, selection = {
        "outlets": (name, f"All that {name} published.", Selection(of="articles", outlets=(id_,))),
        "languages": (f"Stories in {name}", f"Stories that somebody reports in {name}.", Selection(languages=(id_,))),
        "agencies": (f"Stories from {name}", f"Stories that rest on {name}.", Selection(agencies=(id_,))),
    }[kind]
    return Definition(
        name=f"{kind}/{file_name(id_)}", title=title, description=description, selection=selection, items=items
    )


def _queries(file: Path, said: FeedsFile) -> tuple[Definition, ...]:
    queries = tuple(_query(file, n, one, said.items) for n, one in enumerate(said.query, start=1))
    names = [one.name for one in said.query]
    for n, name in enumerate(names, start=1):
        if names.count(name) > 1 or name in USUAL:
            raise FeedsFileWrong(file, f"query {n}: name", f"a name that no other feed has; found {name!r} twice")
    return queries


def _watches(file: Path, items: int) -> tuple[Definition, ...]:
    try:
        found = load_watches(file)
    except WatchesFileWrong:
        return ()
    return tuple(
        Definition(
            name=f"watches/{watch.name}",
            title=watch.name,
            description=f"Stories that the watch {watch.name} has found.",
            selection=Selection(watch=watch.name),
            items=items,
        )
        for watch in found
        if watch.query
    )


def _query(file: Path, n: int, given: QueryTable, items: int) -> Definition:
    selection = Selection(
        of=given.of,
        words=_words(file, n, given.words),
        outlets=given.outlets,
        languages=given.languages,
        agencies=given.agencies,
        least=given.sources,
        folded=given.of == "articles" and not given.outlets,
    )
    return Definition(
        name=f"queries/{given.name}",
        title=given.title or given.name,
        description=f"What meets the terms of the query {given.name}.",
        selection=selection,
        items=given.items or items,
    )


def _words(file: Path, n: int, query: str) -> str | None:
    """A query as a full-text expression. What else it may ask for (outlets, languages …) has keys of its own here."""
    if not query:
        return None
    try:
        expression = find.match(parse(query, now=None))
    except QueryWrong as error:
        raise FeedsFileWrong(file, f"query {n}: words", f"a query; {error}") from error
    if expression is None:
        raise FeedsFileWrong(
            file,
            f"query {n}: words",
            f"words to look for; outlets, languages, agencies and sources are keys of [[query]]: {query}",
        )
    return expression
