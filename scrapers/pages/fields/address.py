"""The address that an article goes by, and the one where its text goes on."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from slugify import slugify

from scrapers.pages.document import Document
from scrapers.pages.fields.headline import agree
from scrapers.pages.witness import Context, Witness, first
from storage import keys

ADDRESS: tuple[Witness[str], ...] = (
    Witness(
        "rel=canonical",
        lambda at: [("rel=canonical", _canonical(at.document))],
        "rel=canonical, where it is an article of the same site and something else on the page bears it out",
    ),
    Witness("answered", lambda at: [("the address that answered", at.document.url)], "the address that answered"),
)
INCOMPLETE: tuple[Witness[str], ...] = (
    Witness("rel=next", lambda at: [("rel=next", _next(at.document))], "rel=next with an address below this one"),
)
IDENT = re.compile(r"[a-z0-9]*\d{4,}[a-z0-9]*|[^/.]{12,}")  # a number or a slug that names one article


def article_address(context: Context) -> str:
    """The address of the article, as it is written there.

    A fault in a template gives every page the same canonical address: three articles would be versions of one. So it counts
    only where something else on the page bears it out.
    """
    return first(ADDRESS, context) or context.document.url


def _canonical(document: Document) -> str | None:
    said = document.canonical
    if not said or not same_site(said, document.url) or urlsplit(keys.canonical(said)).path in ("", "/"):
        return None
    return said if _is_borne_out(document, said) else None


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
    return bool(slug) and agree(slug, title)


def _title_words(document: Document) -> str:
    """The words of the title as addresses write them."""
    return slugify(document.meta.get("og:title") or document.title or "").replace("-", " ")


def same_site(a: str, b: str) -> bool:
    """Are these addresses of one site?"""
    x, y = keys.host(keys.canonical(a)), keys.host(keys.canonical(b))
    return bool(x) and (x == y or x.split(".")[-2:] == y.split(".")[-2:])


def is_incomplete(context: Context) -> bool:
    """Does the text go on at an address below, or beside, this one (rel=next)? The next article of a blog does not count."""
    return first(INCOMPLETE, context) is not None


def _next(document: Document) -> str | None:
    here = urlsplit(document.url)
    stem = re.sub(r"(?:\.\w{1,5}|/)$", "", here.path)
    for link in (*document.heads["link"], *document.related):
        if "next" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            try:
                there = urlsplit(urljoin(document.base, link.get("href", "").strip()))
            except ValueError:
                continue
            if there.hostname == here.hostname and len(stem) > 1 and there.path.startswith(stem) and there != here:
                return urljoin(document.base, link.get("href", "").strip())
    return None
