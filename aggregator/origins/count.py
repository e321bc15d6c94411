"""How many independent sources a story rests on: at least, and at most. Reads no text; credits and copies say it all.

    reports      report.py    each article with what is said of its sources
    rules        rules.py     what one article rests on: a table, a row a kind of article
    one text     lineage.py   an article that prints another's text rests on what that one rests on
    one person, one house   houses.py
    chains       chains.py    a credited outlet is what its own articles rest on
    bounds       here         an origin counts once

A story has at least one source. The interval does not depend on the order of arrival, and takes time in proportion to the
articles and their copies. The rule book with an example each is docs/two-sources.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aggregator.credit.registry import StateOwner
from aggregator.origins import lineage
from aggregator.origins.chains import followed
from aggregator.origins.digest import vocabulary
from aggregator.origins.houses import PERSON, by_outlets_name, by_person, imprints, one_house
from aggregator.origins.report import Report, read_report, without_reprinted, words_of
from aggregator.origins.rules import JOINT, NAME, POOL, SILENT, UNNAMED, Attribution, RuleContext, attributions, quote
from storage.spelling import fold
from storage.types import Article, Carrier, Copy, Credit, Origin

UNSURE = 0.15
"""Share of an own report's words that stand in another house's report, from which it is not sure any more.

On 345 real articles, pairs of two outlets that share 15 to 20 % of the shorter text and both name an agency name the same
one in 41 of 42; 20 to 50 % in 75 of 76. So it is not yet wrong at 15 %; less than that the index of copies does not note."""


OTHERS_WORDS = "said of words that another prints as somebody else's"


@dataclass(frozen=True, slots=True)
class Counted:
    """The origins of a story in the order in which they arrived, and their number: least <= most, 1 <= least."""

    origins: tuple[Origin, ...]
    least: int
    most: int | None  # None: not known


def count_origins(
    articles: Sequence[Article],
    said_by: Mapping[str, Sequence[Credit]],
    copies: Sequence[Copy],
    *,
    names: Mapping[str, str] | None = None,
    owners: Mapping[str, str] | None = None,
    states: Mapping[str, StateOwner] | None = None,
    struck: Mapping[str, Sequence[str]] | None = None,
    dependent: Mapping[str, str] | None = None,
) -> Counted:
    """Count the origins of one story.

    ``articles`` in order of arrival; ``said_by`` has the credits of each by its id; ``names`` an organisation's or outlet's
    name by id; ``owners`` the owner of those that have one; ``states`` the state that owns an agency. Copies of articles
    outside the story are passed over. What people said, in words: ``struck`` of articles whose credits they struck,
    ``dependent`` of origins, by key or name, that are not independent here.
    """
    names = names or {}
    said_by = without_reprinted(articles, said_by, copies, names)
    reports = {
        article.id: read_report(article, said_by.get(article.id, ()), names.get(article.outlet)) for article in articles
    }
    ordered = sorted(articles, key=lambda article: (article.published or article.fetched, article.id))
    statements = _statements(ordered, reports, copies)
    context = RuleContext(names, statements, partners=_partners(articles, reports, names))
    rests = {
        article.id: attributions(reports[article.id], _asked(article, ordered, reports, context)) for article in ordered
    }
    rests = by_outlets_name(articles, rests, context.names)
    for id_, strokes in (struck or {}).items():
        rests[id_] = [replace(rest, why="; ".join((rest.why, *strokes))) for rest in rests[id_]]
    rests = _without_withdrawn(rests, reports)
    rests = _one_state(rests, reports, states or {})
    rests = _of_one_text(ordered, rests, reports, copies, context)
    rests = by_person(ordered, rests, reports)
    rests = followed(ordered, rests, context)
    origins = _gathered(articles, rests, context)
    origins = one_house(origins, {**imprints(articles, context.names), **(owners or {})}, context)
    return _bounds([_independent(origin, dependent or {}) for origin in origins])


def _independent(origin: Origin, dependent: Mapping[str, str]) -> Origin:
    """The origin; one that a person said is not independent adds nothing."""
    said = dependent.get(origin.key) or dependent.get(origin.name)
    if not said:
        return origin
    why = f"not independent, as {said}"
    carriers = tuple(replace(one, least=0, most=0, why=f"{one.why}; {why}") for one in origin.carriers)
    return replace(origin, least=0, most=0, reasons=(*origin.reasons, why), carriers=carriers)


def _asked(
    article: Article, articles: Sequence[Article], reports: Mapping[str, Report], context: RuleContext
) -> RuleContext:
    """The context, for a digest with the words of the others."""
    kind = reports[article.id].kind
    if kind is None or kind.name != "digest":
        return context
    others = [other for other in articles if (k := reports[other.id].kind) is None or k.name != "digest"]
    return replace(context, vocabulary=vocabulary(others))


def _statements(articles: Sequence[Article], reports: Mapping[str, Report], copies: Sequence[Copy]) -> int:
    """How many texts rest on a statement and show no work; one that another prints word for word is that one's text."""
    stated = [article.id for article in articles if reports[article.id].stated and not reports[article.id].shows_work]
    place = {article: n for n, article in enumerate(stated)}
    again = set()
    for copy in copies:
        if copy.a in place and copy.b in place:
            second, share = (copy.b, copy.share_b) if place[copy.a] < place[copy.b] else (copy.a, copy.share_a)
            again |= {second} if share >= lineage.VERBATIM else set()
    return len(stated) - len(again)


