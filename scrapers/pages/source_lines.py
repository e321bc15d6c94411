"""The raw lines that stand where outlets print whose work it is. Reads no credit out of them: aggregator/credit does.

Which mistake is worse: a line that says nothing is read in vain, a picture's or a teaser's line among them makes a credit
that is not there. So a line counts by its own words (labels of storage/labels.toml, the form of a signature), never by an
agency's name alone: agencies' names between headline and text are, three times in ten, a picture's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import ahocorasick
from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import HEADINGS, Block, Blocks
from scrapers.pages.document import words
from scrapers.pages.fields import authors
from scrapers.pages.witness import BEFORE, Context, Witness, answers
from storage import labels
from storage.spelling import fold
from storage.types import SourcingLine

Claim = tuple[str, SourcingLine]

SOURCE_LINES: tuple[Witness[SourcingLine], ...] = (
    Witness(
        "byline", lambda at: _each(of_blocks(at.cut, at.text.start, at.text.end)), "byline elements, the innermost"
    ),
    Witness(
        "headline",
        lambda at: _each(at_headline(at.cut, at.top, at.begin) if at.top else ()),
        "dated or signed lines at the headline",
    ),
    Witness("set apart", lambda at: _each(set_apart(_openings(at))), "a dateline with an element of its own"),
    Witness(
        "place",
        lambda at: _each(lone_dateline(at.cut, at.top, at.begin) if at.top else ()),
        "a place alone just over the text",
    ),
    Witness(
        "text",
        lambda at: _each(of_body(at.kept)),
        "the first paragraph with a dateline; the last lines; short ones that say themselves whose work it is (a label of "
        '`storage/labels.toml`, "with files from", `dpa, AFP (ab)`)',
    ),
    Witness(
        "judged away",
        lambda at: _each(of_body(at.printed) if len(at.printed) > len(at.kept) else ()),
        "the same of what the site always prints, or the judge took away",
    ),
    Witness("labelled end", lambda at: _each(line(block, "end") for block in at.taken), "labelled lines at the end"),
    Witness(
        "behind",
        lambda at: _each(behind(at.cut, at.begin, at.text.end)),
        "such lines in boxes amid the text and up to 25 blocks behind it; a label alone with the list below it",
    ),
    Witness("caption", lambda at: _each(of_captions(at.captions)), "captions"),
    Witness("head", lambda at: _each(of_head(at)), "JSON-LD and meta"),
)
BEHIND = 25  # blocks behind the text in which a line that says whose work it is may still be the article's
LONGEST = 400  # characters of a line; the gold credits of the real pages quote at most 66 of one
SHORT = 100  # characters of a line between headline and text that may be a byline; longer ones are standfirsts
TELLING = 250  # characters of a line amid the text or behind it that says "with files from", "first published in"
PHRASE = 8  # letters; shorter phrases ("with", "за") say nothing by themselves
LISTED = 25  # lines below a label that stands alone: "Sources:"
BIBLIOGRAPHY = re.compile(r"^\W*(?:\d|https?:)|.{100}")  # what a text was read up in, not what it was made from
ABOVE = 3  # blocks over the text in which a dateline may stand by itself
PLACE = re.compile(r"^[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][^\W\d_]+){0,2}(?:, [^\W\d_]{2,20})?$")
SET_APART = 40  # characters of a dateline that has an element of its own
# A year, or nothing but a site's address; or an agency and a place in capitals: "AFP, MANILA".
SIGNED = re.compile(
    r"\b(?:19|20)\d\d\b|^(?:www\.)?[\w-]+(?:\.[\w-]+){1,3}$|^[A-Z]{2,6}, [A-Z][A-Z ]{2,30}$", re.IGNORECASE
)
AGENCY_AND_PLACE = re.compile(r"^[A-Z]{2,6}, [A-Z][A-Z ]{2,30}$")
NOTICE = 3  # blocks behind the text in which a copyright is its own; farther off it is the site's
# Nothing but short words between commas and slashes, perhaps in brackets, perhaps with their writers' initials behind.
SIGNATURE = re.compile(
    r"^[(\[/–—-]?\s?[^\W\d_][\w.&-]{0,14}(?:(?:\s?[/,+|]\s?|\s(?:&|und|and|et|y|e|i|en)\s)[^\W\d_][\w.&-]{0,14}){0,6}"
    r"(?:\s?\([\w,/ ]{2,20}\))?\s?[)\]/]?[.]?$"
)
SIGNS = re.compile(r"[(\[/,]|^[A-Z]{3,8}$")  # what makes a signature of it: a lone word may be a button
# A copyright amid the text; with a slash it is a picture's.
COPY = re.compile(r"^\W{0,2}(?:©|\(c\)\s|copyright\b)[^/|]{3,120}$", re.IGNORECASE)
DATELINE = re.compile(
    r"^.{2,80}?(?:\s[-–—]{1,2}\s|[-–—]{2}|\)\s*[-–—:]|—|\):)|^[【\[［].{2,30}[】\]］]|^\([^()]{2,30}\)\s"
)
RUNS_ON = "·•|–—-"  # signs behind a dateline's element
INLINE = frozenset(("span", "em", "strong", "b", "i", "a", "u", "small", "font", "time"))


@cache
def _label() -> re.Pattern[str]:
    """A label in front of a name, or alone."""
    said = sorted(map(re.escape, labels.phrases("source", "photo", "with_label")), key=len, reverse=True)
    return re.compile(rf"^\W{{0,3}}(?P<label>{'|'.join(said)})\s*(?:[:：•=](?P<rest>.*)|$)", re.DOTALL)


@cache
def _by() -> re.Pattern[str]:
    said = sorted(map(re.escape, labels.phrases("by", "source")), key=len, reverse=True)
    return re.compile(rf"^\W{{0,3}}(?:{'|'.join(said)})(?:\s*[:：/]|\s|$)")


TELLING_WORDS = {  # what a line says: anywhere, where it or a bracket begins, or the last two near each other
    "first": ("first",), "issued": ("issued",), "opens": ("with",), "anywhere": ("contributed", "published"),
}  # fmt: skip
NEAR = 60  # characters from "first" to "published", with the name between them: "zuerst bei NAME in Köln erschienen"


@cache
def _telling() -> ahocorasick.Automaton:
    """Finds "with files from", "contributed to this report", "first" and "published" in a folded text: (length, what it is)."""
    machine = ahocorasick.Automaton()
    for kind, tables in TELLING_WORDS.items():
        for phrase in labels.phrases(*tables):
            if len(phrase) >= PHRASE or not phrase.isascii() or kind in ("first", "issued"):
                machine.add_word(phrase, (len(phrase), kind))
    machine.make_automaton()
    return machine


def is_label(text: str) -> bool:
    """Does a line begin with a label and say more?"""
    found = _label().match(fold(text[:LONGEST]))
    return found is not None and bool((found["rest"] or "").strip())


def stands_alone(text: str) -> bool:
    """Is a line nothing but a source's label: "Quellen:"?"""
    found = _label().match(fold(text[:SHORT]))
    return found is not None and not (found["rest"] or "").strip() and found["label"] in labels.phrases("source")


