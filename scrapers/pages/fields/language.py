"""Which language a text is in: by its script and letters where these decide, by the markup, by langid where they part."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from scrapers.pages.document import Document
from scrapers.pages.witness import Context, Witness
from storage import keys

LANGUAGE: tuple[Witness[str], ...] = (
    Witness(
        "script",
        lambda at: [("script", ", ".join(_by_script(at.words[:SAMPLE])))],
        "the script, where it is of one language",
    ),
    Witness(
        "markup",
        lambda at: [("markup", declared(at.document))],
        "the markup, where script and the outlet's languages or the words allow it",
    ),
    Witness("text", lambda at: [("text", _langid(at.words[:SAMPLE]))], "the words, by langid"),
)
SAMPLE = 1200  # characters; bounds the cost of langid, which was 0.65 ms for 1000; its errors were not measured
# Scripts of one language, and the languages that share the others.
SCRIPTS = (
    (re.compile(r"[\u10a0-\u10ff]"), ("ka",)),
    (re.compile(r"[\u0530-\u058f]"), ("hy",)),
    (re.compile(r"[\u0370-\u03ff]"), ("el",)),
    (re.compile(r"[\u0590-\u05ff]"), ("he", "yi")),
    (re.compile(r"[\uac00-\ud7af]"), ("ko",)),
    (re.compile(r"[\u3040-\u30ff]"), ("ja",)),
    (re.compile(r"[\u4e00-\u9fff]"), ("zh",)),
    (re.compile(r"[\u0e00-\u0e7f]"), ("th",)),
    (re.compile(r"[\u0600-\u06ff]"), ("ar", "fa", "ur", "ps", "ug", "ckb")),
    (re.compile(r"[\u0900-\u097f]"), ("hi", "mr", "ne")),
    (re.compile(r"[\u0980-\u09ff]"), ("bn", "as")),
    (re.compile(r"[\u0b80-\u0bff]"), ("ta",)),
    (re.compile(r"[\u0400-\u04ff]"), ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "tg", "mn", "uz", "az", "tt")),
)
NOT_LATIN = re.compile("[\u0370-\uffff]")
SHARE = 0.25  # of the letters: above, a script counts as the text's
CODE = re.compile(r"^([a-z]{2,3})(?:[-_]|$)")
REGION = re.compile(r"^[a-zA-Z]{2,3}[-_]([a-zA-Z]{2})(?:$|[-_.])")
COUNTRY = re.compile(r"\.([a-z]{2})$")
# Sold to everybody.
FOR_ALL = (
    "co",
    "io",
    "ai",
    "me",
    "tv",
    "fm",
    "ly",
    "to",
    "cc",
    "ws",
    "eu",
    "la",
    "gg",
    "sh",
    "app",
)
OLD = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "ua": "uk", "cn": "zh", "jp": "ja", "cz": "cs"}


def read_language(context: Context) -> tuple[str | None, str | None]:
    """The language and what says so. The witnesses are weighed against each other: a markup's claim is often the system's."""
    said = declared(context.document)
    sample, expected = context.words[:SAMPLE], context.outlet.languages or context.scope.languages
    possible = _by_script(sample)
    if len(possible) == 1:
        return possible[0], "script"
    if said and (said in possible if possible else _is_latin(said)) and (said in expected or len(sample) < 80):
        return said, "markup and outlet"
    if len(sample) < 80:
        return said, "markup" if said else None
    guess = _langid(sample)
    if said and (guess == said or not _sure(sample, guess)):
        return said, "markup"
    if possible and guess not in possible:
        return (said or possible[0]), "script"
    return guess, "text"


def declared(page: Document) -> str | None:
    """The language that the markup declares."""
    root, meta = page.root, page.meta
    claims = (root.get("lang"), root.get("xml:lang"), page.linked.get("inLanguage"))
    for said in (*claims, meta.get("og:locale"), meta.get("content-language")):
        if isinstance(said, str) and (found := CODE.match(said.strip().lower())):
            return OLD.get(found.group(1), found.group(1))
    return None


def region(page: Document) -> str | None:
    """The country in the language that the markup declares ("GB" in lang="en-GB"), or in the address ("pier.example.co.uk").

    The address counts before a "US" of the markup: systems set en-US where nobody said anything.
    """
    claims = (page.root.get("lang"), page.linked.get("inLanguage"), page.meta.get("og:locale"))
    found = (REGION.match(said.strip()) for said in claims if isinstance(said, str))
    declared = next((match.group(1).upper() for match in found if match), None)
    if declared in (None, "US") and (country := COUNTRY.search(keys.host(page.url))) and country[1] not in FOR_ALL:
        return "GB" if country[1] == "uk" else country[1].upper()
    return declared


def _by_script(sample: str) -> tuple[str, ...]:
    if sample.isascii():
        return ()
    letters = sum(map(str.isalpha, sample))
    if len(NOT_LATIN.findall(sample)) <= SHARE * letters:
        return ()
    for script, languages in SCRIPTS:
        if letters and len(script.findall(sample)) > SHARE * letters:
            return languages
    return ()


def _is_latin(code: str) -> bool:
    return not any(code in languages for _, languages in SCRIPTS) or code in ("uz", "sr", "az", "kk")


def _langid(sample: str) -> str:
    """langid's guess."""
    return str(_model().classify(sample)[0])


def _sure(sample: str, guess: str) -> bool:
    """Do both halves of the text say the same? A short text is never sure."""
    half = len(sample) // 2
    return len(sample) >= 300 and _langid(sample[:half]) == guess == _langid(sample[half:])


@cache
def _model() -> Any:
    import py3langid  # 0.13 s to load

    return py3langid
