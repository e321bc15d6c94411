"""What a page calls its text, and whose the page is: words as they stand. What they mean, aggregator/kind.py says."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from scrapers.pages import linked_data
from scrapers.pages.document import backwards, words
from scrapers.pages.witness import Context, Witness, answers, first

LABELS: tuple[Witness[str], ...] = (
    Witness(
        "json-ld type",
        lambda at: (("json-ld type", kind) for kind in linked_data.types(at.document.linked) if kind not in PLAIN),
        "telling JSON-LD types",
    ),
    Witness("rubric", lambda at: _rubrics(at), "short lines right over the headline"),
)
IMPRINT: tuple[Witness[str], ...] = (Witness("copyright line", lambda at: _copyrights(at), "the last line with ©"),)
PLAIN: frozenset[str] = frozenset(
    {"NewsArticle", "Article", "BlogPosting", "WebPage", "ItemPage", "CreativeWork", "Report"}
)
"""JSON-LD types that every text of a site has: they say nothing of this one."""
RUBRIC = 40  # characters; what stands longer over a headline is a sentence
OVER = 2  # blocks over the headline in which a rubric may stand
LONGEST = 300  # characters; a longer one is a page of terms
SIGN = ("©".encode(), b"&copy", b"&#")  # how the copyright sign is written in markup


def read_labels(context: Context) -> tuple[str, ...]:
    """The telling JSON-LD types, then short lines right over the headline, none of a menu."""
    return tuple(dict.fromkeys(said for _, said in answers(LABELS, context) if said))


def read_imprint(context: Context) -> str | None:
    """The last line with a copyright sign: whose the page says it is. None: it has none."""
    return first(IMPRINT, context)


def _rubrics(at: Context) -> Iterator[tuple[str, str]]:
    near = at.cut.blocks[max(0, at.top[0] - OVER) : at.top[0]] if at.top else []
    for block in near:
        if len(block.text) <= RUBRIC and next(block.element.iterancestors("nav", "ul", "ol", "menu"), None) is None:
            yield "rubric", block.text


def _signed(root: etree._Element) -> Iterator[etree._Element]:
    """Elements with a copyright sign right in them, the last first: it stands in the last lines of most pages."""
    held = set()
    for element in backwards(root):
        if element in held or "©" in (element.text or ""):
            yield element
        if "©" in (element.tail or ""):
            held.add(element.getparent())


def _copyrights(at: Context) -> Iterator[tuple[str, str]]:
    for node in _signed(at.document.root) if at.document.may_hold(*SIGN) else ():
        said = words(node)
        if 1 < len(said) <= LONGEST:
            yield "copyright line", said
