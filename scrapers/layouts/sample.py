"""What a page that the general reader has read shows of its outlet's layout."""

from __future__ import annotations

from lxml import etree

from scrapers.layouts import selectors
from scrapers.pages import class_names, selector_names
from scrapers.pages.blocks import Block
from scrapers.pages.extract import Extraction
from scrapers.pages.fields import dates, picture
from scrapers.pages.witness import Context
from storage.layouts import LayoutSample
from storage.types import Article

BESIDE = 3  # blocks before the headline and behind the text in which a byline or a date is still the article's
LONG = 80  # characters of a paragraph that is more than a label or a teaser's line
ALL = etree.XPath(f"count(//p[string-length(.) > {LONG}])")
INSIDE = etree.XPath(f"count(.//p[string-length(.) > {LONG}])")


def layout_sample(found: Extraction, root: etree._Element) -> LayoutSample | None:
    """The sample of a page; None where it teaches nothing: no article, or a text that fills the whole page."""
    at, article, container = found.context, found.said, found.context.text.container
    if not isinstance(article, Article) or article.headline is None or container is None or at.from_script:
        return None  # a script's text stands in elements of ours, not the site's
    parts = [container, *_parts(at, article)]
    frame = _around(parts)
    if frame is None or frame.tag in ("html", "body"):
        return None
    frames, bodies = selectors.selectors_of(frame, root), selectors.selectors_of(container, frame)
    if not frames or not bodies:
        return None
    return LayoutSample(
        article=article.id,
        headline=article.headline,
        frames=frames,
        bodies=bodies,
        headlines=selectors.selectors_of(at.h1, root) if at.h1 is not None else (),
        texts=tuple((block.text, _within(block, container)) for block in at.text.blocks),
        busy=_busy(parts, frame),
        idle=_idle(parts, frame),
        language=article.language,
        outside=outside(root, frame),
        day_first=dates.order_of(block.text for block in at.cut.blocks),
    )


def outside(root: etree._Element, frame: etree._Element) -> int:
    """Long paragraphs of a page that stand outside of its article's frame: comments, teasers, or the article itself."""
    return int(ALL(root)) - int(INSIDE(frame))  # type: ignore[arg-type] # count() is a number


def _parts(at: Context, article: Article) -> list[etree._Element]:
    """What belongs to the article besides its text: headline, byline, date, standfirst, captions."""
    top = at.top[0] if at.top else at.text.start
    first, last = min(top, at.text.start) - BESIDE, at.text.end + BESIDE
    leads = [block.element for block in at.cut.blocks[max(first, 0) : last] if block.text == article.standfirst]
    near = (region for region in at.cut.regions if first <= region.start and region.end <= last)
    marked = [
        region.element
        for region in near
        if region.mark not in (class_names.BOILERPLATE, class_names.HIDDEN, class_names.BODY)
    ]
    return [*leads, *marked, *_printing(at, article, top), *([at.h1] if at.h1 is not None else ())]


def _printing(at: Context, article: Article, top: int) -> list[etree._Element]:
    """What prints the article's captions and bylines over its text."""
    lines = {line.text for line in article.sourcing_lines if line.where in ("byline", "caption")}
    first = max(min(top, at.text.start) - picture.OVER, 0)
    return [block.element for block in at.cut.blocks[first : at.text.start] if block.text in lines]


def _around(elements: list[etree._Element]) -> etree._Element | None:
    """The smallest element that holds them all."""
    paths = [[*reversed(list(one.iterancestors())), one] for one in elements]
    common = None
    for level in zip(*paths, strict=False):
        if any(one is not level[0] for one in level):
            break
        common = level[0]
    return common


def _within(block: Block, container: etree._Element) -> tuple[str, ...]:
    """The elements between a paragraph and the container, as selectors that name a class or id."""
    found: list[str] = []
    around: etree._Element | None = block.element
    while around is not None and around is not container:
        found += selector_names.selector_names(around)
        around = around.getparent()
    return tuple(found)


def _busy(parts: list[etree._Element], frame: etree._Element) -> tuple[str, ...]:
    """Names of what the parts stand in, are and hold."""
    held = (one for part in parts for one in part.iter(etree.Element))
    above = (one for part in parts for one in part.iterancestors() if one is not frame)
    return tuple(
        sorted({name for some in (held, above) for one in some for name in selector_names.selector_names(one)})
    )


def _idle(parts: list[etree._Element], frame: etree._Element) -> tuple[str, ...]:
    """Names of the widest elements in the frame that hold no part and stand in none."""
    whole = set(parts)
    holding = {one for part in parts for one in part.iterancestors()} | whole
    found: set[str] = set()

    def look(element: etree._Element) -> None:
        for child in element.iterchildren(etree.Element):
            if child not in holding:
                found.update(selector_names.selector_names(child))
            elif child not in whole:
                look(child)

    if frame not in whole:
        look(frame)
    return tuple(sorted(found))
