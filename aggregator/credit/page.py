"""The credits of a whole article: its lines by where they stand, merged to one relation an organisation.

Which lines stand where, the page reader has found; what they say, the line reader. The conventions of merging are those
of docs/decisions/how-a-page-s-credits-are-merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aggregator.agencies import Registry
from aggregator.credit.reader import read
from storage.types import Article, Credit

_ORDER = ("republished", "own", "with", "based_on")
_LAST = 2  # paragraphs at the end in which a credit line may hide


def credits_of(article: Article, registry: Registry) -> tuple[Credit, ...]:
    """Whom an article credits, in the order of the page. Of text one relation an organisation: the first that fits."""
    found = [credit for text, where in _lines(article) for credit in _read(article, text, where, registry)]
    text = [credit for credit in found if credit.relation in _ORDER]
    kept = _merged(text)
    rest = [credit for credit in found if credit.relation not in _ORDER]
    credited = {_key(credit) for credit in kept}
    once = _once([credit for credit in rest if credit.relation == "photo" or _key(credit) not in credited])
    order = {id(credit): n for n, credit in enumerate(found)}
    return tuple(sorted(kept, key=lambda credit: order.get(id(credit), 0))) + tuple(once)


def _lines(article: Article) -> Iterator[tuple[str, str]]:
    yield from ((line.text, line.where) for line in article.sourcing_lines)
    if article.picture and (said := article.picture.credit or article.picture.caption):
        yield said, "caption"
    if article.body:
        yield article.body[0], "start"
    last = len(article.body) - _LAST
    for n, paragraph in enumerate(article.body[1:], 1):
        yield paragraph, "end" if n >= last else "body"


def _read(article: Article, text: str, where: str, registry: Registry) -> tuple[Credit, ...]:
    found = read(text, context=where, publisher=article.outlet, registry=registry, language=article.language)
    if where == "end" and not any(credit.relation != "quoted" for credit in found):
        return tuple(replace(credit, where="body") for credit in found)
    return found


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
