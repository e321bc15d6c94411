# ruff: noqa: E501 - a case stands on one line
"""Pages as they come: dates in other people's words, damaged JSON-LD, odd bytes, notices that are no articles."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from scrapers import pages
from scrapers.pages.printed_dates import from_jalali, printed
from scrapers.store_page import read_and_store
from storage import articles
from storage.db import connect
from storage.types import Article, Outlet, Page, Skipped

OUTLET = Outlet(id="pier", name="The Pier", homepage="https://pier.example/", hosts=("pier.example",))
FETCHED = datetime(2026, 5, 20, 12, tzinfo=UTC)
LINES = (
    "The harbour board voted on Monday to close the old pier for two years, its chairman said after the meeting.",
    "Boats will land at the coal quay until the new piles stand, and passengers will pay nothing for the longer walk.",
    "Two builders have handed in their prices, and the cheaper one asks for a third more than the board had put aside.",
)


def page(html: str | bytes, url: str = "https://pier.example/news/old-pier") -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(url=url, outlet="pier", fetched=FETCHED, status=200, body=body, content_type="text/html")


def article(head: str = "", above: str = "", lang: str = "en", top: str = "Old pier closes for two years") -> str:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    return f"<html lang='{lang}'><head><title>{top}</title>{head}</head><body><article><h1>{top}</h1>{above}{text}</article></body></html>"


def read(html: str | bytes) -> Article:
    said = pages.read_article(page(html), OUTLET)
    assert isinstance(said, Article), said
    return said


@pytest.mark.parametrize(
    ("words", "lang", "expected"),
    [
        ("12 May 2026, 14:30", "en", "2026-05-12 14:30 no zone given"),
        ("Published: May 12th, 2026 9:30 PM IST", "en", "2026-05-12 16:00 "),
        ("Last updated 3:12 p.m. ET, Tue May 12, 2026", "en", "2026-05-12 19:12 "),
        ("Publié le 12 mai 2026 à 14h30", "fr", "2026-05-12 14:30 no zone given"),
        ("12 de maio de 2026 às 14h30", "pt", "2026-05-12 14:30 no zone given"),
        ("12.05.2026, 14.30 Uhr", "de", "2026-05-12 14:30 no zone given"),
        ("Опубликовано 12 мая 2026 года, 14:30 МСК", "ru", "2026-05-12 11:30 "),
        ("12 maja 2026", "pl", "2026-05-12 00:00 day only"),
        ("12. listopada 2025.", "hr", "2025-10-12 00:00 day only"),
        ("12 listopada 2025", "pl", "2025-11-12 00:00 day only"),
        ("2026. május 12. 14:30", "hu", "2026-05-12 14:30 no zone given"),
        ("24 نيسان / أبريل 2020 09:22 مساءً", "ar", "2020-04-24 21:22 no zone given"),
        ("الثلاثاء 25 ذو القعدة 1447 هـ", "ar", "2026-05-12 00:00 day only"),
        ("الثلاثاء 25 ذو القعدة 1447 هـ الموافق 13 مايو 2026", "ar", "2026-05-13 00:00 day only"),
        ("12 พ.ค. 69 14:30 น.", "th", "2026-05-12 14:30 no zone given"),
        ("ngày 12 tháng 5 năm 2026", "vi", "2026-05-12 00:00 day only"),
        ("2026 yil 12 may", "uz", "2026-05-12 00:00 day only"),
        ("2026 оны 5-р сарын 12", "mn", "2026-05-12 00:00 day only"),
        ("民國115年5月12日", "zh", "2026-05-12 00:00 day only"),
        ("12 mai 2026 à 14 heures 30", "fr", "2026-05-12 14:30 no zone given"),
        ("Τρίτη 12 Μαΐου 2026, 14:30", "el", "2026-05-12 14:30 no zone given"),
        ("منگل، 12 مئی، 2026", "ur", "2026-05-12 00:00 day only"),
        ("2026 m. gegužės 12 d. 14:30", "lt", "2026-05-12 14:30 no zone given"),
        ("2026. gada 12. maijs", "lv", "2026-05-12 00:00 day only"),
        ("12 Mayıs 2026 - 14:30", "tr", "2026-05-12 14:30 no zone given"),
        ("۱۲ مه ۲۰۲۶ - ۱۴:۳۰", "fa", "2026-05-12 14:30 no zone given"),
        ("۲۲ اردیبهشت ۱۴۰۵ - ۱۴:۳۰", "fa", "2026-05-12 14:30 no zone given"),
        ("١٢ مايو ٢٠٢٦", "ar", "2026-05-12 00:00 day only"),
        ("12 أيار 2026 الساعة 14:30", "ar", "2026-05-12 14:30 no zone given"),
        ("১২ মে ২০২৬, ১৪:৩০", "bn", "2026-05-12 14:30 no zone given"),
        ("12 मई 2026, 14:30", "hi", "2026-05-12 14:30 no zone given"),
        ("12 במאי 2026 14:30", "he", "2026-05-12 14:30 no zone given"),
        ("12 พฤษภาคม 2569 14:30 น.", "th", "2026-05-12 14:30 no zone given"),
        ("2026年5月12日 14時30分", "ja", "2026-05-12 14:30 no zone given"),
        ("令和8年5月12日", "ja", "2026-05-12 00:00 day only"),
        ("2026년 5월 12일 오후 2:30", "ko", "2026-05-12 14:30 no zone given"),
        ("12/05/2026 14:30 UTC+03:00", "es", "2026-05-12 11:30 "),
    ],
)
def test_a_moment_is_read_as_its_language_prints_it(words: str, lang: str, expected: str) -> None:
    (said,) = printed(words, lang)
    assert f"{said.moment.astimezone(UTC):%Y-%m-%d %H:%M} {said.leaves_open}" == expected


@pytest.mark.parametrize(
    "words",
    [
        "05/11/2026 14:30",
        "May 2026",
        "yesterday at 14:30",
        "12 Ramadan 1447",
        "99 May 2026",
        "9.8 /10",
        "Score: 7.5-10",
    ],
)
def test_what_leaves_the_day_open_states_none(words: str) -> None:
    assert printed(words, "en") == []


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_each_solar_hijri_day_is_the_day_after_the_one_before(day: date) -> None:
    after = {from_jalali(y, 1, 1).toordinal() - from_jalali(y - 1, 1, 1).toordinal() for y in range(1330, 1470)}
    assert after == {365, 366}
    year = day.year - 621 if (day.month, day.day) >= (3, 22) else day.year - 622
    assert abs((from_jalali(year, 1, 1) - date(year + 621, 3, 21)).days) <= 1


PRINTED_IN = [
    "af",
    "am",
    "ar",
    "be",
    "bg",
    "bn",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "el",
    "en",
    "en_GB",
    "es",
    "et",
    "eu",
    "fa_AF",
    "fi",
    "fr",
    "fr_CA",
    "ga",
    "gl",
    "gu",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ja",
    "ka",
    "kk",
    "km",
    "kn",
    "ko",
    "ky",
    "lo",
    "lt",
    "lv",
    "mk",
    "ml",
    "mr",
    "ms",
    "my",
    "ne",
    "nl",
    "pa",
    "pl",
    "ps",
    "pt",
    "ro",
    "ru",
    "si",
    "sk",
    "sl",
    "sq",
    "sr",
    "sr_Latn",
    "sv",
    "sw",
    "ta",
    "te",
    "th",
    "tr",
    "uk",
    "ur",
    "uz",
    "vi",
    "zh",
    "zh_Hant",
]


@pytest.mark.parametrize("locale", PRINTED_IN)
def test_each_day_is_read_back_as_its_language_writes_it(locale: str) -> None:
    lengths: tuple[Literal["full", "long", "medium"], ...] = ("full", "long", "medium")
    days = [date(2024, month, day) for month in range(1, 13) for day in (3, 12, 28)]
    written = {format_date(day, length, locale=locale): day for day in days for length in lengths}
    read = {words: [one.moment.date() for one in printed(words, locale.split("_")[0], "GB")] for words in written}
    assert read == {words: [day] for words, day in written.items()}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(article(above="<p>Posted on</p><p>12 May 2026</p>"), "2026-05-12", id="label on a line of its own"),
        pytest.param(article(above="<p>Last updated:</p><p>12 May 2026</p>"), None, id="label of a change on a line of its own"),
        pytest.param(
            article(above=f"<div class='share'>Share</div><p>{LINES[0]}</p><div class='field-publishing-date'>12.05.2026</div>", lang="de"),
            "2026-05-12",
            id="under the first paragraph",
        ),
        pytest.param(
            article(above="<nav><p>Share</p><p>Print</p><p>Send</p></nav>" * 4 + "<p>12 May 2026</p>"), "2026-05-12", id="under many buttons"
        ),
        pytest.param(
            article('<script>{"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2026-05-12"}</script>'),
            "2026-05-12",
            id="JSON-LD without its type",
        ),
        pytest.param(article(above="<p>۱۲ مه ۲۰۲۶</p>").replace(" lang='en'", "").replace(LINES[0], "هیئت بندر روز دوشنبه رأی داد. " * 9), "2026-05-12", id="language by the text's letters"),
    ],
)  # fmt: skip
def test_a_printed_date_is_found_where_it_stands(html: str, expected: str | None) -> None:
    published = read(html).published
    assert (published.date().isoformat() if published else None) == expected


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        pytest.param(
            "2026-05-13T02:41:00Z",
            "<p>Ana Ruiz 12/5/2026 22:41</p>",
            "2026-05-13 02:41 -240",
            id="a clock without a zone",
        ),
        pytest.param(
            "2026-05-13T02:41:09Z",
            "<p><time datetime='2026-05-12T19:41:09-07:00'>May 12</time></p>",
            "2026-05-13 02:41 -420",
            id="zone",
        ),
        pytest.param("2026-05-13T02:41:00Z", "<p>12/5/2026 22:53</p>", "2026-05-13 02:41 0", id="another minute"),
        pytest.param("2026-05-13T02:41:00Z", "<p>13/5/2026 02:41</p>", "2026-05-13 02:41 0", id="a clock in UTC"),
        pytest.param(
            "2026-05-13T02:41:00+02:00", "<p>12/5/2026 22:41</p>", "2026-05-13 00:41 120", id="a zone of its own"
        ),
    ],
)
def test_a_moment_in_utc_has_the_zone_of_the_pages_own_clock(head: str, above: str, expected: str) -> None:
    said = read(article(f"<meta property='article:published_time' content='{head}'>", above, lang="es"))
    assert said.published is not None
    assert f"{said.published:%Y-%m-%d %H:%M} {said.zone}" == expected


def test_a_date_that_machines_fill_yields_to_a_printed_one_with_a_label() -> None:
    head = "<meta name='date' content='2026-05-20T11:40:00Z'>"
    assert read(article(head, "<p>Published 3 May 2026 14:30</p>")).published == datetime(
        2026, 5, 3, 14, 30, tzinfo=UTC
    )
    assert read(article(head, "<p>The harbour, 3 May 2026</p>")).published == datetime(2026, 5, 20, 11, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        pytest.param("<p>3 March 2026</p>", "2026-03-03", id="earlier: the head has the day of an export"),
        pytest.param("<p>11 May 2026</p>", "2026-05-12", id="the evening before may be the same moment elsewhere"),
        pytest.param("<p>18 May 2026</p>", "2026-05-12", id="later: a change that does not say so"),
        pytest.param("<p>Updated 3 March 2026</p>", "2026-05-12", id="a change"),
        pytest.param("<time pubdate datetime='2026-03-03'>3 March</time>", "2026-03-03", id="marked as the day of publication"),
        pytest.param("<div class='related'><p>Trams stop at noon</p><p class=date>3 March 2026</p></div>", "2026-05-12",
                     id="of another article"),
    ],
)  # fmt: skip
def test_a_day_in_print_that_is_earlier_than_the_heads_is_the_articles(above: str, expected: str) -> None:
    said = read(article("<meta property='article:published_time' content='2026-05-12T09:30:00Z'>", above))
    assert str(said.published)[:10] == expected


def test_a_date_opens_a_line_that_says_more() -> None:
    line = "12/05/2026 - 04:30 - Fonte: Agência do Porto - Foto: Ana Ruiz/Porto de Pedra e Areia"
    assert read(article(above=f"<p>{line}</p>", lang="pt")).published == datetime(2026, 5, 12, 4, 30, tzinfo=UTC)


def test_the_address_tells_the_day_last() -> None:
    said = pages.read_article(page(article(), "https://pier.example/2026/05/12/old-pier"), OUTLET)
    assert isinstance(said, Article)
    assert (said.published, said.evidence["published"]) == (datetime(2026, 5, 12, tzinfo=UTC), "address, day only")
    said = pages.read_article(
        page(article(above="<p>11 May 2026</p>"), "https://pier.example/2026/05/12/old-pier"), OUTLET
    )
    assert isinstance(said, Article)
    assert said.published == datetime(2026, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pier.example/2026/05/old-pier", "2026-05-03"),  # the address says the month
        ("https://pier.example/2026/march/old-pier", "2026-03-05"),
        ("https://pier.co.uk/news/old-pier", "2026-05-03"),
        ("https://pier.example/news/old-pier", None),
    ],
)
def test_the_order_of_a_slash_date_is_told_by_the_address(url: str, expected: str | None) -> None:
    said = pages.read_article(page(article(above="<p class='date'>03/05/2026</p>"), url), OUTLET)
    assert isinstance(said, Article)
    assert (said.published.date().isoformat() if said.published else None) == expected


def test_slash_dates_of_a_page_have_one_order() -> None:
    above = "<p class=date>05/04/2026</p><div class=more><p>Ferries on 24/04/2026</p></div>"
    assert str(read(article(above=above)).published)[:10] == "2026-04-05"
    assert read(article(above="<p class=date>05/04/2026</p>")).published is None
    assert str(read(article(above="<p class=date>05/04/2026</p>", lang="en-US")).published)[:10] == "2026-05-04"


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        ("<meta property='article:published_time' content='2026-05-12 9:30:00 PM'>", "", "2026-05-12 21:30"),
        ("<meta name=date content='2026-05-12 21:30:00 EST'>", "", "2026-05-13 02:30"),
        ("<meta name=date content='2026-05-20T11:59:00Z'>", "<p>Posted 3 May 2026 14:30</p>", "2026-05-03 14:30"),
        ("", "<time datetime='2026-05-12T09:30:00Z'>today</time>", "2026-05-12 09:30"),
        ("", "<p>Updated: 14 May 2026. Published: 12 May 2026</p>", "2026-05-12 00:00"),
        ("", "<p>By Ana Ruiz, 12 May 2026</p>", "2026-05-12 00:00"),
        (
            "",
            "<p>The board first spoke of it on 12 May 2026, when a storm had taken three of the piles away again.</p>",
            "None",
        ),
    ],
)
def test_the_date_beside_the_headline_is_found(head: str, above: str, expected: str) -> None:
    assert str(read(article(head, above)).published)[:16] == expected


@pytest.mark.parametrize(
    "line",
    [
        "<p>Updated: 14 May 2026, 10:00</p>",
        "<p>Last updated: <time datetime='2026-05-14T10:00:00Z'>14 May 2026, 10:00</time></p>",
        "<p>Geändert am <b><time datetime='2026-05-14T10:00:00Z'>14. Mai 2026, 10:00</time></b></p>",
        "<div class=date>Updated <time datetime='2026-05-14T10:00:00Z'>14 May 2026, 10:00</time></div>",
        "<p>Last updated:</p><div class=date><time datetime='2026-05-14T10:00:00Z'>14 May 2026, 10:00</time></div>",
    ],
)
def test_a_change_is_no_publication(line: str) -> None:
    said = read(article(above=line, lang="de" if "Mai" in line else "en"))
    assert (said.published, str(said.modified)[:16]) == (None, "2026-05-14 10:00")


def test_a_day_stands_up_to_three_lines_over_the_headline() -> None:
    html = article().replace(
        "<article>", "<article><div>Published</div><div>12 May 2026</div><div>in</div><div>Harbour</div>"
    )
    assert str(read(html).published)[:10] == "2026-05-12"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p><a href='/author/ana-ruiz/'>Ana Ruiz</a></p>", ("Ana Ruiz",)),
        ("<p><a href='/autoren/17'>gnaddrig</a></p>", ("gnaddrig",)),
        ("<p><a href='/author/180/'>著者：後藤大地</a></p>", ("後藤大地",)),
        (
            "<p><a href='/author/ana/'>Ana Ruiz</a></p><p><a href='/author/tom/'>Tom Lee</a></p>",
            ("Ana Ruiz", "Tom Lee"),
        ),
        ("<p>Share</p><p><a href='/author/pier/'>The Pier</a></p>", ()),
        ("<p><a href='/people/ana-ruiz/'>Ana Ruiz</a></p>", ()),
        ("<div class=related><a href='/author/ana-ruiz/'>Ana Ruiz</a></div>", ()),
    ],
)
def test_a_link_to_an_authors_page_names_the_author(line: str, expected: tuple[str, ...]) -> None:
    assert read(article(above=line)).authors == expected


CARD = "Ana Ruiz is a reporter in the harbour town, where she has lived since the old pier was built."


@pytest.mark.parametrize(
    ("head", "above", "below", "expected"),
    [
        (
            "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ana Ruiz'>",
            "",
            "",
            ("Ana Ruiz",),
        ),
        (
            "<meta name=twitter:label2 content='Verfasst von'><meta name=twitter:data2 content='Ana Ruiz'>",
            "",
            "",
            ("Ana Ruiz",),
        ),
        ("<meta name=twitter:label1 content='Reading time'><meta name=twitter:data1 content='Ana Ruiz'>", "", "", ()),
        ("", "<div>Written by:<b>Ana Ruiz</b></div>", "", ("Ana Ruiz",)),
        ("", "<div>by Ana Ruiz ● 12 May 2026 ● 6 min read</div>", "", ("Ana Ruiz",)),
        ("", "<div>By Ana Ruiz</div>" + "<div>Share</div>" * 12, "", ("Ana Ruiz",)),
        ("", "<div>Ana Ruiz</div>", f"<div>{CARD}</div>", ("Ana Ruiz",)),
        ("", "", f"<h3>Ana Ruiz</h3><div>{CARD}</div>", ("Ana Ruiz",)),
        ("", "<div>Ana Ruiz</div>", "", ()),
        ("", "", f"<div>{CARD}</div>", ()),
        ("", "", f"<div class=related><h3>Ana Ruiz</h3><div>{CARD}</div></div>", ()),
    ],
)
def test_an_author_is_named_by_a_label_or_a_card(head: str, above: str, below: str, expected: tuple[str, ...]) -> None:
    assert read(article(head, above).replace("</article>", f"{below}</article>")).authors == expected


def test_a_body_that_says_whether_comments_are_open_is_none() -> None:
    html = article(above="<p class=byline>Ana Ruiz</p>").replace("<body>", "<body class='single comments-closed'>")
    assert read(html).authors == ("Ana Ruiz",)


ITEM = '{"@type":"NewsArticle","headline":"Old pier closes for two years","datePublished":"2026-05-12T09:30:00+04:00"%s"author":{"@type":"Person","name":"Ana Ruiz"}}'
OTHER = '{"@type":"NewsArticle","headline":"Trams stop at noon","url":"https://pier.example/trams","datePublished":"2025-01-01T00:00:00Z","author":{"name":"Tom Lee"}}'


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("// <![CDATA[\n" + ITEM % "," + "\n// ]]&gt;", id="comments with an escaped end"),
        pytest.param("/* the article */ " + ITEM % ",", id="a comment"),
        pytest.param(ITEM % "\n", id="a comma is missing"),
        pytest.param('{"@type":"Organization","name":"The Pier"}\n' + ITEM % ",", id="two objects in a script"),
        pytest.param(f"[{OTHER},{ITEM % ','}]", id="another article stands first"),
        pytest.param(ITEM % ',"description":"a "new" pier",', id="quotes that are not escaped"),
        pytest.param(
            '[{"@id":"#ana","name":"Ana Ruiz"},'
            + (ITEM % ",").replace('{"@type":"Person","name":"Ana Ruiz"}', '{"@id":"#ana"}')
            + "]",
            id="an author by reference, without a type",
        ),
    ],
)
def test_json_ld_is_read_as_it_comes(script: str) -> None:
    said = read(article(f"<script type='application/ld+json'>{script}</script>"))
    assert (str(said.published)[:16], said.zone, said.authors) == ("2026-05-12 05:30", 240, ("Ana Ruiz",))


def test_the_date_and_author_of_another_article_are_never_this_ones() -> None:
    said = read(article(f"<script type='application/ld+json'>{OTHER}</script>"))
    assert (said.published, said.authors) == (None, ())


@pytest.mark.parametrize(
    ("top", "reason"),
    [
        ("Page not found | The Pier", "not there"), ("Oops! Seite nicht gefunden", "not there"), ("お探しのページは見つかりません", "not there"),
        ("Страница не найдена", "not there"), ("Error establishing a database connection", "error"), ("Site en maintenance", "maintenance"),
        ("Wij gebruiken cookies", "consent"), ("Szanujemy Twoją prywatność", "consent"), ("Attention Required! | Cloudflare", "robot"),
        ("Robot olmadığınızı doğrulayın", "robot"), ("Este contenido no disponible en tu país", "country"), ("الصفحة غير موجودة", "not there"),
    ],
)  # fmt: skip
def test_a_notice_is_no_article(top: str, reason: str) -> None:
    said = pages.read_article(page(f"<title>{top}</title><h1>{top}</h1><p>{LINES[0]}</p><p>{LINES[1]}</p>"), OUTLET)
    assert isinstance(said, Skipped)
    assert reason in said.reason


@pytest.mark.parametrize(
    "top", ["Cookies with oats and honey", "How a page not found became the library's best loved story"]
)
def test_an_article_may_speak_of_what_notices_speak_of(top: str) -> None:
    assert read(article(top=top)).headline == top


def test_a_page_that_only_sends_on_says_where() -> None:
    html = "<title>Redirecting</title><meta http-equiv=refresh content='0; url=/news/new-pier'><h1>Redirecting</h1><p>One moment please.</p>"
    said = pages.read_article(page(html), OUTLET)
    assert isinstance(said, Skipped)
    assert "https://pier.example/news/new-pier" in said.reason


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_takes_no_article_away(charset: str) -> None:
    html = article(top="Пирс закрыт на два года", lang="ru").encode(charset)
    html += b"\xa9" if charset == "utf-8-sig" else b""  # one bad byte, and it is no valid UTF-8
    said = read(html)
    assert (said.headline, said.body[0]) == ("Пирс закрыт на два года", LINES[0])


def test_one_bad_byte_garbles_nothing() -> None:
    html = (
        article(top="Пирс закрыт на два года", lang="ru")
        .encode()
        .replace(b"</article>", b"</article><p>\xa9 2026 \xd0</p>")
    )
    assert read(html).headline == "Пирс закрыт на два года"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("shift_jis", "港の古い桟橋は二年間閉鎖されることになったと委員会が発表した。船は石炭埠頭に着く予定である。"),
        ("euc_jp", "港の古い桟橋は二年間閉鎖されることになったと委員会が発表した。船は石炭埠頭に着く予定である。"),
        ("euc_kr", "항구의 오래된 부두가 이 년 동안 닫힌다고 위원회가 발표했다. 배는 석탄 부두에 닿을 예정이다."),
        (
            "gb18030",
            "港口的旧码头将关闭两年，委员会在星期一的会议上说，船只将在煤码头停靠，这是他们的决定，人们不用多付钱。",
        ),
        ("utf-16-le", "The old pier closes for two years, the harbour board said on Monday after a long meeting."),
        ("utf-16-be", "The old pier closes for two years, the harbour board said on Monday after a long meeting."),
    ],
)
def test_an_undeclared_charset_is_found_out(charset: str, text: str) -> None:
    html = f"<html><head><title>{text[:14]}</title></head><body><h1>{text[:14]}</h1><p>{text}</p><p>{text[7:]}</p></body></html>"
    said = pages.read_article(page(html.encode(charset)), OUTLET)
    assert isinstance(said, Article), said
    assert said.body[0] == text


@pytest.mark.parametrize(
    "image",
    [
        "<img src='data:image/gif;base64,R0=' data-src='/img/pier.jpg'>",
        "<img src='/blank.gif' data-srcset='/img/small.jpg 300w, /img/pier.jpg 900w'>",
        "<img data-lazy-src='/img/pier.jpg'>",
        "<noscript><img src='/img/pier.jpg' alt=''></noscript>",
    ],
)
def test_a_lazy_picture_has_its_address(image: str) -> None:
    said = read(article(above=f"<figure>{image}<figcaption>The pier. Photo: AFP</figcaption></figure>"))
    assert said.picture
    assert said.picture.url == "https://pier.example/img/pier.jpg"


def test_relative_addresses_are_meant_from_the_base() -> None:
    head = "<base href='https://pier.example/en/'><link rel=canonical href='news/old-pier'><meta property='og:image' content='img/p.jpg'>"
    said = read(article(head))
    assert (said.url, said.picture and said.picture.url) == (
        "https://pier.example/en/news/old-pier",
        "https://pier.example/en/img/p.jpg",
    )


def test_a_text_that_goes_on_elsewhere_is_marked() -> None:
    assert read(article("<link rel=next href='/news/old-pier?page=2'>")).incomplete
    assert not read(article("<link rel=next href='/news/trams'>")).incomplete


def test_one_canonical_address_for_all_pages_makes_them_no_versions_of_one(tmp_path: Path) -> None:
    db = connect(tmp_path / "t.db")
    tops = ("Old pier closes for two years", "Goats win the prize", "A school has a new roof")
    for n, top in enumerate(tops):
        html = article("<link rel=canonical href='/article'>", top=top).replace(
            LINES[0], f"{top} is all that they said on day {n}."
        )
        read_and_store(db, page(html, f"https://pier.example/{n}/{top[:4]}"), OUTLET)
    assert len(articles.unmerged(db, limit=9)) == 3
    assert {found.version for found in articles.unmerged(db, limit=9)} == {1}
    db.close()


def test_a_body_among_the_authors_is_an_organisation() -> None:
    item = {
        "@type": "NewsArticle",
        "headline": "Old pier closes",
        "author": [{"@type": "Person", "name": "Ana Ruiz"}, {"@type": "Organization", "name": "Delta Wire"}],
    }
    said = read(article(f"<script type='application/ld+json'>{json.dumps(item)}</script>"))
    assert (said.authors, said.organisations) == (("Ana Ruiz",), ("Delta Wire",))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ana Ruiz", ("Ana Ruiz",)),
        ("Von Ana Ruiz", ("Ana Ruiz",)),
        ("ByJ.R. Stone", ("J.R. Stone",)),
        ("<span class=author>Ana Ruiz October</span>", ("Ana Ruiz",)),
        ("<div class=author>Ludwig van der Berg</div>", ("Ludwig van der Berg",)),
        ("<div class=author>in Gefühle</div>", ()),
        ("<div class=author>When I upgrade</div>", ()),
        ("<div class=author>Zeige alle Artikel</div>", ()),
        ("By the time the piles stood, two winters had gone", ()),
    ],
)
def test_a_heading_or_a_label_is_no_author(line: str, expected: tuple[str, ...]) -> None:
    markup = (
        line
        if line.startswith("<div")
        else f"<p class=author>{line}</p>"
        if line.startswith(("ByJ", "<span"))
        else f"<p>{line}</p>"
    )
    assert read(article(above=markup)).authors == expected


@pytest.mark.parametrize(
    ("h1", "said", "expected"),
    [
        (
            "<span>Harbour</span> Old pier closes for two years",
            "Old pier closes for two years",
            "Old pier closes for two years",
        ),
        ("<b>Old pier:</b> It closes for two years", "It closes for two years", "It closes for two years"),
        (
            "<span>Old pier</span><br><span>It closes for two years</span>",
            "Old pier: It closes for two years",
            "Old pier: It closes for two years",
        ),
        ("Old pier, <i>the</i> landmark, closes", "Landmark closes", "Old pier, the landmark, closes"),
    ],
)
def test_a_kicker_in_the_h1_is_no_part_of_the_headline(h1: str, said: str, expected: str) -> None:
    html = article(f"<meta property='og:title' content='{said}'>").replace(
        "<h1>Old pier closes for two years</h1>", f"<h1>{h1}</h1>"
    )
    assert read(html).headline == expected


IMPORT = '1:I[17,[],""]'  # a row of the flight stream that holds no text


def flight(*rows: str) -> str:
    """React's flight stream as Next.js writes it into a page, cut at an odd place."""
    stream = "\n".join(rows)
    parts = (stream[:90], stream[90:])
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in parts)


