"""The provenance picture of a story: sources left, articles right, time running down, arrows for what rests on what.

Pure: places every box and arrow, and says why each arrow is there; templates/provenance.svg draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.origins.interval import worth
from storage.coverage import CoveringArticle
from storage.types import Copy, Origin

ROWS = 60  # articles in a picture: more can't be told apart; the page's list has all
ROW, TOP = 46, 34  # pixels from row to row, and above the first
SOURCE_X, SOURCE_WIDTH = 8, 210
ARTICLE_X, ARTICLE_WIDTH = 420, 380
WIDTH, BOX = 900, 36
# Pixels that an arrow between articles swings out: for the next row, and for each further one.
BULGE, STEP, FARTHEST = 16, 7, 84
CERTAINTY = {"certain": 2, "likely": 1}
NAME, HEADLINE = 30, 56  # characters that fit a box


@dataclass(frozen=True, slots=True)
class Box:
    """A source or an article, with its upper edge."""

    y: int
    title: str
    line: str = ""
    key: str = ""
    moment: datetime | None = None
    stated: bool = True  # the page states the moment; otherwise it is that of its arrival here
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a source to an article that rests on it, or from an article to one that prints its text."""

    path: str
    kind: str  # credit | maybe (the source counts none for sure) | copy | shared (who had it first is not known)
    source: str
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All boxes and arrows, in an area of ``width`` by ``height`` pixels."""

    width: int
    height: int
    sources: tuple[Box, ...]
    articles: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int  # articles that are not in the picture


def moment_of(report: CoveringArticle) -> datetime:
    """When an article counts as out: as its page states, where its arrival does not contradict; else its arrival."""
    stated = report.article.published
    return stated if stated and stated <= report.arrived else report.arrived


def draw(
    reports: Sequence[CoveringArticle], origins: Sequence[Origin], copies: Iterable[Copy], names: Mapping[str, str]
) -> Provenance:
    """The picture of one story. ``names``: outlet id -> name to print."""
    shown = in_time(reports)[:ROWS]
    rows = {one.article.id: n for n, one in enumerate(shown)}
    height = TOP + ROW * max(len(shown), len(origins), 1) + 10
    articles = tuple(
        Box(
            y=TOP + ROW * n,
            title=_short(names.get(one.article.outlet, one.article.outlet), NAME),
            line=_short(one.article.headline or one.article.id, HEADLINE),
            key=one.article.id,
            moment=moment_of(one),
            stated=moment_of(one) == one.article.published,
            language=one.article.language,
        )
        for n, one in enumerate(shown)
    )
    step = (height - TOP) / max(1, len(origins))
    sources = tuple(
        Box(y=round(TOP + step * n + (step - ROW) / 2), title=_short(one.name, NAME), line=worth(one), key=one.key)
        for n, one in enumerate(origins)
    )
    outlet = {one.article.id: names.get(one.article.outlet, one.article.outlet) for one in shown}
    arrows = [
        _credit(box, origin, articles[rows[article]], outlet[article], why)
        for box, origin in zip(sources, origins, strict=True)
        for article, why in _reasons(origin)
        if article in rows
    ]
    arrows += [_copy(copy, rows, outlet) for copy in parents(shown, copies)]
    return Provenance(WIDTH, height, sources, articles, tuple(arrows), len(reports) - len(shown))


def _reasons(origin: Origin) -> list[tuple[str, str]]:
    reasons = list(origin.reasons) + [""] * len(origin.articles)
    return list(zip(origin.articles, reasons, strict=False))


def _credit(box: Box, origin: Origin, article: Box, outlet: str, why: str) -> Arrow:
    x, y = SOURCE_X + SOURCE_WIDTH, box.y + BOX // 2
    end, at = ARTICLE_X - 78, article.y + BOX // 2
    middle = (x + end) // 2
    kind = "credit" if origin.least else "maybe"
    return Arrow(f"M{x} {y} C{middle} {y} {middle} {at} {end} {at}", kind, origin.name, outlet, why)


def _copy(copy: Copy, rows: Mapping[str, int], outlet: Mapping[str, str]) -> Arrow:
    first, second = copy.ends
    x = ARTICLE_X + ARTICLE_WIDTH
    y, at = (TOP + ROW * rows[one] + BOX // 2 for one in (first, second))
    out = x + min(FARTHEST, BULGE + STEP * abs(rows[first] - rows[second]))
    share = max(copy.share_a, copy.share_b)
    known = copy.sure
    said = f"{round(100 * share)} % of the shorter text is the same; " + (
        f"{outlet[second]} took it from {outlet[first]} ({copy.certainty})"
        if known
        else "who took it from whom is not known"
    )
    why = said + (f": {'; '.join(copy.reasons)}" if copy.reasons else "")
    return Arrow(
        f"M{x} {y} C{out} {y} {out} {at} {x} {at}", "copy" if known else "shared", outlet[first], outlet[second], why
    )


def in_time(reports: Iterable[CoveringArticle]) -> list[CoveringArticle]:
    """A story's reports, the earliest first."""
    return sorted(reports, key=lambda one: (moment_of(one), one.first))


def parents(reports: Iterable[CoveringArticle], copies: Iterable[Copy]) -> list[Copy]:
    """For each article the one pair that best says where its text is from: forty prints of one text are forty arrows, not 780."""
    rows = {one.article.id: n for n, one in enumerate(in_time(reports))}
    best: dict[str, tuple[tuple[int, float, int], Copy]] = {}
    for copy in copies:
        if not copy.is_copy or copy.a not in rows or copy.b not in rows:
            continue
        parent, child = copy.ends if copy.sure else sorted((copy.a, copy.b), key=lambda one: rows[one])
        rank = (CERTAINTY.get(copy.certainty, 0), max(copy.share_a, copy.share_b), -rows[parent])
        if child not in best or rank > best[child][0]:
            best[child] = (rank, copy)
    return [copy for _, (_, copy) in sorted(best.items(), key=lambda one: rows[one[0]])]


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
