"""Sourcing lines read into credits: a table of forms in many languages, laws, chains, whole articles, and the gold."""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator import credit
from aggregator.credit import cues, prose, registry
from aggregator.credit.at_words import is_latin, spaced
from aggregator.credit.first_look import naming
from aggregator.credit.names import mentions, whole
from aggregator.credit.tokenizer import read_line
from bench import eval_credit, eval_page_credits
from bench.constants import written as said
from storage.characters import ALPHABETS, LONG
from storage.spelling import fold
from storage.types import Article, Picture, SourcingLine
from tests.conftest import tried

LINES = Path(__file__).with_name("credit_lines.tsv")
SHARED = Path(__file__).resolve().parents[2] / "shared"
CONTEXTS = ("end", "start", "byline", "caption", "meta", "body")
GOLD = "d76cde20a26e05edefaa3a5f2f2bc8c7bd9c0e77f13d4bbbde2e006197f9bcf6"


def rows() -> list[list[str]]:
    return [row.split("\t") for row in LINES.read_text("utf-8").splitlines() if not row.startswith("#")]


@pytest.mark.parametrize(("context", "publisher", "text", "reading"), rows())
def test_a_line_is_read(context: str, publisher: str, text: str, reading: str) -> None:
    assert said(credit.read_credits(text, context=context, publisher=publisher or None)) == reading


@pytest.mark.parametrize(
    ("text", "org", "via"),
    [
        ("The road is open, Trend reports citing Uzdaily.", "uzdaily", "trend"),
        ("Дорогу открыли, сообщает ТАСС со ссылкой на Reuters.", "reuters", "tass"),
        ("Trend Reuters-ə istinadən xəbər verir, yol bağlandı.", "reuters", "trend"),
    ],
)
def test_who_passes_a_report_on_is_kept_beside_the_origin(text: str, org: str, via: str | None) -> None:
    found = [c for c in credit.read_credits(text, context="body") if c.relation == "based_on"]
    assert [(c.org, c.via) for c in found] == [(org, via)]


def test_others_who_are_not_counted_are_said_to_be_so() -> None:
    known, others = credit.read_credits("Compiled from AFP and other media")
    assert (known.count_known, others.count_known, others.org, others.role) == (True, False, None, "unnamed")


def test_an_organisation_that_the_registry_lacks_is_kept_by_its_name() -> None:
    (found,) = credit.read_credits("Source: Delta River Gazette")
    assert (found.org, found.name, found.relation) == (None, "Delta River Gazette", "based_on")


def test_data_has_every_field() -> None:
    (found,) = credit.read_credits("Source: TASS")
    assert credit.as_data(found) == {
        "org": "tass", "name": "TASS", "place": None, "role": "agency", "relation": "based_on", "where": "end",
        "words": "Source: TASS", "count_known": True, "via": None, "start": 8, "end": 12,
    }  # fmt: skip


# --------------------------------------------------------------------------------------------- laws

FRAGMENTS = st.sampled_from(
    ["AFP", "Reuters", "(", ")", "/", " and ", "Source: ", "Foto: ", "KABUL", " - ", "told ", " сообщает ", "©", "«", "新华社",
     "By ", ", ", "agencies", "deb xabar qildi ", "لرويترز", "İ", "News ", "The ", ". ", "Trend", "with reporting by ", "\n"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=25).map("".join))


@tried(150)
@given(text=TEXTS, context=st.sampled_from(CONTEXTS), publisher=st.sampled_from([None, "voa", "afp", "example.com"]))
def test_every_text_is_read_and_each_span_says_the_printed_name(text: str, context: str, publisher: str | None) -> None:
    found = credit.read_credits(text, context=context, publisher=publisher)
    spans = [(c.start, c.end) for c in found]
    assert spans == sorted(spans)
    for c in found:
        assert c.words == text.strip()
        assert 0 <= c.start <= c.end <= len(c.words)
        assert c.words[c.start : c.end] == (c.name or "")


