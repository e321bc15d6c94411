"""Reads an outlet's pages where they have always put their article, and learns where that is. Stores nothing.

    places    elements as CSS selectors, and back      lesson    what one page shows of its layout
    learning  lessons → a template                     reading   page, templates → what it says

The reader is the same (scrapers.pages): a template only tells it which part of the page to look at, and which words in it
are the site's. docs/decisions/how-is-an-outlets-layout-learnt.md says why.
"""

from __future__ import annotations

from scrapers.templates.learning import learn
from scrapers.templates.reading import Reading, read

__all__ = ["Reading", "learn", "read"]
