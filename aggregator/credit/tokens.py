"""A line as a row of tokens: names, cues, groups, words and signs, each with the place where it is printed.

Judges nothing. Takes time in proportion to the line's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import ahocorasick

from aggregator.credit import cues
from aggregator.credit.at_words import is_latin, spaced
from aggregator.credit.names import Mention, mentions, unspaced, whole
from aggregator.credit.registry import Organisation, Registry
from storage.spelling import fold

_NOTHING: frozenset[str] = frozenset()
_MEDIUM = frozenset({"media_word", "picture_word"})
_GROUPS = frozenset({"group", "one"})
_TELLING = frozenset(
    (
        "said_to",
        "citing",
        "citing_after",
        "reports",
        "platform",
        "posted",
        "based",
        "published",
        "photo",
        "courtesy",
        "source",
    )
)  # without such a word near it a name amid a text is only mentioned
_CLOSING = ".,;:!?)\"'"
_AROUND = 200
"""Characters around a name of a long paragraph that are cut: what 25 words take, the farthest that a rule looks."""
PUBLISHER = frozenset({"publisher"})
_LONGEST_LABEL = 300  # characters; in longer text an unknown publisher is not looked for
_SHORTEST_NAME = 3  # letters
_SHORTEST_END = (
    4  # signs of a name in an unspaced script that stand for it without its legal form: "毎日新聞社" of "株式会社…"
)
_KIND = re.compile(r"(?:mag|magazine|online|media|tv)$")  # what a host adds to a long name
_LONGEST_NAME = 8  # capitalised words that are looked at together
_MOST_WORDS = 4  # of an unknown medium's name
_SIGNS = {
    **dict.fromkeys("([{【（［<〔", "open"),
    **dict.fromkeys(")]}】）］>〕", "close"),
    **dict.fromkeys(",;،、，؛;", "comma"),
    **dict.fromkeys("/\\", "slash"),
    **dict.fromkeys("|·•∙¦", "bar"),
    **dict.fromkeys(":=", "colon"),
    **dict.fromkeys("-–—", "dash"),
    **dict.fromkeys(".!?…。؟।۔！？", "stop"),
    **dict.fromkeys("\"'", "quote"),
    **dict.fromkeys("©Ⓒⓒ℗", "copy"),
}
_MARKS = "".join(chr(code) for code in range(0x300, 0xF00) if unicodedata.category(chr(code))[0] == "M")
_DOTTED = re.compile(r"[a-z0-9]\.[a-z]{2}")  # perhaps a domain
# A domain, a word with the marks of its vowels, a number, or one sign.
_DOMAIN = (
    r"(?<![\w@.])(?:https?://)?(?P<host>(?:www\.)?[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,3}"
    r"\.(?:com|org|net|info|ru|uz|kz|kg|tj|tm|az|am|ge|ua|by|de|fr|es|it|uk|pl|cz|sk|ro|bg|tr|ir|af|in|id|jp|cn|kr|eu|"
    r"gov|edu|tv|io|co|us|ca|au|br|pt|nl|be|at|ch|se|no|dk|fi|gr|hu|rs|hr|me|media|news|press|agency))(?![\w@])(?:/[^\s,;)\]]*)?"
)
_PIECE = re.compile(
    rf"(?P<domain>{_DOMAIN})|(?P<lead>https?://(?:www\.)?|www\.)"
    r"|(?P<copy>\(c\))|(?P<number>\d+)|(?P<word>[^\W\d_](?:[^\W\d_]|" + f"[{_MARKS}]" + r")*)|(?P<sign>\S)"
)
_HOST = re.compile(_DOMAIN)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a line. ``stop`` is where the next may begin: behind a name's case ending."""

    kind: str  # name | group | cue | word | number | one of the values of _SIGNS | sign
    start: int
    end: int
    stop: int
    cues: frozenset[str] = _NOTHING
    org: Organisation | None = None
    weak: bool = False  # of a name: also an ordinary word; of a group: too plain a word to be one by itself
    upper: bool = False  # begins with a capital
    cased: bool = True  # its script knows capitals
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its tokens in order; they never overlap."""

    text: str
    folded: str
    tokens: tuple[Token, ...]

    def says(self, token: Token) -> str:
        """The token as printed."""
        return self.text[token.start : token.end]

    def gap(self, i: int) -> str:
        """What stands between a token and the next one: spaces, or nothing."""
        return self.text[self.tokens[i].stop : self.tokens[i + 1].start]


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
    ``whole_text`` false only what stands around names is cut, and the head of the line.
    """
    folded = fold(text)
    words = spaced(folded) if is_latin(folded) else None
    named = [_named(text, mention) for mention in mentions(text, folded, registry, words)]
    named += _publisher(text, folded, publisher, registry, names)
    dotted = _DOTTED.search(folded)
    if not (unnamed or named or dotted or _may_name(text, folded, words, amid=not whole_text)):
        return Line(text, folded, ())
    spans = (
        [(0, len(text))] if whole_text or len(text) <= 2 * _AROUND else _spans(text, folded, words, named, head=unnamed)
    )
    said = {span: list(_cues(text, folded, words, span)) for span in spans}
    if not whole_text:
        spans = [span for span in spans if (unnamed and span[0] == 0) or _tells(text, said[span], named, span)]
        named = [token for token in named if any(a <= token.start < b for a, b in spans)]
    hits = named + [cue for span in spans for cue in said[span]]
    if dotted:  # "com" is a word for "with", but not in "example.com"
        hosts = [found.span("host") for found in _HOST.finditer(folded)]
        hits = [h for h in hits if h.kind == "name" or not any(a <= h.start and h.end <= b for a, b in hosts)]
    found = sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind != "name"))
    tokens = list(_tokens(text, folded, list(_apart(found)), spans))
    return Line(text, folded, tuple(_groups(text, _unknown(text, folded, tokens))))


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
    if " " in folded[start:end] or not _cased(folded[start]):
        return True
    before = folded[folded.rfind(" ", 0, max(start - 1, 0)) + 1 : start].strip()
    after = folded[end + 1 : cut if (cut := folded.find(" ", end + 1)) > 0 else len(folded)].strip(_CLOSING)
    return any("which" in cues.phrases().get(word, _NOTHING) for word in (before, after))


