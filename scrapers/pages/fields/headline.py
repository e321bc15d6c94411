"""The headline as displayed: the h1 that what the head says agrees with, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from scrapers.pages import class_names, linked_data
from scrapers.pages.blocks import NEVER
from scrapers.pages.witness import ANNOUNCED, Context, Witness, answers
from storage import keys

Top = tuple[str, etree._Element | None]  # the words, and the element that prints them
Claim = tuple[str, Top | None]

HEAD: tuple[Witness[str], ...] = (
    Witness(
        "json-ld headline", lambda at: [("json-ld headline", linked_data.text(at.document.linked.get("headline")))]
    ),
    Witness("og:title", lambda at: [("og:title", at.document.meta.get("og:title"))]),
    Witness("twitter:title", lambda at: [("twitter:title", at.document.meta.get("twitter:title"))]),
    Witness("json-ld name", lambda at: [("json-ld name", linked_data.text(at.document.linked.get("name")))]),
    Witness("title", lambda at: [("title", at.document.title)]),
    Witness(
        ANNOUNCED, lambda at: [(ANNOUNCED, at.link.title if at.link else None)], "the title in the feed or sitemap"
    ),
)
HEADLINE: tuple[Witness[Top], ...] = (
    Witness("selector", lambda at: [("selector", (said, None)) for said in at.given("headline")[:1]]),
    Witness(
        "h1, as in the head",
        lambda at: _agreeing(at),
        "the h1 that one of these agrees with: JSON-LD headline, og:title, twitter:title, JSON-LD name, title, "
        "the title in the feed or sitemap",
    ),
    Witness("heading", lambda at: _headings(at), "an h2 or h3 with the words of one of these"),
    Witness("hidden h1", lambda at: _agreeing(at, hidden=True), "such an h1 that is not shown"),
    Witness("h1", lambda at: _lone(at), "a lone h1 outside of menus and the like"),
    Witness(
        "head",
        lambda at: ((evidence, (said, None)) for evidence, said in at.titles),
        "the first of these itself, without the site's name",
    ),
)
SUFFIX = re.compile(r"\s+[|\-–—·•»:«/]+\s+")
TIGHT = re.compile(r"[|｜:：_]\s*")  # signs that stand between a title and the site's name without a space
WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")
# Class words and tags that hold no headline: others that mark boilerplate ("banner", "featured") stand around headlines too.
AWAY = frozenset(
    (
        "<nav>",
        "<aside>",
        "<footer>",
        "nav",
        "navbar",
        "navigation",
        "breadcrumb",
        "breadcrumbs",
        "menu",
        "masthead",
        "sidebar",
    )
)
WORD = re.compile(r"\w+")
SAME = 0.6  # share of the words of the shorter one that two headlines have in common: one was shortened for the web
LONGEST = 400  # characters; the longest of 204 real ones has 142


def read_headline(context: Context) -> tuple[str | None, str | None, etree._Element | None]:
    """The headline, where it was found, and its h1 if it has one."""
    context.titles = _titles(context)
    evidence, words = None, None
    for where, said in answers(HEADLINE, context):
        if said is None:
            continue
        evidence, words = evidence or where, words or said[0]
        if where != "selector":  # which gives the words, and not where the headline stands
            return words, evidence, said[1]
    return words, evidence, None


def _tops(at: Context, hidden: bool = False) -> list[tuple[str, etree._Element]]:
    """Each h1 that is, or is not, shown, with its words; the site's name behind them cut off."""
    h1s = [h1 for h1 in at.document.root.iter("h1") if (class_names.mark(h1) is class_names.HIDDEN) is hidden]
    names = _names(at)
    return [(_without_site(words, names), h1) for h1 in h1s if (words := _words(h1)) and len(words) <= LONGEST]


def _names(at: Context) -> set[str]:
    return {_folded(name) for name in (*at.sites, at.document.meta.get("application-name")) if name}


def _without_site(words: str, names: set[str]) -> str:
    """An h1 without its last part where that is the site's name."""
    parts = SUFFIX.split(words)
    return words[: -len(parts[-1])].rstrip(" |-–—·•»:«/") if len(parts) > 1 and _folded(parts[-1]) in names else words


def _agreeing(at: Context, hidden: bool = False) -> Iterator[Claim]:
    tops = _tops(at, hidden)
    for evidence, claim in at.titles:
        for words, h1 in tops:
            if agree(words, claim):
                yield f"h1, as in {evidence}", (_without_kicker(words, h1, at.titles), h1)


