"""The page reader: tables of traps, the shape of the seed's site, and floors on real pages."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import outlets, pages
from scrapers.pages import boilerplate, document
from scrapers.pages.fields import authors, dates, headline, picture
from storage.types import Article, Link, Outlet, Page, Picture, Skipped
from tests.conftest import tried

SHARED = Path(__file__).resolve().parents[2] / "shared"
FETCHED = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROSE = (
    "The ferry left the harbour at noon on Tuesday with forty people on board, the harbour master said.",
    "It returned three hours later because a storm had come up faster than the weather office had forecast.",
    "Nobody was hurt, and the company said that it would run again as soon as the wind had fallen.",
)


def outlet(**more: object) -> Outlet:
    return Outlet(
        id="ferry", name="The Ferry Post", homepage="https://ferry.example/", hosts=("ferry.example",), **more
    )  # type: ignore[arg-type]


def page(html: str | bytes, *, url: str = "https://ferry.example/news/storm", **more: object) -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(url=url, outlet="ferry", fetched=FETCHED, body=body, **{"status": 200, **more})  # type: ignore[arg-type]


def article(
    *, head: str = "", above: str = "", body: str = "", below: str = "", h1: str = "Ferry turns back in a storm"
) -> str:
    text = body or "".join(f"<p>{words}</p>" for words in PROSE)
    return (
        f"<html lang='en'><head><title>{h1} | The Ferry Post</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main><article><h1>{h1}</h1>{above}<div class='text'>{text}</div></article>{below}</main></body></html>"
    )


def read(html: str, **more: object) -> Article:
    seen = pages.read_article(page(html, **more), outlet())
    assert isinstance(seen, Article), seen
    return seen


def linked(**item: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **item})}</script>"


# ------------------------------------------------------------------------------------------------ text


def test_an_article_is_its_paragraphs_and_nothing_around_them() -> None:
    seen = read(article())
    assert seen.headline == "Ferry turns back in a storm"
    assert seen.body == PROSE
    assert seen.language == "en"
    assert seen.published is None
    assert seen.authors == ()


OTHER = "The mayor opens a new market hall on Friday with music and a long speech, and everybody is invited to come."


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(
            f"<div class='related'><h3><a href='/x'>Hall</a></h3><p>{OTHER}</p></div>", id="a block whose class says so"
        ),
        pytest.param(
            f"<section><h2>Related articles</h2><div><p>{OTHER}</p></div></section>", id="a block whose heading says so"
        ),
        pytest.param(f"<aside><p>{OTHER}</p></aside>", id="an aside"),
        pytest.param(f"<section><h2>Читайте также</h2><p>{OTHER}</p></section>", id="a heading in another language"),
        pytest.param(f"<ul><li><a href='/x'>{OTHER}</a></li></ul>", id="a list of links"),
        pytest.param(f"<div hidden><p>{OTHER}</p></div>", id="text that is not shown"),
        pytest.param(f"<footer><p>{OTHER}</p></footer>", id="a footer"),
        pytest.param(
            "<div><p>Sign up for our newsletter and never miss a story from the harbour again.</p></div>",
            id="a newsletter box",
        ),
    ],
)
def test_text_of_another_article_is_never_in_the_body(below: str) -> None:
    assert read(article(below=below)).body == PROSE
    assert read(article(body="".join(f"<p>{words}</p>" for words in PROSE) + below)).body == PROSE


def test_a_repost_of_the_headline_and_captions_are_not_text() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>The ferry in the harbour (AFP)</figcaption></figure>"
    seen = read(article(body=figure + "".join(f"<p>{words}</p>" for words in PROSE)))
    assert seen.body == PROSE
    assert seen.picture is not None
    assert seen.picture.caption == "The ferry in the harbour (AFP)"
    assert seen.picture.credit == "(AFP)"
    assert ("caption", "The ferry in the harbour (AFP)") in {(line.where, line.text) for line in seen.sourcing_lines}


CAPTION = "The ferry in the harbour (AFP)"


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<figure><img src='a.jpg'><figcaption>{CAPTION}</figcaption></figure>", id="a figure"),
        pytest.param(f"<div class='lead-image'><img src='a.jpg'><p>{CAPTION}</p></div>", id="words beside an image"),
        pytest.param(f"<div class='photo-caption'>{CAPTION}</div>", id="a class"),
    ],
)
def test_the_picture_over_the_text_is_the_lead_picture(markup: str) -> None:
    inner = "<figure><img src='b.jpg'><figcaption>The crew (Reuters)</figcaption></figure>"
    seen = read(
        article(above=markup, body=f"<p>{PROSE[0]}</p>{inner}" + "".join(f"<p>{words}</p>" for words in PROSE[1:]))
    )
    assert seen.body == PROSE
    assert seen.picture is not None
    assert (seen.picture.caption, seen.picture.credit) == (CAPTION, "(AFP)")


@pytest.mark.parametrize(
    ("markup", "credit"),
    [
        pytest.param("<figure><img src='/i/ferry-lead.jpg'><figcaption>The quay <span class='img-credit' aria-hidden='true'>"
                     "Jane Roe / AFP</span></figcaption></figure>", "Jane Roe / AFP", id="an element of its own"),
        pytest.param("<div><img src='/i/ferry-lead-800x450.jpg' title='The quay | Foto: dpa'></div>", "Foto: dpa", id="a title"),
        pytest.param("<div><img src='/i/ferry-lead.jpg' alt='The quay at noon (Reuters)'></div>", "(Reuters)", id="an alt"),
    ],
)  # fmt: skip
def test_the_picture_that_the_head_names_shows_its_credit_where_its_site_puts_it(markup: str, credit: str) -> None:
    head = "<meta property='og:image' content='https://ferry.example/i/ferry-lead-1200x630.jpg'>"
    other = "<figure><img src='/i/crew.jpg'><figcaption>The crew (EPA)</figcaption></figure>"
    body = "".join(f"<p>{words}</p>" for words in PROSE)
    seen = read(article(head=head, above=f"<div class='top'>{markup}</div>", body=body + other))
    assert seen.picture is not None
    assert seen.picture.credit == credit


def test_a_teasers_picture_over_the_text_is_not_the_articles() -> None:
    teaser = "<figure><a href='/x'><img src='a.jpg'><figcaption>Another story (AFP)</figcaption></a></figure>"
    seen = read(article(above=teaser))
    assert seen.picture is None or seen.picture.credit is None


@pytest.mark.parametrize("line", ["March 2, 2026 / Herald News", "Source: Delta Wire", "herald.example"])
def test_a_line_under_the_headline_may_be_a_byline_whatever_its_markup(line: str) -> None:
    seen = read(article(above=f"<div class='x1'>{line}</div>"))
    assert ("byline", line) in {(found.where, found.text) for found in seen.sourcing_lines}


def lines(seen: Article) -> set[tuple[str, str]]:
    return {(line.where, line.text) for line in seen.sourcing_lines}


@pytest.mark.parametrize(
    "line", ["Mit Material von dpa", "(AFP/Reuters)", "AFP, Reuters, dpa (ab, cd)", "First published in The Ferry Log.",
             "Джерело: Укрінформ", "sak/Reuters"],
)  # fmt: skip
def test_a_line_in_a_box_behind_the_text_says_whose_work_it_is(line: str) -> None:
    assert ("end", line) in lines(read(article(below=f"<div class='share-tools'><div>{line}</div></div>")))


@pytest.mark.parametrize("line", ["Reuters", "A storm off Bari", "Share", "Log in"])
def test_a_box_behind_the_text_that_does_not_say_whose_work_it_is_is_no_line(line: str) -> None:
    assert ("end", line) not in lines(read(article(below=f"<div class='tools'><div>{line}</div></div>")))


def test_a_label_alone_takes_the_list_below_it() -> None:
    below = "<p><b>Sources:</b></p><ul><li>ferrylog.example</li><li>harbour.example</li></ul>"
    said = lines(read(article(below=below)))
    assert {("end", "Sources: ferrylog.example"), ("end", "Sources: harbour.example")} <= said


@pytest.mark.parametrize(
    ("first", "dateline"),
    [
        ("<span>Bari.</span> ", "Bari."),
        ("<em>Bari</em> · ", "Bari ·"),
        ("<b>Read this:</b> ", None),
        ("<b>Bari</b> ", None),
    ],
)
def test_a_dateline_may_have_an_element_of_its_own(first: str, dateline: str | None) -> None:
    said = lines(read(article(body=f"<p>{first}{PROSE[0]}</p>" + "".join(f"<p>{words}</p>" for words in PROSE[1:]))))
    assert {text for where, text in said if where == "dateline"} == ({dateline} if dateline else set())


def test_a_dateline_may_be_a_block_over_the_text() -> None:
    said = lines(read(article(body="<h6>Bari</h6>" + "".join(f"<p>{words}</p>" for words in PROSE))))
    assert ("dateline", "Bari") in said


def test_of_bylines_inside_each_other_each_word_is_read_once_and_elements_are_kept_apart() -> None:
    above = (
        "<div class='byline'><div class='author'>Jan Novak<span>Associated Press</span></div><div>Follow</div></div>"
    )
    said = [line.text for line in read(article(above=above)).sourcing_lines if line.where == "byline"]
    assert said == ["Jan Novak Associated Press", "Follow"]


def test_a_page_says_what_its_site_is_called() -> None:
    head = "<meta property='og:site_name' content='Ferry Daily News'><title>Ferry turns back | Example</title>"
    seen = read(article(head=head + linked(headline="Ferry turns back", publisher={"name": "Ferry Media"})))
    assert seen.published_by == ("Ferry Daily News", "Ferry Media")


def test_a_standfirst_is_a_field_of_its_own() -> None:
    lead = "Forty people spent three hours at sea before the captain gave up and turned back."
    seen = read(article(above=f"<p class='standfirst'>{lead}</p>"))
    assert (seen.standfirst, seen.body) == (lead, PROSE)


def test_subheads_lists_and_lines_keep_their_order() -> None:
    items = "<ul><li>It came from the west.</li><li>It went to the east.</li></ul>"
    body = f"<p>{PROSE[0]}</p><h2>The storm</h2>{items}<p>{PROSE[1]}</p>"
    assert read(article(body=body)).body == (
        PROSE[0],
        "The storm",
        "It came from the west.",
        "It went to the east.",
        PROSE[1],
    )


def test_an_outlet_can_say_where_its_parts_stand() -> None:
    html = article(
        above="<i class='who'>Ana Ruiz</i>", body=f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p><p class='own-ad'>{OTHER}</p>"
    )
    seen = pages.read_article(
        page(html), outlet(selectors={"authors": ".who", "drop": ".own-ad", "section": "((", "body": ".text"})
    )
    assert isinstance(seen, Article)
    assert (seen.authors, seen.body) == (("Ana Ruiz",), PROSE[:2])


@pytest.mark.parametrize(
    ("words", "what"),
    [("» Read also:", "heading"), ("More from Politics", "heading"), ("Реклама", "line"), ("广告", "line")],
)
def test_furniture_is_known_in_many_languages(words: str, what: str) -> None:
    assert boilerplate.is_heading(words) if what == "heading" else boilerplate.is_line(words)


# ------------------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param("", None, id="nothing says a date"),
        pytest.param(
            "<meta property='article:published_time' content='2026-01-06T14:16:29+01:00'>",
            "2026-01-06 13:16",
            id="a zone",
        ),
        pytest.param("<meta name='date' content='2026-01-06'>", "2026-01-06 00:00", id="a day"),
        pytest.param("<meta name='date' content='06.01.2026'>", "2026-01-06 00:00", id="dots: day first"),
        pytest.param("<meta name='date' content='2099-01-06'>", None, id="after the fetch"),
        pytest.param("<meta name='date' content='2026-13-45T99:99'>", None, id="no date at all"),
        pytest.param("<meta name='date' content='yesterday'>", None, id="a date that hangs on today"),
        pytest.param("<meta name='copyright' content='2026'>", None, id="a year of copyright"),
        pytest.param(linked(datePublished="2026-01-06T14:16:29Z"), "2026-01-06 14:16", id="json-ld"),
        pytest.param(linked(datePublished=[None, 5]), None, id="json-ld that says nonsense"),
    ],
)
def test_a_date_comes_only_from_an_element_that_states_it(head: str, expected: str | None) -> None:
    found = read(article(head=head)).published
    assert (found and f"{found:%Y-%m-%d %H:%M}") == expected


def test_a_date_in_the_text_is_no_date_of_publication() -> None:
    body = f"<p>{PROSE[0]}</p><p>{PROSE[1]} It had last happened on 3 March 2024.</p><p>© 2026 The Ferry Post.</p>"
    assert read(article(body=body)).published is None


def test_a_moment_says_what_it_leaves_open() -> None:
    assert dates.parse_date("2026-01-06T14:16") == (datetime(2026, 1, 6, 14, 16, tzinfo=UTC), "no zone given")
    assert dates.parse_date("2026-01-06") == (datetime(2026, 1, 6, tzinfo=UTC), "day only")


# ------------------------------------------------------------------------------------------------ corrections

WRONG = "An earlier version gave the wrong pier."


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        pytest.param("", "", (), id="nothing was corrected"),
        pytest.param(linked(datePublished="2026-01-06T14:16:29Z", correction=[]), "", (), id="an empty list"),
        pytest.param(
            linked(datePublished="2026-01-06T14:16:29Z", correction={"@type": "CorrectionComment", "text": WRONG}),
            "",
            (WRONG,),
            id="a comment",
        ),
        pytest.param(
            linked(datePublished="2026-01-06T14:16:29Z", correction=[WRONG, {"text": "So was <b>its</b> name."}]),
            "",
            (WRONG, "So was its name."),
            id="two",
        ),
        pytest.param(
            linked(datePublished="2026-01-06T14:16:29Z", correction="https://a.example/corrections#7"),
            "",
            (),
            id="another document",
        ),
        pytest.param(linked(datePublished="2026-01-06T14:16:29Z", correction={"text": 5}), "", (), id="nonsense"),
        pytest.param("", f"<p itemprop=correction>{WRONG}</p>", (WRONG,), id="marked in the text"),
        pytest.param(
            linked(datePublished="2026-01-06T14:16:29Z", correction=WRONG),
            f"<p itemprop=correction>{WRONG}</p>",
            (WRONG,),
            id="said twice",
        ),
        pytest.param(
            "", "<p>Correction: the pier is the other one.</p>", (), id="only printed: in the text, not marked"
        ),
    ],
)
def test_a_page_says_itself_what_was_corrected_in_it(head: str, body: str, expected: tuple[str, ...]) -> None:
    text = "".join(f"<p>{line}</p>" for line in PROSE)
    assert read(article(head=head, body=text + body)).corrections == expected


# ------------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("By Ana Ruiz and Tom Lee", ("Ana Ruiz", "Tom Lee")),
        ("Von Ina Kowalski, dpa", ("Ina Kowalski",)),
        ("Ярослав Кузьмин", ("Ярослав Кузьмин",)),
        ("Reuters", ()),
        ("Associated Press", ()),
        ("Agence France-Presse", ()),
        ("Politics", ()),
        ("Staff Reporter", ()),
        ("Guardian staff reporter", ()),
        ("newsroom@ferry.example", ()),
        ("https://ferry.example/author/7", ()),
        ("The Ferry Post", ()),
        ("admin", ()),
        ("Редакция", ()),
        ("Haber Merkezi", ()),
        ("", ()),
    ],
)
def test_an_author_is_a_person(said: str, expected: tuple[str, ...]) -> None:
    assert authors.read_authors([("meta author", said)], ["The Ferry Post"])[0] == expected


def test_an_agency_in_the_author_field_is_a_sourcing_line() -> None:
    seen = read(
        article(
            head=linked(headline="Ferry turns back in a storm", author={"@type": "Person", "name": "Associated Press"})
        )
    )
    assert seen.authors == ()
    assert ("meta", "Associated Press") in {(line.where, line.text) for line in seen.sourcing_lines}


# ------------------------------------------------------------------------------------------------ head and bytes


@pytest.mark.parametrize(
    "script",
    [
        '{"@graph":[{"@type":"WebSite","name":"x"},{"@type":["NewsArticle"],"headline":"H","datePublished":"2026-01-06T10:00Z"}]}',
        '[{"@type":"https://schema.org/NewsArticle","headline":"H","datePublished":"2026-01-06T10:00Z",}]',
        '<!-- {"@type":"NewsArticle","headline":"H","datePublished":"2026-01-06T10:00Z"} -->',
        '{"@type":"NewsArticle","headline":"H\nH","description":"it\\\'s","datePublished":"2026-01-06T10:00Z"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;H&quot;,&quot;datePublished&quot;:&quot;2026-01-06T10:00Z&quot;}",
    ],
)
def test_json_ld_is_read_in_all_its_shapes(script: str) -> None:
    seen = read(article(head=f"<script type='application/ld+json'>{script}</script>"))
    assert seen.published == datetime(2026, 1, 6, 10, tzinfo=UTC)


def test_the_headline_is_the_displayed_one_without_the_site() -> None:
    assert headline.agree("Ferry turns back in a storm", "Ferry turns back")
    html = article().replace("<h1>Ferry turns back in a storm</h1>", "<h1>The Ferry Post</h1>")
    assert read(html).headline == "Ferry turns back in a storm"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://www.ferry.example/news/storm-2?utm_source=x", "https://ferry.example/news/storm-2"),
        ("https://ferry.example/", "https://ferry.example/news/storm"),
        ("https://other.example/news/storm", "https://ferry.example/news/storm"),
        ("http://[::1", "https://ferry.example/news/storm"),
    ],
)
def test_a_canonical_address_counts_when_it_is_sane(canonical: str, expected: str) -> None:
    assert read(article(head=f"<link rel='canonical' href='{canonical}'>")).url == expected


def test_a_wrong_charset_is_found_out() -> None:
    html = article(h1="Šibenik: trajekt se vratio zbog oluje")
    assert "Šibenik" in document.decoded(html.encode("utf-8"), "text/html; charset=iso-8859-1")
    assert "Šibenik" in document.decoded(html.encode("windows-1250"), "text/html; charset=windows-1250")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b""), "the page is empty"),
        (page("gone", status=404), "the server answered 404"),
        (page(b"%PDF-1.4", content_type="application/pdf"), "not HTML (application/pdf)"),
        (page("<rss><channel></channel></rss>"), "a feed or sitemap, no page"),
        (page("no markup at all"), "not HTML (no element in it)"),
        (page(article(), url="https://ferry.example/"), "the site's first page, a list of links"),
        (page("<title>Just a moment...</title><p>Checking.</p>"), "the server asks whether we are a robot"),
        (page("<html><body><div id=root></div></body></html>"), "the page has no text (perhaps it needs JavaScript)"),
        (page("<html><body>" + "<p><a href='/x'>Mayor opens a hall in the old town</a></p>" * 30), "a list of links"),
    ],
)
def test_a_page_that_is_no_article_says_why(answer: Page, reason: str) -> None:
    assert pages.read_article(answer, outlet()) == Skipped(reason=reason)


ITEM = '{"@type":"NewsArticle","headline":[1],"author":{"name":{"a":1}},"datePublished":5}'
PIECES = (
    "<p>",
    "<div class='article-body'>",
    "<h1>",
    "</div>",
    "<table><tr><td>",
    "<br><br>",
    "<frameset>",
    "\x00",
    PROSE[0],
)
PIECES += (f"<script type='application/ld+json'>{ITEM}</script>", "<time datetime='2020-99-99'>")
PIECES += ("<a href='http://['>one two three four five</a>", "<link rel=canonical href='http://[::1'>")


@given(
    st.lists(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=20), max_size=40).map(b"".join),
    st.sampled_from([None, "text/html; charset=utf-16", "€"]),
)
@tried(150)
def test_no_bytes_make_the_reader_fail(body: bytes, content_type: str | None) -> None:
    answer = page(body, content_type=content_type)
    assert isinstance(pages.read_article(answer, outlet()), (Article, Skipped))
    pages.teaser_links(answer, outlet())


# ------------------------------------------------------------------------------------------------ the seed's site

TEASER = """<div class="views-row"><div class="label">Editor's choice</div><div class="section">News</div>
<h3><a href="/news/{0}">{1}</a></h3><h4><a href="/news/{0}">{1}</a></h4><p>{2}</p></div>"""


def drupal(title: str, paragraphs: list[str], teasers: list[tuple[str, str, str]]) -> str:
    """Markup of commonspace.eu's kind: the article, then blocks that repeat the same teasers."""
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    rows = "".join(TEASER.format(*teaser) for teaser in teasers)
    return f"""<html lang="en"><head><title>{title} | commonspace.eu</title></head><body><div class="region region-content">
    <article class="node node--type-news"><h1 class="page-title">{title}</h1>
    <div class="field field--name-body">{body}</div></article>
    <section class="block"><h2>Related articles</h2><div class="view-content">{rows}</div></section>
    <section class="block"><h2>Popular</h2><div class="view-content">{rows}</div></section>
    </div></body></html>"""


