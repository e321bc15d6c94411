"""Any text made fit for a document or a terminal: XML 1.0's characters, HTML that shows text, links that lead to the web."""

from __future__ import annotations

import html
import re

# https://www.w3.org/TR/xml/#NT-Char: everything else, lone surrogates included, makes a document ill-formed. The controls from
# U+007F on are allowed and discouraged there: some terminals obey them, and no text needs them.
# The two overrides (U+202D, U+202E) are allowed, but turn the order of all that follows, and no language needs them in running
# text: "\u202egnp.exe" must not show as "exe.png".
NOT_TEXT = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\u202c\u202f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Letters that steer a terminal or turn the order of a line instead of being seen: they are shown as what they are not.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
LONGEST = 2_000  # characters of a headline in a feed: some sixty times the usual length
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})  # ISO 639 codes


def clean(text: str) -> str:
    """The text with a replacement character where XML (or for lone surrogates UTF-8) has none, or where one turns the line."""
    return NOT_TEXT.sub("\ufffd", text)


def printable(text: object) -> str:
    """A text for a terminal: what would steer it is replaced, so that a headline can't move the cursor or turn a line round.

    >>> printable("Fire \x1b[2J at \u202eecnarF")
    'Fire \ufffd[2J at \ufffdecnarF'
    """
    return STEERING.sub("\ufffd", str(text))


FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula when a cell begins so


def csv_cell(text: str) -> str:
    """A text for a cell of a CSV file: nothing steers, and what a spreadsheet would run gets an apostrophe in front."""
    text = printable(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def spelt_out(data: str) -> str:
    """JSON text in which every letter that steers is written as \\uXXXX: the same data, and safe to show on a terminal."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", data)


def escape(text: str) -> str:
    """The text as HTML that shows it."""
    return html.escape(clean(text))


def web(url: str | None) -> str | None:
    """The address if it leads to the web; None for any other ("javascript:…"), so that no item carries a trap."""
    found = clean(url).strip() if url else ""
    return found if re.match(r"https?://[^\s/]+", found, re.IGNORECASE) else None


def cut(text: str) -> str:
    """A headline as it is, but for one that somebody made endless."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def link(url: str | None, text: str) -> str:
    """HTML: the text, linked where the address leads to the web."""
    target = web(url)
    return f'<a href="{html.escape(target)}">{escape(text)}</a>' if target else escape(text)


def marked(language: str | None) -> str:
    """HTML attributes that say in which language and direction a text is; "" where its language is not known."""
    if not language:
        return ""
    return f' lang="{escape(language)}"' + (' dir="rtl"' if language in RIGHT_TO_LEFT else "")
