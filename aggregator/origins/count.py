"""How many independent sources a story rests on: at least, and at most. Reads no text; credits and copies say it all.

Journalism's two-source rule, and the rule of this house: forty outlets that print one agency's text are one source. A
wrong "two independent sources" is the worst mistake, so a source counts towards the lower bound only where something
printed says that it did the work, and towards the upper bound wherever it may have:

    ===============================================  =====  ====
    an article …                                     least  most
    ===============================================  =====  ====
    credits an agency or an outlet with its text         1     1   that organisation, once in the story
    uses an agency's material beside its own work     + 0   + 1   the agency, and perhaps its own newsroom
    is compiled from A, B and others                     2   any   A, B, and whoever is not named; nothing of its own
    has its own credit or a dateline of its own          1     1   its newsroom
    … but quotes a medium for what it says               0     1   it may rest on that one
    names nobody, and nobody prints its text             0     1   it may rest on any of the others
    prints a text that another one credits               0     0   that one's origin
    rests on a ministry, or on a post                    0     1   a source of the claim, not a second report
    ===============================================  =====  ====

A story has at least one source. Outlets of one owner are one. Pictures never count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.origins import lineage
from storage.types import Article, Copy, Credit, Origin

RULES = 1

MEDIA = ("agency", "outlet")  # roles that report; the others state, carry or stay unnamed


@dataclass(frozen=True, slots=True)
class Counted:
    """The origins of a story in the order in which they arrived, and their number: least <= most, 1 <= least."""

    origins: tuple[Origin, ...]
    least: int
    most: int | None  # None: not known


@dataclass(frozen=True, slots=True)
class Attribution:
    """One article rests on one origin."""

    key: str
    why: str
    least: int = 1
    most: int | None = 1


def count_origins(
    articles: Sequence[Article],
    said_by: Mapping[str, Sequence[Credit]],
    copies: Sequence[Copy],
    *,
    names: Mapping[str, str] | None = None,
    owners: Mapping[str, str] | None = None,
) -> Counted:
    """Count the origins of one story.

    ``articles`` in order of arrival; ``said_by`` has the credits of each by its id; ``names`` an organisation's or outlet's
    name by id; ``owners`` the owner of those that have one. Copies of articles outside the story are passed over.
    """
    names, owners = names or {}, owners or {}
    rests = _attributions(articles, said_by, copies, names)
    resolved = {article.id: _resolved(article, rests, articles, names) for article in articles}
    return _bounds(_by_owner(_gathered(articles, resolved, names), owners, names))


def _attributions(
    articles: Sequence[Article],
    said_by: Mapping[str, Sequence[Credit]],
    copies: Sequence[Copy],
    names: Mapping[str, str],
) -> dict[str, list[Attribution]]:
    """What each article rests on: what its own lines say, or else those of the articles whose text it prints."""
    said = {article.id: _said(article, said_by.get(article.id, ()), names) for article in articles}
    said = _once(articles, said, copies)
    # A dateline of one's own over a text that others credit elsewhere is the sub-editor's, not a reporter's.
    named = {a.id for a in articles if any(rest.least and rest.key != a.outlet for rest in said[a.id])}
    descents = lineage.trace_lineages(articles, copies, named)
    found = {a.id: said[a.id] or [_unsigned(a)] for a in articles if a.id not in descents}
    by_id = {article.id: article for article in articles}
    for article_id, descent in descents.items():
        article = by_id[article_id]
        why = _prints(by_id[descent.neighbour], copies, article_id, names)
        inherited = [replace(rest, why=f"{why}, which {rest.why}") for rest in found[descent.neighbour]]
        beside = [] if descent.whole else [rest for rest in said[article_id] if rest.key != article.outlet]
        own = [] if descent.whole else [replace(_unsigned(article), why="has words of its own beside another's text")]
        found[article_id] = [*inherited, *beside, *own]
    return found


def _once(
    articles: Sequence[Article], said: Mapping[str, list[Attribution]], copies: Sequence[Copy]
) -> dict[str, list[Attribution]]:
    """What is said over one text for the second time adds nothing sure, and over the very same words nothing at all."""
    place = {article.id: n for n, article in enumerate(articles)}
    outlet = {article.id: article.outlet for article in articles}
    checked = {article: list(rests) for article, rests in said.items()}
    for copy in copies:
        if copy.a in place and copy.b in place and lineage.one_text(copy):
            first, second = sorted((copy.a, copy.b), key=lambda article: place[article])
            keys = {rest.key for rest in said[first] if rest.least and rest.key != outlet[first]}
            share = copy.share_b if second == copy.b else copy.share_a
            checked[second] = [
                rest if rest.key in keys or not keys else replace(rest, least=0)
                for rest in checked[second]
                if share < lineage.VERBATIM or rest.least or rest.key in keys
            ]
    return checked


def _prints(neighbour: Article, copies: Sequence[Copy], article: str, names: Mapping[str, str]) -> str:
    share = max(
        (lineage.shared(copy) for copy in copies if {copy.a, copy.b} == {article, neighbour.id}),
        default=0.0,
    )
    return f"prints {round(100 * share)} % of the text of {names.get(neighbour.outlet, neighbour.outlet)}"


def _said(article: Article, lines: Sequence[Credit], names: Mapping[str, str]) -> list[Attribution]:
    """What an article's own lines say that it rests on."""
    text = [credit for credit in lines if credit.relation in ("republished", "with", "based_on")]
    # A publisher's name in the page's metadata stands on every page: it says nothing of this one's work.
    own = [credit for credit in lines if credit.relation == "own" and credit.where != "meta"]
    quoted = [credit for credit in lines if credit.relation == "quoted" and credit.role in MEDIA]
    rests = [_credited(article, credit, n, names) for n, credit in enumerate(text)]
    beside = any(credit.relation == "with" for credit in text)
    if own and not text and not quoted:
        rests.append(Attribution(article.outlet, _quote("signs it as its own", own[0])))
    elif own and not text:
        rests.append(
            Attribution(article.outlet, f"signs it as its own, but quotes {quoted[0].name or quoted[0].org}", least=0)
        )
    elif beside or (own and not any(credit.relation == "republished" for credit in text)):
        rests.append(Attribution(article.outlet, "may have reporting of its own", least=0))
    return rests


