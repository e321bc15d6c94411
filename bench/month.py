"""A month of 200 outlets that are visited every ten minutes, with faults put into some: who is told of, when, and who wrongly.

The clock is a number here. Visits and arrivals are what a crawl would have written down; they are judged by what `doctor`
judges by, each outlet every hour, and every ten minutes around a fault.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aggregator.health import MEMORY, troubles
from storage.health import Arrival, PastVisit

OUTLETS = 200
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
# Four weeks in which nothing may be told, while rhythms are learnt, and two for the faults: a weekly needs them.
DAYS = 45
FAULTY_FROM = BEGIN + timedelta(days=29)
STEP = timedelta(minutes=10)
HOLIDAYS = (9, 24)  # days on which offices are closed: a Wednesday and a Thursday
RUNS = 2  # within so many visits that had something to fetch, or twice its longest pause, a fault is to be told


@dataclass
class Simulated:
    """An outlet: when it publishes, and what befalls it when."""

    name: str
    weekdays: range
    hours: range
    every: timedelta
    fault: str | None = None
    from_: datetime | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    visits: list[PastVisit] = field(default_factory=list)


FAULTS: dict[str, tuple[str, ...]] = {
    # what befalls an outlet -> what may be told of it
    "dies": ("unreachable",),
    "forbids": ("blocked",),
    "empties": ("empty",),
    "moves its pages": ("broken",),
    "consent wall": ("blocked",),
    "stops publishing": ("silent",),
    "loses its dates": ("fields",),
    "loses its authors": ("fields",),
    "gives teasers": ("teasers",),
    "dates ahead": ("future",),
}


def outlets(rng: random.Random, count: int) -> list[Simulated]:
    """Wires, dailies, offices and weeklies; every fifth gets a fault in the last week, at some moment of its working hours."""
    kinds = [
        (range(7), range(24), timedelta(minutes=20)),  # a wire
        (range(7), range(6, 23), timedelta(minutes=50)),  # a daily's website
        (range(5), range(9, 18), timedelta(hours=1)),  # an office
        (range(5), range(8, 12), timedelta(hours=2)),  # a small one
        (range(1, 2), range(9, 12), timedelta(minutes=30)),  # a weekly: Tuesdays
    ]
    made = []
    faults = list(FAULTS)
    for n in range(count):
        weekdays, hours, every = kinds[n % len(kinds)]
        outlet = Simulated(f"outlet-{n}", weekdays, hours, every)
        if n % 5 == (n // 5) % 5:  # of each kind as many
            outlet.fault = faults[(n // 5 + n // 25) % len(faults)]  # each in several kinds
            outlet.from_ = FAULTY_FROM + timedelta(hours=rng.uniform(0, 48))
        made.append(outlet)
    return made


def publish(outlet: Simulated, rng: random.Random) -> None:
    """All that it publishes and all its visits, as the crawl would have found them."""
    moment, due = BEGIN, BEGIN
    while moment < BEGIN + timedelta(days=DAYS):
        open_ = moment.weekday() in outlet.weekdays and moment.hour in outlet.hours
        closed = len(outlet.weekdays) < 7 and (moment - BEGIN).days in HOLIDAYS
        new = 0
        if open_ and not closed and moment >= due:
            new, due = rng.randint(1, 3), moment + outlet.every * rng.uniform(0.5, 1.5)
        visit = PastVisit(
            started=moment, outcome="ok", fetched=new, stored=new, unchanged=0, skipped=0, failed=0, reasons={}
        )
        coming = [
            Arrival(
                fetched=moment,
                published=moment - timedelta(minutes=rng.randint(1, 40)),
                has_authors=rng.random() < 0.95,
                characters=rng.randint(1_500, 6_000),
            )
            for _ in range(new)
        ]
        if outlet.from_ and moment >= outlet.from_:
            visit, coming = BEFALLS[outlet.fault or ""](visit, coming)
        outlet.visits.append(visit)
        outlet.arrivals += coming
        moment += STEP


Befalls = Callable[[PastVisit, list[Arrival]], tuple[PastVisit, list[Arrival]]]


def _answers(outcome: str, reason: str) -> Befalls:
    return lambda visit, _: (replace(visit, outcome=outcome, fetched=0, stored=0, failed=1, reasons={reason: 1}), [])


def _pages(reason: str) -> Befalls:
    def befall(visit: PastVisit, coming: list[Arrival]) -> tuple[PastVisit, list[Arrival]]:
        return replace(visit, stored=0, skipped=len(coming), reasons={reason: len(coming)} if coming else {}), []

    return befall


def _articles(change: Callable[[Arrival], Arrival]) -> Befalls:
    return lambda visit, coming: (visit, [change(one) for one in coming])


BEFALLS: dict[str, Befalls] = {
    "dies": _answers("failed", "the host name does not resolve"),
    "forbids": _answers("failed", "https://a.example/feed: HTTP 403, refused"),
    "empties": _answers("nothing", "https://a.example/feed: a feed without items"),
    "moves its pages": _pages("HTTP 404, not there"),
    "consent wall": _pages("a consent page"),
    "stops publishing": lambda visit, _: (replace(visit, fetched=0, stored=0), []),
    "loses its dates": _articles(lambda a: replace(a, published=None)),
    "loses its authors": _articles(lambda a: replace(a, has_authors=False)),
    "gives teasers": _articles(lambda a: replace(a, characters=250)),
    "dates ahead": _articles(lambda a: replace(a, published=a.fetched + timedelta(days=40))),
}


def first_alarm(outlet: Simulated) -> tuple[list[tuple[datetime, str]], tuple[datetime, str] | None]:
    """False alarms, and the first alarm after its fault began."""
    wrong: list[tuple[datetime, str]] = []
    moments = [visit.started for visit in outlet.visits]
    fetched = [arrival.fetched for arrival in outlet.arrivals]
    for n, now in enumerate(moments):
        faulty = outlet.from_ is not None and now >= outlet.from_
        if not faulty and n % 6:
            continue
        since = now - MEMORY
        seen = outlet.visits[bisect_left(moments, since) : n + 1]
        had = outlet.arrivals[bisect_left(fetched, since) : bisect_right(fetched, now)]
        for found in troubles(outlet.name, since_well(seen), had, [], now=now):
            if faulty:
                return wrong, (now, found.kind)
            wrong.append((now, found.kind))
    return wrong, None


def since_well(visits: list[PastVisit]) -> list[PastVisit]:
    """The visits from the last one that brought something on, as the database gives them."""
    for n in range(len(visits) - 1, -1, -1):
        if visits[n].outcome == "ok" and visits[n].stored + visits[n].unchanged:
            return visits[n:]
    return visits


def simulate(count: int = OUTLETS, seed: int = 20) -> int:
    """Print the table; returns how many faults were not told, or told as something else, and how many alarms were false."""
    rng = random.Random(seed)
    lateness: dict[str, list[str]] = defaultdict(list)
    told: Counter[str] = Counter()
    put: Counter[str] = Counter()
    false = bad = within = 0
    for outlet in outlets(rng, count):
        publish(outlet, rng)
        wrong, alarm = first_alarm(outlet)
        if wrong:
            false += 1
            print(f"  false: {outlet.name} at {wrong[0][0]:%a %d %H:%M}: {wrong[0][1]}")
        if outlet.fault and outlet.from_:
            put[outlet.fault] += 1
            if alarm and alarm[1] in FAULTS[outlet.fault]:
                told[outlet.fault] += 1
                visits, hours = visits_until(outlet, alarm[0])
                within += visits <= RUNS
                lateness[outlet.fault].append(f"{visits}/{hours:.0f} h")
            else:
                bad += 1
                print(f"  {outlet.fault}: {outlet.name} from {outlet.from_:%a %d %H:%M}: {alarm}")
    print(f"{'fault':<20}{'put':>5}{'told':>6}   after (visits that had something to fetch, or hours)")
    for fault in FAULTS:
        print(f"{fault:<20}{put[fault]:>5}{told[fault]:>6}   {', '.join(lateness[fault])}")
    print(f"{within} of {put.total()} within {RUNS} visits that had something to fetch")
    print(f"{count} outlets, {DAYS} days, {count * DAYS * 144:,} visits; outlets with a false alarm: {false}")
    return false + bad


def visits_until(outlet: Simulated, moment: datetime) -> tuple[int, float]:
    """How long a fault went untold: in visits that had something to fetch, by which the outlet's rhythm counts, and in hours."""
    assert outlet.from_ is not None
    since = [visit for visit in outlet.visits if outlet.from_ <= visit.started <= moment]
    busy = sum(bool(visit.fetched or visit.failed) for visit in since)
    return busy, (moment - outlet.from_) / timedelta(hours=1)


if __name__ == "__main__":
    simulate()