@given(text=TEXTS, before=st.text(" \t\n\u00a0", max_size=4), after=st.text(" \t\n\u00a0", max_size=4))
def test_white_space_around_a_line_changes_nothing(text: str, before: str, after: str) -> None:
    assert credit.read_credits(before + text + after) == credit.read_credits(text)


@pytest.mark.parametrize("piece", ["(", ")", "/", "(/[", "Agence France-", "AFP/", "AFP, ", "Photo: ", "with reporting by ",
                                   "Source: AFP ", "The News ", "()", "((AFP))", "Ж", "新华", "told AFP "])  # fmt: skip
@pytest.mark.parametrize("context", CONTEXTS)
def test_a_line_of_a_million_characters_takes_under_a_second(piece: str, context: str) -> None:
    credit.read_credits("AFP", context=context)  # the automata are built once
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    credit.read_credits(text, context=context)
    assert time.process_time() - began < 1


# --------------------------------------------------------------------------------------------- articles


def article(*body: str, outlet: str = "voa", picture: Picture | None = None, **lines: str) -> Article:
    sourcing = tuple(SourcingLine(text=text, where=where) for where, text in lines.items())
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Article(id="a", outlet=outlet, url=None, fetched=now, body=body, picture=picture, sourcing_lines=sourcing)


def read_article(given: Article) -> str:
    return said(credit.credits_of(given, registry.load_registry()))


def test_an_agency_in_byline_dateline_and_copyright_is_one_credit_with_its_place() -> None:
    given = article("TASHKENT, April 19 (Reuters) - Officials met.", byline="By Reuters", end="© 2022 Reuters")
    assert read_article(given) == "reuters@TASHKENT/republished"


def test_a_dateline_of_only_a_place_under_an_agencys_byline_is_the_agencys() -> None:
    assert read_article(article("VIENNA — Talks resumed.", byline="By Reuters")) == "reuters@VIENNA/republished"


def test_a_publisher_beside_an_agency_has_its_own_work() -> None:
    given = article("KABUL — Officials met.", "AFP contributed to this report.")
    assert read_article(given) == "voa@KABUL/own; afp/with"


def test_a_text_of_one_paragraph_may_be_signed_at_its_end() -> None:
    assert read_article(article("県道の橋に亀裂が見つかった。(共同)", outlet="minato")) == "kyodo/republished"
    assert read_article(article("It rains at the quay (the old one).", outlet="minato")) == ""


def test_words_amid_the_text_are_no_labels() -> None:
    given = article("Rain fell.", "The main source of the river is a lake.", "It is far.", "It rained.")
    assert read_article(given) == ""


def test_the_lead_picture_is_credited_beside_the_text() -> None:
    given = article("Rain fell.", picture=Picture(caption="A boat.", credit="Jane Roe/AFP via Getty Images"))
    assert read_article(given) == "afp/photo; getty/photo"


def test_a_publisher_of_no_known_outlet_is_known_by_its_host() -> None:
    given = article(
        "HARBOUR TOWN (AP) — Rain fell.", outlet="deltarivergazette.com", end="Copyright 2026 Delta River Gazette"
    )
    assert read_article(given) == "ap@HARBOUR TOWN/republished"


def test_a_host_that_is_spelt_as_a_house_is_its_own() -> None:
    given = article("Rain fell.", outlet="tax.thomsonreuters.com", byline="Thomson Reuters Tax & Accounting")
    assert read_article(given) == "reuters/own"


def test_an_outlets_file_under_another_id_is_the_house_whose_host_it_gives() -> None:
    known = registry.with_outlets(registry.load_registry(), {"fox-biz": ("www.foxbusiness.com",), "channel": ("t.me",)})
    given = article("Rain fell.", outlet="fox-biz", byline="Jane Doe, Fox Business")
    assert [(c.org, c.relation) for c in credit.credits_of(given, known)] == [("fox-business", "own")]
    assert credit.houses(("fox-biz", "channel"), known) == {"fox-biz": "fox-business"}  # on a platform anybody writes


