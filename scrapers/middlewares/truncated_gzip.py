"""Half a page is none."""

from __future__ import annotations

import zlib
from typing import Any

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from storage.archive import CUT_GZIP


class TruncatedGzip(HttpCompressionMiddleware):
    """Scrapy's, but half a page is none: Scrapy passes on what it could unpack of a gzip that was cut."""

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
        return unpacked


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
