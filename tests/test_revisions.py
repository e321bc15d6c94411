"""What an outlet changed: each kind told, what is cosmetic apart from what matters, in many languages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from aggregator import merge, revisions
from aggregator.cli import main
from aggregator.credit.registry import load_registry
from aggregator.revisions.sentences import words
from storage import revisions as rows
from storage.db import connect
from storage.types import SourcingLine
from tests.conftest import article
from tests.newsroom import report

BODY = "The ferry burned on Monday.\n\nThe harbour master, Anna Weber, said nobody was hurt.\n\nA second ferry took them off."


def kinds(before: str, after: str, **fields: Any) -> tuple[str, ...]:
    return revisions.compare(article(before, **fields), article(after, **fields)).kinds


COSMETIC = [
    pytest.param("It  burned.", "It burned.", "en", "typography", id="white space"),
    pytest.param(
        "“It’s out” – he said.", '"It\'s out" - he said.', "en", "typography", id="quotation marks and dashes"
    ),
    pytest.param("Он сказал: «Да».", "Он сказал: „Да“.", "ru", "typography", id="Russian quotation marks"),
    pytest.param("火が消えた．", "火が消えた。", "ja", "typography", id="full width"),
    pytest.param("١٢ شخصا أصيبوا.", "12 شخصا أصيبوا.", "ar", "typography", id="the same digits in another script"),
    pytest.param("It burned.\n\nUpdated at 14:30", "It burned.\n\nUpdated at 15:10", "en", "updated at", id="English"),
    pytest.param(
        "Es brannte.", "Es brannte.\n\nAktualisiert am 2. März 2026, 14:30 Uhr", "de", "updated at", id="German"
    ),
    pytest.param("Сгорело.\n\nОбновлено в 14:30", "Сгорело.\n\nОбновлено в 15:00", "ru", "updated at", id="Russian"),
    pytest.param(
        "火災。\n\n更新 2026年3月2日 14時30分",
        "火災。\n\n更新 2026年3月2日 15時10分",
        "ja",
        "updated at",
        id="Japanese",
    ),
    pytest.param("Yandı.", "Yandı.\n\nSon güncelleme: 2 Mart 2026 14:30", "tr", "updated at", id="Turkish"),
    pytest.param("It burned. Nobody died.", "Nobody died. It burned.", "en", "order", id="another order"),
]
SUBSTANCE = [
    pytest.param("Twelve died, 12 in all.", "Twelve died, 13 in all.", "en", "number", id="a number"),
    pytest.param("It fell to 5%.", "It fell to -5%.", "en", "number", id="a minus"),
    pytest.param("Sie zahlten $5.", "Sie zahlten €5.", "de", "number", id="a currency"),
    pytest.param("قتل ١٢ شخصا.", "قتل ١٣ شخصا.", "ar", "number", id="Arabic digits"),
    pytest.param("Погибли 12 человек.", "Погибли 21 человек.", "ru", "number", id="Russian"),
    pytest.param("The envoy of Iran left.", "The envoy of Iraq left.", "en", "name", id="one letter of a name"),
    pytest.param("Об этом сообщил Иванов вчера.", "Об этом сообщил Петров вчера.", "ru", "name", id="a Russian name"),
    pytest.param("首相は王氏と会談した。", "首相は李氏と会談した。", "ja", "words", id="a name in a script without capitals"),
    pytest.param("He called it “a mistake”.", "He called it “a crime”.", "en", "quotation", id="other words quoted"),
    pytest.param("He called it “a mistake”.", "He called it a mistake.", "en", "quotation", id="quoted no more"),
    pytest.param("Er nannte es »falsch«.", "Er nannte es »klug«.", "de", "quotation", id="German quotation"),
    pytest.param("他说：“没有人受伤”。", "他说：“有人受伤”。", "zh", "quotation", id="Chinese quotation"),
    pytest.param("It was arson.", "It was arson?", "en", "words", id="a question mark"),
    pytest.param("They denied the report.", "They confirmed the report.", "en", "words", id="a verb"),
    pytest.param("It burned.\n\nThe mayor lied.", "It burned.", "en", "removed paragraph", id="a paragraph"),
    pytest.param("It burned. The mayor lied.", "It burned.", "en", "removed sentence", id="a sentence"),
    pytest.param("It burned.", "It burned.\n\nDeath toll as of 14:30: 12", "en", "added paragraph", id="a time beside a number"),
    pytest.param("It burned.\n\nThe curfew begins at 20:00.", "It burned.\n\nThe curfew begins at 21:00.", "en", "number",
                 id="a time in a sentence"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "language", "kind"), COSMETIC)
def test_what_is_cosmetic_is_told_so(before: str, after: str, language: str, kind: str) -> None:
    made = revisions.compare(article(before, language=language), article(after, language=language))
    assert set(made.kinds) == {kind}
    assert not made.substance


@pytest.mark.parametrize(("before", "after", "language", "kind"), SUBSTANCE)
def test_what_matters_is_told_with_its_kind(before: str, after: str, language: str, kind: str) -> None:
    made = revisions.compare(article(before, language=language), article(after, language=language))
    assert made.kinds == (kind,)
    assert made.substance


def test_a_paragraph_of_the_text_is_no_credit_though_it_stands_where_credits_do() -> None:
    """A correction put under a report: the reader hands its last paragraphs over as lines."""
    last, added = BODY.split("\n\n")[-1], "Correction: eleven people were hurt."
    old, new = (
        article(body, sourcing_lines=tuple(SourcingLine(text=text, where="end") for text in (*ending, "© Herald")))
        for body, ending in ((BODY, [last]), (f"{BODY}\n\n{added}", [last, added]))
    )
    assert revisions.compare(old, new).kinds == ("added paragraph",)


def test_headline_byline_credit_and_caption_are_told_apart() -> None:
    old = article(BODY, authors=("A. Reporter",), headline="Ferry burns")
    assert revisions.compare(old, article(BODY, authors=("B. Editor",), headline="Ferry burns")).kinds == ("byline",)
    assert revisions.compare(old, article(BODY, authors=("A. Reporter",), headline="Ferry sinks")).kinds == (
        "headline",
    )
    lines = (SourcingLine(text="With AFP", where="end"), SourcingLine(text="The ferry", where="caption"))
    made = revisions.compare(old, article(BODY, authors=("A. Reporter",), headline="Ferry burns", sourcing_lines=lines))
    assert made.kinds == ("credit", "caption")
    assert made.substance


def test_a_changed_sentence_stands_beside_what_it_was() -> None:
    (change,) = revisions.compare(article(BODY), article(BODY.replace("nobody was", "two were"))).changes
    assert (change.before, change.after) == (
        "The harbour master, Anna Weber, said nobody was hurt.",
        "The harbour master, Anna Weber, said two were hurt.",
    )


TEXTS = st.lists(st.text(st.sampled_from("ab 1.\n“”«»\u0301火ع?-"), max_size=12), max_size=4)


@given(TEXTS, TEXTS)
def test_the_same_text_is_no_change_and_other_words_are_one(one: list[str], other: list[str]) -> None:
    a, b = (replace(article(), body=tuple(text)) for text in (one, other))
    assert revisions.compare(a, a).changes == ()
    made = revisions.compare(a, b)
    if sorted(words(" ".join(one))) != sorted(words(" ".join(other))):
        assert made.changes
    if one != other and not any(words(" ".join(text)) for text in (one, other)):
        assert not made.substance


def test_an_endless_text_does_not_take_endless_time() -> None:
    long = " ".join(f"Sentence {n} is here." for n in range(8_000))
    made = revisions.compare(article(long), article(long.replace("Sentence 77 is", "Sentence 77 was")))
    assert [change.where for change in made.changes] == ["text"]
    revisions.compare(article("x" * 1_000_000), article("y " * 500_000))


def test_the_merge_writes_down_what_matters_and_the_feed_leaves_out_what_does_not() -> None:
    db = connect(":memory:")
    report(db, "wire-1", body="Twelve died at 12 Main Street.")
    report(db, "wire-1", minutes=5, body="Twelve  died at 12 Main Street.", authors=("A. Reporter",))
    report(db, "wire-1", minutes=9, body="Thirteen died at 12 Main Street.")
    db.execute("delete from merged")
    merge.merge(db, merge.Reference(registry=load_registry()))
    assert [(before.version, after.version) for before, after in rows.of_substance(db, limit=9)] == [(2, 3)]
    found = db.execute("select version, substance, kinds from corrections order by version").fetchall()
    assert found == [(2, 0, '["typography", "byline"]'), (3, 1, '["words", "byline"]')]
    merge.compare_versions(db, through=99)  # again: nothing is left to do
    merge.again(db, merge.Reference(registry=load_registry()))
    assert db.execute("select count(*) from revisions").fetchone() == (2,)


def test_story_diff_shows_the_sentences_and_no_terminal_escape(tmp_path: Any) -> None:
    db = connect(tmp_path / "twosource.db")
    report(db, "wire-1", body="It burned.\n\nNobody in it died.")
    report(db, "wire-1", minutes=5, body="It burned.\n\nTwo in it \x1b[2J[bold]died.")
    db.execute("delete from merged")
    merge.merge(db, merge.Reference(registry=load_registry()))
    base = ["--db", str(tmp_path / "twosource.db"), "story", "wire-1", "--diff"]
    shown = CliRunner().invoke(main, base).stdout
    assert "- Nobody in it died." in shown
    assert "[bold]died." in shown
    assert "\x1b" not in shown
    (row,) = [json.loads(line) for line in CliRunner().invoke(main, [*base, "--json"]).stdout.splitlines()]
    assert (row["version"], row["before"], row["substance"]) == (2, "Nobody in it died.", True)
