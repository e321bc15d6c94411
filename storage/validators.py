"""The table of validators: what servers last said of an address. Overwritten; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """What is known of an address that answered: what the next conditional request sends, and when it is due."""

    url: str  # canonical for a page; as requested for a feed, a sitemap or a listing
    outlet: str | None = None  # whose page it is. None: no page, but a feed, a sitemap or a listing
    etag: str | None = None
    last_modified: str | None = None  # the header as sent
    announced: datetime | None = None  # the time of change that its announcement last gave
    first: datetime  # when it first answered
    checked: datetime  # when it last answered


def validator(db: Database, url: str) -> Validator | None:
    """What is known of an address; None where it never answered."""
    row = db.execute(f"select {COLUMNS} from validators where url = ?", [url]).fetchone()  # noqa: S608 - our own words
    return _from_row(row) if row else None


def young(db: Database, outlet: str, since: datetime) -> list[Validator]:
    """The pages of an outlet that first answered at ``since`` or later."""
    where = "outlet = ? and first >= ? order by first desc"
    rows = db.execute(f"select {COLUMNS} from validators where {where}", [outlet, clock.to_text(since)])  # noqa: S608
    return [_from_row(row) for row in rows]


def remember(db: Database, validator: Validator) -> None:
    """Overwrite what is known of an address; when it first answered stays."""
    db.execute(
        f"insert into validators ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?) on conflict (url) do update set "  # noqa: S608
        "etag = excluded.etag, last_modified = excluded.last_modified, checked = excluded.checked, "
        "announced = coalesce(excluded.announced, announced)",
        _to_row(validator),
    )


COLUMNS = "url, outlet, etag, last_modified, announced, first, checked"


def _to_row(v: Validator) -> list[str | None]:
    moments = [clock.to_text(moment) for moment in (v.announced, v.first, v.checked)]
    return [v.url, v.outlet, v.etag, v.last_modified, *moments]


def _from_row(row: tuple[str, ...]) -> Validator:
    url, outlet, etag, last_modified, *moments = row
    announced, first, checked = (clock.from_text(moment) for moment in moments)
    assert first is not None
    assert checked is not None
    return Validator(
        url=url,
        outlet=outlet,
        etag=etag,
        last_modified=last_modified,
        announced=announced,
        first=first,
        checked=checked,
    )
