"""Whose a picture is: every organisation in the part of a caption that credits, and behind labels such as "Photo:".

That part is what follows the label, what stands in a bracket of names, or the last sentence where it is only names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from aggregator.credit.finding import Asked, Finding
from aggregator.credit.groups import LONGEST_NAME
from aggregator.credit.name_lists import NAMED, forward, is_light, sentence_end
from aggregator.credit.prose import is_line
from aggregator.credit.tokens import Line, Token
from storage import labels

# Signs that part two names.
_BETWEEN = frozenset(("colon", "comma", "slash", "dash", "bar", "copy", "open", "close", "stop", "quote"))
_LONGEST_LABEL = 4  # words of "Photo d'illustration à la une :"
_SHORTEST_ENDING = 4  # letters of a word for a picture that ends another: "bild", "foto"
# Characters of a part of a caption whose unknown names may be firms: longer ones are tables and lists.
_LONGEST_CREDIT = 300
_INITIALS = 6  # letters of the longest name in capitals only: longer ones are words ("FOTO: ARCHIV")
_BY = frozenset({"by", "and", "filler", "copyright", "house_byline", "together_with", "published", "platform", "with"})


def pictures(asked: Asked) -> Iterator[Finding]:
    """Whom a caption credits."""
    line = asked.line
    parts = list(_parts(line))
    whole = asked.where == "credit" and len(parts) == 1  # all of it stands behind a label, so to say
    taken = {i for start, end in parts for i in _credited(line, start, end)}
    taken |= {j for i, token in enumerate(line.tokens) if "courtesy" in token.cues for j in _straight(line, i + 1)}
    found = [line.tokens[i] for i in taken | _tail(line)]
    found += [token for start, end in parts for token in _firms(line, start, end, labelled=whole)]
    yield from _found(found)


def labelled(asked: Asked) -> Iterator[Finding]:
    """Whom picture labels credit in a line that is no caption: "Foto: dpa", "Picture: The quay at noon (dpa)"."""
    line, row = asked.line, asked.line.tokens
    begins = (i for i, token in enumerate(row) if "photo" in token.cues or not i or row[i - 1].kind == "open")
    for i in begins:
        if (start := _behind_label(line, i)) is not None:
            end = _end(line, start)
            parts = [(start, end), *(_brackets(line, start) if i == 0 else ())]
            found = [line.tokens[j] for first, stop in parts for j in _credited(line, first, stop)]
            found += [token for first, stop in parts for token in _firms(line, first, stop)]
            yield from _found(found)


def _behind_label(line: Line, i: int) -> int | None:
    """Where the credit of a label that begins at token i begins: "Foto:", "Titelbild:", "Photo de couverture :", "Photo by"."""
    row = line.tokens
    opens = i == 0 or row[i - 1].kind == "open"
    if "photo" not in row[i].cues:
        return i + 1 if opens and _colon(line, i) and _is_compound(line, row[i]) else None
    if _label(line, i, strict=True):
        return i + 1
    if not opens:
        return None
    words = range(i + 1, min(len(row), i + 1 + _LONGEST_LABEL))
    colon = next((j for j in words if row[j].kind == "colon"), None)
    if colon is not None and all(row[j].kind in ("word", "cue") and not row[j].upper for j in range(i + 1, colon)):
        return colon + 1
    by = " " in line.says(row[i]) or (i + 1 < len(row) and "by" in row[i + 1].cues)
    return i + 1 if by and is_line(line.text) else None


def _is_compound(line: Line, token: Token) -> bool:
    """ "Titelbild", "Archivfoto": does a word end in one for a picture?"""
    word = line.folded[token.start : token.end]
    return token.kind == "word" and word.endswith(_endings())


@cache
def _endings() -> tuple[str, ...]:
    return tuple(word for word in labels.phrases("photo") if word.isalpha() and len(word) >= _SHORTEST_ENDING)


def _found(tokens: list[Token]) -> Iterator[Finding]:
    """Each once, in the order of the line."""
    unique = {token.start: token for token in tokens}
    yield from (Finding(unique[start], "photo") for start in sorted(unique))


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


def _firms(line: Line, start: int, end: int, *, labelled: bool = False) -> Iterator[Token]:
    """Unknown bodies in a part that credits, told from persons by where they stand and by their spelling.

    One word behind a label, or beside a person's slash: "Photo: iFixit", "Lichtgut/Christoph Schmidt"; the middle of three:
    "SN/APA/GEORG HOCHMUTH"; words with an article in front or "Institute" among them.
    """
    row = line.tokens
    if end <= start or (row[end - 1].end - row[start].start > _LONGEST_CREDIT and not labelled):
        return
    label = labelled or (start > 0 and "photo" in row[start - 1].cues) or (start > 1 and "photo" in row[start - 2].cues)
    vouched = label or any(
        token.kind in ("slash", "copy") or _via(line, token) for token in row[max(start - 1, 0) : end]
    )
    if not vouched or any(_plain(line, i) for i in range(start, end)):
        return
    parts = list(_pieces(line, start, end))
    for n, (first, last) in enumerate(parts):
        if last == first or any(row[i].kind in NAMED for i in range(first, last)):
            continue
        word = last - first == 1 and row[first].kind == "word" and _may_be_firm(line, first)
        ahead, behind = _slash(line, first - 1), _slash(line, last)
        middle = ahead and behind
        alone = label and len(parts) == 1
        persons = [other for k, other in enumerate(parts) if (k == n + 1 and behind) or (k == n - 1 and ahead)]
        beside = not _of_agency(line, first) and any(_is_person(line, *other) for other in persons)
        spelt = last - first == 1 and _is_firm(line, first) and not _of_agency(line, first)
        if spelt or (word and (alone or middle or beside)) or _is_body(line, first, last):
            yield Token("name", row[first].start, row[last - 1].end, row[last - 1].stop, weak=True, upper=True)


def _pieces(line: Line, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges of tokens between the signs of a part, without the words of labels around them; no label among them."""
    at = start
    for i in range(start, end + 1):
        if i == end or _parts_names(line, i) or _via(line, line.tokens[i]):
            first, last = _trimmed(line, at, i)
            if last > first and not (i < len(line.tokens) and line.tokens[i].kind == "colon"):
                yield first, last
            at = i + 1


