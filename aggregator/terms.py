"""The words of an article that say which event it reports, as counted terms. Knows no other article, so weighs nothing.

Language-neutral: a term is a run of letters or digits, folded only in case and width, never to ASCII: "Kyjiw" and "Київ"
stay apart, and a place keeps the accents that tell it from another. Scripts without spaces give pairs of neighbouring signs.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import xxhash

from storage.types import Article

WORDS_READ = 400  # of a text, from its start: news says first what happened
HEADLINE = 3  # a word of the headline counts as so many in the text
LEAD = 2  # … one of the first LEAD_WORDS
LEAD_WORDS = 40
NAME = 2  # … a capitalised word that does not open a sentence, times this
STEM = 6  # letters that are kept of a word: a cheap stem in every language that inflects at the end

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+"
)
SENTENCE_END = re.compile(r"[.!?。！？:\n“\"«„]\W*$")  # noqa: RUF001

Terms = tuple[np.ndarray, np.ndarray]  # hashes (uint32, ascending), counts (uint16)


def of(article: Article) -> Terms:
    """Each term of an article once, with how often it counts."""
    counts: dict[str, int] = {}
    for term in _terms(article.headline or ""):
        counts[term] = counts.get(term, 0) + HEADLINE
    for place, term in enumerate(_terms(article.text, WORDS_READ)):
        counts[term] = counts.get(term, 0) + (LEAD if place < LEAD_WORDS else 1)
    hashes = np.array(
        [xxhash.xxh32_intdigest(term.encode("utf-8", "surrogatepass")) for term in counts], dtype=np.uint32
    )
    numbers = np.array(list(counts.values()), dtype=np.uint16)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], numbers[order]


def _terms(text: str, limit: int | None = None) -> list[str]:
    found: list[str] = []
    for match in WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match.group()
        if UNSPACED.match(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word.casefold()[:STEM])
        if limit is not None and len(found) >= limit:
            break
    return found
