"""The pipeline of judgement, read from top to bottom: credits, copies, stories, origins; and the words that they are found by.

The work to do is the articles that the table ``merged`` lacks, taken in order of arrival. A batch goes in whole, with the
index that found its copies, or not at all: a killed merge leaves nothing half done, and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from aggregator import copies, credit, decisions, grounds, origins, revisions, search, statements, stories
from aggregator.credit import registry
from aggregator.credit.registry import Registry
from aggregator.statements import figures
from aggregator.statements.disputes import disputes
from storage import articles, epochs, set_aside
from storage import copies as copy_rows
from storage import credits as credit_rows
from storage import decisions as decision_rows
from storage import disputes as dispute_rows
from storage import merged as merged_rows
from storage import revisions as revision_rows
from storage import statements as statement_rows
from storage import stories as story_rows
from storage.db import writing
from storage.types import Article, Copy, Credit

BATCH = 500  # articles a transaction; the result does not depend on it
RULES = f"{credit.RULES}.{grounds.RULES}.{copies.RULES}.{stories.RULES}.{origins.RULES}.{statements.RULES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the merge knows from outside the articles: who can be credited, and who belongs to one house."""

    registry: Registry
    owners: Mapping[str, str] = field(default_factory=dict)  # outlet or organisation id -> its owner's id
    names: Mapping[str, str] = field(default_factory=dict)  # outlet id -> its name to print

    def owners_among(self, members: Iterable[Article]) -> Mapping[str, str]:
        """Who owns whom in a story: as ``owners``, and under a house's host its pages are that house's."""
        hosts = credit.houses({article.outlet for article in members}, self.registry)
        if not hosts:
            return self.owners
        return {outlet: self.owners.get(house, house) for outlet, house in hosts.items()} | dict(self.owners)


class Merge:
    """A merge under way: a database with the indices of its articles, opened once, and as far as its tables have come."""

    def __init__(self, db: Database, known: Reference, *, whole: bool = False) -> None:
        """``whole``: it is a part of a larger transaction, and nobody sees what was known in between."""
        self._db, self._known, self._whole = db, known, whole
        self._copies, self._stories = copies.CopyIndex.open(db), stories.StoryIndex.open(db, keeps=not whole)

    def step(self, batch: int) -> int:
        """Judge at most so many articles, those that came first, in one transaction; return how many there were.

        Where it raises, nothing was written, and the indices have seen what the tables have not: begin another Merge.
        """
        found = articles.unmerged(self._db, limit=batch)
        if found:
            with writing(self._db):
                if not self._whole:
                    epochs.begin(self._db)
                said = self._credit(found)
                copied = self._copy(found, said)
                for story in sorted(self._place(found, copied)):
                    count_sources(self._db, story, self._known)
                merged_rows.append(self._db, found, rules=RULES)
                search.index.bring_up(self._db, through=found[-1].seq or 0)
                compare_versions(self._db, through=found[-1].seq or 0)
                epochs.end(self._db)
        else:
            self._stories.settle()
        return len(found)

    # Stage by stage, not article by article: each stage's tables stay in the processor's caches, which makes copies a
    # third and stories a fifth faster. No stage looks at what a later one said, so that batches change nothing.

    def _credit(self, found: Sequence[Article]) -> list[tuple[Credit, ...]]:
        said = [tuple(credit.credits_of(article, self._known.registry)) for article in found]
        for article, credits_ in zip(found, said, strict=True):
            reading = grounds.open_text(article)
            shown = grounds.grounds_of(article, credits_, self._known.registry, self._known.names, reading)
            credit_rows.append(self._db, article, (*credits_, *shown), rules=credit.RULES)
            told = statements.statements_of(reading, article.language, self._known.registry)
            statement_rows.append(self._db, article, told, rules=statements.RULES)
            counted = figures.figures_of(reading.text, article.language)
            dispute_rows.append_figures(self._db, article, counted, rules=statements.RULES)
        decisions.decide_credits(self._db, found)
        return said

    def _copy(self, found: Sequence[Article], said: Sequence[tuple[Credit, ...]]) -> list[tuple[Copy, ...]]:
        copied = self._copies.add_all(zip(found, said, strict=True))
        for article, its in zip(found, copied, strict=True):
            copy_rows.replace(self._db, article.id, its, rules=copies.RULES)
        return copied

    def _place(self, found: Sequence[Article], copied: Sequence[tuple[Copy, ...]]) -> set[str]:
        """Put articles in their stories, and return the stories that are others than before."""
        touched: set[str] = set()
        decided = decisions.Overlay(self._db)
        for placement in self._stories.place_all(list(zip(found, copied, strict=True))):
            if decided:
                touched |= decided.lift(placement.concerned)
            story_rows.append(self._db, placement, rules=stories.RULES)
            touched = (touched - set(placement.gone)) | placement.touched
        self._stories.store()
        return decided.lay(touched)


def merge(
    db: Database, known: Reference, *, batch: int = BATCH, progress: Callable[[int], None] = lambda _n: None
) -> int:
    """Judge every article that was not judged yet, and return how many those were.

    ``progress`` hears after each batch how many that is in all.
    """
    return _merge(Merge(db, known), batch, progress)


def _merge(merging: Merge, batch: int, progress: Callable[[int], None]) -> int:
    done = 0
    while found := merging.step(batch):
        done += found
        progress(done)
    return done


def again(
    db: Database, known: Reference, *, batch: int = BATCH, progress: Callable[[int], None] = lambda _n: None
) -> int:
    """Drop every conclusion and judge all articles anew. A story whose id is no more leaves a trace to where it went.

    All in one transaction: who reads meanwhile sees the stories as they were, and a kill leaves them so.
    """
    with writing(db):
        epochs.begin(db, again=True)
        before = story_rows.assignment(db)
        for rows in (merged_rows, copy_rows, credit_rows, story_rows, revision_rows, statement_rows, dispute_rows):
            rows.drop(db)
        copies.CopyIndex.drop(db)
        stories.StoryIndex.drop(db)
        done = _merge(Merge(db, known, whole=True), batch, progress)
        for old, new, why in stories.forwards(before, story_rows.assignment(db)):
            story_rows.forward(db, old, new, why)
        set_aside.mark(db, decision_rows.decided_articles(db), decision=decision_rows.head(db))
        epochs.end(db)
    return done


def compare_versions(db: Database, *, through: int) -> None:
    """Say of every later version up to an arrival what it changed, where that is not said yet."""
    while found := revision_rows.unjudged(db, through=through, limit=BATCH):
        for before, after in found:
            made = revisions.compare(before, after)
            revision_rows.append(db, after, made.kinds, substance=made.substance, rules=revisions.RULES)


def count_sources(db: Database, story: str, known: Reference) -> None:
    """Count the independent sources of a story that changed, and say what in it is disputed."""
    members = story_rows.articles(db, story)
    ids = [article.id for article in members]
    struck, dependent = decisions.said_of_sources(db, members)
    counted = origins.count_origins(
        members,
        {article.id: credit_rows.credits_of(db, article) for article in members},
        copy_rows.among(db, ids, proof=False),
        owners=known.owners_among(members),
        names=known.names,
        states=registry.states(known.registry),
        struck=struck,
        dependent=dependent,
    )
    story_rows.count(db, story, counted.origins, counted.least, counted.most, rules=origins.RULES)
    told, counts = statement_rows.of_story(db, story), dispute_rows.figures_of(db, story)
    dispute_rows.replace(db, story, disputes(members, told, counts, counted.origins), rules=statements.RULES)
