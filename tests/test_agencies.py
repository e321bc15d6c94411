"""The registry of organisations: what is shipped, what a file of the user's own adds, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import article

from aggregator.cli import main
from aggregator.credit import read_credits, registry
from storage import credits as credit_rows
from storage import db as database
from storage.articles import append
from storage.errors import RegistryWrong
from storage.spelling import fold


def own(folder: Path, text: str) -> Path:
    file = folder / "agencies.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_registry_is_sorted_by_id() -> None:
    ids = [org.id for org in registry.load_registry()]
    assert ids == sorted(ids)
    assert len(ids) >= 264


def test_who_is_owned_by_whom_is_said_with_its_source() -> None:
    known = registry.load_registry()
    tass, ria, sputnik = (known.by_id[name] for name in ("tass", "ria-novosti", "sputnik"))
    assert tass.state == ria.state == "RU"
    assert ria.owner == sputnik.owner == "rossiya-segodnya"
    assert all(org.owner_source for org in known if org.state)


def test_what_one_house_prints_under_two_names_is_one_houses() -> None:
    owners = {org.id: org.owner for org in registry.load_registry()}
    assert owners["the-guardian-us"] == "guardian"
    assert owners["focus-taiwan"] == "cna-tw"
    assert owners["fox-business"] == "fox-news"
    assert owners["sunday-times"] == "the-times"


def test_a_file_of_ones_own_adds_an_organisation(tmp_path: Path) -> None:
    file = own(tmp_path, '[delta-press]\nname = "Delta Press"\nkind = "agency"\naliases = ["ДельтаПресс"]\n')
    (found,) = read_credits("Источник: ДельтаПресс", registry=registry.load_registry(file))
    assert (found.org, found.role) == ("delta-press", "agency")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ('[x]\nname = "X Agency"\n', "x.kind"),
        ('[x]\nname = "X Agency"\nkind = "club"\n', "x.kind"),
        ('[x]\nkind = "agency"\n', "x.name"),
        ('[x]\nname = "Reuters"\nkind = "agency"\n', "already reuters"),
        ('[x]\nname = "X Agency"\nkind = "agency"\nowner = "nobody"\n', "x.owner"),
        ('[x]\nname = "X Agency"\nkind = "agency"\ncolour = "red"\n', "x.colour"),
        ('[x]\nname = "X Agency"\nkind = "agency"\naliases = "X"\n', "x.aliases"),
        ("[x\n", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_that_is_wrong(tmp_path: Path, text: str, about: str) -> None:
    with pytest.raises(RegistryWrong, match=about):
        registry.load_registry(own(tmp_path, text))


@pytest.mark.parametrize("text", ["ČTK «Кабар» İHA’nın", "ｆｕｌｌ　ｗｉｄｔｈ", "الأناضول", "\u200bé", ""])
def test_folding_keeps_every_letter_at_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_an_unknown_name_is_ranked_and_taken_up(tmp_path: Path) -> None:
    file = tmp_path / "twosource.db"
    base = database.connect(file)
    for n in range(2):
        given = article("Rain fell.", id=f"herald-{n}")
        with base.atomic():
            append(base, given)
            credit_rows.append(base, given, read_credits("Source: Delta River Gazette"), rules=1)
    run = CliRunner().invoke
    ranked = run(main, ["--db", str(file), "agencies", "unknown"])
    assert "Delta River Gazette\t2\tbased_on\tSource: Delta River Gazette" in ranked.stdout
    added = run(main, ["--db", str(file), "agencies", "add", "Delta River Gazette", "--kind", "newspaper"])
    assert added.exit_code == 0
    again = run(main, ["--db", str(file), "credit", "Source: Delta River Gazette", "--json"])
    assert '"org": "delta-river-gazette"' in again.stdout


def test_an_unknown_name_counts_once_an_article_however_it_is_spelt(tmp_path: Path) -> None:
    base = database.connect(tmp_path / "twosource.db")
    lines = {
        "a": ("Source: Río Negro Gazette", "Source: Río Negro Gazette"),  # two versions
        "b": ("Source: RÍO NEGRO GAZETTE",),
        "c": ("Photo: Río Negro Gazette", "Source: Reuters"),  # named in a version that is no longer shown
    }
    for id_, versions in lines.items():
        for n, line in enumerate(versions, 1):
            with base.atomic():
                given, _ = append(base, article(f"Rain fell {n} times.", id=id_))
                credit_rows.append(base, given, read_credits(line), rules=1)
    ((_, count, relations, _),) = credit_rows.unknown(base)
    assert (count, relations) == (2, "based_on")
    assert list(credit_rows.unknown(base, relations=["photo"])) == []


def test_a_name_that_is_taken_is_not_added_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "twosource.db"
    refused = CliRunner().invoke(main, ["--db", str(file), "agencies", "add", "Reuters", "--id", "other-reuters"])
    assert refused.exit_code != 0
    assert (tmp_path / "agencies.toml").read_text("utf-8") == ""


def test_lines_on_standard_input_are_written_back_with_their_credits() -> None:
    done = CliRunner().invoke(main, ["credit", "--jsonl"], input='{"text": "(AFP)", "lang": "en", "n": 7}\n')
    assert '"n": 7, "credits": [{"org": "afp", "name": "AFP"' in done.stdout


def test_credits_come_back_from_the_table_as_they_were(tmp_path: Path) -> None:
    base, given = database.connect(tmp_path / "twosource.db"), article("Rain fell.")
    append(base, given)
    found = read_credits("Compiled from AFP (Kabul), Trend reports citing Uzdaily, and other media")
    credit_rows.append(base, given, found, rules=1)
    credit_rows.append(base, given, found, rules=1)
    assert credit_rows.credits_of(base, given) == found
    credit_rows.drop(base)
    assert credit_rows.credits_of(base, given) == ()
