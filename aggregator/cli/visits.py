"""What visits gave, in words and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.cli.common import FAILED, SOME_FAILED
from aggregator.pipeline import reached
from storage import clock
from storage.errors import OutletFileWrong
from storage.types import Visit

SHOWN = 3  # reasons in a line; --json has them all
COLUMNS = ("outlet", "outcome", "announced", "fetched", "stored", "unchanged", "skipped", "failed")


def exit_code(visits: Sequence[Visit], wrong: Sequence[OutletFileWrong] = ()) -> int:
    """0 all well, 1 some outlets failed or their files are broken, 3 none could be reached."""
    if visits and not reached(visits):
        return FAILED
    return SOME_FAILED if wrong or any(is_silent(visit) for visit in visits) else 0


def is_silent(visit: Visit) -> bool:
    """Did it answer nothing, or only errors?"""
    return visit.outcome == "failed" or (visit.outcome == "nothing" and visit.failed > 0)


def visit_line(visit: Visit) -> str:
    """What an outlet gave, in words."""
    if visit.outcome == "failed":
        return f"{visit.outlet}: could not be reached ({_why(visit)})"
    if visit.outcome == "nothing":
        return f"{visit.outlet}: announced nothing ({_why(visit)})"
    gave = ", ".join(f"{n} {name}" for name in COLUMNS[4:] if (n := getattr(visit, name)))
    why = f" ({_why(visit)})" if visit.reasons else ""
    return f"{visit.outlet}: {visit.announced} announced, {gave or 'nothing new'}{why}"


def summary(visits: Sequence[Visit]) -> str:
    """The line with which a crawl ends in a log: when, and what it gave in all."""
    counts = {name: sum(getattr(visit, name) for visit in visits) for name in ("stored", "unchanged", "skipped")}
    gave = ", ".join(f"{n:,} pages {name}" for name, n in counts.items() if n) or "nothing new"
    quiet, silent = sum(map(is_quiet, visits)), sum(map(is_silent, visits))
    rest = f"; {quiet} had nothing new" * bool(quiet) + f"; {silent} gave no answer" * bool(silent)
    return f"{clock.now():%Y-%m-%d %H:%M} UTC: {len(visits)} outlets: {gave}{rest}"


def is_quiet(visit: Visit) -> bool:
    """Did it answer as it should, and have nothing new?"""
    return visit.outcome == "ok" and not (visit.fetched or visit.failed or visit.reasons)


def _why(visit: Visit) -> str:
    most = sorted(visit.reasons.items(), key=lambda item: -item[1])
    said = [words if n == 1 else f"{n} × {words}" for words, n in most[:SHOWN]]
    return "; ".join(said + [f"{len(most) - SHOWN} more"] * (len(most) > SHOWN))
