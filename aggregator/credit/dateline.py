"""The head of a first paragraph: "KABUL, July 6 (Xinhua) --", "Taschkent (dpa) -", "МОСКВА, 8 мая. /ТАСС/.", "【ロンドン共同】".

Whom it names wrote the text; a place alone means the publisher's own reporter there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.credit.dateline_head import Head, find_head
from aggregator.credit.dateline_place import find_place, is_place, stands_alone
from aggregator.credit.finding import Asked, Finding
from aggregator.credit.name_lists import NAMED, within_words
from aggregator.credit.registry import cities
from aggregator.credit.tokens import Line, Token
from storage.spelling import fold

_INNER_CAPITAL = re.compile(r"[a-zß-ÿ]{2}[A-ZÀ-Þ]")  # no place is spelt so
_INITIALS = range(3, 6)  # letters of a word in capitals that are an outlet's initials: "KTVI", "NTB"; two are a state's


def dateline(asked: Asked) -> Iterator[Finding]:
    """Whom the head names; nothing where the paragraph has no head."""
    line = asked.line
    head = find_head(line)
    if head is None:
        return
    place = find_place(line, head)
    if not head.names:
        if place and len(place) > 1 and asked.publisher and stands_alone(line, head) and not _names_outlet(line, head):
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
        and not (token.org and said in dict(token.org.spellings) and is_place(line, i))
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
    return bracketed or not (within_words(asked.line, i) or _begins_a_phrase(asked.line, i))


def _begins_a_phrase(line: Line, i: int) -> bool:
    """ "LE POINT SUR LA SITUATION -": is a name followed by a word with a capital?"""
    after = line.tokens[i + 1 : i + 2]
    return bool(after) and after[0].kind in ("word", "cue") and after[0].upper and line.gap(i) == " "


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
        place = find_place(line, head)
        if place or end < len(line.tokens):  # a name by itself over a text is, three times in ten, a picture's
            named = (line.tokens[i] for i in names if not (_is_amid(line, i) or _opens_a_phrase(line, i)))
            yield from (Finding(one, "republished", place) for one in named if one.org or asked.own(one))
    elif asked.publisher and is_place(line, end) and (end < len(line.tokens) or _is_known(asked, end)):
        yield Finding(None, "own", line.text[line.tokens[0].start : line.tokens[end - 1].end])


def _opens_a_phrase(line: Line, i: int) -> bool:
    """Is an ordinary name of several words, as initials are not, followed by a word with a capital?"""
    return line.tokens[i].weak and " " in line.says(line.tokens[i]) and _begins_a_phrase(line, i)


def _is_amid(line: Line, i: int) -> bool:
    """ "Report Highlights": is an ordinary name followed by a word that is no place?"""
    after = line.tokens[i + 1 : i + 2]
    return line.tokens[i].weak and bool(after) and "no_place" in after[0].cues


def _is_known(asked: Asked, end: int) -> bool:
    """Is a place that stands by itself, with no sign behind it, written as one, or a city of somebody's in the registry?"""
    line = asked.line
    city = next((i for i in range(end) if line.tokens[i].kind == "comma"), end)
    words = line.text[line.tokens[0].start : line.tokens[city - 1].end]
    return (city < end and words.isupper()) or fold(words) in cities(asked.registry)
