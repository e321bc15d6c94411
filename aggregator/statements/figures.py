"""The dead and the injured that a report counts where it has its news: headline, standfirst, the first two paragraphs.

Only digits are read, and of each kind the first; a year, a share, an age and a number with a unit of money are none. What later
paragraphs count may be another event's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from aggregator.grounds.phrases import SPOKEN_IN, hits, languages
from aggregator.grounds.text import Text
from storage.disputes import Figure

FILE = Path(__file__).with_name("figures.toml")
NEAR = 28  # characters between a number and "killed"
LEAST_BEFORE = 14  # characters before a number in which "at least" ends
_NUMBER = re.compile(
    r"(?<![\w.,:/$€£-])\d{1,3}(?:[,.  ]\d{3})+(?![\w])|(?<![\w.,:/$€£-])\d{1,6}(?![\w.,:/%-]*\d)(?!\s?%)"
)
_UNITS = re.compile(
    r"^[ -]?(?:year|month|day|hour|minute|km|mile|meter|metre|jahr|tag|ans|jours|anos|dias|anni|лет|дн|км|per ?cent|am\b|pm\b"
    r"|uhr)"
)


def figures_of(text: Text, language: str | None) -> tuple[Figure, ...]:
    """The first figure of each kind; nothing in a language without a row."""
    language = SPOKEN_IN.get(language or "", language or "")
    if ("killed", language) not in languages(FILE):
        return ()
    lead = text.folded[: text.lead]
    found: dict[str, Figure] = {}
    near = sorted(hits(lead, language, FILE), key=lambda hit: hit.start)
    bounds = [hit.end for hit in near if hit.meaning == "least"]
    for hit in (hit for hit in near if hit.meaning != "least" and hit.meaning not in found):
        number = next(_numbers(text, lead, hit.start, hit.end), None)
        if number is not None:
            at, value = number
            least = any(0 <= at - end <= LEAST_BEFORE and not re.search(r"\d", lead[end:at]) for end in bounds)
            found.setdefault(
                hit.meaning, Figure(kind=hit.meaning, number=value, least=least, words=text.words(text.sentence(at)))
            )
    return tuple(found.values())


def _numbers(text: Text, lead: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The nearest number in the same sentence, before the word, then behind it."""
    first, last = text.span(text.sentence(start))
    before = list(_NUMBER.finditer(lead, max(first, start - NEAR - 8), start))
    behind = list(_NUMBER.finditer(lead, end, min(last, end + NEAR)))
    for match in [*before[::-1][:1], *behind[:1]]:
        value = _value(match[0])
        if not _UNITS.match(lead[match.end() :]) and not (1900 <= value <= 2100 and match[0].isdigit()):
            yield match.start(), value


def _value(printed: str) -> int:
    return int("".join(str(unicodedata.decimal(char)) for char in printed if char.isdecimal()))
