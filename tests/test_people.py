"""Bylines in thirty languages: who of what they name is a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.pages.fields import authors

LINES = [line for line in (Path(__file__).parent / "bylines.tsv").read_text("utf-8").splitlines() if line[0] != "#"]


def test_every_byline_of_our_table_names_its_persons_and_nobody_else() -> None:
    wrong = []
    for line in LINES:
        said, _, names = line.partition("\t")
        expected = tuple(name for name in names.split("; ") if name)
        if (found := authors.read_authors([("byline", said)], ["The Ferry Post"])[0]) != expected:
            wrong.append((said, expected, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param({"@type": "Person", "name": "Ana Ruiz"}, ("Ana Ruiz",), id="an object"),
        pytest.param(
            [{"@type": "Person", "name": ["Ana Ruiz", "Tom Lee"]}], ("Ana Ruiz", "Tom Lee"), id="a list of names"
        ),
        pytest.param("Ana Ruiz, Tom Lee", ("Ana Ruiz", "Tom Lee"), id="a string of names"),
        pytest.param({"@type": "Person", "byline": "Ana Ruiz"}, ("Ana Ruiz",), id="a byline in an object"),
        pytest.param({"@type": "NewsMediaOrganization", "name": "Ana Ruiz"}, (), id="an organisation by its type"),
        pytest.param({"@type": "Person", "name": "Associated Press"}, (), id="an agency said to be a person"),
        pytest.param([{"@type": "Person"}, None, 7], (), id="nonsense"),
        pytest.param({"@type": "Person", "name": "Ana Ruiz", "jobTitle": "Editor"}, ("Ana Ruiz",), id="with a role"),
        pytest.param({"@type": "Person", "name": "https://ferry.example/author/ana-ruiz"}, (), id="an address"),
    ],
)
def test_json_ld_names_its_authors_in_many_shapes(claim: object, expected: tuple[str, ...]) -> None:
    assert authors.read_authors([("json-ld author", claim)], [])[0] == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([("rel=author", ["gnaddrig"])], ("gnaddrig",), id="a link to the author's page"),
        pytest.param([("meta author", "Fatima"), ("byline", "by Fatima")], ("Fatima",), id="head and print"),
        pytest.param([("meta author", "cindy mango"), ("byline", "By Cindy mango")], ("Cindy mango",), id="small letters"),
        pytest.param([("byline", "by Fatima"), ("signed line", "Fatima")], (), id="print alone"),
        pytest.param([("json-ld author", {"@type": "Person", "name": "Fatima"})], (), id="the head alone"),
        pytest.param([("rel=author", ["Redaktion"])], (), id="a role"),
        pytest.param([("rel=author", ["Agerpres"]), ("meta author", "Agerpres")], (), id="an agency"),
        pytest.param([("rel=author", ["LCZ"])], (), id="letters"),
        pytest.param([("rel=author", ["Courier"])], (), id="half of the site's name"),
        pytest.param([("rel=author", ["gnaddrig"]), ("signed line", "Ana Ruiz")], ("Ana Ruiz",), id="a person is named as well"),
    ],
)  # fmt: skip
def test_a_pen_name_counts_where_the_page_declares_it(
    claims: list[tuple[str, object]], expected: tuple[str, ...]
) -> None:
    assert authors.read_authors(claims, ["Lake Courier"])[0] == expected


def test_a_line_in_print_completes_what_the_head_names() -> None:
    claims = [("meta author", "Ana Ruiz"), ("byline", "Ana Ruiz"), ("signed line", "Ana Ruiz and Tom Lee")]
    assert authors.read_authors(claims, []) == (("Ana Ruiz", "Tom Lee"), "signed line")


def test_an_account_that_the_head_names_twice_is_one_witness() -> None:
    account = {"@type": "Person", "name": "Una Loader"}
    claims = [
        ("json-ld author", account),
        ("meta author", "Ana Ruiz"),
        ("byline", "Ana Ruiz"),
        ("preview label", "Una Loader"),
    ]
    assert authors.read_authors(claims, [])[0] == ("Ana Ruiz",)


def test_a_name_of_the_site_is_no_author_however_it_is_written() -> None:
    assert authors.read_authors([("meta", "Lake Courier Zurich")], ["Lake Courier"])[0] == ()


def test_an_agencys_short_name_may_be_a_given_name() -> None:
    assert authors.read_authors([("meta", "Ani Petrosyan, ANI")], [])[0] == ("Ani Petrosyan",)
    assert authors.read_authors([("meta", "HINA RABBANI")], [])[0] == ("HINA RABBANI",)
