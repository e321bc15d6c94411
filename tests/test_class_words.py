"""Class words are a suspicion: what all of them mark together says whether they mean what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers import pages
from scrapers.pages import class_names
from storage.types import Article, Outlet, Page

OUTLET = Outlet(id="pier", name="The Pier", homepage="https://pier.example/", hosts=("pier.example",))
LINES = (
    "The harbour board voted on Monday to close the old pier for two years, its chairman said after the meeting.",
    "Boats will land at the coal quay until the new piles stand, and passengers will pay nothing for the longer walk.",
    "Two builders have handed in their prices, and the cheaper one asks for a third more than the board had put aside.",
)
TEXT = "".join(f"<p>{line}</p>" for line in LINES)


def body(markup: str) -> tuple[str, ...]:
    top = "Old pier closes for two years"
    html = f"<html lang=en><head><title>{top}</title></head><body><h1>{top}</h1>{markup}</body></html>"
    page = Page(
        url="https://pier.example/news/old-pier",
        outlet="pier",
        fetched=datetime(2026, 5, 4, tzinfo=UTC),
        status=200,
        body=html.encode(),
        content_type="text/html",
    )
    said = pages.read_article(page, OUTLET)
    assert isinstance(said, Article), said
    return said.body


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("<div class='elementor-widget-container'>", id="a page builder's widget"),
        pytest.param("<div class='field field--label-hidden'>", id="a hidden label"),
        pytest.param("<div class='overflow-hidden md:sticky'>", id="how it looks"),
        pytest.param("<div class='css-3a73ad'>", id="random hexadecimals"),
        pytest.param("<div id='n1AuAdJl'>", id="a random id"),
        pytest.param("<div aria-hidden='true'>", id="hidden from screen readers only"),
        pytest.param("<div class='hidden lg:block'>", id="hidden on small screens only"),
        pytest.param("<div class='popup-wrap'><div class='article-content'>", id="around an element named as the body"),
        pytest.param("<button>Menu<div>", id="behind a button that nobody closed"),
    ],
)
def test_a_class_word_loses_no_article(before: str) -> None:
    assert body(before + TEXT) == LINES


def test_a_word_on_many_elements_is_judged_by_all_of_them() -> None:
    parts = "".join(f"<div class='row'><div class='text-widget'><p>{line}</p></div></div>" for line in LINES)
    assert (
        body(f"<main>{parts}</main><div class='related'><p><a href='/x'>A tram stops at the quay</a></p></div>")
        == LINES
    )


def test_many_comments_are_no_article() -> None:
    talk = "".join(
        f"<p>I walked there {n} times last year and never once saw a plank that was loose or wet.</p>"
        for n in range(40)
    )
    assert body(f"<div>{TEXT}</div><div class='comments'>{talk}</div>") == LINES


def test_the_parts_of_a_text_are_not_taken_for_teasers() -> None:
    items = "".join(f"<article class='item'><h2>Part {n}</h2><p>{line}</p></article>" for n, line in enumerate(LINES))
    assert [line for line in body(f"<div>{items}</div>") if len(line) > 10] == list(LINES)


def test_a_text_that_is_sent_once_for_each_screen_is_read_once() -> None:
    assert body(f"<div><div class='wide'>{TEXT}</div><div class='narrow'>{TEXT}</div></div>") == LINES


@pytest.mark.parametrize("kind", [class_names.BODY, class_names.STANDFIRST])
def test_no_word_of_a_kind_holds_another_one_that_says_as_much(kind: str) -> None:
    """Of these two kinds it does not matter which word an element is marked by: "td-post-content" has post-content in it."""
    words = class_names.WORDS[kind].split()
    others = {word: class_names.pattern([one for one in words if one != word]) for word in words}
    assert [word for word in words if others[word].search(word)] == []
