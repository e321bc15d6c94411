"""The credits of a whole article: its lines by where they stand, merged to one relation an organisation.

Which lines stand where, the page reader has found; what they say, the line reader. The conventions of merging are those
of docs/decisions/why-does-the-credit-reader-not-ask-for-the-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from aggregator.credit import cues
from aggregator.credit.names import Mention, mentions, named
from aggregator.credit.prose import is_line
from aggregator.credit.registry import Registry
from aggregator.credit.rules import read_credits
from aggregator.credit.unmarked import agencies_amid
from storage.spelling import fold
from storage.types import Article, Credit, Picture

_ORDER = ("republished", "own", "with", "based_on")
_HEAD = 60  # characters in which a dateline ends
_LINE = 200  # characters; a longer one is a paragraph, not a label
_CAPTIONS = 3  # lines in which the lead picture's credit can stand
# A dateline below a standfirst, or in it: "KYIV, Ukraine (AP) —", "New York, NY –".
_CAPITALS = re.compile(
    r"[^\W\d_a-z]{3,}\b[^.!?]{0,60}(?:--|[—–)])|[A-Z]\w+(?: [A-Z]\w+){0,2}, [A-Z][\w.]*\s?(?:--|[—–]) "
)
_LAST = 2  # paragraphs at the end in which a credit line may hide


def credits_of(article: Article, registry: Registry) -> tuple[Credit, ...]:
    """Whom an article credits, in the order of the page. Of text one relation an organisation: the first that fits."""
    publisher = _publisher(article.outlet, registry)
    found = [c for text, where in _lines(article) for c in _read(text, where, publisher, article, registry)]
    found += agencies_amid(article, publisher, registry)
    text = _merged([credit for credit in found if credit.relation in _ORDER])
    credited = {_key(credit) for credit in text}
    quoted = [credit for credit in found if credit.relation == "quoted" and _key(credit) not in credited]
    return tuple(text) + tuple(_once(quoted)) + _photo(article, publisher, registry)


@lru_cache(maxsize=1024)
def _publisher(outlet: str, registry: Registry) -> str:
    """The outlet's id; of a page that no outlet file claims, the organisation whose domain, or whose name, its host is."""
    if registry.get(outlet) is not None:
        return outlet
    found = next((org.id for org in registry if org.domain and f".{outlet}".endswith(f".{org.domain}")), None)
    return found or _by_letters(registry).get(outlet.split(".")[-2] if outlet.count(".") else "", outlet)


@lru_cache(maxsize=4)
def _by_letters(registry: Registry) -> dict[str, str]:
    """The letters of names of several words -> whose: "thomsonreuters" of "Thomson Reuters"."""
    return {
        fold(name).replace(" ", ""): org.id
        for org in registry
        for name, weak in org.spellings
        if not weak and " " in name
    }


@lru_cache(maxsize=1024)
def _called(published_by: tuple[str, ...], publisher: str, registry: Registry) -> tuple[str, ...]:
    """What the site calls itself, without names that are another organisation's, or words that name nobody.

    Of a longer name the house with which it begins is the site's own: "NAME Tax & Accounting" is NAME's.
    """
    own = [
        name
        for name in published_by
        if fold(name) not in cues.phrases() and named(fold(name), registry) in (None, publisher)
    ]
    houses = (
        name[: house.end] for name in own for house in mentions(name, fold(name), registry) if _begins(name, house)
    )
    return (*own, *dict.fromkeys(houses))


def _begins(name: str, house: Mention) -> bool:
    """Does a longer name begin with a house's?"""
    return house.start == 0 and house.stop < len(name) and not house.alias.weak


def _lines(article: Article) -> Iterator[tuple[str, str]]:
    yield from ((line.text, line.where) for line in article.sourcing_lines if line.where != "caption")
    if article.standfirst and _CAPITALS.match(article.standfirst):
        yield article.standfirst, "start"
    last = len(article.body) - _LAST
    for n, paragraph in enumerate(article.body):
        first = n == 0 or (n == 1 and _CAPITALS.match(paragraph) and n < last)
        yield paragraph, "start" if first else "end" if n >= last else "body"


def _read(text: str, where: str, publisher: str, article: Article, registry: Registry) -> Iterator[Credit]:
    """A line's credits without what says nothing of the text: a button's, the publisher's name in metadata or amid the text."""
    names = _called(article.published_by, publisher, registry)
    found = read_credits(
        text, context=where, publisher=publisher, registry=registry, language=article.language, names=names
    )
    for credit in found:
        amid = (
            credit.relation == "own"
            and credit.start > _HEAD
            and where in ("start", "body", "end")
            and len(text) > _LINE
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
