"""The lead picture with its caption and its printed credit. The first figure of the article; else the one that the head names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import NEVER, Block, Blocks
from scrapers.pages.document import Document
from scrapers.pages.witness import ANNOUNCED, Context, Witness, answers, first
from storage.types import Picture

Words = tuple[str | None, str | None]  # caption, credit

HEAD: tuple[Witness[str], ...] = (
    Witness("og:image", lambda at: [("og:image", _address(at, at.document.meta.get("og:image")))]),
    Witness("json-ld image", lambda at: [("json-ld image", _address(at, _linked(at)))], "JSON-LD image"),
    Witness("twitter:image", lambda at: [("twitter:image", _address(at, at.document.meta.get("twitter:image")))]),
)
ADDRESS: tuple[Witness[str], ...] = (
    *HEAD,
    Witness(
        "over the caption",
        lambda at: [("image over the first caption", _shown(at.document, at.captions))],
        "the image over the first caption",
    ),
)
CREDITED: tuple[Witness[Words], ...] = (
    Witness(
        "lead",
        lambda at: _of_lead(at),
        "words of the figure that holds it over the text, its credit by class (also where it is hidden from screen readers) or "
        "as a block of its own; its title or alt",
    ),
    Witness("caption", lambda at: [("first caption", _lead_caption(at.captions))], "the first caption"),
    Witness(
        "json-ld image",
        lambda at: [("json-ld image", (None, _declared(at.document)[1]))],
        "JSON-LD's creditText, copyrightHolder, author",
    ),
    Witness(
        ANNOUNCED,
        lambda at: [(ANNOUNCED, (None, at.link.credit if at.link else None))],
        "the feed's media:credit",
    ),
)
CAPTION: tuple[Witness[str], ...] = (
    Witness(
        "json-ld caption",
        lambda at: [("json-ld caption", None if at.captions else _declared(at.document)[0])],
        "JSON-LD's caption, where none is printed",
    ),
)
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
# In this order: pages put a place-holder into src, and the picture into an attribute that their script reads.
LAZY = (
    *("data-src", "data-lazy-src", "data-original", "data-full-src", "data-hi-res-src", "data-url"),
    *("data-srcset", "data-lazy-srcset", "srcset", "src"),
)
SRCSET = re.compile(r"(\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,|$)")
NOSCRIPT = re.compile(r"<img[^>]{0,500}?\ssrc=[\"']([^\"']+)", re.IGNORECASE)
OVER = 12  # blocks over the headline in which its picture's caption may stand
IMAGES = ("img", "amp-img")
INTO = 4  # blocks behind the text's begin in which it may: the first picture is often set into the first paragraphs
LONGEST = 600  # characters; more is no caption
CREDIT_CLASS = re.compile(
    r"credit|copyright|source|photographer|rights|attribution|byline|agency|imagen-autor", re.IGNORECASE
)


# JSON-LD's words for it, best first.
HOLDERS = (
    "creditText",
    "copyrightHolder",
    "author",
    "creator",
    "copyrightNotice",
)
LEVELS = 5  # elements around an image that may hold its caption and credit; figures of 204 real pages have at most 4
FILE_NAME = 8  # characters of a file's name from which on a part of another name shows the same picture
SIZES = re.compile(r"[-_]?\d{2,4}x\d{2,4}.*$|[-_](?:scaled|large|small|thumb|crop|w\d+|h\d+)\b.*$", re.IGNORECASE)
# Where an image's address may stand.
HELD_BACK = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "srcset",
    "data-srcset",
    "src",
)


def read_picture(context: Context) -> Picture | None:
    """The lead picture of a text; None where the page shows and names none."""
    caption = credit = None
    for _, said in answers(CREDITED, context):
        under, named = said or (None, None)
        caption, credit = under or caption, named or credit
        if _credits_somebody(caption, credit):
            break
    caption = caption or first(CAPTION, context)
    url = first(ADDRESS, context)
    if url is None and caption is None and credit is None:
        return None
    return Picture(url=url, caption=caption, credit=credit or (credit_in(caption) if caption else None))


def _of_lead(at: Context) -> Iterator[tuple[str, Words]]:
    image = _named(_over_the_text(at.document, at.cut, at.begin), first(HEAD, at))
    if image is not None:
        yield "figure over the text", _of_image(image, at.cut, at.begin)
        attributes = (credit_in(image.get(name) or "", CLEAR) for name in ("title", "alt"))
        yield "its title or alt", (None, next(filter(None, attributes), None))


def captions(at: Context) -> list[Block]:
    """The words under pictures, those under the picture over the text first."""
    over = above(at.cut, at.h1, at.text.start, at.text.blocks)
    each = {id(block): block for block in (*over, *at.text.captions)}.values()
    return [block for block in each if block.text not in (at.headline, at.standfirst)]


def _credits_somebody(caption: str | None, credit: str | None) -> bool:
    return bool(credit or (caption and credit_in(caption)))


def _over_the_text(page: Document, cut: Blocks, start: int) -> list[etree._Element]:
    """The images in front of the text and in its first paragraphs, in the order of the page."""
    last = cut.blocks[min(start + INTO, len(cut.blocks) - 1)].element if cut.blocks else None
    found: list[etree._Element] = []
    for element in page.root.iter(*IMAGES, *([last.tag] if last is not None else ())):
        if element is last:
            break
        if element.tag in IMAGES:
            found.append(element)
    return found


def _named(images: list[etree._Element], url: str | None) -> etree._Element | None:
    """The image that the head names: of several, such as the phone's and the desk's, the one with words under it."""
    stem = _stem(url or "")
    same = [image for image in images if stem and _alike(stem, _stems(image))]
    return same[0] if same else None


def _stems(image: etree._Element) -> list[str]:
    return [_stem((image.get(name) or "").strip().split(" ")[0]) for name in HELD_BACK]


def _stem(url: str) -> str:
    """A picture's file name without its size and kind."""
    name = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return SIZES.sub("", name.rsplit(".", 1)[0]).casefold()


