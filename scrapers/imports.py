"""Articles that somebody else extracted, a JSON line each, as Articles of ours: their ids are kept.

A line is ``{id, outlet, headline, text, url?, published?, fetched?, language?, authors?}``; paragraphs of ``text`` are parted
by a line break. Reads no pages: what the text does not say stays unknown.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from scrapers.discovery.addresses import whole_address
from storage import clock
from storage.errors import ImportWrong
from storage.types import Article, SourcingLine
from storage.validation import checked, nearest, shortened

LONGEST_ID = 300  # characters
SHORT = f"at most {LONGEST_ID} characters"
# What goes on into file names, addresses and tables: nobody who writes a line may choose a path with it.
SAFE = rf"\A(?!\.)[^/\\\x00-\x1f\x7f]{{0,{LONGEST_ID}}}\Z"
PRINTED = rf"\A[^\x00-\x1f\x7f]{{0,{LONGEST_ID}}}\Z"  # a name: what is filed under it has a safe one
LANGUAGE = r"\A(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*)?\Z"
MOMENT = "dates such as 2026-11-23T22:10:00+00:00"
SLIP = 0.85  # likeness of an unknown key to a known one that makes it a slip ("publised"); "published_in_url" has .72
DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON may hold half of a pair; no UTF-8 file or database can


def articles(file: Path, *, arrived: datetime) -> Iterator[Article | ImportWrong]:
    """The articles of a file, plain or gzipped, in its order; for a line that is none, what is wrong with it.

    ``arrived`` is when they came here, for lines that do not say when they were fetched.
    """
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", errors="replace") as lines:
        numbered = enumerate(lines, start=1)
        while True:
            try:
                number, line = next(numbered)
            except StopIteration:
                return
            except (EOFError, OSError) as error:
                yield ImportWrong(file, 0, f"a whole gzip file ({error})")
                return
            if line.strip():
                yield _article(file, number, line, arrived)


class ImportLine(Struct, frozen=True, kw_only=True):
    """A line of an import. Keys that are none of these are another program's, and passed over."""

    id: (
        Annotated[
            str,
            Meta(
                pattern=SAFE, description=f"at most {LONGEST_ID} characters without / and \\, not beginning with a dot"
            ),
        ]
        | None
    ) = None
    outlet: Annotated[str, Meta(pattern=PRINTED, description=f"{SHORT}, printed ones")] | None = None
    headline: Annotated[str, Meta(description="text")] | None = None
    text: Annotated[str, Meta(description="text")] | None = None
    url: Annotated[str, Meta(description="an address with http or https")] | None = None
    published: Annotated[str, Meta(description=MOMENT)] | None = None
    fetched: Annotated[str, Meta(description=MOMENT)] | None = None
    language: Annotated[str, Meta(pattern=LANGUAGE, description='a language such as "en" or "pt-BR"')] | None = None
    authors: Annotated[str | list[str], Meta(description="a byline, or a list of them")] | None = None


def _article(file: Path, number: int, line: str, arrived: datetime) -> Article | ImportWrong:
    try:
        found: Any = json.loads(LONE_SURROGATE.sub("\ufffd", line))
    except ValueError as error:
        return ImportWrong(file, number, f"JSON ({error})")
    if not isinstance(found, dict):
        return ImportWrong(file, number, "an object {…}; found " + shortened(found))
    found = {name: _clean(value) if isinstance(value, str) else value for name, value in found.items()}
    known = list(ImportLine.__struct_fields__)
    for key in found:
        if key not in known and (near := nearest(key, known, SLIP)):
            return ImportWrong(file, number, f"{near} in the place of {key}, which nobody reads")
    try:
        said = checked(found, ImportLine, lambda key, expected: ImportWrong(file, number, f"{key}: {expected}"))
        published, fetched = (
            _moment(file, number, "published", said.published),
            _moment(file, number, "fetched", said.fetched),
        )
    except ImportWrong as wrong:
        return wrong
    if not said.id:
        return ImportWrong(file, number, "id: an id; it is empty")
    if said.url and whole_address(said.url, said.url) is None:
        return ImportWrong(file, number, f"url: an address with http or https; found {shortened(said.url)}")
    evidence = {"article": f"import {file.name}"}
    if published and said.published and DAY.fullmatch(said.published.strip()):
        evidence["published"] = f"only a day: {said.published.strip()}"  # its midnight stands for the whole day
    bylines = [said.authors] if isinstance(said.authors, str) else said.authors or []
    lines = [line for line in (" ".join(_clean(line).split()) for line in bylines) if line]
    body = [" ".join(p.split()) for p in (said.text or "").split("\n") if p.strip()]
    return Article(
        id=said.id,
        outlet=said.outlet or "unknown",
        url=said.url or None,
        fetched=fetched or arrived,
        headline=said.headline or None,
        body=tuple(body[1:] if body[:1] == lines[:1] != [] else body),  # a byline printed over the text is none of it
        sourcing_lines=tuple(SourcingLine(text=line, where="byline") for line in lines),
        language=said.language.partition("-")[0].partition("_")[0].lower() if said.language else None,
        published=published,
        evidence=evidence,
    )


def _moment(file: Path, number: int, key: str, said: str | None) -> datetime | None:
    try:
        return clock.from_text(said.strip() or None) if said else None
    except ValueError as error:
        raise ImportWrong(file, number, f"{key}: {MOMENT}; found {shortened(said)}") from error


def _clean(text: str) -> str:
    return LONE_SURROGATE.sub("\ufffd", text).replace("\0", "")
