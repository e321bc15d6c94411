"""Where a line names its publisher: by what the page calls it, or by the letters of its host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from aggregator.credit.names import unspaced
from aggregator.credit.registry import Registry
from aggregator.credit.tokens import PUBLISHER, Token
from storage.spelling import fold

LONGEST_LABEL = 300  # characters; in longer text an unknown publisher is not looked for
_SHORTEST_NAME = 3  # letters
# Signs that stand for a name in an unspaced script without its legal form: "毎日新聞社" of "株式会社…".
_SHORTEST_END = 4
_KIND = re.compile(r"(?:mag|magazine|online|media|tv)$")  # what a host adds to a long name
_LONG_NAME = 8  # letters, with which a host is known without what it adds


def publisher_names(
    text: str, folded: str, publisher: str | None, registry: Registry, names: tuple[str, ...]
) -> Iterator[Token]:
    """Where the line names its publisher: by what the page calls it, or by the letters of its host, "Business Insider"."""
    if publisher is None:
        return
    printed, called = _called(names)
    if any(form in text for form in printed):
        for found in called.finditer(text):
            yield Token("name", *found.span(), found.end(), PUBLISHER, upper=True)
    known = registry.get(publisher)
    if known is not None and len((known.domain or "").split(".")[0]) <= _LONG_NAME:
        return  # its names are in the registry; only the letters of a long host are nobody else's
    host, forms, pattern = _letters_of(known.domain if known and known.domain else publisher)
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


@lru_cache(maxsize=1024)
def _called(names: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    """All forms of the names, and their pattern.

    As printed, all in capitals, hosts in any case, or by their initials ("MND" of "Mexico News Daily").
    """
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
    return frozenset(forms | initials), re.compile(rf"(?<![\w@])(?:{'|'.join(either)})(?!\w)")


def _initials(name: str) -> str | None:
    words = name.split()
    letters = "".join(word[0] for word in words if word[0].isupper())
    return letters if len(letters) > 1 and len(letters) == len(words) else None


@lru_cache(maxsize=1024)
def _letters_of(publisher: str) -> tuple[str, tuple[str, ...], re.Pattern[str]]:
    """A host; its names without blanks and hyphens; and the pattern of all ways to print them."""
    host = fold(publisher).removeprefix("www.")
    names = [host.split(".")[0]]
    if len(bare := _KIND.sub("", names[0])) > _LONG_NAME:
        names.append(bare)
    spaced = ["[ -]?".join(re.escape(char) for char in name if char.isalnum()) for name in names]
    either = "|".join(name for name in spaced if len(names[0]) >= _SHORTEST_NAME)
    bare_forms = ("".join(filter(str.isalnum, name)) for name in names)
    forms = (host.replace("-", "").replace(" ", ""), *bare_forms)
    return host, forms, re.compile(rf"(?:(?:www\.)?{re.escape(host)}{'|' + either if either else ''})(?!\w)")
