"""The head of a first paragraph: "KABUL, July 6 (Xinhua) --", "Taschkent (dpa) -", "МОСКВА, 8 мая. /ТАСС/.", "【ロンドン共同】".

A head is made of places, dates, names and signs, and it ends with a dash, a colon, a stop or a bracket. A place alone
means the publisher's own reporter there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from aggregator.credit.finding import Asked, Finding
from aggregator.credit.name_lists import NAMED, is_light, within_words
from aggregator.credit.names import unspaced
from aggregator.credit.registry import Registry
from aggregator.credit.tokens import Line, Token
from storage.spelling import fold

_INNER_CAPITAL = re.compile(r"[a-zß-ÿ]{2}[A-ZÀ-Þ]")  # no place is spelt so
_INITIALS = range(3, 6)  # letters of a word in capitals that are an outlet's initials: "KTVI", "NTB"; two are a state's
_ABBREVIATION = 2  # letters: "N.M."
_WIRE = "电電讯訊"  # "新华社北京5月3日电": a telegram of that day
_LONGEST = 36  # tokens; the longest head of the gold's kind has about 20
_SMALL = frozenset(
    {"de", "la", "el", "al", "del", "da", "do", "am", "an", "der", "of", "and", "sur", "le", "les", "di", "-"}
)


@dataclass(frozen=True, slots=True)
class Head:
    """The tokens from ``first`` to ``end`` (exclusive) are the head; ``bracket`` is where its first bracket opens."""

    end: int
    sign: Token | None  # what ends it
    names: tuple[int, ...]
    bracket: int | None


def dateline(asked: Asked) -> Iterator[Finding]:
    """Whom the head names; nothing where the paragraph has no head."""
    line = asked.line
    head = _head(line)
    if head is None:
        return
    place = _place(line, head)
    if not head.names:
        if place and len(place) > 1 and asked.publisher and _stands_alone(line, head) and not _names_outlet(line, head):
            yield Finding(None, "own", place)
        return
    bracketed = head.bracket is not None and head.names[0] > head.bracket
    own = any(asked.own(line.tokens[i]) for i in head.names)
    if (head.sign is None or not bracketed) and all(_is_official(line.tokens[i]) for i in head.names):
        return  # "The United Nations’ (UN) top court", "Vor der UN-Konferenz am 31. Oktober": an official body in a sentence
    if head.sign is None and head.end == len(line.tokens) and not _is_line_of_its_own(asked, head):
        return  # "Join the NAME", "Evening News Videos": a heading, a button or a caption
    if any("photo" in token.cues for token in line.tokens[: head.names[0]]):
        return  # "Image copyright NAME"
    for i in head.names:
        if not _counts(asked, head, i):
            continue
        group = line.tokens[i].kind == "group"
        beside = (own and not bracketed) or (group and len(head.names) > 1)
        yield Finding(line.tokens[i], "with" if beside else "based_on" if group and not place else "republished", place)


def _is_line_of_its_own(asked: Asked, head: Head) -> bool:
    """Does a line behind which no text follows say whose the text is, as bylines do: "Associated Press, Monday", "(AFP)"?

    A name with words beside it is a heading's; so is one behind a person's slash, or in a bracket behind what is no place.
    """
    line = asked.line
    if line.text.endswith("?"):
        return False
    if head.bracket is None:
        return "by" in line.tokens[0].cues or not any(_is_in_a_phrase(line, i) for i in head.names)
    inside = range(head.bracket, head.end)
    only_names = all(line.tokens[i].kind != "word" or not line.tokens[i].upper for i in inside)
    return only_names and (head.bracket == 0 or _is_known(asked, head.bracket))


def _is_in_a_phrase(line: Line, i: int) -> bool:
    """Is a name followed by a word, or does a word stand before one that begins with a small letter, or that is no name?

    "Berlin dpa" is a place before one that is written small.
    """
    token, row = line.tokens[i], line.tokens
    after = i + 1 < len(row) and row[i + 1].kind == "word" and row[i + 1].cased and line.gap(i) == " "
    before = i > 0 and row[i - 1].kind in ("word", "cue") and line.gap(i - 1) == " "
    said = line.says(token)
    small = (
        token.cased
        and said[0].islower()
        and not (token.org and said in dict(token.org.spellings) and _is_place(line, i))
    )
    return after or (before and (small or token.kind == "group"))


def _counts(asked: Asked, head: Head, i: int) -> bool:
    """Does a name of a head name somebody? An unknown one has to stand in a bracket, an ordinary one by itself."""
    token = asked.line.tokens[i]
    if token.kind != "name" or asked.own(token) or not token.weak:
        return True
    bracketed = head.bracket is not None and i > head.bracket
    if token.org is None:
        return bracketed and head.sign is not None and "." not in asked.line.says(token)
    return bracketed or not within_words(asked.line, i)


def _is_official(token: Token) -> bool:
    return token.org is not None and token.org.kind == "official"


def _names_outlet(line: Line, head: Head) -> bool:
    """Does a bracket name an outlet that nobody knows: "(KTVI)", "(NewsNation Now)", "(epdÖ)"? Then it is no own report."""
    inside = line.tokens[head.bracket or head.end : head.end]
    words = [line.says(token) for token in inside if token.kind == "word"]
    return any(_INNER_CAPITAL.search(word) or (word.isupper() and len(word) in _INITIALS) for word in words)


def set_apart(asked: Asked) -> Iterator[Finding]:
    """Whom a dateline names that has an element of its own: a place, an agency, or both."""
    line = asked.line
    end = len(line.tokens)
    while end and line.tokens[end - 1].kind in ("stop", "colon", "dash", "bar", "slash"):
        end -= 1
    names = tuple(i for i in range(end) if line.tokens[i].kind in NAMED)
    head = Head(end, None, names, None)
    if names:
        place = _place(line, head)
        if place or end < len(line.tokens):  # a name by itself over a text is, three times in ten, a picture's
            named = (line.tokens[i] for i in names if not _is_amid(line, i))
            yield from (Finding(one, "republished", place) for one in named if one.org or asked.own(one))
    elif asked.publisher and _is_place(line, end) and (end < len(line.tokens) or _is_known(asked, end)):
        yield Finding(None, "own", line.text[line.tokens[0].start : line.tokens[end - 1].end])


def _is_amid(line: Line, i: int) -> bool:
    """ "Report Highlights": is an ordinary name followed by a word that is no place?"""
    after = line.tokens[i + 1 : i + 2]
    return line.tokens[i].weak and bool(after) and "no_place" in after[0].cues


def _is_known(asked: Asked, end: int) -> bool:
    """Is a place that stands by itself, with no sign behind it, written as one, or a city of somebody's in the registry?"""
    line = asked.line
    city = next((i for i in range(end) if line.tokens[i].kind == "comma"), end)
    words = line.text[line.tokens[0].start : line.tokens[city - 1].end]
    return (city < end and words.isupper()) or fold(words) in _cities(asked.registry)


