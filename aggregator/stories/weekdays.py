"""Which days of the week a text names: reports of one event name the same one, the next news of its affair another.

The names are CLDR's (babel), cut into terms as a text is, so that "Sonntags" and "maanantaina" are found as well. A name that
means something else too is not read: to miss a day costs nothing, to see one that nobody named parts two reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from babel import Locale, UnknownLocaleError

# Where no language is stated: languages whose names of days are no other words in each other.
UNSTATED = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da")
KNOWN_AS = {"no": "nb", "tl": "fil"}
# "Wednesday" is also surroundings, "Sunday" a week or a market, "Tuesday" the third one.
OTHER_WORDS = {
    "ru": ("среда",), "sr": ("недеља",), "id": ("Minggu",), "tr": ("Pazar",), "az": ("bazar",), "ur": ("ہفتہ", "پیر"),
    "el": ("Δευτέρα", "Τρίτη", "Τετάρτη", "Πέμπτη"), "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"),
    "ta": ("வெள்ளி", "சனி", "புதன்"), "mn": ("ням",),
}  # fmt: skip
# Forms that six letters do not reach, Monday first.
FORMS = {
    "ru": {2: "среду"}, "uk": {2: "середу", 5: "суботу", 6: "неділю"}, "pl": {2: "środę", 5: "sobotę"},
    "cs": {2: "středu", 5: "sobotu", 6: "neděli"}, "sk": {2: "stredu", 5: "sobotu", 6: "nedeľu"},
    "hu": {1: "kedden", 2: "szerdán"}, "sl": {2: "sredo", 5: "soboto", 6: "nedeljo"},
    "hr": {2: "srijedu", 5: "subotu", 6: "nedjelju"}, "bs": {2: "srijedu", 5: "subotu", 6: "nedjelju"},
    "sr": {2: "среду", 5: "суботу", 6: "недељу"},
    "zh": {n: f"周{sign}" for n, sign in enumerate("一二三四五六日")},
    "fa": {0: "دو\u200cشنبه", 2: "چهار\u200cشنبه", 3: "پنج\u200cشنبه", 6: "یک\u200cشنبه"},
    "ar": {0: "الإثنين", 2: "الاربعاء", 6: "الاحد"},
}  # fmt: skip

Terms = tuple[int, ...]


def days_named(terms: Sequence[int], language: str, cut: Callable[[str], Sequence[int]]) -> int:
    """Bit n: the terms of a text name the n-th day of the week, Monday first; ``cut`` gives the terms of a name."""
    names, found, n = _names(language, cut), 0, 0
    while n < len(terms):
        for name, day in names.get(terms[n], ()):
            if tuple(terms[n : n + len(name)]) == name:
                found |= 1 << day
                n += len(name) - 1
                break
        n += 1
    return found


@cache
def _names(language: str, cut: Callable[[str], Sequence[int]]) -> dict[int, list[tuple[Terms, int]]]:
    """By its first term each name with its day, the longest first: "شنبه" ends the names of other days."""
    names: dict[int, list[tuple[Terms, int]]] = {}
    for known in (language,) if language else UNSTATED:
        for name, day in _spelt(known):
            terms = tuple(cut(name))
            if (terms, day) not in names.setdefault(terms[0], []):
                names[terms[0]].append((terms, day))
    for found in names.values():
        found.sort(key=lambda item: -len(item[0]))
    return names


def _spelt(language: str) -> list[tuple[str, int]]:
    try:
        days = Locale.parse(KNOWN_AS.get(language, language)).days
    except (UnknownLocaleError, ValueError):
        return []
    spelt = [(days[use]["wide"][day], day) for use in ("format", "stand-alone") for day in range(7)]
    spelt = [(name, day) for name, day in spelt if name not in OTHER_WORDS.get(language, ())]
    return spelt + [(name, day) for day, name in FORMS.get(language, {}).items()]
