"""What is wrong with an outlet, since when, and what to do: judged against its own rhythm. Pure: knows no clock, no table.

The worse mistake is the false alarm: who is called every weekend stops listening. So an outlet is measured against itself
(its longest pause, its usual fields), never against a number for all; and one odd visit is none.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import prod
from statistics import median

from storage.health import Arrival, PastVisit
from storage.sources import WORKS, SourceState

MEMORY = timedelta(days=28)  # how far the rhythm is looked at: four weekends
IN_A_ROW = 2  # visits that must agree: one may be the weather
FEWEST_PAGES = 3  # of the visits that agree: two dead links are no dead outlet
SHORTEST_SILENCE = timedelta(hours=6)  # below this even a wire's night is none
TIMES_LONGEST = 2  # of its longest pause in the memory: a weekend and a holiday beside it are shorter than two weekends
FEWEST_ARRIVALS = 10  # … from as many articles, over a week at least, is a rhythm known
KNOWN_FOR = timedelta(days=8)  # one whole weekend
FEWEST_BEFORE = 20  # articles of which it is known what is usual
# Years in which an outlet is once told wrongly, by chance, that its articles lack one thing: of fifty outlets one a year for each
# of the four things asked. It gets as many looks as visits bring something new: two odd articles in a row say less of a wire than
# of a weekly. The fewer years, the sooner it is told. Simulated (bench/month.py, seeds 20 and 0) from 12 to 200: no false alarm;
# of 40 faults four each were told late at 200, three each, all of them authors, at 50 and below.
YEARS = 50
# Of an outlet of which nothing is known yet, what share of its articles is odd? A beta distribution of two parameters. Texts
# that are too short most outlets never have, and a few often: fitted to 49 real ones by `python -m bench.odd_articles ../shared`
# (nine kept back: .21 and 50), and taken for dates as well, which none of them lacked. Articles without authors are an outlet's
# habit, of which we have no figures: any share is as likely (Laplace). With that for all, the simulated month (seed 0) told 34 of
# 40 faults within two visits and not 36.
RARE = (0.15, 15.0)
ANY = (1.0, 1.0)
YEAR = timedelta(days=365)
TEASER = 1 / 3  # of the usual length
NOT_WELCOME = "it does not want to be asked, or not so often: look at its robots.txt and terms"
AHEAD = timedelta(hours=24)  # a publication later than its fetch by more than any time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong with an outlet."""

    outlet: str
    kind: str  # unreachable | blocked | moved | gone | empty | broken | silent | fields | teasers | future
    since: datetime
    words: str  # what happened
    advice: str  # what to do


def troubles(
    outlet: str,
    visits: Sequence[PastVisit],
    arrivals: Sequence[Arrival],
    sources: Iterable[SourceState],
    *,
    now: datetime,
) -> list[Trouble]:
    """All that is wrong with an outlet, the worst first. Visits and arrivals: of the last MEMORY, the oldest first."""
    found = [_unreachable(visits), *map(_source, sources), _pages(visits, known=bool(arrivals))]
    if not any(found):
        found.append(_silence(visits, arrivals, now))
    found += [_fields(arrivals), _teasers(arrivals), _future(arrivals)]
    return [Trouble(outlet=outlet, **trouble) for trouble in found if trouble]  # type: ignore[arg-type]


def _told(kind: str, since: datetime, words: str, advice: str) -> dict[str, object]:
    return {"kind": kind, "since": since, "words": words, "advice": advice}


def _unreachable(visits: Sequence[PastVisit]) -> dict[str, object] | None:
    """No source answered, or none announced anything, in the last visits."""
    run = _last_run(visits, lambda visit: visit.outcome in ("failed", "nothing"))
    if len(run) < IN_A_ROW:
        return None
    why = _commonest(run)
    blocked = any(sign in why for sign in ("403", "429", "robots.txt", "refused", "come back later"))
    advice = (
        NOT_WELCOME
        if blocked
        else ("open it in a browser; if it is gone, remove its file, if it moved, write its new address")
    )
    if any(visit.outcome == "nothing" for visit in run):
        return _told("blocked" if blocked else "empty", run[0].started, f"no source announces anything: {why}", advice)
    return _told("blocked" if blocked else "unreachable", run[0].started, f"no source answers: {why}", advice)


