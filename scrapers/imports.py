"""Articles that somebody else extracted, a JSON line each, as Articles of ours: their ids are kept.

A line is ``{id, outlet, headline, text, url?, published?, fetched?, language?, authors?}``; paragraphs of ``text`` are parted
by a line break. Reads no pages: what the text does not say stays unknown.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapers.discovery.addresses import whole_address
from storage import clock
from storage.errors import ImportWrong
from storage.types import Article, SourcingLine

NEEDED = ("id", "outlet", "headline", "text")
LONGEST_ID = 300  # characters
NAME = re.compile(rf"(?!\.)[^/\\\x00-\x1f\x7f]{{0,{LONGEST_ID}}}")
OUTLET = re.compile(rf"[^\x00-\x1f\x7f]{{0,{LONGEST_ID}}}")  # a name as printed: what is filed under it, has a safe one
LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*)?")
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


def _article(file: Path, number: int, line: str, arrived: datetime) -> Article | ImportWrong:
    try:
        fields: Any = json.loads(LONE_SURROGATE.sub("\ufffd", line))
    except ValueError as error:
        return ImportWrong(file, number, f"JSON ({error})")
    if not isinstance(fields, dict) or any(not isinstance(fields.get(name), str | None) for name in NEEDED):
        return ImportWrong(file, number, "an object whose id, outlet, headline and text are text")
    fields = {name: _clean(value) if isinstance(value, str) else value for name, value in fields.items()}
    for key, (expected, holds) in CHECKS.items():
        value = fields.get(key)
        if value is not None and not (isinstance(value, str) and holds(value)):
            return ImportWrong(file, number, f"{key}: {expected}, not {str(value)[:40]!r}")
    if not fields.get("id"):
        return ImportWrong(file, number, "an id")
    evidence = {"article": f"import {file.name}"}
    try:
        published, fetched = clock.from_text(fields.get("published")), clock.from_text(fields.get("fetched"))
    except (TypeError, ValueError):
        return ImportWrong(file, number, "dates such as 2026-11-23T22:10:00+00:00")
    if published is not None and DAY.fullmatch(fields["published"].strip()):
        evidence["published"] = f"only a day: {fields['published'].strip()}"  # its midnight stands for the whole day
    language = fields.get("language")
    said = fields.get("authors") or ()
    bylines = [said] if isinstance(said, str) else [line for line in said if isinstance(line, str)]
    lines = [line for line in (" ".join(_clean(line).split()) for line in bylines) if line]
    body = [" ".join(p.split()) for p in (fields.get("text") or "").split("\n") if p.strip()]
    return Article(
        id=fields["id"],
        outlet=fields.get("outlet") or "unknown",
        url=fields.get("url") or None,
        fetched=fetched or arrived,
        headline=fields.get("headline") or None,
        body=tuple(body[1:] if body[:1] == lines[:1] != [] else body),  # a byline printed over the text is none of it
        sourcing_lines=tuple(SourcingLine(text=line, where="byline") for line in lines),
        language=language.partition("-")[0].partition("_")[0].lower() if language else None,
        published=published,
        evidence=evidence,
    )


def _is_web(value: str) -> bool:
    """An http(s) address, or nothing."""
    return not value or whole_address(value, value) is not None


# What goes on into file names, addresses and tables: nobody who writes a line may choose a path with it.
CHECKS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "id": (f"at most {LONGEST_ID} characters without / and \\, not beginning with a dot", NAME.fullmatch),
    "outlet": (f"at most {LONGEST_ID} printed characters", OUTLET.fullmatch),
    "language": ('a language such as "en" or "pt-BR"', LANGUAGE.fullmatch),
    "url": ("an address with http or https", _is_web),
}


def _clean(text: str) -> str:
    return LONE_SURROGATE.sub("\ufffd", text).replace("\0", "")
