"""The renderers: any text, the rules of each format, and equal reading of all formats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.feeds import changes
from aggregator.feeds.formats import atom, index_page, jsonfeed, opml, plain_text, rss
from aggregator.feeds.items import sources
from aggregator.feeds.model import Feed, Item, Photo, Publisher, tag
from aggregator.feeds.text import clean, link, web
from tests.conftest import article, tried

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "fh": "http://purl.org/syndication/history/1.0",
}


def item(n: int = 1, **fields: Any) -> Item:
    given: dict[str, Any] = {
        "id": tag("herald.example,2026", "stories", f"herald-{n}"),
        "title": f"Headline {n}",
        "link": f"https://herald.example/{n}",
        "published": NOON,
        "updated": NOON + timedelta(minutes=n),
        "summary": "1 source: The Herald.",
        "html": "<p>1 source: The Herald &amp; nobody else</p>",
        "outlet": Publisher(name="The Herald", homepage="https://herald.example/", feed="https://herald.example/feed"),
        "authors": ("Ana Oru", "Ben Tal"),
        "language": "en",
        "tags": ("bridges",),
        "photo": Photo(url="https://herald.example/1.jpg", caption="The bridge", credit="Cy Lens/Delta Wire"),
    }
    return Item(**(given | fields))


def feed(*items: Item, **fields: Any) -> Feed:
    given: dict[str, Any] = {
        "name": "stories",
        "title": "Stories",
        "description": "One item a story.",
        "address": "https://news.example/feeds/",
        "authority": "news.example,2026",
        "items": items,
        "language": "en",
        "hub": "https://hub.example/",
        "previous": "archive/stories/2026-03-01-abc",
    }
    return Feed(**(given | fields))


FULL = feed(item(2), item(1, authors=(), language=None, photo=None, summary="", outlet=Publisher(name="host.example")))
EMPTY = feed()
PAGE = feed(item(2), page="archive/stories/2026-03-02-def")
ANY = st.text(st.characters(), max_size=40)  # lone surrogates included


def xml(path: str, document: etree._Element) -> list[Any]:
    found = document.xpath(path, namespaces=NAMESPACES)
    return found if isinstance(found, list) else [found]


RULES: list[Any] = [
    # (format, the rule, its source, xpath that must hold)
    ("rss", "channel has title, link, description", "RSS 2.0, required channel elements", "/rss/channel[title and link and description]"),
    ("rss", "channel names its language", "validator MissingLanguage", "//channel/language"),
    ("rss", "version is 2.0", "RSS 2.0", "/rss[@version='2.0']"),
    ("rss", "atom:link rel=self, absolute", "profile 4.1.1.1 / validator MissingAtomSelfLink", "//channel/a:link[@rel='self' and starts-with(@href,'http')]"),
    ("rss", "one self link", "validator DuplicateAtomLink", "count(//channel/a:link[@rel='self']) = 1"),
    ("rss", "link absolute", "profile; validator InvalidFullLink", "starts-with(//channel/link, 'http')"),
    ("rss", "every item has title or description", "RSS 2.0", "not(//item[not(title or description)])"),
    ("rss", "every item has a guid", "profile 4.3.7", "not(//item[not(guid)])"),
    ("rss", "a guid that is no address says so", "profile 4.3.7.2", "not(//guid[@isPermaLink!='false'])"),
    ("rss", "guids differ", "profile 4.3.7", "not(//item[guid=preceding-sibling::item/guid])"),
    ("rss", "at most one pubDate, link, title, source an item", "RSS 2.0; validator DuplicateElement", "not(//item[count(pubDate)>1 or count(link)>1 or count(title)>1 or count(source)>1])"),
    ("rss", "a description stands before content:encoded", "profile, content:encoded", "not(//item/description[preceding-sibling::content:encoded])"),
    ("rss", "no description is blank", "validator NotBlank", "not(//description[not(normalize-space())])"),
    ("rss", "no author beside dc:creator", "validator DuplicateItemSemantics", "not(//item[author and dc:creator])"),
    ("rss", "no dc:date beside pubDate", "validator DuplicateItemSemantics", "not(//item/dc:date)"),
    ("rss", "source has an address", "RSS 2.0, source", "not(//source[not(starts-with(@url,'http'))])"),
    ("rss", "no enclosure without length", "RSS 2.0, enclosure", "not(//enclosure)"),
    ("rss", "generator and docs", "RSS 2.0, optional channel elements", "//channel[generator and starts-with(docs,'http')]"),
    ("atom", "feed has one id, title, updated", "RFC 4287, 4.1.1", "/a:feed[count(a:id)=1 and count(a:title)=1 and count(a:updated)=1]"),
    ("atom", "feed names its language", "validator MissingLanguage", "/a:feed[@xml:lang]"),
    ("atom", "entries differ in updated", "validator DuplicateUpdated", "not(//a:entry[a:updated=preceding-sibling::a:entry/a:updated])"),
    ("atom", "feed has an author", "RFC 4287, 4.1.1", "/a:feed/a:author/a:name"),
    ("atom", "rel=self", "RFC 4287, 4.1.1; validator MissingSelf", "/a:feed/a:link[@rel='self' and starts-with(@href,'http')]"),
    ("atom", "entry has one id, title, updated", "RFC 4287, 4.1.2", "not(//a:entry[count(a:id)!=1 or count(a:title)!=1 or count(a:updated)!=1])"),
    ("atom", "entry without content has an alternate", "RFC 4287, 4.1.2", "not(//a:entry[not(a:content) and not(a:link[@rel='alternate'])])"),
    ("atom", "at most one alternate a type and language", "RFC 4287, 4.1.2", "not(//a:entry[count(a:link[@rel='alternate'])>1])"),
    ("atom", "at most one content, published, summary, source", "RFC 4287, 4.1.2", "not(//a:entry[count(a:content)>1 or count(a:published)>1 or count(a:summary)>1 or count(a:source)>1])"),
    ("atom", "no summary is blank", "validator NotBlank", "not(//a:summary[not(normalize-space())])"),
    ("atom", "ids differ", "validator DuplicateEntries", "not(//a:entry[a:id=preceding-sibling::a:entry/a:id])"),
    ("atom", "source has id, title, updated", "RFC 4287, 4.2.11; validator MissingSourceElement", "not(//a:source[not(a:id and a:title and a:updated)])"),
    ("atom", "category has a term", "RFC 4287, 4.2.2.1", "not(//a:category[not(@term)])"),
    ("atom", "every name says something", "RFC 4287, 3.2.1", "not(//a:name[not(normalize-space())])"),
    ("atom", "html content has a type", "RFC 4287, 3.1.1", "not(//a:content[not(@type='html')])"),
    ("opml", "version, head, body, an outline", "OPML 2.0", "/opml[@version='2.0' and head and body/outline]"),
    ("opml", "every outline has text", "OPML 2.0", "not(//outline[not(@text)])"),
    ("opml", "a feed has type, title and xmlUrl", "OPML 2.0, subscription lists", "not(//outline[@xmlUrl and not(@type='rss' and @title)])"),
]  # fmt: skip

OPML = opml.render(
    "Twosource", {"": [opml.Subscription(title="Stories", url="https://news.example/feeds/stories.rss")]}
)
DOCUMENTS = {
    "rss": [rss.render(one) for one in (FULL, EMPTY, PAGE)],
    "atom": [atom.render(one) for one in (FULL, EMPTY, PAGE)],
    "opml": [OPML],
}


@pytest.mark.parametrize(("form", "rule", "source", "path"), RULES, ids=[f"{one[0]}: {one[1]}" for one in RULES])
def test_each_rule_of_the_formats_holds(form: str, rule: str, source: str, path: str) -> None:
    for document in DOCUMENTS[form]:
        found = etree.fromstring(document).xpath(path, namespaces=NAMESPACES)
        assert found, f"{rule} ({source})"


def test_each_rule_holds_in_every_feed_of_the_sample(both_editions: Path) -> None:
    """Where the W3C validator had found entries of one moment, empty summaries and feeds without a language."""
    rules = [(form, rule, etree.XPath(path, namespaces=NAMESPACES)) for form, rule, _, path in RULES]
    files = sorted(file for file in (both_editions / "feeds").rglob("*") if file.suffix[1:] in DOCUMENTS)
    broken = [
        (file.name, rule)
        for file in files
        for form, rule, holds in rules
        if form == file.suffix[1:] and not holds(etree.parse(file))
    ]
    assert broken == []
    assert sum(len(xml("//a:entry", etree.parse(file).getroot())) for file in files) > 50


def test_no_json_feed_of_the_sample_lacks_a_language_or_has_an_empty_summary(both_editions: Path) -> None:
    feeds = [json.loads(file.read_bytes()) for file in (both_editions / "feeds").rglob("*.json")]
    assert [one["title"] for one in feeds if not one.get("language")] == []
    items = [item for one in feeds for item in one["items"]]
    assert [item["id"] for item in items if not item.get("summary", "said").strip()] == []
    moments = [[item["date_modified"] for item in one["items"]] for one in feeds]
    assert [len(each) - len(set(each)) for each in moments] == [0] * len(feeds)


def test_rss_dates_are_rfc_822_with_four_digits_of_year() -> None:  # profile 3.1; RFC 4287, 3.3 for Atom
    for text in xml("//pubDate/text() | //lastBuildDate/text()", etree.fromstring(DOCUMENTS["rss"][0])):
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", text)
        assert parsedate_to_datetime(text).tzinfo
    for text in xml("//a:updated/text() | //a:published/text()", etree.fromstring(DOCUMENTS["atom"][0])):
        assert datetime.fromisoformat(text).tzinfo


def test_json_feed_says_what_version_1_1_requires() -> None:  # jsonfeed.org/version/1.1, "Top-level", "Items"
    for one in (FULL, EMPTY, PAGE):
        found = json.loads(jsonfeed.render(one))
        assert found["version"] == "https://jsonfeed.org/version/1.1"
        assert isinstance(found["title"], str)
        assert isinstance(found["items"], list)
        assert found["feed_url"].startswith("http")
        for entry in found["items"]:
            assert isinstance(entry["id"], str)
            assert entry["content_html"]
            assert all(author.keys() & {"name", "url", "avatar"} for author in entry["authors"])
            assert datetime.fromisoformat(entry["date_published"]).tzinfo
            assert "author" not in entry  # deprecated in 1.1
            assert None not in entry.values()
        assert "author" not in found


@tried(150)
@given(ANY, ANY, ANY, ANY)
def test_any_text_gives_documents_that_parse_back_to_it(title: str, words: str, name: str, credit: str) -> None:
    outlet = Publisher(name=name, homepage="https://herald.example/" + words, feed=words)
    photo = Photo(url="https://herald.example/" + credit, caption=words, credit=credit)
    one = item(title=title, link="https://h.example/" + words, summary=words, html=link(words, title), outlet=outlet,
               authors=(name,), language=None, tags=(words,), photo=photo)  # fmt: skip
    whole = feed(one, title=title, description=words)
    summary = clean(words) if words.strip() else ""  # what says nothing is left out
    channel = etree.fromstring(rss.render(whole))[0]
    assert (channel.findtext("title") or "") == clean(title)
    assert (channel.findtext("item/title") or "") == clean(title)
    as_html = channel.findtext("item/description") or ""  # readers take it so
    assert (unescape(as_html), "<" in as_html) == (summary, False)
    assert (channel.findtext("item/dc:creator", namespaces=NAMESPACES) or "") == clean(name)
    entry = etree.fromstring(atom.render(whole)).find("a:entry", NAMESPACES)
    assert entry is not None
    assert (entry.findtext("a:title", namespaces=NAMESPACES) or "") == clean(title)
    assert (entry.findtext("a:content", namespaces=NAMESPACES) or "") == clean(one.html)
    found = json.loads(jsonfeed.render(whole))["items"][0]
    assert (found["title"], found.get("summary", "")) == (clean(title), summary)
    listed = list(
        opml.read_subscriptions(opml.render(title, {words: [opml.Subscription(title=name, url="https://h.example/")]}))
    )
    assert [one.title for one in listed if isinstance(one, opml.Subscription)] == [clean(name) or "https://h.example/"]
    index_page.render([index_page.Listed(name="stories", title=title, description=words)])


def test_plain_text_is_read_as_it_stands() -> None:
    assert (
        plain_text.render(FULL).decode()
        == """Stories
