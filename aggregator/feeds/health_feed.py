"""The outlets' health as a feed: one item a trouble, for as long as it lasts. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from aggregator.feeds.config import HEALTH, Settings
from aggregator.feeds.model import Feed, Item, Publisher, tag
from aggregator.feeds.text import escape
from aggregator.health import Trouble
from storage.types import Outlet

TITLE = "Outlets' health"
DESCRIPTION = "What is wrong with an outlet, since when, and what to do."


def health_feed(troubles: Iterable[Trouble], outlets: Mapping[str, Outlet], settings: Settings) -> Feed:
    """The troubles as a feed, the latest first. A trouble that is over leaves it; one that comes again is a new item."""
    items = sorted((_item(one, outlets, settings) for one in troubles), key=lambda one: one.updated, reverse=True)
    return Feed(
        name=HEALTH,
        title=TITLE,
        description=DESCRIPTION,
        address=settings.address,
        authority=settings.authority,
        items=tuple(items),
        language="en",
    )


def _item(trouble: Trouble, outlets: Mapping[str, Outlet], settings: Settings) -> Item:
    facts = outlets.get(trouble.outlet)
    name = facts.name if facts else trouble.outlet
    id_ = tag(settings.authority, HEALTH, trouble.outlet, trouble.kind, f"{trouble.since:%Y-%m-%dT%H%M%S}")
    # Troubles of one second (a run that found ten hosts gone) are told apart by their names, which do not change.
    fraction = int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 1_000_000
    return Item(
        id=id_,
        title=f"{name}: {trouble.kind}",
        link=facts.homepage if facts else None,
        published=trouble.since,
        updated=trouble.since + timedelta(microseconds=fraction),
        summary=trouble.words,
        html=f"<p>{escape(trouble.words)}</p><p>What to do: {escape(trouble.advice)}</p>",
        outlet=Publisher(name=name, homepage=facts.homepage if facts else None),
        language="en",
    )
