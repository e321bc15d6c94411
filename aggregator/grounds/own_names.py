"""A newsroom's name in its own text: whole in any case, or the one word that it is called by ("told the Clarion").

By its name alone it is not seen at work: a verb of telling or seeing must stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aggregator.credit.names import unspaced
from aggregator.grounds.phrases import Hit
from aggregator.grounds.text import Text
from storage.spelling import fold

AHEAD = 20  # characters between "told" and the one word, with nothing but articles in them
BEHIND = 12  # … and between the one word and "saw"
SHORTEST = 3  # letters of the one word
BESIDE = 25  # characters between "reporter" and the name
ANSWER = 45  # characters between somebody's words and the name: "…”, she said in an interview with the Clarion"
WORK = ("told", "saw")  # meanings that show any newsroom at work
TELLING = ("told", "speaks")
OWN_WORK = (*WORK, "speaks")  # … and the one whose text it is

_ARTICLES = frozenset(
    [
        *(
            "the",
            "a",
            "an",
            "der",
            "die",
            "das",
            "dem",
            "den",
            "des",
            "le",
            "la",
            "les",
            "l",
            "el",
            "los",
            "las",
            "il",
            "lo",
        ),
        *(
            "gli",
            "i",
            "o",
            "os",
            "as",
            "de",
            "du",
            "del",
            "della",
            "dello",
            "dei",
            "degli",
            "do",
            "da",
            "dos",
            "das",
            "di",
        ),
        *("van", "het", "een", "al", "aux", "au", "alla", "all", "ao", "y", "e"),
    ]
)
_PLAIN = frozenset("online news aktuell english today info net portal web site media nieuws novosti actu www".split())  # noqa: SIM905
_OF = frozenset("de del della delle dei di du des do da dos das of van der".split())  # noqa: SIM905
_ADJECTIVE = ("ий", "ый", "ая", "ое", "ие", "ые", "ой", "ський", "ська")  # "Волжские вести": the noun comes last
_JOINS = "\u0980-\u0dff"  # scripts of India and Bengal whose languages join their cases to a name ("প্রথম সকালকে")
_INDIC = frozenset(map(chr, range(0x980, 0xE00)))
_OPEN, _CLOSE = "([（【/", ")]）】/"
_OPENING = re.compile(r"\s*[(（\[【](?P<in>[^()（）\[\]【】\n]{2,40})[)）\]】]")
_PREFIX = 2  # letters that Arabic and Hebrew write together with a name: "and", "to", "the"
_BEFORE = rf"(?<![^\W_])[ولبفكהלבמו]{{0,{_PREFIX}}}"


def named(text: Text, name: str, by_sentence: Mapping[int, Sequence[Hit]], *, own: bool) -> Iterator[Hit]:
    """Where the text names the newsroom at work; ``own``: it is the one whose text this is."""
    whole, word = _patterns(name)
    for found in whole.finditer(text.folded) if whole else ():
        near = by_sentence.get(text.sentence(found.start()), ())
        verbs = [hit for hit in near if hit.meaning in (OWN_WORK if own else WORK)]
        verb = any(not found.start() <= hit.start < found.end() for hit in verbs)
        if _in_brackets(text, found):
            continue
        if _capital(text.printed, found) and (verb or (own and (_staff(text, found, near) or _answers(text, found)))):
            yield Hit("name", *found.span())
    for found in word.finditer(text.folded) if word else ():
        near = by_sentence.get(text.sentence(found.start()), ())
        if _capital(text.printed, found) and (_told(text, found, near) or _saw(text, found, near)):
            yield Hit("name", *found.span())


def _in_brackets(text: Text, found: re.Match[str]) -> bool:
    """ "AMMAN (Reuters) - The minister told parliament", "[도쿄=뉴시스]": a name by itself in brackets or slashes, or in the
    bracket with which a paragraph begins, signs, and tells nothing.
    """
    folded = text.folded
    ahead, behind = folded[: found.start()].rstrip(" ")[-1:], folded[found.end() :][:2].lstrip(" ")[:1]
    if ahead and behind and ahead in _OPEN and behind in _CLOSE:
        return True
    start = text.printed.rfind("\n", 0, found.start()) + 1
    opening = _OPENING.match(folded, start)
    return opening is not None and opening.start("in") <= found.start() and found.end() <= opening.end("in")


def _staff(text: Text, found: re.Match[str], near: Sequence[Hit]) -> bool:
    """ "… the Record's reporter", "корреспонденту «Волны»": a word for its people beside it, and words in quotation marks."""
    beside = (hit for hit in near if hit.meaning == "staff")
    close = any(found.start() - hit.end <= BESIDE and hit.start - found.end() <= BESIDE for hit in beside)
    return close and bool(text.quotations(text.sentence(found.start())))


def _answers(text: Text, found: re.Match[str]) -> bool:
    """ "… «…», пожаловалась она «Волне»": somebody's words in the sentence, and the name behind them, near its end.

    Whatever the verb: who is quoted beside a newsroom's name is quoted to that newsroom.
    """
    n = text.sentence(found.start())
    spoken = [span for span in text.quotations(n) if not span[0] <= found.start() < span[1]]
    return any(0 <= found.start() - end <= ANSWER for _, end in spoken)


def _told(text: Text, found: re.Match[str], near: Sequence[Hit]) -> bool:
    """ "told the Clarion", "raconte à la Folha": nothing but articles between."""
    return any(
        hit.meaning == "told" and 0 < found.start() - hit.end <= AHEAD and _light(text.folded[hit.end : found.start()])
        for hit in near
    )


def _saw(text: Text, found: re.Match[str], near: Sequence[Hit]) -> bool:
    """ "The Record sat through all six hours"."""
    article = text.folded[max(0, found.start() - 4) : found.start()].split()
    return article[-1:] == ["the"] and any(
        hit.meaning == "saw" and 0 < hit.start - found.end() <= BEHIND for hit in near
    )


def _light(between: str) -> bool:
    return all(word in _ARTICLES for word in re.findall(r"[^\W_]+", between))


def _capital(printed: str, found: re.Match[str]) -> bool:
    """A name has a capital, though not in its first word: "với báo Sông Hậu"."""
    return any(
        char.isupper() or char.lower() == char.upper()
        for char in printed[found.start() : found.end()]
        if char.isalpha()
    )


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern, and the letters that it begins with, behind at most ``_PREFIX`` others.

    It is tried where those letters stand, and nowhere else: looking for them alone is thirty times cheaper.
    """

    letters: str
    pattern: re.Pattern[str]

    def finditer(self, folded: str) -> Iterator[re.Match[str]]:
        behind, at = 0, folded.find(self.letters)
        while at >= 0:
            starts = range(max(behind, at - _PREFIX), at + 1)
            found = next(filter(None, (self.pattern.match(folded, start) for start in starts)), None)
            behind = found.end() if found else behind
            at = folded.find(self.letters, max(at + 1, behind))
            if found:
                yield found


