"""A tree → its blocks of running text in document order, each with what it stands in. Chooses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from scrapers.pages import class_names, selector_names
from scrapers.pages.document import words

NEVER = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "head",
        "meta",
        "link",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "option",
        "datalist",
        "textarea",
        "input",
        "button",
        "rt",
        "rp",
    ]
)
BLOCKS = frozenset(
    [
        "html",
        "body",
        "main",
        "article",
        "section",
        "header",
        "footer",
        "nav",
        "aside",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "caption",
        "form",
        "fieldset",
        "figure",
        "figcaption",
        "address",
        "hr",
        "details",
        "summary",
        "center",
        "dialog",
        "amp-accordion",
    ]
)
# Elements that an author forgets to close: what they swallow is the page's, as browsers show it.
OPEN = frozenset(
    ("button", "select", "option", "object", "video", "audio", "map", "canvas", "noscript", "iframe", "embed")
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CELLS = frozenset(("td", "th"))
LINE = "\x00"  # a <br> in the buffer; NUL can't stand in a tree
DEEPEST = 220  # levels walked one by one; what is deeper comes as one text
MOST = 5_000  # blocks of a page that are looked at; 204 real pages have at most 598; this many take 0.1 s


@dataclass(slots=True)
class Block:
    """A run of text with no block boundary inside."""

    text: str
    tag: str  # of the innermost block element
    element: etree._Element
    links: int  # characters of it that are inside links
    bold: int = 0  # characters of it in strong or b


@dataclass(slots=True)
class Region:
    """A marked element and the blocks inside it: blocks[start:end]."""

    mark: str
    element: etree._Element
    start: int
    end: int
    word: str = ""  # the class word that says so


@dataclass(slots=True)
class Blocks:
    """A page cut into blocks."""

    blocks: list[Block] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    spans: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)  # block element -> blocks[start:end]


@dataclass(slots=True)
class MainText:
    """The article's own blocks, and what stood in its container beside them."""

    container: etree._Element | None
    blocks: list[Block] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    mass: float = 0.0  # characters of running text
    start: int = 0  # of the blocks of the page
    end: int = 0
    evidence: str | None = None


def cut(root: etree._Element, passed: frozenset[str] = frozenset()) -> Blocks:
    """Walk a tree once. ``passed``: names of elements that are passed by with all that is in them."""
    walk = _Walk(passed)
    walk.visit(root, 0)
    walk.flush()
    return walk.found


def _swallowed(element: etree._Element) -> bool:
    """Does an element that holds no text hold paragraphs all the same?"""
    return sum(len("".join(map(str, p.itertext()))) > 80 for p in element.iter("p")) > 2


class _Walk:
    """The state of one walk: the text since the last boundary, and whose it is."""

    def __init__(self, passed: frozenset[str]) -> None:
        self.found = Blocks()
        self.passed = passed
        self.buffer: list[str] = []
        self.owner: etree._Element | None = None
        self.links = self.bold = 0
        self.in_link = self.in_bold = 0

    def visit(self, element: etree._Element, depth: int) -> None:
        """Take in an element and what is inside it, not its tail."""
        tag = element.tag
        if (
            (tag in NEVER and not (tag in OPEN and _swallowed(element)))
            or not isinstance(tag, str)
            or len(self.found.blocks) > MOST
        ):
            return
        named = bool(element.keys())  # a bare tag, as every third is, has no names
        if named and self.passed and not self.passed.isdisjoint(selector_names.selector_names(element)):
            return
        if tag == "br":
            self.buffer.append(LINE)
            return
        if depth > DEEPEST:
            self._add(words(element))
            return
        said = class_names.marked(element) if named or tag in class_names.TAGS else None
        mark = said.kind if said else None
        if mark is class_names.HIDDEN and tag not in BLOCKS:
            return
        block = tag in BLOCKS or (mark is class_names.CAPTION and tag != "a")
        if not block:
            self._inline(element, tag, depth)
            return
        if self.buffer:
            self.flush()
        outer, self.owner = self.owner, element
        start = len(self.found.blocks)
        self._inside(element, depth)
        if self.buffer:
            self.flush()
        self.owner = outer
        end = len(self.found.blocks)
        if end > start:
            self.found.spans[element] = (start, end)
            if mark:
                self.found.regions.append(Region(mark, element, start, end, said.word if said else ""))

    def _inline(self, element: etree._Element, tag: str, depth: int) -> None:
        if tag in CELLS:
            self.buffer.append(" ")
        link, bold = tag == "a", tag in ("strong", "b")
        self.in_link += link
        self.in_bold += bold
        self._inside(element, depth)
        self.in_link -= link
        self.in_bold -= bold
        if tag in CELLS:
            self.buffer.append(" ")

    def _inside(self, element: etree._Element, depth: int) -> None:
        # Most text of a page is the white space between its tags: none is taken in where a block begins.
        if (text := element.text) and (self.buffer or not text.isspace()):
            self._add(text)
        for child in element:
            self.visit(child, depth + 1)
            if (text := child.tail) and (self.buffer or not text.isspace()):
                self._add(text)

    def _add(self, text: str) -> None:
        self.buffer.append(text)
        if self.in_link:
            self.links += len(text.strip())
        elif self.in_bold:
            self.bold += len(text.strip())

    def flush(self) -> None:
        """End the current block."""
        whole = "".join(self.buffer)
        self.buffer = []
        links, bold = self.links, self.bold
        self.links = self.bold = 0
        if self.owner is None or not whole.strip():
            return
        tag = str(self.owner.tag)
        if LINE not in whole:
            line = " ".join(whole.split())
            size = len(line)
            self.found.blocks.append(Block(line, tag, self.owner, min(size, links), min(size, bold)))
            return
        lines = [words for line in whole.split(LINE) if (words := " ".join(line.split()))]
        total = sum(map(len, lines))
        for line in lines[: MOST + 1]:  # links are shared out by length: which line they stand in was not kept
            share = len(line) / total
            self.found.blocks.append(
                Block(
                    line,
                    tag,
                    self.owner,
                    min(len(line), round(links * share)),
                    min(len(line), round(bold * share)),
                )
            )
