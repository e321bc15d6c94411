"""Two versions of an article: which sentences changed, of which kind each change is, and whether any is of substance.

Which mistake is worse: a change of substance that nobody sees. So all is of substance that is not surely cosmetic: white
space and typography, a line that only says when the page was changed, the byline, a caption, another order of the same
sentences. "Iran" for "Iraq" is one letter; no change of a word is too small.

A name is told by its capital amid a sentence; in German, where every noun has one, and in scripts without capitals, such a
change is one of words. Intent is not judged: what an outlet calls a correction, an update or a new text is a change here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import regex
from babel import Locale, UnknownLocaleError

from aggregator.revisions.sentences import is_number, quotations, sentences, words
from storage.types import Article

RULES = 2

COSMETIC = ("typography", "updated at", "byline", "caption", "order")
ALIKE = 0.5  # of their words, from which two sentences are one that was changed. Not measured: .4 to .6 pair the same by eye
FEW = 3  # words of a sentence up to which letters are compared
LONG = 2_000  # words of a sentence from which it is taken whole: difflib needs time with the square of it
MANY = 5_000  # sentences of a text from which only what is gone and what is new is told
CAPITAL_NOUNS = ("de", "lb")
STAMP_WORDS = 4  # of a line that only says when a page was changed, beside its dates: "Last updated on", "Обновлено в"
CLOCK = regex.compile(
    r"(?<!\d)\d{1,2}\s?(?:[:.hH]|時|时|시|点|點)\s?\d{2}(?:\s?分|\s?분)?(?!\d)(?:\s?[AaPp]\.?[Mm]\.?)?"
)
DAY = regex.compile(
    r"(?<!\d)(?:\d{4}\s?[-./年년]\s?\d{1,2}\s?[-./月월]\s?\d{1,2}\s?[日일]?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})(?!\d)"
)
CLOSED = regex.compile(r"[.!?。！？।؟۔]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One sentence, or one field, that is another one now."""

    kind: str  # headline | number | name | quotation | words | added or removed sentence or paragraph | credit | of COSMETIC
    where: str  # headline | standfirst | text | byline | credit | caption
    before: str | None  # None: it was not there
    after: str | None  # None: it is gone

    @property
    def substance(self) -> bool:
        """Whether it may change what a reader learns."""
        return self.kind not in COSMETIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What became of one version in the next, in the order of the page."""

    changes: tuple[FieldChange, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Each kind once, those of substance first."""
        found = dict.fromkeys(change.kind for change in self.changes)
        return tuple(sorted(found, key=lambda kind: kind in COSMETIC))

    @property
    def substance(self) -> bool:
        """Whether any change is one of substance."""
        return any(change.substance for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    paragraph: int
    alone: bool  # it is the whole paragraph

    @property
    def words(self) -> tuple[str, ...]:
        return words(self.text)


def compare(before: Article, after: Article) -> Revision:
    """What changed from one version of an article to the next."""
    language = after.language or before.language or ""
    return Revision(
        changes=(
            *_field("headline", before.headline, after.headline),
            *_texts("standfirst", [before.standfirst or ""], [after.standfirst or ""], language),
            *_texts("text", before.body, after.body, language),
            *_lists(before, after),
        )
    )


def _field(name: str, before: str | None, after: str | None) -> Iterator[FieldChange]:
    if before != after:
        same = words(before or "") == words(after or "")
        yield FieldChange(kind="typography" if same else name, where=name, before=before, after=after)


def _lists(before: Article, after: Article) -> Iterator[FieldChange]:
    """Who wrote it, whom it credits, what stands under its picture.

    The reader hands the first and last paragraphs over as lines too; what changes in them is told of the text.
    """
    for name, where in (("byline", ("byline",)), ("credit", ("dateline", "start", "end")), ("caption", ("caption",))):
        old, new = (
            [line.text for line in one.sourcing_lines if line.where in where and line.text not in one.body]
            for one in (before, after)
        )
        if name == "byline":
            old, new = [*before.authors, *old], [*after.authors, *new]
        if [words(line) for line in old] != [words(line) for line in new]:
            yield FieldChange(kind=name, where=name, before="; ".join(old) or None, after="; ".join(new) or None)


def _texts(where: str, before: Sequence[str], after: Sequence[str], language: str) -> Iterator[FieldChange]:
    old, new = _parted(before), _parted(after)
    if [one.text for one in old] == [one.text for one in new]:
        return
    gone: list[_Sentence] = []
    come: list[_Sentence] = []
    pairs: list[tuple[_Sentence | None, _Sentence | None]] = []
    for removed, added in _runs(old, new):
        paired = list(_paired(removed, added))
        gone += [a for a, b in paired if a and not b]
        come += [b for a, b in paired if b and not a]
        pairs += paired
    moved = Counter(one.words for one in gone) & Counter(one.words for one in come)
    left, right = Counter(moved), Counter(moved)
    whole_old, whole_new = _whole(old, gone), _whole(new, come)
    for a, b in pairs:
        if a and b:
            yield from _changed(where, a, b, language)
        elif a:
            yield _one(where, a, None, language, left, a.paragraph in whole_old)
        elif b:
            yield _one(where, None, b, language, right, b.paragraph in whole_new)


def _one(
    where: str, a: _Sentence | None, b: _Sentence | None, language: str, moved: Counter[tuple[str, ...]], whole: bool
) -> FieldChange:
    """A sentence that came, went, or stands elsewhere now."""
    one = a or b
    assert one
    text = {"before": a.text if a else None, "after": b.text if b else None}
    if not one.words:
        return FieldChange(kind="typography", where=where, **text)
    if moved[one.words] > 0:
        moved[one.words] -= 1
        return FieldChange(kind="order", where=where, **text)
    if _is_stamp(one, language):
        return FieldChange(kind="updated at", where=where, **text)
    return FieldChange(
        kind=f"{'removed' if a else 'added'} {'paragraph' if whole else 'sentence'}", where=where, **text
    )


def _changed(where: str, a: _Sentence, b: _Sentence, language: str) -> Iterator[FieldChange]:
    if a.text == b.text:
        return
    yield FieldChange(kind=_kind(a, b, language), where=where, before=a.text, after=b.text)


def _kind(a: _Sentence, b: _Sentence, language: str) -> str:
    if quotations(a.text) != quotations(b.text):
        return "quotation"
    if a.words == b.words:
        return "typography"
    if _is_stamp(a, language) and _is_stamp(b, language):
        return "updated at"
    old, new = Counter(a.words), Counter(b.words)
    others = (old - new) + (new - old)
    if any(is_number(word) for word in others):
        return "number"
    if language not in CAPITAL_NOUNS and any(word in others for one in (a, b) for word in _capitals(one.text)):
        return "name"
    return "words"


def _capitals(text: str) -> Iterator[str]:
    """The words amid a sentence that begin with a capital, as ``words`` has them."""
    found = regex.findall(r"[\p{L}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*", unicodedata.normalize("NFKC", text))
    for word in found[1:]:
        if word[0].isupper():
            yield from words(word)


def _is_stamp(one: _Sentence, language: str) -> bool:
    """Is it a line that only says when the page was changed: a short paragraph, no sentence, with a time and no other number?"""
    if not one.alone or len(one.text) > 100 or CLOSED.search(one.text):
        return False
    rest, times = CLOCK.subn(" ", one.text)
    rest, days = DAY.subn(" ", rest)
    left = words(rest)
    months = _months(language)
    dated = [word for word in left if word in months]
    numbers = [word for word in left if is_number(word)]
    if dated:  # "2 March 2026": a day and a year beside the month
        numbers = [word for word in numbers if not _of_a_date(word)]
    others = [word for word in left if word not in months and not is_number(word)]
    return bool(times or days or dated) and not numbers and len(others) <= STAMP_WORDS


def _of_a_date(word: str) -> bool:
    return word.isdecimal() and (0 < int(word) <= 31 or 1900 < int(word) < 2100) if len(word) <= 4 else False


@cache
def _months(language: str) -> frozenset[str]:
    """The names of months in English and in a language, as CLDR has them."""
    found: set[str] = set()
    for code in {language, "en"}:
        try:
            months = Locale.parse(code.replace("-", "_")).months
        except (UnknownLocaleError, ValueError):
            continue
        for kinds in months.values():
            for width in ("wide", "abbreviated"):
                found |= {word for name in kinds.get(width, {}).values() for word in words(str(name))}
    return frozenset(word for word in found if not is_number(word))


def _parted(paragraphs: Iterable[str]) -> list[_Sentence]:
    found = []
    for n, paragraph in enumerate(paragraphs):
        parts = sentences(paragraph)
        found += [_Sentence(part, n, len(parts) == 1) for part in parts]
    return found


def _runs(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[tuple[list[_Sentence], list[_Sentence]]]:
    """The runs of sentences that differ, as they stood and as they stand."""
    if len(old) + len(new) > MANY:
        left, right = Counter(one.text for one in old), Counter(one.text for one in new)
        yield _more_than(old, left - right), _more_than(new, right - left)
        return
    match = SequenceMatcher(None, [one.text for one in old], [one.text for one in new], autojunk=False)
    for kind, a, b, c, d in match.get_opcodes():
        if kind != "equal":
            yield list(old[a:b]), list(new[c:d])


def _more_than(every: Iterable[_Sentence], wanted: Counter[str]) -> list[_Sentence]:
    found = []
    for one in every:
        if wanted[one.text] > 0:
            wanted[one.text] -= 1
            found.append(one)
    return found


def _paired(
    removed: Sequence[_Sentence], added: Sequence[_Sentence]
) -> Iterator[tuple[_Sentence | None, _Sentence | None]]:
    """Each sentence beside what became of it, in order; None where nothing did."""
    start = 0
    for one in removed:
        best = max(range(start, len(added)), key=lambda n: _likeness(one, added[n]), default=None)
        if best is not None and _likeness(one, added[best]) >= ALIKE:
            yield from ((None, other) for other in added[start:best])
            yield one, added[best]
            start = best + 1
        else:
            yield one, None
    yield from ((None, other) for other in added[start:])


def _likeness(a: _Sentence, b: _Sentence) -> float:
    """The share of words, or where spaces part none of letters, that both have."""
    short = min(len(a.words), len(b.words)) <= FEW  # a sentence without spaces is one word
    left, right = (Counter("".join(one.words) if short else one.words) for one in (a, b))
    total = left.total() + right.total()
    if not total or total > LONG:
        return float(a.words == b.words)
    return 2 * (left & right).total() / total


def _whole(every: Iterable[_Sentence], some: Iterable[_Sentence]) -> set[int]:
    """The paragraphs of which each sentence is among some."""
    total, here = Counter(one.paragraph for one in every), Counter(one.paragraph for one in some)
    return {paragraph for paragraph, count in here.items() if count == total[paragraph]}
