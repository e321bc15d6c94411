"""Labels at the end of an article or anywhere: copyright, "first published in", "With reporting by", "Source:".

Each rule gives the names whose relation it knows; an earlier one keeps what it took.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from babel import Locale
from babel.core import get_global

from aggregator.credit import cues
from aggregator.credit.finding import Asked, Finding, beside_publisher
from aggregator.credit.name_lists import (
    NAMED,
    backward,
    describes,
    forward,
    is_light,
    label_at,
    place_after,
    sentence_end,
    within_words,
)
from aggregator.credit.registry import Registry
from aggregator.credit.tokens import Line, Token
from storage.spelling import fold

_AHEAD = {"published": "republished", "with": "with", "based": "based_on"}
_BEHIND = {"contributed": "with", "based_after": "based_on"}
_SHORT = 3  # letters: so short a cue ("по", "za") counts only where the line begins with it
_SAYING = frozenset({"material", "contains", "rests", "first", "issued", "with", "together_with"})
_BESIDE = 4  # tokens from "first" to its verb, less one: "was first ever published in"
_SMALL = 5  # letters of a preposition or an article: "dans", "sulla"
_CLAUSE = 4  # tokens between the last name and the verb: "zuerst bei X in Köln erschienen"
_LONGEST_NAME = 4  # words of a name that nobody knows
_NO_NAME = frozenset({"month", "tongue"})  # "first published in March 2020", "in English"


def labels(asked: Asked) -> list[Finding]:
    """All that labels and cue phrases of a line say."""
    line, taken, found = asked.line, set[int](), list[Finding]()
    for i in range(len(line.tokens)):
        for j, relation in _said_at(asked, i):
            if j not in taken:
                taken.add(j)
                found.append(Finding(line.tokens[j], relation, place_after(line, j)))
    return found or _published_by_a_stranger(asked)


def _published_by_a_stranger(asked: Asked) -> list[Finding]:
    """ "This story was originally published by Gristmill." credits whom neither registry nor spelling knows: who stands there."""
    line = asked.line
    for i, token in enumerate(line.tokens):
        long = "published" in token.cues and len(line.says(token)) > _SHORT
        if not (long or _is_issued_first(line, i)) or not _speaks_of_the_text(line, _sentence_start(line, i), i):
            continue
        start = _behind_small_words(line, i)
        end = next(
            (j for j in range(start, len(line.tokens)) if not _may_be_of_a_name(line, start, j)), len(line.tokens)
        )
        # One word that goes on with a small letter is half a name, or none; one behind "in" is a place or a language.
        cut = end - start == 1 and end < len(line.tokens) and line.tokens[end].kind == "word" and line.tokens[end].cased
        behind_by = any(_means(line, said, "by") for said in line.tokens[i:start])
        place = not behind_by and (end - start == 1 or _is_place(line, start, end, asked.registry))
        if not (0 < end - start <= _LONGEST_NAME) or cut or place:
            continue
        if line.tokens[start].cues.isdisjoint(_NO_NAME):
            first, last = line.tokens[start], line.tokens[end - 1]
            return [Finding(Token("name", first.start, last.end, last.stop, weak=True, upper=True), "republished")]
    return []


def _is_place(line: Line, start: int, end: int, registry: Registry) -> bool:
    """ "Published in New York", "in Costa Rica": a country, or a city that has a time zone or an agency."""
    words = line.folded[line.tokens[start].start : line.tokens[end - 1].end]
    return words in _places(registry)


@cache
def _places(registry: Registry) -> frozenset[str]:
    """CLDR's countries and cities of time zones, in the languages whose lines are most, and the registry's cities."""
    named = {"The Hague", "Den Haag", "La Haya", *(org.city for org in registry if org.city)}
    named |= {zone.rpartition("/")[2].replace("_", " ") for zone in get_global("zone_territories")}
    for locale in map(Locale.parse, ("en", "de", "fr", "es", "it", "pt", "nl")):
        named |= {
            *locale.territories.values(),
            *(zone["city"] for zone in locale.time_zones.values() if "city" in zone),
        }
    return frozenset(map(fold, named))


def _is_issued_first(line: Line, i: int) -> bool:
    """Does token i say that a text came out, with "first" before it: "first ran in"?"""
    return _is_issued(line, i) and any("first" in token.cues for token in line.tokens[max(i - _BESIDE, 0) : i])


def _may_be_of_a_name(line: Line, start: int, j: int) -> bool:
    """A capitalised word straight behind the one before it."""
    token = line.tokens[j]
    return token.kind in ("word", "cue") and token.upper and token.cased and (j == start or line.gap(j - 1) == " ")


def _said_at(asked: Asked, i: int) -> Iterator[tuple[int, str]]:
    line, token = asked.line, asked.line.tokens[i]
    if token.kind == "copy" or "copyright" in token.cues:
        known = (j for j in _holders(line, i + 1) if line.tokens[j].org is not None)
        yield from ((j, "republished") for j in known if not asked.own(line.tokens[j]))
    elif token.kind not in ("cue", "name"):
        return
    elif (start := label_at(line, i, "with_label") or label_at(line, i, "source")) is not None:
        yield from _listed(asked, start, "with" if "with_label" in token.cues else "based_on")
    elif _opens(line, i) and (start := label_at(line, i, "by")) is not None:
        yield from ((j, "republished") for j in forward(line, start) if line.tokens[j].org is not None)
    elif "house_byline" in token.cues and i and "staff" in line.tokens[i - 1].cues:
        return  # "is a reporter for NAME": who the writer is
    elif "house_byline" in token.cues and i and len(line.says(token)) <= _SHORT and not line.tokens[i - 1].upper:
        return  # "edits newsletters for NAME"
    elif "house_byline" in token.cues:
        yield from ((j, "own") for j in forward(line, i + 1) if asked.own(line.tokens[j]))
    else:
        yield from _cued(asked, i)


def _cued(asked: Asked, i: int) -> Iterator[tuple[int, str]]:
    line, token = asked.line, asked.line.tokens[i]
    if token.kind == "name":
        return
    for meaning, relation in _BEHIND.items():
        if meaning in token.cues:
            yield from ((j, relation) for j in reversed(list(backward(line, i))))
    if token.cues & {"material", "contains", "rests"}:
        yield from _made_of(line, i)
    if "first" in token.cues:
        yield from ((j, "republished") for j in _issued_first(line, i) or _of_whom_it_was_issued(line, i))
    if _opens(line, i) and "together_with" in token.cues:
        named = list(forward(line, i + 1))
        if named and not _opens_sentence(line, named[-1]) and not describes(line, named[-1]):
            yield from ((j, "with") for j in named)
        return
    if "photo" in token.cues and i and "picture_word" in line.tokens[i - 1].cues:
        return  # "Some images courtesy of NAME"
    for meaning, relation in _AHEAD.items():
        if meaning in token.cues and (
            _opens(line, i) or not (len(line.says(token)) <= _SHORT or "said_to" in token.cues)
        ):
            yield from ((j, relation) for j in forward(line, i + 1))
            return


def _made_of(line: Line, i: int) -> Iterator[tuple[int, str]]:
    """Who gave what a text was made with or from: "contains material of X", "Material von X verwendet", "basato su notizie X"."""
    start = _behind_small_words(line, i)
    if start < len(line.tokens) and "by" in line.tokens[start].cues:
        start += 1
    if not (start < len(line.tokens) and line.tokens[start].kind in NAMED):
        return
    named = list(forward(line, start))
    begin = _sentence_start(line, i)
    if not _speaks_of_the_text(line, begin, i):
        return
    before = [token.cues for token in line.tokens[begin : i + 1]]
    after = [token.cues for token in line.tokens[named[-1] + 1 : named[-1] + 1 + _CLAUSE]]
    if not any(token.cues & {"material", "by"} for token in line.tokens[begin:start]):
        return
    if any("rests" in said for said in before):
        yield from ((j, "based_on") for j in named)
    elif any("contains" in said for said in (*before, *after)) or (before and before[0] & {"together_with", "with"}):
        yield from ((j, "with") for j in named)


def _issued_first(line: Line, i: int) -> list[int]:
    """Where a text came out before: "first ran in X", "paru initialement dans X", "zuerst bei X in Köln erschienen"."""
    near = (j for n in range(1, _BESIDE) for j in (i - n, i + n) if _is_issued(line, j))
    beside = next((j for j in near if not any(token.kind in NAMED for token in line.tokens[i:j])), None)
    start = _behind_small_words(line, i if beside is None else max(i, beside))
    named = list(forward(line, start))
    if not named or any(token.kind not in ("word", "cue", "sign") for token in line.tokens[start : named[0]]):
        return []
    if not _speaks_of_the_text(line, _sentence_start(line, i), i if beside is None else min(i, beside)):
        return []
    return named if beside is not None or any(_is_issued(line, named[-1] + n) for n in range(1, _CLAUSE + 1)) else []


def _of_whom_it_was_issued(line: Line, i: int) -> list[int]:
    """ "This report by The Canadian Press was first published May 3": who stands behind "by" and before "first"."""
    if not any(_is_issued(line, i + n) for n in range(1, _BESIDE)):
        return []
    begin = _sentence_start(line, i)
    named = next((j for j in range(i - 1, begin, -1) if line.tokens[j].kind in NAMED), None)
    if named is None or i - named > _BESIDE:
        return []
    before = line.tokens[begin:named]
    by = any(_means(line, token, "by") for token in before[-_BESIDE:])
    return [named] if by and any(_means(line, token, "text") for token in before) else []


def _sentence_start(line: Line, i: int) -> int:
    return next((j + 1 for j in range(i - 1, -1, -1) if sentence_end(line, j)), 0)


def _speaks_of_the_text(line: Line, begin: int, i: int) -> bool:
    """Does a sentence say this of the text above it, as "This article …" or by saying of nothing else, before token i?

    "The claim first appeared in NAME" does not.
    """
    words = [token for token in line.tokens[begin:i] if token.kind in ("word", "cue", *NAMED)]
    if any(_means(line, token, "text") for token in words):
        return True
    before = (token for token in words if token.cues.isdisjoint(_SAYING))
    return all(is_light(token) or (_is_small(token) and token.end - token.start <= _SHORT) for token in before)


def _is_issued(line: Line, j: int) -> bool:
    return 0 <= j < len(line.tokens) and _means(line, line.tokens[j], "issued")


def _means(line: Line, token: Token, meaning: str) -> bool:
    """Does a token mean this, or one of its words?"""
    words = line.folded[token.start : token.end].split()
    return meaning in token.cues or any(meaning in cues.phrases().get(word, ()) for word in words)


def _behind_small_words(line: Line, i: int) -> int:
    """Behind the prepositions and articles that follow token i."""
    i += 1
    while i < len(line.tokens) and line.tokens[i].kind in ("word", "cue") and _is_small(line.tokens[i]):
        i += 1
    return i


def _is_small(token: Token) -> bool:
    return token.cased and not token.upper and token.end - token.start <= _SMALL


def _opens_sentence(line: Line, last: int) -> bool:
    """ "With NAME, you get more": do a comma and a clause follow the last name?"""
    behind = line.tokens[last + 1 :]
    return (
        bool(behind) and behind[0].kind == "comma" and any(t.kind == "word" and t.cased and not t.upper for t in behind)
    )


def _opens(line: Line, i: int) -> bool:
    """Does the line, or a bracket, begin with token i?"""
    return (
        all(line.tokens[j].kind in ("open", "dash", "bar", "sign") for j in range(i - 1, -1, -1))
        if i < 4
        else line.tokens[i - 1].kind == "open"
    )


def _listed(asked: Asked, start: int, relation: str) -> Iterator[tuple[int, str]]:
    """A label's names; in one label with the publisher the others only helped it."""
    named = [
        j
        for j in forward(asked.line, start)
        if asked.own(asked.line.tokens[j]) or not (within_words(asked.line, j) or describes(asked.line, j))
    ]
    findings = [Finding(asked.line.tokens[j], relation) for j in named]
    yield from ((j, f.relation) for j, f in zip(named, beside_publisher(asked, findings), strict=True))


def _holders(line: Line, i: int) -> Iterator[int]:
    """Whose copyright: names straight behind the sign and the year."""
    while i < len(line.tokens) and (
        line.tokens[i].kind in ("number", "copy", "dash", "comma", "colon", "slash", "sign")
        or line.tokens[i].cues & {"copyright", "filler", "by"}
    ):
        i += 1
    if i < len(line.tokens) and line.tokens[i].kind in NAMED:
        j = i + 1
        spaced = j + 1 < len(line.tokens) and line.tokens[j].kind == "slash" and line.gap(j) and line.gap(i)
        if spaced and line.tokens[j + 1].kind in ("word", "cue"):
            return  # "© REUTERS / NAME": a picture's
        yield i
        while (
            j + 1 < len(line.tokens)
            and (line.tokens[j].kind == "slash" or "and" in line.tokens[j].cues)
            and line.tokens[j + 1].kind == "name"
        ):
            yield j + 1
            j += 2
