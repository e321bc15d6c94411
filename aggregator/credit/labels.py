"""Lines at the end of an article, or labels anywhere: copyright, "first published in", "With reporting by", "Source:",
signatures. Each rule gives the names whose relation it knows; an earlier one keeps what it took.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.credit import cues
from aggregator.credit.finding import Asked, Finding, beside_publisher
from aggregator.credit.name_lists import (
    NAMED,
    backward,
    describes,
    forward,
    is_light,
    label_at,
    names_agencies,
    place_after,
    sentence_end,
    within_words,
)
from aggregator.credit.tokens import Line, Token, last_word

_AHEAD = {"published": "republished", "with": "with", "based": "based_on"}
_BEHIND = {"contributed": "with", "based_after": "based_on"}
_SHORT = 3  # letters: so short a cue ("по", "za") counts only where the line begins with it
_SAYING = frozenset({"material", "contains", "rests", "first", "issued", "with", "together_with"})
_BESIDE = 4  # tokens from "first" to its verb, less one: "was first ever published in"
_SMALL = 5  # letters of a preposition or an article: "dans", "sulla"
_CLAUSE = 4  # tokens between the last name and the verb: "zuerst bei X in Köln erschienen"
_ROW = 12  # tokens of a line that is a row of initials and agencies
_INITIALS = 4  # letters: "(kle/dpa)"
_PICTURES = frozenset({"photo", "picture_word"})
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
    return found or _published_by_a_stranger(line)


def _published_by_a_stranger(line: Line) -> list[Finding]:
    """ "This story was originally published by Gristmill." credits whom neither registry nor spelling knows: who stands there."""
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
        place = end - start == 1 and not any(_means(line, said, "by") for said in line.tokens[i:start])
        if not (0 < end - start <= _LONGEST_NAME) or cut or place:
            continue
        if line.tokens[start].cues.isdisjoint(_NO_NAME):
            first, last = line.tokens[start], line.tokens[end - 1]
            return [Finding(Token("name", first.start, last.end, last.stop, weak=True, upper=True), "republished")]
    return []


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
        yield from ((j, "republished") for j in _issued_first(line, i))
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


def signature(asked: Asked) -> list[Finding]:
    """A line of only names, or the bracket that ends a text: "(AFP)", "(kle/dpa)", "Il Gazzettino", "Agencies"."""
    line = asked.line
    if "(@" in line.text:  # "— NAME (@account)": signs an embedded post
        return []
    start, end = _signing(line)
    names = [i for i in range(start, end) if line.tokens[i].kind in NAMED]
    rest = [i for i in range(start, end) if line.tokens[i].kind not in NAMED]
    bracketed = start > 0 or any(line.tokens[i].kind == "open" for i in rest)
    if any(line.tokens[i].org is None and within_words(line, i) for i in names):
        return []  # "(Japan Standard Time)"
    if start > 1 and not sentence_end(line, start - 2) and all(_is_unknown(line.tokens[i]) for i in names):
        return []  # "Jimmy Jenkins (example.net)": where somebody is found
    if len(line.tokens) == 1 and "source" in cues.phrases().get(line.folded.strip(), ()):
        return []  # "Sources": the heading of a list
    if not names or any(line.tokens[i].kind == "copy" or "copyright" in line.tokens[i].cues for i in rest):
        return []
    if not all(_signs(line, i, bracketed) for i in rest):
        return []
    bare = start < 2 and line.tokens[0].kind == "open"  # the line is that bracket
    alone = bare and all(last_word(line, token).isdisjoint(_PICTURES) for token in line.tokens[start:end])
    if bracketed and any(_is_of_a_picture(line, i, alone=alone) or _is_of_a_day(line, i) for i in names):
        return []
    others = [
        i
        for i in rest
        if line.tokens[i].kind == "word" or (line.tokens[i].kind == "cue" and not is_light(line.tokens[i]))
    ]
    if not bracketed and not _plausible(line, names, others):
        return []
    relation = _signed(line, names, rest, others)
    return list(beside_publisher(asked, [Finding(line.tokens[i], relation, place_after(line, i)) for i in names]))


def closing(asked: Asked) -> list[Finding]:
    """ "… were sent home. PTI": an agency's name in capitals behind the last sentence, perhaps with its editors' initials."""
    line = asked.line
    i = len(line.tokens) - 1
    while i > 0 and line.tokens[i].kind == "word" and line.says(line.tokens[i]).isupper() and _short(line.tokens[i]):
        i -= 1
    token = line.tokens[i] if i > 0 else None
    agency = token is not None and token.org is not None and token.org.kind == "agency"
    if (
        not agency
        or token is None
        or not line.says(token).isupper()
        or line.text.isupper()
        or not sentence_end(line, i - 1)
    ):
        return []
    return [Finding(token, "republished")]


def _is_of_a_picture(line: Line, i: int, *, alone: bool) -> bool:
    """ "It rains. (Jane Doe/NAME)", "(Jane Doe/NAME/Harbour Images)": a person in full before the slash, or a picture firm.

    Whoever writes for an agency signs with initials behind a text; who takes its pictures is named. A line of only that
    may as well sign the text.
    """
    row = line.tokens
    if (org := row[i].org) is not None and org.kind == "photo":
        return True
    person = row[max(i - 3, 0) : i - 1] if not alone and i > 2 and row[i - 1].kind == "slash" else ()
    return len(person) == 2 and all(
        token.kind == "word" and token.upper and token.end - token.start > 1 and not line.says(token).isupper()
        for token in person
    )


def _is_of_a_day(line: Line, i: int) -> bool:
    """ "[The Quay Post, 11/8/12]": where something can be read. An agency may sign so."""
    org, after = line.tokens[i].org, line.tokens[i + 1 : i + 3]
    agency = org is not None and org.kind == "agency"
    return (
        not agency
        and len(after) == 2
        and after[0].kind == "comma"
        and (after[1].kind == "number" or "month" in after[1].cues)
    )


def _is_unknown(token: Token) -> bool:
    return token.kind == "name" and token.org is None


def _short(token: Token) -> bool:
    return token.end - token.start <= _INITIALS


def _signed(line: Line, names: list[int], rest: list[int], others: list[int]) -> str:
    """Of one alone the text is; of several, of a writer's initials and an agency, and of nobody named it is made."""
    if any("own_word" in line.tokens[i].cues for i in rest):
        return "with"
    initials = any(_slashed(line, i) for i in rest if line.tokens[i].kind in ("word", "cue")) or (
        any(i < names[-1] for i in others) and any(line.tokens[i].kind == "slash" for i in rest)
    )
    groups = all(line.tokens[i].kind == "group" for i in names)
    return "based_on" if len(names) > 1 or initials or groups else "republished"