def _source(state: SourceState) -> dict[str, object] | None:
    """A source that used to announce articles, and does not any more; or one that moved."""
    if state.moved_to:
        return _told("moved", state.since, f"{state.url} moved for good", f"write {state.moved_to} into its file")
    if state.gone:
        return _told("gone", state.gone, f"{state.url} is gone (HTTP 410)", "`twosource outlets add` finds others")
    if state.verdict == WORKS or state.worked is None or state.visits < IN_A_ROW:
        return None
    empty = any(sign in state.verdict for sign in ("without", "empty", "none of its"))
    blocked = any(sign in state.verdict for sign in ("403", "429", "robots.txt"))
    kind = "empty" if empty else "blocked" if blocked else "broken"
    return _told(kind, state.since, f"{state.url}: {state.verdict}", "`twosource outlets check` asks all its sources")


def _pages(visits: Sequence[PastVisit], *, known: bool) -> dict[str, object] | None:
    """Pages are announced and asked for, and none of them is an article.

    ``known``: something was read of the outlet in the memory; then a page that does not answer, or that robots.txt forbids, is an
    odd one, and if no other comes, it is silent. Of who never gave anything they are all that there is.
    """
    asking = [v for v in visits if v.outcome == "ok" and (v.fetched or (not known and _failed_pages(v) > 0))]
    run = _last_run(asking, lambda visit: not visit.stored + visit.unchanged)
    if len(run) < IN_A_ROW or sum(visit.skipped + visit.failed for visit in run) < FEWEST_PAGES:
        return None
    why = _commonest(run)
    words = f"none of its pages is an article: {why}"
    if any(sign in why for sign in ("403", "429", "robots", "the host asks")):
        return _told("blocked", run[0].started, words, NOT_WELCOME)
    kind = "blocked" if any(sign in why for sign in ("consent", "cookie")) else "broken"
    advice = "`twosource read ADDRESS --why` shows what is read of one; see `selectors` in docs/outlets.md"
    return _told(kind, run[0].started, words, advice)


def _silence(visits: Sequence[PastVisit], arrivals: Sequence[Arrival], now: datetime) -> dict[str, object] | None:
    """Nothing new for twice its longest pause."""
    moments = sorted({arrival.fetched for arrival in arrivals})
    if len(moments) < FEWEST_ARRIVALS or not visits or moments[-1] - moments[0] < KNOWN_FOR:
        return None
    longest = max(later - earlier for earlier, later in itertools.pairwise(moments))
    silent = min(now, visits[-1].started) - moments[-1]
    allowed = max(SHORTEST_SILENCE, TIMES_LONGEST * longest)
    if silent < allowed:
        return None
    # No number that grows by the hour: who has read it once should not be told it again.
    words = f"nothing new for more than {_span(allowed)}; its longest pause in four weeks was {_span(longest)}"
    return _told("silent", moments[-1], words, "open its front page: does it publish elsewhere, or not any more?")


def _fields(arrivals: Sequence[Arrival]) -> dict[str, object] | None:
    """A field that its articles used to have is missing in all of the last."""
    runs = {
        "authors": _change(arrivals, lambda arrival: not arrival.has_authors, share=ANY),
        "a date": _change(arrivals, lambda arrival: arrival.published is None),
    }
    runs = {name: run for name, run in runs.items() if run}
    if not runs:
        return None
    longest = max(runs.values(), key=len)
    words = f"its last {len(longest)} articles have no {' and no '.join(runs)}; before, most had"
    return _told("fields", longest[0].fetched, words, "its layout changed: `twosource read ADDRESS --why`")


