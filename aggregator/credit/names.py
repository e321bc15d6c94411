"""Where a line names organisations of the registry: one automaton over all aliases, in every script.

Judges no meaning: a weak alias (an ordinary word, another body's initials) is found as well, and marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick

from aggregator.credit.at_words import WordFinder
from aggregator.credit.registry import Organisation, Registry
from storage.spelling import fold

_SHORT_WORD = 3  # letters of "los", "new", "san": without it a place is half a place
_ARTICLE = re.compile(
    r"(?:(?:the|der|die|das|les?|la|el|los|las|il|lo|o|a|os|as|de|het)\s|l['’])(?P<rest>.+)", re.IGNORECASE | re.DOTALL
)
_SHORT = 4  # letters; so short an alias counts only as the registry writes it, or all in capitals
# Letters of an agency's initials that may be printed as a word: "Afp", not "Ap"; nor an official body's "Esa".
_INITIALS = 3
_SIGNING = ("agency", "photo", "social")  # such initials stand beside a hyphen: "AP-Reporter"
_STEM = 5  # letters; from this length on, an alias may carry an ending
# Scripts without spaces between words: a name may stand anywhere. Han, kana, Hangul, Thai, Lao, Khmer, Burmese.
_UNSPACED = re.compile("[぀-ヿ㐀-鿿가-힯฀-໿က-႟ក-៿]")
_PREFIXES = {"ARABIC": frozenset("وفبلك"), "HEBREW": frozenset("ולבמהשכ")}
_ENDINGS = re.compile(
    r"(?:[’'ʼ‘`´:\-–]?(?:n?[iıuü]n|[nd]?[iıuü]|[ndty]?[aeə]|[dt][aeə]n?|y?l[aeə]|ning|ga|ni|da|dan|dagi|nek|nak|b[ae]n|t[oó]l|n[ae]l|"
    r"-[дт][ае]|-[гк][ае]|-ға|r[ae]|lle|ille|n|in|ssa|lta|s|n[iıuü]n|d[ae]ki|ului|ul|ulu|em|om|ov[ií]|u|ie|y|ów|ami|ach|en|et)(?![^\W\d_]))"
)
_CYRILLIC = re.compile(
    r"[-’']?(?:а|у|ом|ем|е|ы|и|ів|ам|ами|ах|ой|ою|ей|ею|ю|я|ям|ями|ях|ью|ии|ією|і|ї|ов|ев|"
    r"[нтд][ыі]ң|[дт][ае]н?|[гғқк][ае]|[нт]ан|нинг|га|ни|да|дан|ро|и)(?![^\W\d_])"
)
# What ties a name to the rest of it, in the languages that join nouns so.
_OF = re.compile(r" (?:de|des|du|del|della|di|da|do|dos|din|of|van|von) (?=[^\W\d_a-zß-ÿ])")
_SOFT = "аяоьыийуюе"  # what a Cyrillic name loses before an ending


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to print an organisation, folded."""

    org: Organisation
    folded: str
    weak: bool
    spellings: frozenset[str]  # as the registry writes it
    stem: bool = False  # a name without its last letter: an ending must follow


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a line. ``stop`` is behind its ending, ``prefix`` what is written together with it in front."""

    start: int
    end: int
    stop: int
    alias: Alias
    prefix: str = ""


@lru_cache(maxsize=4)
def automaton(registry: Registry) -> ahocorasick.Automaton:
    """Finds every alias in a folded text; the value is the Alias."""
    found: dict[str, Alias] = {}
    for alias in _aliases(registry):
        found.setdefault(alias.folded, alias)
    machine = ahocorasick.Automaton()
    for folded, alias in found.items():
        machine.add_word(folded, alias)
    machine.make_automaton()
    return machine


@lru_cache(maxsize=4)
def finder(registry: Registry) -> WordFinder[Alias]:
    """The same in a Latin text, where a name begins a word, and ends one unless it may carry an ending."""
    aliases: Iterator[tuple[str, Alias]] = automaton(registry).items()
    return WordFinder((folded, _may_go_on(alias), alias) for folded, alias in aliases)


def _may_go_on(alias: Alias) -> bool:
    return len(alias.folded) >= _STEM and (not alias.weak or alias.org.kind == "social")


def _aliases(registry: Registry) -> Iterator[Alias]:
    for org in registry:
        forms: dict[str, set[str]] = {}
        weak = {fold(name) for name, is_weak in org.spellings if is_weak}
        for name, _ in org.spellings:
            forms.setdefault(fold(name), set()).add(name)
        for folded, spellings in forms.items():
            yield Alias(org, folded, folded in weak, frozenset(spellings))
    for org in registry:
        for name, is_weak in org.spellings:
            folded = fold(name)
            if len(folded) > _STEM and "а" <= folded[-1] <= "я" and folded[-1] in _SOFT:
                yield Alias(org, folded[:-1], is_weak, frozenset((name[:-1],)), stem=True)


def named(folded: str, registry: Registry) -> str | None:
    """The id of the organisation that goes by a whole folded name; None: nobody's."""
    alias = automaton(registry).get(folded, None)
    return alias.org.id if alias is not None else None


@lru_cache(maxsize=4)
def halves(registry: Registry) -> frozenset[str]:
    """What is left of names whose place is cut in two: "angeles times", "york times" name nobody.

    A place is cut behind a short word with which a city of the registry begins: "los", "new", "san". A name without its
    article is whole.
    """
    cities = (fold(org.city).split() for org in registry if org.city)
    cut = {city[0] for city in cities if len(city) > 1 and len(city[0]) <= _SHORT_WORD} - {"the"}
    words = (alias.folded.split() for alias in _aliases(registry))
    return frozenset(" ".join(each[1:]) for each in words if len(each) > 2 and each[0] in cut)


