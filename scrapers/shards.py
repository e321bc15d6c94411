"""Many crawlers, each with its share of the outlets. Pure: who is whose follows from the outlets and the number of shares.

By rendezvous hashing (Thaler and Ravishankar, 1998): an outlet goes to the share that its hash with that share's number ranks
first, so that one more share takes over only what ranks it first, and nothing else moves.

Outlets that have a host in common, be it of their pages, feeds, sitemaps or listings, go together: no two shares ask one
host, and so each host's pace is kept by one crawler.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import xxhash

from storage.types import Outlet


def in_shard(outlets: Iterable[Outlet], number: int, count: int) -> set[str]:
    """The ids of the outlets in share ``number`` (1, 2 …) of ``count``. ``outlets`` are all that there are."""
    return {outlet for outlet, group in _groups(outlets).items() if _rendezvous(group, count) == number}


def _rendezvous(group: str, count: int) -> int:
    return max(range(1, count + 1), key=lambda number: xxhash.xxh3_64_intdigest(f"{number}/{group}".encode()))


def _groups(outlets: Iterable[Outlet]) -> dict[str, str]:
    """Of each outlet the group that shares hosts with it, named by its first id in the alphabet."""
    group: dict[str, str] = {}  # a member's way to its group's name
    owner: dict[str, str] = {}  # host -> an outlet that asks it

    def named(outlet: str) -> str:
        while group[outlet] != outlet:
            outlet = group[outlet]
        return outlet

    for outlet in sorted(outlets, key=lambda outlet: outlet.id):
        group[outlet.id] = outlet.id
        for host in sorted(hosts(outlet)):
            first, second = sorted((named(owner.setdefault(host, outlet.id)), named(outlet.id)))
            group[second] = first
    return {outlet: named(outlet) for outlet in group}


def hosts(outlet: Outlet) -> set[str]:
    """Every host that a crawl of an outlet asks, as far as its file says."""
    asked = {urlsplit(url).hostname or "" for url in (outlet.homepage, *(source.url for source in outlet.sources))}
    return {host.lower().removeprefix("www.") for host in {*asked, *outlet.hosts} if host}
