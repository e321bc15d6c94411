"""The general reader, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from slugify import slugify

from scrapers.pages import (
    blocks,
    class_names,
    dated_lines,
    judge,
    linked_data,
    not_article,
    script_text,
    selectors,
    source_lines,
)
from scrapers.pages.document import Document, every, parse_page, words
from scrapers.pages.fields import body as bodies
from scrapers.pages.fields import dates, headline, labels, language, picture, publisher, standfirst
from scrapers.pages.fields.authors import bodies_among, read_authors
from scrapers.pages.source_lines import BEFORE
from storage import keys
from storage.types import Article, Link, Outlet, Page, Skipped

AUTHOR_META = (
    "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "cxenseparse:author", "mediator_author",
)  # fmt: skip
LINE = 160  # characters of a line of such an element
IDENT = re.compile(r"[a-z0-9]*\d{4,}[a-z0-9]*|[^/.]{12,}")  # a number or a slug that names one article
BYLINE = 400  # characters of an element whose class says "author": more is not a byline
NEAR = 8  # blocks before the text in which a signed line stands
SIGNED_LINE = 80  # characters of a line that is a name behind "by"
SIGNED = re.compile(
    r"^\W{0,3}(?:(?:written |words |story )?by|von|text:|autor(?:in)?:|par|por|texto:|door)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
NO_TEXT = "no running text found"
EMPTY = (NO_TEXT, not_article.NEEDS_SCRIPT)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of a page's layout before it is read."""

    frame: etree._Element | None = None  # only what is inside is looked at. None: the whole page
    body: etree._Element | None = None  # the container of the paragraphs. None: found by their text
    passed: frozenset[str] = frozenset()  # names of elements that are not looked into
    texts: frozenset[str] = frozenset()  # paragraphs of the site, not of the article
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read of a page, and where in its tree. The tree's parts are missing where there is no article."""

    said: Article | Skipped
    cut: blocks.Blocks = field(default_factory=blocks.Blocks)
    text: bodies.Text = field(default_factory=lambda: bodies.Text(None))
    h1: etree._Element | None = None


UNKNOWN = Scope()


def read_article(page: Page, outlet: Outlet) -> Article | Skipped:
    """What a page says: an article, or why it is none. Never raises, whatever the bytes."""
    if reason := not_article.of_response(page):
        return Skipped(reason=reason)
    document = parse_page(page.body, page.content_type, page.url)
    if document is None:
        return Skipped(reason="not HTML (no element in it)")
    return general(page, outlet, document).said


def general(page: Page, outlet: Outlet, document: Document) -> Extraction:
    """Read a page of which nothing is known."""
    found = extract(page, outlet, document)
    if isinstance(found.said, Skipped) and found.said.reason in EMPTY and script_text.fill(document):
        return Extraction(extract(page, outlet, document).said)  # its elements are ours, not the site's
    return found