def test_a_text_in_reacts_flight_stream_is_read() -> None:
    def element(line: str) -> list[object]:
        return ["$", "p", None, {"children": [line[:30], ["$", "b", None, {"children": line[30:]}]]}]

    tree = json.dumps(["$", "div", None, {"children": [element(line) for line in LINES]}])
    head = "<title>Old pier closes</title><meta property='og:title' content='Old pier closes'>"
    found = read(f"<html><head>{head}</head><body><div id='root'></div>{flight(IMPORT, '2:' + tree)}</body></html>")
    assert [line.replace(" ", "") for line in found.body] == [line.replace(" ", "") for line in LINES]


def test_a_texts_length_in_the_flight_stream_counts_bytes() -> None:
    html = "<p>Der Kran am Kai trägt größere Lasten, sagte der Werkführer der Reederei.</p>"
    html += "".join(f"<p>{line}</p>" for line in LINES)
    row = f"2:T{len(html.encode()):x},{html}3:" + json.dumps({"title": "Old pier closes"})
    found = read(f"<html><head><title>Old pier closes</title></head><body>{flight(IMPORT, row)}</body></html>")
    assert found.body[-1] == LINES[-1]
    assert len(found.body) == 4


def test_of_two_texts_in_a_scripts_data_the_one_under_the_pages_own_title_is_read() -> None:
    fares = "".join(f"<p>The fares of the ferry rise by a tenth in May. {line}</p>" for line in (*LINES, *LINES))
    own = {
        "title": "Old pier closes",
        "publishedAt": "2026-05-12 08:15",
        "html": "$$AD$$".join(f"<p>{line}</p>" for line in LINES),
    }
    data = [{"data": {"title": "Ferry fares rise", "html": fares}}, {"data": own}]
    state = json.dumps({"queries": data}).replace("<", "\\u003c")
    head = "<title>Old pier closes</title>"
    found = read(f"<html><head>{head}</head><body><script>window.__STATE__ = {state};</script></body></html>")
    assert (found.headline, found.body) == ("Old pier closes", LINES)
    assert found.published == datetime(2026, 5, 12, 8, 15, tzinfo=UTC)


