"""Why a page is no article, in words that an operator understands. None: it may be one."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from itertools import islice
from pathlib import Path
from urllib.parse import urljoin

from scrapers.pages.blocks import MOST, Blocks
from scrapers.pages.document import LARGEST, Document, words
from storage import keys
from storage.types import Page

NOT_HTML = re.compile(
    r"^(?:image|audio|video|font)/|/(?:pdf|zip|gzip|octet-stream|json|rss\+xml|atom\+xml|javascript|css|csv)\b"
)
MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"{", b"[")
FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]")
WORD = re.compile(r"[\w']+")
NEEDS_SCRIPT = "the page has no text (perhaps it needs JavaScript)"
LONGEST = 1_500  # characters of running text: more is no notice, whatever it is headed; the longest seen has 700
AROUND = 30  # characters that a heading may have besides the words of a notice: the site's name, "Sorry,", "Oops!"
SENDS_ON = 5  # seconds after which a page sends its reader on, at most, to be nothing else
REFRESH = re.compile(r"^\s*(\d+)(?:\.\d*)?\s*[;,]?\s*(?:url\s*=)?\s*['\"]?([^'\"\s]+)", re.IGNORECASE)
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
        or (body.count(b"\0", 0, 2000) > 900 and b"<" not in body[:4])  # UTF-16 has as many
    ):
        return f"not HTML ({(page.content_type or 'by its first bytes').split(';')[0]})"
    if FEED.search(body[:500]):
        return "a feed or sitemap, no page"
    return None


def of_text(document: Document, page: Blocks, mass: float) -> str | None:
    """What the page says where little text of an article was found. ``mass``: characters of running text."""
    is_article = bool(document.linked.get("headline")) or document.meta.get("og:type", "").lower() == "article"
    if mass < LONGEST and (mass < 200 or not is_article):
        if reason := _notice(_headings(document), dated=_is_dated(document)):
            return reason
        if address := _sent_on(document):
            return f"the page only sends its readers on to {address}"
    if _is_home(document):
        return "the site's first page, a list of links"
    linked = sum(block.links for block in page.blocks)
    total = sum(len(block.text) for block in page.blocks)
    if not total:
        return NEEDS_SCRIPT
    if mass < 200 and not is_article and linked > 0.5 * total:
        return "a list of links"
    return None


def _headings(document: Document) -> list[str]:
    """The title, with and without what stands beside it, and the first headings."""
    title = document.title or ""
    tops = [words(top) for top in islice(document.root.iter("h1", "h2"), 3)]
    return [heading for heading in (title, *re.split(r"\s[|–—-]\s", title), *tops) if heading]


def _is_dated(document: Document) -> bool:
    return bool(document.linked.get("datePublished") or document.meta.get("article:published_time"))


def _notice(headings: list[str], dated: bool) -> str | None:
    """The reason of the notice that a heading is; a page with a date is none but for a robot check."""
    for heading in headings:
        folded = f" {_folded(heading)} "
        for key, reason, notices in _notices():
            if dated and key != "robot":
                continue
            if any(f" {said} " in folded and len(folded) <= len(said) + _around(said) for said in notices):
                return reason
    return None


def _around(said: str) -> int:
    """What a heading may have besides: much with a sentence, little with one word ("Cookies", "Forbidden")."""
    return AROUND if " " in said or len(said) > 14 or not said.isascii() else 6


def _sent_on(document: Document) -> str | None:
    """The address that the page sends its readers to at once."""
    found = REFRESH.match(document.meta.get("refresh", ""))
    if found is None or int(found[1]) > SENDS_ON:
        return None
    try:
        address = urljoin(document.base, found[2])
    except ValueError:
        return None
    return None if keys.canonical(address) == keys.canonical(document.url) else address


def _folded(heading: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", heading.replace("’", "'")).casefold()))


@cache
def _notices() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    data = tomllib.loads((Path(__file__).parent / "not_article.toml").read_text("utf-8"))
    return tuple((key, row["reason"], tuple(_folded(said) for said in row["words"])) for key, row in data.items())


def _is_home(document: Document) -> bool:
    return keys.canonical(document.url).split("/", 3)[3:] in ([""], []) and document.linked.get("articleBody") is None
