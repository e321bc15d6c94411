"""WebSub (W3C, 2018): tell a hub that feeds changed. Handing them on is the hub's; no failure stops a run."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TIMEOUT = 10  # seconds: a hub only has to take the note
AT_ONCE = 100  # addresses a request: about 8 kB of form


def ping(hub: str, urls: Iterable[str]) -> list[str]:
    """Tell the hub which feeds changed. Returns what went wrong, in words; empty: nothing."""
    waiting, problems = list(urls), []
    while waiting:
        some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        form = urlencode([("hub.mode", "publish"), *(("hub.url", url) for url in some)]).encode()
        try:
            # feeds_file.py lets only http(s) addresses through
            with urlopen(Request(hub, form), timeout=TIMEOUT):  # noqa: S310
                pass
        except (URLError, OSError, ValueError) as error:
            problems.append(f"{hub} did not take the note that {len(some)} feeds changed ({error})")
    return problems
