"""Where a page may print who wrote it: marked elements, signed lines, a signature. Judges no name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from scrapers.pages import class_names
from scrapers.pages.document import words
from scrapers.pages.witness import BEFORE, Context

BEHIND = 10  # blocks behind it in which a marked one does
NEAR = 8  # blocks before the text in which a signed line stands …
UNDER = 3  # … and under a headline that is further away
LINE = 160  # characters of a line of a marked element
BYLINE = 400  # characters of an element whose class says "author": more is not a byline
SIGNED_LINE = 80  # characters of a line that is a name behind "by"
CARD = 30  # blocks behind the text in which its author may be introduced
INTRODUCED = 60  # characters of a line that does so; fewer may be a label that stands twice ("Share this story")
NAME_LINE = 40  # characters of a line that is nothing but a name
PREVIEW = "preview label"  # the evidence of what a content system tells previews of links
INLINE = ("span", "a", "em", "strong", "b", "i", "cite", "small")
BY = (  # "by" and its like, with the words that stand before it
    r"(?:(?:written|words|story|text|reported|posted|published|authored|article) )?by|"
    r"(?:(?:(?:ein |eine )?(?:artikel|beitrag|text|bericht|kommentar|analyse|interview)|verfasst|geschrieben) )?von|"
    r"(?:(?:un )?(?:article|texte|propos recueillis) (?:de |par )|(?:écrit |rédigé |publié )?par)|"
    r"(?:scritto|escrit|geschreven|skrevet|skriven|napisane|napisał) (?:da|per|door|av|przez)|"
    r"(?:(?:escrito|publicado|texto) )?por|(?:texto|text|texte|tekst|testo|autor(?:in|a|es)?|auteur|autore|author):|"
    r"(?:door|di|af|av|od|przez|napisał|írta|oleh|yazan|автор|текст|від|από|γράφει|بقلم|كتب|نویسنده|מאת|लेखक)(?=[\s:])"
)
SIGNED = re.compile(rf"^\W{{0,3}}(?:{BY})(?:\s*[:：]\s*|\s+)(?=[^\W\d_])", re.IGNORECASE)
LABEL = re.compile(rf"^\W{{0,3}}(?:{BY})\s*[:：]?\W*$", re.IGNORECASE)
RIGHT = re.compile(r"text-align:\s*(?:right|end)|\b(?:text-right|has-text-align-right|alignright|pull-right)\b")
# Under what sites keep a page for each author; "/people/", "/profile/" and "/team/" are as often persons that the text names.
AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|in|i|e)?|auteurs?|forfatter|yazar(?:lar)?|penulis|avtor|tac-gia)/[^/?#]", re.IGNORECASE
)
COMMENTS = re.compile(r"\b(?:comment|comments|commentlist|comment-list|disqus|kommentar|kommentare)\b")


def marked(at: Context) -> Iterator[tuple[str, str]]:
    """Elements whose class, item property or tag says that they name an author; those of comments do not."""
    cut, begin, end, elsewhere = at.cut, at.begin, at.end, at.elsewhere()
    for region in cut.regions:
        if (
            region.mark is class_names.BYLINE
            and begin - BEFORE <= region.start <= end + BEHIND
            and region.start not in elsewhere
        ):
            held_by = cut.blocks[region.start : region.end]
            if sum(len(block.text) for block in held_by) <= BYLINE and not _in_comments(region.element):
                yield "byline", "\n".join(block.text for block in held_by if len(block.text) < LINE)
    for block in (*cut.blocks[max(0, begin - NEAR) : begin + 1], *cut.blocks[max(begin, end - 1) : end + 3]):
        if len(block.text) <= LINE and not _in_comments(block.element):
            for one in block.element.iter(*INLINE):
                if one.keys() and class_names.mark(one) is class_names.BYLINE:
                    yield "byline", words(one)


def signed(at: Context) -> Iterator[tuple[str, str]]:
    """Short lines around the text that begin with "by" or its like."""
    for said in _lines(at):
        if len(said) <= SIGNED_LINE and (by := SIGNED.match(said)):
            yield "signed line", said[by.end() :]


def linked(at: Context) -> Iterator[tuple[str, list[str]]]:
    """The first links before the text to pages of authors ("/author/ana-ruiz"), of one line or of lines in a row."""
    elsewhere, found = at.elsewhere(), list[str]()
    for n in _before(at):
        if n > at.begin or n in elsewhere:
            continue
        links = [a for a in at.cut.blocks[n].element.iter("a") if AUTHOR_PAGE.search(a.get("href") or "")]
        found += [said for a in links if (said := words(a)) and said not in found]
        if found and not links:
            break
    if found:
        yield "author's page", found


def cards(at: Context) -> Iterator[tuple[str, str]]:
    """The first name behind the text that a line of its own gives, there or under the headline, and a longer line begins with.

    "Ana Ruiz" under the headline, "Ana Ruiz is a reporter in Lisbon, and …" below the text: so pages introduce their authors.
    """
    elsewhere, blocks = at.elsewhere(), at.cut.blocks
    under = blocks[at.top[1] if at.top else at.begin : at.begin + 1]
    for n in range(max(at.begin + 1, at.end - 1), min(at.end + CARD, len(blocks))):
        line = blocks[n].text
        if len(line) < INTRODUCED or n in elsewhere or _in_comments(blocks[n].element):
            continue
        for block in (*under, *blocks[max(at.begin, n - 2) : n]):
            if len(block.text) <= NAME_LINE and line.startswith(f"{block.text} "):
                yield "author's card", block.text
                return


def in_head(meta: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """What content systems tell previews of links: a label ("Written by") and what stands behind it."""
    for n in (1, 2):
        if LABEL.match(meta.get(f"twitter:label{n}", "")):
            yield PREVIEW, meta.get(f"twitter:data{n}")


def signatures(at: Context) -> Iterator[tuple[str, str]]:
    """The last lines of a text that are set apart as names are: bold, or to the right."""
    for block in at.text.blocks[-2:] if len(at.text.blocks) > 2 else ():
        style = f"{block.element.get('style') or ''} {block.element.get('class') or ''}"
        if len(block.text) <= NAME_LINE and (block.bold >= 0.9 * len(block.text) or RIGHT.search(style)):
            yield "signature", block.text


def _before(at: Context) -> list[int]:
    """The numbers of the blocks just under the headline, and just before and at the begin of the text."""
    near = range(max(0, at.begin - NEAR), at.begin + 2)
    under = range(at.top[1], at.top[1] + UNDER) if at.top and at.begin - BEFORE <= at.top[1] <= at.begin else ()
    return sorted(n for n in {*near, *under} if n < len(at.cut.blocks))


def _in_comments(element: etree._Element) -> bool:
    return any(
        _is_of_comments(one.get("class"), one.get("id"))
        for one in (element, *element.iterancestors())
        if one.keys() and one.tag != "body"  # whose class says whether comments are open
    )


@lru_cache(maxsize=2_000)  # all lines of a page stand in the same few elements
def _is_of_comments(classes: str | None, name: str | None) -> bool:
    return bool(COMMENTS.search(f"{classes} {name}".lower()))


def _lines(at: Context) -> Iterator[str]:
    """Lines under the headline, just before, at the begin and at the end of the text; a label alone with the line behind it."""
    label, blocks = "", at.cut.blocks
    for block in (*(blocks[n] for n in _before(at)), *blocks[max(at.begin + 2, at.end - 2) : at.end + 2]):
        if LABEL.match(block.text):
            label = block.text
        else:
            yield f"{label} {block.text}".strip()
            label = ""
