"""The language of an article that states none: known where its words say so twice, unknown where they are few or part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.unstated_language import likely_language, sure_language
from storage.types import Article

ENGLISH = (
    "The ferry stood at the quay all night because the harbour master would not let anybody go aboard in the storm. "
)
GERMAN = "Die Fähre lag die ganze Nacht am Kai, weil der Hafenmeister bei diesem Sturm niemanden an Bord gehen ließ. "
RUSSIAN = "Паром всю ночь стоял у причала, потому что начальник порта никого не пускал на борт в такой шторм. "


def article(text: str, language: str | None = None) -> Article:
    return Article(
        id="a", outlet="a.example", url=None, fetched=datetime(2026, 5, 4, tzinfo=UTC), body=(text,), language=language
    )


@pytest.mark.parametrize(
    ("text", "sure", "likely"),
    [
        (ENGLISH * 4, "en", "en"),
        (RUSSIAN * 5, "ru", "ru"),
        (ENGLISH, None, "en"),  # too short to be sure
        (GERMAN * 2 + ENGLISH * 2, None, "de"),  # nothing more to ask
        (GERMAN * 2 + ENGLISH * 40, "en", "en"),  # a foreign beginning of a longer text
        ("", None, None),
    ],
)
def test_what_a_text_says_of_its_language(text: str, sure: str | None, likely: str | None) -> None:
    assert (sure_language(article(text)), likely_language(article(text))) == (sure, likely)


def test_what_is_stated_is_not_guessed() -> None:
    said = article(ENGLISH * 4, "pt-BR")
    assert (sure_language(said), likely_language(said)) == ("pt-BR", "pt")