def below(top: str, byline: str = "<p class='byline'>By Tom Lee</p>") -> str:
    """An article that a site loads below another one."""
    text = "".join(
        f"<p>{top}: the council spoke of the harbour for the {n}th time, and again put off its vote.</p>"
        for n in range(9)
    )
    return f"<article><h1>{top}</h1>{byline}{text}</article>"


def test_the_text_behind_another_articles_h1_weighs_nothing() -> None:
    html = article().replace("</body>", below("Ferry fares rise") + below("Crane falls") + "</body>")
    assert read(html.replace(LINES[0], f"{LINES[0]} {LINES[1]} {LINES[2]}")).body[1:] == LINES[1:]


def items(inside: str) -> str:
    """A list of five boats, each in elements of its own, and one of them longer than the others."""
    line = (
        "The Marigold sleeps four, has a stove and a sail that was mended last winter, and leaves from the lower quay. "
    )
    boats = "".join(
        f"<article class=item>{inside}<div class=panel><h2>Boat {n}</h2><div><div><div class=words><p>{n}: {line * (5 if n == 2 else 3)}</p></div></div></div></div></article>"
        for n in range(5)
    )
    head = "<title>Five boats for a summer</title>"
    return f"<html lang=en><head>{head}</head><body><div class=top><h1>Five boats for a summer</h1></div><div class=list>{boats}</div></body></html>"


