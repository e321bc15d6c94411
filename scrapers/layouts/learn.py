"""Samples of pages → the layout that they have in common. Pure.

Which mistake is worse: a paragraph that is dropped is lost without a trace, a teaser that stays is seen. Wire copy and
background repeat as well, so that a paragraph goes only where its element holds little else, or most pages print it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.layouts import LayoutSample
from storage.types import Layout

# Chosen, not measured: fewer pages know too little of what repeats.
ENOUGH = 5  # pages of one layout
# Of the characters in an element: above, it holds what other pages have too. An element around real paragraphs has next
# to none; a box of teasers repeats about half of them from page to page while the site brings new articles.
REPEATED = 0.5
BOXED = 2  # pages that must have the same words in such an element
EVERYWHERE = 0.6  # of the pages that print a paragraph of no particular element: background stands on fewer
SAME = 0.5  # of a page's characters: above, it is another page once more, and teaches nothing


def learn_layout(samples: Sequence[LayoutSample]) -> tuple[Layout | None, tuple[str, ...]]:
    """What the pages that agree most have in common, and the articles that taught it; None where too few agree."""
    distinct = _distinct(samples)
    body = _commonest(sample.bodies for sample in distinct)
    alike = [sample for sample in distinct if body in sample.bodies]
    frame = _commonest(sample.frames for sample in alike)
    alike = [sample for sample in alike if frame in sample.frames]
    if body is None or frame is None or len(alike) < ENOUGH:
        return None, ()
    headline = _commonest(sample.headlines for sample in alike)
    repeated = _repeated(alike)
    drop = _dropped(alike, repeated) + _idle(alike)
    layout = Layout(
        frame=frame,
        body=body,
        headline=headline if all(headline in sample.headlines for sample in alike) else None,
        drop=drop,
        texts=_texts(alike, repeated, drop),
        languages=tuple(sorted({sample.language for sample in alike if sample.language})),
        outside=max(sample.outside for sample in alike),
        day_first=_order(alike),
    )
    return layout, tuple(sample.article for sample in samples if body in sample.bodies)


def _order(samples: Iterable[LayoutSample]) -> bool | None:
    """The order of slash dates that one page tells ("24/11/2026") and none contradicts: on one site all have one order."""
    told = {sample.day_first for sample in samples} - {None}
    return told.pop() if len(told) == 1 else None


def _distinct(samples: Iterable[LayoutSample]) -> list[LayoutSample]:
    """Without pages that print another one's text again."""
    found: list[LayoutSample] = []
    for sample in samples:
        own = dict(sample.texts)
        size = sum(map(len, own))
        if not any(sum(len(text) for text in own if text in dict(other.texts)) > SAME * size for other in found):
            found.append(sample)
    return found


def _commonest(some: Iterable[Sequence[str]]) -> str | None:
    """The selector that most pages have; the more telling one of several."""
    counts = Counter(selector for each in some for selector in each)
    return max(counts, key=lambda selector: counts[selector], default=None)


def _repeated(samples: Sequence[LayoutSample]) -> Counter[str]:
    """On how many pages each text stands; another page's headline counts as standing there."""
    counts = Counter(text for sample in samples for text in dict(sample.texts))
    headlines = Counter(sample.headline for sample in samples)
    return Counter({text: n + headlines[text] for text, n in counts.items()})


@dataclass(slots=True)
class _Held:
    """What an element holds on all pages, in characters."""

    total: int = 0
    repeated: int = 0
    pages: int = 0


def _dropped(samples: Sequence[LayoutSample], repeated: Counter[str]) -> tuple[str, ...]:
    """Elements that hold what other pages hold: the widest, and what they contain goes with them."""
    held: dict[str, _Held] = {}
    for sample in samples:
        seen = set()
        for text, around in sample.texts:
            for step in around:
                one = held.setdefault(step, _Held())
                one.total += len(text)
                if repeated[text] >= BOXED:
                    one.repeated += len(text)
                    seen.add(step)
        for step in seen:
            held[step].pages += 1
    return tuple(
        sorted(step for step, one in held.items() if one.pages >= BOXED and one.repeated > REPEATED * one.total)
    )


def _idle(samples: Sequence[LayoutSample]) -> tuple[str, ...]:
    """Elements beside the text that most pages have and none puts a part of its article in."""
    busy = {name for sample in samples for name in sample.busy}
    counts = Counter(name for sample in samples for name in sample.idle)
    return tuple(sorted(name for name, n in counts.items() if n > EVERYWHERE * len(samples) and name not in busy))


def _texts(samples: Sequence[LayoutSample], repeated: Counter[str], drop: Sequence[str]) -> tuple[str, ...]:
    """Paragraphs that most pages print among their own."""
    least = max(BOXED + 1, EVERYWHERE * len(samples))
    loose = (text for sample in samples for text, around in sample.texts if not set(around) & set(drop))
    return tuple(dict.fromkeys(text for text in loose if repeated[text] >= least))