def _in_capitals(text: str, start: int, end: int) -> bool:
    """Does a capitalised word stand before or behind a capitalised one? Words without capitals may be names anywhere."""
    first = text[start]
    if not first.isupper():
        return not _cased(first)
    before = text[text.rfind(" ", 0, max(start - 1, 0)) + 1 : start]
    return before[:1].isupper() or text[end + 1 : end + 2].isupper()


def _spans(text: str, folded: str, words: str | None, named: list[Token], *, head: bool) -> list[tuple[int, int]]:
    """What stands around names, cut at spaces; in-text rules look at most 25 words far, in the same sentence."""
    spots = sorted(
        [token.start for token in named]
        + list(_naming(text, folded, words))
        + [m.start() for m in _DOTTED.finditer(folded)]
    )
    spans: list[tuple[int, int]] = [(0, _AROUND)] if head else []
    for spot in spots:
        start, end = max(spot - _AROUND, 0), min(spot + _AROUND, len(text))
        start = text.rfind(" ", 0, start) + 1 if start else 0
        end = cut if (cut := text.find(" ", end)) >= 0 else len(text)
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _tells(text: str, said: list[Token], named: list[Token], span: tuple[int, int]) -> bool:
    """Is there a word beside which a name says more than that somebody is mentioned? A letter or a bracket before it may be."""
    start, end = span
    return any(not _TELLING.isdisjoint(cue.cues) for cue in said) or any(
        (token.prefix or text[token.start - 1 : token.start] == "(") and start <= token.start < end for token in named
    )


def _cues(text: str, folded: str, words: str | None, span: tuple[int, int]) -> Iterator[Token]:
    at_words = cues.finder().find(folded, words, *span) if words is not None else None
    for start, end, meanings in at_words or _whole_hits(cues.automaton(), folded, span):
        yield Token("cue", start, end, end, meanings, upper=text[start].isupper(), cased=_cased(text[start]))