@lru_cache(maxsize=256)  # three witnesses ask it of a page's last lines
def says_whose(text: str) -> bool:
    """Do a line's own words say whose work it is?"""
    if len(text) > TELLING:
        return False
    if is_label(text):
        return True
    if len(text) < SHORT and SIGNATURE.match(text) and SIGNS.search(text):
        return True
    folded = fold(text)
    found = [
        (last + 1 - length, kind)
        for last, (length, kind) in _telling().iter(folded)
        if _whole(folded, last + 1 - length, last + 1)
    ]
    if any(kind == "anywhere" or (kind == "opens" and _opens(folded, at)) for at, kind in found):
        return True
    first, issued = ([at for at, kind in found if kind == wanted] for wanted in ("first", "issued"))
    return any(abs(a - b) <= NEAR for a in first for b in issued)


def _whole(folded: str, start: int, end: int) -> bool:
    return not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum()) or not folded[start].isascii()


def _opens(folded: str, start: int) -> bool:
    """Does a sentence or a bracket begin there?"""
    ahead = folded[:start].rstrip(" \"'*–—-")
    return not ahead or ahead[-1] in ".!?([:"


def read_source_lines(context: Context) -> tuple[SourcingLine, ...]:
    """What all witnesses say: each line once, in its first place."""
    return unique(said for _, said in answers(SOURCE_LINES, context) if said)


def _each(lines: Iterable[SourcingLine]) -> Iterator[Claim]:
    return ((one.where, one) for one in lines)


