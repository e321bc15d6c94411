"""Conditional requests (RFC 9110, 13.1): what an answer's headers say of it, and what the next request says of that."""

from __future__ import annotations

from scrapy.http.headers import Headers

from storage import clock
from storage.types import Link
from storage.validators import Validator


def validator_of(url: str, headers: Headers, link: Link | None = None, outlet: str | None = None) -> Validator:
    """What is known of an address that answered now. ``link`` announced it; ``outlet``: whose page it is, None: a source."""
    now = clock.now()
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    return Validator(
        url=url,
        outlet=outlet,
        etag=etag.decode("latin-1") if etag else None,
        last_modified=modified.decode("latin-1") if modified else None,
        announced=link.modified if link else None,
        first=now,
        checked=now,
    )


def conditions(known: Validator | None) -> dict[str, str]:
    """The headers of a request that a server may answer with "as it was"."""
    if known is None:
        return {}
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in said.items() if value}