@lru_cache(maxsize=4)
def _cities(registry: Registry) -> frozenset[str]:
    return frozenset(fold(org.city) for org in registry if org.city)


def _is_place(line: Line, end: int) -> bool:
    """Up to three capitalised words that have no other meaning, and what stands behind a comma or in a bracket."""
    city = next((i for i in range(end) if line.tokens[i].kind in ("comma", "open", "slash")), end)
    words = line.tokens[:city]
    return (
        0 < len(words) <= 3
        and all(t.kind in ("word", "dash") and (t.upper or t.kind == "dash" or line.says(t) in _SMALL) for t in words)
        and all(t.kind in ("word", "dash", "comma", "open", "close", "slash", "stop") for t in line.tokens[city:end])
    )


def _head(line: Line) -> Head | None:
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
    return depth > 0 or line.says(token) in _SMALL


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
        dated = i + 1 < len(line.tokens) and _dated(line, i + 1)
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


def _place(line: Line, head: Head) -> str | None:
    """The words in front of the first bracket or name, without a date; else those behind the names."""
    if head.bracket == 0 and head.names:
        return _inside(line, head) or _behind(line, head)
    stop = min([head.end, *(() if head.bracket is None else (head.bracket,)), *head.names[:1]])
    found = _words(line, 0, stop)
    if found is None and head.names:
        found = _words(line, head.names[-1] + 1, head.end)
    return found or (_behind(line, head) if head.names else None)


def _words(line: Line, start: int, stop: int) -> str | None:
    row = line.tokens
    while start < stop and (
        row[start].kind in ("comma", "dash", "open", "bar", "slash", "stop", "quote") or _dated(line, start)
    ):
        start += 1
    end = start
    while (
        end < stop
        and (row[end].kind in ("word", "comma", "slash", "stop", "dash", "quote", "cue", "sign"))
        and not _dated(line, end)
    ):
        if row[end].kind == "stop" and not _abbreviated(line, end):
            break
        if row[end].kind == "dash" and line.gap(end - 1):
            break
        end += 1
    while end > start and (row[end - 1].kind in ("comma", "slash", "dash", "quote") or _weightless(line, end - 1)):
        end -= 1
    if end == start or not (row[start].upper or not row[start].cased):
        return None
    start = _behind_writer(line, start, end)
    words = line.text[row[start].start : row[end - 1].end]
    return None if "no_place" in row[start].cues and end == start + 1 else words