def test_the_items_of_a_list_are_one_text() -> None:
    assert len(read(items("")).text) > 1_500


def test_items_with_dates_of_their_own_are_other_articles() -> None:
    assert len(read(items("<p class=date>3 May 2026</p><p class=byline>By Ana Ruiz</p>")).text) < 700


def test_an_h1_that_parts_a_text_heads_no_other_article() -> None:
    parts = "".join(f"<section><h1>Part {n}</h1><p>{LINES[n]}</p></section>" for n in range(3))
    html = f"<html lang='en'><head><title>Old pier closes</title></head><body><h1>Old pier closes</h1>{parts}</body></html>"
    assert set(LINES) <= set(read(html).body)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(article(above="<div>12 May · <span class='author'>Ana Ruiz</span></div>"), ("Ana Ruiz",), id="a span amid a line"),
        pytest.param(article(above="<p>By</p><p>Ana Ruiz</p>"), ("Ana Ruiz",), id="label on a line of its own"),
        pytest.param(article(above="<p>Written by: Ana Ruiz</p>"), ("Ana Ruiz",), id="label with a colon"),
        pytest.param(article(above="<p>Ein Artikel von Ana Ruiz</p>", lang="de"), ("Ana Ruiz",), id="an article by"),
        pytest.param(
            article().replace("</article>", "<p style='text-align:right'><strong>Ana Ruiz</strong></p></article>"), ("Ana Ruiz",), id="signature"
        ),
        pytest.param(
            article().replace("</article>", "<p><strong>Old Pier Closed Again</strong></p></article>").replace("Old Pier", "old pier"),
            (),
            id="a bold last line",
        ),
        pytest.param(
            article(above="<p><a rel='author'>Ana Ruiz</a> and <a rel='author'>Tom Lee</a></p>") + "<p><a rel='author'>Ida Berg</a></p>",
            ("Ana Ruiz", "Tom Lee"),
            id="links side by side, and a teaser's",
        ),
        pytest.param(
            article("<meta name='author' content='Ida Berg'><meta name='byl' content='By Ana Ruiz'>", "<p class='byline'>By Ana Ruiz</p>"),
            ("Ana Ruiz",),
            id="two that agree",
        ),
        pytest.param(article("<meta name='author' content='Ida Berg'>", "<p class='byline'>By Ana Ruiz</p>"), ("Ida Berg",), id="one each"),
        pytest.param(
            article().replace("</article>", "<div class='comments'><p class='author'>Ida Berg</p></div></article>"), (), id="in a comment"
        ),
        pytest.param(
            article('<script type="application/ld+json">{"@type":"NewsArticle","headline":"Old pier closes for two years",'
                    '"publisher":{"@type":"Organization","name":"Berg Nast"}}</script><meta name="author" content="Berg Nast">'),
            (),
            id="the firm that owns the paper",
        ),
    ],
)  # fmt: skip
def test_who_wrote_it_is_read_where_outlets_print_it(html: str, expected: tuple[str, ...]) -> None:
    assert read(html).authors == expected


