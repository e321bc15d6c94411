"""The table of sources: what each feed, sitemap and listing last gave, since when, and where it moved. Overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import clock

WORKS = "works"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source is doing."""

    url: str
    outlet: str
    kind: str  # as in Source
    asked: datetime  # last
    verdict: str  # WORKS, or in words why it announced nothing
    since: datetime  # the first visit that ended so, without another since
    visits: int  # … and how many those were
    worked: datetime | None  # when it last announced articles. None: never
    moved_to: str | None  # where a permanent redirect leads. None: it did not move
    gone: datetime | None  # since when it answers 410. None: it does not


def state(db: Database, url: str) -> SourceState | None:
    """How a source is doing; None: it was never asked."""
    row = db.execute(f"select {COLUMNS} from sources where url = ?", [url]).fetchone()  # noqa: S608 - our own words
    return _from_row(row) if row else None


def of_outlet(db: Database, outlet: str) -> list[SourceState]:
    """All sources of an outlet that were ever asked, by address."""
    rows = db.execute(f"select {COLUMNS} from sources where outlet = ? order by url", [outlet])  # noqa: S608
    return [_from_row(row) for row in rows]


def note(
    db: Database, url: str, *, outlet: str, kind: str, verdict: str, now: datetime, moved_to: str | None, gone: bool
) -> None:
    """What a source gave just now. ``moved_to`` and ``gone`` are what this answer said."""
    moment = clock.to_text(now)
    db.execute(
        "insert into sources (url, outlet, kind, asked, verdict, since, visits, worked, moved_to, gone)"
        " values (:url, :outlet, :kind, :now, :verdict, :now, 1, iif(:verdict = :works, :now, null), :moved_to,"
        " iif(:gone, :now, null)) on conflict (url) do update set outlet = :outlet, kind = :kind, asked = :now,"
        " visits = iif(verdict = :verdict, visits + 1, 1), since = iif(verdict = :verdict, since, :now),"
        " worked = iif(:verdict = :works, :now, worked), verdict = :verdict, moved_to = :moved_to,"
        " gone = iif(:gone, coalesce(gone, :now), null)",
        {
            "url": url,
            "outlet": outlet,
            "kind": kind,
            "now": moment,
            "verdict": verdict,
            "works": WORKS,
            "moved_to": moved_to,
            "gone": gone,
        },
    )


COLUMNS = "url, outlet, kind, asked, verdict, since, visits, worked, moved_to, gone"


def _from_row(row: tuple[str, ...]) -> SourceState:
    url, outlet, kind, asked, verdict, since, visits, worked, moved_to, gone = row
    known_asked, known_since = clock.from_text(asked), clock.from_text(since)
    assert known_asked is not None
    assert known_since is not None
    return SourceState(
        url=url,
        outlet=outlet,
        kind=kind,
        asked=known_asked,
        verdict=verdict,
        since=known_since,
        visits=int(visits),
        worked=clock.from_text(worked),
        moved_to=moved_to,
        gone=clock.from_text(gone),
    )
