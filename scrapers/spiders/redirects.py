"""Where an answer leads: by permanent redirects, or by a page that only sends its reader on. Pure."""

from __future__ import annotations

from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh

from storage import keys

PERMANENT = frozenset({301, 308})  # RFC 9110, 15.4
REFRESH = 4_096  # bytes: a page that only sends its reader on is shorter, an article is longer
AT_ONCE = 5  # seconds: a page that sends its reader on later than this wants to be read first


def moved_for_good(response: Response) -> bool:
    """Did only permanent redirects lead here?"""
    told = response.meta.get("redirect_reasons") or ()
    return bool(told) and all(reason in PERMANENT for reason in told)


def refreshed(response: Response) -> str | None:
    """Where a page that is nothing but a meta refresh sends its reader at once; None where it is more, or stays."""
    if (
        not isinstance(response, HtmlResponse)
        or len(response.body) > REFRESH
        or b"http-equiv" not in response.body.lower()
    ):
        return None
    seconds, url = get_meta_refresh(response)
    if url is None or seconds is None or seconds > AT_ONCE or keys.canonical(url) == keys.canonical(response.url):
        return None
    return url if url.startswith(("http://", "https://")) else None