def _parts_names(line: Line, i: int) -> bool:
    """A sign between two names; the stop of an initial and the hyphen of a name stand inside of one."""
    kind = line.tokens[i].kind
    if kind == "stop":
        return sentence_end(line, i)
    if kind == "dash":
        return i == 0 or i + 1 == len(line.tokens) or bool(line.gap(i - 1)) or bool(line.gap(i))
    return kind in _BETWEEN


def _may_be_firm(line: Line, i: int) -> bool:
    token = line.tokens[i]
    return (
        token.upper
        and token.cased
        and token.end - token.start > 1
        and line.folded[token.start : token.end] not in _nobody()
    )


def _nobody() -> frozenset[str]:
    return labels.phrases("nobody")


def _is_person(line: Line, start: int, end: int) -> bool:
    """Two to four capitalised words, of which none says that they are a body's."""
    part = line.tokens[start:end]
    words = [t for t in part if t.kind in ("word", "cue")]
    return (
        2 <= len(words) <= 4
        and all(
            t.upper and "institution" not in t.cues and "media_word" not in t.cues
            for t in words
            if len(line.says(t)) > 3
        )
        and any(t.kind == "word" for t in part)
    )


def _slash(line: Line, i: int) -> bool:
    return 0 <= i < len(line.tokens) and line.tokens[i].kind == "slash"


def _trimmed(line: Line, start: int, end: int) -> tuple[int, int]:
    """Without the words of the label around a name: "Courtesy of the Ministry of Defence handout"."""
    row = line.tokens
    while (
        start < end
        and row[start].kind == "cue"
        and (row[start].cues & {"photo", "courtesy"} or line.says(row[start]) == "the")
    ):
        start += 1
    while start < end and row[end - 1].kind == "cue" and row[end - 1].cues & {"photo", "courtesy"}:
        end -= 1
    return start, end


def _via(line: Line, token: Token) -> bool:
    return token.kind == "cue" and "via" in line.says(token).lower()


def _is_body(line: Line, start: int, end: int) -> bool:
    """Capitalised words with an article in front or a word such as "Institute" among them."""
    part = line.tokens[start:end]
    capitals = all(t.kind in ("word", "cue") and t.cased and (t.upper or is_light(t)) for t in part)
    article = bool(part) and line.says(part[0]) == "The"
    part = part[1:] if article and any(t.kind == "number" for t in part) else part
    return (
        capitals
        and 1 < len(part) <= LONGEST_NAME
        and (article or any("institution" in t.cues and t.upper for t in part))
    )


def _loud(line: Line) -> bool:
    """Is all of it in capitals, so that capitals say nothing?"""
    return line.text.isupper() and all(token.cased for token in line.tokens)


def _of_agency(line: Line, i: int) -> bool:
    """ "Getty Images/iStockphoto", "POOL/AFP": beside an agency's slash stand its collections and its people."""
    row = line.tokens
    beside = [row[j] for k, j in ((i - 1, i - 2), (i + 1, i + 2)) if 0 <= j < len(row) and row[k].kind == "slash"]
    return any(token.org is not None and token.org.kind in ("agency", "photo") for token in beside)


def _is_firm(line: Line, i: int) -> bool:
    """Is a word spelt as firms are, or signed as theirs?"""
    if line.tokens[i].kind != "word":
        return False
    word = line.says(line.tokens[i])
    signed = i > 0 and line.tokens[i - 1].kind == "copy"
    initials = word.isupper() and 2 < len(word) <= _INITIALS and not _loud(line)
    humped = any(char.isupper() for char in word[1:]) and not word.isupper()
    return (signed or initials or humped) and line.tokens[i].cased and len(word) > 2


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
    while i < len(line.tokens) and is_light(line.tokens[i]):
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
        alone = all(line.tokens[i].kind in (*NAMED, "stop", "quote") for i in range(len(line.tokens)))
        if alone and all(line.tokens[i].kind == "name" and line.tokens[i].org is None for i in names):
            return []  # "Trending News": a name that nobody knows, and nothing that says why it stands here
        return names if start or not _title(line, names, end) else []
    last = max((i for i in plain if i < names[-1]), default=start - 1)
    tied = any(line.tokens[i].kind == "slash" or _via(line, line.tokens[i]) for i in range(last + 1, end))
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
        and not (is_light(token) or token.cues & (_BY | {"photo", "in", "source", "courtesy", "block"}))
    )


def _short(line: Line) -> bool:
    return len(line.tokens) <= 12
