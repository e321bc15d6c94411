"""What kind of text an article is, and which words say so. Not known, where nothing says it.

Kinds: opinion, satire, obituary, digest, live, analysis, interview, release, statement, fact check, correction, report, brief.
A report has a mark where the page says reportage; most pages say nothing, and then the kind is not known.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aggregator.credit.names import unspaced
from storage.spelling import fold
from storage.types import Article

FILE = Path(__file__).with_name("kind.toml")
LONGEST_LABEL = 40  # characters of a rubric
LONGEST_BYLINE = 80  # characters; a longer one is a sentence. Half and twice as many: docs/constants.md
OPENING = 12  # characters of a byline in which the word stands: "Ein Kommentar von …", "Колонка Олега Бичка"
ENTRIES = 3  # paragraphs that begin with a time make a live blog
HEAD = 200  # characters of a paragraph that are looked at for words within the first 24: the longest have 30
BRIEF = 70  # words, two characters of a script without spaces being one; agencies' briefs have one to three sentences
SIGNATURE = 60  # characters at the end of a paragraph in which a signature stands
ITEMS = 3  # paragraphs that each end with another's signature make a digest
_TIME = re.compile(
    r"^\W{0,2}(?:[01]?\d|2[0-3])\s?(?:[.:h時点時]|시)\s?[0-5]\d\b|^\W{0,2}(?:[01]?\d|2[0-3])\s?(?:Uhr|h)\b"
)
_SIGNED = re.compile(r"[(（\[]([^()（）\[\]]{2,30})[)）\]]\s*\.?$|(?:—|–|-)\s([A-Z]{2,6})$")
_PART = re.compile(r"[:：|–—]| - ")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of text with the words that say so."""

    name: str
    words: str


@cache
def _rows() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def _types(kind: str) -> frozenset[str]:
    """A kind's JSON-LD types."""
    return frozenset(_rows()[kind].get("types", ()))


@cache
def _words(kind: str, language: str | None = None) -> re.Pattern[str]:
    """A kind's words, in one language or, where it has none or none is given, in all."""
    rows = _rows()[kind]
    own = [language] if language and language in rows else rows.keys() - {"types"}
    phrases = {fold(phrase) for one in own for phrase in rows[one]}
    either = "|".join(
        re.escape(p.rstrip("*")) + (r"\w*" if p.endswith("*") else "") for p in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


@cache
def _within(kind: str, first: int) -> re.Pattern[str]:
    """A kind's words behind at most so many characters: a search would go through all of a long paragraph for them."""
    return re.compile(rf"(?s:.{{0,{first}}}?){_words(kind).pattern}")


def kind_of(article: Article) -> Kind | None:
    """The kind of an article; None: a report, or not known."""
    return next(_kinds(article), None)


def _kinds(article: Article) -> Iterator[Kind]:
    labels = [label for label in (*article.labels, article.section or "") if label]
    for label in labels:
        yield from (Kind(kind, label) for kind in _rows() if kind != "report" and label in _types(kind))
    short = [fold(label) for label in labels if len(label) <= LONGEST_LABEL]
    for kind in ("satire", "opinion", "obituary", "live", "digest", "fact check", "correction", "release", "statement"):
        pattern = _words(kind)
        yield from (Kind(kind, label) for label in short if pattern.fullmatch(label.strip()) or pattern.match(label))
    headline = fold(article.headline or "")
    parts = [part.strip(" \"'") for part in _PART.split(headline)]
    for kind in ("satire", "opinion", "live", "digest", "obituary", "fact check", "correction", "interview"):
        pattern = _words(kind, article.language)
        if len(parts) > 1 or kind == "digest":
            ends = (parts[0], parts[-1]) if len(parts) > 1 else (headline,)
            for part in ends:
                if pattern.fullmatch(part) or (
                    kind in ("digest", "live") and pattern.match(part) and len(part) <= LONGEST_LABEL
                ):
                    yield Kind(kind, article.headline or "")
    for line in article.sourcing_lines:
        said = fold(line.text)
        if line.where == "byline" and len(said) <= LONGEST_BYLINE:
            for kind in ("satire", "opinion"):
                if (found := _words(kind, article.language).search(said)) and found.start() <= OPENING:
                    yield Kind(kind, line.text)
    if sum(_TIME.match(p) is not None for p in article.body) >= ENTRIES:
        yield Kind("live", next(p for p in article.body if _TIME.match(p))[:60])
    signed = [match[1] or match[2] for p in article.body if (match := _SIGNED.search(p, max(0, len(p) - SIGNATURE)))]
    if len(signed) >= ITEMS and len(set(map(fold, signed))) >= 2:
        yield Kind("digest", ", ".join(signed))
    if any(_within("release", 2 * OPENING).match(fold(p[:HEAD])) for p in article.body[-2:]):
        yield Kind("release", article.body[-1][:80])
    for opening in (headline, fold(article.body[0]) if article.body else ""):
        if found := _words("statement", article.language).match(opening):
            yield Kind("statement", found[0])
    yield from (Kind("report", label) for label in short if _words("report", article.language).fullmatch(label.strip()))
    yield from (Kind("report", label) for label in labels if label in _types("report"))
    length = 0.0
    for word in article.text.split(maxsplit=BRIEF + 1):
        length += len(word) / 2 if unspaced(word[0]) else 1
    if article.body and length <= BRIEF:
        yield Kind("brief", f"{math.ceil(length)} words")
