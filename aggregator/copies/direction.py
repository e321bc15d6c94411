"""Who took the text from whom, with reasons. Claims nothing that the credits or the clocks do not carry.

The rule of the house: a wrong "copied from" accuses somebody; "unknown" accuses nobody. So a credit decides before a
clock does, two clients of one agency have not copied each other, and nobody is first by less than we could have seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from aggregator.copies.overlap import Overlap
from storage.types import Article, Credit

POLL = timedelta(hours=1)  # between two visits, where none before is known: an import, a replay, the first one; chosen
CLOCKS = timedelta(minutes=5)  # outlets' clocks and "published" stamps differ by so much for no reason
THROUGH = 0.6  # of what two texts share that stands in an earlier third one: then both may have it from there
TEXT_RELATIONS = ("with", "based_on", "republished")  # the credits that say whose text it is; "own" is no other's

Direction = tuple[str, str, tuple[str, ...]]  # direction, certainty, reasons


@dataclass(frozen=True, slots=True)
class Side:
    """An article, and the organisations whose text it says it prints."""

    article: Article
    credits: frozenset[str]
    asked: datetime | None = None  # when its outlet was last asked before it came. None: not known


def credited(article: Article, found: Sequence[Credit]) -> frozenset[str]:
    """The organisations whose text an article says it prints; not itself, and nobody who is only quoted or pictured."""
    orgs = (credit.org for credit in found if credit.relation in TEXT_RELATIONS)
    return frozenset(org for org in orgs if org and org != article.outlet)


def direct(a: Side, b: Side, found: Overlap, earlier: Sequence[tuple[Article, Overlap]]) -> Direction:
    """Direction, certainty and reasons for a pair; ``earlier`` are the other copies of b that arrived before a."""
    return (
        _by_credit(a, b)
        or _by_agency(a, b)
        or _by_third(a, found, earlier)
        or _by_clock(a, b, found)
        or ("unknown", "unknown", ("both came out between two visits, which is as finely as we look",))
    )


def _by_credit(a: Side, b: Side) -> Direction | None:
    b_names_a, a_names_b = a.article.outlet in b.credits, b.article.outlet in a.credits
    if b_names_a and a_names_b:
        return "unknown", "unknown", ("each credits the other",)
    if b_names_a:
        return "a->b", "certain", (f"{b.article.outlet} credits {a.article.outlet}",)
    if a_names_b:
        return "b->a", "certain", (f"{a.article.outlet} credits {b.article.outlet}",)
    return None


def _by_agency(a: Side, b: Side) -> Direction | None:
    both = sorted(a.credits & b.credits)
    return ("unknown", "unknown", (f"both print text of {', '.join(both)}",)) if both else None


def _by_third(a: Side, found: Overlap, earlier: Sequence[tuple[Article, Overlap]]) -> Direction | None:
    if not a.credits and not earlier:
        return None
    shared = int(found.shared_b.sum())
    for article, other in earlier:
        if np.count_nonzero(found.shared_b & other.shared_b) >= THROUGH * shared:
            return "unknown", "unknown", (f"both may have it from {article.outlet} ({article.id}), which came before",)
    if a.credits:
        return "unknown", "unknown", (f"{a.article.outlet} prints text of {', '.join(sorted(a.credits))}",)
    return None


def _by_clock(side_a: Side, side_b: Side, found: Overlap) -> Direction | None:
    (from_a, to_a), (from_b, to_b) = appeared(side_a), appeared(side_b)
    a, b = side_a.article, side_b.article
    if to_a < from_b:
        return "a->b", "likely", (_first(a, b, from_b - to_a), *_containment(a, b, found.share_b))
    if to_b < from_a:
        return "b->a", "likely", (_first(b, a, from_a - to_b), *_containment(b, a, found.share_a))
    return None


def appeared(side: Side) -> tuple[datetime, datetime]:
    """The earliest and the latest moment at which an article may have come out."""
    stated, seen = side.article.published, side.article.fetched
    if stated is None or stated > seen + CLOCKS:
        return side.asked or seen - POLL, seen
    if stated.time() == time():  # midnight sharp: a page that states only the day
        return stated, min(max(seen, stated), stated + timedelta(days=1))
    return stated - CLOCKS, stated + CLOCKS


def _first(one: Article, other: Article, lead: timedelta) -> str:
    return f"{one.outlet} had it at least {_span(lead)} before {other.outlet}"


def _containment(one: Article, other: Article, share: float) -> tuple[str, ...]:
    return (f"{share:.0%} of {other.outlet}'s own words stand in {one.outlet}'s text",)


def _span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