def _whole_hits(
    phrases: ahocorasick.Automaton, folded: str, span: tuple[int, int]
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Phrases that stand whole in a text of any script."""
    for last, (length, meanings) in phrases.iter(folded, *span):
        if whole(folded, last + 1 - length, last + 1):
            yield last + 1 - length, last + 1, meanings


def _publisher(
    text: str, folded: str, publisher: str | None, registry: Registry, names: tuple[str, ...]
) -> Iterator[Token]:
    """Where the line names its publisher: by what the page calls it, or by the letters of its host, "Business Insider"."""
    if publisher is None or len(folded) > _LONGEST_LABEL:
        return
    if names:
        for found in _called(names).finditer(text):
            yield Token("name", *found.span(), found.end(), PUBLISHER, upper=True)
    if registry.get(publisher) is not None:
        return
    host, forms, pattern = _letters_of(publisher)
    letters = folded.replace(" ", "").replace("-", "")
    if not any(form in letters for form in forms):
        return  # most lines, and ten times cheaper than the pattern
    for found in pattern.finditer(folded):
        before = text[
            found.start() - 1 : found.start()
        ]  # "@": the author's account; a letter: "Ann LeeNEWSDAY", printed apart
        part = before.isalnum() and not (before.islower() and text[found.start()].isupper())
        if before != "@" and not part and (text[found.start()].isupper() or found[0].removeprefix("www.") == host):
            yield Token("name", *found.span(), found.end(), PUBLISHER, upper=True)


@lru_cache(maxsize=64)
def _called(names: tuple[str, ...]) -> re.Pattern[str]:
    """Names as printed, all in capitals, hosts in any case, or by their initials ("MND" of "Mexico News Daily")."""
    initials = set(filter(None, map(_initials, names)))
    hosts = {name.lower() for name in names if "." in name}
    ends = {name[k:] for name in names if unspaced(name[0]) for k in range(len(name) - _SHORTEST_END + 1)}
    forms = {
        *names,
        *(name.upper() for name in names),
        *hosts,
        *ends,
        *(form for form in initials if len(form) >= _SHORTEST_NAME),
    }
    either = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
    either += [rf"{form}(?=[/-])|(?<=/){form}" for form in initials if len(form) < _SHORTEST_NAME]
    return re.compile(rf"(?<![\w@])(?:{'|'.join(either)})(?!\w)")


def _initials(name: str) -> str | None:
    words = name.split()
    letters = "".join(word[0] for word in words if word[0].isupper())
    return letters if len(letters) > 1 and len(letters) == len(words) else None


@lru_cache(maxsize=64)
def _letters_of(publisher: str) -> tuple[str, tuple[str, ...], re.Pattern[str]]:
    """A host; its names without blanks and hyphens; and the pattern of all ways to print them."""
    host = fold(publisher).removeprefix("www.")
    names = [host.split(".")[0]]
    if len(bare := _KIND.sub("", names[0])) > _LONGEST_NAME:
        names.append(bare)
    spaced = ["[ -]?".join(re.escape(char) for char in name if char.isalnum()) for name in names]
    either = "|".join(name for name in spaced if len(names[0]) >= _SHORTEST_NAME)
    bare_forms = ("".join(filter(str.isalnum, name)) for name in names)
    forms = (host.replace("-", "").replace(" ", ""), *bare_forms)
    return host, forms, re.compile(rf"(?:(?:www\.)?{re.escape(host)}{'|' + either if either else ''})(?!\w)")


def _named(text: str, mention: Mention) -> Token:
    return Token(
        "name",
        mention.start,
        mention.end,
        mention.stop,
        org=mention.alias.org,
        weak=mention.alias.weak,
        upper=True,
        cased=_cased(text[mention.start]),
        prefix=mention.prefix,
    )


def _apart(found: Iterable[Token]) -> Iterator[Token]:
    """Of hits in order, those that overlap no earlier one; the same words as a name and a cue keep both meanings."""
    last: Token | None = None
    for token in found:
        if last is not None and token.start < last.stop:
            if token.start == last.start and token.end == last.end and last.kind == "name":
                last = replace(last, cues=last.cues | token.cues)
            continue
        if last is not None:
            yield last
        last = token
    if last is not None:
        yield last


def _tokens(text: str, folded: str, hits: list[Token], spans: list[tuple[int, int]]) -> Iterator[Token]:
    i = 0
    for at, end in spans:
        while i < len(hits) and hits[i].start < end:
            yield from _pieces(text, folded, at, hits[i].start)
            yield hits[i]
            at = hits[i].stop
            i += 1
        yield from _pieces(text, folded, at, end)


def _pieces(text: str, folded: str, start: int, end: int) -> Iterator[Token]:
    for found in _PIECE.finditer(folded, start, end):
        first, last = found.span()
        kind = found.lastgroup or "sign"
        if kind in ("domain", "host"):
            yield Token("name", *found.span("host"), last, weak=True, upper=True)
        elif kind == "lead":
            yield Token("sign", first, last, last)
        elif kind == "sign":
            yield Token(_SIGNS.get(folded[first], "sign"), first, last, last)
        else:
            word = text[first:last]
            yield Token(kind, first, last, last, upper=word != word.lower(), cased=_cased(text[first]))


def _cased(char: str) -> bool:
    return char.lower() != char.upper()


def _unknown(text: str, folded: str, tokens: list[Token]) -> Iterator[Token]:
    """Join capitalised words of which one says "news", "press", "zeitung": a medium that no registry knows."""
    run: list[Token] = []
    for token in tokens:
        plain = token.kind in ("word", "cue") and token.upper and token.cased
        if plain and len(run) < _LONGEST_NAME and (not run or text[run[-1].stop : token.start] == " "):
            run.append(token)
            continue
        # "Ann Lee News reporter": the news are what she reports on
        yield from run if "staff" in token.cues else _medium(folded, run)
        run = [token] if plain else []
        if not plain:
            yield token
    yield from _medium(folded, run)


def _medium(folded: str, run: list[Token]) -> list[Token]:
    """The words from the first that is no cue to the last that says what it is; the others stay as they are."""
    if len(run) < 2:
        return run
    start = next(
        (i for i, token in enumerate(run) if not token.cues - {"media_word", "picture_word", "which"}), len(run)
    )
    says = [i for i, token in enumerate(run) if i >= start and _says_medium(folded, token)]
    if not says or says[-1] - start < 1 or len(says) == says[-1] + 1 - start or says[-1] - start > _MOST_WORDS:
        return run
    last = says[-1]
    if last + 1 < len(run) and "staff" in run[last + 1].cues and folded[run[last].start : run[last].end] == "news":
        return run  # "Ann Lee News Reporter"
    name = Token("name", run[start].start, run[last].end, run[last].stop, weak=True, upper=True)
    return [*run[:start], name, *run[last + 1 :]]


def last_word(line: Line, token: Token) -> frozenset[str]:
    """What the last word of a name may mean."""
    return cues.phrases().get(line.folded[token.start : token.end].rsplit(" ", 1)[-1], _NOTHING)


def _says_medium(folded: str, token: Token) -> bool:
    return not cues.phrases().get(folded[token.start : token.end], _NOTHING).isdisjoint(_MEDIUM)


def _groups(text: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """Join "various", "media" and "sources" to one group; an "agency" before a name stays a word about that name."""
    row = list(tokens)
    i = 0
    while i < len(row):
        token, j = row[i], i + 1
        if token.kind != "cue" or not token.cues & {"group", "one", "which"}:
            yield token
            i += 1
            continue
        while j < len(row) and row[j].cues & {"group", "which"} and row[j].kind == "cue" and _near(text, row, j):
            j += 1
        part = row[i:j]
        nouns = [t for t in part if t.cues & {"group", "one"}]
        before_name = j < len(row) and row[j].kind == "name" and _near(text, row, j)
        labelled = j < len(row) and row[j].kind == "colon" and any("source" in t.cues for t in part)
        if not nouns or before_name or labelled:
            yield from part
        else:
            one = all("one" in t.cues for t in nouns)
            weak = len(part) == 1 and " " not in text[token.start : token.end].strip()
            meanings = frozenset({"one"} if one else {"group"})
            yield Token("group", token.start, part[-1].end, part[-1].stop, meanings, weak=weak, upper=token.upper)
        i = j


def _near(text: str, row: list[Token], j: int) -> bool:
    between = text[row[j - 1].stop : row[j].start]
    return between.isspace() or (not between and unspaced(text[row[j].start]))
