"""Feeds, posts, sitemaps and listings as links; and when a page is asked again."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import discovery
from scrapers.discovery import recheck
from scrapers.discovery.feeds import feed_links
from scrapers.discovery.listings import listing_links
from scrapers.discovery.posts import post_links
from scrapers.discovery.sitemaps import sitemap_links
from storage.types import Link
from storage.validators import Validator

URL = "https://example.com/way"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><title>Example</title><link>https://example.com/</link>
<item><title> Dam  opens </title><link>/news/dam</link><pubDate>Mon, 23 Nov 2026 15:00:00 +0300</pubDate>
 <dc:creator>Ada Quill</dc:creator><media:content url="x.jpg"><media:credit>Lea Lens/Wire</media:credit></media:content></item>
<item><title>No zone</title><link>https://example.com/news/b</link><pubDate>Mon, 23 Nov 2026 15:00:00</pubDate></item>
<item><title>Day only</title><link>https://example.com/news/c</link><pubDate>23 Nov 2026</pubDate></item>
<item><title>Counted</title><link>https://feeds.example/~r/1</link>
 <feedburner:origLink>https://example.com/news/d</feedburner:origLink></item>
<item><title>No address</title></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>x</id><updated>2026-11-23T12:00:00Z</updated>
<entry><title>Dam</title><id>1</id><link href="https://example.com/news/dam"/><published>2026-11-23T11:00:00Z</published>
<updated>2026-11-23T12:00:00Z</updated></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://example.com/"><title>x</title></channel>
<item rdf:about="https://example.com/a"><title>A</title><link>https://example.com/a</link></item></rdf:RDF>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [
{"id": "1", "url": "https://example.com/a", "title": "A", "date_published": "2026-11-23T13:00:00+01:00",
 "authors": [{"name": "Ada Quill"}]}, {"id": "2"}]}"""
POSTS = b"""[{"id": 7, "date": "2026-11-23T13:00:00", "date_gmt": "2026-11-23T12:00:00", "modified_gmt": "2026-11-23T14:00:00",
 "link": "https:\\/\\/example.com\\/dam", "title": {"rendered": "The <em>Aurora<\\/em> &#038; the dam"}},
 {"id": 8, "date_gmt": "0000-00-00T00:00:00", "link": "/draft", "title": null}, {"id": 9, "link": 9}, "post"]"""
NEWS_MAP = b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://example.com/old</loc><lastmod>2026-11-20</lastmod></url>
<url><loc> https://example.com/new </loc><news:news><news:publication_date>2026-11-23T12:00:00Z</news:publication_date>
<news:title>New</news:title></news:news></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://example.com/1.xml</loc><lastmod>2026-01-01</lastmod></sitemap>
<sitemap><loc>https://example.com/2.xml.gz</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>"""
LISTING = """<html><body><h2>Editor's choice</h2><a href="/news/dam"><img src="x"></a>
<a href="/news/dam">Dam opens</a><a href="/news/dam#comments">3</a><a href="mailto:a@example.com">Write</a>
<a href="https://other.example/x">Другой</a><a>none</a></body></html>""".encode()


def urls(found: discovery.Announced) -> list[str]:
    return [link.url for link in found.links]


def test_an_item_says_only_what_it_states() -> None:
    dam, no_zone, day, counted = feed_links(RSS, URL).links
    assert (dam.url, dam.title, dam.authors) == ("https://example.com/news/dam", "Dam opens", ("Ada Quill",))
    assert (dam.published, dam.modified, dam.credit) == (NOON, None, "Lea Lens/Wire")
    assert no_zone.published is None
    assert day.published is None
    assert counted.url == "https://example.com/news/d"


@pytest.mark.parametrize(
    ("body", "first"),
    [
        pytest.param(RSS, "https://example.com/news/dam", id="RSS"),
        pytest.param(ATOM, "https://example.com/news/dam", id="Atom"),
        pytest.param(RDF, "https://example.com/a", id="RDF"),
        pytest.param(JSON, "https://example.com/a", id="JSON Feed"),
        pytest.param(RSS[:700], "https://example.com/news/dam", id="broken off"),
        pytest.param(b"\n\n" + ATOM, "https://example.com/news/dam", id="blank lines first"),
    ],
)
def test_every_kind_of_feed_is_read(body: bytes, first: str) -> None:
    assert urls(discovery.read_links("feed", body, URL))[0] == first


def test_a_change_is_not_made_of_a_publication() -> None:
    [link] = feed_links(ATOM, URL).links
    assert (link.published, link.modified) == (NOON - timedelta(hours=1), NOON)
    assert feed_links(JSON, URL).links[0].published == NOON


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("feed", b"", "empty"),
        ("feed", b"\xef\xbb\xbf\n", "empty"),
        ("feed", b"<html><body>Not found</body></html>", "not a feed"),
        ("feed", b"not a feed!", "not a feed"),
        ("feed", bytes(range(256)) * 40, "not a feed"),
        ("feed", b'{"a": 1}', "not a feed"),
        ("feed", b"<rss version='2.0'><channel><title>x</title></channel></rss>", "a feed without items"),
        (
            "posts",
            b'{"code": "rest_no_route", "message": "No route was found."}',
            "WordPress says: No route was found.",
        ),
        ("posts", b"<html><body>Not found</body></html>", "not a list of posts"),
        ("posts", b'{"posts": []}', "not a list of posts"),
        ("posts", b"[]", "a list without posts"),
        ("sitemap", b"<html><body>Not found</body></html>", "not a sitemap"),
        ("sitemap", b"\x1f\x8bgarbage", "its gzip cannot be unpacked"),
        ("sitemap", b"<urlset></urlset>", "a sitemap without addresses"),
        ("listing", b"<p>nothing</p>", "a page without links"),
    ],
)
def test_an_answer_with_nothing_in_it_says_why(kind: str, body: bytes, problem: str) -> None:
    found = discovery.read_links(kind, body, URL)
    assert (found.links, found.maps, found.problem) == ((), (), problem)


