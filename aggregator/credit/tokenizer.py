"""Cuts a line into tokens.

Judges nothing. Takes time in proportion to the line's length.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

import ahocorasick

from aggregator.credit import cues
from aggregator.credit.at_words import is_latin, spaced
from aggregator.credit.groups import groups, unknown_media
from aggregator.credit.names import Mention, mentions, whole
from aggregator.credit.publisher_names import LONGEST_LABEL, publisher_names
from aggregator.credit.registry import Registry
from aggregator.credit.tokens import NOTHING, Line, Token, is_cased
from storage.spelling import fold

_GROUPS = frozenset({"group", "one"})
# Without such a word near it a name amid a text is only mentioned.
_TELLING = frozenset(
    (
        "said_to",
        "citing",
        "citing_after",
        "reports",
        "posted",
        "based",
        "published",
        "photo",
        "courtesy",
        "source",
    )
)
# "to", "on": in every other paragraph, and of weight beside a platform or a broadcaster alone.
_ON = {"social": frozenset({"platform"}), "broadcaster": frozenset({"on_air"})}
_CLOSING = ".,;:!?)\"'"
_AROUND = 200
"""Characters around a name amid a text that are cut, within its sentence: what 25 words take, the farthest that a rule looks. A
paragraph of no more is cut whole."""
_SIGNS = {
    **dict.fromkeys("([{【（［<〔", "open"),
    **dict.fromkeys(")]}】）］>〕", "close"),
    **dict.fromkeys(",;،、，؛;", "comma"),
    **dict.fromkeys("/\\", "slash"),
    **dict.fromkeys("|·•∙¦", "bar"),
    **dict.fromkeys(":=՝", "colon"),
    **dict.fromkeys("-–—", "dash"),
    **dict.fromkeys(".!?…。؟।۔！？։።", "stop"),
    **dict.fromkeys("\"'", "quote"),
    **dict.fromkeys("©Ⓒⓒ℗", "copy"),
}
_MARKS = "".join(chr(code) for code in range(0x300, 0xF00) if unicodedata.category(chr(code))[0] == "M")
_DOTTED = re.compile(r"\.(?<=[a-z0-9]\.)[a-z]{2}")  # perhaps a domain; a sign first, so that the rest is passed at once
# A domain, a word with the marks of its vowels, a number, or one sign.
_DOMAIN = (
    r"(?<![\w@.])(?:https?://)?(?P<host>(?:www\.)?[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,3}"
    r"\.(?:com|org|net|info|ru|uz|kz|kg|tj|tm|az|am|ge|ua|by|de|fr|es|it|uk|pl|cz|sk|ro|bg|tr|ir|af|in|id|jp|cn|kr|eu|"
    r"gov|edu|tv|io|co|us|ca|au|br|pt|nl|be|at|ch|se|no|dk|fi|gr|hu|rs|hr|me|media|news|press|agency))(?![\w@])(?:/[^\s,;)\]]*)?"
)
_LETTER = r"[^\W\d_]"
_PLAIN_PIECE = rf"(?P<word>{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*)" r"|(?P<copy>\(c\))|(?P<number>\d+)|(?P<sign>\S)"
_PIECE = re.compile(rf"(?P<domain>{_DOMAIN})|(?P<lead>https?://(?:www\.)?|www\.)|{_PLAIN_PIECE}")
_PIECE_WITHOUT_DOTS = re.compile(_PLAIN_PIECE)  # where no dot or "//" stands within words: twice as fast
_HOST = re.compile(_DOMAIN)
# Where a sentence surely ends: a word of one or two letters may be a shortened one.
_STOP = re.compile(r"[.!?…](?<!\b\w\.)(?<!\b\w\w\.)(?=\s)|[。！？…]")
_SHAPES = 10_000  # words whose capitals were looked at last


def read_line(
    text: str,
    registry: Registry,
    publisher: str | None = None,
    *,
    names: tuple[str, ...] = (),
    unnamed: bool = True,
    whole_text: bool = True,
) -> Line:
    """Cut a line into tokens. Where names and cues overlap the first counts, then the longer, then the name.

    With ``unnamed`` false a line that names nobody has no tokens: most paragraphs do not, and need not be cut. With
    ``whole_text`` false only sentences that name somebody are cut, and the head of the line.
    """
    folded = fold(text)
    words = spaced(folded) if is_latin(folded) else None
    named = [_named(text, mention) for mention in mentions(text, folded, registry, words)]
    if len(text) <= LONGEST_LABEL:
        named += publisher_names(text, folded, publisher, registry, names)
    dotted = _DOTTED.search(folded)
    if not (unnamed or named or dotted or _may_name(text, folded, words, amid=not whole_text)):
        return Line(text, folded, ())
    spans = [(0, len(text))] if whole_text or len(text) <= _AROUND else _spans(text, folded, words, named, head=unnamed)
    said = {span: list(_cues(text, folded, words, span)) for span in spans}
    if not whole_text:
        spans = [span for span in spans if (unnamed and span[0] == 0) or _tells(text, said[span], named, span)]
        named = [token for token in named if any(a <= token.start < b for a, b in spans)]
    hits = named + [cue for span in spans for cue in said[span]]
    if dotted:  # "com" is a word for "with", but not in "example.com"
        hosts = [found.span("host") for found in _HOST.finditer(folded)]
        hits = [h for h in hits if h.kind == "name" or not any(a <= h.start and h.end <= b for a, b in hosts)]
    found = sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind != "name"))
    pieces = _PIECE if dotted or "//" in folded or "www." in folded else _PIECE_WITHOUT_DOTS
    tokens = list(_tokens(text, folded, list(_apart(found)), spans, pieces))
    return Line(text, folded, tuple(groups(text, unknown_media(text, folded, tokens))))


def naming_spots(text: str, folded: str, registry: Registry) -> Iterator[int]:
    """Where somebody may be named amid a text, but for its publisher, in no order."""
    words = spaced(folded) if is_latin(folded) else None
    yield from (mention.start for mention in mentions(text, folded, registry, words))
    yield from _dots(folded)
    yield from _naming(text, folded, words)


def _dots(folded: str) -> Iterator[int]:
    return (found.start() for found in _DOTTED.finditer(folded))


def _may_name(text: str, folded: str, words: str | None, *, amid: bool) -> bool:
    return next(_naming(text, folded, words, amid=amid), None) is not None


def _naming(text: str, folded: str, words: str | None, *, amid: bool = True) -> Iterator[int]:
    """Where somebody may stand whom no registry knows. ``amid``: a text, where neither lone words nor "media" name one."""
    at_words = cues.naming_finder().find(folded, words) if words is not None else None
    for start, end, meanings in at_words or _whole_hits(cues.naming(), folded, (0, len(folded))):
        medium = meanings.isdisjoint(_GROUPS)
        if not amid or (_in_capitals(text, start, end) if medium else _is_group(folded, start, end)):
            yield start


def _is_group(folded: str, start: int, end: int) -> bool:
    """Several words, or one with a word such as "other", "local" beside it: a lone "media" is nobody in a text."""
    if " " in folded[start:end] or not is_cased(folded[start]):
        return True
    before = folded[folded.rfind(" ", 0, max(start - 1, 0)) + 1 : start].strip()
    after = folded[end + 1 : cut if (cut := folded.find(" ", end + 1)) > 0 else len(folded)].strip(_CLOSING)
    return any("which" in cues.phrases().get(word, NOTHING) for word in (before, after))


def _in_capitals(text: str, start: int, end: int) -> bool:
    """Does a capitalised word stand before or behind a capitalised one? Words without capitals may be names anywhere."""
    first = text[start]
    if not first.isupper():
        return not is_cased(first)
    before = text[text.rfind(" ", 0, max(start - 1, 0)) + 1 : start]
    return before[:1].isupper() or text[end + 1 : end + 2].isupper()


def _spans(text: str, folded: str, words: str | None, named: list[Token], *, head: bool) -> list[tuple[int, int]]:
    """What stands around names: of their sentences no more than rules look at, with the stop before each."""
    spots = [(token.start, token.stop) for token in named]
    spots += ((at, at) for at in (*_naming(text, folded, words), *_dots(folded)))
    ends = [0, *(stop.end() for stop in _STOP.finditer(text)), len(text)]
    spans: list[tuple[int, int]] = [(0, _AROUND)] if head else []
    for first, last in sorted(spots):
        start, end = max(first - _AROUND, 0), min(last + _AROUND, len(text))
        start = text.rfind(" ", 0, start) + 1 if start else 0
        end = cut if (cut := text.find(" ", end)) >= 0 else len(text)
        start = max(start, ends[bisect_right(ends, first) - 1] - 1)
        end = min(end, ends[bisect_right(ends, last, hi=len(ends) - 1)])
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _tells(text: str, said: list[Token], named: list[Token], span: tuple[int, int]) -> bool:
    """Is there a word beside which a name says more than that somebody is mentioned? A letter or a bracket before it may be."""
    within = [token for token in named if span[0] <= token.start < span[1]]
    kinds = {token.org.kind for token in within if token.org is not None}
    telling = _TELLING.union(*(_ON[kind] for kind in kinds & _ON.keys()))
    return any(not telling.isdisjoint(cue.cues) for cue in said) or any(
        token.prefix or text[token.start - 1 : token.start] == "(" for token in within
    )


def _cues(text: str, folded: str, words: str | None, span: tuple[int, int]) -> Iterator[Token]:
    at_words = cues.finder().find(folded, words, *span) if words is not None else None
    for start, end, meanings in at_words or _whole_hits(cues.automaton(), folded, span):
        first = text[start]
        yield Token("cue", start, end, end, meanings, None, False, first.isupper(), is_cased(first))


def _whole_hits(
    phrases: ahocorasick.Automaton, folded: str, span: tuple[int, int]
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Phrases that stand whole in a text of any script."""
    for last, (length, meanings) in phrases.iter(folded, *span):
        if whole(folded, last + 1 - length, last + 1):
            yield last + 1 - length, last + 1, meanings


