"""A response → what its page says. Pure: reads no file but its own word lists, asks no clock, judges nothing.

    document, blocks                             bytes → tree → blocks of text
    not_article                                  why a page is none
    container, judge                             the element that holds the text; which of its blocks are the article's
    boilerplate                                  words that sites print around articles
    class_names, selector_names                  what class names say; what an element is called
    selectors                                    what an outlet's file says of its pages
    linked_data, script_text                     JSON-LD; text that stands only in a script
    bylines, source_lines                        where it is printed who wrote it, and whose work it is
    dated_lines, printed_dates, machine_dates    where its date may stand; moments as papers and as machines write them
    witness, fields, field_table                 what a witness is; a file a field, with its witnesses on top; a row a field
    extract                                      asks them in order
    testimony                                    all of them as a table

Article.evidence says which witness counted.
"""

from __future__ import annotations

from scrapers.pages.extract import read_article, teaser_links

__all__ = ["read_article", "teaser_links"]
