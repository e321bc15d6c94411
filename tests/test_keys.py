"""One key for all addresses of a page."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import keys
from tests.conftest import tried

SAME = [
    ("http://www.commonspace.eu/index.php/news/termez/", "https://commonspace.eu/news/termez"),
    ("https://example.com/a?utm_source=rss&utm_medium=x", "https://example.com/a"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a#top", "https://example.com/a"),
    ("https://EXAMPLE.com:443/A", "https://example.com/A"),
    ("http://example.com:80", "https://example.com/"),
    ("http://127.0.0.1:8000/a/", "https://127.0.0.1:8000/a"),
    ("https://amp.example.com/a", "https://example.com/a"),
    ("https://example.com/a/amp/", "https://example.com/a"),
    ("https://example.com/a.amp", "https://example.com/a"),
    ("https://www.voanews.com/amp/some-words/7585813.html", "https://voanews.com/a/some-words/7585813.html"),
    ("https://www.dw.com/de/%c3%a4ra/a-1?maca=de-rss", "https://dw.com/de/%C3%A4ra/a-1"),
    ("https://www.dw.com/de/ära/a-1", "https://dw.com/de/%C3%A4ra/a-1"),
    ("https://www.bbc.com/news/articles/c1?at_medium=RSS&at_campaign=rss", "https://bbc.com/news/articles/c1"),
    ("https://www.theguardian.com/world/2024/feb/24/x?CMP=share", "https://theguardian.com/world/2024/feb/24/x"),
    ("  https://example.com/a\n", "https://example.com/a"),
    ("https://example.com//a///b", "https://example.com/a/b"),
    ("https://example.com/?p=12", "https://example.com/?p=12"),
    ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
]
DIFFERENT = [
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://de.example.com/a", "https://fr.example.com/a"),
    ("https://example.com/A", "https://example.com/a"),
    ("https://example.com/camp", "https://example.com/c"),
    ("https://example.com/lamp/", "https://example.com/l"),
]
NOT_HTTP = ["", "mailto:a@example.com", "https://", "http://[::1", "javascript:void(0)", "/relative"]


@pytest.mark.parametrize(("url", "key"), SAME)
def test_addresses_of_one_page_have_one_key(url: str, key: str) -> None:
    assert keys.canonical(url) == key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_two_pages_have_two_keys(one: str, other: str) -> None:
    assert keys.canonical(one) != keys.canonical(other)


@pytest.mark.parametrize("url", NOT_HTTP)
def test_what_is_no_web_address_comes_back_as_it_is(url: str) -> None:
    assert keys.canonical(url) == url


ODD = [
    "\u200b",
    "\x00",
    "\ud800",
    "\\",
    "[",
    "]",
    "@",
    "'",
    '"',
    "..",
    ".",
    " ",
    "+",
    "%",
    "%25",
    "%2F",
    "%c3",
    "#",
    ";",
    ":",
]
TRAPS = ["www.", "amp.", "/amp", "/amp/", ".amp", "/index.php", "//", "/amp/x/1.html", "amp", "html", "80", "443"]
PARTS = st.sampled_from([*ODD, *TRAPS, "/", "?", "&", "=", "utm_a=1", "a=b", "a", "ä", "中"])


@tried(2000)
@given(st.tuples(st.sampled_from(["http://", "https://", "HTTP://"]), st.lists(PARTS, max_size=10)))
@example(("https://", ["e.com/", "a", "/amp", "/amp"]))
@example(("http://", ["www.", "www.", "e.com"]))
def test_the_key_of_a_key_is_itself(parts: tuple[str, list[str]]) -> None:
    key = keys.canonical(parts[0] + "".join(parts[1]))
    assert keys.canonical(key) == key


@tried(1000)
@given(st.text(max_size=60))
def test_the_key_of_any_text_is_stable(text: str) -> None:
    for url in (text, f"https://example.com/{text}", f"https://{text}.example/?{text}"):
        key = keys.canonical(url)
        assert keys.canonical(key) == key


def test_an_id_names_the_outlet_and_does_not_depend_on_how_one_came_there() -> None:
    plain = keys.article_id("https://example.com/a", "example")
    assert plain == keys.article_id("http://www.example.com/a/?utm_source=x", "example")
    assert plain.startswith("example-")
    assert len(plain) == len("example-") + keys.ID_LENGTH
    assert plain != keys.article_id("https://example.com/b", "example")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a", "example.com"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("https://example.com:443/", "example.com"),
        ("not an address", ""),
        ("https://[bad", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert keys.host(url) == host
