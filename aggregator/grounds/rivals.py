"""Media that no registry knows, to which a report gives its news: "selon nos confrères de Mediapart", "scrie Libertatea".

A name counts that stands beside a word for a medium, or, where it only looks like one, that is said in two sentences to have
published. A person, an official body and whoever is known by other means are passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from aggregator.grounds.phrases import Hit, hits, spaced
from aggregator.grounds.text import Text
from storage.spelling import fold

NEAR = 40  # characters from the word to the end of the name
OF = 10  # characters between "editor" and the name of his paper
SENTENCES = 2  # in which a name is said to have published, where no word calls it a medium
MEANINGS = ("medium", "publishes", "according")
NOUNS_HAVE_CAPITALS = frozenset({"de", "lb"})  # there a capital tells no name

_UPPER = "[" + "".join(char for char in map(chr, range(0x41, 0x590)) if char.isupper()) + "]"
_PROPER = rf"{_UPPER}[\w’'&.-]*\w(?:[ \u00a0](?:(?:de|di|da|of|du|la|le|del|della)[ ])?{_UPPER}[\w’'&.-]*\w){{0,3}}"
_QUOTED = r"[«“„\"「『《]\s?(?P<quoted>[^«»“”„\"「」『』《》.!?,]{2,30})\s?[»”“\"」』》]"
_LIGHT = r"(?:(?:[a-zà-ÿ]{1,4}|nosso|nossa|nostro|site|confrères|colegas)['’ ]\s?){0,3}"
_IN = r"(?!\W{0,2}(?:in|im|en|em|aus|from|w|v|à)\s)"  # "the newspaper in Finland": a place
_ANY_ONE = re.compile(r"\b(?:an?|eine?|une?|uma?|una|een)\s$", re.IGNORECASE)  # "a Finnish newspaper": of what kind
_AHEAD = re.compile(rf"{_IN}\W{{0,2}}{_LIGHT}(?:{_QUOTED}|(?P<proper>{_PROPER}))")
_BEFORE = re.compile(rf"(?:{_QUOTED}|(?P<proper>{_PROPER}))[^\w\n]{{0,2}}(?:[a-zà-ÿа-я]{{1,4}}\s){{0,2}}$")


def rivals(
    text: Text, by_sentence: Mapping[int, Sequence[Hit]], language: str | None, known: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The name as printed and the first sentence that gives it the news; ``known`` are names that other rules read."""
    if language is None:
        return  # a word for a medium in one language is any word in another
    said: dict[str, set[int]] = defaultdict(set)
    meant: dict[str, set[str]] = defaultdict(set)
    printed: dict[str, str] = {}
    for n, near in sorted(by_sentence.items()):
        for hit in (one for one in near if one.meaning in MEANINGS and one.start >= text.head):
            for name, quoted, at in _names(text, hit):
                if any(one.start <= at < one.end for one in near) or (not quoted and _opens(text, n, at, name)):
                    continue
                if any(one.meaning == "staff" and 0 <= at - one.end <= OF for one in near):
                    continue  # "editor of X magazine": who somebody is
                if not quoted and language in NOUNS_HAVE_CAPITALS and hit.meaning != "medium":
                    continue
                key = fold(name)
                printed.setdefault(key, name)
                said[key].add(n)
                meant[key].add(hit.meaning)
    passed_over = {fold(name) for name in known} if said else set()
    for key, sentences in said.items():
        called = "medium" in meant[key]
        enough = called or (len(sentences) >= SENTENCES and "publishes" in meant[key])
        if not enough or text.span(min(sentences))[0] >= text.lead or any(_alike(key, name) for name in passed_over):
            continue
        if not _person(text, printed[key], called) and not any(
            hit.meaning == "official" for hit in hits(spaced(key), language)
        ):
            yield printed[key], text.words(min(sentences))


def _alike(one: str, other: str) -> bool:
    """Is it a part of the other name, or the same but for its ending?"""
    stem = max(5, min(len(one), len(other)) - 2)
    return one in other or one[:stem] == other[:stem]


def _names(text: Text, hit: Hit) -> Iterator[tuple[str, bool, int]]:
    """Names beside a word: behind it, and before a verb; whether they stand in quotation marks, and where."""
    ahead = _AHEAD.match(text.printed[hit.end : hit.end + NEAR])
    before = _BEFORE.search(text.printed[max(0, hit.start - NEAR) : hit.start]) if hit.meaning != "according" else None
    if before and before["proper"] and _ANY_ONE.search(text.printed[: max(0, hit.start - NEAR) + before.start()][-6:]):
        before = None
    for found, base in ((ahead, hit.end), (before, max(0, hit.start - NEAR))):
        if found:
            group = "quoted" if found["quoted"] else "proper"
            yield found[group].strip(), group == "quoted", base + found.start(group)


def _opens(text: Text, n: int, at: int, name: str) -> bool:
    """May it be an ordinary word with which a sentence begins, or the rest of a word?

    A name at the beginning must stand amid another sentence as well.
    """
    if at and text.printed[at - 1].isalnum():
        return True
    if text.printed[text.span(n)[0] : at].strip(' \n"“„«–—-'):
        return False
    return re.search(rf"[\w,:;] {re.escape(name)}\b", text.printed) is None


def _person(text: Text, name: str, called: bool) -> bool:
    """Two capitals that nothing calls a medium may be a first name and a surname; so may one that elsewhere follows another."""
    if called:
        return False
    words = name.split()
    return len(words) > 1 or re.search(rf"{_UPPER}\w+[ \u00a0]{re.escape(words[0])}\b", text.printed) is not None