@lru_cache(maxsize=4096)
def _patterns(name: str) -> tuple[_Pattern | None, _Pattern | None]:
    words = name_words(name)
    if not words:
        return None, None
    if unspaced(words[0][0]):
        whole = "".join(words)
        return _Pattern(whole, re.compile(re.escape(whole))), None
    telling = [word for word in words if word not in _PLAIN]
    word = None
    if len(telling) > 1:
        noun_first = any(part in _OF for part in telling[1:]) or _slavic(telling[0])
        word = telling[0] if noun_first else telling[-1]
    return _Pattern(_root(words[0]), re.compile(whole_name(words))), (
        _Pattern(_root(word), re.compile(_BEFORE + stem(word) + r"(?!\w)"))
        if word and len(word) >= SHORTEST and word not in _ARTICLES
        else None
    )


def name_words(name: str) -> list[str]:
    """A name's words, folded, without an article in front."""
    words = re.findall(r"[^\W_]+", fold(name))
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return words


def whole_name(words: Sequence[str]) -> str:
    """A pattern for a name whose words carry any endings; behind its first word they may change within ("Kaiku", "Kaiulle")."""
    first, *more = words
    joined = rf"[{_JOINS}]{{0,8}}" if words[-1][-1] in _INDIC else ""
    loose = [rf"{re.escape(word[:3])}\w{{0,{len(word) + 3}}}" if 4 < len(word) <= 6 else stem(word) for word in more]
    return _BEFORE + r"\W{1,4}".join([stem(first), *loose]) + joined + r"(?!\w)"


def stem(word: str) -> str:
    """A pattern for a word with any ending: "Стрижавка" in "Стрижавки", "Harztal-Bote" in "Harztal-Boten"."""
    root = _root(word)
    if len(word) <= 3 or word.isdigit():
        return re.escape(root)
    return re.escape(root) + (r"\w{0,3}" if word.isascii() and len(word) <= 5 else r"\w{0,5}")


def _root(word: str) -> str:
    """The letters of a word that every form of it keeps."""
    short = len(word) <= 3 or word.isdigit() or (word.isascii() and len(word) <= 5)
    return word if short else word[: max(4, len(word) - 2)]


def _slavic(word: str) -> bool:
    return "а" <= word[0] <= "я" and not word.endswith(_ADJECTIVE)
