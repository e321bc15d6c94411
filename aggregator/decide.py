"""A decision made: what it speaks of is looked up, it is written down, and what rests on it is judged anew.

All in one transaction, which needs no newsroom's lock: a person decides while a run is at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from aggregator import merge
from aggregator.credit.registry import Organisation
from aggregator.decisions.credits import names
from aggregator.decisions.overlay import Overlay
from aggregator.decisions.rulings import decide_credits
from aggregator.origins.report import read_report
from aggregator.origins.rules import TABLE, RuleContext
from storage import articles, decisions, epochs, set_aside, stories
from storage import credits as credit_rows
from storage.db import writing
from storage.decisions import CREDITING, PARTING, Decision
from storage.errors import DecisionWrong
from storage.spelling import fold
from storage.types import Article, Credit, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who decides, when and why. ``why`` None: a note needs none."""

    who: str
    now: datetime
    why: str | None = None


def join(db: Database, ids: Sequence[str], person: Person, known: merge.Reference) -> Decision:
    """Stories report one event; the largest one's id stays."""
    found = [_story(db, id_) for id_ in dict.fromkeys(ids)]
    if len(found) < 2:
        raise DecisionWrong("Name two stories at least: those that report one event.")
    stays = max(found, key=lambda story: len(story.articles))
    members = tuple(article for story in found for article in story.articles)
    made = _of(person, "join", story=stays.id, articles=members, overruled="stories: apart, what is one event")
    return carry_out(db, made, known)


def split(db: Database, ids: Sequence[str], person: Person, known: merge.Reference) -> Decision:
    """Articles report another event than the rest of their story."""
    taken = tuple(dict.fromkeys(ids))
    homes = {stories.story_of(db, id_) for id_ in taken}
    if None in homes:
        raise DecisionWrong("One of these articles stands in no story yet: the next merge puts it in one.")
    home = homes.pop()
    if homes or home is None:
        raise DecisionWrong("These articles stand in different stories: split each story by itself.")
    others = tuple(id_ for id_ in _story(db, home).articles if id_ not in taken)
    if not others:
        raise DecisionWrong(f"These are all articles of {home}: leave out those that stay.")
    rule = "stories: together, what is two events"
    made = _of(person, "split", story=home, articles=taken, others=others, overruled=rule)
    return carry_out(db, made, known)


def text_of(db: Database, id_: str, source: str, person: Person, known: merge.Reference) -> Decision:
    """An article is this source's text: an organisation's or outlet's id or name, or a name that nobody knows yet."""
    article = _article(db, id_)
    key, name, role = _source(source, article, known)
    rule = _rule_of(db, article, known)
    home = stories.story_of(db, id_)
    made = _of(person, "text-of", story=home, articles=(id_,), source=key, name=name, role=role, overruled=rule)
    return carry_out(db, made, known)


def strike(db: Database, id_: str, source: str, person: Person, known: merge.Reference) -> Decision:
    """An article's credit of this source counts for nothing."""
    article = _article(db, id_)
    wanted = _known_id(source, known) or source
    there = [credit for _, credit in credit_rows.machine_credits(db, article.id, article.version)]
    found = [credit for credit in there if names(credit, wanted)]
    if not found:
        said = ", ".join(
            dict.fromkeys(credit.org or credit.name or "" for credit in there if credit.org or credit.name)
        )
        raise DecisionWrong(f"{id_} has no credit of {source}. It has: {said or 'none'}.")
    first = found[0]
    made = _of(
        person,
        "strike",
        story=stories.story_of(db, id_),
        articles=(id_,),
        source=first.org or first.name,
        name=known.names.get(first.org or "") or first.name or first.org,
        overruled=_rule_of_credit(first),
    )
    return carry_out(db, made, known)


def not_independent(db: Database, id_: str, source: str, person: Person, known: merge.Reference) -> Decision:
    """In this story a source is none of its own."""
    story = _story(db, id_)
    wanted = _known_id(source, known) or source
    found = [one for one in story.origins if one.key == wanted or fold(source) in (fold(one.key), fold(one.name))]
    if not found:
        said = ", ".join(f"{one.key} ({one.name})" if one.key != one.name else one.key for one in story.origins)
        raise DecisionWrong(f"{source} is no source of {story.id}. It has: {said}.")
    origin = found[0]
    first = _article(db, origin.articles[0])
    made = _of(
        person,
        "not-independent",
        story=story.id,
        articles=origin.articles,
        source=origin.key,
        name=origin.name,
        overruled=_rule_of(db, first, known),
    )
    return carry_out(db, made, known)


