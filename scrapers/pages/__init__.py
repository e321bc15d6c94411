"""A response → what its page says. Pure: reads no file but its own word lists, asks no clock, judges nothing.

    markup      bytes → tree            blocks     tree → blocks of text
    marks       what class names say    boilerplate  words that sites print around articles
    body        blocks → the article's  headline people moments picture sourcing language: a field each
    linked_data JSON-LD                 refusal    why a page is no article

Each field has a chain of evidence, best witness first, told in docs/reading.md; Article.evidence says which one spoke.
"""

from __future__ import annotations

from scrapers.pages.extract import read_article, teaser_links

__all__ = ["read_article", "teaser_links"]
