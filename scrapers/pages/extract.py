"""The general reader, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urljoin

from scrapers.pages import blocks, dated_lines, field_table, judge, not_article, script_text, selectors, source_lines
from scrapers.pages.document import Document, parse_page, words
from scrapers.pages.fields import (
    address,
    authors,
    body,
    dates,
    headline,
    language,
    paywall,
    picture,
    standfirst,
)
from scrapers.pages.fields.address import same_site
from scrapers.pages.witness import UNKNOWN, Context, Scope
from storage import keys
from storage.types import Article, Link, Outlet, Page, Skipped

NO_TEXT = "no running text found"
EMPTY = (NO_TEXT, not_article.NEEDS_SCRIPT)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read of a page, and all that was known of it by then."""

    said: Article | Skipped
    context: Context


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
        found = extract(page, outlet, document)
        found.context.from_script = True
    return found


def extract(page: Page, outlet: Outlet, document: Document, scope: Scope = UNKNOWN) -> Extraction:
    """Read a page where its article stands, or find that out. Each field asks the witnesses on top of its module."""
    at = Context(document, outlet, page.fetched, page.link, scope)
    selectors.drop(document.root, outlet.selectors)
    at.cut = blocks.cut(at.held, scope.passed)
    if len(at.cut.blocks) > blocks.MOST:
        return Extraction(Skipped(reason=not_article.TOO_MANY), at)
    at.headline, headline_evidence, at.h1 = headline.read_headline(at)
    at.text, known = body.read_body(at)
    if reason := not_article.of_text(document, at.cut, at.text.mass):
        return Extraction(Skipped(reason=reason), at)
    at.printed, at.taken = source_lines.labelled(at.text.blocks)
    at.kept = [block for block in at.printed if block.text not in scope.texts]
    verdict = None
    if scope.frame is None and not known:  # a layout knows by itself what the site's words are
        at.kept, verdict = judge.judged(document, at.cut, at.text, at.kept, at.headline)
    at.standfirst, standfirst_evidence, at.kept = standfirst.read_standfirst(at)
    paragraphs = body.paragraphs(at.kept)
    paywalled = paywall.read_paywalled(at)
    if not paragraphs and not at.standfirst:
        return Extraction(Skipped(reason="a paywall without any text" if paywalled else NO_TEXT), at)
    if at.headline is None:
        return Extraction(Skipped(reason="no headline found"), at)
    at.words = " ".join((at.standfirst or "", *paragraphs))
    at.begin = source_lines.first_block(at.cut, at.text.blocks, at.text.start)
    at.end = source_lines.end_of(at.cut, at.text.blocks, at.text.end)
    at.language, language_evidence = language.read_language(at)
    at.beside = dated_lines.beside(at)
    at.captions = picture.captions(at)
    persons, organisations, authors_evidence = authors.read_authors_of(at)
    published, published_evidence = dates.read_published(at)
    modified, modified_evidence = dates.read_modified(at)
    evidence = {
        "headline": headline_evidence, "standfirst": standfirst_evidence, "authors": authors_evidence,
        "body": ", ".join(filter(None, (at.text.evidence, verdict))),
        "published": published_evidence, "modified": modified_evidence, "language": language_evidence,
    }  # fmt: skip
    url = address.article_address(at)
    article = Article(
        id=keys.article_id(url, outlet.id),
        outlet=outlet.id,
        url=keys.canonical(url),
        fetched=page.fetched,
        headline=at.headline,
        standfirst=at.standfirst,
        body=paragraphs,
        language=at.language,
        authors=persons,
        organisations=organisations,
        published=published.astimezone(UTC) if published else None,
        zone=dates.zone_in_minutes(published, published_evidence),
        modified=modified.astimezone(UTC) if modified else None,
        paywalled=paywalled,
        evidence={name: said for name, said in evidence.items() if said},
        **{one.name: one.read(at) for one in field_table.FIELDS if one.read},
    )
    return Extraction(article, at)


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
        if len(title.split()) >= 4 and same_site(url, page.url) and keys.canonical(url) != keys.canonical(page.url):
            found.setdefault(keys.canonical(url), Link(url=url, kind="listing", found_on=page.url, title=title))
    return tuple(found.values())
