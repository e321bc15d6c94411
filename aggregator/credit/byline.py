"""The line under the headline: "By AFP", "Von NAME, dpa", "Reuters in Tashkent", "NAME/AGENCES", "By Euronews with AP"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from aggregator.credit.finding import Asked, Finding
from aggregator.credit.name_lists import NAMED, is_light, names_agencies, place_after, words_of_place
from aggregator.credit.registry import cities
from aggregator.credit.tokens import Line, Token, last_word
from storage.spelling import fold

_VOWELS = "aeiouy"
_ENDING = 2  # letters by which a city may be longer than in English: "Milan", "Milano"
_FULL_NAME = 3  # tokens: two words and the comma behind them


def byline(asked: Asked) -> Iterator[Finding]:
    """Whom a byline names, part by part between its bars; nothing in a part with ordinary words that a byline lacks."""
    line = asked.line
    names = [i for start, end in _parts(line) for i in range(start, end) if _names(asked, i, start, end)]
    own, desk = any(asked.own(line.tokens[i]) for i in names), _has_desk(line, names)
    relation = "republished"
    for i in names:
        relation = "with" if desk else _relation(line, i, names, own) or relation
        yield Finding(line.tokens[i], relation, place_after(line, i) or _beside(line, i))


def _has_desk(line: Line, names: list[int]) -> bool:
    """ "dpa, MM-Redaktion": does a desk of the publisher's own stand in the list beside others?"""
    desks = [i for i, token in enumerate(line.tokens) if "own_word" in token.cues and token.kind == "cue"]
    joined = ("comma", "slash", "bar", "dash")
    return any(
        i and line.tokens[i - 1].kind in joined and any(n < i and line.tokens[n + 1].kind in joined for n in names)
        for i in desks
    )


def _parts(line: Line) -> Iterator[tuple[int, int]]:
    """Ranges of tokens between bars that hold no ordinary word."""
    bars = [-1, *(i for i, token in enumerate(line.tokens) if token.kind == "bar"), len(line.tokens)]
    for before, end in pairwise(bars):
        if not any(_strange(line, i) or _is_button(line, i) for i in range(before + 1, end)):
            yield before + 1, end


def _is_button(line: Line, i: int) -> bool:
    """ "Follow", "Share": cues of blocks, where the line has other parts."""
    return "block" in line.tokens[i].cues and any(token.kind == "bar" for token in line.tokens)


def _names(asked: Asked, i: int, start: int, end: int) -> bool:
    """Does token i of a part name somebody? An ordinary or unknown name has to stand apart from the words around it.

    "Follow her on Twitter" credits nobody: what a byline names of a platform is where to find its author.
    """
    token = asked.line.tokens[i]
    if token.kind not in NAMED or (token.org and token.org.kind == "social"):
        return False
    if asked.own(token):
        return True
    if token.kind == "group" and token.upper and token.cased and not names_agencies(asked.line, token):
        return False  # "Local News, Media": sections
    if token.org is not None and not token.weak:
        return not (_is_section(asked.line, i) or _is_first_name(asked, i))
    if (
        token.kind == "group"
        and not token.upper
        and token.cased
        and end - start == len(asked.line.tokens)
        and i == start
    ):
        return False  # "media", over the date: a section's label
    if token.kind == "name" and token.org is None and asked.where == "meta":
        return i > start and bool(
            asked.line.tokens[i - 1].cues & {"by", "source"} or asked.line.tokens[i - 1].kind == "colon"
        )
    if token.org is None and token.kind == "name" and "picture_word" in last_word(asked.line, token):
        return False  # "View Author Archive"
    return _stands_apart(asked.line, i, start, end)


def _is_section(line: Line, i: int) -> bool:
    """ "El Mundo Política": does a paper's name, which may be a common phrase, begin a row of other words?"""
    token, after = line.tokens[i], line.tokens[i + 1 : i + 2]
    paper = token.org is not None and token.org.kind in ("newspaper", "magazine", "online")
    return paper and bool(after) and after[0].kind == "word" and after[0].upper and line.gap(i) == " "


def _is_first_name(asked: Asked, i: int) -> bool:
    """ "Ansa Beck", "Isna Rahimi": an agency's initials that can be spoken, printed like a name, before a surname.

    Not "Dpa Berlin", nor "Ansa Roma": behind it stands a city of the registry.
    """
    line = asked.line
    token, after = line.tokens[i], line.tokens[i + 1 : i + 2]
    printed = line.says(token)
    initials = (
        token.org is not None and token.org.kind == "agency" and printed.upper() in (token.org.name, *token.org.aliases)
    )
    surname = bool(after) and after[0].kind == "word" and line.says(after[0]).istitle() and line.gap(i) == " "
    spoken = sum(letter in _VOWELS for letter in printed.lower()) > 1
    return initials and surname and spoken and printed.istitle() and not _is_city(asked, line.says(after[0]))


