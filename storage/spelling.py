"""One spelling for many: the same word however it is printed, with every character where it stood.

Judges nothing. ``len(fold(text)) == len(text)`` always holds, so a span found in the folded text is one of the printed.
"""

from __future__ import annotations

import re
import unicodedata

from storage.characters import LONG, CharacterTable

# Letters without a canonical decomposition that outlets exchange freely with plain ones.
_ALIKE = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ё": "е", "ѐ": "е", "ѝ": "и", "ґ": "г"}
_ARABIC = {"ی": "ي", "ى": "ي", "ک": "ك", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ۀ": "ه", "ة": "ه", "ـ": " "}
_QUOTES = dict.fromkeys("„“”«»‟″「」『』《》〈〉‹›＂", '"') | dict.fromkeys("’‘ʻʼ‛`´ʹ′", "'")
_DASHES = dict.fromkeys("‐‑‒－", "-") | dict.fromkeys("―─", "—")
_SPACES = dict.fromkeys("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029\u00a0\u200b\u2060\ufeff\u200e\u200f", " ")


def _plain_latin() -> dict[str, str]:
    """Latin letters with a mark, to the letter without it; marks of other scripts tell letters apart and stay."""
    latin = (chr(code) for block in (range(0xC0, 0x250), range(0x1E00, 0x1F00)) for code in block)
    bare = {letter: unicodedata.normalize("NFD", letter)[0] for letter in latin}
    return {letter: base for letter, base in bare.items() if base.isascii() and base.isalpha()}


def _wide() -> dict[str, str]:
    """Full-width forms (U+FF01 to U+FF5E) and spaces of every width."""
    forms = {chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    return forms | dict.fromkeys((chr(code) for code in (*range(0x2000, 0x200B), 0x202F, 0x3000)), " ")


_PLAIN = _wide() | _plain_latin() | _ALIKE | _ARABIC | _QUOTES | _DASHES | _SPACES
# Two to five times faster than str.translate, whatever the script.
_OTHERS = re.compile(f"[{re.escape(''.join(_PLAIN))}]")


def fold(text: str) -> str:
    """Lower case, Latin without accents, one kind of quotation mark, apostrophe, space and Arabic alif; same length.

    >>> fold("ČTK «Кабар» İHA’nın")
    'ctk "кабар" iha\\'nin'
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    if len(text) > LONG and "Σ" not in text:  # whose small letter depends on whether the word goes on
        folded = _FOLDED.change(text)
        if folded is not None:
            return folded
    return _fold(text)


def _fold(text: str) -> str:
    # "İ" is the one letter whose lower case is two characters long.
    return _OTHERS.sub(lambda found: _PLAIN[found[0]], text.replace("İ", "i").lower())


_FOLDED = CharacterTable(_fold)
