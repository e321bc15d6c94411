"""Why a page is no article, in words that an operator understands. None: it may be one."""

from __future__ import annotations

import re

from scrapers.pages import class_names
from scrapers.pages.blocks import MOST, Blocks
from scrapers.pages.document import LARGEST, Document
from storage import keys
from storage.types import Page

NOT_HTML = re.compile(
    r"^(?:image|audio|video|font)/|/(?:pdf|zip|gzip|octet-stream|json|rss\+xml|atom\+xml|javascript|css|csv)\b"
)
MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"{", b"[")
FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]")
CONSENT = re.compile(
    r"consent|cookie|gdpr|privacy|before you continue|bevor sie|avant de continuer|datenschutz", re.IGNORECASE
)
BLOCKED = re.compile(
    r"captcha|are you a robot|access denied|just a moment|attention required|checking your browser|"
    r"enable javascript|unusual traffic",
    re.IGNORECASE,
)
NEEDS_SCRIPT = "the page has no text (perhaps it needs JavaScript)"
SHORT = 900  # characters: what is shown of an article that is to be paid for; chosen
TOO_MANY = f"more than {MOST:,} blocks of text, no article"


def of_response(page: Page) -> str | None:
    """What the response alone says."""
    body = page.body.lstrip()
    if page.status != 200:
        return f"the server answered {page.status}"
    if not body:
        return "the page is empty"
    if len(page.body) > LARGEST:
        return f"the page has {len(page.body) // 1_000_000} MB, more than {LARGEST // 1_000_000}"
    if (
        NOT_HTML.search((page.content_type or "").lower().split(";")[0])
        or body.startswith(MAGIC)
        or body.count(b"\0", 0, 2000) > 900
    ):
        return f"not HTML ({(page.content_type or 'by its first bytes').split(';')[0]})"
    if FEED.search(body[:500]):
        return "a feed or sitemap, no page"
    return None


def of_text(document: Document, page: Blocks, mass: float) -> str | None:
    """What the page says where next to no text of an article was found. ``mass``: characters of running text."""
    title = document.title or ""
    if mass < 400 and BLOCKED.search(title):
        return "the server asks whether we are a robot"
    if _is_home(document):
        return "the site's first page, a list of links"
    linked = sum(block.links for block in page.blocks)
    total = sum(len(block.text) for block in page.blocks)
    is_article = bool(document.linked.get("headline")) or document.meta.get("og:type", "").lower() == "article"
    if not total:
        return NEEDS_SCRIPT
    if mass < 600 and not is_article and CONSENT.search(title):
        return "a consent page"
    if mass < 200 and not is_article and linked > 0.5 * total:
        return "a list of links"
    return None


def _is_home(document: Document) -> bool:
    return keys.canonical(document.url).split("/", 3)[3:] in ([""], []) and document.linked.get("articleBody") is None


def paywalled(document: Document, page: Blocks, mass: float) -> bool:
    """Does the page say that it keeps its text from readers who don't pay?"""
    free = document.linked.get("isAccessibleForFree")
    if str(free).strip().lower() in ("false", "no", "0"):
        return True
    tier = document.meta.get("article:content_tier", "").lower()
    if tier in ("locked", "metered", "paid"):
        return tier != "metered" or mass < SHORT
    return mass < SHORT and any(
        region.mark is class_names.BOILERPLATE
        and re.search(
            r"paywall|regwall|piano-offer", f"{region.element.get('class')} {region.element.get('id')}", re.IGNORECASE
        )
        for region in page.regions
    )
