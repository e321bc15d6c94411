"""Where the head of a paragraph ends: "KABUL, July 6 (Xinhua) --", "МОСКВА, 8 мая. /ТАСС/.", "【ロンドン共同】".

A head is made of places, dates, names and signs, and it ends with a dash, a colon, a stop or a bracket.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.credit.finding import Asked
from aggregator.credit.name_lists import NAMED, is_light
from aggregator.credit.tokens import Line, Token

_ABBREVIATION = 2  # letters: "N.M."
_WIRE = "电電讯訊"  # "新华社北京5月3日电": a telegram of that day
_LONGEST = 36  # tokens; the longest head of the gold's kind has about 20
SMALL_WORDS = frozenset(
    {"de", "la", "el", "al", "del", "da", "do", "am", "an", "der", "of", "and", "sur", "le", "les", "di", "-"}
)


@dataclass(frozen=True, slots=True)
class Head:
    """The tokens up to ``end`` (exclusive) are the head; ``bracket`` is where its first bracket opens."""

    end: int
    sign: Token | None  # what ends it
    names: tuple[int, ...]
    bracket: int | None


def head_end(asked: Asked) -> int:
    """Where the text behind the head begins, as a token; 0 where there is no head."""
    head = find_head(asked.line)
    return head.end if head is not None and head.names else 0


def find_head(line: Line) -> Head | None:
    """The head that opens a line; None where it has none."""
    names: list[int] = []
    bracket, depth, slashed = None, 0, False
    row = line.tokens[:_LONGEST]
    for i, token in enumerate(row):
        if token.kind == "open" or (token.kind == "slash" and depth == 0 and _wraps(line, i)):
            bracket, depth = i if bracket is None else bracket, depth + 1
            slashed = token.kind == "slash"
        elif token.kind == "close" or (token.kind == "slash" and slashed and _closes(line, i)):
            depth -= 1
            if depth < 0:
                return None
            if names and depth == 0 and _ends_behind(line, i):
                return Head(i + 1, _sign(line, i + 1), tuple(names), bracket)
        elif token.kind in NAMED:
            if token.kind == "group" and token.weak and not names and depth == 0 and i:
                return None
            names.append(i)
            if depth == 0 and _bare_name_ends(line, i):
                return Head(i + 1, None, tuple(names), bracket)
        elif names and line.says(token) in _WIRE:
            return Head(i + 1, None, tuple(names), bracket)
        elif depth == 0 and _terminates(line, i, names):
            return Head(i, token, tuple(names), bracket) if i else None
        elif not _belongs(line, i, depth):
            return None
    whole = bool(names) and len(row) == len(line.tokens)
    return Head(len(row), None, tuple(names), bracket) if whole else None


def _belongs(line: Line, i: int, depth: int) -> bool:
    """May this token stand in a head?"""
    token = line.tokens[i]
    if token.kind in ("number", "comma", "stop", "slash", "dash", "quote", "sign", "bar", "copy", "colon"):
        return token.kind != "stop" or not (depth == 0 and i + 1 < len(line.tokens) and line.says(token) in "?!…")
    if "month" in token.cues or is_light(token, "by", "in", "photo"):
        return True
    if token.upper or not token.cased or _beside_number(line, i):
        return True
    return depth > 0 or line.says(token) in SMALL_WORDS


def _wraps(line: Line, i: int) -> bool:
    """Does a slash open a bracket, as in "/ТАСС/"?"""
    return i + 1 < len(line.tokens) and line.tokens[i + 1].kind in NAMED and (i == 0 or bool(line.gap(i - 1)))


def _closes(line: Line, i: int) -> bool:
    return i + 1 == len(line.tokens) or bool(line.gap(i)) or line.tokens[i + 1].kind in ("stop", "dash", "colon")


def _sign(line: Line, i: int) -> Token | None:
    return line.tokens[i] if i < len(line.tokens) and line.tokens[i].kind in ("dash", "colon", "stop", "sign") else None


def _ends_behind(line: Line, i: int) -> bool:
    """Is the head over with this closing bracket? Behind it comes a sign, or the text itself."""
    if i + 1 >= len(line.tokens):
        return True
    after = line.tokens[i + 1]
    if after.kind in ("dash", "colon", "stop", "sign", "slash"):
        return True
    return after.kind in ("word", "cue", "name", "quote", "number")


def _terminates(line: Line, i: int, names: list[int]) -> bool:
    """A dash between spaces, a colon, or, behind a name, a stop."""
    token = line.tokens[i]
    if token.kind == "dash":
        doubled = i + 1 < len(line.tokens) and line.tokens[i + 1].kind == "dash"
        loose = (
            i > 0
            and (bool(line.gap(i - 1)) or line.says(token) in "—–")
            and (i + 1 >= len(line.tokens) or doubled or bool(line.gap(i)))
        )
        if not loose:
            return False
        return not _goes_on(line, i + 1, names)
    if token.kind == "bar":  # "BERLIN taz | The talks", "Neuss | The police"
        after = line.tokens[i + 1 : i + 2]
        return (
            i > 0
            and bool(line.gap(i - 1))
            and bool(after)
            and bool(line.gap(i))
            and (after[0].upper or not after[0].cased)
        )
    if token.kind == "colon":
        return i + 1 < len(line.tokens) and (bool(line.gap(i)) or not line.tokens[i + 1].cased)
    if token.kind == "stop":
        rest = line.tokens[i + 1 : i + 3]
        if names:
            ordinal = line.tokens[i - 1].kind == "number" and bool(rest) and "month" in rest[0].cues  # "am 31. Oktober"
            return bool(rest) and bool(line.gap(i)) and not ordinal
        dated = i + 1 < len(line.tokens) and is_dated(line, i + 1)
        named = dated or any(t.kind in NAMED or t.kind in ("slash", "open") for t in rest)
        long = line.tokens[i - 1].kind == "number" or line.tokens[i - 1].end - line.tokens[i - 1].start > _ABBREVIATION
        return i > 0 and _city_in_capitals(line, i) and long and not named and bool(rest) and bool(line.gap(i))
    return False


def _city_in_capitals(line: Line, end: int) -> bool:
    """ "BAKU, Azerbaijan, May 3": all words up to the first comma."""
    comma = next((i for i in range(end) if line.tokens[i].kind == "comma"), end)
    words = [line.says(token) for token in line.tokens[:comma] if token.kind in ("word", "cue")]
    return bool(words) and all(word.isupper() for word in words)


def _goes_on(line: Line, i: int, names: list[int]) -> bool:
    """Does the head go on behind a dash: "الجزيرة – وكالات :", "LONDON - (Reuters) -"?"""
    row = line.tokens
    if i < len(row) and row[i].kind == "open":
        return not names
    j = i
    while j < len(row) and (row[j].kind in (*NAMED, "slash", "comma") or "and" in row[j].cues):
        j += 1
    return j > i and j < len(row) and row[j].kind in ("colon", "dash", "stop")


def _bare_name_ends(line: Line, i: int) -> bool:
    """ "ASTANA. KAZINFORM The house met": a name in capitals behind a place and a stop, then the text."""
    if i < 2 or i + 1 >= len(line.tokens):
        return False
    dated = line.tokens[i - 1].kind == "comma" and line.tokens[i - 2].kind == "number"
    if line.tokens[i - 1].kind != "stop" and not dated:
        return False
    after = line.tokens[i + 1]
    return after.kind in ("word", "cue", "name") and after.upper and not line.says(after).isupper()


def is_dated(line: Line, i: int) -> bool:
    """A number, a month, or a small word beside a number."""
    token = line.tokens[i]
    month = "month" in token.cues and token.kind == "cue"
    return token.kind == "number" or month or (token.cased and not token.upper and _beside_number(line, i))


def _beside_number(line: Line, i: int) -> bool:
    """A small word beside a number is a month, in whatever language: "május 3.", "3. května"."""
    near = (*line.tokens[max(i - 2, 0) : i], *line.tokens[i + 1 : i + 2])
    return any(token.kind == "number" for token in near)
