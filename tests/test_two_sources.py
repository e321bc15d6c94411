from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from aggregator import grounds
from aggregator.credit.registry import load_registry
from aggregator.kind import kind_of
from aggregator.origins.rules import as_markdown
from bench.eval_scenarios import count, faults, scenarios
from tests.conftest import article

HERE = Path(__file__).parent
REGISTRY = load_registry()


def test_the_scenarios_that_can_be_checked_by_eye_are_counted_as_an_editor_would() -> None:
    found = sum(
        (faults(count(one), one["right"]) for one in scenarios(HERE / "scenarios" / "two_sources.txt")), Counter[str]()
    )
    assert found["too high"] == 0
    assert found["exact"] >= 51
    assert found["kept"] == found["two"] == 20


def test_the_rule_book_prints_the_table_that_counts() -> None:
    assert as_markdown() in (HERE.parent / "docs" / "two-sources.md").read_text("utf-8")


def kinds(body: str, language: str = "en", name: str = "The Bayou Clarion") -> set[str | None]:
    report = article(body=body, outlet="clarion", language=language)
    return {
        credit.kind
        for credit in grounds.grounds_of(report, (), REGISTRY, {"clarion": name})
        if credit.relation == "own"
    }


OWN = [
    pytest.param("The crabber told the Clarion on Friday.", "en", {"interview"}, id="told the paper"),
    pytest.param("Flames went through the roof, our reporter saw.", "en", {"there"}, id="our reporter saw"),
    pytest.param("„Es knallte“, sagt Bernd Latte unserer Zeitung.", "de", {"interview"}, id="unserer Zeitung"),
    pytest.param("«Я думала, самолёт», рассказала она нашей газете.", "ru", {"interview"}, id="нашей газете"),
    pytest.param("وقال العطار لصحيفتنا إن المفتاح بقي.", "ar", {"interview"}, id="لصحيفتنا"),
    pytest.param("The minister did not respond to our reporter.", "en", set(), id="a refusal is no work"),
    pytest.param("“He told our reporter that it was false,” the Gazet wrote.", "en", set(), id="another's words"),
    pytest.param("The Bayou Clarion is a good paper to line a drawer with.", "en", set(), id="a name alone"),
]


@pytest.mark.parametrize(("body", "language", "expected"), OWN)
def test_own_work_is_a_newsroom_beside_a_verb(body: str, language: str, expected: set[str]) -> None:
    assert kinds(body, language) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"labels": ("OpinionNewsArticle",)}, "opinion", id="JSON-LD"),
        pytest.param({"labels": ("Думка",)}, "opinion", id="a rubric"),
        pytest.param({"section": "Satyra"}, "satire", id="a section"),
        pytest.param({"headline": "Live: Fire in Göksu"}, "live", id="a headline's first part"),
        pytest.param({"headline": "Dam must be drained"}, None, id="a report says nothing"),
    ],
)
def test_a_kind_of_text_has_words_that_say_so(fields: dict[str, object], expected: str | None) -> None:
    found = kind_of(article(body="A text.", **fields))
    assert (found.name if found else None) == expected
