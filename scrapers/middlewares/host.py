"""The host of a request."""

from __future__ import annotations

from scrapy.http import Request
from scrapy.utils.httpobj import urlparse_cached


def host_of(request: Request) -> str:
    """Its name in small letters; empty where the address has none."""
    return urlparse_cached(request).hostname or ""