def titled(said: str, body: str, head: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    return f"<html lang='en'><head><title>{said}</title>{head}</head><body>{body}<div>{text}</div></body></html>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(titled("Old pier closes now", "<h1><a href='/'>News from the old harbour</a></h1><h2>Old pier closes now</h2>"),
                     "Old pier closes now", id="the h1 is the site's name"),
        pytest.param(titled("Old pier closes now", "<nav><h1>News from the harbour</h1></nav><h3>Old pier closes now</h3>"),
                     "Old pier closes now", id="the h1 stands in a menu"),
        pytest.param(titled("Old pier closes now", "<h1 class='sr-only'>Old pier closes now</h1><h2>Old pier closes now</h2>"),
                     "Old pier closes now", id="the h1 is not shown"),
        pytest.param(
            titled("Pier", "<h1>Two years without a landing stage</h1>") + "<h1><a href='/news'>More from the old harbour</a></h1>",
            "Two years without a landing stage",
            id="an h1 over teasers leads elsewhere",
        ),
        pytest.param(titled("What the pier costs", "<h1>Two years without a landing stage</h1><h2>What the pier costs</h2>"),
                     "Two years without a landing stage", id="the title is a part's"),
        pytest.param(titled("古い桟橋が二年間閉鎖へ:pierexample日誌", "<h2>x</h2>").replace("lang='en'", "lang='ja'"),
                     "古い桟橋が二年間閉鎖へ", id="the site's name without a space"),
        pytest.param(titled("Pier", "<h1>古い桟橋が二年間閉鎖へ</h1>"), "古い桟橋が二年間閉鎖へ", id="a script without spaces"),
        pytest.param(titled("Old pier closes now", "<h1>Old pier closes now – Pier</h1>", "<meta property='og:site_name' content='Pier'>"),
                     "Old pier closes now", id="the site's name in the h1"),
    ],
)  # fmt: skip
def test_the_headline_is_what_stands_over_the_text(html: str, expected: str) -> None:
    said = pages.read_article(page(html, "https://pierexample.example/news/old-pier"), OUTLET)
    assert isinstance(said, Article), said
    assert said.headline == expected
