"""When an address is asked again. Pure: knows no clock and no table.

News is corrected most in its first hours. A page is looked at again when it is twice as old as at the last look, at the
earliest after half an hour, for two days: after ½, 1, 2, 4, 8, 16 and 32 hours, seven looks in all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.types import Link
from storage.validators import Validator

SOONEST = timedelta(minutes=30)  # three visits of a cron job that comes every ten minutes; not measured
YOUNG = timedelta(hours=48)  # corrections come later seldom, and a feed announces those; not measured


def is_due(known: Validator | None, link: Link | None, now: datetime) -> bool:
    """Is the page to be asked for: never seen, announced as changed, or young and not looked at for long enough?"""
    return known is None or _changed(known, link) or again(known, now)


def again(known: Validator, now: datetime) -> bool:
    """Is a page that was seen due for another look by its age alone?"""
    age = known.checked - known.first
    return now - known.first < YOUNG and now - known.checked >= max(SOONEST, age)


def _changed(known: Validator, link: Link | None) -> bool:
    """Does the announcement name a later change than it last did? A date in the future names one only once."""
    if link is None or link.modified is None:
        return False
    return link.modified > (known.announced or known.checked)
