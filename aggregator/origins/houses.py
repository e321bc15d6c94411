"""Origins that are one: outlets of one owner, titles with one imprint, one person who signs in two outlets, one outlet by its
id and by its name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aggregator.credit.registry import HOUSE
from aggregator.origins.report import Report
from aggregator.origins.rules import NAME, Attribution, RuleContext
from storage.spelling import fold
from storage.types import Article, Origin

PERSON, IMPRINT = "person:", "imprint:"
_HOLDER = re.compile(
    r"(?:©|\(c\)|copyright)[\s,]*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?[\s,]*(?:by\s+)?(?P<who>[^.|·•©\n]{3,80})", re.IGNORECASE
)


def by_person(
    articles: Sequence[Article], rests: Mapping[str, Sequence[Attribution]], reports: Mapping[str, Report]
) -> dict[str, list[Attribution]]:
    """One reporter's name over the texts of two outlets is one pair of eyes: what rests on these outlets rests on that person."""
    signed: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for name in _persons(reports[article.id]):
            signed[fold(name)].add(article.outlet)
    found = {}
    for article in articles:
        twice = next((one for one in _persons(reports[article.id]) if len(signed[fold(one)]) > 1), None)
        found[article.id] = [
            replace(rest, key=f"{PERSON}{twice}", why=f"{rest.why}; {twice} signs in another outlet as well")
            if twice and rest.key == article.outlet
            else rest
            for rest in rests[article.id]
        ]
    return found


def _persons(report: Report) -> list[str]:
    lines = [*report.signed, *(credit for credit in report.seen if credit.where == "byline")]
    return [credit.name for credit in lines if credit.name and " " in credit.name.strip()]


def by_outlets_name(
    articles: Iterable[Article], rests: Mapping[str, Sequence[Attribution]], names: Mapping[str, str]
) -> dict[str, list[Attribution]]:
    """Who is credited by a name that no registry knows is the outlet of the story that goes by it, if one alone does."""
    called: dict[str, set[str]] = defaultdict(set)
    for outlet in {article.outlet for article in articles}:
        called[_bare(names.get(outlet, outlet))].add(outlet)
    return {article: [_under_its_id(rest, called) for rest in found] for article, found in rests.items()}


def _under_its_id(rest: Attribution, called: Mapping[str, set[str]]) -> Attribution:
    outlets = called.get(_bare(rest.key.removeprefix(NAME)), set()) if rest.key.startswith(NAME) else set()
    return replace(rest, key=next(iter(outlets))) if len(outlets) == 1 else rest


def _bare(name: str) -> str:
    """A name without its English article, folded."""
    return fold(name).removeprefix("the ")


def imprints(articles: Iterable[Article], names: Mapping[str, str]) -> dict[str, str]:
    """Outlets whose pages name one house in their copyright line, which is none of them: outlet id -> house."""
    holders: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        found = _HOLDER.search(article.imprint or "")
        if found:
            holder, own = fold(found["who"]).strip(" ,"), fold(names.get(article.outlet, article.outlet))
            if holder and holder not in own and own not in holder:
                holders[holder].add(article.outlet)
    return {
        outlet: f"{IMPRINT}{holder}" for holder, outlets in holders.items() if len(outlets) > 1 for outlet in outlets
    }


def one_house(origins: Iterable[Origin], owners: Mapping[str, str], context: RuleContext) -> list[Origin]:
    """Origins of one house, as one."""
    houses: dict[str, list[Origin]] = {}
    for origin in origins:
        houses.setdefault(_house(origin.key, owners), []).append(origin)
    return [_together(house, members, context) for house, members in houses.items()]


def _house(key: str, owners: Mapping[str, str]) -> str:
    """Whose an outlet is in the end: the Sunday Times is The Times', and that is News UK's."""
    seen = {key}
    while (owner := owners.get(key)) is not None and owner not in seen:
        seen.add(owner)
        key = owner
    return key


def _together(house: str, members: Sequence[Origin], context: RuleContext) -> Origin:
    if len(members) == 1:
        return members[0]
    said = " and ".join(origin.name for origin in members)
    mosts = [origin.most for origin in members]
    return replace(
        members[0],
        name=" / ".join(origin.name for origin in members),
        articles=tuple(article for origin in members for article in origin.articles),
        reasons=(
            *(reason for origin in members for reason in origin.reasons),
            f"{said} belong to one house ({context.names.get(house, house.removeprefix(IMPRINT).removeprefix(HOUSE))})",
        ),
        least=max(origin.least for origin in members),
        carriers=tuple(carrier for origin in members for carrier in origin.carriers),
        most=None if None in mosts else max(most or 0 for most in mosts),
    )
