"""What a page calls its text, and whose the page is: words as they stand. What they mean, aggregator/kind.py says."""

from __future__ import annotations

from scrapers.pages import linked_data
from scrapers.pages.blocks import Blocks
from scrapers.pages.document import Document, every, words

PLAIN = frozenset({"NewsArticle", "Article", "BlogPosting", "WebPage", "ItemPage", "CreativeWork", "Report"})
"""JSON-LD types that every text of a site has: they say nothing of this one."""
RUBRIC = 40  # characters; what stands longer over a headline is a sentence
OVER = 2  # blocks over the headline in which a rubric may stand
IMPRINT = 300  # characters; a longer one is a page of terms


def read_labels(document: Document, page: Blocks, h1: tuple[int, int] | None) -> tuple[str, ...]:
    """The telling JSON-LD types, then short lines right over the headline, none of a menu."""
    types = [kind for kind in linked_data.types(document.linked) if kind not in PLAIN]
    near = page.blocks[max(0, h1[0] - OVER) : h1[0]] if h1 else []
    over = [block for block in near if next(block.element.iterancestors("nav", "ul", "ol", "menu"), None) is None]
    return tuple(dict.fromkeys([*types, *(block.text for block in over if len(block.text) <= RUBRIC)]))


def read_imprint(document: Document) -> str | None:
    """The last line with a copyright sign: whose the page says it is. None: it has none."""
    for node in reversed(every(document.root, "descendant-or-self::*[text()[contains(., '©')]]")):
        said = words(node)
        if 1 < len(said) <= IMPRINT:
            return said
    return None