def _partners(articles: Sequence[Article], reports: Mapping[str, Report], names: Mapping[str, str]) -> dict[str, str]:
    """The story's outlets that a joint investigation names as partners, with the words that do."""
    joint = {fold(credit.words): credit.words for report in reports.values() for credit in report.joint}
    outlets = {article.outlet: fold(names.get(article.outlet, article.outlet)) for article in articles}
    return {outlet: said for outlet, name in outlets.items() for words, said in joint.items() if name in words}


def _without_withdrawn(
    rests: Mapping[str, Sequence[Attribution]], reports: Mapping[str, Report]
) -> dict[str, list[Attribution]]:
    """A report that was taken back is no source any more, wherever it was printed."""
    back = {credit.org: credit for report in reports.values() for credit in report.withdrawn if credit.org}
    return {
        article: [
            replace(
                rest,
                least=0,
                most=0,
                why=quote(f"{rest.why}; withdrawn", words_of(back[rest.key])),
                withdrawn=words_of(back[rest.key]),
            )
            if rest.key in back
            else rest
            for rest in found
        ]
        for article, found in rests.items()
    }


def _one_state(
    rests: Mapping[str, Sequence[Attribution]], reports: Mapping[str, Report], states: Mapping[str, StateOwner]
) -> dict[str, list[Attribution]]:
    """Agencies of one state may print one release: those whose texts show no work are unsure beside another one of that state."""
    shown = {org for report in reports.values() for org in report.theirs}
    agencies: dict[str, set[str]] = {}
    for found in rests.values():
        for rest in found:
            if rest.least and rest.key in states:
                agencies.setdefault(states[rest.key].code, set()).add(rest.key)
    unsure: dict[str, str] = {}
    for keys in agencies.values():
        state = min(
            (states[key] for key in keys), key=lambda one: one.looked_up
        )  # the one that was not looked up, if any
        sure = keys & shown or {min(keys)}
        why = f"another agency of the same state ({state.words}) has it as well, and it shows no work"
        unsure |= dict.fromkeys(keys - sure, why)
    return {
        article: [
            replace(rest, least=0, why=f"{rest.why}; {unsure[rest.key]}") if rest.key in unsure else rest
            for rest in found
        ]
        for article, found in rests.items()
    }


# ---------------------------------------------------------------------------------------------------- one text


