"""Does a page keep its text from readers who don't pay?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapers.pages import blocks, class_names, not_article
from scrapers.pages.witness import Context, Witness, answers

Claim = tuple[str, bool | None]

PAYWALLED: tuple[Witness[bool], ...] = (
    Witness("json-ld", lambda at: _not_free(at), "JSON-LD isAccessibleForFree"),
    Witness("meta article:content_tier", lambda at: _in_tier(at)),
    Witness("box", lambda at: _in_box(at), "a paywall's box on a page with little text"),
)
BOX = re.compile(r"paywall|regwall|piano-offer", re.IGNORECASE)


def read_paywalled(context: Context) -> bool:
    """What the first witness says that says anything; no where none does."""
    return next((said for _, said in answers(PAYWALLED, context) if said is not None), False)


def _not_free(at: Context) -> Iterator[Claim]:
    if str(at.document.linked.get("isAccessibleForFree")).strip().lower() in ("false", "no", "0"):
        yield "json-ld isAccessibleForFree", True


def _in_tier(at: Context) -> Iterator[Claim]:
    tier = at.document.meta.get("article:content_tier", "").lower()
    if tier in ("locked", "metered", "paid"):
        yield "meta article:content_tier", tier != "metered" or at.text.mass < not_article.SHORT


def _in_box(at: Context) -> Iterator[Claim]:
    if at.text.mass >= not_article.SHORT:
        return
    page = at.cut if at.scope.frame is None else blocks.cut(at.document.root)  # the box may stand anywhere
    for region in page.regions:
        named = f"{region.element.get('class')} {region.element.get('id')}"
        if region.mark is class_names.BOILERPLATE and (found := BOX.search(named)):
            yield found[0].lower(), True
