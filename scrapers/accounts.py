"""What one visit counts, and its reasons in words: in Scrapy's stats, where spider and item pipeline both find them."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from storage.types import Visit

COUNTS = ("announced", "fetched", "stored", "unchanged", "skipped", "failed")
OURS = "twosource/"  # Scrapy's own stats have other names
REASON = f"{OURS}reason/"


class Accounts:
    """The accounts of one crawler's visit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def count(self, what: str) -> None:
        """One more of what COUNTS names."""
        self._stats.inc_value(OURS + what)

    def reason(self, words: str) -> None:
        """Why something is not as it should be, in words for an operator."""
        self._stats.inc_value(REASON + words)

    def fail(self, words: str) -> None:
        """Something failed, and why."""
        self.count("failed")
        self.reason(words)

    def visit(self, outlet: str, outcome: str) -> Visit:
        """All of it."""
        stats = self._stats.get_stats()
        return Visit(
            outlet=outlet,
            outcome=outcome,
            **{what: stats.get(OURS + what, 0) for what in COUNTS},
            reasons={key.removeprefix(REASON): n for key, n in stats.items() if key.startswith(REASON)},
        )

    @property
    def _stats(self) -> StatsCollector:
        assert self._crawler.stats is not None, "a crawler has stats when its spider runs"
        return self._crawler.stats
