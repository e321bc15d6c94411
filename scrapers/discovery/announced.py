"""What one address announced, and the small words that feeds, sitemaps and listings share. Fetches nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.types import Link

BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What one address announced. ``problem`` says in words why it is nothing; None: it is something."""

    links: tuple[Link, ...] = ()
    maps: tuple[str, ...] = ()  # a sitemap index: the maps in it, the newest first
    passed_over: tuple[str, ...] = ()  # items that cannot be used, each in words
    problem: str | None = None


def w3c_date(said: Any) -> datetime | None:
    """A W3C date with time and zone; None for one that names only the day, or no zone."""
    if not isinstance(said, str):
        return None
    try:
        moment = datetime.fromisoformat(said.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def one_line(text: Any) -> str | None:
    """Text with its white space collapsed; None where there is none."""
    if not isinstance(text, str):
        return None
    return BLANK.sub(" ", text).strip() or None
