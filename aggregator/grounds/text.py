"""An article's text as the grounds are looked for in it: without what others say in quotation marks, sentence by sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.credit.names import unspaced
from aggregator.grounds.phrases import spaced
from storage.types import Article

LEAD = 2  # paragraphs in which a report says where it has its news from
LONGEST = 60_000  # characters of an article that are read
# Words in quotation marks that may be a name («Голосу Стрижавки»); longer ones are somebody's words.
LONGEST_QUOTED_NAME = 4
LONGEST_QUOTED_SIGNS = 12  # … and so many characters in a script without spaces
EVIDENCE = 1_000  # characters of a sentence that are kept as evidence: a longer one is no sentence

_QUOTED = re.compile(
    r"«[^«»]{0,1500}»|»[^«»]{0,1500}«|“[^“”„]{0,1500}[”“]|„[^„“”]{0,1500}[“”\"]|「[^」]{0,1500}」|『[^』]{0,1500}』"
    r"|”[^”]{1,1500}”|\"[^\"]{0,1500}\"|\"[^\"“”]{0,1500}”|“[^\"“”]{0,1500}\""
)
# A sign first: all that is none is passed at once. Behind it a break is one by itself, a Latin stop before a blank, an East Asian
# one anywhere. Behind a short word or a number ("Dr.", "U.S.", "3.") a stop ends no sentence.
_STOP = re.compile(
    r"[.!?…。！？؟।\n](?:(?<=\n)"
    r"|(?P<short>(?<=\b[^\W\d_]\.)|(?<=\b[^\W\d_]{2}\.)|(?<=\b[^\W\d_]{3}\.)|(?<=\d\.))?[.!?…。！？؟।]*[\"”’»」』)]*(?=\s|$)"
    r"|(?<=[。！？।]))"
)
_BLANKS = re.compile(" " * 8 + " *")  # written so, it is looked for three times as fast as " {8,}"


@dataclass(frozen=True, slots=True)
class Text:
    """The printed text; ``folded`` is of the same length, with blanks for quotations."""

    printed: str
    folded: str
    starts: tuple[int, ...]  # of the sentences
    lead: int  # where the text behind the lead begins
    head: int = 0  # where the text behind headline and standfirst begins
    spoken: tuple[tuple[int, int], ...] = ()  # where somebody's words stand in quotation marks

    def sentence(self, at: int) -> int:
        """The number of the sentence that a character stands in."""
        return bisect_right(self.starts, at) - 1

    def span(self, n: int) -> tuple[int, int]:
        """Where a sentence begins and ends."""
        return self.starts[n], self.starts[n + 1] if n + 1 < len(self.starts) else len(self.printed)

    def quotations(self, n: int) -> list[tuple[int, int]]:
        """Somebody's words in a sentence, or that end where it begins."""
        start, end = self.span(n)
        return [span for span in self.spoken if span[0] < end and span[1] >= start - 1]

    def words(self, n: int) -> str:
        """A sentence as evidence."""
        start, end = self.span(n)
        said = " ".join(self.printed[start:end].split())
        return said if len(said) <= EVIDENCE else said[: EVIDENCE - 1] + "…"


def read_text(article: Article, paragraphs: Sequence[str]) -> Text:
    """Headline, standfirst and the paragraphs given."""
    head = [article.headline or "", article.standfirst or ""]
    printed = "\n".join((*head, *paragraphs))[:LONGEST]
    plain = "\n".join(without_quotations(paragraph) for paragraph in printed.split("\n"))
    spoken = tuple(found.span() for found in _BLANKS.finditer(plain) if _between_marks(plain, found))
    stops = (stop.end() for stop in _STOP.finditer(plain) if stop["short"] is None)
    starts = (0, *(stop for stop in stops if stop < len(plain)))
    lead = sum(len(part) + 1 for part in (*head, *paragraphs[:LEAD]))
    return Text(printed, spaced(plain), starts, lead, sum(len(part) + 1 for part in head), spoken)


def without_quotations(paragraph: str) -> str:
    """The same paragraph, of the same length, with blanks for what stands in quotation marks, but for short names.

    >>> without_quotations('"We saw it," he told us.')
    '"          " he told us.'
    """
    return _QUOTED.sub(_blank, paragraph)


def _between_marks(plain: str, blanks: re.Match[str]) -> bool:
    start, end = blanks.span()
    return plain[max(0, start - 1) : start] in tuple('«»“„"”「『') and plain[end : end + 1] in tuple('»«”“"」』')


def _blank(quoted: re.Match[str]) -> str:
    inside = quoted[0][1:-1]
    long = len(inside.split()) > LONGEST_QUOTED_NAME or re.search(r"[.!?,;:]", inside) is not None
    if long or (len(inside) > LONGEST_QUOTED_SIGNS and unspaced(inside[0])):
        return quoted[0][0] + " " * len(inside) + quoted[0][-1]
    return quoted[0]