def note(db: Database, id_: str, text: str, person: Person, known: merge.Reference) -> Decision:
    """Words beside a story. They stay with its first article."""
    story = _story(db, id_)
    return carry_out(db, _of(person, "note", story=story.id, articles=story.articles[:1], text=text), known)


def undo(db: Database, n: int, person: Person, known: merge.Reference) -> Decision:
    """A decision is in force no more; undoing an undoing brings it back."""
    before = decisions.decision(db, n)
    if before is None:
        raise DecisionWrong(f"There is no decision {n}: `twosource decisions list` has them.")
    if by := decisions.undone(db).get(n):
        raise DecisionWrong(f"Decision {n} was undone by decision {by}: undo that one to bring it back.")
    about = {"story": before.story, "articles": before.articles, "others": before.others}
    return carry_out(db, _of(person, "undo", undoes=n, **about), known)


def carry_out(db: Database, decision: Decision, known: merge.Reference) -> Decision:
    """Write a decision down, and judge anew what rests on the articles that it speaks of."""
    with writing(db):
        epochs.begin(db)
        made = decisions.append(db, decision)
        about = (*made.articles, *made.others)
        decided = Overlay(db)
        changed = set[str]()
        if _concerns(db, made, PARTING):
            machine = set_aside.stories_of(db, about)
            changed = decided.lay(machine | decided.lift(machine))
        if _concerns(db, made, CREDITING):
            decide_credits(db, [version for id_ in about for version in articles.versions(db, id_)])
        changed |= {story for id_ in about if (story := stories.story_of(db, id_))}
        for story in sorted(changed):
            merge.count_sources(db, story, known)
        set_aside.mark(db, about, decision=made.n)
        epochs.end(db)
    return made


def _concerns(db: Database, decision: Decision | None, verbs: Iterable[str]) -> bool:
    """Is it, or what it undoes, or what that undid, of one of these verbs?"""
    while decision and decision.undoes:
        decision = decisions.decision(db, decision.undoes)
    return decision is not None and decision.verb in verbs


def _of(person: Person, verb: str, **about: object) -> Decision:
    return Decision(moment=person.now, who=person.who, why=person.why, verb=verb, **about)  # type: ignore[arg-type]


def _story(db: Database, id_: str) -> Story:
    story = stories.load(db, id_)
    if story is None:
        raise DecisionWrong(f"There is no story {id_}.")
    return story


def _article(db: Database, id_: str) -> Article:
    article = articles.latest(db, id_)
    if article is None:
        raise DecisionWrong(f"There is no article {id_}.")
    return article


ROLES = ("agency", "official", "social")  # kinds of organisation that have a role of their own; all others publish


def _source(given: str, article: Article, known: merge.Reference) -> tuple[str | None, str, str]:
    """(id, name to print, role) of whom a person names. The id None: nobody knows this name."""
    id_ = _known_id(given, known)
    org = known.registry.get(id_)
    if id_ == article.outlet or given == article.outlet:
        return article.outlet, known.names.get(article.outlet, article.outlet), "publisher"
    if id_ is None:
        return None, given, "outlet"
    return id_, known.names.get(id_, id_), org.kind if org and org.kind in ROLES else "outlet"


def _known_id(given: str, known: merge.Reference) -> str | None:
    """The id of an organisation or outlet, by the id itself or a name; None: nobody goes by that."""
    if given in known.names:
        return given
    named = {fold(name): id_ for id_, name in known.names.items()}
    return named.get(fold(given)) or next((org.id for org in known.registry if fold(given) in _names(org)), None)


def _names(org: Organisation) -> set[str]:
    return {fold(name) for name, _ in org.spellings}


def _rule_of(db: Database, article: Article, known: merge.Reference) -> str:
    """By which row of the table of rules the machine judged what an article rests on."""
    said = [credit for _, credit in credit_rows.machine_credits(db, article.id, article.version)]
    report, context = read_report(article, said), RuleContext(known.names)
    return f"sources: an article that {next(rule.article for rule in TABLE if rule.fits(report, context))}"


def _rule_of_credit(credit: Credit) -> str:
    if credit.kind:
        return f"grounds: {credit.kind}"
    return f"credits: {credit.where}, {credit.relation}"
