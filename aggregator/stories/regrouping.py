"""Stories put together anew, now and then: what the order of arrival parted comes together, what one report tied comes apart.

An id stays with the largest part of its story; the rest gets ids of its own, and an id that went away leaves a trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from aggregator.stories import likeness
from aggregator.stories.linkage import average_linkage, components
from aggregator.stories.opened import NEIGHBOURS, UNIT, Numbers, OpenStories
from aggregator.stories.pairs import Pairs
from aggregator.stories.postings import Slots
from storage.stories import Regrouped

# How often stories are put together anew (arrivals), and of at most how many articles: the work for one article stays
# the same however large its story grows. Every arrival, 10, 25 and 100 gave the same figures.
ROUNDS = ((1_000, 2_000), (100, 600), (10, 100))
HALF = 0.5  # of what makes one story: from here on two articles are looked at together
FOLLOWER = 0.5  # wholeness below which an article is not put anew, but goes with its story: a headline is near to much


class Regrouping:
    """The stories of an index, taken apart and put together."""

    def __init__(self, opened: OpenStories) -> None:
        self._open = opened

    def regroup(self, seq: int) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Put stories that were reported since the last time together anew: what changed, and which ids went where."""
        due = next(((every, most) for every, most in ROUNDS if seq % every == 0), None)
        if not due or not seq:
            return (), {}
        every, most = due
        story, open_ = self._open.at["story"], self._open.at["open"]
        touched = np.zeros(len(self._open.ids), bool)
        since = int(np.searchsorted(self._open.at["seq"], seq - every, "right"))
        touched[story[since:][open_[since:]]] = True
        least = likeness.SAME * UNIT
        a, b, scaled = self._scaled(self._open.pairs_around(touched))
        alike = scaled >= HALF * least
        near = np.zeros(len(touched), bool)
        near[story[a[alike]]] = near[story[b[alike]]] = True
        more = self._scaled(self._open.pairs_inside(near & ~touched))  # a pair with one of the others is there already
        touched |= near
        a, b, scaled = (np.concatenate(both) for both in zip((a, b, scaled), more, strict=True))
        slots = np.flatnonzero(open_ & touched[story])
        slots = slots[likeness.wholeness(self._open.at["words"][slots]) >= FOLLOWER]
        place = np.full(len(story), -1)
        place[slots] = np.arange(len(slots))
        i, j = place[a], place[b]
        texts = (i >= 0) & (j >= 0)
        i, j, scaled = i[texts], j[texts], scaled[texts]
        alike = scaled >= HALF * least
        label = components(len(slots), i[alike], j[alike])
        group = story[slots].astype(np.int64)  # articles of one number are one story
        fresh = len(self._open.ids)
        sizes = np.bincount(label, minlength=len(slots))
        spoilt = np.zeros(fresh, bool)
        spoilt[group[sizes[label] > most]] = True  # stories of which a part is too large to be looked at
        order = np.argsort(label[i], kind="stable")
        starts = np.searchsorted(label[i][order], np.arange(len(slots) + 1))
        alone = np.flatnonzero((sizes == 1)[label] & ~spoilt[group])
        group[alone] = fresh + alone
        for first in np.flatnonzero((sizes > 1) & (sizes <= most)).tolist():
            members = np.flatnonzero(label == first)
            if spoilt[group[members]].any():
                continue
            inside = order[starts[first] : starts[first + 1]]
            inside = inside[label[j[inside]] == first]
            matrix = np.zeros((len(members), len(members)))
            x, y = np.searchsorted(members, i[inside]), np.searchsorted(members, j[inside])
            matrix[x, y] = matrix[y, x] = scaled[inside]
            if len(members) > NEIGHBOURS:
                self._fill(matrix, slots[members])
            self._part(matrix, slots[members])
            group[members] = fresh + members[average_linkage(matrix, least)]
        return self._settle(slots, group)

    def unite(self, bridge: tuple[int, int] | None) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Make one story of the two that a bare headline is near to, if they are near to each other."""
        if not bridge:
            return (), {}
        one, other = bridge
        both = np.zeros(len(self._open.ids), bool)
        both[[one, other]] = True
        a, b, cosines = self._open.pairs_inside(both)
        across = self._open.at["story"][a] != self._open.at["story"][b]
        squares = self._open.squares()
        length = np.sqrt(squares[one] * squares[other])
        if cosines[across].sum() < likeness.BRIDGED * length:
            return (), {}
        slots = np.flatnonzero(self._open.at["open"] & both[self._open.at["story"]])
        return self._settle(slots, np.full(len(slots), one))

    def _scaled(self, pairs: Pairs) -> tuple[Slots, Slots, Numbers]:
        """Pairs with their likeness in the place of their cosine."""
        a, b, cosines = pairs
        return a, b, self._open.scaled(a, b, cosines, self._open.hours(a, b))

    def _fill(self, matrix: Numbers, slots: Slots) -> None:
        """In a group larger than a list of neighbours: who is not listed is as near as the last listed."""
        a, b = np.nonzero((matrix == 0) & (self._open.at["least"][slots] > 0)[:, None])
        a, b = a[a > b], b[a > b]
        cosines = self._open.at["least"][slots[a]].astype(np.int64)
        matrix[a, b] = matrix[b, a] = self._open.scaled(
            slots[a], slots[b], cosines, self._open.hours(slots[a], slots[b])
        )

    def _part(self, matrix: Numbers, slots: Slots) -> None:
        """Who states a date days from another's counts against one story with it, also where no word is shared."""
        a, b = slots[:, None], slots[None, :]
        matrix[(matrix == 0) & self._open.apart(a, b, self._open.hours(a, b))] = likeness.PARTED * UNIT

    def _settle(self, slots: Slots, group: NDArray[np.int64]) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Give the new groups of articles the ids of stories: each id stays with the largest part of its story."""
        story = self._open.at["story"]
        parts = Counter(zip(story[slots].tolist(), group.tolist(), strict=True))
        split = Counter(old for old, _ in parts)
        merged = Counter(new for _, new in parts)
        moving = {new for old, new in parts if split[old] > 1 or merged[new] > 1}
        if not moving:
            return (), {}
        concerned = np.isin(group, list(moving))
        slots, group = slots[concerned], group[concerned]
        slots, group = self._with_followers(slots, group)
        members = {new: slots[group == new] for new in np.unique(group).tolist()}
        shares = Counter(zip(story[slots].tolist(), group.tolist(), strict=True))
        first = {new: int(found[0]) for new, found in members.items()}
        claims: dict[int, list[int]] = {}
        for old in sorted({old for old, _ in shares}):
            heir = min((new for known, new in shares if known == old), key=lambda new: (-shares[old, new], first[new]))
            claims.setdefault(heir, []).append(old)
        homes, gone = {}, {}
        for new, olds in claims.items():
            # Of equal parts the story whose first article came first: the numbers of stories are another run's others.
            homes[new] = min(olds, key=lambda old: (-shares[old, new], int(np.argmax(story == old))))
            gone.update({self._open.ids[old]: self._open.ids[homes[new]] for old in olds if old != homes[new]})
        before = {slot: self._open.ids[story[slot]] for slot in slots.tolist()}
        for new, found in sorted(members.items(), key=lambda item: first[item[0]]):
            home = homes[new] if new in homes else self._open.begin(self._new_id(found, gone))
            self._open.at["story"][found] = home
        changed = np.unique(self._open.at["story"][slots])
        left = {old for old, _ in shares} - set(changed.tolist())
        self._open.stories["open"][list(left)] = False
        concerned = np.zeros(len(self._open.ids), bool)
        concerned[[*left, *changed.tolist()]] = True
        self._open.measure(concerned)
        return tuple(self._regrouped(int(home), before) for home in changed), gone

    def _with_followers(self, slots: Slots, group: NDArray[np.int64]) -> tuple[Slots, NDArray[np.int64]]:
        """… and the short articles of these stories, each with the part that it is nearest to."""
        story = self._open.at["story"]
        concerned = np.zeros(len(self._open.ids), bool)
        concerned[story[slots]] = True
        inside = np.zeros(len(story), bool)
        inside[slots] = True
        short = np.flatnonzero(self._open.at["open"] & concerned[story] & ~inside)
        if not len(short):
            return slots, group
        part = dict(zip(slots.tolist(), group.tolist(), strict=True))
        largest = {
            old: Counter(group[story[slots] == old].tolist()).most_common(1)[0][0]
            for old in np.unique(story[short]).tolist()
        }
        a, b, cosines = self._open.pairs_inside(concerned)
        near: dict[int, Counter[int]] = {slot: Counter() for slot in short.tolist()}
        for one, other, cosine in zip(a.tolist(), b.tolist(), cosines.tolist(), strict=True):
            for follower, leader in ((one, other), (other, one)):
                if follower in near and leader in part and story[follower] == story[leader]:
                    near[follower][part[leader]] += cosine
        goes = [
            max(near[slot].items(), key=lambda item: (item[1], -item[0]))[0] if near[slot] else largest[story[slot]]
            for slot in short.tolist()
        ]
        all_slots, all_groups = np.append(slots, short), np.append(group, goes)
        order = np.argsort(all_slots, kind="stable")
        return all_slots[order], all_groups[order]

    def _new_id(self, members: Slots, gone: Mapping[str, str]) -> str:
        """The first article's id that no story has: an id that went away is not given to others on the same day."""
        for slot in members.tolist():
            if self._open.is_free(name := str(self._open.names[slot])) and name not in gone:
                return name
        number, first = 2, str(self._open.names[int(members[0])])
        while not self._open.is_free(f"{first}~{number}"):
            number += 1
        return f"{first}~{number}"

    def _regrouped(self, story: int, before: Mapping[int, str]) -> Regrouped:
        slots = np.flatnonzero(self._open.at["open"] & (self._open.at["story"] == story))
        arrived = self._open.at["arrived"][slots]
        return Regrouped(
            story=self._open.ids[story],
            articles=tuple(
                self._open.names[slot] for slot in slots.tolist() if before.get(slot) != self._open.ids[story]
            ),
            opened=datetime.fromtimestamp(arrived.min(), UTC),
            updated=datetime.fromtimestamp(arrived.max(), UTC),
        )
