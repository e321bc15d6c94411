"""The sample newsroom says what its answer says: checked without the program that it is there to test."""

from __future__ import annotations

import json
import re
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import html

from scrapers import outlets, sample
from scrapers.sample import Newsroom, news, site
from storage.keys import canonical
from tests.program import HANGS

ANSWER: dict[str, Any] = tomllib.loads((sample.HERE / "answer.toml").read_text("utf-8"))
ARTICLES = {article["name"]: article for article in ANSWER["articles"]}
FILES = sorted((sample.HERE / "outlets").glob("*.toml"))


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with sample.serve() as served:
        yield served


def ask(newsroom: Newsroom, url: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and body of an address of the newsroom."""
    there = urlsplit(url)
    names = {"Host": there.netloc} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(newsroom.address + there.path, headers=names, method=method)
    try:
        with urllib.request.urlopen(request, timeout=HANGS) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def piece(name: str) -> news.NewsPiece:
    found = news.piece(*name.split("/")) or news.piece(*name.split("/"), 2)
    assert found
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_outlet_is_one_that_the_program_takes(file: Any) -> None:
    assert outlets.read_outlet(file).id == file.stem


@pytest.mark.parametrize("name", [n for n, article in ARTICLES.items() if article.get("edition", 1) == 1])
def test_every_page_of_the_answer_is_served_and_prints_its_text(newsroom: Newsroom, name: str) -> None:
    article = ARTICLES[name]
    status, headers, body = ask(newsroom, article["url"])
    assert status == 200
    text = body.decode(headers.get_content_charset())
    printed = " ".join(html.fromstring(text).xpath("string()").split())
    if article["outlet"] == "inland-review":  # its text stands in script JSON only
        data = html.fromstring(text).xpath("string(//script[@id='__NEXT_DATA__'])")
        printed += " ".join(block["text"] for block in json.loads(data)["props"]["pageProps"]["article"]["content"])
    assert article["headline"] in printed
    assert all(paragraph in printed for paragraph in piece(name).body)
    assert all(line in printed for line in piece(name).ending)


@pytest.mark.parametrize("name", ARTICLES)
def test_the_answer_says_what_the_news_says(name: str) -> None:
    told, written = ARTICLES[name], piece(name)
    assert told["headline"] == written.headline
    assert told.get("standfirst") == written.standfirst
    assert tuple(told["authors"]) == written.authors
    assert told["published"] == written.published
    assert told["paragraphs"] == len(written.body)
    assert re.search(
        outlets.read_outlet(sample.HERE / "outlets" / f"{told['outlet']}.toml").article_url or "",
        canonical(told["url"]),
    )


def test_every_article_is_in_one_story() -> None:
    told = [name for story in ANSWER["stories"] for name in story["articles"]]
    assert sorted(told) == sorted(ARTICLES)


@pytest.mark.parametrize("story", ANSWER["stories"], ids=lambda story: story["name"])
def test_the_bounds_of_a_story_are_the_sums_of_its_origins(story: dict[str, Any]) -> None:
    mosts = [origin.get("most") for origin in story["origins"]]
    assert story["least"] == sum(origin["least"] for origin in story["origins"])
    assert story.get("most") == (None if None in mosts else sum(mosts))


def shared(a: str, b: str, length: int = 8) -> float:
    """Share of the shorter text's runs of so many words that stand in the other."""
    runs = [
        {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}
        for words in (" ".join(piece(name).body).split() for name in (a, b))
    ]
    return len(runs[0] & runs[1]) / min(map(len, runs))


def test_copies_share_their_text_and_nothing_else_does() -> None:
    mates: dict[str, str] = {name: name for name in ARTICLES}
    for copy in ANSWER["copies"]:
        assert shared(copy["from"], copy["to"]) > 0.5, copy
        mates[copy["to"]] = mates[copy["from"]]
    for a, b in combinations(ARTICLES, 2):
        assert (shared(a, b) >= 0.4) == (mates[a] == mates[b]), (a, b)


def test_background_paragraphs_stand_in_two_different_news() -> None:
    assert 0 < shared("bridge/meridian", "talks/meridian") < 0.4


def test_feeds_announce_exactly_what_their_outlets_print(newsroom: Newsroom) -> None:
    for outlet in map(outlets.read_outlet, FILES):
        for source in outlet.sources_of("feed") if outlet.id not in ANSWER["broken"] else ():
            _, _, body = ask(newsroom, source.url)
            found = feedparser.parse(body)
            assert not found.bozo, found.get("bozo_exception")
            assert len(found.entries) == sum(piece.outlet == outlet.id for piece in news.pieces())
            assert all("published" in entry for entry in found.entries)


def test_json_ld_parses(newsroom: Newsroom) -> None:
    pages = [page for address, page in site.pages().items() if address.startswith("harbour-post.example/20")]
    for page in pages:
        (data,) = html.fromstring(page.body).xpath("//script[@type='application/ld+json']/text()")
        assert json.loads(data)["@type"] == "NewsArticle"


def test_teasers_stand_on_a_page_again_and_again(newsroom: Newsroom) -> None:
    _, _, body = ask(newsroom, ARTICLES["bridge/crossroads"]["url"])
    assert body.decode().count(piece("ferry/crossroads").headline) == 6


def test_what_was_fetched_is_not_sent_again(newsroom: Newsroom) -> None:
    url = "https://meridian.example/rss.xml"
    _, headers, _ = ask(newsroom, url)
    assert ask(newsroom, url, If_None_Match=headers["ETag"])[0] == 304
    assert ask(newsroom, url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(newsroom, url, If_None_Match='"another"')[0] == 200


def test_gzip_and_head_are_spoken(newsroom: Newsroom) -> None:
    url = ARTICLES["bridge/meridian"]["url"]
    _, headers, body = ask(newsroom, url, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert body[:2] == b"\x1f\x8b"
    status, headers, body = ask(newsroom, url, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 2000


def test_one_outlet_is_broken(newsroom: Newsroom) -> None:
    assert ask(newsroom, "https://signal-online.example/rss.xml")[0] == 500
    assert not feedparser.parse(ask(newsroom, "https://signal-online.example/feed.xml")[2]).entries


def test_the_disallowed_page_is_announced_and_forbidden(newsroom: Newsroom) -> None:
    (forbidden,) = ANSWER["disallowed"]
    assert forbidden.encode() in ask(newsroom, "https://harbour-post.example/rss.xml")[2]
    assert b"Disallow: /members/" in ask(newsroom, "https://harbour-post.example/robots.txt")[2]


def test_the_second_edition_corrects_one_report_and_adds_one() -> None:
    first, second = site.pages(1), site.pages(2)
    changed = {address for address, page in second.items() if first.get(address) != page and ".xml" not in address}
    assert changed == {
        "harbour-post.example/2026/09/14/engine-fire-gulf-ferry-petrel",
        "meridian.example/wire/260917/lantry-branch-commission-named",
    }


def test_the_same_edition_is_the_same_to_the_byte() -> None:
    assert site.pages() == site.pages()
