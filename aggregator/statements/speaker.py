"""Who speaks: the words beside a verb that carries a stance. One grammar; `grammar` in small_words.toml says the order of words.

    before  English, Romance and Slavic languages, Chinese: who speaks stands before the verb, behind the last comma
    after   Arabic; elsewhere where a quotation or nothing stands before the verb, and in German behind an opening phrase of time
    first   Turkish, Persian, Japanese: who speaks opens the sentence, and the verb ends it
    bracket German, where the verb is in two halves: he stands beside the first one

A pronoun is nobody for who reads the statement alone, and words without a name or a word of `role` are not somebody: then nobody
is found, and the statement is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from aggregator.credit.names import unspaced
from aggregator.grounds.phrases import Hit
from aggregator.grounds.text import Text
from aggregator.statements.small_words import small

MOST_WORDS = 14  # of somebody with his office: "the deputy head of the regional office of the ministry of …"
MOST_SIGNS = 24  # … in a script without spaces
_PART = re.compile(r"[,;:()\[\]—–،؛，；：、（）\"«»“”„]| - ")
_ASIDE = re.compile(r"\([^()]{1,30}\)")  # "the Civil Aviation Authority of Nepal (CAAN) said"
_WORD = re.compile(r"[^\W_]+")
NAME = re.compile(r"(?<![\w'’])[^\W\d_a-zа-яёіїєґß-öø-ÿ][\w]*")
_FULL_STOP = re.compile(r"\b([^\W\d_]{3,})[.!?]\s")  # where the text was not parted: it may be an abbreviation
_DATE = r"[0-9０-９一二三四五六七八九十]+[年月日号]"


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of a text around one verb; places are characters of the text."""

    text: Text
    language: str
    start: int
    end: int
    verb: Hit
    hits: Sequence[Hit]  # the phrases that stand in the sentence

    def has(self, meaning: str, start: int, end: int) -> bool:
        """Does a phrase of this meaning begin there?"""
        return any(hit.meaning == meaning and start <= hit.start < end for hit in self.hits)


def speaker(clause: Clause) -> tuple[int, int] | None:
    """Where the words for who speaks stand; None: nobody that can be told."""
    grammar = small("grammar", clause.language)
    if "first" in grammar:
        spans = _first(clause)
    elif "after" in grammar:
        spans = _after(clause)
    else:
        spans = _before(_first_half(clause) if "bracket" in grammar else clause)
    return next((span for span in spans if span and is_somebody(clause, span)), None)


def _first_half(clause: Clause) -> Clause:
    """The clause around the auxiliary, where the verb is its second half: "hat den Bericht dementiert"."""
    folded, verb = clause.text.folded, clause.verb
    parts = [part.end() for part in _PART.finditer(folded, clause.start, verb.start)]
    words = list(_WORD.finditer(folded, parts[-1] if parts else clause.start, verb.start))
    half = next((word for word in reversed(words) if word[0] in small("auxiliary", clause.language)), None)
    return replace(clause, verb=Hit(verb.meaning, half.start(), half.end())) if half else clause


def _before(clause: Clause) -> Iterator[tuple[int, int] | None]:
    text, language, verb = clause.text, clause.language, clause.verb
    before = text.folded[clause.start : verb.start]
    if _word_behind(text.folded, verb.end) in small("by", language) and _ends_in(before, "passive", language):
        yield _behind(clause, verb.end, skip=1)
        return
    parts = _parts(clause, clause.start, verb.start)
    last = _trimmed(clause, parts[-1]) if parts else None
    if parts and _word_before(text.folded, verb.start, clause.start) in small("relative", language):
        yield _trimmed(clause, _without_last(clause, parts[-1])) or (_trimmed(clause, parts[-2]) if parts[1:] else None)
        return
    if last and set(_WORD.findall(text.folded, *last)) <= small("points", language):
        yield _behind(clause, verb.end)
        return
    opened = last is None or _opens_phrase(clause, last[0])
    if last and not opened:
        yield _to_relative(clause, last)
        if _word_behind(text.folded, last[0]) in small("pronoun", language):
            return
        if _whole_clause(clause, last):
            return
    if last is None and not _quoted_before(clause):
        yield _before_commas(clause, parts)
    turned = last is None and language != "en"  # English: only behind a quotation
    if turned or (opened and language == "de") or _quoted_before(clause):
        yield _behind(clause, verb.end)


def _whole_clause(clause: Clause, span: tuple[int, int]) -> bool:
    return _word_behind(clause.text.folded, span[0]) not in small("light", clause.language)