def check_seed(title: str, paragraphs: list[str], lines: list[str], teasers: list[tuple[str, str, str]]) -> None:
    known = outlets.load_outlets()[0]["commonspace"]
    answer = page(drupal(title, paragraphs + lines, teasers), url="https://www.commonspace.eu/index.php/news/termez")
    seen = pages.read_article(answer, known)
    assert isinstance(seen, Article)
    assert seen.headline == title
    assert seen.url == "https://commonspace.eu/news/termez"
    assert list(seen.body) == [" ".join(words.split()) for words in paragraphs]
    assert [line.text for line in seen.sourcing_lines if line.where == "end"][-2:] == lines
    assert [link.title for link in pages.teaser_links(answer, known)] == [teaser[1] for teaser in teasers]


def test_a_page_of_the_seeds_kind_gives_its_text_its_credits_and_each_teaser_once() -> None:
    check_seed(
        "Ferry turns back in a storm on the lake",
        [*PROSE, "The wind is expected to fall on Wednesday."],
        [
            "Sources: Ferry Post with Lake Radio (Bern), and other media agencies",
            "Picture: The ferry in the harbour (AFP)",
        ],
        [("hall", "Mayor opens a new market hall", OTHER), ("bridge", "Council votes on the old bridge", OTHER * 6)],
    )