def _headings(at: Context) -> Iterator[Claim]:
    """Smaller headings with the words of a title, unless a lone h1 stands over them: then they are parts of its text."""
    said = {_folded(claim) for _, claim in at.titles}
    over = next((top[1] for _, top in _lone(at) if top), None)
    for heading in at.document.root.iter("h1", "h2", "h3") if said else ():
        if heading is over:
            return
        shown = heading.tag != "h1" and class_names.mark(heading) is not class_names.HIDDEN
        if shown and _folded(words := _words(heading)) in said:
            yield str(heading.tag), (_without_kicker(words, heading, at.titles), heading)


def _without_kicker(words: str, h1: etree._Element, said: list[tuple[str, str]]) -> str:
    """The h1 without a child element at its begin or end, where all that is left is what the head calls the page.

    Where the head joins its parts by a sign ("Flood: Two ministers go") that on the page is only a line's end,
    with the sign that most of them have.
    """
    parts = [part for child in h1.iter() if child is not h1 and (part := _words(child)) and part != words]
    for part in parts:
        for rest in (words.removeprefix(part), words.removesuffix(part)):
            bare = rest.strip(" :|–—-•/")
            if rest != words and any(_folded(bare) == _folded(claim) for _, claim in said):
                return bare
    same = Counter(claim for _, claim in said if WORD.findall(claim) == WORD.findall(words))
    return same.most_common(1)[0][0] if parts and same else words


def _titles(at: Context) -> list[tuple[str, str]]:
    """What the head, and a feed, calls the page, best witness first, without the site's name."""
    names, host = _names(at), keys.host(at.document.url).split(".")
    label = max(host[:-1], key=len, default="")  # "phpspot" of phpspot.org
    return [
        (evidence, bare)
        for evidence, claim in answers(HEAD, at)
        if claim and (bare := _bare(linked_data.plain(claim), names, label))
    ]


def _lone(at: Context) -> Iterator[Claim]:
    """The one h1 of a page that is outside of menus and the like, where it is not the site's name."""
    tops = [top for top in _tops(at) if not _is_away(at, top[1])]
    if len(tops) == 1 and _is_long(tops[0][0]) and _folded(tops[0][0]) not in _names(at):
        yield "h1", tops[0]


def _is_away(at: Context, h1: etree._Element) -> bool:
    """Does an h1 stand in a menu or the like, or lead elsewhere, as a site's name and the heading over its teasers do?"""
    page = keys.canonical(at.document.url)
    for link in h1.iter("a"):
        try:
            there = urljoin(at.document.base, (link.get("href") or "#").strip())
        except ValueError:
            continue
        if _words(link) == _words(h1) and keys.canonical(there) not in (
            page,
            keys.canonical(at.document.canonical or ""),
        ):
            return True
    around = (class_names.marked(one) for one in h1.iterancestors() if one.tag not in ("html", "body"))
    return any(said is not None and said.word in AWAY for said in around)


def _is_long(words: str) -> bool:
    """Are these more words than a section has? In scripts without spaces signs are counted."""
    return len(WORD.findall(words)) >= 3 or len(WIDE.findall(words)) >= 8


def agree(a: str, b: str) -> bool:
    """Are these two forms of one headline?"""
    x, y = set(_folded(a).split()), set(_folded(b).split())
    if not x or not y:
        return False
    if min(len(x), len(y)) < 3:
        return (
            x == y
            or "".join(sorted(x)) == "".join(sorted(y))
            or _folded(a).startswith(_folded(b))
            or _folded(b).startswith(_folded(a))
        )
    return len(x & y) >= SAME * min(len(x), len(y))


def _bare(claim: str, names: set[str], label: str = "") -> str:
    """A title without its last part where that is the site's name, or looks like one; ``label``: how its host is called."""
    parts = SUFFIX.split(claim)
    last = TIGHT.split(claim)[-1]
    if len(parts) == 1 and last != claim and (_folded(last) in names or (len(label) > 4 and label in _folded(last))):
        return claim[: -len(last)].rstrip(" |｜:：_")
    if len(parts) > 1 and (
        _folded(parts[-1]) in names or (len(parts[-1].split()) <= 4 and len(parts[0]) > 2 * len(parts[-1]))
    ):
        cut = len(claim) - len(parts[-1])
        return SUFFIX.sub("", claim[:cut][::-1], count=1)[::-1].strip() if names else claim[:cut].rstrip(" |-–—·•»:«/")
    if len(parts) > 1 and _folded(parts[0]) in names:
        return claim[len(parts[0]) :].lstrip(" |-–—·•»:«/")
    return claim


def _words(element: etree._Element) -> str:
    return " ".join("".join(_texts(element)).split())


def _texts(element: etree._Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NEVER and class_names.mark(child) is not class_names.HIDDEN:
            found += _texts(child)
        if child.tag in ("br", "div", "p"):
            found.append(" ")
        found.append(child.tail or "")
    return found


def _folded(words: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", words).casefold()))