def extract(page: Page, outlet: Outlet, document: Document, place: Scope = UNKNOWN) -> Extraction:
    """Read a page where its article stands, or find that out."""
    given = outlet.selectors
    selectors.drop(document.root, given)
    held = document.root if place.frame is None else place.frame  # what holds the article
    cut = blocks.cut(held, place.passed)
    if len(cut.blocks) > blocks.MOST:
        return Extraction(Skipped(reason=not_article.TOO_MANY))
    top, top_evidence, h1 = headline.read_headline(document, outlet.name)
    if said := selectors.words(document.root, given, "headline"):
        top, top_evidence = said[0], "selector"
    container = next(iter(selectors.elements(document.root, given, "body")), place.body)
    text = bodies.find_body(cut, top, h1, container)
    if reason := not_article.of_text(document, cut, text.mass):
        return Extraction(Skipped(reason=reason))
    first, last = text.start, text.end
    printed, taken = source_lines.labelled(text.blocks)
    kept = [block for block in printed if block.text not in place.texts]
    verdict = None
    if place.frame is None and container is None:  # a layout knows by itself what the site's words are
        kept, verdict = judge.judged(document, cut, text, kept, top)
    lead, lead_evidence, kept = standfirst.read_standfirst(document, cut, kept, first, top, h1)
    if said := selectors.words(document.root, given, "standfirst"):
        lead, lead_evidence, kept = said[0], "selector", [b for b in kept if b.text != said[0]]
    paragraphs = bodies.paragraphs(kept)
    whole = cut if place.frame is None or text.mass >= not_article.SHORT else blocks.cut(document.root)
    paywalled = not_article.paywalled(document, whole, text.mass)  # the box that says so may stand anywhere
    if not paragraphs and not lead:
        return Extraction(Skipped(reason="a paywall without any text" if paywalled else NO_TEXT))
    if top is None:
        return Extraction(Skipped(reason="no headline found"))
    bylines = [("selector", selectors.words(document.root, given, "authors"))]
    bylines += _bylines(document, held, cut, first, last)
    sites = (outlet.name, document.meta.get("og:site_name"))
    authors, authors_evidence = read_authors(bylines, sites)
    organisations = bodies_among(bylines, sites)
    begin, end = source_lines.first_block(cut, text.blocks, first), source_lines.end_of(cut, text.blocks, last)
    code, code_evidence = language.read_language(
        document, " ".join((lead or "", *paragraphs)), outlet.languages or place.languages
    )
    beside = dated_lines.beside(document, given, cut, h1, (first, begin, end), (top, lead), code)
    announced = page.link.published if page.link else None
    published, published_evidence = dates.read_published(document, page.fetched, beside, announced)
    modified, modified_evidence = dates.read_modified(document, held, page.fetched, beside)
    over = picture.above(cut, h1, first, text.blocks)
    captions = [b for b in {id(b): b for b in (*over, *text.captions)}.values() if b.text not in (top, lead)]
    heads = [b for b in cut.blocks[max(0, first - BEFORE) : first] if b.text == lead] + printed[:1]
    lines = [
        *source_lines.of_blocks(cut, first, last),
        *(source_lines.at_headline(cut, cut.spans[h1], begin) if h1 in cut.spans else ()),
        *source_lines.set_apart(heads),
        *(source_lines.lone_dateline(cut, cut.spans[h1], begin) if h1 in cut.spans else ()),
        *source_lines.of_body(kept),
        *(source_lines.of_body(printed) if len(printed) > len(kept) else ()),  # what the site always prints may credit
        *(source_lines.line(b, "end") for b in taken),
        *source_lines.behind(cut, begin, last),
        *source_lines.of_captions(captions),
        *source_lines.of_head(document),
    ]
    evidence = {
        "headline": top_evidence, "standfirst": lead_evidence, "authors": authors_evidence,
        "body": ", ".join(filter(None, (text.evidence, verdict))),
        "published": published_evidence, "modified": modified_evidence, "language": code_evidence,
    }  # fmt: skip
    url = article_address(document)
    article = Article(
        id=keys.article_id(url, outlet.id),
        outlet=outlet.id,
        url=keys.canonical(url),
        fetched=page.fetched,
        headline=top,
        standfirst=lead,
        body=paragraphs,
        language=code,
        authors=authors,
        organisations=organisations,
        published=published.astimezone(UTC) if published else None,
        zone=dates.zone_in_minutes(published, published_evidence),
        modified=modified.astimezone(UTC) if modified else None,
        section=_section(document),
        tags=_tags(document),
        picture=picture.read_picture(document, cut, captions, begin),
        sourcing_lines=source_lines.unique(lines),
        published_by=publisher.publisher_names(document),
        labels=labels.read_labels(document, cut, cut.spans.get(h1) if h1 is not None else None),
        imprint=labels.read_imprint(document),
        paywalled=paywalled,
        incomplete=_goes_on(document),
        evidence={name: said for name, said in evidence.items() if said},
    )
    return Extraction(article, cut, text, h1)


def article_address(document: Document) -> str:
    """rel=canonical where it is an article of the same site and something else on the page bears it out; else the address
    that answered.

    A fault in a template gives every page the same canonical address: three articles would be versions of one.
    """
    said = document.canonical
    if not said or not _same_site(said, document.url) or urlsplit(keys.canonical(said)).path in ("", "/"):
        return document.url
    return said if _is_borne_out(document, said) else document.url


