"""What people decided, laid over what the machine made: lifted before the machine writes, and laid again after it.

The machine never sees what people decided, so that its stories are the same without it, and what is shown is a pure function
of the two. Only the stories that a batch touches are lifted; without a decision nothing happens here.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlite_utils import Database

from aggregator.decisions.partition import decided_stories
from storage import decisions, set_aside
from storage.decisions import PARTING


class Overlay:
    """One transaction's lifting and laying. The ids that go in are the machine's stories."""

    def __init__(self, db: Database) -> None:
        self._db, self._last = db, decisions.head(db)
        self._gone: dict[str, list[str]] = {}  # stories that people had made, with their articles

    def __bool__(self) -> bool:
        """Did anybody decide anything?"""
        return self._last > 0

    def lift(self, stories: Collection[str]) -> set[str]:
        """Put the machine's stories back in their place; returns these and all that were tied up with them."""
        machine, shown = set_aside.together(self._db, stories)
        if machine:
            for article, (story, _) in set_aside.members(self._db, shown - machine).items():
                self._gone.setdefault(story, []).append(article)
            set_aside.restore(self._db, machine, shown)
        return machine

    def lay(self, touched: set[str]) -> set[str]:
        """Have people's stories in the place of the touched ones; returns the stories that are to be counted."""
        if not self:
            return touched
        wanted, made = self._tied(touched)
        placed = set_aside.members(self._db, wanted)
        machine = {article: story for article, (story, _) in placed.items()}
        nearest = {article: near for article, (_, near) in placed.items()}
        story = decided_stories(machine, nearest, made)
        moved = {article for article in machine if machine[article] != story[article]}
        concerned = {machine[a] for a in moved} | ({story[a] for a in moved} & wanted)
        shown: dict[str, list[str]] = {}
        for article in machine:
            if machine[article] in concerned:
                shown.setdefault(story[article], []).append(article)
        if concerned:
            set_aside.put(self._db, concerned, shown, decision=self._last)
        for old, articles in self._gone.items():
            if old not in shown:
                set_aside.leave_trace(self._db, old, articles)
        self._gone = {}
        return (wanted - concerned) | set(shown)

    def _tied(self, touched: set[str]) -> tuple[set[str], list[decisions.Decision]]:
        """The machine's stories that decisions tie to the touched ones, all lifted, and these decisions."""
        wanted = set(touched)
        while True:
            made = decisions.in_force(self._db, set_aside.members(self._db, wanted), PARTING)
            more = set_aside.stories_of(self._db, {a for one in made for a in (*one.articles, *one.others)}) - wanted
            if not more:
                return wanted, made
            wanted |= more | self.lift(more)