def _openings(at: Context) -> list[Block]:
    """The blocks that may open with a dateline: the standfirst and the text's first."""
    above = at.cut.blocks[max(0, at.text.start - BEFORE) : at.text.start]
    return [block for block in above if block.text == at.standfirst] + at.printed[:1]


def of_blocks(page: Blocks, start: int, end: int) -> Iterator[SourcingLine]:
    """Byline lines that stand beside or in the article: blocks[start:end] and what the head of the article holds.

    Of bylines inside each other the innermost counts; the parts of one are joined by bars.
    """
    near = [r for r in page.regions if r.mark is class_names.BYLINE and start - BEFORE <= r.start and r.end <= end + 12]
    held: set[int] = set()
    for region in near:  # inner ones come first: an element ends before the one around it
        parts = [n for n in range(region.start, region.end) if n not in held]
        held.update(parts)
        said = " | ".join(_spaced(page.blocks[n]) for n in parts)
        if 2 < len(said) <= LONGEST:
            yield SourcingLine(text=said, where="byline" if region.start < start + 6 else "end")


def _spaced(block: Block) -> str:
    """A block's words with a space where two elements meet: "Jan Novak<span>Associated Press</span>"."""
    said = ""
    for piece in map(str, block.element.itertext()):
        meet = said[-1:].isalnum() and piece[:1].isalnum() and not (said[-1:].isupper() and piece[:1].islower())
        said += f" {piece}" if meet else piece
    return block.text if _bare(said) != _bare(block.text) else " ".join(said.split())


def _bare(text: str) -> str:
    return "".join(text.split())


def first_block(page: Blocks, text: list[Block], start: int) -> int:
    """Which block of the page is the text's first; its container may hold bylines and dates above that."""
    return next((n for n in range(start, len(page.blocks)) if text and page.blocks[n] is text[0]), start)


def end_of(page: Blocks, text: list[Block], end: int) -> int:
    """The block behind the text's last; its container may hold more than the text."""
    return next(
        (n + 1 for n in range(min(end, len(page.blocks)) - 1, -1, -1) if text and page.blocks[n] is text[-1]), end
    )


def at_headline(page: Blocks, h1: tuple[int, int], start: int) -> Iterator[SourcingLine]:
    """Lines between headline (blocks[h1]) and text, and the one above, that say when or by whom, however marked."""
    first = max(h1[0] - 1, 0)
    passed = (class_names.CAPTION, class_names.HIDDEN, class_names.BYLINE)
    near = (r for r in page.regions if r.mark in passed and first < r.end <= start)
    held = {n for r in near for n in range(max(r.start, first), r.end)}
    for n in range(first, start):
        text = page.blocks[n].text
        if n in held or h1[0] <= n < h1[1] or len(text) > SHORT:
            continue
        if SIGNED.search(text) or AGENCY_AND_PLACE.match(text) or _by().match(fold(text)):
            yield SourcingLine(text=text, where="byline")


def of_body(body: list[Block]) -> Iterator[SourcingLine]:
    """The first paragraph where it opens with a dateline, the last ones where they are short, others that say whose it is."""
    if body and DATELINE.match(body[0].text):
        yield SourcingLine(text=body[0].text, where="start")
    for block in body[1:-2]:
        if says_whose(block.text):
            yield SourcingLine(text=block.text, where="end")
    for block in body[-2:]:
        if len(block.text) <= LONGEST and block is not body[0]:
            yield SourcingLine(text=block.text, where="end")


def set_apart(blocks: Iterable[Block]) -> Iterator[SourcingLine]:
    """A dateline with an element of its own at the begin of a block: "<span>Berlin.</span> …", "<em>Neuss</em> · …"."""
    for block in blocks:
        said = _first_element(block)
        if said is None or not block.text.startswith(said):
            continue
        rest = block.text[len(said) :].lstrip()
        runs_on = rest.lstrip(RUNS_ON + " ")
        if (said.endswith((".", "/")) or rest[:1] in RUNS_ON) and runs_on[:1] and not runs_on[:1].islower():
            sign = f" {rest[0]}" if rest[0] in RUNS_ON else ""
            yield SourcingLine(text=said + sign, where="dateline")
            return


def lone_dateline(page: Blocks, h1: tuple[int, int], begin: int) -> Iterator[SourcingLine]:
    """A block of a few capitalised words just over the text, blocks[begin]: "<h6>Ankara</h6>". Whether it is a place, the
    credit reader says."""
    for block in page.blocks[max(h1[1], begin - ABOVE) : begin]:
        if len(block.text) <= SET_APART and not block.links and PLACE.match(block.text):
            yield SourcingLine(text=block.text, where="dateline")


