"""One pace a host, whoever asks: on a clock that the test moves."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

import storage.clock
from scrapers.handler import BoundedHandler
from scrapers.hosts import FEW, FIRST_PAUSE, LONGEST_PAUSE, LONGEST_WAIT, Hosts
from scrapers.middlewares.host_delay import HostDelay
from scrapers.middlewares.robots import StrictRobots
from scrapers.session import hosts_of
from scrapers.spiders.outlet import OutletSpider
from storage.writer import Writer


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> Hosts:
    return Hosts(None, now=clock, jitter=lambda: 0.5)


def test_three_outlets_on_one_host_share_its_pace(hosts: Hosts) -> None:
    turns = [hosts.turn("a.example", 2.0) for _outlet in ("times", "post", "herald") for _ in range(2)]
    assert [later - earlier for earlier, later in itertools.pairwise(turns)] == [2.0] * 5
    assert hosts.turn("b.example", 2.0) == turns[0]


def test_the_longer_of_what_an_outlet_and_a_host_ask_for_is_kept(hosts: Hosts) -> None:
    hosts.crawl_delay("a.example", 5.0)
    first = hosts.turn("a.example", 2.0)
    assert first == 1_005.0  # an earlier run may have asked a moment ago
    assert hosts.turn("a.example", 2.0) - first == 5.0


def test_a_slow_host_is_asked_as_seldom_as_it_answers(hosts: Hosts) -> None:
    hosts.answered("a.example", 200, None, 9.0)
    first = hosts.turn("a.example", 2.0)
    assert hosts.turn("a.example", 2.0) - first == 9.0


def test_who_asks_for_a_day_between_two_requests_gets_it_and_the_visit_ends(hosts: Hosts, clock: Clock) -> None:
    hosts.crawl_delay("a.example", 86_400.0)
    assert hosts.busy("a.example") is None
    hosts.turn("a.example", 2.0)
    assert "86,400 s" in str(hosts.busy("a.example"))
    assert hosts.busy("b.example") is None
    clock.now += 86_400
    assert hosts.busy("a.example") is None


@pytest.mark.parametrize("seconds", [math.inf, math.nan, -1.0, 0.0])
def test_a_delay_that_is_none_is_none(hosts: Hosts, seconds: float) -> None:
    hosts.crawl_delay("a.example", seconds)
    assert (hosts.busy("a.example"), hosts.turn("a.example", 0.0)) == (None, 1_000.0)


def test_a_retry_after_is_kept_for_a_day_at_most(hosts: Hosts) -> None:
    hosts.answered("a.example", 503, 60.0, None)
    assert (hosts.pause("a.example"), hosts.busy("a.example")) == (60.0, None)
    hosts.answered("a.example", 429, 1e9, None)
    assert hosts.pause("a.example") == LONGEST_PAUSE
    assert hosts.busy("a.example") == "the host asks to come back later"


def test_a_429_without_a_time_is_left_and_each_further_one_doubles_it(hosts: Hosts) -> None:
    hosts.answered("a.example", 429, None, None)
    assert hosts.pause("a.example") == FIRST_PAUSE > LONGEST_WAIT
    hosts.answered("a.example", 429, None, None)
    assert hosts.pause("a.example") == 2 * FIRST_PAUSE
    for _ in range(30):
        hosts.answered("a.example", 429, None, None)
    assert hosts.pause("a.example") == LONGEST_PAUSE


def test_one_page_that_is_unavailable_is_not_the_host(hosts: Hosts) -> None:
    for _ in range(FEW - 1):
        hosts.answered("a.example", 503, None, None)
    assert hosts.busy("a.example") is None
    hosts.answered("a.example", 503, None, None)
    assert hosts.busy("a.example") is not None


def test_what_was_kept_while_the_clock_was_ahead_holds_nobody_back(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(tmp_path / "t.db")
    today = storage.clock.now()
    for days, waits, known in (
        (40, LONGEST_PAUSE, b"Disallow: /"),
        (0, None, None),
        (40.5, LONGEST_PAUSE / 2, b"Disallow: /"),
    ):
        monkeypatch.setattr(storage.clock, "now", lambda days=days: today + timedelta(days=days))
        hosts = Hosts(writer, now=clock)
        if days == 40:
            hosts.answered("a.example", 429, 1e9, None)
            hosts.keep_robots("http://a.example", b"Disallow: /")
        assert hosts.pause("a.example") == (waits if waits else -math.inf), days
        assert hosts.robots_of("http://a.example") == known, days
    writer.close()


def test_behind_a_pause_those_who_waited_ask_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts, asked = Hosts(None), list[float]()
    monkeypatch.setattr("scrapers.handler.AFTER_A_PAUSE", 0.2)

    class Handler(BoundedHandler):
        def __init__(self) -> None:
            self._hosts, self._session, self._delay = hosts, None, 0.0
            self._lines = defaultdict(lambda: asyncio.Semaphore(1))
            self._crawler = SimpleNamespace(crawling=True)  # type: ignore[assignment]

        async def _ask(self, request: Request) -> Response:
            asked.append(monotonic())
            return Response(request.url)

    async def all_at_once() -> None:
        hosts.answered("paper.example", 429, 0.2, None)
        requests = [Request(f"https://paper.example/{n}") for n in range(4)]
        await asyncio.gather(*(Handler().download_request(request) for request in requests))

    began = monotonic()
    asyncio.run(all_at_once())
    assert len(asked) == 4
    # Each turn comes half a gap after the one before it at the earliest; on a busy machine later, and never sooner.
    assert all(moment - began >= 0.2 + 0.1 * n for n, moment in enumerate(sorted(asked)))


def test_where_nothing_is_kept_a_host_that_asked_for_a_pause_is_left_alone_by_middleware_and_handler(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_reactor(handler: Any, _crawler: Crawler) -> None:
        handler._pool = SimpleNamespace()

    monkeypatch.setattr(BoundedHandler.__base__, "__init__", without_reactor)
    crawler = Crawler(OutletSpider, {"TWOSOURCE_DB": None})
    delay, handler = HostDelay.from_crawler(crawler), BoundedHandler(crawler)
    request = Request("https://paper.example/1")
    hosts_of(crawler).answered("paper.example", 429, 3_600, None)
    with pytest.raises(IgnoreRequest, match="come back later"):
        delay.process_request(request)
    with pytest.raises(IgnoreRequest, match="come back later"):
        asyncio.run(handler.download_request(request))


def test_what_a_host_wishes_is_kept_when_nobody_else_has_a_turn_at_the_database(tmp_path: Path) -> None:
    """Else all outlets would wait in the database for a turn to end, and after half a minute nothing more could be kept."""
    writer = Writer(tmp_path / "t.db")
    hosts, session = Hosts(writer), SimpleNamespace(writer=writer)

    class Handler(BoundedHandler):
        def __init__(self) -> None:
            self._hosts, self._session, self._delay = hosts, session, 0.0  # type: ignore[assignment]
            self._lines = defaultdict(lambda: asyncio.Semaphore(1))
            self._crawler = SimpleNamespace(crawling=True)  # type: ignore[assignment]

        async def _ask(self, request: Request) -> Response:
            return Response(request.url, status=429, headers={"Retry-After": "3600"})

    class Robots(StrictRobots):
        def __init__(self) -> None:
            self._hosts, self._session = hosts, session  # type: ignore[assignment]
            self.crawler = SimpleNamespace(engine=self)  # type: ignore[assignment]

        async def download_async(self, request: Request) -> Response:
            return Response(request.url, body=b"Disallow: /")

    async def answers_in_a_turn() -> None:
        turn: Any = asyncio.get_running_loop().create_future()
        writer._lent = turn
        page, rare = Request("https://paper.example/1"), Request("https://rare.example/1")
        hosts.crawl_delay("rare.example", 3600)
        asked = [
            asyncio.create_task(Handler().download_request(page)),
            asyncio.create_task(Handler().download_request(rare)),
            asyncio.create_task(Robots()._fetch(page, "paper.example")),
        ]
        for _ in range(100):
            await asyncio.sleep(0)
        assert not any(one.done() for one in asked)
        turn.set_result(None)
        await asyncio.gather(*asked)

    asyncio.run(answers_in_a_turn())
    assert hosts.busy("paper.example") == "the host asks to come back later"
    assert hosts.busy("rare.example") == "the host asks to come back later"
    assert len(writer.db.execute("select host from pauses").fetchall()) == 2
    assert hosts.robots_of("paper.example") == b"Disallow: /"
    writer.close()
