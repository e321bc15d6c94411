"""The standfirst: what stands between headline and text and says what the article is about. A field of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import HEADINGS, Block, Blocks
from scrapers.pages.witness import Context, Witness, answers

Claim = tuple[str, Block | str | None]

DESCRIPTION: tuple[Witness[str], ...] = (
    Witness("og:description", lambda at: [("as in og:description", at.document.meta.get("og:description"))]),
    Witness("meta description", lambda at: [("as in meta description", at.document.meta.get("description"))]),
    Witness(
        "json-ld description",
        lambda at: [("as in json-ld description", linked_data.text(at.document.linked.get("description")))],
    ),
)
STANDFIRST: tuple[Witness[Block | str], ...] = (
    Witness("selector", lambda at: [("selector", said) for said in at.given("standfirst")[:1]]),
    Witness("class", lambda at: _classed(at), "an element between headline and text whose class says so"),
    Witness(
        "description",
        lambda at: _as_described(at),
        "one with the words of og:description, the meta description or JSON-LD's",
    ),
    Witness("subheading", lambda at: _subheadings(at), "an h2 or h3 under the headline"),
)
SHORTEST, LONGEST = 25, 700  # characters; those read on 204 real pages have 27 to 321
WORD = re.compile(r"\w+")
ALIKE = 0.8  # share of words in common: descriptions for search engines are cut or lightly rewritten
LINKS = 0.5
PICTURE = re.compile(r"\((?:AP|AFP|Reuters|EPA|Getty)\b[^)]{0,60}\)|©|\bPhoto(?: by|:)|\bFoto:|Фото:")


def read_standfirst(context: Context) -> tuple[str | None, str | None, list[Block]]:
    """The standfirst, what says that it is one, and the body without it."""
    for evidence, said in answers(STANDFIRST, context):
        if isinstance(said, Block):
            return said.text, evidence, [block for block in context.kept if block is not said]
        if said:
            return said, evidence, [block for block in context.kept if block.text != said]
    return None, None, context.kept


def _classed(at: Context) -> Iterator[Claim]:
    for block in [*_above(at), *at.kept[:1]]:
        if _is_marked(at.cut, block) and _may_be(block, at.headline):
            yield "class", block


def _as_described(at: Context) -> Iterator[Claim]:
    described = [(evidence, linked_data.plain(said)) for evidence, said in answers(DESCRIPTION, at) if said]
    bold = [one for one in at.kept[:1] if one.tag in HEADINGS or one.bold > 0.9 * len(one.text)]
    for block in [*_above(at), *bold]:
        if _may_be(block, at.headline):
            for evidence, said in described:
                if alike(said, block.text):
                    yield evidence, block


def _subheadings(at: Context) -> Iterator[Claim]:
    for block in _above(at):
        if block.tag in ("h2", "h3") and _may_be(block, at.headline) and len(block.text) > 50:
            yield f"{block.tag} under the headline", block


def _above(at: Context) -> list[Block]:
    """The blocks between the headline and the text."""
    if at.top is None:
        return []
    behind, start = at.top[1], at.text.start
    return at.cut.blocks[behind:start] if behind < start <= behind + 60 else []


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


def alike(a: str, b: str) -> bool:
    """Do two forms of a standfirst say the same?"""
    x, y = set(WORD.findall(a.casefold())), set(WORD.findall(b.casefold()))
    return bool(x and y) and len(x & y) >= ALIKE * min(len(x), len(y)) and min(len(x), len(y)) >= 4
