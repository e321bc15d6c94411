"""The language of an article that states none, as far as its first words tell: guessed for the reading alone, stored nowhere.

Both halves of the sample are classified, each once: whoever must not be wrong asks whether they agree, whoever must choose
takes the whole.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from storage.types import Article

SAMPLE = 400
"""Characters that a language is guessed from. On 992 texts of real pages in eleven languages halves of 200, 300, 400 and 600
never named two languages where the others agreed on one; 600 take three times as long, a fifth of the whole merge."""
LONGER = 1200
"""Characters that are read where the sample's halves differ, as in 8 of 8,000 English articles (names, a foreign title): by
these all eight are English, and without a language the words of all languages would count in them."""
_MET = 1024  # samples: the articles of two batches, which the grounds and then the search ask for


def sure_language(article: Article) -> str | None:
    """As stated; else what both halves of a sample say, if one thing (ISO 639-1). None: too short, or they differ."""
    text = article.text
    if article.language or len(text) < SAMPLE:
        return article.language
    longer = len(text) > LONGER // 2
    return _agreed(text[:SAMPLE], SAMPLE // 2) or (_agreed(text[:LONGER], LONGER // 2) if longer else None)


def likely_language(article: Article) -> str | None:
    """The primary subtag of what is stated; else the likeliest (ISO 639-1). None: there is no text to tell it by."""
    if language := sure_language(article):
        return language.partition("-")[0].lower()
    return _classified(article.text[:SAMPLE]) if article.text else None


@lru_cache(maxsize=_MET)
def _agreed(sample: str, half: int) -> str | None:
    """What the first ``half`` characters of a sample and the rest are both classified as."""
    first, second = _classified(sample[:half]), _classified(sample[half:])
    return first if first == second else None


def _classified(sample: str) -> str:
    return str(_langid().classify(sample)[0])


@cache
def _langid() -> Any:
    import py3langid  # 0.13 s to load

    return py3langid
