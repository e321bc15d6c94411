"""Settings under which a crawl notes each turn that a request takes at its host, and when it then asks and is answered.

The variable TURNS names the file. The clock is the crawl's own: what a busy machine does to a request on its way does not count.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import monotonic

from scrapy import Request
from scrapy.http import Response

from scrapers.handler import BoundedHandler
from scrapers.settings import *  # noqa: F403 - a settings module is its names

DOWNLOAD_HANDLERS_BASE = dict.fromkeys(("http", "https"), "noted_turns.NotedTurns")


class NotedTurns(BoundedHandler):
    def _turn(self, host: str, delay: float) -> float:
        turn = super()._turn(host, delay)
        _note("turn", turn)
        return turn

    async def _ask(self, request: Request) -> Response:
        _note("asked", monotonic())
        response = await super()._ask(request)
        _note("answered", monotonic())
        return response


def _note(what: str, moment: float) -> None:
    with Path(os.environ["TURNS"]).open("a") as file:
        file.write(json.dumps([what, moment]) + "\n")