def test_the_seed_itself_gives_four_paragraphs_and_two_teasers(shared: Path) -> None:
    text = (shared / "seed" / "commonspace-termez.txt").read_text("utf-8").split("Related articles")
    title, *parts = [line.strip() for line in text[0].splitlines() if line.strip()]
    teased = [line.strip() for line in text[1].split("Popular")[0].splitlines() if len(line) > 30]
    teasers = [("a", teased[0], teased[2]), ("b", teased[3], teased[5])]
    assert len(parts) == 6
    check_seed(title, parts[:4], parts[4:], teasers)


# ------------------------------------------------------------------------------------------------ real pages


def test_the_reader_keeps_its_figures_on_real_pages(shared: Path, tmp_path: Path) -> None:
    """Floors are the figures of the day less one page: bodies of 181 pages, and all of the outlets' 23."""
    spec = importlib.util.spec_from_file_location(
        "eval_reading", Path(__file__).parents[1] / "bench" / "eval_reading.py"
    )
    assert spec is not None
    assert spec.loader is not None
    reading = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reading)
    seen = tmp_path / "read.jsonl"
    reading.write(shared / "pages" / "real-pages.warc.gz", seen)
    scorer = [
        sys.executable,
        str(shared / "pages" / "body_score.py"),
        str(shared / "pages" / "truth.jsonl.gz"),
        str(seen),
    ]
    figures = reading.figures(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    assert figures["aeb"]["F1"] >= 0.965
    assert figures["aeb"]["accuracy"] >= 0.49
    assert figures["fundus"]["F1"] >= 0.99
    assert figures["fundus"]["day"] >= 0.95


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("A bridge near Termez (AFP)", "(AFP)"),
        ("A bridge. Photo: Ana Ruiz/Reuters", "Photo: Ana Ruiz/Reuters"),
        ("Ein Haus © dpa", "© dpa"),
        ("A bridge over the river", None),
    ],
)
def test_a_credit_is_found_in_a_caption(caption: str, credit: str | None) -> None:
    assert picture.credit_in(caption) == credit


