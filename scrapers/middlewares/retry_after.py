"""How long a host asks to be left alone."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from storage import clock


def retry_after(said: str) -> float | None:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks for; None where it is neither."""
    said = said.strip()  # of a group separator too, which float() does not take for white space
    if said.isascii() and said.isdigit():  # "²" is a digit too, and no number
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - clock.now()).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
