"""The raw lines that stand where outlets print whose work it is. Reads no credit out of them: aggregator/credit.py does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import Block, Blocks
from scrapers.pages.document import Document
from scrapers.pages.fields import authors
from storage.types import SourcingLine

BEFORE = 60  # blocks before the text in which a date or a byline may stand
BEHIND = 6  # blocks behind the text in which a labelled line is still the article's
LONGEST = 400  # characters of a line; the gold credits of the real pages quote at most 66 of one
# A line at the end of the text that begins so is a credit line, and no part of the body.
LABEL = re.compile(
    r"^\W{0,3}(?:sources?|pictures?|photos?|images?|credits?|quellen?|weitere quellen|additional sources|"
    r"bild(?:er)?|fotos?|fuentes?|imagen|fontes?|fonti|foto|"
    r"crédits?(?: photo)?|bron(?:nen)?|beeld|źródł[oa]|zdjęcia|fot|"
    r"zdroje?|kaynak|kaynaklar|fotoğraf|источники?|фото|джерел[оа]|світлина|forrás|"
    r"sursa|surse|foto|kilde|kilder|källor|källa|lähde|lähteet|πηγή|фотография|المصدر|المصادر|منبع|来源|來源|出典|출처|사진|mənbə|manba)\s*[:：•]\s*\S",
    re.IGNORECASE,
)
SHORT = 100  # characters of a line between headline and text that may be a byline; longer ones are standfirsts
# A year, a word of authorship in front, or nothing but a site's address.
SIGNED = re.compile(
    r"\b(?:19|20)\d\d\b|^(?:by|von|par|por|di|door|av|af|autor|author|source|quelle|fuente|fonte)\b|^(?:www\.)?[\w-]+(?:\.[\w-]+){1,3}$",
    re.IGNORECASE,
)
# Who else worked on it, in a sentence of its own behind the text.
WORKED = re.compile(
    r"^\W*(?:reporting by|additional reporting|writing by|editing by|edited by|"
    r"with reporting by|compiled by|with (?:inputs|files|"
    r"agency inputs)|redigerad av)\b|\b(?:contributed to this|contributed reporting|"
    r"contributed from|reported from .{3,120}(?:contributed|and .{3,80} from))",
    re.IGNORECASE,
)
DATELINE = re.compile(r"^.{2,80}?(?:\s[-–—]{1,2}\s|[-–—]{2}|\)\s*[-–—:]|—|\):)")


def of_blocks(page: Blocks, start: int, end: int) -> Iterator[SourcingLine]:
    """Byline lines that stand beside or in the article: blocks[start:end] and what the head of the article holds."""
    for region in page.regions:
        if region.mark is class_names.BYLINE and start - BEFORE <= region.start and region.end <= end + 12:
            words = " ".join(block.text for block in page.blocks[region.start : region.end])
            if 2 < len(words) <= LONGEST:
                yield SourcingLine(text=words, where="byline" if region.start < start + 6 else "end")


def at_headline(page: Blocks, h1: tuple[int, int], start: int) -> Iterator[SourcingLine]:
    """Lines between headline (blocks[h1]) and text, and the one above, that say when or by whom, however marked."""
    first = max(h1[0] - 1, 0)
    passed = (class_names.CAPTION, class_names.HIDDEN, class_names.BYLINE)
    near = (r for r in page.regions if r.mark in passed and first < r.end <= start)
    held = {n for r in near for n in range(max(r.start, first), r.end)}
    for n in range(first, start):
        text = page.blocks[n].text
        if n not in held and not h1[0] <= n < h1[1] and len(text) <= SHORT and SIGNED.search(text):
            yield SourcingLine(text=text, where="byline")


def of_body(body: list[Block]) -> Iterator[SourcingLine]:
    """The first paragraph where it opens with a dateline, and the last ones where they are short."""
    if body and DATELINE.match(body[0].text):
        yield SourcingLine(text=body[0].text, where="start")
    for block in body[-2:]:
        if len(block.text) <= LONGEST and block is not body[0]:
            yield SourcingLine(text=block.text, where="end")


def behind(page: Blocks, end: int) -> Iterator[SourcingLine]:
    """Labelled lines that stand below the text, in a box of their own."""
    for block in page.blocks[end : end + BEHIND]:
        if len(block.text) <= LONGEST and LABEL.match(block.text):
            yield SourcingLine(text=block.text, where="end")


def of_captions(captions: Iterable[Block]) -> Iterator[SourcingLine]:
    """What stands under pictures."""
    for block in captions:
        if len(block.text) <= LONGEST:
            yield SourcingLine(text=block.text, where="caption")


def of_head(page: Document) -> Iterator[SourcingLine]:
    """What the page declares and may not print: an organisation as author, a credit text, a source."""
    for name in authors.organisations(page.linked.get("author")):
        yield SourcingLine(text=name, where="meta")
    for key in ("creditText", "sourceOrganization", "copyrightNotice", "isBasedOn"):
        words = linked_data.text(page.linked.get(key))
        if words and not words.startswith("http"):
            yield SourcingLine(text=words, where="meta")
    for key in (
        "article:source",
        "source",
        "dc.source",
        "news_source",
        "syndication-source",
        "original-source",
        "dcterms.source",
    ):
        words = page.meta.get(key)
        if words and not words.startswith("http"):
            yield SourcingLine(text=words, where="meta")


def labelled(body: list[Block]) -> tuple[list[Block], list[Block]]:
    """The body without the credit lines at its end, and these."""
    end = len(body)
    while (
        end > 1
        and len(body[end - 1].text) <= LONGEST
        and (LABEL.match(body[end - 1].text) or WORKED.search(body[end - 1].text))
    ):
        end -= 1
    return body[:end], body[end:]


def line(block: Block, where: str) -> SourcingLine:
    """A block as a line."""
    return SourcingLine(text=block.text, where=where)


def unique(lines: Iterable[SourcingLine]) -> tuple[SourcingLine, ...]:
    """Each line once, in its first place."""
    return tuple({(line.text, line.where): line for line in lines}.values())
