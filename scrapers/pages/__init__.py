"""A response → what its page says. Pure: reads no file but its own word lists, asks no clock, judges nothing.

    document    bytes → tree               blocks       tree → blocks of text
    class_names what class names say       boilerplate  words that sites print around articles
    fields/     a file a field, with its witnesses on top; what a witness is: witness.py
    testimony   all of them as a table     linked_data  JSON-LD
    extract     asks them in order         not_article  why a page is none

Article.evidence says which witness counted.
"""

from __future__ import annotations

from scrapers.pages.extract import read_article, teaser_links

__all__ = ["read_article", "teaser_links"]
