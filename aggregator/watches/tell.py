"""Tell people, each alert to each address at most once: docs/decisions/why-is-an-alert-told-at-most-once.md.

That a telling begins is written down, and is on the disk, before it begins. Addresses are secrets: they stand in no message,
no log and no row; only their names do.
"""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex
from sqlite_utils import Database

from aggregator.watches.config import COMMAND, Watch
from storage import clock, watches
from storage.db import durable
from storage.watches import Alert

if TYPE_CHECKING:
    from apprise import Apprise

TIMEOUT = 60  # seconds that a command has
STEERING = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+")


class NotBegun(Exception):
    """Nothing can have been sent: the alert waits for the next run. ``str``: why, in words."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who is told. ``tell`` says whether it went well, or raises NotBegun."""

    name: str
    tell: Callable[[Alert], bool]


def targets(watch: Watch, addresses: Mapping[str, str]) -> list[Target]:
    """Whom a watch tells."""
    found = [Target(name, _by_apprise(name, addresses.get(name))) for name in dict.fromkeys(watch.tell)]
    return [*found, Target(COMMAND, _by_command(watch.command))] if watch.command else found


def tell(db: Database, watch: Watch, whom: Sequence[Target]) -> Iterator[str]:
    """Tell each target what waits for it; yields what went wrong, in words. Each telling is a transaction of its own."""
    for target in whom:
        for alert in watches.waiting(db, watch.name, target.name):
            with durable(db):
                watches.begin(db, alert, target.name, now=clock.now())
            try:
                outcome = "told" if target.tell(alert) else "failed"
            except NotBegun as error:
                with db.atomic():
                    watches.wait(db, alert, target.name)
                yield f"watch {watch.name}: {target.name} is not told: {error}"
                break
            with db.atomic():
                watches.end(db, alert, target.name, outcome)
            if outcome == "failed":
                yield (
                    f"watch {watch.name}: {target.name} may not have been told of {line(alert.event.title)!r}, and is not told"
                    f" again; it stands in the feed watches/{watch.name}"
                )


def message(alert: Alert) -> tuple[str, str]:
    """Title and text for people: one line each, without letters that steer a mail's head or a terminal."""
    event = alert.event
    return f"[{alert.watch}] {line(event.title)}", f"{line(event.words)}\n{event.unit}"


def line(text: str) -> str:
    """
    One line of text.

    >>> line("Fire\\r\\nBcc: all")
    'Fire Bcc: all'
    """
    return " ".join(STEERING.sub(" ", text).split())


def as_data(alert: Alert) -> dict[str, object]:
    """What a command gets on its standard input, as JSON."""
    event = alert.event
    return {
        "watch": alert.watch,
        "event": event.event,
        "unit": event.unit,
        "number": event.number,
        "title": event.title,
        "words": event.words,
        "found": clock.to_text(alert.found),
    }


def _by_apprise(name: str, address: str | None) -> Callable[[Alert], bool]:
    def tell_it(alert: Alert) -> bool:
        if address is None:
            variable = f"TWOSOURCE_ADDRESS_{name.upper().replace('-', '_')}"
            raise NotBegun(f"there is no address {name}: write it into addresses.toml or {variable}")
        try:
            from apprise import Apprise, NotifyFormat
        except ImportError as error:
            raise NotBegun("Apprise is not installed: pip install 'twosource[watch]'") from error
        with _no_logs():
            service = Apprise()
            if not _added(service, address):
                raise NotBegun(f"the address {name} is none that Apprise knows")
            title, body = message(alert)
            try:
                return bool(service.notify(body=body, title=title, body_format=NotifyFormat.TEXT))
            except Exception:  # whatever a plugin raises: its words may hold the address
                return False

    return tell_it


def _added(service: Apprise, address: str) -> bool:
    try:
        return service.add(address)
    except Exception:  # as below
        return False


def _by_command(words: Sequence[str]) -> Callable[[Alert], bool]:
    def tell_it(alert: Alert) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - the words are the operator's own, and no shell reads them
                list(words),
                input=json.dumps(as_data(alert)).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        except OSError as error:
            raise NotBegun(f"{words[0]} can't be run ({error.strerror})") from error
        return done.returncode == 0

    return tell_it


@contextmanager
def _no_logs() -> Iterator[None]:
    """Apprise and the HTTP client below it log addresses when Scrapy is verbose."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
