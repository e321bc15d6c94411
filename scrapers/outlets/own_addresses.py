"""Which addresses are an outlet's own, and which of them look like an article's. Pure."""

from __future__ import annotations

from functools import lru_cache

import regex

from storage import keys
from storage.types import Outlet

MATCHING = 0.1  # seconds for one address against article_url: a sound expression takes microseconds


def is_article(outlet: Outlet, url: str) -> bool:
    """Is this an address of the outlet that looks like an article's? Raises TimeoutError where its regex explodes."""
    address = keys.canonical(url)
    if not is_ours(outlet, address):
        return False
    return outlet.article_url is None or bool(_compiled(outlet.article_url).search(address, timeout=MATCHING))


@lru_cache(maxsize=1_024)
def _compiled(expression: str) -> regex.Pattern[str]:
    # The standard library's engine can neither be stopped nor kept from exploding: "(a+)+$" takes it hours.
    return regex.compile(expression)


def is_ours(outlet: Outlet, url: str) -> bool:
    """Does the host of an address belong to the outlet?"""
    host = keys.host(url)
    return any(host == own or host.endswith("." + own) for own in outlet.hosts)