SITES_OF_A_HOUSE = (  # what a site is called, whom its page credits, its outlet, what is read
    (
        "Thomson Reuters Tax & Accounting",
        "Source: Thomson Reuters, AFP",
        "tax.example",
        "reuters/based_on; afp/based_on",
    ),
    ("Reuters Japan Partner", "TOKYO (Reuters) - Rain fell.", "partner.example", "reuters@TOKYO/republished"),
    ("CNN Indonesia", "JAKARTA (CNN) - Rain fell.", "cnnindonesia.com", "cnn@JAKARTA/republished"),
    ("CNN Indonesia", "Source: CNN Indonesia", "cnnindonesia.com", "cnnindonesia.com/own"),
    ("Sky News Arabia", "Source: Sky News", "skynewsarabia.com", "sky-news/based_on"),
    ("BBC Persian Fans", "LONDON (BBC) - Rain fell.", "fans.example", "bbc@LONDON/republished"),
    ("Thomson Reuters", "Source: Thomson Reuters, AFP", "tax.thomsonreuters.com", "reuters/own; afp/with"),
)


@pytest.mark.parametrize(("called", "line", "outlet", "expected"), SITES_OF_A_HOUSE)
def test_what_a_site_credits_to_the_house_with_which_its_name_begins_is_the_houses(
    called: str, line: str, outlet: str, expected: str
) -> None:
    given = article(line, outlet=outlet) if " - " in line else article("Rain fell.", outlet=outlet, end=line)
    assert read_article(replace(given, published_by=(called,))) == expected


def test_a_house_that_is_called_like_an_organisation_has_that_organisation_in_it() -> None:
    """Else the Tages-Anzeiger would be Tamedia's, and "Tamedia" somebody else."""
    known = list(registry.load_registry())
    called = {fold(name): org for org in known for name in (org.name, *org.aliases)}
    for org in known:
        name = (org.owner or "").removeprefix(registry.HOUSE)
        if org.owner != name and fold(name) in called:
            assert called[fold(name)].owner == org.owner, org.id


def test_a_host_is_a_houses_where_the_registry_knows_it() -> None:
    hosts = ("uk.reuters.com", "tax.thomsonreuters.com", "reuters", "thetimes.io", "arabnews.pk", "moscowtimes.io",
             "jane.x.com", "defence.gov.kz", "quay.example")  # fmt: skip
    found = credit.houses(hosts, registry.load_registry())
    assert found == {"uk.reuters.com": "reuters", "tax.thomsonreuters.com": "reuters"}


def test_a_person_and_an_agency_in_a_bracket_sign_only_behind_the_text() -> None:
    assert read_article(article("Rain fell.", "It is far.", "(Jane Doe/Reuters)")) == "reuters/based_on"
    assert read_article(article("Rain fell.", "It is far.", "(Jane Doe/Reuters)", "It rained.")) == ""
    assert read_article(article("Rain fell.", "The quay in May. (Jane Doe/Reuters)")) == ""


@pytest.mark.parametrize("line", ["", " "])
def test_no_words_are_a_line_and_no_prose(line: str) -> None:
    assert prose.is_line(line)
    assert not prose.is_prose(line)


def test_a_paragraph_in_a_script_that_parts_no_sentences_is_prose() -> None:
    said = "เรือเฟอร์รี่ออกจากท่าเมื่อเที่ยงวันอังคารโดยมีผู้โดยสารสี่สิบคนเจ้าหน้าที่ท่าเรือกล่าว"
    assert prose.is_prose(said)
    assert prose.is_line("ข่าวล่าสุด")  # a heading: the latest news


def test_a_site_is_called_by_its_host_in_any_case_and_without_its_legal_form() -> None:
    given = article("Rain fell.", outlet="quaymag.example", byline="quay.com")
    assert read_article(replace(given, published_by=("Quay.com",))) == "quaymag.example/own"
    given = article("Rain fell.", outlet="news.example", byline="By QHN, in Business · 1 May 2026")
    assert read_article(replace(given, published_by=("The Quay Harbour News",))) == ""
    assert read_article(replace(given, published_by=("Quay Harbour News",))) == "news.example/own"
    given = article("雨が降った。", outlet="minato.example", byline="by 港特許事務所 ／ 2026.05.01")
    assert read_article(replace(given, published_by=("業務法人港特許事務所",))) == "minato.example/own"


