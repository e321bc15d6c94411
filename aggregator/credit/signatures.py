"""Who signs a text: a line of only names, the bracket behind the last sentence, an agency in capitals behind it."""

from __future__ import annotations

from aggregator.credit import cues
from aggregator.credit.finding import Asked, Finding, beside_publisher
from aggregator.credit.name_lists import (
    NAMED,
    is_light,
    label_at,
    names_agencies,
    place_after,
    sentence_end,
    within_words,
)
from aggregator.credit.tokens import Line, Token, last_word

_ROW = 12  # tokens of a line that is a row of initials and agencies
_INITIALS = 4  # letters: "(kle/dpa)"
_EDITED = frozenset({"oprac", "opracowal", "opracowala", "szerk", "bearb", "bearbeitet"})  # "(PAP) / oprac. red."
_PICTURES = frozenset({"photo", "picture_word"})


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
    edited = any(line.folded[line.tokens[i].start : line.tokens[i].end] in _EDITED for i in rest)
    if edited and len(names) == 1:
        return "republished"
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
    if line.folded[token.start : token.end] in _EDITED:
        return True
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
