"""Outlets as data: one TOML file an outlet, loaded and checked. Fetches nothing.

A file that does not say what it should is named with the key and what was expected; the others go on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import regex

from storage.errors import OutletFileWrong
from storage.types import Layout, Outlet, Source

SHIPPED = Path(__file__).parent
# Meanings in docs/outlets.md. In order of trust: the sources of one degree are asked together, the next degree only
# when none of them announced anything.
TRUST: tuple[frozenset[str], ...] = (
    frozenset({"measured-ok", "maintained", "page-link"}),
    frozenset({"listed"}),
    frozenset({"guess", "measured-fail"}),
)
STATUSES = frozenset[str]().union(*TRUST)
KINDS = frozenset({"agency", "broadcaster", "newspaper", "magazine", "online", "official", "photo", "social"})
ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
HOST = re.compile(r"(?!www\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?")
COUNTRY = re.compile(r"[A-Z]{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
LONGEST_DELAY = 3_600.0  # seconds: at one request an hour a visit brings nothing; inf and nan are slips


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
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OutletFileWrong(file, "the file", f"TOML in UTF-8 ({error})") from error
    return check(found, file)


def check(found: Mapping[str, Any], file: Path) -> Outlet:
    """An outlet from the values of its file. Raises OutletFileWrong."""
    if not ID.fullmatch(file.stem):
        raise OutletFileWrong(file, "the file's name", "the outlet's id: small letters, digits, - and _")
    for key in found:
        if key not in KEYS:
            raise OutletFileWrong(file, key, f"one of the keys {', '.join(KEYS)}")
    for key in ("name", "homepage", "hosts"):
        if key not in found:
            raise OutletFileWrong(file, key, f"{EXPECTED[key]}; it is missing")
    values = {key: _value(file, key, value) for key, value in found.items()}
    outlet = Outlet(id=file.stem, file=file, **values)
    if outlet.listings and not outlet.article_url:
        raise OutletFileWrong(file, "article_url", "a regular expression, since listings link to more than articles")
    return outlet


def _value(file: Path, key: str, value: Any) -> Any:
    try:
        return KEYS[key](value)
    except (TypeError, ValueError, regex.error) as error:
        said = f" ({error})" if str(error) else ""
        raise OutletFileWrong(file, key, EXPECTED[key] + said) from error


# --------------------------------------------------------------------------------------------- kinds of values


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value


def _matching(form: re.Pattern[str], value: Any) -> str:
    if not form.fullmatch(_text(value)):
        raise ValueError(f"not {value!r}")
    return str(value)


def _one_of(words: frozenset[str], value: Any) -> str:
    if value not in words:
        raise ValueError(f"not {value!r}")
    return str(value)


def _many(one: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(one(item) for item in value)


def _some(one: Callable[[Any], Any], value: Any) -> tuple[Any, ...]:
    return _many(one, value) or _text(None)  # type: ignore[return-value] # raises: an empty list is none


def _address(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not {value!r}")
    return str(value)


def _expression(value: Any) -> str:
    regex.compile(_text(value))
    return str(value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_DELAY:
        raise TypeError
    return float(value)


def _selectors(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {field: _text(selector) for field, selector in value.items()}


def _layout(value: Any) -> Layout:
    """As ``twosource outlets layout`` prints it."""
    if not isinstance(value, dict) or not {"frame", "body"} <= set(value):
        raise TypeError
    if unknown := set(value) - {"frame", "body", "headline", "drop", "texts", "languages"}:
        raise ValueError(f"it has no {', '.join(sorted(unknown))}")
    places: dict[str, Any] = {
        key: _many(_text, said) if isinstance(said, list) else _text(said) for key, said in value.items()
    }
    return Layout(**places)


def _source(value: Any) -> Source:
    """A source is an address, or a table that also says how far it is trusted."""
    if isinstance(value, str):
        return Source(url=_address(value))
    if not isinstance(value, dict) or "url" not in value:
        raise TypeError
    if unknown := set(value) - {"url", "status", "covers", "note"}:
        raise ValueError(f"it has no {', '.join(sorted(unknown))}")
    rest = {key: _text(value[key]) for key in ("covers", "note") if key in value}
    return Source(url=_address(value["url"]), status=_one_of(STATUSES, value.get("status", "listed")), **rest)


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "name": _text,
    "homepage": _address,
    "hosts": partial(_some, partial(_matching, HOST)),
    "country": partial(_matching, COUNTRY),
    "city": _text,
    "kind": partial(_one_of, KINDS),
    "languages": partial(_many, partial(_matching, LANGUAGE)),
    "owner": partial(_matching, ID),
    "feeds": partial(_many, _source),
    "sitemaps": partial(_many, _source),
    "listings": partial(_many, _source),
    "article_url": _expression,
    "selectors": _selectors,
    "layout": _layout,
    "full_text": _yes_or_no,
    "allow_private": _yes_or_no,
    "delay": _seconds,
    "notes": partial(_many, _text),
}
_SOURCES = f"a list of addresses, or of tables with url, status ({', '.join(sorted(STATUSES))}), covers and note"
EXPECTED: Mapping[str, str] = {
    "name": "text",
    "homepage": "an address with http or https",
    "hosts": 'a list of host names in small letters, without "www."',
    "country": "an ISO 3166-1 code of two capitals",
    "city": "text",
    "kind": f"one of {', '.join(sorted(KINDS))}",
    "languages": "a list of ISO 639 codes in small letters",
    "owner": "the id of the house",
    "feeds": _SOURCES,
    "sitemaps": _SOURCES,
    "listings": _SOURCES,
    "article_url": "a regular expression",
    "selectors": "a table of CSS selectors",
    "layout": "a table with frame, body and headline, and lists drop, texts and languages",
    "full_text": "true or false",
    "allow_private": "true or false",
    "delay": f"seconds, a number from 0 to {LONGEST_DELAY:.0f}",
    "notes": "a list of texts",
}


# --------------------------------------------------------------------------------------------- ways


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