def _first_element(block: Block) -> str | None:
    """The words of the inline element with which a block begins, where they are short."""
    element: etree._Element | None = block.element
    while element is not None and not (element.text or "").strip():
        child = next(iter(element), None)
        if child is None or child.tag not in INLINE:
            return None
        said = words(child)
        if said and len(said) <= SET_APART and len(said) < len(block.text):
            return said
        element = child
    return None


def behind(page: Blocks, start: int, end: int) -> Iterator[SourcingLine]:
    """Lines that say whose work it is, in boxes amid the text and below it; a label alone takes the list below it."""
    passed = [r for r in page.regions if r.mark in (class_names.CAPTION, class_names.HIDDEN) or _is_comments(r.element)]
    held = {n for r in passed if r.end - r.start < end - start for n in range(r.start, r.end)}
    last = min(end + BEHIND, len(page.blocks))
    n = start
    while n < last:
        block = page.blocks[n]
        n += 1
        if n - 1 in held or 2 * block.links > len(block.text):
            continue
        if stands_alone(block.text):
            items = _items(page, n)
            yield from (
                SourcingLine(text=f"{block.text.rstrip(' :：')}: {item.text[:LONGEST]}", where="end") for item in items
            )
            n += 1 if items else 0
        elif says_whose(block.text) or (n <= end + NOTICE and COPY.match(block.text)):
            yield SourcingLine(text=block.text, where="end")


def _items(page: Blocks, n: int) -> list[Block]:
    """The lines of a list that begins at a block."""
    found: list[Block] = []
    for block in page.blocks[n : n + LISTED]:
        if block.tag in HEADINGS or block.tag != page.blocks[n].tag or len(block.text) > LONGEST:
            break
        if not BIBLIOGRAPHY.match(block.text):
            found.append(block)
    return found


def _is_comments(element: etree._Element) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return "comment" in named or "kommentar" in named or "disqus" in named


def of_captions(captions: Iterable[Block]) -> Iterator[SourcingLine]:
    """What stands under pictures."""
    for block in captions:
        if len(block.text) <= LONGEST:
            yield SourcingLine(text=block.text, where="caption")


def of_head(at: Context) -> Iterator[SourcingLine]:
    """What the page declares and may not print: an organisation as author, a credit text, a source."""
    page = at.document
    claim = page.linked.get("author")
    if bodies := authors.organisations(claim):
        persons, _ = authors.read_authors([("", claim)], ())
        yield SourcingLine(text=" / ".join(filter(None, (", ".join(persons), ", ".join(bodies)))), where="meta")
    for key in ("creditText", "sourceOrganization", "copyrightNotice", "isBasedOn"):
        said = linked_data.text(page.linked.get(key))
        if said and not said.startswith("http"):
            yield SourcingLine(text=said, where="meta")
    for key in (
        "article:source",
        "source",
        "dc.source",
        "news_source",
        "syndication-source",
        "original-source",
        "dcterms.source",
    ):
        said = page.meta.get(key)
        if said and not said.startswith("http"):
            yield SourcingLine(text=said, where="meta")


def labelled(body: list[Block]) -> tuple[list[Block], list[Block]]:
    """The body without the credit lines at its end, and these."""
    end = len(body)
    while end > 1 and len(body[end - 1].text) <= LONGEST and _closes(body[end - 1].text):
        end -= 1
    return body[:end], body[end:]


# Who else worked on it, in a sentence of its own behind the text.
WORKED = re.compile(
    r"^\W*(?:reporting by|additional reporting|writing by|editing by|edited by|"
    r"with reporting by|compiled by|with (?:inputs|files|"
    r"agency inputs)|redigerad av)\b|\b(?:contributed to this|contributed reporting|"
    r"contributed from|reported from .{3,120}(?:contributed|and .{3,80} from))",
    re.IGNORECASE,
)


def _closes(text: str) -> bool:
    return is_label(text) or WORKED.search(text) is not None


def line(block: Block, where: str) -> SourcingLine:
    """A block as a line."""
    return SourcingLine(text=block.text, where=where)


def unique(lines: Iterable[SourcingLine]) -> tuple[SourcingLine, ...]:
    """Each line once, in its first place."""
    return tuple({(line.text, line.where): line for line in lines}.values())
