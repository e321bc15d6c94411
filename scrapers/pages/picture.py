"""The lead picture with its caption and its printed credit. The first figure of the article; else the one that the head names."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml import etree

from scrapers.pages.blocks import Block
from scrapers.pages.markup import Document
from storage.types import Picture

LABEL = re.compile(
    r"(?:^|[\s(\[|])((?:photo(?:graph)?|foto|bild|image|picture|credit|quelle|source|crédit|фото|ph|imagen|kuva|zdjęcie|fot|fotó|사진)(?:s|credits?)?\s*(?:by|de|:|/|credit:)\s*.{2,160})$",
    re.IGNORECASE,
)
SIGN = re.compile(r"((?:©|\(c\))\s*.{2,120})$", re.IGNORECASE)
BRACKET = re.compile(r"([(\[][^()\[\]]{2,80}[)\]])[\s.]*$")
SLASHED = re.compile(
    r"(?:[.!?…”\"»]\s+|\s[|–—-]\s+|/\s)([^.!?]{2,90}(?:/|via|©|Images|Photo|AFP|AP|Reuters|REUTERS|dpa|EPA|Getty)[^.!?]{0,60})$"
)
CREDIT_CLASS = re.compile(
    r"credit|copyright|source|photographer|rights|attribution|byline|agency|imagen-autor", re.IGNORECASE
)


def read(page: Document, captions: list[Block]) -> Picture | None:
    """The lead picture; None where the page shows and names none."""
    url = _address(page)
    caption, credit = _lead_caption(captions)
    if url is None and caption is None and credit is None:
        return None
    return Picture(url=url, caption=caption, credit=credit or (credit_in(caption) if caption else None))


def _address(page: Document) -> str | None:
    image = page.linked.get("image")
    image = image[0] if isinstance(image, list) and image else image
    said = (
        page.meta.get("og:image")
        or (image.get("url") if isinstance(image, dict) else image)
        or page.meta.get("twitter:image")
    )
    if not isinstance(said, str) or not said.strip() or said.startswith("data:"):
        return None
    try:
        return urljoin(page.url, said.strip())
    except ValueError:
        return None


def _lead_caption(captions: list[Block]) -> tuple[str | None, str | None]:
    """The words under the first figure, parted where the credit has an element of its own."""
    if not captions:
        return None, None
    home = _figure(captions[0].element)
    same = [block for block in captions if home is not None and _figure(block.element) is home] or captions[:1]
    names = [
        b
        for b in same
        if CREDIT_CLASS.search(b.element.get("class") or "") and "caption" not in (b.element.get("class") or "")
    ]
    words = [b.text for b in same if b not in names]
    return " ".join(words) or None, " ".join(b.text for b in names) or None


def _figure(element: etree._Element) -> etree._Element | None:
    around: etree._Element | None = element
    for _ in range(5):
        if around is None:
            return None
        if around.tag == "figure":
            return around
        around = around.getparent()
    return element.getparent()


def credit_in(caption: str) -> str | None:
    """The words of a caption that hold its credit.

    >>> credit_in("A bridge near Termez (AFP)")
    '(AFP)'
    """
    for form in (LABEL, SIGN, BRACKET, SLASHED):
        if found := form.search(caption):
            return found.group(1).strip()
    return None