def _beside_number(line: Line, i: int) -> bool:
    """A small word beside a number is a month, in whatever language: "május 3.", "3. května"."""
    near = (*line.tokens[max(i - 2, 0) : i], *line.tokens[i + 1 : i + 2])
    return any(token.kind == "number" for token in near)


def _behind_writer(line: Line, start: int, end: int) -> int:
    """ "By Jane Doe LONDON (Reuters)": the place is what stands in capitals."""
    if "by" not in line.tokens[start].cues:
        return start
    capitals = (i for i in range(start, end) if line.says(line.tokens[i]).isupper() and line.tokens[i].kind == "word")
    return next(capitals, start)


def _weightless(line: Line, i: int) -> bool:
    token = line.tokens[i]
    return token.kind == "cue" and token.cased and not token.upper


def _dated(line: Line, i: int) -> bool:
    token = line.tokens[i]
    month = "month" in token.cues and token.kind == "cue"
    return token.kind == "number" or month or (token.cased and not token.upper and _beside_number(line, i))


def _abbreviated(line: Line, i: int) -> bool:
    """ "LA CROSSE, Wis. (AP)", "N.M.", "ST. JOSEPH": the stop belongs to the word."""
    before = line.tokens[i - 1] if i else None
    return (
        before is not None
        and before.end - before.start <= 5
        and (i + 1 < len(line.tokens) and line.tokens[i + 1].kind in ("open", "word", "cue", "comma", "dash"))
    )


def _inside(line: Line, head: Head) -> str | None:
    """The place within the bracket: "【ロンドン共同】", "(서울=연합뉴스)", "[Kabul, AFP]"."""
    first = head.names[0]
    words = _words(line, 1, first) if first > 1 else None
    if words is None and first + 1 < head.end and line.tokens[first + 1].kind == "colon":
        return _words(line, first + 2, head.end - 1)
    if words is None:
        return None
    start = line.tokens[1]
    glued = unspaced(line.text[start.start]) or any(t.kind in ("colon", "comma") for t in line.tokens[1:first])
    return words if glued else None


def _behind(line: Line, head: Head) -> str | None:
    """ "(ANSA) - ROMA, 03 MAG -": the place between the bracket and a second dash, in capitals."""
    i = head.end
    while i < len(line.tokens) and line.tokens[i].kind in ("dash", "colon"):
        i += 1
    j = i
    while (
        j < len(line.tokens)
        and (line.tokens[j].kind in ("comma", "number") or line.says(line.tokens[j]).isupper())
        and j < i + 8
    ):
        j += 1
    closed = j < len(line.tokens) and line.tokens[j].kind == "dash" and bool(line.gap(j - 1)) if j > i else False
    return _words(line, i, j) if closed else None


def _stands_alone(line: Line, head: Head) -> bool:
    """Is it a place at all? In capitals, or up to three capitalised words before a dash and a capital."""
    words = [t for t in line.tokens[: head.end] if t.kind in ("word", "cue")]
    if (
        not words
        or "no_place" in words[0].cues
        or any(t.cues & {"source", "photo", "by", "block", "said_to", "reports"} for t in words)
    ):
        return False
    if not words[0].cased:
        return (
            len(words) <= 2
            and head.sign is not None
            and head.sign.kind in ("dash", "colon")
            and line.says(head.sign) != "-"
        )
    comma = next((i for i, t in enumerate(line.tokens[: head.end]) if t.kind == "comma"), head.end)
    city = [t for t in line.tokens[:comma] if t.kind in ("word", "cue")]
    if city and all(line.says(t).isupper() for t in city) and len(words) <= 6 and len(line.says(city[0])) > 1:
        return True
    after = [t for t in line.tokens[head.end : head.end + 3] if t.kind not in ("dash", "bar")]
    if head.sign is not None and head.sign.kind == "bar" and all(t.upper or t.kind != "word" for t in line.tokens):
        return False  # "Anne Other | Harbour Pictures": no text stands behind it
    dash = head.sign is not None and head.sign.kind in ("dash", "bar")
    return dash and len(words) <= 3 and bool(after) and (after[0].upper or after[0].kind == "quote")


def head_end(asked: Asked) -> int:
    """Where the text behind the head begins, as a token; 0 where there is no head."""
    head = _head(asked.line)
    return head.end if head is not None and head.names else 0
