"""A made-up newsroom served on loopback: all that the program does, with no internet. Crawls nothing itself.

    news        one Markdown file a piece
    site        every page, made from the news and the outlets' layouts
    server      answers with them
    loopback    takes the outlets' addresses to it

Its outlets live at addresses below ``.example`` (reserved by RFC 2606: nobody can own one), which Scrapy's download
handler takes to the loopback server; so addresses, ids and feeds are the same in every run and on every machine.
What the program should find is written in answer.toml. docs/sample.md is the guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from scrapers.sample import server, site

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A newsroom that is being served."""

    address: str  # "http://127.0.0.1:41234"; the Host header chooses the outlet
    outlets: Path  # one TOML file an outlet
    agencies: Path  # the made-up organisations, for Home.agencies
    answer: Path  # who copied whom, which origins
    settings: Mapping[str, Any]  # for Scrapy, over those of the crawl


@contextmanager
def serve(edition: int = 1) -> Iterator[Newsroom]:
    """Serve the newsroom until the block ends. Edition 2 has one report corrected."""
    web = server.open_on_loopback(site.pages(edition))
    thread = Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{web.server_address[1]}"
    try:
        yield Newsroom(address, HERE / "outlets", HERE / "agencies.toml", HERE / "answer.toml", settings(address))
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


def settings(address: str) -> dict[str, Any]:
    """Scrapy settings that take every request to the loopback server, without the pauses that real hosts are owed."""
    handler = "scrapers.sample.loopback.LoopbackHandler"
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "SAMPLE_ADDRESS": address,
        "TWOSOURCE_DELAY": 0,
        "TWOSOURCE_PRIVATE_HOSTS": [("127.0.0.1", int(address.rpartition(":")[2]))],
        "TWOSOURCE_OUTLETS_AT_ONCE": 1,  # so that all arrives in one order, and comes out the same, every time
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,  # the broken outlet is as broken the second time
    }
