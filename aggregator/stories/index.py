"""Which articles report the same event: in the order of arrival, and looked at again. Does not say who is whose source.

The rule of the house: two events in one story are worse than one event in two stories, since a story that swallows
another counts the other's sources as its own. A copy of an article reports what that one reports.

An article joins the open story to whose articles it is most alike on average (likeness.py says how alike two articles
are). Every tenth arrival the stories that were reported since are put together anew with their nearest (linkage.py), large
ones less often: what was parted by the order of arrival comes together, and what a single report tied together comes
apart. An id stays with the largest part.

All that decides stands in the rows of the open stories, in whole numbers, so that the same articles give the same stories
in batches of any size and after any number of restarts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from aggregator.stories import features, likeness
from aggregator.stories.columns import Columns
from aggregator.stories.features import Terms
from aggregator.stories.likeness import COPY, NEAREST
from aggregator.stories.linkage import average_linkage, components
from aggregator.stories.postings import Postings, Slots, Weights
from aggregator.stories.rarity import DocumentCounts, listed, shares
from storage import set_aside
from storage import stories as rows
from storage.types import Article, Assignment, Copy, OpenArticle, Regrouped

RULES = 4

WINDOW = timedelta(days=10)  # a story that nobody has reported for so long is closed
MOST_OPEN = 20_000  # stories; the one that has waited longest closes first
ANOTHER_DAY = timedelta(hours=12)  # without a report: from then on what is alike follows

NEIGHBOURS = (
    64  # of an article that are kept, its nearest. 32 lose .02 of precision on the labelled pairs; all gain nothing
)
FAINT = round(0.05 * 65536)  # a cosine below is none. .08 loses .003 on the English events
# How often stories are put together anew (arrivals), and of at most how many articles: the work for one article stays
# the same however large its story grows. Every arrival, 10, 25 and 100 gave the same figures.
ROUNDS = ((1_000, 2_000), (100, 600), (10, 100))
HALF = 0.5  # of what makes one story: from here on two articles are looked at together
FOLLOWER = 0.5  # wholeness below which an article is not put anew, but goes with its story: a headline is near to much

# Exponent of log(articles / articles with the word), and how many articles of its language are taken as read before the first
# one. Measured on scenarios of two reporters who share no sentence (kept together, of 27), and on short news of two events
# (Telegram pairs, joined, of 89), each with the short floor that serves it best. Without a list of common words .8 and 100: 23
# and 54. With one .8 and 1,000: 25 and 58; 1.2 and 1,000: 25 and 55; 1.5 and 1,000: 26 and 51, 2 and 1,000: 25 and 47, but of the
# labelled pairs that report one event .40 come together where 1.2 keeps .56; 2 and 10,000: 24 and 43.
RARITY, IMAGINED = 0.8, 100
RARITY_LISTED, IMAGINED_LISTED = 1.2, 1_000
STRONGEST = 100  # terms of an article that are compared, its heaviest; the rest only count as seen
SCALE = 1 << 12  # a vector's length, so that weights are whole numbers
UNIT = 1 << 12  # of a scaled likeness, so that no order of adding changes a sum
DAY = timedelta(days=1)

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Near:
    """The open articles near to a new one, and how near."""

    slots: Slots
    cosines: NDArray[np.int64]  # in 1/65536; COPY: a copy
    hours: Numbers  # between the two


class StoryIndex:
    """The open stories. What ``place`` returns must be stored, and ``store`` be called before the transaction ends."""

    def __init__(self, db: Database | None = None) -> None:
        """``db`` knows the articles that are in none of the open stories; None: there are none."""
        self._db = db
        self._counts = DocumentCounts(db)
        self._load(())

    @classmethod
    def open(cls, db: Database) -> StoryIndex:
        """The index as it stood after the last article whose placement was stored."""
        index = cls(db)
        index._load(rows.open_articles(db))
        return index

    def __len__(self) -> int:
        """How many stories are open."""
        return int(self._stories["open"].sum())

    def story_of(self, article: str) -> str | None:
        """The story of an article that was placed before, open or closed."""
        if (slot := self._slot.get(article)) is not None:
            return self._ids[int(self._at["story"][slot])]
        return set_aside.story_of(self._db, article) if self._db else None

    def place(self, article: Article, copies: Sequence[Copy] = ()) -> Assignment:
        """Say in which story an article belongs. Call it in the order of arrival, with the article's copies so far."""
        seq = article.seq or 0
        home = self.story_of(article.id) if article.version > 1 else None
        if home:
            regrouped, gone = self._regroup(seq)
            return Assignment(article=article.id, story=home, regrouped=regrouped, gone=gone)
        arrived = article.fetched.replace(microsecond=0)
        closed = tuple(self._close(arrived.timestamp()))
        found = features.article_terms(article)
        language = article.language or ""
        weights = self._weights(language, found)
        mate = _mate(article.id, copies)
        if mate and mate not in self._slot and (home := self.story_of(mate)):  # in a story that is closed
            self._counts.add(language, found.hashes)
            regrouped, gone = self._regroup(seq)
            return Assignment(
                article=article.id,
                story=home,
                seq=seq,
                arrived=arrived,
                closed=closed,
                nearest=mate,
                regrouped=regrouped,
                gone=gone,
            )
        slot = self._enter(article, found, listed(language))
        products = self._vectors.products(found.hashes, weights, slot) >> 8
        near = self._near(slot, products, self._slot.get(mate) if mate else None)
        story, follows = self._home(slot, products, near)
        new = story is None
        story = self._join(slot, near, self._begin(article.id) if story is None else story)
        self._counts.add(language, found.hashes)
        self._vectors.append(slot, found.hashes, weights)
        row = self._row(slot, language, found, weights, near)
        regrouped, gone = self._bridged()
        if not regrouped:
            regrouped, gone = self._regroup(seq)
        return Assignment(
            article=article.id,
            story=row.story,
            seq=seq,
            arrived=arrived,
            new=new,
            follows=follows,
            closed=closed,
            opened=row,
            nearest=self._names[int(near.slots[near.cosines.argmax()])] if len(near.slots) else None,
            regrouped=regrouped,
            gone=gone,
        )

    def store(self) -> None:
        """Write what the articles placed since the last time changed in what is kept of others."""
        self._counts.store()
        if self._db:
            rows.save_nearest(
                self._db, [(self._names[slot], self._at["nearest"][slot].tobytes()) for slot in sorted(self._nearer)]
            )
        self._nearer.clear()

    # ------------------------------------------------------------------------------------------ judging

    def _weights(self, language: str, found: Terms) -> Weights:
        counts, articles = self._counts.seen(language, found.hashes)
        power, imagined = (RARITY_LISTED, IMAGINED_LISTED) if listed(language) else (RARITY, IMAGINED)
        seen = np.array(counts, np.float64) + imagined * shares(language, found.hashes)
        rarity = np.maximum(0.0, np.log((articles + imagined + 2) / (seen + 1))) ** power
        raw = (1 + np.log(found.counts.astype(np.float64))) * rarity
        if len(raw) > STRONGEST:
            raw[np.argsort(-raw, kind="stable")[STRONGEST:]] = 0.0
        length = float(np.sqrt((raw * raw).sum())) or 1.0
        return np.asarray(np.rint(raw / length * SCALE), dtype=np.uint16)

    def _near(self, slot: int, products: NDArray[np.int64], mate: int | None) -> _Near:
        """The nearest open articles; each notes the new one among its own nearest."""
        cosines = np.minimum(products, COPY - 1)
        slots = np.flatnonzero((cosines >= FAINT) & self._at["open"][:slot])
        if len(slots) > NEIGHBOURS:
            slots = np.sort(slots[np.argsort(-cosines[slots], kind="stable")[:NEIGHBOURS]])
            self._at["least"][slot] = cosines[slots].min()
        if mate is not None and mate not in slots:
            slots = np.sort(np.append(slots, mate))
        nearest, found = self._at["nearest"], cosines[slots]
        best = np.sort(found)[::-1][:NEAREST]
        nearest[slot, : len(best)] = best
        nearer = slots[found > nearest[slots, -1]]
        nearest[nearer, -1] = cosines[nearer]
        nearest[nearer] = -np.sort(-nearest[nearer].astype(np.int64), axis=1)
        self._nearer.update(nearer.tolist())
        if mate is not None:
            found = np.where(slots == mate, COPY, found)
        return _Near(slots, found, self._hours(np.full(len(slots), slot), slots))

    def _home(self, slot: int, products: NDArray[np.int64], near: _Near) -> tuple[int | None, str | None]:
        """The story to join, if any; else the id of the one to follow, if any."""
        self._bridge: tuple[int, int] | None = None
        if not len(near.slots):
            return None, None
        if (near.cosines == COPY).any():
            return int(self._at["story"][near.slots[near.cosines == COPY][0]]), None
        story, size = self._at["story"][near.slots], self._stories["size"]
        whole = float(likeness.wholeness(int(self._at["words"][slot])))
        timeless = self._scaled(np.full(len(near.slots), slot), near.slots, near.cosines, near.hours * 0)
        now = self._scaled(np.full(len(near.slots), slot), near.slots, near.cosines, near.hours)
        size = np.maximum(size, 1)
        alike, ever = (
            whole * self._sums(slot, near, story, s) / size / (likeness.SAME * UNIT) for s in (now, timeless)
        )
        if whole < 1:
            sums, lasting = self._headline(slot, products)
            head = sums * lasting
            alike = alike * (whole + (1 - whole) * lasting) + (1 - whole) * head / likeness.SAME_HEADLINE
        best = int(np.argmax(alike))
        if alike[best] >= 1:
            if whole < FOLLOWER:
                head[best] = 0.0
                self._bridge = (best, int(np.argmax(head))) if head.max() >= likeness.BRIDGE else None
            return best, None
        older = int(np.argmax(ever))
        since = near.hours[story == older]
        takes_up = ever[older] >= 1 and len(since) and since.min() >= ANOTHER_DAY / timedelta(hours=1)
        return None, self._ids[older] if takes_up else None

    def _sums(self, slot: int, near: _Near, story: NDArray[np.int64], scaled: Numbers) -> Numbers:
        """The sum of likenesses to each story. In one larger than the list, who is not listed is as near as the last listed."""
        sums, size = np.bincount(story, scaled, minlength=len(self._ids)), self._stories["size"]
        if (least := int(self._at["least"][slot])) and (size[story] > NEIGHBOURS).any():
            listed = np.bincount(story, minlength=len(self._ids))
            cosines = np.bincount(story, near.cosines, minlength=len(self._ids))
            unlisted = np.where(size > NEIGHBOURS, size - listed, 0) * sums / np.maximum(cosines, 1) * least
            sums = sums + np.rint(unlisted)
        return np.asarray(sums)

    def _headline(self, slot: int, products: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
        """Of each story: how near a bare headline is to the sum of its articles, and what its silence leaves of that."""
        slots = np.flatnonzero((products > 0) & self._at["open"][: len(products)])
        story, stories = self._at["story"][slots], self._stories
        silence = np.full(len(self._ids), np.inf)
        np.minimum.at(silence, story, self._hours(np.full(len(slots), slot), slots))
        length = np.sqrt(65536 * (65536.0 * np.maximum(stories["size"], 1) + 2 * stories["pairs"]))
        sums = np.bincount(story, products[slots], minlength=len(self._ids))
        return sums / length, likeness.lasting_headline(silence)

    def _bridged(self) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Make one story of the two that a bare headline is near to, if they are near to each other."""
        if not self._bridge:
            return (), {}
        one, other = self._bridge
        both = np.zeros(len(self._ids), bool)
        both[[one, other]] = True
        a, b, cosines = self._pairs_of(both, both=True)
        across = self._at["story"][a] != self._at["story"][b]
        size, pairs = self._stories["size"], self._stories["pairs"]
        length = np.sqrt((65536.0 * size[one] + 2 * pairs[one]) * (65536.0 * size[other] + 2 * pairs[other]))
        if cosines[across].sum() < likeness.BRIDGED * length:
            return (), {}
        slots = np.flatnonzero(self._at["open"] & both[self._at["story"]])
        return self._settle(slots, np.full(len(slots), one))

    def _scaled(self, a: Slots, b: Slots, cosines: NDArray[np.int64], hours: Numbers) -> Numbers:
        """The likeness of pairs of articles, in whole UNITs; that of copies is beyond doubt."""
        at = self._at
        one, other = (likeness.usual(at["nearest"][x], at["words"][x], at["listed"][x]) for x in (a, b))
        scaled = cosines / 65536 / np.sqrt(one * other) * likeness.lasting(hours)
        return np.where(cosines == COPY, 10.0 * UNIT, np.rint(scaled * UNIT))

    def _hours(self, a: Slots, b: Slots) -> Numbers:
        """The time between two articles, by their dates, else by their arrival; none inside of a day that has no hour."""
        first, last, arrived = (self._at[name] for name in ("earliest", "latest", "arrived"))
        between = np.maximum(0.0, np.maximum(first[a] - last[b], first[b] - last[a]))
        return np.asarray(np.where(np.isnan(between), np.abs(arrived[a] - arrived[b]), between) / 3600)

    # ------------------------------------------------------------------------------------------ again

    def _regroup(self, seq: int) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Put stories that were reported since the last time together anew: what changed, and which ids went where."""
        due = next(((every, most) for every, most in ROUNDS if seq % every == 0), None)
        if not due or not seq:
            return (), {}
        every, most = due
        story = self._at["story"]
        recent = self._at["open"] & (self._at["seq"] > seq - every)
        touched = np.zeros(len(self._ids), bool)
        touched[story[recent]] = True
        a, b, cosines = self._pairs_of(touched, both=False)
        least = likeness.SAME * UNIT
        alike = self._scaled(a, b, cosines, self._hours(a, b)) >= HALF * least
        touched[story[a[alike]]] = touched[story[b[alike]]] = True
        a, b, cosines = self._pairs_of(touched, both=True)
        whole = likeness.wholeness(self._at["words"]) >= FOLLOWER
        texts = whole[a] & whole[b]
        a, b = a[texts], b[texts]
        scaled = self._scaled(a, b, cosines[texts], self._hours(a, b))
        slots = np.flatnonzero(self._at["open"] & touched[story] & whole)
        i, j = np.searchsorted(slots, a), np.searchsorted(slots, b)
        alike = scaled >= HALF * least
        label = components(len(slots), i[alike], j[alike])
        group = story[slots].astype(np.int64)  # articles of one number are one story
        fresh = len(self._ids)
        sizes = np.bincount(label, minlength=len(slots))
        spoilt = np.zeros(fresh, bool)
        spoilt[group[sizes[label] > most]] = True  # stories of which a part is too large to be looked at
        order = np.argsort(label[i], kind="stable")
        starts = np.searchsorted(label[i][order], np.arange(len(slots) + 1))
        for first in np.flatnonzero((sizes > 0) & (sizes <= most)).tolist():
            members = np.flatnonzero(label == first) if sizes[first] > 1 else np.array([first])
            if spoilt[group[members]].any():
                continue
            inside = order[starts[first] : starts[first + 1]]
            inside = inside[label[j[inside]] == first]
            matrix = np.zeros((len(members), len(members)))
            x, y = np.searchsorted(members, i[inside]), np.searchsorted(members, j[inside])
            matrix[x, y] = matrix[y, x] = scaled[inside]
            if len(members) > NEIGHBOURS:
                self._fill(matrix, slots[members])
            group[members] = fresh + members[average_linkage(matrix, least)]
        return self._settle(slots, group)

    def _fill(self, matrix: Numbers, slots: Slots) -> None:
        """In a group larger than a list of neighbours: who is not listed is as near as the last listed."""
        a, b = np.nonzero((matrix == 0) & (self._at["least"][slots] > 0)[:, None])
        a, b = a[a > b], b[a > b]
        cosines = self._at["least"][slots[a]].astype(np.int64)
        matrix[a, b] = matrix[b, a] = self._scaled(slots[a], slots[b], cosines, self._hours(slots[a], slots[b]))

    def _pairs_of(self, stories: Mask, *, both: bool) -> tuple[Slots, Slots, NDArray[np.int64]]:
        """The noted pairs of open articles of which one, or both, stand in one of the stories."""
        a, b = self._pairs["a"], self._pairs["b"]
        inside = (stories & self._stories["open"])[self._at["story"]]
        here = np.flatnonzero(inside[a] & inside[b] if both else inside[a] | inside[b])
        a, b = a[here].astype(np.int64), b[here].astype(np.int64)
        alive = self._at["open"][a] & self._at["open"][b]
        return a[alive], b[alive], self._pairs["cosine"][here[alive]].astype(np.int64)

    def _settle(self, slots: Slots, group: NDArray[np.int64]) -> tuple[tuple[Regrouped, ...], Mapping[str, str]]:
        """Give the new groups of articles the ids of stories: each id stays with the largest part of its story."""
        story = self._at["story"]
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
            gone.update({self._ids[old]: self._ids[homes[new]] for old in olds if old != homes[new]})
        before = {slot: self._ids[story[slot]] for slot in slots.tolist()}
        for new, found in sorted(members.items(), key=lambda item: first[item[0]]):
            home = homes[new] if new in homes else self._begin(self._new_id(found, gone))
            self._at["story"][found] = home
        changed = np.unique(self._at["story"][slots])
        left = {old for old, _ in shares} - set(changed.tolist())
        self._stories["open"][list(left)] = False
        self._measure()
        return tuple(self._regrouped(int(home), before) for home in changed), gone

    def _with_followers(self, slots: Slots, group: NDArray[np.int64]) -> tuple[Slots, NDArray[np.int64]]:
        """… and the short articles of these stories, each with the part that it is nearest to."""
        story = self._at["story"]
        concerned = np.zeros(len(self._ids), bool)
        concerned[story[slots]] = True
        inside = np.zeros(len(story), bool)
        inside[slots] = True
        short = np.flatnonzero(self._at["open"] & concerned[story] & ~inside)
        if not len(short):
            return slots, group
        part = dict(zip(slots.tolist(), group.tolist(), strict=True))
        largest = {
            old: Counter(group[story[slots] == old].tolist()).most_common(1)[0][0]
            for old in np.unique(story[short]).tolist()
        }
        a, b, cosines = self._pairs_of(concerned, both=True)
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
            if self._free(name := str(self._names[slot])) and name not in gone:
                return name
        number, first = 2, str(self._names[int(members[0])])
        while not self._free(f"{first}~{number}"):
            number += 1
        return f"{first}~{number}"

    def _free(self, story: str) -> bool:
        number = self._number.get(story)
        if number is not None and self._stories["open"][number]:
            return False
        return self._db is None or not rows.exists(self._db, story)

    def _regrouped(self, story: int, before: Mapping[int, str]) -> Regrouped:
        slots = np.flatnonzero(self._at["open"] & (self._at["story"] == story))
        arrived = self._at["arrived"][slots]
        return Regrouped(
            story=self._ids[story],
            articles=tuple(self._names[slot] for slot in slots.tolist() if before.get(slot) != self._ids[story]),
            opened=datetime.fromtimestamp(arrived.min(), UTC),
            updated=datetime.fromtimestamp(arrived.max(), UTC),
        )

    # ------------------------------------------------------------------------------------------ keeping

    def _enter(self, article: Article, found: Terms, listed: bool) -> int:
        earliest, latest = _appeared(article)
        slot = self._at.append(
            seq=article.seq or 0,
            story=0,
            arrived=int(article.fetched.timestamp()),
            earliest=earliest,
            latest=latest,
            words=found.words,
            listed=listed,
            nearest=0,
            least=0,
            open=False,
        )
        self._names.append(article.id)
        return slot

    def _begin(self, story: str) -> int:
        self._ids.append(story)
        self._number[story] = len(self._ids) - 1
        return self._stories.append(size=0, updated=0.0, pairs=0.0, open=True)

    def _join(self, slot: int, near: _Near, story: int) -> int:
        self._at["story"][slot] = story
        self._at["open"][slot] = True
        self._slot[self._names[slot]] = slot
        inside = self._at["story"][near.slots] == story
        self._stories["size"][story] += 1
        self._stories["pairs"][story] += int(near.cosines[inside].sum())
        self._stories["updated"][story] = max(self._stories["updated"][story], self._at["arrived"][slot])
        self._pairs.extend(a=np.full(len(near.slots), slot), b=near.slots, cosine=near.cosines)
        return story

    def _row(self, slot: int, language: str, found: Terms, weights: Weights, near: _Near) -> OpenArticle:
        at = self._at
        return OpenArticle(
            article=self._names[slot],
            story=self._ids[at["story"][slot]],
            seq=int(at["seq"][slot]),
            arrived=int(at["arrived"][slot]),
            earliest=None if np.isnan(at["earliest"][slot]) else int(at["earliest"][slot]),
            latest=None if np.isnan(at["latest"][slot]) else int(at["latest"][slot]),
            words=int(at["words"][slot]),
            language=language,
            terms=found.hashes[weights > 0].astype("<u4").tobytes(),
            weights=weights[weights > 0].astype("<u2").tobytes(),
            neighbours=at["seq"][near.slots].astype("<u4").tobytes(),
            cosines=near.cosines.astype("<u2").tobytes(),
            nearest=at["nearest"][slot].astype("<u2").tobytes(),
        )

    def _load(self, found: Iterable[OpenArticle]) -> None:
        """Take up the open articles, given in order of arrival."""
        kept = list(found)
        self._at = Columns(
            seq=np.int64,
            story=np.int64,
            arrived=np.float64,
            earliest=np.float64,
            latest=np.float64,
            words=np.int64,
            listed=bool,
            nearest=(np.uint16, NEAREST),
            least=np.uint16,
            open=bool,
        )
        self._stories = Columns(size=np.int64, updated=np.float64, pairs=np.float64, open=bool)
        self._pairs = Columns(a=np.int32, b=np.int32, cosine=np.uint16)
        self._vectors = Postings()
        self._names: list[str] = [row.article for row in kept]
        self._slot = {name: slot for slot, name in enumerate(self._names)}
        self._ids: list[str] = []
        self._number: dict[str, int] = {}
        self._nearer: set[int] = set()
        if not kept:
            return
        for row in kept:
            if row.story not in self._number:
                self._begin(row.story)
        nan = float("nan")
        seqs = np.array([row.seq for row in kept])
        self._at.extend(
            seq=seqs,
            story=np.array([self._number[row.story] for row in kept]),
            arrived=np.array([row.arrived for row in kept]),
            earliest=np.array([nan if row.earliest is None else row.earliest for row in kept]),
            latest=np.array([nan if row.latest is None else row.latest for row in kept]),
            words=np.array([row.words for row in kept]),
            listed=np.array([listed(row.language) for row in kept]),
            nearest=np.frombuffer(b"".join(row.nearest for row in kept), "<u2").reshape(-1, NEAREST),
            least=np.array([_least(row) for row in kept]),
            open=np.ones(len(kept), bool),
        )
        terms = np.frombuffer(b"".join(row.terms for row in kept), "<u4")
        weights = np.frombuffer(b"".join(row.weights for row in kept), "<u2")
        slots = np.repeat(np.arange(len(kept), dtype=np.int32), [len(row.terms) // 4 for row in kept])
        self._vectors.append(slots, terms, weights)
        neighbours = np.frombuffer(b"".join(row.neighbours for row in kept), "<u4").astype(np.int64)
        cosines = np.frombuffer(b"".join(row.cosines for row in kept), "<u2")
        a = np.repeat(np.arange(len(kept)), [len(row.neighbours) // 4 for row in kept])
        b = np.minimum(np.searchsorted(seqs, neighbours), len(kept) - 1)
        there = seqs[b] == neighbours
        self._pairs.extend(a=a[there], b=b[there], cosine=cosines[there])
        self._measure()

    def _measure(self) -> None:
        """Count what stories hold from their articles."""
        open_ = self._at["open"]
        story, count = self._at["story"], len(self._ids)
        self._stories["size"][:] = np.bincount(story[open_], minlength=count)
        updated = self._stories["updated"]
        updated[:] = 0.0
        np.maximum.at(updated, story[open_], self._at["arrived"][open_])
        a, b = self._pairs["a"], self._pairs["b"]
        inside = open_[a] & open_[b] & (story[a] == story[b])
        self._stories["pairs"][:] = np.bincount(story[a[inside]], self._pairs["cosine"][inside], minlength=count)

    def _close(self, now: float) -> list[str]:
        """Close the stories that have waited too long, and return their ids."""
        self._compact()
        open_, updated = self._stories["open"], self._stories["updated"]
        waiting = open_ & (updated < now - WINDOW.total_seconds())
        if (many := int(open_.sum()) - MOST_OPEN) > 0:
            longest = np.flatnonzero(open_)
            waiting[longest[np.argsort(updated[longest], kind="stable")[:many]]] = True
        closed = np.flatnonzero(waiting)
        if not len(closed):
            return []
        open_[closed] = False
        over = np.flatnonzero(self._at["open"] & waiting[self._at["story"]])
        self._at["open"][over] = False
        for slot in over.tolist():
            del self._slot[self._names[slot]]
        self._nearer.difference_update(over.tolist())
        return [self._ids[story] for story in closed.tolist()]

    def _compact(self) -> None:
        """Leave behind what closed stories left in the arrays, when it is more than what is open."""
        open_ = self._at["open"]
        if len(open_) < 2_000 or 2 * int(open_.sum()) > len(open_):
            return
        renumbered = np.cumsum(open_) - 1
        a, b = self._pairs["a"], self._pairs["b"]
        kept = open_[a] & open_[b]
        a[:], b[:] = renumbered[a], renumbered[b]
        self._pairs.keep(kept)
        self._vectors.renumber(open_, renumbered)
        self._nearer = {int(renumbered[slot]) for slot in self._nearer if open_[slot]}
        self._names = [name for name, stays in zip(self._names, open_.tolist(), strict=True) if stays]
        self._slot = {name: slot for slot, name in enumerate(self._names)}
        living = self._stories["open"]
        story = np.cumsum(living) - 1
        self._at["story"][:] = np.where(open_, story[self._at["story"]], 0)
        self._at.keep(open_)
        self._ids = [id_ for id_, stays in zip(self._ids, living.tolist(), strict=True) if stays]
        self._number = {id_: n for n, id_ in enumerate(self._ids)}
        self._stories.keep(living)


def forwards(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where each story of an earlier judgement went: (old id, new id, why), for those ids that are no longer there.

    ``old`` and ``new`` say the story of each article. A story went where most of its articles are; of equal parts, to the
    one whose id comes first.

    >>> forwards({"a": "a", "b": "b", "c": "b"}, {"a": "a", "b": "a", "c": "a"})
    [('b', 'a', 'merged')]
    """
    alive = set(new.values())
    parts: dict[str, dict[str, int]] = {}
    for article, story in old.items():
        if story not in alive and article in new:
            went = parts.setdefault(story, {})
            went[new[article]] = went.get(new[article], 0) + 1
    return [
        (story, min(went, key=lambda home: (-went[home], home)), "merged" if len(went) == 1 else "split")
        for story, went in sorted(parts.items())
    ]


def _appeared(article: Article) -> tuple[float, float]:
    """When an article came out, in seconds, at the earliest and at the latest; not a number: it does not say.

    Midnight sharp is a page that states only the day. Nothing came out after it arrived.
    """
    if article.published is None:
        return float("nan"), float("nan")
    stated = article.published.replace(microsecond=0)
    latest = stated + DAY if stated.astimezone(UTC).time() == time() else stated
    arrived = article.fetched.replace(microsecond=0)
    return min(stated, arrived).timestamp(), min(latest, arrived).timestamp()


def _least(row: OpenArticle) -> int:
    """The least cosine of a list that is full; 0: all neighbours are listed."""
    cosines = np.frombuffer(row.cosines, "<u2")
    return int(cosines.min()) if len(cosines) >= NEIGHBOURS else 0


def _mate(article: str, copies: Sequence[Copy]) -> str | None:
    """The other article of the copy that shares most."""
    whole = [copy for copy in copies if copy.is_copy and article in (copy.a, copy.b)]
    if not whole:
        return None
    best = max(whole, key=lambda copy: (max(copy.share_a, copy.share_b), copy.a, copy.b))
    return best.a if best.b == article else best.b
