"""What is known of hosts, shared by all outlets of a crawl: how fast each may be asked, until when it wants peace,

whether it answers, and what its robots.txt says. What a host asked for is kept between runs.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

from storage import clock, pauses, robots
from storage.writer import Writer

LONGEST_WAIT = 120.0  # seconds that a visit waits for a host; asked for more, it leaves the host for this time
LONGEST_PAUSE = 86_400.0  # seconds: a slip of theirs may say a century; who asks for more is asked again the next day
FIRST_PAUSE = 300.0  # seconds after a 429 that names no time: the visit leaves the host; each further one doubles it
FEW = 4  # answers 503 without a word in a row, then it is the host that is down and not one page
SLOWEST = 60.0  # seconds: a host that answers slowly is asked as seldom as it answers, but not more seldom than this
JITTER = 0.5  # of the outlet's delay, up and down: a clockwork is easily taken for an attack
MISSES = 2  # requests in a row that a host does not answer, then it is taken for dead in this run
NOBODY = 6  # hosts without an answer while none has given one: then there is no network
ROBOTS_AGE = timedelta(hours=24)  # RFC 9309, 2.4


class Hosts:
    """The hosts of one crawl."""

    def __init__(
        self,
        writer: Writer | None,
        *,
        now: Callable[[], float] = monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._writer, self._now, self._jitter = writer, now, jitter
        self._free: dict[str, float] = {}  # host -> when the next request may go
        self._crawl_delay: dict[str, float] = {}
        self._latency: dict[str, float] = {}
        self._until: dict[str, float] = {}  # host -> when it wants to be asked again
        self._strikes: dict[str, int] = {}  # host -> "too often" in a row
        self._misses: dict[str, int] = {}
        self._silent: set[str] = set()
        self._anybody = False
        self.robots: dict[str, asyncio.Future[Any]] = {}  # origin -> its rules, or who is asking for them
        self.robots_missing: dict[str, str] = {}  # origin -> why its robots.txt could not be had

    # ----------------------------------------------------------------------------------------- pace

    def crawl_delay(self, host: str, seconds: float) -> None:
        """Its robots.txt, asked for just now or by an earlier run, wants so many seconds between two requests."""
        if seconds > 0 and math.isfinite(seconds):
            self._crawl_delay[host] = seconds
            if not self.one_a_visit(host):  # of that one a pause is kept
                self._free.setdefault(host, self._now() + seconds)  # an earlier run may have asked a moment ago

    def one_a_visit(self, host: str) -> bool:
        """Does a host ask for more between two requests than a visit waits? Then a turn there is written down, as a pause."""
        return self._crawl_delay.get(host, 0.0) > LONGEST_WAIT

    @property
    def anybody(self) -> bool:
        """Did any host answer? Else there is no network, which says nothing about hosts."""
        return self._anybody

    def dead(self, host: str) -> str | None:
        """Why a host is taken for dead, in words; None: it is not."""
        if self._misses.get(host, 0) >= MISSES:
            return "the host does not answer"
        if not self._anybody and len(self._silent) >= NOBODY:
            return "no host answers: is there a network?"
        return None

    def busy(self, host: str) -> str | None:
        """Why a host is not asked in this visit any more, in words; None: it is, after its pause."""
        if self.pause(host) > LONGEST_WAIT:
            return "the host asks to come back later"
        if self.one_a_visit(host) and self._free.get(host, 0.0) - self._now() > LONGEST_WAIT:
            return f"the host asks for {self._crawl_delay[host]:,.0f} s between two requests"
        return None

    def turn(self, host: str, delay: float) -> float:
        """Take the next free moment of a host, on the clock of ``now``. ``delay``: seconds that the outlet asks for."""
        go = max(self._now(), self._free.get(host, 0.0))
        own = max(delay, min(self._latency.get(host, 0.0), SLOWEST) if delay else 0.0)
        gap = max(own * (1 - JITTER + 2 * JITTER * self._jitter()), self._crawl_delay.get(host, 0.0))
        self._free[host] = go + gap
        if self.one_a_visit(host):
            self._keep_pause(host, min(self._crawl_delay[host], LONGEST_PAUSE))
        return go

    def pause(self, host: str) -> float:
        """Seconds for which a host still wants to be left alone, also by what it said to earlier runs."""
        if host not in self._until:
            until = pauses.until(self._writer.db, host) if self._writer else None
            left = (until - clock.now()).total_seconds() if until else -math.inf
            # Nobody gets more than a day: what says so was written while this machine's clock was ahead.
            self._until[host] = self._now() + left if left <= LONGEST_PAUSE else -math.inf
        return self._until[host] - self._now()

    def answered(self, host: str, status: int, retry_after: float | None, latency: float | None) -> None:
        """Note what an answer says of the host's health and wishes (RFC 6585, 4; RFC 9110, 10.2.3).

        ``retry_after`` and ``latency`` in seconds; None: not said, not measured.
        """
        self._anybody = True
        self._misses.pop(host, None)
        if latency is not None:
            self._latency[host] = (self._latency.get(host, latency) + latency) / 2
        if status not in (429, 503):
            self._strikes.pop(host, None)
            return
        self._strikes[host] = strikes = self._strikes.get(host, 0) + 1
        said = retry_after
        if said is None and (status == 429 or strikes >= FEW):
            said = FIRST_PAUSE * 2.0 ** min(strikes - 1, 9)
        if said is not None:
            self._until[host] = self._now() + min(said, LONGEST_PAUSE)
            self._keep_pause(host, min(said, LONGEST_PAUSE))

    def did_not_answer(self, host: str) -> None:
        """No connection, or no answer in time."""
        self._misses[host] = self._misses.get(host, 0) + 1
        self._silent.add(host)

    def _keep_pause(self, host: str, seconds: float) -> None:
        if self._writer is not None:
            with self._writer.writing() as db:
                pauses.remember(db, host, clock.now() + timedelta(seconds=seconds))

    # ----------------------------------------------------------------------------------------- robots.txt

    def robots_of(self, origin: str) -> bytes | None:
        """The robots.txt that an origin gave in the last day, to this or an earlier run; None: it is to be asked for."""
        now = clock.now()
        return robots.body(self._writer.db, origin, since=now - ROBOTS_AGE, until=now) if self._writer else None

    def keep_robots(self, origin: str, body: bytes) -> None:
        """What an origin's robots.txt says today."""
        if self._writer is not None:
            with self._writer.writing() as db:
                robots.remember(db, origin, body, clock.now())