One item a story.
https://news.example/feeds/stories.txt

Headline 2
The Herald · Ana Oru · Ben Tal · 2026-03-02 12:00 UTC · changed 2026-03-02 12:02 UTC
1 source: The Herald.
https://herald.example/2

Headline 1
host.example · 2026-03-02 12:00 UTC · changed 2026-03-02 12:01 UTC
https://herald.example/1

Before these: https://news.example/feeds/archive/stories/2026-03-01-abc.txt
"""
    )
    trap = item(title="Fire\n\nhttps://evil.example/ \x1b[2J", link="javascript:alert(1)")
    assert plain_text.render(feed(trap, previous=None)).decode().splitlines()[4:] == [
        "Fire https://evil.example/ \ufffd[2J",
        "The Herald · Ana Oru · Ben Tal · 2026-03-02 12:00 UTC · changed 2026-03-02 12:01 UTC",
        "1 source: The Herald.",
    ]


@pytest.mark.parametrize("render", [rss.render, atom.render])
def test_feedparser_reads_rss_and_atom_alike(render: Callable[[Feed], bytes]) -> None:
    found = feedparser.parse(render(FULL))
    assert not found.bozo
    assert found.feed.title == "Stories"
    first, second = found.entries
    assert first.id == "tag:herald.example,2026:stories/herald-2"
    assert (first.title, first.link) == ("Headline 2", "https://herald.example/2")
    assert first.content[0].value == item().html
    assert first.source.title == "The Herald"
    assert first.published_parsed[:5] == (2026, 3, 2, 12, 0)
    assert first.updated_parsed[:5] == (2026, 3, 2, 12, 2)
    assert "Ben Tal" in str(first.authors)
    assert first.media_credit[0]["content"] == "Cy Lens/Delta Wire"
    assert second.author == "host.example"  # no person is named: the outlet is
    assert {(one.rel) for one in found.feed.links} >= {"self", "hub", "prev-archive"}


def test_an_archived_page_says_so_and_names_the_feed() -> None:  # RFC 5005, 4
    for document in (rss.render(PAGE), atom.render(PAGE)):
        root = etree.fromstring(document)
        assert xml("//fh:archive", root)
        assert xml("//a:link[@rel='current' and contains(@href,'feeds/stories.')]", root)
        assert xml("//a:link[@rel='prev-archive']", root)
        assert not xml("//a:link[@rel='hub']", root)


def test_the_same_feed_gives_the_same_bytes() -> None:
    assert rss.render(FULL) == rss.render(feed(*FULL.items))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://herald.example/a", True),
        ("javascript:alert(1)", False),
        ("data:text/html,hi", False),
        ("", False),
        (None, False),
        ("/relative", False),
    ],
)
def test_only_links_to_the_web_are_given_on(url: str | None, kept: bool) -> None:
    assert (web(url) is not None) == kept


@given(st.lists(ANY, min_size=1, max_size=3), st.lists(ANY, min_size=1, max_size=3))
def test_different_units_never_share_a_tag(one: list[str], other: list[str]) -> None:
    made = {tag("a.example,2026", "stories", text): text for text in [*one, *other]}
    assert len(made) == len({*one, *other})
    assert all(re.fullmatch(r"tag:a\.example,2026:[\x21-\x7e]*", text) for text in made)


def test_a_change_is_shown_with_the_words_around_it() -> None:
    before = article("One two three four five six seven eight nine ten. Two people died <there>.")
    after = article("One two three four five six seven eight nine ten. Twelve people died <there>.")
    assert changes.described(before, after) == (
        "<p>… three four five six seven eight nine ten. <del>Two</del> <ins>Twelve</ins> people died &lt;there&gt;. …</p>"
    )


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (1, 1, "1 source"),
        (2, 2, "2 independent sources"),
        (2, None, "2 or more independent sources"),
        (0, 1, "0 to 1 independent sources"),
        (1, 3, "1 to 3 independent sources"),
    ],
)
def test_the_count_says_what_is_known_and_no_more(least: int, most: int | None, words: str) -> None:
    assert sources(least, most) == words


@pytest.mark.parametrize("document", [b"", b"<html/>", b"<opml><body>", b"\x00\x01", b"{}"])
def test_what_is_no_opml_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        list(opml.read_subscriptions(document))


def test_a_list_is_read_as_readers_write_them_and_what_is_no_feed_is_named() -> None:
    rows = [
        '<outline text="Folder" type="rss"><outline text="Hill Post" xmlurl="https://hill.example/rss"/></outline>',
        '<outline text="Old scheme" xmlUrl="feed://old.example/rss"/>',
        '<outline text="Both" xmlUrl="feed:https://both.example/rss"/>',
        '<outline text="A page" htmlUrl="https://page.example/"/>',
        '<outline text="A filter" xmlUrl="exec:~/bin/made"/>',
    ]
    found = list(opml.read_subscriptions(f"<opml><body>{''.join(rows)}</body></opml>".encode()))
    assert [one.url if isinstance(one, opml.Subscription) else (one.title, one.why) for one in found] == [
        "https://hill.example/rss",
        "http://old.example/rss",
        "https://both.example/rss",
        ("A page", "it has no feed (xmlUrl)"),
        ("A filter", "'exec:~/bin/made' is no address on the web"),
    ]
