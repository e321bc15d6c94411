"""One spider class an outlet file, so that ``scrapy list`` and ``scrapy crawl ID`` work. Fetches nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from scrapers import outlets
from scrapers.spiders.outlet import OutletSpider
from storage import keys
from storage.home import Home
from storage.types import Outlet

log = logging.getLogger(__name__)


def spider_class(outlet: Outlet) -> type[OutletSpider]:
    """The spider of an outlet."""
    settings: dict[str, Any] = {}
    if outlet.delay is not None:
        settings = {"TWOSOURCE_DELAY": outlet.delay}
    return type("OutletSpider", (OutletSpider,), {"name": outlet.id, "outlet": outlet, "custom_settings": settings})


class OutletLoader:
    """Scrapy's SPIDER_LOADER_CLASS over the outlet files, shipped and the user's."""

    def __init__(self, settings: BaseSettings) -> None:
        database = settings["TWOSOURCE_DB"]
        self._outlets, wrong = outlets.load_outlets(Home(Path(database)).outlets if database else None)
        for problem in wrong:
            log.error("%s", problem)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """What Scrapy calls."""
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of the outlet with this id. Raises KeyError."""
        if spider_name not in self._outlets:
            raise KeyError(f"No outlet file: {spider_name}")
        return spider_class(self._outlets[spider_name])

    def find_by_request(self, request: Request) -> list[str]:
        """The outlets that claim the host of a request."""
        host = keys.host(request.url)
        return [
            name
            for name, outlet in self._outlets.items()
            if any(host == own or host.endswith("." + own) for own in outlet.hosts)
        ]

    def list(self) -> list[str]:
        """All ids. It stands last: below it, the name ``list`` is this method's."""
        return [*self._outlets]