def mentions(text: str, folded: str, registry: Registry, words: str | None = None) -> Iterator[Mention]:
    """Every name that stands whole, as often as it stands; names that overlap are all given.

    ``words``: the folded text ``spaced``; None: it is not Latin, or nobody looked.
    """
    for start, end, alias in _hits(folded, words, registry):
        prefix = _prefix(folded, start)
        if alias.weak and alias.org.kind not in _SIGNING and _is_part(text, folded, start, end):
            continue
        if prefix is None or not (_printed_so(text[start:end], alias) or _listed(folded, start, end, alias)):
            continue
        stop = _stop(folded, end, alias)
        if stop is not None:
            yield Mention(start, end, stop, alias, prefix)


def _hits(folded: str, words: str | None, registry: Registry) -> Iterator[tuple[int, int, Alias]]:
    if words is not None:
        yield from finder(registry).find(folded, words)
        return
    for last, alias in automaton(registry).iter(folded):
        yield last + 1 - len(alias.folded), last + 1, alias


def letter(char: str) -> bool:
    """Is it part of a word? A vowel sign of an Indic script is."""
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def whole(folded: str, start: int, end: int) -> bool:
    """Do no letters of the same word stand before ``start`` or behind ``end``?"""
    ahead = folded[start - 1] if start else " "
    behind = folded[end] if end < len(folded) else " "
    if ahead.isascii() and behind.isascii() and not (ahead.isalnum() or behind.isalnum()):
        return True  # the common case, and the cheap one
    glued = letter(ahead) and letter(folded[start]) and not (unspaced(folded[start]) or unspaced(ahead))
    if glued:
        return False
    return not (letter(behind) and letter(folded[end - 1])) or unspaced(folded[end - 1]) or unspaced(behind)


def unspaced(char: str) -> bool:
    """Does its script do without spaces between words?"""
    return char > "\u0dff" and _UNSPACED.match(char) is not None


def _prefix(folded: str, start: int) -> str | None:
    """Letters written together with the name in front ("لرويترز"); None: the name is only part of a word."""
    if start == 0 or unspaced(folded[start]) or unspaced(folded[start - 1]) or not letter(folded[start - 1]):
        return ""
    particles = _PREFIXES.get(unicodedata.name(folded[start], "").split(" ")[0], frozenset())
    at = start
    while at > 0 and start - at < 2 and folded[at - 1] in particles:
        at -= 1
    return folded[at:start] if at < start and not (at > 0 and letter(folded[at - 1])) else None


def _stop(folded: str, end: int, alias: Alias) -> int | None:
    """Where the name ends with its ending; None: the word goes on."""
    if end == len(folded):
        return None if alias.stem else end
    bare = not letter(folded[end]) or unspaced(folded[end]) or not letter(folded[end - 1]) or unspaced(folded[end - 1])
    cyrillic = "Ѐ" <= folded[end - 1] <= "ԯ"
    if cyrillic and (len(alias.folded) >= _SHORT or alias.stem):
        ending = _CYRILLIC.match(folded, end)
    elif bare or _may_go_on(alias):
        ending = None if folded[end] in "- " and bare and cyrillic else _ENDINGS.match(folded, end)
    else:
        ending = None
    if ending is not None and (not bare or folded[end] in "’'ʼ‘`´:-–"):
        return ending.end()
    if bare and not alias.stem:
        return end
    return _indic(folded, end)


def _indic(folded: str, end: int) -> int | None:
    """Bengali joins its cases to the name ("এএফপিকে")."""
    at = end
    while at < len(folded) and at - end < 4 and "ঀ" <= folded[at] <= "৿":
        at += 1
    return at if at > end and not (at < len(folded) and letter(folded[at])) else None


def _is_part(text: str, folded: str, start: int, end: int) -> bool:
    """Is an ordinary word a part of one with a hyphen, "Salon-de-Provence", or of a longer name, "Gazeta de Munte"?"""
    if _OF.match(text, end):
        return True
    ahead, behind = folded[max(start - 2, 0) : start], folded[end : end + 2]
    return (behind[:1] == "-" and behind[1:].isalpha()) or (ahead[1:] == "-" and ahead[:1].isalpha())


def _listed(folded: str, start: int, end: int, alias: Alias) -> bool:
    """Small letters name an agency where a bracket or a slash stands beside them: "(mti)", "kle/afp"."""
    beside = folded[max(start - 1, 0) : start] + folded[end : end + 1]
    return not alias.weak and bool(beside) and (beside[0] in "(/[" or beside[-1] in ")/]")


def _is_phrase(printed: str, alias: Alias) -> bool:
    """ "El mundo dijo adiós", "L'équipe a annoncé": an article, and small letters where every spelling has a capital."""
    found = _ARTICLE.match(printed)
    small = found is not None and found["rest"].islower() and not printed.islower()
    spelt = (_ARTICLE.match(form) for form in alias.spellings)
    return small and not any(form["rest"].islower() for form in spelt if form)


def _printed_so(printed: str, alias: Alias) -> bool:
    """A weak or a very short name must be printed as the registry writes it; any other may be in any case."""
    if not alias.weak and len(printed) > _SHORT:
        if _is_phrase(printed, alias):
            return False
        return not alias.folded.isascii() or not printed.islower() or any(form.islower() for form in alias.spellings)
    shortest = _INITIALS if alias.org.kind == "agency" else _SHORT
    return (
        printed in alias.spellings
        or printed == printed.upper()
        or any(printed == form.capitalize() and not alias.weak and len(form) >= shortest for form in alias.spellings)
    )
