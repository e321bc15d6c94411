"""Why a request gave nothing, in words that an operator understands. They are counted: keep them few and stable."""

from __future__ import annotations

from scrapy import exceptions

FORBIDDEN = "robots.txt forbids it"
SAID = (
    (exceptions.CannotResolveHostError, "the host name does not resolve"),
    (exceptions.DownloadConnectionRefusedError, "connection refused"),
    (exceptions.DownloadTimeoutError, "no answer in time"),
    (exceptions.DownloadCancelledError, "longer than 10 MB"),
    (exceptions.ResponseDataLossError, "the answer breaks off"),
    (exceptions.UnsupportedURLSchemeError, "not an http address"),
)
IGNORED = {
    "Forbidden by robots.txt": FORBIDDEN,
    "max redirections reached": "redirects in a circle",
}


def reason_of_error(error: BaseException | None) -> str:
    """The words for an error that Scrapy raised instead of giving a response."""
    for kind, words in SAID:
        if isinstance(error, kind):
            return words
    if isinstance(error, exceptions.DownloadFailedError):
        return "its certificate is not valid" if "certificate" in str(error).lower() else "connection lost"
    if isinstance(error, exceptions.IgnoreRequest):
        said = str(error)
        return "longer than 10 MB unpacked" if "DOWNLOAD_MAXSIZE" in said else IGNORED.get(said, said)
    return f"{type(error).__name__}: {error}"[:100]


def reason_of_status(status: int) -> str:
    """The words for a status that is no page."""
    return {
        403: "HTTP 403, refused",
        404: "HTTP 404, not there",
        410: "HTTP 410, gone",
        429: "HTTP 429, too often",
    }.get(status, f"HTTP {status}")
