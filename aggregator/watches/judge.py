"""What happened that a watch tells: from its stories as it knew them and as they are. Events are facts with a stable key.

A watch that is new, or asks for something else, or whose stories were judged anew by other rules, takes all that is there
as known: nobody wants a thousand messages about last month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from aggregator.health import Trouble
from aggregator.search import find
from aggregator.search.query import parse
from aggregator.watches.config import Watch
from storage import decisions, epochs, selections, watches
from storage.db import writing
from storage.watches import Event, Judged, WatchedStory

# Kinds of trouble in which an outlet as a whole brings nothing; see aggregator/health.py.
SILENCE = (
    "silent",
    "unreachable",
)


def of_story(story: WatchedStory) -> list[Event]:
    """What happened to a story since the watch knew it.

    >>> [event.event for event in of_story(WatchedStory(id="a", title="Bridge shut", least=2, before=1, highest=1))]
    ['second']
    """
    found = []
    named = f": {', '.join(story.sources)}" if story.sources else ""
    if story.before is None:
        found.append(Event(event="new", unit=story.id, title=story.title, words=f"a new story{named}"))
    if story.least >= 2 > story.highest:
        words = f"{story.least} independent sources{named}"
        found.append(Event(event="second", unit=story.id, title=story.title, words=words))
    if story.before is not None and story.least < story.before:
        words = f"{story.least} independent sources for sure, before {story.before}{named}"
        found.append(Event(event="fell", unit=story.id, title=story.title, words=words, number=story.least))
    if story.disputed is not None and not story.told:
        found.append(Event(event="dispute", unit=story.id, title=story.title, words=f"disputed: {story.disputed}"))
    return found


def of_outlet(trouble: Trouble, last: int) -> Event | None:
    """An outlet's silence; None: the trouble is another. ``last``: articles.seq of the last that it gave, its key."""
    if trouble.kind not in SILENCE:
        return None
    return Event(event="silent", unit=trouble.outlet, title=trouble.outlet, words=trouble.words, number=last)


def begin(db: Database, watch: Watch, *, now: datetime) -> bool:
    """Take all that is there as known, where the watch has not been judged as it is now. Says whether it was so."""
    current = _now(db, watch)
    before = watches.judged(db, watch.name)
    if before and (before.digest, before.rules or current.rules) == (current.digest, current.rules):
        return False
    if before and before.digest != current.digest:
        watches.forget(db, watch.name)
    for story in _stories(db, watch, now):
        watches.keep(db, watch.name, story)
    watches.note(db, watch.name, current)
    return True


def judge(db: Database, watch: Watch, *, now: datetime, troubles: Iterable[Trouble] = ()) -> int:
    """Write down what happened since the watch was judged last; returns how many alerts that gave. In one transaction."""
    with writing(db), epochs.epoch(db):
        if begin(db, watch, now=now):
            return 0
        before, current = watches.judged(db, watch.name), _now(db, watch)
        after = before.seen_seq if before else 0
        found: list[Event] = []
        if watch.query and before != current:
            # All stories, not only those with a new article: others may have been put together anew of what came before.
            for story in _stories(db, watch, now):
                found += of_story(story)
                watches.keep(db, watch.name, story)
            found += _corrections(db, watch, after)
        if "silent" in watch.events:
            found += _silences(db, watch, troubles)
        watches.note(db, watch.name, current)
        wanted = [event for event in found if event.event in watch.events]
        return sum(watches.append(db, watch.name, event, watch.targets, found=now) for event in wanted)


def _now(db: Database, watch: Watch) -> Judged:
    return Judged(
        digest=watch.digest,
        rules=watches.rules(db),
        seen_seq=selections.head(db),
        seen_decision=decisions.head(db),
    )


def _stories(db: Database, watch: Watch, now: datetime) -> list[WatchedStory]:
    if not watch.query:
        return []
    ids = {row[0] for row in db.execute("select id from stories")}
    return watches.stories(db, watch.name, ids, find.stories(db, parse(watch.query, now=now)))


def _corrections(db: Database, watch: Watch, after: int) -> list[Event]:
    return [
        Event(
            event="correction",
            unit=f"{article}@{version}",
            title=headline,
            words=f"{outlet} changed its text: {', '.join(kinds)}",
        )
        for article, version, outlet, headline, kinds in watches.corrections(db, watch.name, after=after)
    ]


def _silences(db: Database, watch: Watch, troubles: Iterable[Trouble]) -> list[Event]:
    wanted = [one for one in troubles if not watch.outlets or one.outlet in watch.outlets]
    last: Mapping[str, int] = watches.last_arrivals(db, {one.outlet for one in wanted})
    found = (of_outlet(one, last[one.outlet]) for one in wanted)
    return [event for event in found if event]