def test_a_list_of_posts_says_when_each_was_published_and_changed_in_utc() -> None:
    found = post_links(POSTS, URL)
    dam, draft = found.links
    assert (dam.url, dam.title) == ("https://example.com/dam", "The Aurora & the dam")
    assert (dam.published, dam.modified) == (NOON, NOON + timedelta(hours=2))
    assert (draft.url, draft.title, draft.published, draft.modified) == ("https://example.com/draft", None, None, None)
    assert found.passed_over == ("a post without an address",) * 2


@pytest.mark.parametrize("body", [NEWS_MAP, gzip.compress(NEWS_MAP)], ids=["plain", "gzipped"])
def test_a_sitemap_gives_the_newest_first_and_no_midnight_for_a_day(body: bytes) -> None:
    new, old = sitemap_links(body, URL).links
    assert (new.url, new.title, new.published) == ("https://example.com/new", "New", NOON)
    assert (old.url, old.modified) == ("https://example.com/old", None)


def test_an_index_gives_its_maps_the_one_changed_last_first() -> None:
    assert sitemap_links(INDEX, URL).maps == ("https://example.com/2.xml.gz", "https://example.com/1.xml")


def test_a_sitemap_that_breaks_off_gives_what_stands_before() -> None:
    assert urls(sitemap_links(NEWS_MAP[:-60], URL))


def test_a_sitemap_reads_no_file_and_no_entity() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://e.com/&e;</loc></url></urlset>'
    assert all("/etc" not in url and len(url) < 20 for url in urls(sitemap_links(evil, URL)))


def test_a_teaser_twice_on_a_page_is_one_link_with_its_longest_text() -> None:
    dam, other = listing_links(LISTING, URL).links
    assert (dam.url, dam.title, dam.kind, dam.found_on) == ("https://example.com/news/dam", "Dam opens", "listing", URL)
    assert (other.url, other.title) == ("https://other.example/x", "Другой")


@given(st.sampled_from(["feed", "posts", "sitemap", "listing"]), st.binary(max_size=300))
def test_no_bytes_break_it(kind: str, body: bytes) -> None:
    for whole in (body, RSS[:500] + body, NEWS_MAP[:300] + body, LISTING[:100] + body):
        found = discovery.read_links(kind, whole, URL)
        assert found.links or found.maps or found.problem


# --------------------------------------------------------------------------------------------- revisits


def seen(first: timedelta, checked: timedelta, announced: datetime | None = None) -> Validator:
    return Validator(url=URL, first=NOON - first, checked=NOON - checked, announced=announced)


def changed(moment: datetime) -> Link:
    return Link(url=URL, kind="feed", found_on=URL, modified=moment)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "link", "due"),
    [
        pytest.param(None, None, True, id="never seen"),
        pytest.param(seen(HOUR / 6, HOUR / 6), None, False, id="ten minutes old"),
        pytest.param(seen(HOUR / 2, HOUR / 2), None, True, id="half an hour old"),
        pytest.param(seen(6 * HOUR, 2 * HOUR), None, False, id="looked at when 4 hours old, now 6"),
        pytest.param(seen(8 * HOUR, 4 * HOUR), None, True, id="looked at when 4 hours old, now 8"),
        pytest.param(seen(49 * HOUR, 40 * HOUR), None, False, id="two days old"),
        pytest.param(seen(99 * HOUR, 99 * HOUR), changed(NOON - HOUR), True, id="old, but announced as changed"),
        pytest.param(seen(99 * HOUR, 9 * HOUR), changed(NOON - 10 * HOUR), False, id="changed before the last look"),
        pytest.param(seen(99 * HOUR, HOUR, NOON + HOUR), changed(NOON + HOUR), False, id="a future date said before"),
        pytest.param(seen(99 * HOUR, HOUR, NOON - HOUR), changed(NOON), True, id="a later change than it said"),
    ],
)
def test_a_page_is_asked_again_when_it_may_have_changed(known: Validator | None, link: Link | None, due: bool) -> None:
    assert recheck.is_due(known, link, NOON) is due


def test_a_young_page_is_looked_at_seven_times_in_two_days() -> None:
    looks, known = [], seen(timedelta(), timedelta())
    for minute in range(3 * 24 * 60):
        now = NOON + timedelta(minutes=minute)
        if recheck.again(known, now):
            looks.append(minute / 60)
            known = Validator(url=URL, first=NOON, checked=now)
    assert looks == [0.5, 1, 2, 4, 8, 16, 32]