def _plausible(line: Line, names: list[int], others: list[int]) -> bool:
    """A bare line needs a name that is no ordinary word, and little else."""
    known = [i for i in names if line.tokens[i].org is not None or names_agencies(line, line.tokens[i])]
    return bool(known) and len(others) <= 3


def _signs(line: Line, i: int, bracketed: bool) -> bool:
    """May this token stand in a signature?"""
    token = line.tokens[i]
    if token.kind in ("slash", "comma", "dash", "open", "close", "bar", "quote", "copy", "sign"):
        return True
    if token.kind == "stop":
        return i + 1 == len(line.tokens) or not sentence_end(line, i)
    if token.kind == "number" or (token.kind == "cue" and "month" in token.cues and _slashed(line, i)):
        return True
    if is_light(token):
        return bracketed or bool(token.cues & {"and", "agency", "which", "together_with", "own_word"})
    if token.kind == "cue" and "in" in token.cues:
        return i > 0  # not the heading "In the Media"
    short = token.end - token.start <= _INITIALS
    if short and token.kind == "word" and _slashed(line, i):
        return True
    if token.upper and i and line.tokens[i - 1].kind == "open" and place_after(line, i - 2):
        return True
    return bracketed and token.kind in ("word", "cue") and (short or token.upper)


def _slashed(line: Line, i: int) -> bool:
    """Initials beside a slash: "kno/PAP"; or beside a comma in a row of such: "srf/sda/kobt;hofd"."""
    beside = line.tokens[max(i - 1, 0) : i] + line.tokens[i + 1 : i + 2]
    row = len(line.tokens) <= _ROW and any(token.kind == "slash" for token in line.tokens)
    return any(token.kind == "slash" or (row and token.kind == "comma") for token in beside)


def _signing(line: Line) -> tuple[int, int]:
    """What may sign: the line without a copyright's year behind it, or the bracket that ends it; not initials alone."""
    row, end = line.tokens, len(line.tokens)
    end = next((i for i in range(1, end) if label_at(line, i, "by")), end)  # "(PAP) Autor: …"
    notice = next((i for i, t in enumerate(row) if t.kind == "copy" or "copyright" in t.cues), end)
    if notice and all(t.kind in ("number", "stop", "copy", "dash") or "copyright" in t.cues for t in row[notice:]):
        end = notice
        while end and row[end - 1].kind in ("dash", "bar"):
            end -= 1
    start, stop = _last_bracket(line, end) or (0, end)
    return (start, stop) if any(row[i].kind in NAMED for i in range(start, stop)) else (0, end)


def _last_bracket(line: Line, end: int) -> tuple[int, int] | None:
    """What stands in the bracket that ends the first tokens of a line."""
    row = line.tokens
    while end and row[end - 1].kind in ("stop", "quote"):
        end -= 1
    if not end or row[end - 1].kind != "close":
        return None
    for i in range(end - 2, max(end - 30, -1), -1):
        if row[i].kind == "open":
            link = line.says(row[i]) == "[" and i > 0 and row[i - 1].kind not in ("stop", "quote")
            return None if link else (i + 1, end - 1)  # "Why it is complicated [NAME]": where a link leads
        if row[i].kind == "close":
            return None
    return None
