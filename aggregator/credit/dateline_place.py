"""Which place a paragraph's head names: what stands in front of its bracket, in it, or behind it."""

from __future__ import annotations

from aggregator.credit.dateline_head import SMALL_WORDS, Head, is_dated
from aggregator.credit.names import unspaced
from aggregator.credit.tokens import Line


def find_place(line: Line, head: Head) -> str | None:
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
        row[start].kind in ("comma", "dash", "open", "bar", "slash", "stop", "quote") or is_dated(line, start)
    ):
        start += 1
    end = start
    while (
        end < stop
        and (row[end].kind in ("word", "comma", "slash", "stop", "dash", "quote", "cue", "sign"))
        and not is_dated(line, end)
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


def _behind_writer(line: Line, start: int, end: int) -> int:
    """ "By Jane Doe LONDON (Reuters)": the place is what stands in capitals."""
    if "by" not in line.tokens[start].cues:
        return start
    capitals = (i for i in range(start, end) if line.says(line.tokens[i]).isupper() and line.tokens[i].kind == "word")
    return next(capitals, start)


def _weightless(line: Line, i: int) -> bool:
    token = line.tokens[i]
    return token.kind == "cue" and token.cased and not token.upper


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


def is_place(line: Line, end: int) -> bool:
    """Up to three capitalised words that have no other meaning, and what stands behind a comma or in a bracket."""
    city = next((i for i in range(end) if line.tokens[i].kind in ("comma", "open", "slash")), end)
    words = line.tokens[:city]
    return (
        0 < len(words) <= 3
        and all(
            t.kind in ("word", "dash") and (t.upper or t.kind == "dash" or line.says(t) in SMALL_WORDS) for t in words
        )
        and all(t.kind in ("word", "dash", "comma", "open", "close", "slash", "stop") for t in line.tokens[city:end])
    )


def stands_alone(line: Line, head: Head) -> bool:
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
