"""What a newsroom has to say in its feeds: stories, articles and corrections as items. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from aggregator.feeds import items
from aggregator.feeds.config import Definition, Settings
from aggregator.feeds.model import Feed, Item
from storage import coverage, selections
from storage.coverage import Change, Coverage, CoveringArticle
from storage.publications import Publication
from storage.types import Outlet

# The language of our own titles and reasons, and so of a feed whose items are in several; each item names its own.
OUR_WORDS = "en"


@dataclass(slots=True)
class FeedLoader:
    """All that a run knows: settings, outlets' facts, and the stories and articles that it has loaded.

    A *unit* is what a feed has an item of: a story, an article, or an article's version that corrects another.
    """

    db: Database
    settings: Settings
    outlets: Mapping[str, Outlet]
    stories: dict[str, Coverage] = field(default_factory=dict)
    articles: dict[str, CoveringArticle] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)

    def load(self, of: str, units: Iterable[str]) -> None:
        """Load what is not loaded yet."""
        if of == "stories":
            self.stories |= coverage.of_stories(self.db, [unit for unit in units if unit not in self.stories])
        elif of == "articles":
            self.articles |= coverage.of_articles(self.db, [unit for unit in units if unit not in self.articles])
        else:
            self.changes |= coverage.of_changes(self.db, [unit for unit in units if unit not in self.changes])

    def feed(self, definition: Definition, places: Mapping[str, Publication]) -> Feed:
        """A feed of the units that have these places in it, in their order."""
        self.load(definition.selection.of, places)
        meeting = selections.among(self.db, definition.selection, places)
        made = (
            _told_apart(item, place.n)
            for unit, place in places.items()
            if (item := self.item(definition, unit, place.since, meeting.get(unit, 0)))
        )
        languages = definition.selection.languages
        return Feed(
            name=definition.name,
            title=definition.title,
            description=definition.description,
            address=self.settings.address,
            authority=self.settings.authority,
            items=tuple(made),
            language=languages[0] if len(languages) == 1 else OUR_WORDS,
            hub=self.settings.hub,
        )

    def entering(self, definition: Definition, units: Mapping[str, int]) -> list[tuple[str, Item]]:
        """The items of units that enter a feed, in the order of their publication."""
        self.load(definition.selection.of, units)
        found = [
            (unit, item)
            for unit, seq in units.items()
            if (since := self.since(definition, unit)) and (item := self.item(definition, unit, since, seq))
        ]
        return sorted(found, key=lambda one: (one[1].published, units[one[0]], one[0]))

    def item(self, definition: Definition, unit: str, since: datetime, seq: int) -> Item | None:
        """The item of a unit as it is now; None where the unit is no more. ``seq`` 0: it no longer passes the filter."""
        id_ = items.name(self.settings.authority, definition.name, unit)
        of = definition.selection.of
        if of == "stories" and unit in self.stories:
            story = self.stories[unit]
            lead = _lead(story, definition)
            return items.story(story, self.outlets, lead=lead, since=since, id_=id_, left=not seq)
        if of == "articles" and unit in self.articles:
            return items.article(self.articles[unit], self.outlets, since=since, id_=id_, left=not seq)
        if of == "corrections" and unit in self.changes:
            return items.correction(self.changes[unit], self.outlets, id_=id_)
        return None

    def since(self, definition: Definition, unit: str) -> datetime | None:
        """When a unit first passed the filter: the arrival that made it so. None: it is no more."""
        if definition.selection.of == "articles":
            return self.articles[unit].arrived if unit in self.articles else None
        if definition.selection.of == "corrections":
            return self.changes[unit].after.fetched if unit in self.changes else None
        if unit not in self.stories:
            return None
        story = self.stories[unit]
        return max(_lead(story, definition).arrived, _reached(story, definition.selection.least or 0))


def _told_apart(item: Item, n: int) -> Item:
    """The item with its place in the feed as the fraction of its second.

    Our moments are whole seconds, and a merge takes many articles in one; readers that sort or compare by ``updated`` (the
    W3C validator warns of it) then can't tell which came last. The place never changes, so that neither does this.
    """
    return replace(item, updated=item.updated.replace(microsecond=n % 1_000_000))


def _lead(story: Coverage, definition: Definition) -> CoveringArticle:
    """The first report that passes the feed's filter, so that a feed of one language leads with that language."""
    languages, outlets = definition.selection.languages, definition.selection.outlets
    for report in story.reports:
        one = report.article
        if (not languages or one.language in languages) and (not outlets or one.outlet in outlets):
            return report
    return story.reports[0]


def _reached(story: Coverage, least: int) -> datetime:
    """When a story had so many independent sources: at the arrival of the first report of the origin that made it so."""
    arrivals = {report.article.id: report.arrived for report in story.reports}
    counted = 0
    moment = min(arrivals.values())
    firsts = sorted(
        (min((arrivals[article] for article in origin.articles if article in arrivals), default=moment), origin.least)
        for origin in story.origins
    )
    for arrived, sources in firsts:
        if counted >= least:
            break
        counted, moment = counted + sources, max(moment, arrived)
    return moment
