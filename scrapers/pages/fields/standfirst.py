"""The standfirst: what stands between headline and text and says what the article is about. A field of its own."""

from __future__ import annotations

import re

from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import HEADINGS, Block, Blocks
from scrapers.pages.document import Document

SHORTEST, LONGEST = 25, 700  # characters; those read on 204 real pages have 27 to 321
WORD = re.compile(r"\w+")
ALIKE = 0.8  # share of words in common: descriptions for search engines are cut or lightly rewritten
LINKS = 0.5
PICTURE = re.compile(r"\((?:AP|AFP|Reuters|EPA|Getty)\b[^)]{0,60}\)|©|\bPhoto(?: by|:)|\bFoto:|Фото:")


def read_standfirst(
    page: Document, cut: Blocks, body: list[Block], start: int, top: str | None, h1: etree._Element | None
) -> tuple[str | None, str | None, list[Block]]:
    """The standfirst, what says that it is one, and the body without it."""
    above = _above(cut, start, h1)
    for block in [*above, *body[:1]]:
        if _is_marked(cut, block) and _may_be(block, top):
            return block.text, "class", [one for one in body if one is not block]
    described = _described(page)
    for block in [*above, *[one for one in body[:1] if one.tag in HEADINGS or one.bold > 0.9 * len(one.text)]]:
        if _may_be(block, top) and (one := next((said for said in described if alike(said[1], block.text)), None)):
            return block.text, one[0], [other for other in body if other is not block]
    for block in above:
        if block.tag in ("h2", "h3") and _may_be(block, top) and len(block.text) > 50:
            return block.text, f"{block.tag} under the headline", body
    return None, None, body


def _above(cut: Blocks, start: int, h1: etree._Element | None) -> list[Block]:
    """The blocks between the headline and the text."""
    if h1 is None or h1 not in cut.spans:
        return []
    behind = cut.spans[h1][1]
    return cut.blocks[behind:start] if behind < start <= behind + 60 else []


def _is_marked(cut: Blocks, block: Block) -> bool:
    return any(
        region.mark is class_names.STANDFIRST
        and region.end - region.start <= 4
        and block in cut.blocks[region.start : region.end]
        for region in cut.regions
    )


def _may_be(block: Block, top: str | None) -> bool:
    return (
        SHORTEST <= len(block.text) <= LONGEST
        and block.links <= LINKS * len(block.text)
        and block.text != top
        and not PICTURE.search(block.text)
    )


def _described(page: Document) -> list[tuple[str, str]]:
    claims = (
        ("as in og:description", page.meta.get("og:description")),
        ("as in meta description", page.meta.get("description")),
        ("as in json-ld description", linked_data.text(page.linked.get("description"))),
    )
    return [(evidence, linked_data.plain(words)) for evidence, words in claims if words]


def alike(a: str, b: str) -> bool:
    """Do two forms of a standfirst say the same?"""
    x, y = set(WORD.findall(a.casefold())), set(WORD.findall(b.casefold()))
    return bool(x and y) and len(x & y) >= ALIKE * min(len(x), len(y)) and min(len(x), len(y)) >= 4
