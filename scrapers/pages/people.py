"""Who wrote it: persons only. What is an agency, a role, a category or an e-mail is left to the sourcing lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from scrapers.pages import linked_data

LONGEST = 60  # characters of a name
MOST = 60  # names in a claim that are looked at; the longest list of 204 real pages has 3
MOST_WORDS = 5  # of a name; the longest in 204 real pages has 4
ADDRESS = re.compile(
    r"\S+@\S+|https?:\S+|www\.\S+|(?<!\w)@\w+|\b[\w-]+\.(?:com|net|org|ru|de|fr|co\.uk|eu|info)\b", re.IGNORECASE
)
BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
JOINTS = re.compile(
    r"\s*(?:,|;|\||•|·|\u2022|/|&|\+|\n|،|、|，)\s*|\s+(?:and|und|et|y|e|ed|och|og|en|i|и|та|и|oraz|ve|a|و|és|și|ja|και|with|mit|avec|con|com)\s+(?=[^\W\d_])"
)
DIGITS = re.compile(r"\d")
AFTER = re.compile(r"\s+(?:[-–—]|is|ist|est)\s+.*$")


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "people.toml").read_text("utf-8"))

    def listed(kind: str) -> str:
        return "|".join(sorted((re.escape(word) for word in data[kind]), key=len, reverse=True))

    return {
        "openings": re.compile(r"^\W*(?:" + listed("openings") + r")(?:\s*:\s*|\s+)", re.IGNORECASE),
        "bodies": re.compile(r"(?<!\w)(?:" + listed("bodies") + r")(?!\w)", re.IGNORECASE),
        "roles": re.compile(r"(?<!\w)(?:" + listed("roles") + r")(?!\w)", re.IGNORECASE),
    }


def authors(claims: Iterable[tuple[str, Any]], sites: Iterable[str | None]) -> tuple[tuple[str, ...], str | None]:
    """The persons of the first claim that names one, in its order, and which claim that is. ``sites``: names of the site."""
    own = {_folded(name) for name in sites if name}
    for evidence, claim in claims:
        found = tuple(dict.fromkeys(name for said in islice(_names(claim), MOST) for name in persons(said, own)))
        if found:
            return found, evidence
    return (), None


def organisations(claim: Any) -> tuple[str, ...]:
    """Names in a JSON-LD author that are no persons: an agency declares its copy there."""
    return tuple(
        dict.fromkeys(said for said in islice(_names(claim, bodies=True), MOST) if not any(persons(said, set())))
    )


def _names(claim: Any, bodies: bool = False) -> Iterator[str]:
    """Every name in a claim: a string, an object, or lists of both."""
    if isinstance(claim, str):
        yield linked_data.plain(claim) if "\n" not in claim else claim
    elif isinstance(claim, dict):
        if bodies or not any(kind.endswith("Organization") for kind in linked_data.types(claim)):
            yield from _names(claim.get("name"), bodies)
    elif isinstance(claim, (list, tuple)):
        for one in claim:
            yield from _names(one, bodies)


def persons(said: str, own: set[str]) -> Iterator[str]:
    """The persons that a byline names.

    >>> list(persons("By Ana Ruiz and Tom Lee, Reuters", set()))
    ['Ana Ruiz', 'Tom Lee']
    """
    said = BRACKETS.sub(" ", ADDRESS.sub(" ", said))
    if _words()["bodies"].fullmatch(said.strip()):
        return
    for _ in range(2):
        said = _words()["openings"].sub("", said)
    for part in JOINTS.split(said):
        if _words()["bodies"].fullmatch(part.strip()):
            continue
        name = " ".join(AFTER.sub("", _words()["openings"].sub("", part)).split()).strip(" .:-–—,*'\"")
        if name and is_person(name, own):
            yield name


def is_person(name: str, own: set[str]) -> bool:
    """Can this be a person's name? Errs towards no: an agency that counts as a person hides a source."""
    words = name.split()
    if not 3 <= len(name) <= LONGEST and not (len(name) == 2 and name > "\u0dff"):
        return False
    if len(words) > MOST_WORDS or DIGITS.search(name) or _folded(name) in own:
        return False
    if len(words) == 1 and name.isupper() and name.isascii():
        return False
    if len(words) == 1 and name.islower():
        return False
    if _words()["bodies"].search(name) or _words()["roles"].search(name):
        return False
    return any(letter.isalpha() for letter in name)


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