def _named(text: str, mention: Mention) -> Token:
    return Token(
        "name",
        mention.start,
        mention.end,
        mention.stop,
        org=mention.alias.org,
        weak=mention.alias.weak,
        upper=True,
        cased=is_cased(text[mention.start]),
        prefix=mention.prefix,
    )


def _apart(found: Iterable[Token]) -> Iterator[Token]:
    """Of hits in order, those that overlap no earlier one; the same words as a name and a cue keep both meanings."""
    last: Token | None = None
    for token in found:
        if last is not None and token.start < last.stop:
            if token.start == last.start and token.end == last.end and last.kind == "name":
                last = last._replace(cues=last.cues | token.cues)
            continue
        if last is not None:
            yield last
        last = token
    if last is not None:
        yield last


def _tokens(
    text: str, folded: str, hits: list[Token], spans: list[tuple[int, int]], pieces: re.Pattern[str]
) -> Iterator[Token]:
    i = 0
    for at, end in spans:
        while i < len(hits) and hits[i].start < end:
            yield from _between(text, folded, at, hits[i].start, pieces)
            yield hits[i]
            at = hits[i].stop
            i += 1
        yield from _between(text, folded, at, end, pieces)


def _between(text: str, folded: str, start: int, end: int, pieces: re.Pattern[str]) -> Iterable[Token]:
    if end - start < 2 and folded[start:end] in ("", " "):
        return ()
    return [_piece(text, folded, found) for found in pieces.finditer(folded, start, end)]


def _piece(text: str, folded: str, found: re.Match[str]) -> Token:
    first, last = found.span()
    kind = found.lastgroup or "sign"
    if kind in ("domain", "host"):
        return Token("name", *found.span("host"), last, weak=True, upper=True)
    if kind == "lead":
        return Token("sign", first, last, last)
    if kind == "sign":
        return Token(_SIGNS.get(folded[first], "sign"), first, last, last)
    upper, cased = _shape(text[first:last])
    return Token(kind, first, last, last, NOTHING, None, False, upper, cased)


@lru_cache(_SHAPES)
def _shape(word: str) -> tuple[bool, bool]:
    """Whether a word has capitals, and whether its script knows them."""
    return word != word.lower(), is_cased(word[0])