def _is_city(asked: Asked, word: str) -> bool:
    """A city of somebody's in the registry, perhaps in another language: "Roma", "Milano" """
    folded = fold(word)
    return any(folded.startswith(city[:-1]) and len(folded) - len(city) < _ENDING for city in cities(asked.registry))


def _stands_apart(line: Line, i: int, start: int, end: int) -> bool:
    """Between signs, a date, "by", "and", or the ends of its part."""
    before = i - 1
    while (
        before >= start
        and line.tokens[before].kind == "cue"
        and "filler" in line.tokens[before].cues
        and not (line.tokens[before].cues & {"and", "by", "together_with", "with"})
    ):
        before -= 1
    ahead = (
        before < start
        or _parting(line, before)
        or bool(line.tokens[before].cues & {"by", "and", "together_with", "with"})
    )
    after = i + 1
    behind = after >= end or _parting(line, after) or bool(line.tokens[after].cues & {"and", "month", "staff"})
    return ahead and behind


def _parting(line: Line, i: int) -> bool:
    return line.tokens[i].kind in ("comma", "slash", "dash", "open", "close", "colon", "number", "stop", "bar", "copy")


def begins(asked: Asked) -> bool:
    """Is the line a byline: does it start with "by", or a known name before a date, or end with one behind persons and a comma?

    Initials end so where a picture is credited: "Jane Roe, AFP".
    """
    row = asked.line.tokens
    if not row:
        return False
    if "by" in row[0].cues or (row[0].kind in NAMED and row[0].org is not None and _is_dated(row)):
        return True
    n = next((i for i, token in enumerate(row) if token.org is not None), 0)
    written = n >= _FULL_NAME and row[n - 1].kind == "comma" and not row[n].weak
    ends = n + 1 == len(row) and not asked.line.says(row[n]).isupper()
    return written and (ends or _is_dated(row[n + 1 :])) and all(_is_of_persons(token) for token in row[: n - 1])


def _is_dated(row: Sequence[Token]) -> bool:
    return any(token.kind == "number" or "month" in token.cues for token in row)


def _is_of_persons(token: Token) -> bool:
    """May it stand in a row of persons? "Jan" is a month as well."""
    named = token.kind in ("word", "cue") and token.upper and not token.cues - {"month", "filler"}
    return named or token.kind in ("comma", "stop") or "and" in token.cues


def _strange(line: Line, i: int) -> bool:
    token = line.tokens[i]
    if token.kind == "word":
        return token.cased and not token.upper and token.end - token.start > 3
    return (
        token.kind == "cue"
        and not token.upper
        and token.cased
        and not is_light(
            token,
            "by",
            "in",
            "with",
            "together_with",
            "photo",
            "source",
            "house_byline",
            "month",
            "said_to",
            "platform",
            "posted",
            "based",
        )
    )


def _relation(line: Line, i: int, names: list[int], own: bool) -> str | None:
    """By what ties the name to what stands before it; None: the same as the name before."""
    row = line.tokens
    j = i - 1
    while j >= 0 and (
        row[j].kind in ("quote", "open")
        or (is_light(row[j]) and not row[j].cues & {"and", "together_with", "own_word"})
    ):
        j -= 1
    first = i == names[0]
    if row[i].kind == "group" or (own and not first):
        return "with" if j >= 0 or own else "based_on"
    if j < 0 or row[j].cues & {"by"} or own:
        return "republished"
    if row[j].kind == "slash" or row[j].cues & {"and", "together_with", "with"}:
        person = any(row[k].kind == "word" and row[k].upper for k in range(j)) or any(
            "own_word" in row[k].cues for k in range(j)
        )
        return (
            "with"
            if (first and person) or row[j].cues & {"together_with", "with"}
            else None
            if not first
            else "republished"
        )
    return "republished" if first else None


def _beside(line: Line, i: int) -> str | None:
    """ "Reuters, JAKARTA": words behind the name and a comma, up to a date or the end; or in capitals before it."""
    row = line.tokens
    if i + 2 < len(row) and row[i + 1].kind in ("comma", "dash", "bar"):
        end = words_of_place(line, i + 2)
        dated = end >= len(row) or row[end].kind in ("number", "comma", "bar", "dash") or "month" in row[end].cues
        if end > i + 2 and dated and not any("own_word" in token.cues for token in row[i + 2 : end]):
            return line.text[row[i + 2].start : row[end - 1].end]
    if i >= 2 and row[i - 1].kind in ("comma", "dash", "bar"):
        words = line.text[row[0].start : row[i - 2].end]
        return words if words.isupper() and words_of_place(line, 0) == i - 1 else None
    return None
