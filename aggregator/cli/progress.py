"""How a step goes, on stderr: a bar on a terminal, a line an outlet that has something to say in a log."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from aggregator.cli.common import say, words
from aggregator.cli.visits import is_quiet, summary, visit_line
from aggregator.pipeline import Progress
from storage.types import Visit


class LogProgress(Progress):
    """For a log: cron comes every ten minutes, so quiet outlets are only counted, in the crawl's last line."""

    def visited(self, visit: Visit) -> None:
        """Say what an outlet gave, unless it is nothing new."""
        if not is_quiet(visit):
            say("[red]" if visit.outcome == "failed" else "", visit_line(visit))

    def crawled(self, visits: Sequence[Visit]) -> None:
        """Sum up."""
        say(summary(visits))

    def note(self, words: str) -> None:
        """Say it."""
        say("", words)

    def warn(self, words: str) -> None:
        """Say it in yellow."""
        say("[yellow]", words)


class BarProgress(LogProgress):
    """For a terminal: a bar for the step under way, and words only for outlets that failed."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task = TaskID(0)
        self._pages = 0

    def crawling(self, outlets: int) -> None:
        """Show how many outlets are done, and the pages."""
        self._pages = 0
        pages = TextColumn("outlets, {task.fields[pages]} pages")
        self._show("crawling", outlets, TextColumn("{task.description:<20}"), MofNCompleteColumn(), pages)

    def page(self, outlet: str) -> None:
        """Count it, and name the outlet."""
        self._pages += 1
        if self._bars:
            self._bars.update(self._task, pages=self._pages, description=outlet)

    def visited(self, visit: Visit) -> None:
        """Move the bar."""
        if visit.outcome == "failed":
            super().visited(visit)
        if self._bars:
            self._bars.advance(self._task)

    def crawled(self, visits: Sequence[Visit]) -> None:
        """Take the bar away, and sum up."""
        self.ended()
        super().crawled(visits)

    def begins(self, step: str, total: int) -> None:
        """Show how much of it is done."""
        self._show(step, total, TextColumn("{task.description}"), TaskProgressColumn(), TimeRemainingColumn())

    def advanced(self, done: int) -> None:
        """Move the bar."""
        if self._bars:
            self._bars.update(self._task, completed=done)

    def ended(self) -> None:
        """Take the bar away."""
        if self._bars:
            self._bars.stop()
            self._bars = None

    def _show(self, title: str, total: int, *columns: TextColumn | MofNCompleteColumn | TimeRemainingColumn) -> None:
        self.ended()
        self._bars = Bars(columns[0], BarColumn(), *columns[1:], TimeElapsedColumn(), console=words, transient=True)
        self._task = self._bars.add_task(title, total=total, pages=0)
        self._bars.start()


def terminal_progress() -> LogProgress:
    """Bars on a terminal, lines elsewhere. A bar ends with its command, also after ^C: else the cursor would stay hidden."""
    if not words.is_terminal:
        return LogProgress()
    bars = BarProgress()
    click.get_current_context().call_on_close(bars.ended)
    return bars
