"""Which paragraph of a digest is about a story: the one that shares most words with the story's other articles."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from storage.spelling import fold
from storage.types import Article

_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")
_DENSE = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]+")


def vocabulary(articles: Iterable[Article]) -> frozenset[str]:
    """The words of some articles: of four letters or more, or two characters of a script without spaces."""
    found: set[str] = set()
    for article in articles:
        found |= _words(f"{article.headline or ''} {article.text}")
    return frozenset(found)


def item(article: Article, others: frozenset[str]) -> str | None:
    """The paragraph that shares most words with the others, for its length; None where none shares any."""

    def alike(paragraph: str) -> float:
        words = _words(paragraph)
        return len(words & others) / math.sqrt(max(1, len(words)))

    best = max(article.body, key=alike, default=None)
    return best if best is not None and alike(best) > 0 else None


def _words(text: str) -> set[str]:
    folded = fold(text)
    dense = {run[n : n + 2] for run in _DENSE.findall(folded) for n in range(len(run) - 1)}
    return {*_WORD.findall(folded), *dense}