def test_a_text_that_stands_only_in_a_scripts_data_is_read() -> None:
    paragraphs = [f"The council met for the {n}th time and spoke at length about the bridge." for n in range(6)]
    state = {"props": {"menu": ["News", "Sport"], "story": {"content": [{"type": "p", "text": p} for p in paragraphs]}}}
    html = (
        "<html><head><title>The bridge opens | The Herald</title><meta property='og:title' content='The bridge opens'>"
        f"</head><body><div id='root'></div><script id='__NEXT_DATA__' type='application/json'>{json.dumps(state)}"
        "</script></body></html>"
    )
    found = pages.read_article(page(html), outlet())
    assert isinstance(found, Article)
    assert found.body == tuple(paragraphs)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<p>{PROSE[0]}</p>" * 30_000, id="paragraphs without end"),
        pytest.param(f"<p>{PROSE[0]}<br><br></p>" * 30_000, id="lines without end"),
        pytest.param("<div class='byline'>By Ana Ruiz</div>" * 20_000 + f"<p>{PROSE[0]}</p>", id="bylines without end"),
    ],
)
def test_a_page_without_end_is_said_to_be_one_and_costs_no_second(body: str) -> None:
    began = time.process_time()
    seen = pages.read_article(page(article(body=body)), outlet())
    assert seen == Skipped(reason="more than 5,000 blocks of text, no article")
    assert time.process_time() - began < 1.5  # 0.1 s on a quiet machine; without the bound up to 1.6 s


def test_what_a_feed_says_of_a_page_counts_where_the_page_says_nothing() -> None:
    link = Link(
        url="https://ferry.example/storm",
        kind="feed",
        found_on="https://ferry.example/feed",
        title="Ferry turns back in a storm",
        authors=("Ana Ruiz",),
        credit="Tom Lee/Reuters",
    )
    text = "<p>The ferry left the harbour at noon on Tuesday with forty people on board, its master said.</p>" * 3
    silent = replace(page(f"<body><div><h1>Port</h1><h1>Ferry turns back</h1>{text}</div>"), link=link)
    found = pages.read_article(silent, outlet())
    assert isinstance(found, Article)
    assert (found.headline, found.evidence["headline"]) == ("Ferry turns back", "h1, as in feed or sitemap")
    assert (found.authors, found.evidence["authors"]) == (("Ana Ruiz",), "feed or sitemap")
    assert found.picture == Picture(credit="Tom Lee/Reuters")