def _credited(article: Article, credit: Credit, n: int, names: Mapping[str, str]) -> Attribution:
    name = names.get(credit.org or "", credit.name or "somebody not named")
    verb = {"republished": "credits", "with": "uses material of", "based_on": "is compiled from"}[credit.relation]
    via = f" (via {names.get(credit.via, credit.via)})" if credit.via else ""
    why = _quote(f"{verb} {name}{via}", credit)
    if credit.role == "unnamed" or not (credit.org or credit.name):
        return Attribution(f"unnamed:{article.id}:{n}", why, least=0, most=1 if credit.count_known else None)
    key = credit.org or f"name:{(credit.name or '').casefold()}"
    reports = credit.role in MEDIA and credit.org is not None
    return Attribution(key, why, least=int(reports))


def _quote(why: str, credit: Credit) -> str:
    words = " ".join(credit.words.split())
    return f"{why}: “{words if len(words) <= 80 else words[:79] + '…'}”"


def _unsigned(article: Article) -> Attribution:
    return Attribution(article.outlet, "names no source", least=0)


def _resolved(
    article: Article, rests: Mapping[str, Sequence[Attribution]], articles: Sequence[Article], names: Mapping[str, str]
) -> list[Attribution]:
    """Follow a credited outlet to what its own articles in the story rest on."""
    by_outlet: dict[str, list[str]] = {}
    for other in articles:
        by_outlet.setdefault(other.outlet, []).append(other.id)

    def follow(rest: Attribution, seen: frozenset[str]) -> Iterator[Attribution]:
        theirs = [] if rest.key == article.outlet or rest.key in seen else by_outlet.get(rest.key, [])
        if not theirs:
            yield rest
            return
        for other in theirs:
            for deeper in rests[other]:
                if deeper.key == rest.key:
                    yield replace(rest, least=deeper.least, most=deeper.most)
                else:
                    why = f"{rest.why}; {names.get(rest.key, rest.key)} {deeper.why}"
                    yield from follow(replace(deeper, why=why), seen | {rest.key, article.outlet})

    return list(dict.fromkeys(found for rest in rests[article.id] for found in follow(rest, frozenset())))


def _gathered(
    articles: Sequence[Article], rests: Mapping[str, Sequence[Attribution]], names: Mapping[str, str]
) -> list[Origin]:
    """One origin a key, in order of arrival: sure where one article makes it sure."""
    found: dict[str, dict[str, list[Attribution]]] = {}
    for article in articles:
        for rest in rests[article.id]:
            found.setdefault(rest.key, {}).setdefault(article.id, []).append(rest)
    origins = []
    unnamed = 0
    for key, by_article in found.items():
        every = [rest for rests in by_article.values() for rest in rests]
        if key.startswith("unnamed:"):
            unnamed += 1
        origins.append(
            Origin(
                key=f"unnamed:{unnamed}" if key.startswith("unnamed:") else key,
                name=_name(key, every, names),
                articles=tuple(by_article),
                reasons=tuple("; ".join(dict.fromkeys(rest.why for rest in rests)) for rests in by_article.values()),
                least=max(rest.least for rest in every),
                most=None if any(rest.most is None for rest in every) else 1,
            )
        )
    return origins


def _name(key: str, rests: Sequence[Attribution], names: Mapping[str, str]) -> str:
    if key.startswith("unnamed:"):
        return "others, not named" if any(rest.most is None for rest in rests) else "one not named"
    return names.get(key, key.removeprefix("name:"))


def _by_owner(origins: Iterable[Origin], owners: Mapping[str, str], names: Mapping[str, str]) -> list[Origin]:
    """Origins of one ownership group, as one."""
    groups: dict[str, list[Origin]] = {}
    for origin in origins:
        groups.setdefault(owners.get(origin.key, origin.key), []).append(origin)
    return [_together(owner, members, names) for owner, members in groups.items()]


def _together(owner: str, members: Sequence[Origin], names: Mapping[str, str]) -> Origin:
    if len(members) == 1:
        return members[0]
    said = " and ".join(origin.name for origin in members)
    return replace(
        members[0],
        name=" / ".join(origin.name for origin in members),
        articles=tuple(dict.fromkeys(article for origin in members for article in origin.articles)),
        reasons=(
            *(reason for origin in members for reason in origin.reasons),
            f"{said} belong to one house ({names.get(owner, owner)})",
        ),
        least=max(origin.least for origin in members),
    )


def _bounds(origins: Sequence[Origin]) -> Counted:
    least = max(1, sum(origin.least for origin in origins))
    mosts = [origin.most for origin in origins]
    most = None if any(number is None for number in mosts) else max(least, sum(number or 0 for number in mosts))
    return Counted(tuple(origins), least, most)
