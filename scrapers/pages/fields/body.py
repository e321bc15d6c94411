"""Blocks of a page → the container that holds its article, and the paragraphs in it that are the article's.

Which mistake is worse: text of another article in the body makes a false copy, a lost last paragraph loses a credit line.
So a whole element goes only on structure (its links, its heading, its class), a paragraph at the end only on its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from lxml import etree

from scrapers.pages import boilerplate, class_names, selectors
from scrapers.pages.blocks import HEADINGS, Block, Blocks, MainText, Region
from scrapers.pages.container import densest
from scrapers.pages.witness import Context, Witness, answers

Claim = tuple[str, etree._Element | None]  # a container of paragraphs, described

GIVEN: tuple[Witness[etree._Element], ...] = (
    Witness(
        "selector", lambda at: _described_each(selectors.elements(at.document.root, at.outlet.selectors, "body")[:1])
    ),
    Witness("layout", lambda at: _described_each([at.scope.body]), "the outlet's learnt or pinned layout"),
)
BODY: tuple[Witness[etree._Element], ...] = (
    *GIVEN,
    Witness(
        "densest container",
        lambda at: _densest(at),
        "the densest container, grown while the one around adds text; without boilerplate, captions, credit lines, and [what "
        "the judge takes away](the-judge.md)",
    ),
    Witness(
        "script",
        lambda at: [("data of a script", at.text.container if at.from_script else None)],
        "the data of a script, where the page's own elements hold no text",
    ),
)
# Scripts that write much in few signs.
WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
WIDE_WORTH = 2.2  # Latin letters that a sign of these scripts counts for; an estimate, not measured
SUBSTANTIAL = 45  # characters that make a paragraph; chosen, no range was tried
WORD = re.compile(r"\w+")
SENTENCE_END = re.compile(r"[.!?…。！？।؟۔:;\"”»’')\]]\s*$")
# The following were looked at on the tuned part of 633 articles of mixed sites and 181 news pages.
RIVAL = 1.5  # of the text that is left: a class word that condemns more says nothing (1, 1.5, 3: .945/.959, .947/.966, .946/.969)
HOLDS = 0.25  # of the page's text: what holds a named body that large is no boilerplate
ENOUGH = 400  # characters of running text before another article begins, so that this one has been told; chosen
TWICE = 80  # characters: a longer paragraph that stands twice is the page's copy for another screen
# Words that no article stands in, however much text they mark: of 62 sites with comments, 1 in 60 of their text was the
# article's; of the other words up to half.
SURE = frozenset(
    (
        "comment", "comments", "disqus", "cookie", "cookies", "consent", "gdpr", "onetrust", "didomi", "ot-sdk-container",
        "ot-pc", "pc-policy-text",
    )
)  # fmt: skip
LINKY = 0.55  # of the characters: above, a block is a list of links


# What stands under pictures outside of any marked element, and rules between parts of a text.
PICTURE_LINE = re.compile(
    r"^(?:\W*$|(?:image|photo|bild|foto|slide) \d+ (?:of|von|/) \d+$|(?:image|media) (?:copyright|caption|source)\b|"
    r"(?:getty images|reuters|afp|ap|epa|pa|shutterstock|istock)(?:/[\w ]+)?$|"
    r"\((?:ap|reuters|afp) photo.{0,60}\)$|image credit:)",
    re.IGNORECASE,
)


def worth(block: Block) -> float:
    """How much running text a block is, in Latin characters; 0 for a label or a list of links."""
    size = (
        len(block.text) + (WIDE_WORTH - 1) * len(WIDE.findall(block.text))
        if block.text[:1] > "\u0dff" or block.text[-1:] > "\u0dff"
        else len(block.text)
    )
    if size < SUBSTANTIAL or block.links > 0.5 * len(block.text):
        return 0.0
    size = min(size, 1200.0) - block.links
    if block.tag in HEADINGS:
        return 0.0
    if block.tag not in ("p", "blockquote", "pre") and not SENTENCE_END.search(block.text):
        return 0.25 * size
    return size


def read_body(context: Context) -> tuple[MainText, bool]:
    """The article of a page, and whether its container was known beforehand."""
    given = next((said for _, said in answers(GIVEN, context) if said is not None), None)
    return find_body(context.cut, context.headline, context.h1, given), given is not None


def _described_each(found: Iterable[etree._Element | None]) -> Iterator[Claim]:
    return ((_described(one), one) for one in found if one is not None)


def _densest(at: Context) -> Iterator[Claim]:
    text = find_body(at.cut, at.headline, at.h1)
    yield text.evidence or "", text.container


def find_body(
    page: Blocks, headline: str | None = None, h1: etree._Element | None = None, given: etree._Element | None = None
) -> MainText:
    """The article of a page; no container where the page has no running text. ``given``: the container, where it is known."""
    masses = [worth(block) for block in page.blocks]
    others = _other_articles(page, masses, h1, headline)
    for start, end in others:
        masses[start:end] = [0.0] * (end - start)
    total = sum(masses)
    if not total:
        return MainText(None)
    sums = [0.0, *accumulate(masses)]
    dropped = _dropped(page, sums, h1)
    for start, end in others:
        dropped[start:end] = [class_names.BOILERPLATE] * (end - start)
    container = given if given is not None and given in page.spans else densest(page, masses, dropped, h1)
    text = _kept(page, container, dropped, _after(page, h1), masses)
    text.blocks = [block for block in text.blocks if block.text != headline]
    return text


def _other_articles(
    page: Blocks, masses: list[float], h1: etree._Element | None, top: str | None
) -> list[tuple[int, int]]:
    """The blocks of other articles on the page, which sites load below the first: each has its own h1.

    An h1 alone is none: some texts are parted by them. It heads another article where it stands behind a text of this one, in an
    article element of its own or in a twin of what holds the headline, with a date or an author of its own and other words.
    """
    if h1 is None or h1 not in page.spans:
        return []
    own = [h1, *h1.iterancestors()]
    marked = [region.start for region in page.regions if region.mark in (class_names.DATE, class_names.BYLINE)]
    said = set(WORD.findall((top or "").casefold()))
    found = []
    for other in page.spans:
        if other.tag != "h1" or other is h1:
            continue
        chain = [other, *other.iterancestors()]
        at = next((n for n, one in enumerate(chain) if one in own), 0)
        if not at or chain[at] is h1:
            continue
        branch, beside = chain[at - 1], own[own.index(chain[at]) - 1]
        apart = next((one for one in chain[:at] if one.tag == "article"), None)
        start, end = page.spans.get(branch if apart is None else apart, (0, 0))
        words = set(WORD.findall(" ".join(block.text for block in page.blocks[slice(*page.spans[other])]).casefold()))
        if (
            (apart is not None or (branch.tag == beside.tag and branch.get("class") == beside.get("class")))
            and sum(masses[page.spans[h1][1] : start]) >= ENOUGH
            and any(start <= n < end for n in marked)
            and len(words & said) < 0.5 * len(said)
        ):
            found.append((start, end))
    return found


def _after(page: Blocks, h1: etree._Element | None) -> int:
    """The first block behind the headline: what stands before it is not the text."""
    return page.spans[h1][1] if h1 is not None and h1 in page.spans else 0


def _dropped(page: Blocks, sums: list[float], h1: etree._Element | None) -> list[str | None]:
    """For each block the mark of the element that it stands in, where all that its word class_names is small beside the rest.

    A word stands on many elements of a page: what all of them hold together says whether it means what it says here.
    """
    words: dict[tuple[str, str], list[Region]] = {}
    holding = _holding(page, sums, h1)
    for region in page.regions:
        if region.mark not in (class_names.BODY, class_names.STANDFIRST) and not holding(region):
            words.setdefault((region.mark, region.word), []).append(region)
    held = {key: _spans(regions) for key, regions in words.items()}
    masses = {key: sum(sums[end] - sums[start] for start, end in spans) for key, spans in held.items()}
    trusted = set(words)
    while True:
        said: list[str | None] = [None] * len(page.blocks)
        for key in (one for one in words if one in trusted):
            for start, end in held[key]:
                said[start:end] = [key[0]] * (end - start)
        left = sum(sums[n + 1] - sums[n] for n, mark in enumerate(said) if mark is None)
        most = max((key for key in trusted if key[1] not in SURE), key=lambda key: masses[key], default=None)
        if most is None or masses[most] <= RIVAL * left:
            return said
        trusted.discard(most)


def _holding(page: Blocks, sums: list[float], h1: etree._Element | None) -> Callable[[Region], bool]:
    """Does a marked element hold the headline, or an element named as the body? Then its class means something else."""
    bodies = [
        (region.start, region.end)
        for region in page.regions
        if region.mark is class_names.BODY and sums[region.end] - sums[region.start] > HOLDS * sums[-1]
    ]
    top = page.spans.get(h1) if h1 is not None else None

    def holds(region: Region) -> bool:
        if top and region.start <= top[0] and top[1] <= region.end:
            return True
        return region.word not in SURE and any(region.start <= a and b <= region.end for a, b in bodies)

    return holds


def _spans(regions: list[Region]) -> list[tuple[int, int]]:
    """What some regions hold together, each block once."""
    found: list[tuple[int, int]] = []
    for region in regions:  # in the order of their ends: an outer one comes behind its inner ones
        while found and found[-1][0] >= region.start:
            found.pop()
        found.append((region.start, region.end))
    return found


def _kept(
    page: Blocks, container: etree._Element, dropped: list[str | None], after: int, masses: list[float]
) -> MainText:
    start, end = page.spans.get(container, (0, len(page.blocks)))
    if start < after < end and sum(masses[start:after]) < sum(masses[after:end]):
        start = after
    text = MainText(container, start=start, end=end, evidence=_described(container))
    gone_in: etree._Element | None = None  # the container of a boilerplate heading: it goes to its end
    gone_level = 9
    inside = _Descent()
    seen: set[str] = set()
    for number in range(start, end):
        block = page.blocks[number]
        if dropped[number] is class_names.CAPTION and block.tag != "tr":
            text.captions.append(block)
            continue
        if dropped[number] and dropped[number] is not class_names.CAPTION:
            continue
        if len(block.text) > TWICE:
            if block.text in seen and block.text != page.blocks[number - 1].text:
                continue
            seen.add(block.text)
        if gone_in is not None:
            if inside.holds(gone_in, block.element) and not (
                block.tag in HEADINGS and int(block.tag[1]) <= gone_level and not boilerplate.is_heading(block.text)
            ):
                continue
            gone_in = None
        if _opens_boilerplate(block):
            gone_in, gone_level = _section(block, container, page), int(block.tag[1]) if block.tag in HEADINGS else 9
            continue
        if not _is_boilerplate(block):
            text.blocks.append(block)
    text.blocks = _trimmed(text.blocks)
    text.mass = sum(worth(block) for block in text.blocks)
    return text


def _described(container: etree._Element) -> str:
    named = container.get("id") or (container.get("class") or "").split(" ")[0]
    return f"{container.tag} {named}".strip()


class _Descent:
    """Is one element inside another? Answers are kept: neighbours ask the same."""

    def __init__(self) -> None:
        self.known: dict[tuple[etree._Element, etree._Element], bool] = {}

    def holds(self, outer: etree._Element, inner: etree._Element) -> bool:
        key = (outer, inner)
        if key not in self.known:
            self.known[key] = inner is outer or any(one is outer for one in inner.iterancestors())
        return self.known[key]


def _opens_boilerplate(block: Block) -> bool:
    return (
        len(block.text) < 60
        and (block.tag in HEADINGS or block.bold > 0.8 * len(block.text) or block.tag not in ("p", "li"))
        and boilerplate.is_heading(block.text)
    )


def _section(block: Block, container: etree._Element, page: Blocks) -> etree._Element:
    """What a boilerplate heading stands over: the smallest element around it that holds more than the heading."""
    element = block.element
    while element is not container:
        span = page.spans.get(element)
        if span and span[1] - span[0] > 1:
            return element
        parent = element.getparent()
        if parent is None or parent is container:
            return element
        element = parent
    return element


def _is_boilerplate(block: Block) -> bool:
    size = len(block.text)
    if PICTURE_LINE.match(block.text) or (block.tag in HEADINGS and block.links > 0.85 * size):
        return True
    if block.links > LINKY * size and block.tag not in HEADINGS and block.tag != "tr":
        return block.tag != "p" or block.links > 0.85 * size or boilerplate.opens(block.text) is not None
    if boilerplate.is_line(block.text) or boilerplate.asks(block.text):
        return True
    if size < boilerplate.SHORT and (opening := boilerplate.opens(block.text)):
        rest = block.text[len(opening) :].lstrip()
        return block.links > 0.3 * size or rest[:1] in (":", "»", "|", ">", "") or block.bold > 0.85 * size
    return False


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Without labels before the first and after the last paragraph, and headings over nothing."""
    first = next((n for n, block in enumerate(blocks) if worth(block) or SENTENCE_END.search(block.text)), 0)
    blocks = blocks[first:]
    while blocks and _is_tail(blocks[-1]):
        blocks.pop()
    return [block for n, block in enumerate(blocks) if not (block.tag in HEADINGS and _over_nothing(blocks, n))]


def _is_tail(block: Block) -> bool:
    return (
        block.tag in HEADINGS
        or (block.links > 0.4 * len(block.text) and len(block.text) < 100 and block.tag != "tr")
        or (
            block.tag not in ("p", "li", "tr", "blockquote")
            and len(block.text) < 40
            and not SENTENCE_END.search(block.text)
        )
    )


def _over_nothing(blocks: list[Block], n: int) -> bool:
    return n + 1 < len(blocks) and blocks[n + 1].tag == "h1"


def paragraphs(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The words of blocks."""
    return tuple(block.text for block in blocks)
