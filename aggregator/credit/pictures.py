"""Whose a picture is: every organisation in the part of a caption that credits, and behind labels such as "Photo:".

That part is what follows the label, what stands in a bracket of names, or the last sentence where it is only names.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.credit.line import Line
from aggregator.credit.lists import NAMED, forward, light, sentence_end
from aggregator.credit.reading import Asked, Finding

_BY = frozenset({"by", "and", "filler", "copyright", "for_us", "beside", "published", "platform", "with"})


def pictures(asked: Asked) -> Iterator[Finding]:
    """Whom a caption credits."""
    line = asked.line
    parts = list(_parts(line))
    taken = {i for start, end in parts for i in _credited(line, start, end)}
    taken |= {j for i, token in enumerate(line.tokens) if "lent" in token.cues for j in _straight(line, i + 1)}
    yield from (Finding(line.tokens[i], "photo") for i in sorted(taken | _tail(line)))


def labelled(asked: Asked) -> Iterator[Finding]:
    """Whom picture labels credit in a line that is no caption: "Foto: dpa", "Picture: The quay at noon (dpa)"."""
    line = asked.line
    for i, token in enumerate(line.tokens):
        if "photo" in token.cues and _label(line, i, strict=True):
            end = _end(line, i + 1)
            parts = [(i + 1, end), *(_brackets(line, i + 1) if i == 0 else ())]
            found = {j for start, stop in parts for j in _credited(line, start, stop)}
            yield from (Finding(line.tokens[j], "photo") for j in sorted(found))


def _label(line: Line, i: int, *, strict: bool = False) -> bool:
    row = line.tokens
    if i + 1 >= len(row):
        return False
    after = row[i + 1]
    long = " " in line.says(row[i]) and not strict
    return (
        after.kind in ("colon", "copy", "bar")
        or long
        or (not strict and (after.kind in ("slash", "dash") or bool(after.cues & _BY)))
    )


def _parts(line: Line) -> Iterator[tuple[int, int]]:
    """Ranges of tokens that may credit; later judged by what else stands in them."""
    row = line.tokens
    labels = [
        i
        for i, token in enumerate(row)
        if "photo" in token.cues and (token.kind != "name" or _colon(line, i)) and _label(line, i)
    ]
    for i in labels:
        yield i + 1, _end(line, i + 1)
    opened: list[int] = []
    begin = 0
    for i, token in enumerate(row):
        if token.kind == "open":
            opened = [i]  # the innermost: what stands around it is read as a part of its own
        elif token.kind == "close" and opened:
            yield opened.pop() + 1, i
        elif token.kind == "bar" or sentence_end(line, i) or token.kind == "copy" or "copyright" in token.cues:
            yield begin, i
            begin = i + 1
    yield begin, len(row)


def _brackets(line: Line, start: int) -> Iterator[tuple[int, int]]:
    """The brackets behind a label that opens the line: all of it up to there is the caption."""
    row = line.tokens
    for i, token in enumerate(row[start:], start):
        if token.kind == "close":
            opened = next((j for j in range(i, start - 1, -1) if row[j].kind == "open"), None)
            if opened is not None:
                yield opened + 1, i
            return


def _straight(line: Line, i: int) -> list[int]:
    """The names that begin straight behind a cue, with nothing but light words between."""
    while i < len(line.tokens) and light(line.tokens[i]):
        i += 1
    return list(forward(line, i)) if i < len(line.tokens) and line.tokens[i].kind == "name" else []


def _tail(line: Line) -> set[int]:
    """ "Protesters march in Minsk on Sunday AFP": a picture's agency as the last word, or behind a dash."""
    row, end = line.tokens, len(line.tokens)
    while end and row[end - 1].kind in ("stop", "close", "quote"):
        end -= 1
    start = end
    while start and (row[start - 1].kind == "name" or (start < end and row[start - 1].kind == "slash")):
        start -= 1
    names = {i for i in range(start, end) if row[i].kind == "name"}
    agencies = all(token.org and token.org.kind in ("agency", "photo") for token in (row[i] for i in names))
    free = start == 0 or row[start - 1].kind in ("dash", "comma", "bar", "number", "word", "quote", "colon")
    loose = bool(start) and (row[start - 1].kind == "dash" or not row[start - 1].upper)
    return names if names and agencies and free and loose else set()


def _colon(line: Line, i: int) -> bool:
    return i + 1 < len(line.tokens) and line.tokens[i + 1].kind == "colon"


def _end(line: Line, i: int) -> int:
    depth = 0
    for j in range(i, len(line.tokens)):
        kind = line.tokens[j].kind
        depth += (kind == "open") - (kind == "close")
        label = j > i and "photo" in line.tokens[j].cues and _colon(line, j)
        if depth < 0 or label or sentence_end(line, j):
            return j
    return len(line.tokens)


def _credited(line: Line, start: int, end: int) -> list[int]:
    """The names of a part, if it is only names, persons, dates and small words; a slash or "via" vouches for it as well."""
    names = [
        i
        for i in range(start, end)
        if line.tokens[i].kind in NAMED
        and not ("photo" in line.tokens[i].cues and _colon(line, i))
        and not (line.tokens[i].kind == "group" and line.tokens[i].weak and end - start > 4)
    ]
    if not names:
        return []
    plain = [i for i in range(start, end) if _plain(line, i)]
    if not plain:
        return names if start or not _title(line, names, end) else []
    last = max((i for i in plain if i < names[-1]), default=start - 1)
    tied = any(
        line.tokens[i].kind == "slash" or "via" in line.says(line.tokens[i]).lower() for i in range(last + 1, end)
    )
    return [i for i in names if i > last] if tied and not any(i > names[-1] for i in plain) else []


def _title(line: Line, names: list[int], end: int) -> bool:
    """ "European Commission President X in Brussels": a body and its head, who stand in the picture."""
    official = all((org := line.tokens[i].org) is not None and org.kind == "official" for i in names)
    words = [i for i in range(end) if line.tokens[i].kind == "word"]
    ties = any(line.tokens[i].kind in ("slash", "comma", "colon") for i in range(end))
    return official and bool(words) and not ties


def _plain(line: Line, i: int) -> bool:
    """An ordinary word, which a credit does not hold."""
    token = line.tokens[i]
    if token.kind == "word":
        return not token.upper and token.end - token.start > 1 and (token.cased or not _short(line))
    return (
        token.kind == "cue"
        and not token.upper
        and not (light(token) or token.cues & (_BY | {"photo", "in", "source", "lent", "block"}))
    )


def _short(line: Line) -> bool:
    return len(line.tokens) <= 12