def _before_commas(clause: Clause, parts: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """ "Zabihullah Mujahid, a spokesman, denied": him, not his office; "the group, the ISKP, claimed": the name."""
    folded, language = clause.text.folded, clause.language
    if len(parts) < 2 or folded[parts[-2][1]] not in ",،，":
        return None
    trimmed = [(part, _trimmed(clause, part)) for part in parts[:-1]]
    found = [
        (part, one) for part, one in trimmed if one and _word_behind(folded, one[0]) not in small("first", language)
    ]
    for n, (_, one) in enumerate(found):
        follows = found[n + 1][1] if n + 1 < len(found) else None
        relative = follows is not None and _word_behind(folded, found[n + 1][0][0]) in small("relative", language)
        if n == 0 and is_somebody(clause, one) and (relative or _named(clause, one)):
            return _to_relative(clause, one)
    return _to_relative(clause, found[-1][1]) if found else None


def _named(clause: Clause, span: tuple[int, int]) -> bool:
    """Does a name stand there, beside the capital that opens it?"""
    return any(len(name[0]) > 1 and name.start() > span[0] for name in NAME.finditer(clause.text.printed, *span))


def _first(clause: Clause) -> Iterator[tuple[int, int] | None]:
    text, language = clause.text, clause.language
    start, stop = clause.start, clause.verb.start
    while start < stop and not text.folded[start].isalnum():
        start += 1
    if language == "ja":
        topic = min(
            (at for word in small("topic", language) if (at := text.folded.find(word, start, stop)) >= 0), default=-1
        )
        if topic >= 0:
            yield max(text.folded.rfind("、", start, topic) + 1, start), topic
        return
    ends = [match.start() for match in [_PART.search(text.folded, start, stop)] if match]
    ends += [
        hit.start
        for hit in clause.hits
        if hit.meaning in ("object", "platform", "briefing") and start < hit.start < stop
    ]
    yield _trimmed(clause, (start, min(ends, default=stop)))


def _after(clause: Clause) -> Iterator[tuple[int, int] | None]:
    before = _parts(clause, clause.start, clause.verb.start)
    last = _trimmed(clause, before[-1]) if before else None
    if last and len(_WORD.findall(clause.text.folded[slice(*last)])) <= 6 and clause.has("role", *last):
        yield last
        return
    yield _behind(clause, clause.verb.end)


def _behind(clause: Clause, start: int, skip: int = 0) -> tuple[int, int] | None:
    """Who stands behind the verb, up to a comma or a word that opens something else, with a name that follows the comma."""
    text, language = clause.text, clause.language
    for _ in range(skip):
        start = clause.text.folded.find(" ", start + 1)
        if start < 0:
            return None
    while start < clause.end and text.folded[start] == " ":
        start += 1
    end = clause.end
    part = _PART.search(text.folded, start, clause.end)
    if part:
        end = part.start()
    ends, first = small("ends", language), True
    for word in _WORD.finditer(text.folded, start, end):
        if (word[0] in ends and not first) or any(
            hit.meaning == "object" and hit.start == word.start() for hit in clause.hits
        ):
            end = word.start()
            break
        if first and word[0] in ends:
            return None
        first = False
    if part and end == part.start() and text.folded[part.start()] == ",":
        name = re.compile(r"\s*((?:[^\W\d_a-zа-яёіїєґß-öø-ÿ][\w'’.-]*\s?){1,4})(?=[,.;]|$)").match(
            text.printed, part.end(), clause.end
        )
        if name:
            end = name.end(1)
    return _trimmed(clause, (start, end))


def _parts(clause: Clause, start: int, end: int) -> list[tuple[int, int]]:
    """The sentence up to the verb in parts: between commas and quotation marks, behind joining words and other verbs."""
    folded, joins = clause.text.folded, small("joins", clause.language)
    aside = [match.span() for match in _ASIDE.finditer(folded, start, end)]
    cuts = [
        match.span()
        for match in _PART.finditer(folded, start, end)
        if not _in_name(clause, match) and not any(a <= match.start() < b for a, b in aside)
    ]
    opening = small("first", clause.language)
    cuts += [
        match.span()
        for match in _WORD.finditer(folded, start, end)
        if match[0] in joins and not (match[0] in opening and not folded[start : match.start()].strip())
    ]
    cuts += [
        (match.end() - 2, match.end())
        for match in _FULL_STOP.finditer(folded, start, end)
        if match[1] not in small("title", clause.language)
    ]
    cuts += [
        (hit.start, hit.end)
        for hit in clause.hits
        if hit.meaning in ("says", "claims", "confirms", "denies", "rejects")
        and hit.end <= end
        and hit is not clause.verb
    ]
    found, at = [], start
    for left, right in sorted(cuts):
        if left >= at:
            found.append((at, left))
            at = right
    return [*found, (at, end)]


def _in_name(clause: Clause, mark: re.Match[str]) -> bool:
    """A quotation mark of a short name, which stays in the text ("«Голосу Стрижавки»"), parts nothing."""
    if mark[0] not in '"«»“”„':
        return False
    return any(span[0] <= mark.start() <= span[1] for span in _short_names(clause))


def _short_names(clause: Clause) -> list[tuple[int, int]]:
    marks = [m.start() for m in re.finditer('"', clause.text.folded[clause.start : clause.end])]
    return [
        (clause.start + a, clause.start + b)
        for a, b in zip(marks[::2], marks[1::2], strict=False)
        if clause.text.folded[clause.start + a + 1 : clause.start + b].strip()
    ]


def _trimmed(clause: Clause, span: tuple[int, int]) -> tuple[int, int] | None:
    """Without white space and small words at both ends."""
    if clause.language == "zh":
        return _chinese(clause, span)
    folded, light = clause.text.folded, small("light", clause.language)
    start, end = span
    words = list(_WORD.finditer(folded, start, end))
    aside = light | small("passive", clause.language)
    while words and (words[-1][0] in aside or (clause.language == "en" and words[-1][0].endswith("ly"))):
        words.pop()
    while words and words[0][0] in light - small("article", clause.language):
        words.pop(0)
    if not words:
        return None
    start, end = words[0].start(), words[-1].end()
    if folded[end : end + 1] == ")" and "(" in folded[start:end]:
        end += 1
    if (
        folded[start:end].count('"') % 2 == 1
    ):  # 'the armed group "Highland Front" claimed': the mark that closes a name, or opens it
        if folded[end : end + 1] == '"':
            end += 1
        elif start and folded[start - 1] == '"':
            start -= 1
    return start, end


def _chinese(clause: Clause, span: tuple[int, int]) -> tuple[int, int] | None:
    """Without dates, and without where: "军方发言人周一在记者会上证实"."""
    found = _chinese_adverbial().match(clause.text.printed[slice(*span)])
    return (span[0] + found.start("who"), span[0] + found.end("who")) if found else None


@cache
def _chinese_adverbial() -> re.Pattern[str]:
    """Who speaks (``who``) between dates and where he did."""
    where = small("where", "zh")
    signs = "".join(sorted(word for word in where if len(word) == 1))
    date = "|".join([_DATE, *sorted(small("light", "zh"))])
    return re.compile(rf"(?:{date})*\s*(?P<who>[^{signs}通]{{2,}}?)(?:{date})*(?:{'|'.join(sorted(where))}|$)")


def _without_last(clause: Clause, span: tuple[int, int]) -> tuple[int, int]:
    words = list(_WORD.finditer(clause.text.folded, *span))
    return span[0], words[-1].start() if words else span[0]


def _to_relative(clause: Clause, span: tuple[int, int]) -> tuple[int, int] | None:
    """ "A resident of Termez who spoke to Eurasianet said": the resident."""
    relative = small("relative", clause.language)
    for word in _WORD.finditer(clause.text.folded, *span):
        if word[0] in relative and word.start() > span[0]:
            return _trimmed(clause, (span[0], word.start()))
    return span


def is_somebody(clause: Clause, span: tuple[int, int]) -> bool:
    """Are these words somebody: no pronoun, no clause, with a name or a word for an office in them?"""
    printed, folded = clause.text.printed[slice(*span)], clause.text.folded[slice(*span)]
    words = _WORD.findall(folded)
    if not words or len(words) > MOST_WORDS:
        return False
    if words[0] in small("pronoun", clause.language) or _opens_phrase(clause, span[0]):
        return False
    if folded.endswith(" s") or "\n" in printed:  # "the ISKP's claim": a noun
        return False
    if words[0][0].isdigit() or set(words[1:]) & small("finite", clause.language):
        return False
    if unspaced(words[-1][-1]) and len(folded) > MOST_SIGNS:
        return False
    if clause.has("role", *span):
        return True
    if "uncased" in small("grammar", clause.language):
        return False
    names = [name for name in NAME.finditer(printed) if len(name[0]) > 1]
    if not names:
        return False
    at_start = span[0] <= clause.start + 2 or clause.text.printed[max(0, span[0] - 2) : span[0]].strip(" \n") in (
        "",
        ".",
        '"',
    )
    if len(names) > 1 or names[0].start() > 0 or not at_start:
        return True
    return re.search(rf"[^\W\d_],? {re.escape(names[0][0])}\b", clause.text.printed) is not None  # also amid a sentence


def _opens_phrase(clause: Clause, at: int) -> bool:
    """Does a phrase of time or place open there? "Under Secretary Ivo Tarn" amid a sentence does not: it is a name."""
    if _word_behind(clause.text.folded, at) not in small("first", clause.language):
        return False
    before = clause.text.printed[clause.start : at].rstrip()
    return not before or before[-1] in ".!?…:" or not clause.text.printed[at].isupper()


def _quoted_before(clause: Clause) -> bool:
    """Does a quotation end right before the verb?"""
    before = clause.text.printed[clause.start : clause.verb.start].rstrip(" ,—–-")
    return bool(before) and before[-1] in '"”»“」'


def _ends_in(before: str, use: str, language: str) -> bool:
    words = _WORD.findall(before)[-3:]
    return any(word in small(use, language) for word in words)


def _word_behind(folded: str, at: int) -> str:
    found = _WORD.search(folded, at, at + 40)
    return found[0] if found else ""


def _word_before(folded: str, at: int, start: int) -> str:
    words = _WORD.findall(folded, max(start, at - 40), at)
    return words[-1] if words else ""
