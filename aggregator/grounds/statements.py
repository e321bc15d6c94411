"""What a report passes on: statements that anybody could read, one pool report, joint work, media that it gives its lead to.

Looked for where a report says where it has its news from: headline, standfirst, the first two paragraphs; outlets that we
know by name also in the byline and in the last lines. A withdrawn report is named anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import ahocorasick

from aggregator.credit import cues
from aggregator.credit.names import mentions, unspaced
from aggregator.credit.registry import Registry
from aggregator.credit.rules import read_credits
from aggregator.grounds.own_names import name_words, whole_name
from aggregator.grounds.phrases import Hit, hits, spaced
from aggregator.grounds.rivals import rivals
from aggregator.grounds.text import EVIDENCE, Text
from storage.spelling import fold
from storage.types import Article, Credit

IN_LEAD = (  # meaning of the words, kind and role of the credit
    ("release", "release", "official"),
    ("monitor", "release", "official"),
    ("post", "post", "social"),
    ("pool", "pool", "unnamed"),
    ("joint", "joint", "publisher"),
    ("hearsay", "hearsay", "unnamed"),
)
LAST = 2  # paragraphs in which a text may say whose it is
LONE = 8  # letters; a name of one shorter word is too often a word
ENDING = 5  # letters; a longer word may lose its last two to an ending


def chains(said: Sequence[Credit], registry: Registry) -> Iterator[Credit]:
    """Whom an opening that names two says the one has it from: "据路透社援引彭博社报道" is Bloomberg's via Reuters."""
    openings: dict[str, list[Credit]] = {}
    for credit in said:
        if credit.relation == "republished" and credit.where == "start" and credit.org:
            openings.setdefault(credit.words, []).append(credit)
    for words, named in openings.items():
        read = read_credits(words, context="body", registry=registry) if len(named) > 1 else ()
        sources = {credit.org: credit for credit in read if credit.relation == "based_on" and credit.org}
        via = next((credit.org for credit in named if credit.org not in sources), None)
        if via:
            yield from (replace(credit, kind="outlet", relation="quoted", via=via) for credit in sources.values())


def stated(
    article: Article,
    text: Text,
    by_sentence: Mapping[int, Sequence[Hit]],
    bylines: Sequence[str],
    registry: Registry,
    names: Mapping[str, str],
) -> Iterator[Credit]:
    """One credit a kind, and one an outlet that is named as having the news."""
    seen: set[str] = set()
    publisher = names.get(article.outlet, "")
    medium = any(
        "media_word" in cues.phrases().get(word, ()) for word in fold(publisher).split()
    )  # "Government Monitor"
    if not medium and any(hit.meaning == "official" for hit in hits(spaced(publisher), article.language)):
        yield _credit("official", "official", publisher, where="meta", org=article.outlet, name=publisher)
    for line in bylines:
        if "joint" not in seen and any(hit.meaning == "joint" for hit in hits(spaced(line), article.language)):
            seen.add("joint")
            yield _credit("joint", "publisher", line, where="byline")
    for n in sorted(by_sentence):
        meanings = {hit.meaning for hit in by_sentence[n]}
        for meaning, kind, role in IN_LEAD:
            if meaning in meanings and kind not in seen and text.span(n)[0] < text.lead:
                if kind == "pool" and _of_a_picture(text.words(n)):
                    continue
                seen.add(kind)
                yield _credit(kind, role, text.words(n))
        if {"withdrawn", "report"} <= meanings:
            yield from _withdrawn(text, n, registry)
    yield from _outlets(article, text, by_sentence, bylines, registry, names)
    known = [names.get(article.outlet, article.outlet), *names.values()]
    for name, words in rivals(text, by_sentence, article.language, known):
        if not any(True for _ in mentions(name, fold(name), registry)):
            yield _credit("outlet", "outlet", words, name=name)


def _credit(
    kind: str, role: str, words: str, *, where: str = "body", org: str | None = None, name: str | None = None
) -> Credit:
    relation = "own" if kind in ("joint", "official") else "quoted"
    return Credit(
        name=name, org=org, place=None, role=role, relation=relation, where=where, words=words, start=0, end=0, kind=kind,
        count_known=kind != "hearsay",
    )  # fmt: skip


def _of_a_picture(words: str) -> bool:
    """Does a sentence credit a picture? "(Kremlin Pool Photo via AP)"."""
    return any("photo" in cues.phrases().get(word.strip(".,;:()"), ()) for word in fold(words).split())


def _withdrawn(text: Text, n: int, registry: Registry) -> Iterator[Credit]:
    start, end = text.span(n)
    printed = text.printed[start:end]
    for org in dict.fromkeys(mention.alias.org for mention in mentions(printed, fold(printed), registry)):
        if org.kind not in ("social", "official", "photo"):
            yield _credit("withdrawn", "agency", text.words(n), org=org.id, name=org.name)


def _outlets(
    article: Article,
    text: Text,
    by_sentence: Mapping[int, Sequence[Hit]],
    bylines: Sequence[str],
    registry: Registry,
    names: Mapping[str, str],
) -> Iterator[Credit]:
    """Outlets of the newsroom that the registry does not know, named where a report says where it has its news from."""
    strange = _strange(tuple(names.items()), registry)
    seen = {article.outlet}
    for outlet, at in _known_outlets(strange, text.folded[: text.lead]):
        n = text.sentence(at)
        states = any(hit.meaning in ("release", "post") for hit in by_sentence.get(n, ()))
        if outlet not in seen and not states and _capital(text.printed[at]):
            seen.add(outlet)
            yield _credit("outlet", "outlet", text.words(n), org=outlet, name=names[outlet])
    ends = [line.text for line in article.sourcing_lines if line.where == "end"]
    for where, lines in (("byline", bylines), ("end", [*article.body[-LAST:], *ends])):
        for line in lines:
            for outlet, at in _known_outlets(strange, spaced(line)):
                if outlet not in seen and _capital(line[at]):
                    seen.add(outlet)
                    yield _credit("outlet", "outlet", line[:EVIDENCE], where=where, org=outlet, name=names[outlet])


def _capital(char: str) -> bool:
    return char != char.lower() or char.lower() == char.upper()


@lru_cache(maxsize=8)
def _strange(names: tuple[tuple[str, str], ...], registry: Registry) -> tuple[tuple[str, str], ...]:
    """The outlets that the registry does not know."""
    return tuple(sorted((id_, name) for id_, name in names if registry.get(id_) is None))


def _known_outlets(names: tuple[tuple[str, str], ...], folded: str) -> Iterator[tuple[str, int]]:
    """Which outlets a text names, and where."""
    machine = _automaton(names)
    for last, known in machine.iter(folded) if len(machine) else ():
        for outlet, head, pattern in known:
            at = last + 1 - len(head)
            if pattern.match(folded, at) or (at and pattern.match(folded, at - 1)):
                yield outlet, at


@lru_cache(maxsize=8)
def _automaton(names: tuple[tuple[str, str], ...]) -> ahocorasick.Automaton:
    """Finds where a name may begin; the value is (outlet, the letters found, its pattern), one a name that begins so."""
    heads: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    for outlet, name in names:
        words = name_words(name)
        if len(words) > 1 or (words and (len(words[0]) >= LONE or unspaced(words[0][0]))):
            head = words[0] if len(words[0]) <= ENDING else words[0][: max(4, len(words[0]) - 2)]
            heads.setdefault(head, []).append((outlet, head, re.compile(whole_name(words))))
    machine = ahocorasick.Automaton()
    for head, known in heads.items():
        machine.add_word(head, tuple(known))
    machine.make_automaton()
    return machine
