"""The pages: what they show of the sample, that all is text whatever outlets print, that only news touches the site."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import pytest
from click.testing import CliRunner
from lxml import html
from sqlite_utils import Database
from werkzeug.test import Client

from aggregator.cli import main
from aggregator.feeds.config import Settings
from aggregator.feeds.publish import publish as publish_feeds
from aggregator.site import contents, provenance, render, static
from aggregator.site.app import Desk
from aggregator.site.render import Pages
from storage import watches
from storage.db import connect, connect_to_read
from storage.home import Home
from storage.types import Copy
from tests.conftest import NOON
from tests.hostile import HOSTILE, TRAPS
from tests.newsroom import OUTLETS, alone, report, story

NAMES = {"herald": "The Herald", "wire": "Delta Wire", "meridian": "Meridian", "harbour-post": "The Harbour Post"}
NAMES |= {
    "crossroads": "Crossroads Observer",
    "daily-lantern": "The Daily Lantern",
    "tarvel-record": "The Tarvel Record",
}
BRIDGE = "Front says it destroyed Sorrel bridge"


@pytest.fixture(scope="session")
def sample_home(both_editions: Path) -> Home:
    """The sample newsroom of both editions."""
    return Home(both_editions / "twosource.db")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "twosource.db")


@pytest.fixture
def room(home: Home) -> Iterator[Database]:
    """A newsroom on disk."""
    with closing(connect(home.database)) as base:
        yield base


def client(home: Home) -> Client:
    """The pages as `serve` shows them."""
    return Client(Desk(home, OUTLETS, NAMES, troubles=lambda _: []))


def page(home: Home, path: str) -> html.HtmlElement:
    """A page, which must be there."""
    answer = client(home).get(path)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def story_page(home: Home, headline: str) -> html.HtmlElement:
    """The page of the story that the front page lists so."""
    (link,) = page(home, "/").xpath("//li//a[normalize-space()=$headline]/@href", headline=headline)
    return page(home, f"/{link}")


# ------------------------------------------------------------------------------------------- what they show


def test_the_front_page_counts_independent_sources_of_outlets(sample_home: Home) -> None:
    rows = {words(row.find(".//h2")): row for row in page(sample_home, "/").xpath("//ol[@class='stories']/li")}
    said = {headline: words(row.find("p")) for headline, row in rows.items()}
    assert said[BRIDGE] == "2+ independent of 7 outlets"
    assert said["Ferry fire: boats take off 214"] == "3 independent of 7 outlets"
    assert said["Central bank governor steps down"] == "1 independent of 3 outlets"
    assert "confirmed" in rows[BRIDGE].get("class")
    assert "single" in rows["Central bank governor steps down"].get("class")


def test_a_story_shows_its_sources_articles_and_every_reason_as_text(sample_home: Home) -> None:
    shown = story_page(sample_home, BRIDGE)
    assert words(shown.find(".//p[@class='verdict']")) == "2 or more independent of 7 outlets"
    picture = shown.find(".//svg")
    sources = [words(one) for one in picture.xpath(".//*[@class='source']/*[@class='name' or @class='line']")]
    assert sources[:2] == ["Meridian", "counts 1"]
    assert sources[4:] == ["others, not named", "nobody knows how many", "Crossroads Observer", "counts 0 to 1"]
    assert len(picture.xpath(".//*[@class='article']")) == 7
    arrows = picture.xpath(".//*[starts-with(@class, 'arrow')]")
    as_text = shown.xpath("//section[@aria-labelledby='picture']/details//li")
    assert len(arrows) == len(as_text) == 14
    reasons = words(shown.xpath("//section[@aria-labelledby='rests']")[0])
    assert "The Tarvel Record counts 1" in reasons
    assert "others, not named nobody knows how many" in reasons
    underlined = {words(one) for one in shown.xpath("//q[@class='credit']/u")}
    assert {"Meridian", "The Tarvel Record", "other media agencies"} <= underlined


def test_the_articles_of_a_story_stand_in_the_order_of_their_stated_times(sample_home: Home) -> None:
    table = story_page(sample_home, BRIDGE).xpath("//section[@aria-labelledby='timeline']//tbody/tr/td[3]")
    assert [words(cell) for cell in table][:2] == ["Meridian", "The Harbour Post"]
    assert words(table[-1]) == "Crossroads Observer"


def test_two_texts_stand_beside_each_other_with_what_both_hold_marked(sample_home: Home) -> None:
    link = story_page(sample_home, BRIDGE).xpath("//ul[@class='pairs']//a[contains(., 'The Daily Lantern')]/@href")[0]
    left, right = page(sample_home, urljoin("/story/", link)).xpath("//div[@class='sides']/article")
    assert [words(one.find(".//p/a")) for one in (left, right)] == ["Meridian", "The Daily Lantern"]
    marked = [words(one) for one in right.findall(".//mark")]
    assert marked
    assert all(one in words(left) for one in marked)


def test_a_story_has_a_feed_of_its_articles(sample_home: Home) -> None:
    link = story_page(sample_home, BRIDGE).xpath("//link[@rel='alternate']/@href")[0]
    found = feedparser.parse(client(sample_home).get(f"/story/{link}").data)
    assert not found.bozo
    assert len(found.entries) == 7


def test_every_page_leads_to_all_others_and_tells_sure_counts_from_others(sample_home: Home) -> None:
    paths = (
        "/",
        "/search.html?q=bridge",
        "/outlet/meridian.html",
        "/agency/meridian.html",
        "/corrections.html",
        "/health.html",
    )
    for path in paths:
        links = page(sample_home, path).xpath("//nav/a/text()")
        assert {"Stories", "Search", "Corrections", "Outlets"} <= set(links), path
    for path in paths[:3]:
        listed = page(sample_home, path).xpath("//li[h2]")
        kinds = {words(one.find("h2")): one.get("class") for one in listed}
        assert kinds["Front says it destroyed Sorrel bridge"].split()[:2] == ["story", "confirmed"], path


def test_a_database_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    answer = client(Home(tmp_path / "none.db")).get("/")
    assert (answer.status_code, "There is no database" in answer.text) == (503, True)


def test_a_correction_is_shown_with_what_was_taken_out_and_put_in(sample_home: Home) -> None:
    shown = page(sample_home, "/corrections.html")
    assert shown.xpath("//ins")
    assert shown.xpath("//del")
    assert "harbour-post" in shown.xpath("//section[@class='correction']//p/a/@href")[0]


def test_an_outlets_page_says_what_is_its_own_and_whose_text_it_prints(sample_home: Home) -> None:
    shown = page(sample_home, "/outlet/harbour-post.html")
    assert "rests on others" in words(shown)
    assert shown.xpath("//svg[@class='bars']//rect")
    lines = [words(one) for one in page(sample_home, "/outlet/daily-lantern.html").xpath("//section/ul/li")]
    assert any(one.startswith("Meridian:") for one in lines)
    assert "A source of" in words(page(sample_home, "/agency/meridian.html"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("sturgeon", False), ("осетр", True), ("ferry -fire", True), ("sources:>=2 bridge", True), ("zebra", False)],
)
def test_the_search_page_finds_stories_and_marks_the_words(sample_home: Home, query: str, found: bool) -> None:
    answer = client(sample_home).get("/search.html", query_string={"q": query})
    shown = html.fromstring(answer.text)
    assert bool(shown.xpath("//ol[@class='stories']/li//a")) is found
    assert bool(shown.findall(".//mark")) is found
    assert shown.xpath("//input[@name='q']/@value") == [query]


def test_an_error_in_a_query_is_said_in_words(sample_home: Home) -> None:
    shown = html.fromstring(client(sample_home).get("/search.html", query_string={"q": '"ferry'}).text)
    assert shown.xpath("//*[@role='alert']")


def test_the_health_page_names_every_outlet_that_was_visited(sample_home: Home) -> None:
    shown = words(page(sample_home, "/health.html"))
    assert "signal-online" in shown
    assert "never visited" not in shown


def watched(home: Home, room: Database) -> None:
    """A watch that found a story, and one that tells of silence."""
    alone(room, "herald-1")
    home.watches_file.write_text(
        '[[watch]]\nname = "bridge"\nquery = "bridge lang:en"\ntell = ["desk"]\n[[watch]]\nname = "quiet"\nevents = ["silent"]\n'
    )
    event = watches.Event(event="new", unit="herald-1", title="Headline of herald-1", words="one source: The Herald")
    with room.atomic():
        watches.append(room, "bridge", event, ["desk"], found=NOON)


def test_the_page_of_watches_says_what_each_looks_for_and_told(home: Home, room: Database) -> None:
    watched(home, room)
    shown = page(home, "/watches.html")
    first, second = shown.xpath("//main/section")
    assert "bridge lang:en; events: new, second, fell, dispute, correction" in words(first)
    assert "tells desk; 1 waiting" in words(first)
    assert first.xpath(".//li//a/@href") == ["story/herald-1.html"]
    assert "new: Headline of herald-1 one source: The Herald" in words(first.find(".//li"))
    assert "Nothing was told yet" in words(second)
    assert page(home, "/").xpath("//nav/a[.='Watches']/@href") == ["watches.html"]


def test_a_wrong_file_of_watches_is_named_on_its_page(home: Home, room: Database) -> None:
    home.watches_file.write_text("[[watch]]\nquery = 'bridge'\n")
    assert "name" in words(page(home, "/watches.html").xpath("//*[@role='alert']")[0])


def test_what_staff_watch_is_written_for_the_house_alone(home: Home, room: Database, tmp_path: Path) -> None:
    watched(home, room)
    site = tmp_path / "site"
    for inside in (True, False):
        words_ = ["--db", str(home.database), "site", str(site), *(["--texts"] if inside else [])]
        assert CliRunner().invoke(main, words_).exit_code == 0
        assert (site / "watches.html").exists() is inside
        assert ("watches.html" in (site / "index.html").read_text()) is inside


# ------------------------------------------------------------------------------------------- as a server


def test_pages_stand_beside_the_feeds_and_can_not_be_written_to(home: Home, room: Database) -> None:
    alone(room, "herald-1")
    publish_feeds(room, home, outlets=OUTLETS)
    desk = client(home)
    assert "<title>Stories" in desk.get("/").text
    assert "<h1>Feeds</h1>" in desk.get("/feeds/").text
    assert desk.get("/stories.rss").content_type.startswith("application/rss+xml")
    assert desk.get("/feeds/stories.atom").content_type.startswith("application/atom+xml")
    for method in ("POST", "PUT", "DELETE"):
        assert desk.open("/story/herald-1.html", method=method).status_code == 405
    assert desk.get("/story/none.html").status_code == 404
    assert desk.get("/../twosource.db").status_code == 404


def test_every_page_forbids_scripts_from_elsewhere_and_can_be_asked_for_again(home: Home, room: Database) -> None:
    alone(room, "herald-1")
    for path in ("/", "/story/herald-1.html", "/search.html?q=bridge", "/outlet/herald.html", "/none.html"):
        answer = client(home).get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?! src=)|\son\w+=|style=", answer.text)
    tag = client(home).get("/story/herald-1.html").headers["ETag"]
    assert client(home).get("/story/herald-1.html", headers={"If-None-Match": tag}).status_code == 304


def test_a_story_is_found_by_an_id_that_it_had(home: Home, room: Database) -> None:
    alone(room, "herald-1")
    room.execute("insert into story_forwards (old, new, why) values ('wire-9', 'herald-1', 'merged')")
    room.conn.commit()
    assert "Headline of herald-1" in words(page(home, "/story/wire-9.html"))


# ------------------------------------------------------------------------------------------- hostile content


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_an_outlet_prints_is_text_on_every_page(home: Home, room: Database, bad: str) -> None:
    given = {"standfirst": bad, "authors": (bad,), "url": "javascript:alert(1)", "language": 'x" onload="1'}
    one = report(room, "herald-1", headline=bad, body=f"{bad} one\n\ntwo", outlet="herald", **given)
    two = report(room, "wire-2", headline=bad, body=f"{bad} one\n\nthree", minutes=5, **given)
    report(room, "wire-2", headline=bad + " later", body=f"{bad} four", minutes=9, **given)
    story(room, one, two, origins=[("x", bad, ["herald-1", "wire-2"], [bad, bad])])
    room.execute(
        "insert into copies (a, b, share_a, share_b, kind, direction, certainty, reasons, spans, rules)"
        " values ('herald-1', 'wire-2', 1, 1, 'identical', 'a->b', 'certain', ?, '[]', 1)",
        [json.dumps([bad])],
    )
    room.conn.commit()
    paths = ["/", "/story/herald-1.html", "/compare/herald-1/wire-2.html", "/outlet/herald.html", "/corrections.html"]
    for path in [*paths, "/search.html?q=one", "/story/herald-1.atom"]:
        answer = client(home).get(path)
        assert answer.status_code == 200, (path, answer.text)
        for trap in TRAPS:
            assert trap not in answer.text, (path, trap)
        if path.endswith(".atom"):
            assert all(
                link.href.startswith("http")
                for one in feedparser.parse(answer.data).entries
                for link in one.get("links", ())
            )
        else:
            shown = html.fromstring(answer.text)
            assert not shown.xpath(
                "//@onload | //@onerror | //@style | //main//script | //a[starts-with(@href, 'java')]"
            )


def test_template_syntax_and_tags_are_shown_as_they_were_printed(home: Home, room: Database) -> None:
    alone(room, "herald-1", headline="{{ 7 * 7 }} <b>x</b>")
    assert words(page(home, "/story/herald-1.html").find(".//h1")) == "{{ 7 * 7 }} <b>x</b>"


def test_a_headline_of_ten_megabytes_makes_no_page_of_ten_megabytes(home: Home, room: Database) -> None:
    alone(room, "herald-1", headline="A" * 10_000_000)
    for path in ("/", "/story/herald-1.html", "/outlet/herald.html"):
        assert len(client(home).get(path).data) < 100_000


def test_right_to_left_texts_say_so(home: Home, room: Database) -> None:
    alone(room, "herald-1", headline="الجسر مفتوح", language="ar")
    assert page(home, "/story/herald-1.html").find(".//h1").get("dir") == "rtl"
    assert page(home, "/").find(".//li/h2").get("dir") == "rtl"


# ------------------------------------------------------------------------------------------- as files


def written(home: Home, folder: Path, *, limit: int = 1000, texts: bool = True) -> static.SiteWritten:
    with closing(connect_to_read(home.database)) as base:
        ids = contents.last(base, limit)
        pages = Pages(OUTLETS, {}, live=False, texts=texts, held=set(ids))
        return static.publish(
            base, folder, pages, static.Choice(outlets=OUTLETS, settings=Settings(), troubles=[], stories=ids)
        )


def test_a_site_has_no_dead_link_and_needs_no_server(sample_home: Home, tmp_path: Path) -> None:
    written(sample_home, tmp_path / "site", limit=4)
    for file in (tmp_path / "site").rglob("*.html"):
        for link in html.fromstring(file.read_text()).xpath("//@href | //@src"):
            if not link.startswith(("https://", "http://", "#")):
                assert (file.parent / link.partition("#")[0]).is_file(), (file, link)


def test_a_second_writing_touches_nothing_and_a_story_that_is_no_more_goes(sample_home: Home, tmp_path: Path) -> None:
    first = written(sample_home, tmp_path / "site")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "site").rglob("*") if file.is_file()}
    (tmp_path / "site" / "story" / "own.txt").write_text("not ours")
    again = written(sample_home, tmp_path / "site")
    assert (again.written, again.removed) == (0, 0)
    assert again.unchanged == first.written == len(before)
    assert all(file.stat().st_mtime_ns == moment for file, moment in before.items())
    fewer = written(sample_home, tmp_path / "site", limit=2)
    assert fewer.removed
    assert len(list((tmp_path / "site" / "story").glob("*.html"))) == 2
    assert (tmp_path / "site" / "story" / "own.txt").exists()


def test_whole_texts_are_given_on_only_where_both_outlets_allow_it(home: Home, room: Database, tmp_path: Path) -> None:
    one, two = report(room, "herald-1", body="The secret."), report(room, "wire-2", body="The secret.", minutes=5)
    story(room, one, two)
    room.execute(
        "insert into copies (a, b, share_a, share_b, kind, direction, certainty, reasons, spans, rules)"
        " values ('herald-1', 'wire-2', 1, 1, 'identical', 'unknown', 'unknown', '[]', '[]', 1)"
    )
    room.conn.commit()
    written(home, tmp_path / "public", texts=False)
    assert not any("The secret." in file.read_text() for file in (tmp_path / "public").rglob("*.html"))
    written(home, tmp_path / "inside", texts=True)
    assert any("The secret." in file.read_text() for file in (tmp_path / "inside" / "compare").rglob("*.html"))
    shutil.rmtree(tmp_path / "inside")


# ------------------------------------------------------------------------------------------- names and pictures


@pytest.mark.parametrize("id_", ["voa-mx2", "../../etc/passwd", "a/b", "ü", "", ".", "~x", "x" * 110, "\ud800"])
def test_an_id_is_a_files_name_and_back(id_: str) -> None:
    file = render.name(id_)
    assert render.SAFE.fullmatch(file.lstrip("~") or "x")
    assert render.id_of(file) == id_


def test_forty_prints_of_one_text_are_forty_arrows(home: Home, room: Database) -> None:
    made = [report(room, f"herald-{n:02}", minutes=n) for n in range(41)]
    story(room, *made)
    pairs = [
        Copy(a=a.id, b=b.id, share_a=1, share_b=1, kind="identical", direction="a->b", certainty="certain", reasons=())
        for n, a in enumerate(made)
        for b in made[n + 1 :]
    ]
    whole = contents.story(room, "herald-00")
    assert whole
    drawn = provenance.draw(whole.coverage.reports, (), pairs, {})
    assert [arrow.kind for arrow in drawn.arrows] == ["copy"] * 40
