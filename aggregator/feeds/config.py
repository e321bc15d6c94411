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
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xxhash
from slugify import slugify

from aggregator.search import find
from aggregator.search.query import parse
from storage.errors import FeedsFileWrong, QueryWrong
from storage.selections import Selection

ADDRESS = "http://127.0.0.1:8321/"  # where `twosource serve` answers: right on one's own machine with no settings
AUTHORITY = "twosource.invalid,2026"  # RFC 4151; see docs/decisions/why-are-ids-tag-uris.md
ITEMS = 100
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
TAG_AUTHORITY = re.compile(r"[A-Za-z0-9.-]+(@[A-Za-z0-9.-]+)?,\d{4}(-\d\d(-\d\d)?)?")  # RFC 4151, 2.1

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


def load_config(file: Path) -> Settings:
    """The settings in a file; a missing file says nothing. Raises FeedsFileWrong."""
    if not file.exists():
        return Settings()
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FeedsFileWrong(file, "the file", f"TOML in UTF-8 ({error})") from error
    _only(file, found, {"address", "authority", "hub", "items", "write", "query"}, "")
    write = _list(file, found, "write", [*USUAL, *EACH, HEALTH])
    for name in write:
        if name not in (*USUAL, *EACH, HEALTH):
            raise FeedsFileWrong(file, "write", f"names out of {', '.join([*USUAL, *EACH, HEALTH])}; found {name!r}")
    items = _number(file, found, "items", "items", ITEMS, 1)
    return Settings(
        address=_matching(
            file, found, "address", ADDRESS, re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?"), "http(s)://host/"
        ).rstrip("/")
        + "/",
        authority=_matching(file, found, "authority", AUTHORITY, TAG_AUTHORITY, '"a.host.of.yours,2026"'),
        hub=_matching(file, found, "hub", "", re.compile(r"https?://\S+|"), "an http(s) address") or None,
        items=items,
        usual=tuple(name for name in USUAL if name in write),
        each=tuple(name for name in EACH if name in write),
        health=HEALTH in write,
        queries=_queries(file, found, items),
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


def _queries(file: Path, found: Mapping[str, Any], items: int) -> tuple[Definition, ...]:
    given = found.get("query", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise FeedsFileWrong(file, "query", "tables that begin with [[query]]")
    queries = tuple(_query(file, one, items) for one in given)
    names = [one.name for one in queries]
    for name in names:
        if names.count(name) > 1 or name in USUAL:
            raise FeedsFileWrong(file, "query.name", f"a name that no other feed has; found {name!r} twice")
    return queries


def _query(file: Path, given: Mapping[str, Any], items: int) -> Definition:
    name = _matching(file, given, "name", "", NAME, "lower-case letters, digits, - and _", "query.")
    _only(
        file,
        given,
        {"name", "title", "of", "words", "outlets", "languages", "agencies", "sources", "items"},
        f"query {name}: ",
    )
    of = _matching(
        file,
        given,
        "of",
        "stories",
        re.compile("stories|articles|corrections"),
        "stories, articles or corrections",
        "query.",
    )
    words = _words(file, _matching(file, given, "words", "", re.compile(r"(?s).*"), "text", "query."))
    outlets, languages, agencies = (tuple(_list(file, given, key, [])) for key in EACH)
    least = _number(file, given, "sources", "query.sources", 0, 1) or None
    selection = Selection(
        of=of,
        words=words,
        outlets=outlets,
        languages=languages,
        agencies=agencies,
        least=least,
        folded=of == "articles" and not outlets,
    )
    return Definition(
        name=f"queries/{name}",
        title=_matching(file, given, "title", name, re.compile(r"(?s).+"), "text", "query."),
        description=f"What meets the terms of the query {name}.",
        selection=selection,
        items=_number(file, given, "items", "query.items", items, 1),
    )


def _only(file: Path, given: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise FeedsFileWrong(file, where + key, f"one of the keys {', '.join(sorted(known))}")


def _matching(
    file: Path, given: Mapping[str, Any], key: str, usual: str, shape: re.Pattern[str], expected: str, where: str = ""
) -> str:
    value = given.get(key, usual)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise FeedsFileWrong(file, where + key, f"{expected}; found {value!r}")
    return value


def _list(file: Path, given: Mapping[str, Any], key: str, usual: list[str]) -> list[str]:
    value = given.get(key, usual)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise FeedsFileWrong(file, key, f"a list of texts; found {value!r}")
    return value


def _words(file: Path, query: str) -> str | None:
    """A query as a full-text expression. What else it may ask for (outlets, languages …) has keys of its own here."""
    if not query:
        return None
    try:
        expression = find.match(parse(query, now=None))
    except QueryWrong as error:
        raise FeedsFileWrong(file, "query.words", f"a query; {error}") from error
    if expression is None:
        raise FeedsFileWrong(
            file,
            "query.words",
            f"words to look for; outlets, languages, agencies and sources are keys of [[query]]: {query}",
        )
    return expression


def _number(file: Path, given: Mapping[str, Any], key: str, where: str, usual: int, least: int) -> int:
    value = given.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or (key in given and value < least):
        raise FeedsFileWrong(file, where, f"a whole number from {least}; found {value!r}")
    return value
