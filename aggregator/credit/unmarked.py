"""Credits amid a text whose lines nobody told apart: an archive's, which came without its page; several reports in one.

Only agencies of the registry count here: an unknown name in such a place may be a caption's, a section's, a teaser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from aggregator.credit.byline import begins
from aggregator.credit.finding import Asked
from aggregator.credit.names import named
from aggregator.credit.prose import LINE, is_prose
from aggregator.credit.registry import Registry
from aggregator.credit.rules import read_credits
from storage.spelling import fold
from storage.types import Article, Credit

# The head of a dateline with an agency: "HELSINKI (AP) —", "ST. LOUIS, Mo., May 30 (Reuters) -". Places have dots.
_DATELINE = re.compile(r"[^\W\d_][^!?()]{1,60}\([^()]{2,30}\)\s?(?:--?|[—–])")
# A line with nothing but a date, under the name of the agency: "July 15, 2018 04:04 PM", "15.07.2018".
_DATE = re.compile(r"\W*(?:\w{3,10}[.,]? )?(?:\d{1,2}\W{1,2}){1,3}(?:\w+\W{1,2})?\d{2,4}\b[^.!?]{0,30}$")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright) ?(?:\d{4} )?(?P<who>[^\d|©]{2,40}?)\.?(?: \d{4})?\.?\s*(?:all rights reserved\.?)?",
    re.IGNORECASE,
)
# "HELSINKI — The Latest": under a whole name it is theirs.
_PLACE = re.compile(r"[^\W\d_a-z]{3,}[^.!?()]{0,40} (?:--|[—–-]) ")
_TOP = 15  # lines in which a byline stands; over it are captions, dates, buttons
_BARS = " |•·"
_WRITE = ("agency", "newspaper", "magazine", "broadcaster", "online")


def agencies_amid(article: Article, publisher: str, registry: Registry) -> Iterator[Credit]:
    """Whom a dateline below the first paragraph names, and, in a text whose lines nobody told apart, bylines and a copyright."""
    lines = [(text, "start") for text in article.body[1:] if _DATELINE.match(text)]
    if not article.sourcing_lines:
        lines += [(text, "byline") for text in _bylines(article, registry)]
        lines += [(text, "end") for text in _copyrights(article, registry)]
    for text, where in lines:
        for credit in read_credits(
            text, context=where, publisher=publisher, registry=registry, language=article.language
        ):
            org = registry.get(credit.org)
            kinds = _WRITE if where == "byline" else ("agency",)
            if org and org.kind in kinds and credit.relation == "republished" and credit.start < LINE:
                yield credit


def _bylines(article: Article, registry: Registry) -> Iterator[str]:
    """The lines above the first paragraph that are bylines by what they say, or by where they stand."""
    repeated = bool(article.headline and article.body) and fold(article.body[0]) == fold(article.headline or "")
    begun = False
    for n, text in enumerate(article.body[:_TOP]):
        if not text:
            continue
        if len(text) > LINE:
            begun |= is_prose(text)  # else it is a caption
            continue
        behind = article.body[n + 1] if n + 1 < len(article.body) else ""
        name = named(fold(text).strip(_BARS), registry)
        over_date = _DATE.match(behind) is not None or (" " in text.strip() and _PLACE.match(behind) is not None)
        signs = n == 1 and repeated and not _lends_pictures(name, registry)  # a portal's line under the headline
        if name is not None and (over_date or signs):
            yield text
        elif begun:
            continue
        elif begins(Asked.from_text(text, "byline", article.outlet, registry)):
            yield text
        elif glued := _glued(text, registry):
            yield glued


def _lends_pictures(org: str | None, registry: Registry) -> bool:
    """By itself its name may as well be a picture's."""
    known = registry.get(org)
    return known is not None and known.kind in ("agency", "photo")


def _copyrights(article: Article, registry: Registry) -> Iterator[str]:
    """ "© AFP 2018" straight behind a paragraph: the sign, a whole name and a year, and nothing of a picture."""
    for before, text in pairwise(article.body):
        found = _COPYRIGHT.fullmatch(text.strip())
        if found and named(fold(found["who"].replace("/", " ")), registry) and is_prose(before):
            yield text.replace("/", " ")


def _glued(text: str, registry: Registry) -> str | None:
    """The agency that a lost line break glued to a name: "Jan NovakAssociated Press"."""
    names = _names(registry)
    if not text.endswith(names):
        return None
    return next((name for name in names if text.endswith(name) and text[: -len(name)][-1:].islower()), None)


@cache
def _names(registry: Registry) -> tuple[str, ...]:
    """The agencies' names that begin with a capital letter and are no ordinary words."""
    return tuple(
        name
        for org in registry
        if org.kind == "agency"
        for name, weak in org.spellings
        if not weak and name[0].isupper()
    )
