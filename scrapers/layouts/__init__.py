"""Reads an outlet's pages where they have always put their article, and learns where that is. Stores nothing.

    selectors    elements as CSS selectors, and back
    sample       what one page shows of its layout
    learn        samples → a layout
    apply        page, layouts → what it says

The reader is the same (scrapers.pages): a layout only tells it which part of the page to look at, and which words in it
are the site's. docs/decisions/how-is-an-outlets-layout-learnt.md says why.
"""

from __future__ import annotations

from scrapers.layouts.apply import Reading, explain, read_page
from scrapers.layouts.learn import learn_layout

__all__ = ["Reading", "explain", "learn_layout", "read_page"]
