"""The lead picture with its caption and its printed credit. The first figure of the article; else the one that the head names."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import Block, Blocks
from scrapers.pages.document import Document
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
# A block that is nothing but a picture's credit: "© REUTERS / POOL", "(AFP / NAME)", "Foto: dpa".
LONE = re.compile(
    r"^(?!.*(?:rights reserved|alle rechte|tous droits|todos los derechos|tutti i diritti))"
    r"(?:©.{2,120}|[(\[][^()\[\]]{2,120}[)\]]|(?:main |lead )?(?:photo|image|picture|foto|bild|фото|fot|crédit|imagen)\w*"
    r"(?: credits?)?\s*[:/]\s*.{2,120})$",
    re.IGNORECASE,
)
OVER = 12  # blocks over the headline in which its picture's caption may stand
INTO = 4  # blocks behind the text's begin in which it may: the first picture is often set into the first paragraphs
LONGEST = 600  # characters; more is no caption
CREDIT_CLASS = re.compile(
    r"credit|copyright|source|photographer|rights|attribution|byline|agency|imagen-autor", re.IGNORECASE
)


def read_picture(page: Document, captions: list[Block]) -> Picture | None:
    """The lead picture; None where the page shows and names none."""
    url = _address(page)
    caption, credit = _lead_caption(captions)
    if not captions:
        caption, credit = _declared(page)
    if url is None and caption is None and credit is None:
        return None
    return Picture(url=url, caption=caption, credit=credit or (credit_in(caption) if caption else None))


def above(cut: Blocks, h1: etree._Element | None, start: int, text: list[Block]) -> list[Block]:
    """The words under the picture over the text, which begins at blocks[start]: below the headline, else just above it."""
    top = min(cut.spans[h1][0], start) if h1 in cut.spans else start
    last = min(start + INTO, len(cut.blocks))
    taken = {id(block) for block in text}
    first = max(0, top - OVER)
    marked = _marked(cut, start, first, last)
    under = [
        n
        for n in range(first, last)
        if id(cut.blocks[n]) not in taken and _is_caption(cut.blocks[n], marked.get(n, set()), cut, start)
    ]
    between = [cut.blocks[n] for n in under if n >= top]
    if between or not under:
        return between
    nearest = _figure(cut.blocks[under[-1]].element)
    return [cut.blocks[n] for n in under if _figure(cut.blocks[n].element) is nearest]


def _marked(cut: Blocks, start: int, first: int, last: int) -> dict[int, set[str]]:
    """The marks of blocks[first:last]: of the elements around each that don't hold the text."""
    found: dict[int, set[str]] = {}
    for region in cut.regions:
        if region.start < last and region.end > first and not region.start <= start < region.end:
            for n in range(max(region.start, first), min(region.end, last)):
                found.setdefault(n, set()).add(region.mark)
    return found


def _is_caption(block: Block, marked: set[str], cut: Blocks, start: int) -> bool:
    if 2 * block.links > len(block.text) or len(block.text) > LONGEST or class_names.HIDDEN in marked:
        return False
    if class_names.CAPTION in marked:
        return True
    if marked & {class_names.BYLINE, class_names.DATE}:
        return False
    return bool(LONE.match(block.text)) or (credit_in(block.text) is not None and _beside_picture(block, cut, start))


def _beside_picture(block: Block, cut: Blocks, start: int) -> bool:
    """Does an element close around it hold an image, and not the text?"""
    around: etree._Element | None = block.element
    for _ in range(3):
        if around is None or cut.spans.get(around, (0, start + 1))[1] > start:
            return False
        if next(around.iter("img", "picture", "amp-img"), None) is not None:
            return True
        around = around.getparent()
    return False


def _declared(page: Document) -> tuple[str | None, str | None]:
    """Caption and credit that JSON-LD gives the picture."""
    image = page.linked.get("image")
    image = image[0] if isinstance(image, list) and image else image
    if not isinstance(image, dict):
        return None, None
    return linked_data.text(image.get("caption")), linked_data.text(image.get("creditText"))


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