# --------------------------------------------------------------------------------------------- gold


def gold() -> list[dict[str, str]]:
    file = SHARED / "sourcing/gold_dev.jsonl"
    if not file.exists():
        pytest.skip("the gold lines are not here: ../shared/sourcing is absent")
    if hashlib.sha256(file.read_bytes()).hexdigest() != GOLD:
        pytest.skip("the gold lines are others than those that the floors were measured on")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


PAGES = {  # P of text credits, F1 of text and of the lead picture; measured 2026-11-25, less a point
    "204 pages": (0.96, 0.88, 0.90),
    "67 publishers": (0.95, 0.87, 0.92),
}


@pytest.mark.parametrize("pages", PAGES)
def test_the_credits_of_real_pages_are_read_no_worse_than_before(pages: str) -> None:
    folder, (warc, gold) = SHARED / "pages", eval_page_credits.SETS[pages]
    if not (folder / gold).exists():
        pytest.skip("the real pages are not here: ../shared/pages is absent")
    printed = eval_page_credits.score(folder, "0", warc, gold)
    figure = {line[:15].strip(): dict(re.findall(r"(P|F1)=([\d.]+)", line)) for line in printed.splitlines()}
    measured = map(float, (figure["text"]["P"], figure["text"]["F1"], figure["photo"]["F1"]))
    assert all(now >= floor for now, floor in zip(measured, PAGES[pages], strict=True)), printed


FLOORS = {  # org/relation F1, place F1, exact, negative; measured 2026-11-23, less half a point
    "all": (0.97, 0.97, 0.955, 0.99),
    "held out": (0.925, 0.97, 0.89, 0.99),
}


@pytest.mark.parametrize("part", FLOORS)
def test_the_gold_lines_are_read_no_worse_than_before(part: str) -> None:
    lines = [line for line in gold() if part == "all" or eval_credit.held_out(line)]
    printed = eval_credit.score(SHARED / "sourcing/score.py", lines, "0", None)
    figures = dict(word.split("=") for word in printed.split() if "=" in word and not word.endswith("="))
    org, place = (float(words.split()[0]) for words in printed.split("F1=")[1:3])
    measured = (org, place, float(figures["exact"]), float(figures["negative"]))
    assert all(now >= floor for now, floor in zip(measured, FLOORS[part], strict=True)), printed


BARE = (  # an archive's text: nobody has told its lines apart
    (("By Ana Lopes, Reuters", "4 May 2026", "The bridge is open."), "reuters/republished"),
    (("The Associated Press | Monday, May 4, 2026", "The bridge is open."), "ap/republished"),
    (("Ana Lopes and Jan NovakAssociated Press", "The bridge is open."), "ap/republished"),
    (
        ("Menu", "Sign up for our letters", "TERMEZ, Uzbekistan (AFP) — The bridge is open."),
        "afp@TERMEZ, Uzbekistan/republished",
    ),
    (("Reuters", "The bridge is open."), ""),  # alone it may as well be a picture's
    (("Ana Lopes / Reuters", "The bridge is open."), ""),
    (("Byron Bay has a bridge", "The bridge is open."), ""),
    (("Ana Lopes and Jan Novak, Associated Press", "The bridge is open."), "ap/republished"),
    (("Ana Lopes, AP", "The bridge is open."), ""),  # a picture's, as often
    (("Ana Lopes, USA TODAY Published 3:55 a.m. May 4, 2026", "The bridge is open."), "usa-today/republished"),
    (("By Ana Lopes Washington Post", "The bridge is open."), "wapo/republished"),
    (("The Associated Press", "July 15, 2018 04:04 PM", "The bridge is open."), "ap/republished"),
    (("The bridge is open.", "© AFP 2018", "Click here to comment"), "afp/republished"),
    (("Associated Press", "TERMEZ — The bridge is open."), "ap/republished"),
    (
        ("Termez in May, with a bridge. " * 8 + "| AP Photo/Ana Lopes", "By Associated Press", "It is open."),
        "ap/republished",
    ),
    (("The bridge is open.", "© 2018 Thomson/Reuters.  All rights reserved.", "Close"), "reuters/republished"),
    (("© AFP 2018", "The bridge is open."), ""),  # may be a picture's
    (("The bridge is open.", "© AFP / Ana Lopes"), ""),
    (("Join the Conversation", "The bridge is open."), ""),  # a button
    (("AFP Videos •", "The bridge is open."), ""),  # a section
    (("The pier in 2012 (Ana Lopes/Reuters)", "The bridge is open."), ""),  # a picture
    (("The bridge is open.", "In the Media"), ""),  # a heading
)


