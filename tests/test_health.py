"""An outlet is judged against its own rhythm: every fault is told within two visits, and no weekend is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.health import troubles
from bench import month
from storage.health import Arrival, PastVisit
from storage.sources import WORKS, SourceState

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def arrival(moment: datetime, **more: object) -> Arrival:
    said = {"published": moment, "has_authors": True, "characters": 3_000, **more}
    return Arrival(fetched=moment, **said)  # type: ignore[arg-type]


def visit(moment: datetime, **counts: object) -> PastVisit:
    none = {"outcome": "ok", "fetched": 0, "stored": 0, "unchanged": 0, "skipped": 0, "failed": 0, "reasons": {}}
    return PastVisit(started=moment, **{**none, **counts})  # type: ignore[arg-type]


def office(days: int, *, holidays: tuple[int, ...] = ()) -> list[Arrival]:
    """An outlet that publishes every hour of an office day, and not on weekends or holidays."""
    hours = (MONDAY + day * 24 * HOUR + hour * HOUR for day in range(days) for hour in range(9, 18))
    return [arrival(m) for m in hours if m.weekday() < 5 and (m - MONDAY).days not in holidays]


def kinds(visits: list[PastVisit], arrivals: list[Arrival], now: datetime, *sources: SourceState) -> list[str]:
    since = now - timedelta(days=28)
    lately = [a for a in arrivals if since <= a.fetched <= now]
    return [trouble.kind for trouble in troubles("times", visits, lately, sources, now=now)]


def test_a_month_of_visits_every_ten_minutes_alarms_on_no_weekend_and_no_holiday() -> None:
    arrivals = office(56, holidays=(28, 42))  # two Mondays
    for step in range(0, 28 * 24 * 6, 3):
        now = MONDAY + timedelta(days=28) + step * timedelta(minutes=10)
        assert kinds([visit(now)], arrivals, now) == [], now


def test_who_stops_in_midweek_is_told_after_twice_its_longest_pause() -> None:
    arrivals = office(30)
    last = arrivals[-1].fetched
    longest = timedelta(hours=64)
    before, after = last + 2 * longest - HOUR, last + 2 * longest + HOUR
    assert kinds([visit(before)], arrivals, before) == []
    assert kinds([visit(after)], arrivals, after) == ["silent"]


def test_who_publishes_around_the_clock_is_told_after_half_a_day() -> None:
    arrivals = [arrival(MONDAY + n * timedelta(minutes=20)) for n in range(20 * 72)]
    now = arrivals[-1].fetched + 7 * HOUR
    assert kinds([visit(now)], arrivals, now) == ["silent"]


@pytest.mark.parametrize(
    ("counts", "kind"),
    [
        ({"outcome": "failed", "failed": 1, "reasons": {"the host name does not resolve": 1}}, "unreachable"),
        ({"outcome": "failed", "failed": 1, "reasons": {"https://a.example/feed: HTTP 403, refused": 1}}, "blocked"),
        ({"outcome": "nothing", "failed": 1, "reasons": {"https://a.example/feed: HTTP 500": 1}}, "empty"),
        ({"fetched": 3, "failed": 3, "reasons": {"HTTP 404, not there": 3}}, "broken"),
        ({"fetched": 3, "skipped": 3, "reasons": {"a consent page": 3}}, "blocked"),
        ({"fetched": 3, "skipped": 3, "reasons": {"no text: the page needs JavaScript": 3}}, "broken"),
        ({"fetched": 3, "failed": 3, "reasons": {"it leads to another site": 3}}, "broken"),
    ],
)
def test_what_two_visits_agree_on_is_told_and_one_is_weather(counts: dict[str, object], kind: str) -> None:
    now = MONDAY + timedelta(days=29)
    well = visit(now - 2 * HOUR, fetched=5, stored=5)
    bad = [visit(now - HOUR, **counts), visit(now, **counts)]
    assert kinds([well, bad[0]], office(28), now) == []
    assert kinds([well, *bad], office(28), now) == [kind]
    assert kinds([well, *bad, visit(now, fetched=1, stored=1)], office(28), now) == []


@pytest.mark.parametrize(
    ("why", "kind"),
    [
        ("robots.txt forbids it", "blocked"),
        ("the host asks for 600 s between two requests", "blocked"),
        ("the host does not answer", "broken"),
    ],
)
def test_pages_that_never_came_are_told_of_who_never_gave_an_article_and_of_no_other(why: str, kind: str) -> None:
    now = MONDAY + timedelta(days=29)
    bad = [visit(now - n * HOUR, failed=3, reasons={why: 3}) for n in (2, 1, 0)]
    assert kinds(bad[:1], [], now) == []
    assert kinds(bad, [], now) == [kind]
    assert kinds(bad, office(29), now) == []


def test_a_second_feed_that_never_worked_says_nothing_of_pages_of_who_published_nothing_lately() -> None:
    now = MONDAY + timedelta(days=29)
    bad = [
        visit(now - n * HOUR, failed=1, reasons={"https://a.example/b.xml: HTTP 404, not there": 1}) for n in range(5)
    ]
    assert kinds(bad, [], now) == []


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"verdict": "a feed without items"}, "empty"),
        ({"verdict": "HTTP 404, not there"}, "broken"),
        ({"verdict": "HTTP 403, refused"}, "blocked"),
        ({"moved_to": "https://b.example/feed"}, "moved"),
        ({"verdict": "HTTP 410, gone", "gone": MONDAY}, "gone"),
        ({"verdict": WORKS}, None),
        ({"verdict": "a feed without items", "visits": 1}, None),
        ({"verdict": "not a feed", "worked": None}, None),  # a guess that never worked is no loss
    ],
)
def test_a_source_that_used_to_work_is_told(more: dict[str, object], kind: str | None) -> None:
    now = MONDAY + timedelta(days=29)
    said = {"url": "u", "outlet": "times", "kind": "feed", "asked": now, "verdict": WORKS, "since": now, "visits": 2}
    state = SourceState(**{**said, "worked": MONDAY, "moved_to": None, "gone": None, **more})  # type: ignore[arg-type]
    assert kinds([visit(now)], office(28), now, state) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"has_authors": False}, "fields"),
        ({"published": None}, "fields"),
        ({"characters": 300}, "teasers"),
        ({"published": MONDAY + timedelta(days=99)}, "future"),
    ],
)
def test_what_its_articles_used_to_have_is_missed(more: dict[str, object], kind: str) -> None:
    arrivals = office(26)
    changed = [arrival(a.fetched, **more) for a in arrivals[-10:]]
    now = arrivals[-1].fetched + HOUR
    assert kinds([visit(now)], arrivals, now) == []
    assert kinds([visit(now)], [*arrivals[:-10], *changed], now) == [kind]


def test_who_prints_agencies_without_authors_on_every_weekend_is_not_told_of_the_next_one() -> None:
    hours = [MONDAY + day * 24 * HOUR + hour * HOUR for day in range(28) for hour in range(9, 18)]
    arrivals = [arrival(m, has_authors=m.weekday() < 5) for m in hours]
    for now in hours[-18:]:
        assert kinds([visit(now)], arrivals, now) == [], now
    monday = [arrival(MONDAY + 28 * 24 * HOUR + hour * HOUR, has_authors=False) for hour in range(9, 18)]
    assert kinds([visit(monday[-1].fetched)], [*arrivals, *monday], monday[-1].fetched) == ["fields"]


@pytest.mark.parametrize(
    ("pause", "every", "told_after"),
    [(HOUR, None, 2), (HOUR / 4, None, 2), (HOUR, 100, 3), (HOUR, 20, 5), (HOUR / 4, 20, 5)],
)
def test_two_odd_articles_are_a_sign_where_there_was_never_one_and_more_are_where_they_are_common(
    pause: timedelta, every: int | None, told_after: int
) -> None:
    count = 28 * 24 * HOUR // pause
    dates = [None if every and n % every == 0 else MONDAY for n in range(count)]
    before = [arrival(MONDAY + n * pause, published=dates[n]) for n in range(count)]
    odd = [arrival(before[-1].fetched + (n + 1) * pause, published=None) for n in range(6)]
    told = [n for n in range(1, 7) if kinds([visit(odd[n - 1].fetched)], [*before, *odd[:n]], odd[n - 1].fetched)]
    assert told[0] == told_after


def test_in_a_month_and_a_half_each_fault_of_25_outlets_is_told_and_nothing_else() -> None:
    assert month.simulate(25) == 0
