"""Moments as text and back: ISO 8601 in UTC, whole seconds, "2026-11-23T22:10:00+00:00". Sorts as text."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment. The one place that asks the clock; everything that judges or renders is given its times."""
    return datetime.now(UTC).replace(microsecond=0)


def to_text(moment: datetime | None) -> str | None:
    """A moment for a column or a JSON field; None stays None. Raises ValueError for a naive one."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def from_text(text: str | None) -> datetime | None:
    """The inverse of to_text. A time without a zone is taken as UTC: only our own columns and imports come here."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