def _of_one_text(
    articles: Sequence[Article],
    rests: Mapping[str, Sequence[Attribution]],
    reports: Mapping[str, Report],
    copies: Sequence[Copy],
    context: RuleContext,
) -> dict[str, list[Attribution]]:
    """What each article rests on: what it says itself, or else what those say whose text it prints."""
    decided = {a.id for a in articles if reports[a.id].decided}
    silent = {
        a.id for a in articles if (k := reports[a.id].kind) is not None and k.name in (*SILENT, "digest")
    } - decided
    by_id = {article.id: article for article in articles}
    pairs = [c for c in copies if c.a in by_id and c.b in by_id and not silent & {c.a, c.b}]
    said = _credited_once(articles, rests, pairs, decided)
    credited = _roots(articles, said, pairs)
    # A dateline of one's own over a text that others credit elsewhere is the sub-editor's, not a reporter's.
    named = {a.id for a in articles if any(rest.least and rest.key != a.outlet for rest in said[a.id])}
    own = [a.id for a in articles if a.id not in named and any(rest.least for rest in said[a.id])]
    descents = lineage.trace_lineages(articles, pairs, named | credited | decided, own)
    shares = _shares(pairs)
    unsure = [a for a in articles if a.id not in descents and a.id not in decided]
    found = {a.id: _unsure(a, said[a.id], own, named, shares, by_id, context) for a in unsure}
    found |= {id_: list(said[id_]) for id_ in decided}
    for article, descent in descents.items():
        neighbour = by_id[descent.neighbour]
        share = round(100 * max(shares[article][neighbour.id], shares[neighbour.id][article]))
        why = f"prints {share} % of the text of {context.name(neighbour.outlet)}"
        inherited = [
            replace(rest, why=f"{why}, which {rest.why}", through=(context.name(neighbour.outlet), *rest.through))
            for rest in found[neighbour.id]
        ]
        outlet = by_id[article].outlet
        beside = [] if descent.whole else [rest for rest in said[article] if rest.key != outlet]
        printed = reports[article].text
        others_whole = bool(printed) and all(credit.relation == "republished" for credit in printed)  # by its own word
        more = [Attribution(outlet, "has words of its own beside another's text", 0)]
        more = [] if descent.whole or others_whole else more
        found[article] = [*inherited, *beside, *more]
    return found


def _roots(articles: Sequence[Article], said: Mapping[str, Sequence[Attribution]], copies: Sequence[Copy]) -> set[str]:
    """Articles whose outlet others credit, and none that shares their text credits anybody else: they are the root.

    An agency's own page does not print its customers, whoever came in first.
    """
    by_id = {article.id: article for article in articles}
    keys = {article.id: {rest.key for rest in said[article.id] if rest.key != article.outlet} for article in articles}
    wanted = set[str]().union(*keys.values())
    roots = {id_ for id_, article in by_id.items() if article.outlet in wanted and not keys[id_]}
    for copy in copies:
        for one, other in ((copy.a, copy.b), (copy.b, copy.a)):
            if one in roots and not keys[other] <= {by_id[one].outlet} and lineage.one_text(copy):
                roots.discard(one)
    return roots


def _shares(copies: Sequence[Copy]) -> dict[str, dict[str, float]]:
    """Of each article the share of its words that stand in each other one."""
    shares: dict[str, dict[str, float]] = {}
    for copy in copies:
        shares.setdefault(copy.a, {})[copy.b] = copy.share_a
        shares.setdefault(copy.b, {})[copy.a] = copy.share_b
    return shares


def _unsure(
    article: Article,
    rests: Sequence[Attribution],
    own: Sequence[str],
    named: set[str],
    shares: Mapping[str, Mapping[str, float]],
    by_id: Mapping[str, Article],
    context: RuleContext,
) -> list[Attribution]:
    """An own report that shares words with another house's is not sure; of two own reports the one that shares more."""
    if article.id not in own:
        return list(rests)
    for other, share in shares.get(article.id, {}).items():
        theirs = shares[other][article.id]
        weaker = other in named or (other in own and (share, article.id) > (theirs, other))
        if share >= UNSURE and weaker and by_id[other].outlet != article.outlet:
            why = f"shares {round(100 * share)} % of its words with {context.name(by_id[other].outlet)}"
            return [
                replace(rest, least=0, why=f"{rest.why}; but {why}") if rest.key == article.outlet else rest
                for rest in rests
            ]
    return list(rests)


