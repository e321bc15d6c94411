"""The dead and the injured that a report counts where it has its news: headline, standfirst, the first two paragraphs.

Only digits are read, and of each kind the first; a year, a share, an age, a day of a month, a number of a route and one of money
or millions are none. What later paragraphs count may be another event's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from aggregator.grounds.phrases import SPOKEN_IN, Hit, hits, languages
from aggregator.grounds.text import Text
from storage.disputes import Figure
from storage.spelling import fold

FILE = Path(__file__).with_name("figures.toml")
NEAR = 28  # characters between a number and "killed"
LEAST_BEFORE = 14  # characters before a number in which "at least" ends
_NUMBER = re.compile(
    r"(?<![\w.,:/$€£-])\d{1,3}(?:[,.  ]\d{3})+(?![\w])|(?<![\w.,:/$€£-])\d{1,6}(?![\w.,:/%-]*\d)(?!\s?%)"
)
_WORD = re.compile(r"\W{0,2}(?:de |of )?([^\W\d_]+)")
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
    others = [hit for hit in near if hit.meaning == "no_count"]
    for hit in (hit for hit in near if hit.meaning not in ("least", "no_count") and hit.meaning not in found):
        number = next(_numbers(text, lead, hit.start, hit.end, others, language), None)
        if number is not None:
            at, value = number
            least = any(0 <= at - end <= LEAST_BEFORE and not re.search(r"\d", lead[end:at]) for end in bounds)
            found.setdefault(
                hit.meaning, Figure(kind=hit.meaning, number=value, least=least, words=text.words(text.sentence(at)))
            )
    return tuple(found.values())


def _numbers(
    text: Text, lead: str, start: int, end: int, others: Sequence[Hit], language: str
) -> Iterator[tuple[int, int]]:
    """The nearest number in the same sentence, before the word, then behind it."""
    first, last = text.span(text.sentence(start))
    before = list(_NUMBER.finditer(lead, max(first, start - NEAR - 8), start))
    behind = list(_NUMBER.finditer(lead, end, min(last, end + NEAR)))
    for match in [*before[::-1][:1], *behind[:1]]:
        value, rest = _value(match[0]), lead[match.end() :]
        apart = lead[: match.start()].rstrip().endswith(",") and rest.lstrip().startswith(
            ","
        )  # "the driver, 45, was killed"
        word = _WORD.match(rest)
        beside = any(0 <= hit.start - match.end() <= 2 or 0 <= match.start() - hit.end <= 2 for hit in others)
        of_month = word is not None and word[1] in _months(language)
        year = 1900 <= value <= 2100 and match[0].isdigit()
        if not (apart or beside or of_month or year or _UNITS.match(rest)):
            yield match.start(), value


@cache
def _months(language: str) -> frozenset[str]:
    """The names of the months, folded."""
    try:
        named = Locale(language).months["format"]
    except UnknownLocaleError:
        return frozenset()
    return frozenset(fold(name).rstrip(".") for width in ("wide", "abbreviated") for name in named[width].values())


def _value(printed: str) -> int:
    return int("".join(str(unicodedata.decimal(char)) for char in printed if char.isdecimal()))
