"""Is a story disputed? Where somebody denies, rebuts or takes back what is reported, or two independent sources count otherwise.

A number that one source corrects is its update and no dispute: of each source only the last that it gave counts, and only
articles that rest on one source alone speak for it. "At least 12" and 15 do not contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from aggregator.statements.words import gathered
from storage.disputes import Dispute, Figure
from storage.statements import Statement
from storage.types import Article, Origin

CONTRADICTS = ("denies", "rebuts", "retracts")


def disputes(
    reports: Sequence[Article],
    statements: Iterable[Statement],
    figures: Mapping[str, Sequence[Figure]],
    origins: Iterable[Origin],
) -> tuple[Dispute, ...]:
    """The disputes of a story, each sentence once. ``reports`` in order of arrival; ``figures`` by article."""
    arrived = {one.id: n for n, one in enumerate(reports)}
    said = gathered(one for one in statements if one.stance in CONTRADICTS and one.article in arrived)
    denials = [
        Dispute(
            kind="statement",
            article=told.articles[0],
            other=None,
            summary=f"{told.statement.speaker}: {told.statement.stance}",
            words=told.statement.words,
        )
        for told in said
    ]
    return (*denials, *_figures(arrived, figures, list(origins)))


def _figures(
    arrived: Mapping[str, int], figures: Mapping[str, Sequence[Figure]], origins: Sequence[Origin]
) -> Iterable[Dispute]:
    rests: dict[str, list[Origin]] = {}
    for origin in origins:
        for article in origin.articles:
            rests.setdefault(article, []).append(origin)
    last: dict[tuple[str, str], tuple[str, str, Figure]] = {}  # (kind, origin) -> its name, article, figure
    for article in sorted(figures, key=lambda id_: arrived.get(id_, -1)):
        its = rests.get(article, [])
        if len(its) == 1 and its[0].least == 1 == its[0].most:
            for figure in figures[article]:
                last[figure.kind, its[0].key] = (its[0].name, article, figure)
    for (kind, one), (other_kind, other) in combinations(last, 2):
        (name, article, figure), (other_name, other_article, other_figure) = last[kind, one], last[other_kind, other]
        if kind == other_kind and differ(figure, other_figure):
            summary = f"{kind}: {number(figure)} ({name}), {number(other_figure)} ({other_name})"
            yield Dispute(kind="figures", article=article, other=other_article, summary=summary, words=figure.words)


def differ(a: Figure, b: Figure) -> bool:
    """Can both not be right?

    >>> at_least_12, exactly_15 = (Figure(kind="killed", number=n, least=n == 12, words="") for n in (12, 15))
    >>> differ(at_least_12, exactly_15)
    False
    """
    if a.least and b.least:
        return False
    if a.least or b.least:
        bound, exact = (a, b) if a.least else (b, a)
        return exact.number < bound.number
    return a.number != b.number


def number(figure: Figure) -> str:
    """ "12", "at least 12"."""
    return f"at least {figure.number}" if figure.least else str(figure.number)