@pytest.mark.parametrize(("body", "expected"), BARE)
def test_a_text_without_its_page_is_read_for_bylines_and_datelines(body: tuple[str, ...], expected: str) -> None:
    long = (
        "It was closed for nine weeks, and the ferries that ran in its place carried four thousand people a day. " * 3
    )
    article = Article(
        id="a",
        outlet="herald.example",
        url=None,
        fetched=datetime(2026, 5, 4, tzinfo=UTC),
        body=("A bridge in the rain", *body, long, long, long),
    )
    assert said(credit.credits_of(article, registry.load_registry())) == expected


def test_each_character_of_a_long_text_is_read_as_in_a_short_one() -> None:
    long = " a" * LONG
    for char in map(chr, range(ALPHABETS + 1)):
        assert fold(char + long) == fold(char) + long
        assert spaced(char + long) == spaced(char)[:-1] + long + " "


def test_a_long_greek_text_keeps_the_small_letter_that_ends_a_word() -> None:
    assert fold("Ο ΛΟΓΟΣ " * LONG) == "ο λογος " * LONG


SIGNS = [*" .-—'_aéß3&", "AP", "AFP"]
PHRASES = sorted(
    phrase for phrase in {*cues.phrases(), *(o.name for o in registry.load_registry())} if is_latin(fold(phrase))
)
LATIN = st.lists(st.sampled_from(SIGNS) | st.sampled_from(PHRASES), max_size=12).map("".join)


@given(LATIN)
def test_in_a_latin_text_the_quick_look_finds_what_the_patient_one_finds(text: str) -> None:
    folded = fold(text)
    patient = [
        (last + 1 - length, last + 1, said)
        for last, (length, said) in cues.automaton().iter(folded)
        if whole(folded, last + 1 - length, last + 1)
    ]
    assert is_latin(folded)
    assert set(cues.finder().find(folded, spaced(folded))) == set(patient)
    known = registry.load_registry()
    assert set(mentions(text, folded, known, spaced(folded))) == set(mentions(text, folded, known))


AMID = st.lists(
    FRAGMENTS
    | st.sampled_from(["x.com ", "Delta ", "DN/", "delta-news ", "other media ", "Evening News ", "wrote on "]),
    max_size=6,
).map("".join)
PUBLISHERS = st.sampled_from(
    [(None, ()), ("voa", ("VOA",)), ("delta-news.example", ("Delta News", "DN", "Delta.example"))]
)


@example(["It rained.", "He told x.com so."], (None, ()))
@example(["He told Deltanova so."], ("deltanova.example", ()))
@example(["He told Quayside so."], ("deltanova.example", ("Quayside",)))
@given(st.lists(TEXTS | LATIN | AMID, max_size=4), PUBLISHERS)
def test_a_paragraph_that_the_first_look_passes_by_names_nobody(
    paragraphs: list[str], published: tuple[str | None, tuple[str, ...]]
) -> None:
    known, (publisher, names) = registry.load_registry(), published
    looked_at = naming(paragraphs, publisher, known, names)
    for n, text in enumerate(paragraphs):
        line = read_line(text, known, publisher, names=names, unnamed=False, whole_text=False)
        assert n in looked_at or line.tokens == ()
