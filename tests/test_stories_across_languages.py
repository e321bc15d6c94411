from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.languages import Opening, links
from tests.conftest import NOON

# Where each opening points: nearness is the cosine of two angles, in degrees.
DEGREES = {"fire": 0, "Feuer": 20, "Brand": 30, "incendie": 44, "election": 90}


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    angles = np.radians([DEGREES[text] for text in texts])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def opening(text: str, language: str, *, day: int = 0) -> Opening:
    moment = NOON + timedelta(days=day)
    return Opening(story=text, language=language, text=text, opened=moment, updated=moment)


@pytest.mark.parametrize(
    ("openings", "expected"),
    [
        pytest.param(
            [opening("fire", "en"), opening("Feuer", "de")], [("fire", "Feuer")], id="near, and none is nearer"
        ),
        pytest.param([opening("fire", "en"), opening("election", "de")], [], id="not near"),
        pytest.param([opening("fire", "en"), opening("Feuer", "en")], [], id="one language: the merge says that"),
        pytest.param([opening("fire", "en"), opening("Feuer", "de", day=3)], [], id="days apart"),
        pytest.param(
            [opening("fire", "en"), opening("Feuer", "de"), opening("Brand", "de")],
            [("fire", "Feuer")],
            id="another story of that language is nearer",
        ),
        pytest.param(
            [opening("fire", "en"), opening("Brand", "de"), opening("incendie", "fr")],
            [("Brand", "incendie"), ("fire", "Brand"), ("fire", "incendie")],
            id="a link for each language",
        ),
        pytest.param([], [], id="no story"),
    ],
)
def test_stories_of_two_languages_are_linked_where_each_is_the_others_nearest(
    openings: list[Opening], expected: list[tuple[str, str]]
) -> None:
    found = links(openings, encode)
    assert [(link.a, link.b) for link in found] == sorted(expected)
    assert all(link.reason.startswith("same event in ") for link in found)
