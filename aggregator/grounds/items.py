"""Whose each paragraph of a digest or a live blog is. Which of them a story is about, the count of origins says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aggregator.credit.registry import Registry
from aggregator.credit.rules import read_credits
from aggregator.kind import kind_of
from storage.types import WHOSE_TEXT, Article, Credit

LONGEST = 400  # characters of a paragraph that are kept: they say which it is


def items_of(article: Article, registry: Registry) -> Iterator[Credit]:
    """The credits of each paragraph, of kind "item"; nothing for any other text."""
    kind = kind_of(article)
    if kind is None or kind.name not in ("digest", "live"):
        return
    for paragraph in article.body:
        for credit in read_credits(paragraph, context="end", publisher=article.outlet, registry=registry):
            if credit.relation in WHOSE_TEXT and credit.role in ("agency", "outlet", "unnamed"):
                yield replace(credit, kind="item", words=paragraph[:LONGEST], start=0, end=0)