def _teasers(arrivals: Sequence[Arrival]) -> dict[str, object] | None:
    if len(arrivals) < FEWEST_BEFORE:
        return None
    usual = median(arrival.characters for arrival in arrivals)
    run = _change(arrivals, lambda arrival: arrival.characters < TEASER * usual)
    if not run:
        return None
    now = median(arrival.characters for arrival in run)
    words = f"its last {len(run)} articles have {now:,.0f} characters, before {usual:,.0f}: only teasers?"
    return _told("teasers", run[0].fetched, words, "a paywall, or another layout: `twosource read ADDRESS --why`")


def _future(arrivals: Sequence[Arrival]) -> dict[str, object] | None:
    run = _change(arrivals, lambda a: a.published is not None and a.published - a.fetched > AHEAD)
    if not run:
        return None
    words = f"its last {len(run)} articles are dated more than a day ahead"
    return _told("future", run[0].fetched, words, "its dates are read wrongly, or are those of events")


def _change(
    arrivals: Sequence[Arrival], bad: Callable[[Arrival], bool], *, share: tuple[float, float] = RARE
) -> list[Arrival]:
    """The articles at the end that are all bad, of two visits at least, if that is no chance; otherwise none.

    How many it takes depends on how common that was before, and on how often the outlet is looked at with something new: two
    where it never was, five where every twentieth was so. Who lacked it as long before, say on weekends, does so again.
    """
    run = list(itertools.takewhile(bad, reversed(arrivals)))[::-1]
    before = arrivals[: len(arrivals) - len(run)]
    visits = len({arrival.fetched for arrival in run})
    if len(before) < FEWEST_BEFORE or visits < IN_A_ROW or visits <= _longest_run(before, bad):
        return []
    looks = len({arrival.fetched for arrival in arrivals}) * YEARS * YEAR / _time(arrivals)
    # Articles that come together are often of one kind (an agency's, without authors): more than two of a visit say no more.
    chance = _chance(min(len(run), 2 * visits), sum(map(bad, before)), len(before), share)
    return run if chance * looks <= 1 else []


def _chance(run: int, odd: int, seen: int, share: tuple[float, float]) -> float:
    """How likely it is that the next ``run`` articles are all odd, after ``odd`` of those ``seen`` were (beta-binomial).

    Each odd one makes the next likelier: it is the likelier an outlet of those that have many.
    """
    of_odd, of_sound = share
    return prod((of_odd + odd + n) / (of_odd + of_sound + seen + n) for n in range(run))


def _longest_run(arrivals: Sequence[Arrival], bad: Callable[[Arrival], bool]) -> int:
    """The most visits in a row in which every article was bad."""
    visits = itertools.groupby(arrivals, lambda arrival: arrival.fetched)
    odd = (all(map(bad, together)) for _, together in visits)
    return max((sum(1 for _ in alike) for was, alike in itertools.groupby(odd) if was), default=0)


def _time(arrivals: Sequence[Arrival]) -> timedelta:
    """How long they took to come, a week and a day at least."""
    return max(arrivals[-1].fetched - arrivals[0].fetched, KNOWN_FOR)


def _last_run(visits: Sequence[PastVisit], bad: object) -> list[PastVisit]:
    """The visits at the end that are all bad."""
    run: list[PastVisit] = []
    for visit in reversed(visits):
        if not bad(visit):  # type: ignore[operator]
            break
        run.insert(0, visit)
    return run


def _failed_pages(visit: PastVisit) -> int:
    """What failed beside the sources, whose reasons begin with their address."""
    return visit.failed - sum(n for words, n in visit.reasons.items() if words.startswith("http"))


def _commonest(visits: Iterable[PastVisit]) -> str:
    counts: Counter[str] = Counter()
    for visit in visits:
        counts.update(visit.reasons)
    return max(counts, key=lambda words: counts[words]) if counts else "no reason was given"


def _span(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
