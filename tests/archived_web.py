"""A web that is a WARC file, through one of Scrapy's seams: a download handler, and settings that name it.

Also a settings module: SCRAPY_SETTINGS_MODULE=archived_web. The variable ARCHIVED_WEB names the file. Each page of an
outlet is announced by the outlet's first feed, or its first sitemap where it has no feed. Nothing else answers.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import HtmlResponse, Response, TextResponse

from scrapers import outlets
from scrapers.replay import outlet_by_host, outlet_of
from scrapers.settings import *  # noqa: F403 - a settings module is its names
from storage import archive

_HERE = "archived_web.ArchivedWeb"
DOWNLOAD_HANDLERS = {"http": _HERE, "https": _HERE}
TWOSOURCE_DELAY = 0


@cache
def pages() -> dict[str, archive.Record]:
    """Every page of the file, by its address."""
    return {record.url: record for record in archive.records(Path(os.environ["ARCHIVED_WEB"]))}


@cache
def announced() -> dict[str, str]:
    """The addresses of feeds and sitemaps, and what they say."""
    known, _ = outlets.load_outlets()
    by_host = outlet_by_host(known)
    theirs: dict[str, list[str]] = {}
    for url in pages():
        theirs.setdefault(outlet_of(url, by_host).id, []).append(url)
    said = {}
    for name, urls in theirs.items():
        outlet = known.get(name)
        if outlet and (feeds := outlet.sources_of("feed")):
            items = "".join(f"<item><title>.</title><link>{escape(url)}</link></item>" for url in urls)
            said[feeds[0].url] = f'<rss version="2.0"><channel><title>.</title>{items}</channel></rss>'
        elif outlet and (maps := outlet.sources_of("sitemap")):
            items = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            said[maps[0].url] = f'<urlset xmlns="{space}">{items}</urlset>'
    return said


class ArchivedWeb:
    """Answers from the file."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        if request.url.endswith("/robots.txt"):
            return TextResponse(request.url, body=b"User-agent: *\nDisallow: /nothing\n")
        if request.url in announced():
            body = announced()[request.url].encode()
            return TextResponse(request.url, body=body, headers={"Content-Type": "application/xml; charset=utf-8"})
        if page := pages().get(request.url):
            headers = {"Content-Type": page.content_type or "text/html"}
            return HtmlResponse(request.url, body=page.body, headers=headers)
        if request.url.count("/") > 3:
            return Response(request.url, status=404)
        raise CannotResolveHostError(request.url)

    async def close(self) -> None:
        pass