def _credited_once(
    articles: Sequence[Article],
    rests: Mapping[str, Sequence[Attribution]],
    copies: Sequence[Copy],
    decided: Collection[str],
) -> dict[str, list[Attribution]]:
    """What is said over one text for the second time adds nothing sure, and over the very same words nothing at all.

    What a person ``decided`` of an article stands.
    """
    place = {article.id: n for n, article in enumerate(articles)}
    outlet = {article.id: article.outlet for article in articles}
    checked = {article: list(found) for article, found in rests.items()}
    texts = sorted(
        (place[copy.a], place[copy.b], copy.share_b)
        if place[copy.a] < place[copy.b]
        else (place[copy.b], place[copy.a], copy.share_a)
        for copy in copies
        if lineage.one_text(copy)
    )
    ids = list(place)
    for at, with_same in groupby(texts, key=lambda text: text[0]):
        first = ids[at]
        keys = {rest.key for rest in checked[first] if rest.least and rest.key != outlet[first]}
        sure = any(rest.least for rest in checked[first])
        for _, later, share in with_same:
            second, again = ids[later], share >= lineage.VERBATIM
            if second in decided:
                continue
            if keys:
                checked[second] = [
                    rest if rest.key in keys else _said_again(rest, again=again) for rest in checked[second]
                ]
            elif again and sure:
                # "he told us", word for word: the first one's words, and no work of the second's.
                checked[second] = [
                    replace(rest, least=0, most=0) if rest.key == outlet[second] else rest for rest in checked[second]
                ]
    return checked


def _said_again(rest: Attribution, *, again: bool) -> Attribution:
    if again and rest.most:
        return replace(rest, least=0, most=0, why=f"{rest.why}; {OTHERS_WORDS}")
    return replace(rest, least=0) if rest.least else rest


# ---------------------------------------------------------------------------------------------------- bounds


def _gathered(
    articles: Sequence[Article], rests: Mapping[str, Sequence[Attribution]], context: RuleContext
) -> list[Origin]:
    """One origin a key, in order of arrival: sure where one article makes it sure."""
    found: dict[str, dict[str, list[Attribution]]] = {}
    for article in articles:
        for rest in rests[article.id]:
            found.setdefault(rest.key, {}).setdefault(article.id, []).append(rest)
    outlets = {article.id: article.outlet for article in articles}
    origins = []
    unnamed = 0
    for key, by_article in found.items():
        every = [rest for one in by_article.values() for rest in one]
        unnamed += key.startswith(UNNAMED)
        name = _name(key, every, context)
        origins.append(
            Origin(
                key=f"{UNNAMED}{unnamed}" if key.startswith(UNNAMED) else key,
                name=name,
                articles=tuple(by_article),
                reasons=tuple("; ".join(dict.fromkeys(rest.why for rest in one)) for one in by_article.values()),
                least=max(rest.least for rest in every),
                most=None if any(rest.most is None for rest in every) else max(rest.most or 0 for rest in every),
                carriers=_carriers(key, name, by_article, outlets, context),
            )
        )
    return origins


def _carriers(
    key: str,
    name: str,
    by_article: Mapping[str, Sequence[Attribution]],
    outlets: Mapping[str, str],
    context: RuleContext,
) -> tuple[Carrier, ...]:
    """Who rests on an origin: its own articles first, then by the steps that lie between; else in order of arrival."""
    found = []
    for article, rests in by_article.items():
        outlet = outlets[article]
        for rest in rests:
            own = () if outlet == key else (context.name(outlet),)
            steps = (step for step in (*own, *rest.through) if step != name)
            found.append(
                Carrier(
                    article=article,
                    chain=(*dict.fromkeys(steps), name, *rest.basis),
                    least=rest.least,
                    most=rest.most,
                    why=rest.why,
                    withdrawn=rest.withdrawn,
                )
            )
    return tuple(sorted(found, key=lambda carrier: len(carrier.chain) - len(by_article[carrier.article][0].basis)))


def _name(key: str, rests: Sequence[Attribution], context: RuleContext) -> str:
    if key.startswith(UNNAMED):
        return "others, not named" if any(rest.most is None for rest in rests) else "one not named"
    printed = {POOL: "the pool reporter", JOINT: "the joint investigation"}
    return printed.get(key) or context.names.get(key, key.removeprefix(NAME).removeprefix(PERSON))


def _bounds(origins: Sequence[Origin]) -> Counted:
    possible = [origin for origin in origins if origin.most != 0]
    if len(possible) == 1 and possible[0].most == 1:  # a story has a source: the only one that it can be
        origins = [replace(origin, least=1) if origin is possible[0] else origin for origin in origins]
    least = max(1, sum(origin.least for origin in origins))
    mosts = [origin.most for origin in origins]
    most = None if None in mosts else max(least, sum(most or 0 for most in mosts))
    return Counted(tuple(origins), least, most)