def _alike(stem: str, others: list[str]) -> bool:
    return any(
        stem == other or (min(len(stem), len(other)) >= FILE_NAME and (stem in other or other in stem))
        for other in others
        if other
    )


def _of_image(image: etree._Element, cut: Blocks, start: int) -> tuple[str | None, str | None]:
    """Caption and credit in the smallest element around an image that has words and does not hold the text."""
    around = image.getparent()
    for _ in range(LEVELS):
        if around is None or around.tag in ("body", "html") or _holds(around, cut, start):
            break
        said = _visible(around)
        if len(said) > LONGEST:
            break
        named = _credits(around)
        if named or around.tag == "figure" or class_names.mark(around) is class_names.CAPTION:
            return _parted(around, cut, named) if said else (None, None)
        if said and credit_in(said, CLEAR):
            return _parted(around, cut, named)
        if around.tag == "figure":
            break
        around = around.getparent()
    return None, None


def _parted(around: etree._Element, cut: Blocks, named: list[str]) -> tuple[str | None, str | None]:
    """The words of a figure without its credit, and this: what its class names so, else blocks that are nothing but one."""
    first, last = cut.spans.get(around, (0, 0))
    texts = list(dict.fromkeys(block.text for block in cut.blocks[first:last])) or [_visible(around)]
    lone = [] if named else [text for text in texts if LONE.match(text)]
    said = " ".join(text for text in texts if text not in lone)
    for credit in named:
        said = said.replace(credit, " ")
    return " ".join(said.split()) or None, " ".join(named or lone) or None


def _holds(element: etree._Element, cut: Blocks, start: int) -> bool:
    """Does an element hold the text's first block, or a headline?"""
    first, last = cut.spans.get(element, (start + 1, start + 1))
    return first <= start < last or next(element.iter("h1"), None) is not None