def _is_borne_out(document: Document, said: str) -> bool:
    """Is another address like it: the one that answered, og:url, JSON-LD's, or the words of the headline?"""
    path, here = (urlsplit(keys.canonical(one)).path.rstrip("/").lower() for one in (said, document.url))
    if path.startswith(here) or here.startswith(path) or set(IDENT.findall(path)) & set(IDENT.findall(here)):
        return True
    page = document.linked.get("mainEntityOfPage")
    others = [document.meta.get("og:url"), document.linked.get("url"), document.linked.get("@id"), page]
    others += [page.get("@id")] if isinstance(page, dict) else []
    if any(isinstance(one, str) and urlsplit(keys.canonical(one)).path.rstrip("/").lower() == path for one in others):
        return True
    slug = " ".join(re.findall(r"[^\W\d_]{3,}", path.rsplit("/", 1)[-1]))
    title = _title_words(document)
    return bool(slug) and headline.agree(slug, title)


def _title_words(document: Document) -> str:
    """The words of the title as addresses write them."""
    return slugify(document.meta.get("og:title") or document.title or "").replace("-", " ")


def _same_site(a: str, b: str) -> bool:
    x, y = keys.host(keys.canonical(a)), keys.host(keys.canonical(b))
    return bool(x) and (x == y or x.split(".")[-2:] == y.split(".")[-2:])


def _bylines(
    document: Document, held: etree._Element, cut: blocks.Blocks, first: int, last: int
) -> Iterator[tuple[str, Any]]:
    yield "json-ld author", document.linked.get("author")
    for name in AUTHOR_META:
        yield f"meta {name}", document.meta.get(name)
    for link in every(held, "descendant-or-self::a[@rel='author']"):
        yield "rel=author", words(link)
        break
    for region in cut.regions:
        if region.mark is class_names.BYLINE and first - BEFORE <= region.start <= last + 10:
            held_by = cut.blocks[region.start : region.end]
            if sum(len(block.text) for block in held_by) <= BYLINE:  # an author's page holds a whole article
                yield "byline", "\n".join(block.text for block in held_by if len(block.text) < LINE)
    near = (*cut.blocks[max(0, first - NEAR) : first + 1], *cut.blocks[max(first, last - 1) : last + 2])
    for block in near:
        if len(block.text) <= SIGNED_LINE and (signed := SIGNED.match(block.text)):
            yield "signed line", block.text[signed.end() :]
    yield "json-ld creator", document.linked.get("creator")


def _goes_on(document: Document) -> bool:
    """Does the text go on at an address below, or beside, this one (rel=next)? The next article of a blog does not count."""
    here = urlsplit(document.url)
    stem = re.sub(r"(?:\.\w{1,5}|/)$", "", here.path)
    for link in (*document.heads["link"], *document.root.iter("a")):
        if "next" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            try:
                there = urlsplit(urljoin(document.base, link.get("href", "").strip()))
            except ValueError:
                continue
            if there.hostname == here.hostname and len(stem) > 1 and there.path.startswith(stem) and there != here:
                return True
    return False


def _section(document: Document) -> str | None:
    return (
        linked_data.text(document.linked.get("articleSection"))
        or document.meta.get("article:section")
        or document.meta.get("section")
    )


def _tags(document: Document) -> tuple[str, ...]:
    said = document.linked.get("keywords") or document.meta.get("news_keywords") or document.meta.get("keywords") or ""
    words = said if isinstance(said, list) else str(said).split(",")
    return tuple(
        dict.fromkeys(tag for word in words[:60] if isinstance(word, str) and (tag := linked_data.plain(word)))
    )


def teaser_links(page: Page, outlet: Outlet) -> tuple[Link, ...]:
    """Teasers on a page: links to other pages of the site whose words have a headline's length, each address once."""
    document = None if not_article.of_response(page) else parse_page(page.body, page.content_type, page.url)
    found: dict[str, Link] = {}
    for anchor in document.root.iter("a") if document else ():
        title = words(anchor)
        try:
            url = urljoin(document.base if document else page.url, (anchor.get("href") or "").strip())
        except ValueError:
            continue
        if len(title.split()) >= 4 and _same_site(url, page.url) and keys.canonical(url) != keys.canonical(page.url):
            found.setdefault(keys.canonical(url), Link(url=url, kind="listing", found_on=page.url, title=title))
    return tuple(found.values())
