"""The credits of a whole article: its lines by where they stand, merged to one relation an organisation.

Which lines stand where, the page reader has found; what they say, the line reader. The conventions of merging are those
of docs/decisions/why-does-the-credit-reader-not-ask-for-the-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from aggregator.credit import cues
from aggregator.credit.first_look import naming
from aggregator.credit.names import named
from aggregator.credit.prose import LINE, is_line
from aggregator.credit.registry import Organisation, Registry
from aggregator.credit.rules import read_credits
from aggregator.credit.unmarked import agencies_amid
from storage.spelling import fold
from storage.types import Article, Credit, Picture

_ORDER = ("republished", "own", "with", "based_on")
_HEAD = 60  # characters in which a dateline ends
_CAPTIONS = 3  # lines in which the lead picture's credit can stand
# A dateline below a standfirst, or in it: "KYIV, Ukraine (AP) —", "New York, NY –".
_CAPITALS = re.compile(
    r"[^\W\d_a-z]{3,}\b[^.!?]{0,60}(?:--|[—–)])|[A-Z]\w+(?: [A-Z]\w+){0,2}, [A-Z][\w.]*\s?(?:--|[—–]) "
)
_NO_HOUSES = frozenset({"social", "official"})
_HOST = re.compile(r"[A-Za-z\d-]{2,}(?:\.[A-Za-z\d-]{2,})+")  # a name that is a host: "Gazeta.uz"
# A line that is a person in full and whom the picture, or the text, was made for: "(Jane Doe/Reuters)".
_PERSON = re.compile(r"[(\[]\s*[^\W\d_a-z][\w’'.-]*(?: [^\W\d_a-z][\w’'.-]*)+\s*/[^()\[\]]*[)\]]\W*")
# A text of one paragraph may be signed at its end: "… 。(共同)".
_SIGNED = re.compile(r"[.!?。！？…।»\"”」]\s*(?P<sign>[(（\[【][^()（）\[\]【】]{2,40}[)）\]】])\W*$")
_LAST = 2  # paragraphs at the end in which a credit line may hide


def credits_of(article: Article, registry: Registry) -> tuple[Credit, ...]:
    """Whom an article credits, in the order of the page. Of text one relation an organisation: the first that fits."""
    publisher = _publisher(article.outlet, registry)
    found = [
        c
        for text, where in _lines(article, publisher, registry)
        for c in _read(text, where, publisher, article, registry)
    ]
    found += agencies_amid(article, publisher, registry)
    text = _merged([credit for credit in found if credit.relation in _ORDER])
    credited = {_key(credit) for credit in text}
    quoted = [credit for credit in found if credit.relation == "quoted" and _key(credit) not in credited]
    return tuple(text) + tuple(_once(quoted)) + _photo(article, publisher, registry)


@lru_cache(maxsize=1024)
def _publisher(outlet: str, registry: Registry) -> str:
    """The outlet's id, or the organisation one of whose hosts is a host of its file, or is above it.

    An outlet that no file claims has its host for an id.
    """
    if registry.get(outlet) is not None:
        return outlet
    own, claimed = registry.outlets.get(outlet, (outlet,)), outlet in registry.outlets
    found = (org for host, org in _hosts(registry) if any(f".{each}".endswith(host) for each in own))
    return next((org for org in found if not (claimed and _is_no_house(registry.get(org)))), outlet)


def _is_no_house(org: Organisation | None) -> bool:
    return org is None or org.kind in _NO_HOUSES


def houses(outlets: Iterable[str], registry: Registry) -> dict[str, str]:
    """Outlets whose host is a house's, though their id is not: "uk.reuters.com" -> "reuters".

    Not under a platform, where anybody writes, nor under an official body, under whose host other bodies are.
    """
    found = {outlet: registry.get(_publisher(outlet, registry)) for outlet in outlets}
    return {outlet: org.id for outlet, org in found.items() if org and org.id != outlet and not _is_no_house(org)}


@lru_cache(maxsize=4)
def _hosts(registry: Registry) -> tuple[tuple[str, str], ...]:
    """The hosts that the registry knows, each with a stop in front, and whose: a domain, or a name written as one."""
    found = [(org.domain, org.id) for org in registry if org.domain]
    found += [(name.lower(), org.id) for org in registry for name in (org.name, *org.aliases) if _HOST.fullmatch(name)]
    return tuple((f".{host}", org) for host, org in found)


@lru_cache(maxsize=1024)
def _called(published_by: tuple[str, ...], publisher: str, registry: Registry) -> tuple[str, ...]:
    """What the site calls itself, without names that are another organisation's, or words that name nobody.

    A house with which a longer name begins stays itself: what "NAME Indonesia" credits to NAME is NAME's.
    """
    return tuple(
        name
        for name in published_by
        if fold(name) not in cues.phrases() and named(fold(name), registry) in (None, publisher)
    )


def _lines(article: Article, publisher: str, registry: Registry) -> Iterator[tuple[str, str]]:
    yield from ((line.text, line.where) for line in article.sourcing_lines if line.where != "caption")
    if article.standfirst and _CAPITALS.match(article.standfirst):
        yield article.standfirst, "start"
    amid_text = range(2, len(article.body) - _LAST)
    stands = ["body" if n in amid_text else _stands(article, n) for n in range(len(article.body))]
    amid = [n for n, where in enumerate(stands) if where == "body"]
    names = _called(article.published_by, publisher, registry)
    may = {amid[k] for k in naming([article.body[n] for n in amid], publisher, registry, names)}
    yield from ((article.body[n], where) for n, where in enumerate(stands) if where != "body" or n in may)
    if len(article.body) == 1 and (signed := _SIGNED.search(article.body[0])):
        yield signed["sign"], "end"


def _stands(article: Article, n: int) -> str:
    """Where a paragraph of the body stands."""
    paragraph, last = article.body[n], len(article.body) - _LAST
    if n == 0 or (n == 1 and n < last and _CAPITALS.match(paragraph)):
        return "start"
    pictures = n < len(article.body) - 1 and _PERSON.fullmatch(paragraph.strip()) is not None
    return "end" if n >= last and not pictures else "body"


def _read(text: str, where: str, publisher: str, article: Article, registry: Registry) -> Iterator[Credit]:
    """A line's credits without what says nothing of the text: a button's, the publisher's name in metadata or amid the text."""
    names = _called(article.published_by, publisher, registry)
    found = read_credits(
        text, context=where, publisher=publisher, registry=registry, language=article.language, names=names
    )
    for credit in found:
        amid = (
            credit.relation == "own" and credit.start > _HEAD and where in ("start", "body", "end") and len(text) > LINE
        )
        if amid or (credit.relation == "own" and where in ("meta", "body")) or credit.relation == "photo":
            continue
        if credit.role == "social" and is_line(text):
            continue  # "Post to Facebook"
        yield credit


