"""How alike two articles are, for all that is known of them: their words, their lengths, their neighbours, their moments.

The cosine of two reports of one event runs from .12 (two short reports, each with its own witnesses) to .9, and strangers in
a field that all write about reach .4. So a cosine is measured by what is usual around the two (local scaling: Zelnik-Manor
and Perona, "Self-tuning spectral clustering", 2004): r is the mean cosine of an article to its five nearest, but never less
than a floor, which is what a lone pair has to reach. A long text shares more words with a stranger, so its floor is higher.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RULES = 8
"""Raised with every change that puts articles together otherwise, here or in the modules beside: their stories are made anew."""
NEAREST = 5  # of an article. 3 and 8 lose .02 on the English events
# The floors, and the words from which and up to which they hold; between the two by the length's logarithm. Set on four
# fifths of the labelled pairs (long: .25 to .42) and of the scenarios of two reporters (short: .07 to .25; 60 to 120 words).
# Where it is known beforehand how common words are (rarity.py), short texts that share only common ones are less alike, and
# their floor is lower (.07 to .17 tried, with what beside it says index.py). Before tops were looked at they
# were .38, .17 and .13: a usual top now takes off so much.
SHORT, LONG = 120, 400
FLOOR_SHORT, FLOOR_LONG = 0.132, 0.33
FLOOR_SHORT_LISTED = 0.101
# Scaled likeness, on average, of reports of one event. .5 to .7 tried; .6 parts two reporters of the sample.
SAME = 0.55
# Hours in which a likeness loses two thirds, as a bell: two reporters of one day lose next to nothing, the next days' news
# of an affair nearly all. On the labelled pairs, of those joined report one event / one affair, and of those that do are joined:
# falling evenly over 72 h .64/.94/.63, 48 h .68/.94/.62, 36 h .68/.94/.59; with HEADLINE 4, evenly over 40 h and by a bell of
# 31 h .71/.96/.62 (the even fall parts two reporters of the sample's bridge, five hours apart; the bell does not).
LASTS = 31.0
# What the tops of two texts tell of one event: what words alone join wrongly is the next news of an affair. A headline says what
# is new, so its words stand on top of other reports of its event: TOPPED and TOP_USUAL say how much and below which share (of
# their rarity) they speak against it. And reports of one event name its day: OTHER_DAYS is left where both name days, and none
# that the other names.
# On 198 pairs of the ten thousand real articles that were read for this, and on the 232 labelled ones that are as near: the share
# tells one event from two better than the cosine itself (area under the curve .77 and .78, cosine .75 and .72), both and the days
# together .82. Tried on 2,013 articles: 1.0 to 2.0, .2 to .4, .5 to 1.0, with the long floor from .38 to .46; 1.5 and 2.0 cost
# the English events .01. A share never raises a likeness: where it did (from .2 on), the nearest five of a large story were those
# with one headline, and 300 reports of one event (bench/giant.py) fell into 24 stories; now they are one. All 10,000, one
# event / one affair / recall of the labelled pairs: raising from .2 .80/.99/.62; below .5 with the long floor .32, .33, .34
# .79/.97/.62, .80/.99/.62, .80/1.0/.59; below .45 with .33 .79/.97/.63; below .4 with .34 .79/.97/.65.
TOPPED, TOP_USUAL, OTHER_DAYS = 1.0, 0.45, 0.6
# Hours from which on two articles report two events, whatever stands between them, and what their likeness then counts: articles
# without a date are near to both and would tie them. Of the 1,668 dated pairs that the ten thousand real articles join, 48 stood
# more than four days apart, all tied so; -1 leaves 8 of them (6 at 72 hours), -3 leaves 5, -10 leaves 3, and of the labelled
# pairs, which are of four days, none is lost.
APART, PARTED = 96.0, -3.0
# A bare headline has ten words: it is compared with the sum of a story, must be nearly of the same hours, and of little likeness.
HEADLINE, WHOLE = 12, 60  # words: up to here a headline; from here on a text
SAME_HEADLINE = 0.09
LASTS_HEADLINE, LEFT_HEADLINE = 6.0, 0.1  # hours; what is left of a likeness in the end
# A headline so near to a second story joins the two, if they are so near to each other.
BRIDGE, BRIDGED = 0.10, 0.20
COPY = 0xFFFF  # stands for a cosine: one is a copy of the other, and reports what the other reports

Numbers = NDArray[np.float64]


def wholeness(words: NDArray[np.int64] | int) -> Numbers:
    """0 for a bare headline, 1 for a text."""
    return _between(words, HEADLINE, WHOLE)


def floor(words: NDArray[np.int64] | int, listed: NDArray[np.bool_] | bool) -> Numbers:
    """The least that counts as an article's usual cosine; ``listed``: its language has a list of common words."""
    short = np.where(listed, FLOOR_SHORT_LISTED, FLOOR_SHORT)
    return np.asarray(short + (FLOOR_LONG - short) * _between(words, SHORT, LONG))


def usual(nearest: NDArray[np.uint16], words: NDArray[np.int64] | int, listed: NDArray[np.bool_] | bool) -> Numbers:
    """r: the mean of an article's nearest cosines (in 1/65536, shape (…, NEAREST)), or its floor."""
    return np.asarray(np.maximum(nearest.sum(axis=-1, dtype=np.int64) / (65536 * NEAREST), floor(words, listed)))


def topped(shared: Numbers, days: NDArray[np.bool_], whole: Numbers) -> Numbers:
    """What the tops of two texts make of their likeness.

    ``shared``: how much of the headlines stands on top of the other, not a number where neither has one; ``days``: both name days
    of the week, and none of the other's; ``whole``: the wholeness of both, since a bare headline has no text below it.
    """
    told = np.where(np.isnan(shared), 1.0, np.exp(TOPPED * np.minimum(shared - TOP_USUAL, 0.0))) * np.where(
        days, OTHER_DAYS, 1.0
    )
    return np.asarray(told**whole)


def lasting(hours: Numbers) -> Numbers:
    """What is left of a likeness over a time between."""
    return np.asarray(np.exp(-((hours / LASTS) ** 2)))


def lasting_headline(hours: Numbers) -> Numbers:
    """What is left of the likeness of a bare headline."""
    return np.asarray(LEFT_HEADLINE + (1 - LEFT_HEADLINE) * np.exp(-hours / LASTS_HEADLINE))


def _between(words: NDArray[np.int64] | int, low: int, high: int) -> Numbers:
    return np.asarray(np.clip(np.log(np.maximum(words, 1) / low) / np.log(high / low), 0.0, 1.0))
