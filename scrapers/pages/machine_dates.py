"""Moments as machines write them: ISO 8601 and what goes for it ("2026-05-12 9:30:00 PM", "2026-05-12 21:30 EST"), without its
signs as well, and seconds since 1970.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from scrapers.pages.printed_dates import Stated, zone_of

ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|\s+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d)|[+-]\d{2}(?!\d))?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
EPOCH = re.compile(r"^1\d{9}(\d{3})?$")
HALF = re.compile(r"\s*([ap])\.?m\b", re.IGNORECASE)


def is_one(text: str) -> bool:
    """Does a text begin as such a moment does?"""
    return any(form.match(text) for form in (ISO, COMPACT, EPOCH))


def machine_date(text: str) -> Stated | None:
    """The moment that a text begins with; None where it names no day of the calendar."""
    try:
        if found := ISO.match(text):
            return _with_names(_made(*found.groups()), found, text[found.end() :])
        if found := COMPACT.match(text):
            return _made(*found.groups())
        return (datetime.fromtimestamp(int(text[:10]), UTC), "") if EPOCH.match(text) else None
    except (ValueError, OverflowError):
        return None


def _with_names(stated: Stated, found: re.Match[str], rest: str) -> Stated:
    """A moment like ISO's with what no ISO has behind it: "9:30:00 PM", "21:30 EST"."""
    moment, leaves_open = stated
    if leaves_open == "day only":
        return stated
    if half := HALF.match(rest):
        hour = int(found[4])
        late = half[1].lower() == "p"
        moment += timedelta(hours=12 if late and hour < 12 else -12 if not late and hour == 12 else 0)
        rest = rest[half.end() :]
    zone = zone_of(rest, moment) if leaves_open else None
    return (moment, leaves_open) if zone is None else (moment.replace(tzinfo=timezone(zone)), "")


def _made(
    year: str, month: str, day: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> Stated:
    at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC)
    if hour is None:
        return at, "day only"
    if zone is None:
        return at, "no zone given"
    if zone.upper() in ("Z", "UTC", "GMT"):
        return at, ""
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    offset = sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return at.replace(tzinfo=timezone(offset)), ""