def _visible(element: etree._Element) -> str:
    pieces = [" ".join(str(piece).split()) for piece in element.itertext() if _printed(piece)]
    return " ".join(filter(None, pieces))


def _printed(piece: object) -> bool:
    above = piece.getparent() if hasattr(piece, "getparent") else None
    if above is not None and getattr(piece, "is_tail", False):
        above = above.getparent()
    return above is None or above.tag not in NEVER


def _credits(around: etree._Element) -> list[str]:
    """The words of elements that their class calls a credit; of nested ones the outermost."""
    found: list[etree._Element] = []
    for element in around.iter():
        named = f"{element.get('class') or ''} {element.get('data-role') or ''} {element.get('itemprop') or ''}"
        if not isinstance(element.tag, str) or element is around or not CREDIT_CLASS.search(named):
            continue
        holder = "caption" in (element.get("class") or "") and "credit" not in (element.get("class") or "")
        if not holder and not any(element in list(one.iter()) for one in found):
            found.append(element)
    return [said for element in found if (said := _visible(element)) and len(said) < LONGEST]


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
    said = (linked_data.text(image.get(key)) for key in HOLDERS)
    return linked_data.text(image.get("caption")), next((one for one in said if one and len(one) < LONGEST), None)


def _linked(at: Context) -> object:
    image = at.document.linked.get("image")
    image = image[0] if isinstance(image, list) and image else image
    return image.get("url") if isinstance(image, dict) else image


def _address(at: Context, said: object) -> str | None:
    if not isinstance(said, str) or not said.strip() or said.startswith("data:"):
        return None
    try:
        return urljoin(at.document.base, said.strip())
    except ValueError:
        return None


def _shown(page: Document, captions: list[Block]) -> str | None:
    """The address of the picture over the caption, also where a script or a noscript element is to put it there."""
    around: etree._Element | None = captions[0].element if captions else None
    for _ in range(4):
        if around is None or around.tag in ("body", "html"):
            return None
        for image in around.iter("img", "amp-img", "source", "noscript"):
            said = _source(image)
            if said and not said.startswith(("data:", "about:")):
                try:
                    return urljoin(page.base, said)
                except ValueError:
                    return None
        around = around.getparent()
    return None


def _source(image: etree._Element) -> str | None:
    """Where a picture is loaded from: what a script fills in before the place-holder that it replaces."""
    if image.tag == "noscript":
        found = NOSCRIPT.search(image.text or "")
        return html.unescape(found.group(1)) if found else None
    for name in LAZY:
        said = (image.get(name) or "").strip()
        if said and name.endswith("srcset"):
            said = _largest(said)
        if said and not said.startswith("data:"):
            return said
    return None


def _largest(srcset: str) -> str:
    """The address with the greatest width or density in a srcset."""
    each = [(float(size or 1), address) for address, size in SRCSET.findall(srcset)]
    return max(each, default=(0.0, ""))[1]


def _lead_caption(captions: list[Block]) -> tuple[str | None, str | None]:
    """The words under the first figure, parted where the credit has an element of its own."""
    if not captions:
        return None, None
    home = _figure(captions[0].element)
    same = [block for block in captions if home is not None and _figure(block.element) is home] or captions[:1]
    classed = (CREDIT_CLASS.search(b.element.get("class") or "") for b in same)
    holds = ("caption" in (b.element.get("class") or "") for b in same)
    names = [b for b, named, caption in zip(same, classed, holds, strict=True) if named and not caption]
    names = names or [b for b in same if LONE.match(b.text)]
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


CLEAR = (LABEL, SIGN, BRACKET)
FORMS = (*CLEAR, SLASHED)


def credit_in(caption: str, forms: Sequence[re.Pattern[str]] = FORMS) -> str | None:
    """The words of a caption that hold its credit.

    >>> credit_in("A bridge near Termez (AFP)")
    '(AFP)'
    """
    for form in forms:
        if found := form.search(caption):
            return found.group(1).strip()
    return None
