"""Where on a page its date may be printed: marked elements and short lines beside the headline, and behind the text.

Reads no moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapers.pages import class_names, selectors
from scrapers.pages.blocks import HEADINGS, Block, Blocks, Region
from scrapers.pages.document import Document
from scrapers.pages.fields import dates, language
from scrapers.pages.printed_dates import Beside
from scrapers.pages.witness import Context

ABOVE = 3  # blocks over the headline in which a date may stand; more would reach the clock in the site's head
BELOW = 40  # blocks between headline and text in which one may stand: pictures, shares, a table of contents
INTO = 6  # blocks of the text: some sites print its date under a first summary
BEHIND = 6  # blocks behind the text in which a labelled one may stand
LINE = 160  # characters of a line that may print a date
LABEL = 40  # characters of a line that is nothing but a label ("Published on")
# hAtom's and h-entry's words, which blogs print under a text.
ENTRY = re.compile(r"(?:^|\s)(?:published|entry-date|dt-published)(?:\s|$)")
DIGIT = re.compile(r"\d")
IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3,9})(?=[/-])")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def beside(at: Context) -> Beside:
    """What is beside the headline, below it before above it, and behind the text. Headline and standfirst, which may name a
    day of their own, are left out."""
    document, cut, first, begin, end, top = at.document, at.cut, at.text.start, at.begin, at.end, at.top
    if top and begin < top[0]:  # words over the headline were taken for the text
        begin = top[1]
    under = top[1] if top and top[1] <= begin else max(0, first - 6)
    own = {at.headline, at.standfirst}
    elsewhere = at.elsewhere()
    over = top[0] if top and top[1] == under else under
    nearest = (*range(under, min(begin, under + BELOW) + 1), *range(max(0, over - ABOVE), over))
    near = [cut.blocks[n] for n in nearest if n < len(cut.blocks) and n not in elsewhere]
    near = [block for block in near if block.text not in own]
    marked = [
        region
        for region in cut.regions
        if region.mark is class_names.DATE
        and over - ABOVE <= region.start <= begin + INTO
        and region.start not in elsewhere
    ]
    marked = sorted(marked, key=lambda region: (region.start < under, region.start))
    marked = [region for region in marked if not _is_of_change(cut, region)]
    times = [
        time
        for block in near
        if block.tag not in HEADINGS
        for time in block.element.iter("time")
        if not dates.is_of_change(time)
    ]
    behind = cut.blocks[max(begin, end - 2) : end + BEHIND]
    signed = [time for block in behind for time in block.element.iter("time") if ENTRY.search(time.get("class") or "")]
    lines, said = tuple(_lines(near)), language.declared(document) or at.language
    return Beside(
        elements=(
            *selectors.elements(document.root, at.outlet.selectors, "published"),
            *(r.element for r in marked),
            *times[:4],
            *signed[:1],
        ),
        lines=lines,
        behind=(*_lines(cut.blocks[begin : begin + INTO]), *_lines(behind)),
        language=said,
        region=language.region(document),
        day_first=_first_known(_day_first(document, cut, lines) if said in (None, "en") else None, at.scope.day_first),
    )


def _lines(blocks: Iterable[Block]) -> Iterable[str]:
    """Short lines; what is only a label, together with the line behind it."""
    label = ""
    for block in blocks:
        if len(block.text) > LINE:
            label = ""
        elif _is_label(block.text):
            label = block.text
        else:
            yield f"{label} {block.text}".strip()
            label = ""


def _is_label(line: str) -> bool:
    """Does a line say no more than that a date follows?"""
    return (
        len(line) <= LABEL
        and not DIGIT.search(line)
        and bool(dates.PUBLISHED_LABEL.match(line) or dates.CHANGED.search(line))
    )


def _is_of_change(cut: Blocks, region: Region) -> bool:
    """Is the line before a marked element the label of a change, and nothing else?"""
    before = cut.blocks[region.start - 1].text if region.start else ""
    return _is_label(before) and bool(dates.CHANGED.search(before))


def _day_first(document: Document, cut: Blocks, lines: Iterable[str]) -> bool | None:
    """Does the day stand first in this page's slash dates? By those that say so themselves, else by the month in its address."""
    order = dates.order_of(block.text for block in cut.blocks)
    if order is None and (found := IN_ADDRESS.search(document.url.lower())):
        month = int(found[2]) if found[2].isdigit() else MONTHS.index(found[2][:3]) + 1 if found[2][:3] in MONTHS else 0
        orders = {b == month for line in lines for a, b in _slashed(line) if a != b and month in (a, b)}
        return orders.pop() if len(orders) == 1 else None
    return order


def _first_known(*orders: bool | None) -> bool | None:
    return next((order for order in orders if order is not None), None)


def _slashed(line: str) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in dates.SLASHED.findall(line)]