def _photo(article: Article, publisher: str, registry: Registry) -> tuple[Credit, ...]:
    """Whose the lead picture is: the first of its words, or of the page's captions, that credits anybody."""
    names = _called(article.published_by, publisher, registry)

    def said(text: str, context: str) -> tuple[Credit, ...]:
        return read_credits(
            text, context=context, publisher=publisher, registry=registry, language=article.language, names=names
        )

    picture = article.picture or Picture()
    apart = picture.credit is not None and picture.credit not in (picture.caption or "")
    words = [(picture.credit, "credit")] if apart else []
    words += [(picture.caption, "caption"), (picture.credit, "caption")]
    if not picture.credit:  # else they are other pictures'
        lines = (line.text for line in article.sourcing_lines if line.where == "caption")
        words += [(text, "caption") for text in islice(lines, _CAPTIONS)]
    for text, context in words:
        if text and (found := said(text, context)):
            return tuple(_once(list(found)))
    if picture.credit:
        return ()
    ends = (line.text for line in article.sourcing_lines if line.where == "end")
    return tuple(_once([credit for text in ends for credit in said(text, "end") if credit.relation == "photo"]))


def _key(credit: Credit) -> str:
    return credit.org or (credit.name or "").casefold()


def _merged(text: list[Credit]) -> list[Credit]:
    """One relation an organisation; a place-only dateline gives its place to the agency whose the text is."""
    best: dict[str, Credit] = {}
    for credit in text:
        before = best.get(_key(credit))
        if before is None:
            best[_key(credit)] = credit
        elif _ORDER.index(credit.relation) < _ORDER.index(before.relation):
            best[_key(credit)] = replace(credit, place=credit.place or before.place)
        else:
            best[_key(credit)] = replace(before, place=before.place or credit.place)
    theirs = [credit for credit in best.values() if credit.relation == "republished"]
    lone = [credit for credit in best.values() if credit.name is None and credit.relation == "own"]
    if not theirs or not lone:
        return list(best.values())
    return [
        replace(credit, place=credit.place or lone[0].place) if credit is theirs[0] else credit
        for credit in best.values()
        if credit is not lone[0]
    ]


def _once(rest: list[Credit]) -> list[Credit]:
    seen: dict[tuple[str, str], Credit] = {}
    for credit in rest:
        seen.setdefault((_key(credit), credit.relation), credit)
    return list(seen.values())
