"""Feeds and maps as they really come: each oddity that some reader somewhere choked on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Answer, Web, outlet, page, rss, serving, twosource

from scrapers.discovery import read_links
from scrapers.discovery.addresses import whole_address
from scrapers.discovery.patterns import article_pattern
from scrapers.discovery.sitemaps import newest_first
from storage.types import Link

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
FEED = "https://news.example/feed"
PLAIN = (
    "<urlset><url><loc>https://news.example/river</loc></url><url><loc>https://news.example/school</loc></url></urlset>"
)
BOTH = ["https://news.example/river", "https://news.example/school"]


def addresses(kind: str, body: bytes | str) -> list[str]:
    found = read_links(kind, body if isinstance(body, bytes) else body.encode(), FEED)
    assert found.problem is None
    return [link.url for link in found.links]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(PLAIN.encode()), id="gzipped, without saying so"),
        pytest.param(gzip.compress(gzip.compress(PLAIN.encode())), id="gzipped twice"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN.encode(), id="a byte order mark"),
        pytest.param(("\ufeff<?xml version='1.0' encoding='UTF-16'?>" + PLAIN).encode("utf-16-le"), id="UTF-16"),
        pytest.param(b"\n  \n" + PLAIN.encode(), id="blank lines before it"),
        pytest.param("\n".join(BOTH).encode(), id="a text file"),
        pytest.param(rss(*BOTH), id="a feed for a sitemap"),
        pytest.param(
            PLAIN.replace(
                "</url>",
                "<image:image xmlns:image='i'><image:loc>https://news.example/p.jpg</image:loc></image:image></url>",
            ).encode(),
            id="pictures",
        ),
        pytest.param(
            PLAIN.replace(
                "</url>",
                "<video:video xmlns:video='v'><video:player_loc>https://news.example/v</video:player_loc></video:video></url>",
            ).encode(),
            id="films",
        ),
        pytest.param(PLAIN[: PLAIN.rindex("</url>") + 6].encode(), id="cut off after the last address"),
        pytest.param(
            PLAIN.replace("<url>", "<url><loc>http://[not/an/address</loc></url><url>", 1).encode(),
            id="one bad address",
        ),
    ],
)
def test_a_map_in_any_dress_gives_its_addresses(body: bytes) -> None:
    assert addresses("sitemap", body) == BOTH


def test_a_bare_ampersand_loses_nothing() -> None:
    body = "<urlset><url><loc>https://news.example/show?id=1&lang=en&amp;x=2</loc></url></urlset>"
    assert addresses("sitemap", body) == ["https://news.example/show?id=1&lang=en&x=2"]


@pytest.mark.parametrize(
    ("maps", "first"),
    [
        ([(f"/m-2025-{n:02}.xml", None) for n in range(1, 13)], "/m-2025-12.xml"),
        (
            [("/post-sitemap.xml", None), ("/post-sitemap2.xml", None), ("/post-sitemap10.xml", None)],
            "/post-sitemap10.xml",
        ),
        ([("/a-9.xml", None), ("/b.xml", "2026-11-25"), ("/c.xml", "2026-11-24")], "/b.xml"),
    ],
)
def test_the_newest_map_of_an_index_is_asked_first(maps: list[tuple[str, str | None]], first: str) -> None:
    assert newest_first(maps)[0] == first
    assert sorted(newest_first(maps)) == sorted(address for address, _ in maps)


def test_each_kind_of_map_gets_its_turn() -> None:
    maps = [*((f"/post-{n}.xml", None) for n in range(1, 9)), *((f"/tag-{n}.xml", None) for n in range(1, 9))]
    assert newest_first(maps)[:4] == ("/post-8.xml", "/tag-8.xml", "/post-7.xml", "/tag-7.xml")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            b"\xef\xbb\xbf"
            + json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1",
                    "items": [{"id": BOTH[0]}, {"id": "7", "url": BOTH[1]}, {"id": "8"}],
                }
            ).encode(),
            BOTH,
            id="JSON with a mark, and ids for addresses",
        ),
        pytest.param(
            ATOM
            + '<entry><link rel="alternate" href="/river"/><link rel="alternate" hreflang="fr" href="/fr"/></entry></feed>',
            BOTH[:1],
            id="two alternates",
        ),
        pytest.param(
            ATOM
            + '<entry><link rel="alternate" type="application/pdf" href="/r.pdf"/>'
            + '<link rel="alternate" type="text/html" href="/river"/></entry></feed>',
            BOTH[:1],
            id="an alternate that is no page",
        ),
        pytest.param(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://news.example/river"><title>R</title></item></rdf:RDF>',
            BOTH[:1],
            id="RDF that says only what it is about",
        ),
        pytest.param(
            "<rss version='2.0'><channel><item><title>&#xffffffff;</title><link>/river</link></item></channel></rss>",
            BOTH[:1],
            id="a character that is none",
        ),
    ],
)
def test_a_feed_in_any_dress_gives_its_items(body: bytes | str, expected: list[str]) -> None:
    assert addresses("feed", body) == expected


def test_a_declaration_after_a_blank_still_tells_the_charset() -> None:
    item = "<item><title>Мост открыт</title><link>/a</link></item>"
    text = f'\n<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel>{item}</channel></rss>'
    [link] = read_links("feed", text.encode("windows-1251"), FEED, content_type="application/xml").links
    assert link.title == "Мост открыт"


@pytest.mark.parametrize(
    ("zone", "stated"), [("+0530", True), ("GMT", True), ("EST", True), ("IST", False), ("MSK", False), ("", False)]
)
def test_a_zone_that_means_several_is_none(zone: str, stated: bool) -> None:
    item = f"<item><link>/a</link><pubDate>Tue, 24 Nov 2026 21:30:00 {zone}</pubDate></item>"
    body = f"<rss version='2.0'><channel>{item}</channel></rss>"
    [link] = read_links("feed", body.encode(), FEED).links
    assert (link.published is not None) is stated


def test_what_cannot_be_used_is_named_and_the_others_come() -> None:
    found = read_links(
        "feed", rss("http://[WordPress post]/x", "/river", "javascript:alert(1)", "mailto:a@b.example"), FEED
    )
    assert [link.url for link in found.links] == BOTH[:1]
    assert found.passed_over[0] == "no address: http://[WordPress post]/x"
    assert len(found.passed_over) == 3


def test_addresses_are_made_whole_as_browsers_do() -> None:
    assert whole_address(FEED, " /a\n b ") == "https://news.example/a%20b"
    assert whole_address(FEED, "//other.example/x#top") == "https://other.example/x"
    assert whole_address(FEED, "http://a.example:99999/") is None
    assert whole_address(FEED, "x" * 3_000) is None


def test_an_article_url_is_learnt_from_headlines_and_not_from_the_menu() -> None:
    def links(path: str, title: str, count: int) -> list[Link]:
        return [
            Link(url=f"https://news.example{path.format(n)}", kind="listing", found_on=FEED, title=title)
            for n in range(count)
        ]

    headline = "A headline as long as they usually are"
    menu = links("/topic-number-{}", "Sport", 20)
    pattern = article_pattern([*menu, *links("/2026/11/2{0}/the-river-rose-again-{0}", headline, 8)], "news.example")
    assert pattern == r"news\.example/\d{4}/\d+/\d+/[^/?]+$"
    assert article_pattern(menu, "news.example") is None
    assert (
        article_pattern(links("/n/12345{}.html", headline, 5), "news.example")
        == r"news\.example/n/[^/?]*\d+[^/?]*\.html$"
    )


# --------------------------------------------------------------------------------------------- in a crawl


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving(Web()) as served:
        outlet(tmp_path, "times", served, "feeds = ['{web}/feed']")
        yield served


def crawl(home: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(twosource(home, "crawl", "--json", "times").stdout)
    return found


def test_an_answer_that_says_unchanged_without_being_asked_is_no_answer(tmp_path: Path, web: Web) -> None:
    web.pages = {
        "/feed": Answer(rss(web.url("/a"))),
        "/a": lambda times: Answer(b"", 304) if times < 2 else page("Dam"),
    }
    assert crawl(tmp_path)["failed"] == 1
    assert crawl(tmp_path)["stored"] == 1


def test_a_page_that_only_sends_its_reader_on_is_followed_once(tmp_path: Path, web: Web) -> None:
    def on(path: str) -> Answer:
        return Answer(
            f"<html><head><meta http-equiv='refresh' content='0; url={path}'><title>Moved</title></head></html>".encode()
        )

    web.pages = {
        "/feed": Answer(rss(web.url("/old"), web.url("/x"))),
        "/old": on("/new"),
        "/new": page("Dam opens"),
        "/x": on("/y"),
        "/y": on("/x"),
    }
    gave = crawl(tmp_path)
    assert gave["stored"] == 1
    assert sorted(web.paths()) == ["/feed", "/new", "/old", "/x", "/y"]


def test_one_bad_item_is_named_and_the_others_are_fetched(tmp_path: Path, web: Web) -> None:
    web.pages = {
        "/feed": Answer(rss("http://[odd", web.url("/a"), web.url("/b"))),
        "/a": page("Dam opens"),
        "/b": page("Dam shuts"),
    }
    gave = crawl(tmp_path)
    assert (gave["outcome"], gave["stored"]) == ("ok", 2)
    assert gave["reasons"] == {f"{web.url('/feed')}: passed over no address: http://[odd": 1}


def test_an_outlet_without_a_feed_is_added_with_a_listing_that_was_read(tmp_path: Path, web: Web) -> None:
    links = "".join(
        f"<h2><a href='/2026/11/dam-story-number-{n}'>The dam opens for the {n}th time</a></h2>" for n in range(6)
    )
    web.pages = {"/": Answer(f"<html lang=en><title>The Valley Post</title><body>{links}</body></html>".encode())}
    web.pages |= {f"/2026/11/dam-story-number-{n}": page(f"The dam opens for the {n}th time") for n in range(6)}
    done = twosource(tmp_path, "outlets", "add", web.url("/"), "--id", "valley")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("The dam opens for the") == 5
    assert json.loads(twosource(tmp_path, "crawl", "--json", "valley").stdout)["stored"] == 6


def test_a_dead_host_is_one_line(tmp_path: Path, web: Web) -> None:
    done = twosource(tmp_path, "outlets", "add", "http://127.0.0.1:9/")
    assert (done.returncode, done.stdout) == (3, "")
    assert "connection refused" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
