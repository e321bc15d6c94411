"""Addresses as feeds, sitemaps and pages print them, made whole or refused. Fetches nothing."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

LONGEST = 2_048  # characters: what browsers and sitemaps.org allow
SHOWN = 80  # characters of an address that is quoted in a reason
CONTROL = re.compile(r"[\x00-\x20\x7f]+")


def whole_address(base: str, printed: str | None) -> str | None:
    """An http(s) address resolved against the one it stands on, without its fragment; None where it is none.

    >>> whole_address("https://a.example/feed", "/b c#top")
    'https://a.example/b%20c'
    >>> whole_address("https://a.example/feed", "http://[a.example/b") is None
    True
    """
    if not printed or not printed.strip():
        return None
    try:
        address = urljoin(base, CONTROL.sub(_escaped, printed.strip())).partition("#")[0].strip()
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return address if usable and len(address) <= LONGEST else None


def named(printed: str) -> str:
    """An address that cannot be used, as a reason quotes it."""
    text = " ".join(printed.split())
    return f"no address: {text[:SHOWN]}{'…' * (len(text) > SHOWN)}"


def _escaped(found: re.Match[str]) -> str:
    """Browsers drop line breaks and tabs amid an address (WHATWG URL, 4.4) and escape blanks."""
    return "%20" * found[0].count(" ")
