"""Outlets as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrapers import outlets
from scrapers.outlets.own_addresses import is_article
from storage.errors import OutletFileWrong
from storage.types import Source

GOOD = """
name = "The Example Times"
homepage = "https://example.com/"
hosts = ["example.com"]
feeds = ["https://example.com/feed", { url = "https://example.com/old", status = "guess", note = "seen once" }]
"""
KNOWN, BROKEN = outlets.load_outlets()

# Addresses as outlets print them, old and new, made up by their pattern; and one of each outlet's that is no article.
ARTICLES = [
    ("commonspace", "https://www.commonspace.eu/index.php/news/a-made-up-title", "https://www.commonspace.eu/voices"),
    ("eurasianet", "https://eurasianet.org/a-made-up-title-on-water", "https://eurasianet.org/latest"),
    ("voa", "https://www.voanews.com/a/a-made-up-title-/7000001.html", "https://www.voanews.com/z/599"),
    ("voa", "https://www.voanews.com/amp/a-made-up-title/7000001.html", "https://www.voanews.com/p/5338.html"),
    ("rferl", "https://gandhara.rferl.org/a/made-up/30000001.html", "https://www.rferl.org/latest-news/2026/1/1"),
    ("afp-factcheck", "https://faktencheck.afp.com/doc.afp.com.ABC123X", "https://factcheck.afp.com/list"),
    (
        "reuters",
        "https://www.reuters.com/world/middle-east/made-up-title-2026-01-02/",
        "https://www.reuters.com/world/",
    ),
    ("reuters", "https://www.reuters.com/article/us-made/made-up-idUSKBN1XT00X", "https://www.reuters.com/authors/x/"),
    ("ap", "https://apnews.com/article/made-up-" + "a1" * 16, "https://apnews.com/hub/politics"),
    ("ap", "https://hosted.ap.org/paper/article/" + "a1" * 16 + "/made-up", "https://apnews.com/video/x-" + "a1" * 16),
    ("bbc", "https://www.bbc.co.uk/news/articles/c0made0up0o", "https://www.bbc.com/news/world"),
    ("bbc", "https://www.bbc.com/news/world-europe-50000001", "https://www.bbc.com/news/live/x"),
    ("bbc", "https://www.bbc.com/news/newsbeat-50000001", "https://www.bbc.com/news"),
    ("aljazeera", "https://www.aljazeera.com/news/2026/1/2/made-up-title", "https://www.aljazeera.com/news/"),
    ("dw", "https://www.dw.com/de/ära-eines/a-60000001?maca=de-rss", "https://www.dw.com/de/themen/s-9077"),
    ("anadolu", "https://www.aa.com.tr/tr/ekonomi/made-up-title/3000001", "https://www.aa.com.tr/tr/ekonomi"),
    ("guardian", "https://www.theguardian.com/world/2026/feb/24/made-up", "https://www.theguardian.com/world"),
    ("politico-eu", "https://www.politico.eu/article/made-up/?utm_source=RSS", "https://www.politico.eu/section/x/"),
    ("euronews", "https://de.euronews.com/2026/01/06/made-up-title", "https://de.euronews.com/tag/x"),
    ("euronews", "https://fr.euronews.com/green/2026/04/30/made-up", "https://fr.euronews.com/green"),
    ("kommersant", "https://www.kommersant.ru/doc/7000001", "https://www.kommersant.ru/rubric/2"),
    ("ukr-pravda", "https://www.pravda.com.ua/rus/articles/2026/01/08/8000001/", "https://www.pravda.com.ua/rus/"),
    ("ukr-pravda", "https://www.pravda.com.ua/news/2026/01/8/8000001/", "https://www.pravda.com.ua/archives/"),
    ("kazinform", "https://www.inform.kz/en/made-up_a4000001", "https://www.inform.kz/en/"),
    ("armenpress", "https://armenpress.am/eng/news/932800/", "https://armenpress.am/en/articles"),
]


def test_every_shipped_file_is_whole() -> None:
    assert BROKEN == []
    assert len(KNOWN) >= 44


def test_every_listed_fact_is_in_the_files(shared: Path) -> None:
    facts = json.loads((shared / "outlets" / "outlets.json").read_text("utf-8"))
    assert {fact["id"] for fact in facts} <= set(KNOWN)
    for fact in facts:
        outlet = KNOWN[fact["id"]]
        listed = {feed["url"] for feed in fact["feeds"] if "made-up token" not in feed.get("note", "")}
        listed |= {sitemap.partition(" (")[0] for sitemap in fact["sitemaps"]}
        assert listed <= {source.url for kind in ("feed", "sitemap") for source in outlet.sources_of(kind)}
        statuses = {feed["url"]: feed["status"] for feed in fact["feeds"]}
        assert all(statuses.get(source.url, source.status) == source.status for source in outlet.sources_of("feed"))


@pytest.mark.parametrize(("outlet", "article", "other"), ARTICLES)
def test_an_outlet_knows_its_articles_by_their_address(outlet: str, article: str, other: str) -> None:
    assert is_article(KNOWN[outlet], article)
    assert not is_article(KNOWN[outlet], other)
    assert not is_article(KNOWN[outlet], article.replace("://", "://evil.example/?"))


def test_the_homepage_of_no_outlet_is_an_article() -> None:
    assert [outlet.id for outlet in KNOWN.values() if outlet.article_url and is_article(outlet, outlet.homepage)] == []


def test_what_is_left_out_is_not_made_up(tmp_path: Path) -> None:
    file = tmp_path / "example-times.toml"
    file.write_text(GOOD)
    outlet = outlets.read_outlet(file)
    assert (outlet.id, outlet.file, outlet.country, outlet.owner) == ("example-times", file, None, None)
    assert outlet.sources == (
        Source(url="https://example.com/feed", kind="feed"),
        Source(url="https://example.com/old", kind="feed", status="guess", note="seen once"),
    )


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ("feed = []", "feed", "one of the keys name, homepage"),
        ("feed = []", "feed", "did you mean feeds?"),
        ('[selectors]\nboddy = "p"', "selectors.boddy", "did you mean body?"),
        ('layout = { frame = "main" }', "layout.body", "it is missing"),
        ('country = "Netherlands"', "country", "found 'Netherlands'"),
        ("delay = nan", "delay", "seconds"),
        ("delay = inf", "delay", "seconds"),
        ('country = "Netherlands"', "country", "two capitals"),
        ('kind = "blog"', "kind", "one of agency, broadcaster"),
        ('article_url = "(["', "article_url", "a regular expression"),
        ("delay = -1", "delay", "seconds"),
        ("delay = true", "delay", "seconds"),
        ('full_text = "yes"', "full_text", "true or false"),
        ('sitemaps = "https://example.com/"', "sitemaps", "a list of addresses"),
        ('sitemaps = ["example.com/sitemap.xml"]', "sitemaps 1", "a list of addresses"),
        ('sitemaps = [{ url = "https://example.com/", status = "good" }]', "sitemaps 1: status", "measured-ok"),
        ('listings = ["https://example.com/news"]', "article_url", "since listings link to more"),
        ('languages = ["en", "English"]', "languages 2", "ISO 639"),
        ("name = ", "the file", "TOML"),
    ],
)
def test_a_broken_file_names_the_key_and_what_was_expected(tmp_path: Path, line: str, key: str, expected: str) -> None:
    file = tmp_path / "example.toml"
    file.write_text(f"{GOOD}{line}\n")
    with pytest.raises(OutletFileWrong) as wrong:
        outlets.read_outlet(file)
    assert (wrong.value.file, wrong.value.key) == (file, key)
    assert expected in wrong.value.expected
    assert str(file) in str(wrong.value)


@pytest.mark.parametrize("key", ["name", "homepage", "hosts"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    file = tmp_path / "example.toml"
    file.write_text("\n".join(line for line in GOOD.splitlines() if not line.startswith(key)))
    with pytest.raises(OutletFileWrong, match=f"{key}: expected .*; it is missing"):
        outlets.read_outlet(file)


def test_a_users_outlets_stand_beside_the_shipped_ones_and_the_broken_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(GOOD)
    (tmp_path / "voa.toml").write_text(GOOD)
    (tmp_path / "bbc.toml").write_text("name = 1")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    known, wrong = outlets.load_outlets(tmp_path)
    assert known["example"].name == known["voa"].name == "The Example Times"
    assert "bbc" not in known
    assert "dw" in known
    assert [Path(error.file).name for error in wrong] == ["bbc.toml", "latin.toml"]


def test_alternatives_are_what_covers_the_same_in_order_of_trust() -> None:
    sources = [
        Source(url="https://e.com/1", kind="feed", status="guess"),
        Source(url="https://e.com/2", kind="feed", status="listed"),
        Source(url="https://e.com/3", kind="feed", status="measured-ok", covers="ru"),
        Source(url="https://e.com/4", kind="feed", status="maintained"),
        Source(url="https://e.com/5", kind="feed", status="measured-fail"),
    ]
    whole, russian = outlets.by_subject(sources)
    assert [[source.url[-1] for source in degree] for degree in outlets.by_trust(whole)] == [["4"], ["2"], ["1", "5"]]
    assert [source.url[-1] for source in russian] == ["3"]
