"""Half a page is none: Scrapy passes on what it could unpack of a gzip that was cut."""

from __future__ import annotations

import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from storage.archive import CUT_GZIP

GZIP = b"\x1f\x8b"
LONGEST = 10_000_000  # bytes unpacked, as DOWNLOAD_MAXSIZE


class TruncatedGzip(HttpCompressionMiddleware):
    """Scrapy's unpacking of bodies, which says so where one is cut or broken."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Unpack the body. Raises IgnoreRequest where it is cut or broken."""
        try:
            unpacked = super().process_response(request, response)
        except IgnoreRequest:
            raise
        except Exception as error:  # each decoder raises its own
            raise IgnoreRequest("its compression is broken") from error
        if unpacked is not response and isinstance(unpacked, Response) and is_cut(response.body, len(unpacked.body)):
            raise IgnoreRequest(CUT_GZIP)
        return _unpacked_again(unpacked) if isinstance(unpacked, Response) else unpacked


def _unpacked_again(response: Response) -> Response:
    """A page that was packed by an application and again by a cache before it says so only once."""
    kind = (response.headers.get("Content-Type") or b"").lower()
    if response.body[:2] != GZIP or not kind.startswith((b"text/", b"application/xhtml")):
        return response
    member = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        body = member.decompress(response.body, LONGEST)
    except zlib.error as error:
        raise IgnoreRequest("its compression is broken") from error
    if not member.eof:
        raise IgnoreRequest("longer than 10 MB unpacked" if len(body) == LONGEST else CUT_GZIP)
    text = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
    return response.replace(body=body, cls=text)


def is_cut(packed: bytes, length: int) -> bool:
    """Does a gzip end too early? ``length`` is what was unpacked of it, in bytes."""
    if packed[:2] != b"\x1f\x8b" or int.from_bytes(packed[-4:], "little") == length % 2**32:
        return False  # no gzip; or its last field, the length, agrees (RFC 1952, ISIZE)
    rest = packed
    while rest[:2] == b"\x1f\x8b":  # several members: only the last one's length is at the end
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            member.decompress(rest)
        except zlib.error:
            return True
        if not member.eof:
            return True
        rest = member.unused_data
    return False
