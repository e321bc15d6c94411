"""The dead are left in peace."""

from __future__ import annotations

from typing import ClassVar

from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from scrapers.middlewares.host import host_of

UNREACHABLE = (
    exceptions.CannotResolveHostError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
)


class DeadHosts:
    """Leaves hosts alone that do not answer, and everything where nothing does: a run without a network ends soon."""

    MISSES = 2  # in a row, then a host is taken for dead in this visit
    NOBODY = 6  # hosts without an answer while none has given one: then there is no network

    _answered: ClassVar[bool] = False
    _silent: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self._misses: dict[str, int] = {}

    def process_request(self, request: Request) -> None:
        """Refuse at once what would only time out."""
        if self._misses.get(host_of(request), 0) >= self.MISSES:
            raise IgnoreRequest("the host does not answer")
        if not DeadHosts._answered and len(DeadHosts._silent) >= self.NOBODY:
            raise IgnoreRequest("no host answers: is there a network?")

    def process_response(self, request: Request, response: Response) -> Response:
        """It is alive."""
        self._misses.pop(host_of(request), None)
        DeadHosts._answered = True
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what did not come."""
        if isinstance(exception, UNREACHABLE):
            host = host_of(request)
            self._misses[host] = self._misses.get(host, 0) + 1
            DeadHosts._silent.add(host)
