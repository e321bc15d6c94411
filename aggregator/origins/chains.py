"""Who credits whom, followed to its end: a credited outlet is what its own articles in the story rest on.

Outlets that give each other as the source are one origin, which nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aggregator.origins.rules import Attribution, RuleContext
from storage.types import Article

Rests = Mapping[str, Sequence[Attribution]]  # article id -> what it rests on


def followed(articles: Sequence[Article], rests: Rests, context: RuleContext) -> dict[str, list[Attribution]]:
    """What each article rests on in the end. An outlet's end is looked for once, whoever credits it."""
    by_outlet: dict[str, list[Attribution]] = {}
    for article in articles:
        by_outlet.setdefault(article.outlet, []).extend(rests[article.id])
    ends: dict[str, list[Attribution]] = {}
    for outlet in by_outlet:
        _follow(outlet, by_outlet, context, ends)
    return {article.id: _steps(article.outlet, rests[article.id], by_outlet, ends, context) for article in articles}


def _steps(
    outlet: str,
    rests: Sequence[Attribution],
    by_outlet: Mapping[str, Sequence[Attribution]],
    ends: Mapping[str, Sequence[Attribution]],
    context: RuleContext,
) -> list[Attribution]:
    found: list[Attribution] = []
    for rest in rests:
        if rest.key == outlet or rest.key not in by_outlet:
            found.append(rest)
        else:
            found += [_passed(rest, end, context) for end in ends[rest.key]]
    return list(dict.fromkeys(found))


def _passed(rest: Attribution, end: Attribution, context: RuleContext) -> Attribution:
    if (
        end.key == rest.key and end.most != 0
    ):  # who is credited with a text is its source, however little his page shows
        return replace(end, least=max(end.least, rest.least), why=rest.why, through=rest.through)
    through = (*rest.through, context.name(rest.key), *end.through)
    return replace(end, why=f"{rest.why}; {context.name(rest.key)} {end.why}", through=through)


def _follow(
    start: str,
    by_outlet: Mapping[str, Sequence[Attribution]],
    context: RuleContext,
    ends: dict[str, list[Attribution]],
) -> None:
    """Fill ``ends`` for an outlet and all that it leads to, rings as one (Tarjan's components, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    todo: list[tuple[str, list[str]]] = []

    def enter(outlet: str) -> None:
        number[outlet] = low[outlet] = len(number)
        path.append(outlet)
        todo.append(
            (outlet, list(dict.fromkeys(r.key for r in by_outlet[outlet] if r.key in by_outlet and r.key != outlet)))
        )

    if start in ends:
        return
    enter(start)
    while todo:
        outlet, steps = todo[-1]
        if steps:
            step = steps.pop()
            if step in ends:
                continue
            if step not in number:
                enter(step)
            elif step in path:
                low[outlet] = min(low[outlet], number[step])
            continue
        todo.pop()
        if todo:
            low[todo[-1][0]] = min(low[todo[-1][0]], low[outlet])
        if low[outlet] == number[outlet]:
            ring = [path.pop()]
            while ring[-1] != outlet:
                ring.append(path.pop())
            _close(ring, by_outlet, context, ends)


def _close(
    ring: Sequence[str],
    by_outlet: Mapping[str, Sequence[Attribution]],
    context: RuleContext,
    ends: dict[str, list[Attribution]],
) -> None:
    """The ends of a ring: what its members rest on outside of it; where that is nothing, one origin that nobody knows."""
    found: list[Attribution] = []
    for outlet in ring:
        for rest in by_outlet[outlet]:
            if rest.key == outlet or rest.key not in by_outlet:
                found.append(rest)
            elif rest.key not in ring:
                found += [_passed(rest, end, context) for end in ends[rest.key]]
    if len(ring) > 1 and not any(rest.most != 0 for rest in found):
        names = " and ".join(sorted(context.name(outlet) for outlet in ring))
        found = [Attribution(min(ring), f"{names} give each other as the source", 0)]
    for outlet in ring:
        ends[outlet] = list(dict.fromkeys(found))
