"""Settings under which no host name resolves: a machine without a network, at once and everywhere alike."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response

from scrapers.settings import *  # noqa: F403 - a settings module is its names

_HERE = "no_web.NoWeb"
DOWNLOAD_HANDLERS = {"http": _HERE, "https": _HERE}


class NoWeb:
    lazy = True

    async def download_request(self, request: Request) -> Response:
        raise CannotResolveHostError(request.url)

    async def close(self) -> None:
        pass
