from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from aggregator import grounds
from aggregator.credit import credits_of
from aggregator.credit.registry import load_registry
from aggregator.credit.rules import read_credits
from aggregator.kind import kind_of
from aggregator.origins import count_origins
from aggregator.origins.rules import TABLE
from bench.eval_scenarios import count, faults, scenarios
from tests.conftest import article

HERE = Path(__file__).parent
REGISTRY = load_registry()


@pytest.mark.parametrize(
    ("file", "exact", "kept"),
    [
        ("two_sources.txt", 53, 20),
        ("further.txt", 40, 17),
        ("third.txt", 29, 13),
        ("fourth.txt", 43, 16),
        ("fifth.txt", 12, 3),
    ],
)
def test_the_scenarios_that_can_be_checked_by_eye_are_counted_as_an_editor_would(
    file: str, exact: int, kept: int
) -> None:
    found = sum((faults(count(one), one["right"]) for one in scenarios(HERE / "scenarios" / file)), Counter[str]())
    assert found["too high"] == 0
    assert found["exact"] >= exact
    assert found["kept"] == found["two"] == kept


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "AMMAN (Reuters) - The minister told parliament that the bridge would stay shut, Al Ghad reported."),
        ("ar", "عمان (رويترز) - قال المرصد السوري لحقوق الإنسان إن ستة أشخاص قتلوا."),
        ("ru", "МОСКВА, 3 мая. /ТАСС/. Министр сказал, что мост закрыт."),
        ("ko", "[도쿄=뉴시스] 일본 북부 화산이 분화해 주민 300명이 대피했다고 NHK가 보도했다."),
        ("ko", "(서울=연합뉴스) 홍길동 기자 = 장관이 다리가 닫혔다고 말했다."),
    ],
)
def test_an_agency_in_its_dateline_is_not_whom_somebody_told(language: str, body: str) -> None:
    report = article(body=body, outlet="harbour-post", language=language)
    lines = read_credits(body, context="start", publisher="harbour-post", registry=REGISTRY)
    shown = grounds.grounds_of(report, lines, REGISTRY, {})
    assert [credit.org for credit in lines if credit.relation == "republished"]
    assert [credit.kind for credit in shown if credit.kind in ("interview", "there", "document")] == []


def test_what_a_monitoring_body_tells_everybody_is_a_statement() -> None:
    body = "According to the US Geological Survey, the quake struck at a depth of ten kilometres."
    report = article(body=body, outlet="harbour-post", language="en")
    assert [credit.kind for credit in grounds.grounds_of(report, (), REGISTRY, {})] == ["release"]


def test_the_rule_book_prints_the_table_that_counts() -> None:
    rows = "".join(f"| … {rule.article} | {rule.counts} | {rule.example} |\n" for rule in TABLE)
    table = f"| An article that … | counts | for example |\n|---|---|---|\n{rows}"
    assert table in (HERE.parent / "docs" / "two-sources.md").read_text("utf-8")


def test_an_opening_that_cites_another_is_that_ones() -> None:
    opening = "पीटीआई ने रॉयटर्स के हवाले से बताया कि दो भट्ठियां बंद होंगी।"
    report = article(body=opening, outlet="udyog", language="hi")
    lines = read_credits(opening, context="start", publisher="udyog", registry=REGISTRY)
    shown = grounds.grounds_of(report, lines, REGISTRY, {})
    assert [(credit.org, credit.via) for credit in shown if credit.kind == "outlet"] == [("reuters", "pti")]


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        pytest.param("fr", "Selon nos confrères de Clairevoix, le maire ment.", "Clairevoix", id="a word for a medium"),
        pytest.param(
            "ro",
            "Terenul a fost cumpărat, potrivit Libertatea.\n\nActele există, relatează Libertatea.",
            "Libertatea",
            id="said to publish in two sentences",
        ),
        pytest.param("fr", "Selon Jeanne Morel, le maire ment. Morel révèle tout.", None, id="a person is no medium"),
        pytest.param("en", "Rescuers wrote the number on the wall.", None, id="a verb without a name"),
        pytest.param("en", "The newspaper in Finland stopped.", None, id="a place"),
        pytest.param("en", "It met a Finnish newspaper on the way.", None, id="of what kind it is"),
        pytest.param("en", "Ann Roe is the editor of Beacon magazine.", None, id="who somebody is"),
    ],
)
def test_a_medium_that_nobody_registered_is_seen_by_what_it_is_called(
    language: str, body: str, expected: str | None
) -> None:
    shown = grounds.grounds_of(article(body=body, language=language), (), REGISTRY, {})
    assert next((credit.name for credit in shown if credit.kind == "outlet"), None) == expected


def kinds(body: str, language: str = "en", name: str = "The Bayou Clarion") -> set[str | None]:
    report = article(body=body, outlet="clarion", language=language)
    return {
        credit.kind
        for credit in grounds.grounds_of(report, (), REGISTRY, {"clarion": name})
        if credit.relation == "own"
    }


OWN = [
    pytest.param("The crabber told the Clarion on Friday.", "en", {"interview"}, id="told the paper"),
    pytest.param("Flames went through the roof, our reporter saw.", "en", {"there"}, id="our reporter saw"),
    pytest.param("„Es knallte“, sagt Bernd Latte unserer Zeitung.", "de", {"interview"}, id="unserer Zeitung"),
    pytest.param("«Я думала, самолёт», рассказала она нашей газете.", "ru", {"interview"}, id="нашей газете"),
    pytest.param("وقال العطار لصحيفتنا إن المفتاح بقي.", "ar", {"interview"}, id="لصحيفتنا"),
    pytest.param(
        "«Вода пришла ночью, пока мы спали», — буркнула «Стрижавским новостям» пенсионерка.",
        "ru",
        {"interview"},
        id="any verb beside words",
    ),
    pytest.param("路透社记者看到，引桥还没有铺沥青。", "zh", set(), id="another house's reporter"),
    pytest.param(
        "As the Clarion reported earlier, the dam was told to close.", "en", set(), id="what it reported before"
    ),
    pytest.param("The minister did not respond to our reporter.", "en", set(), id="a refusal is no work"),
    pytest.param("“He told our reporter that it was false,” the Gazet wrote.", "en", set(), id="another's words"),
    pytest.param("The Bayou Clarion is a good paper to line a drawer with.", "en", set(), id="a name alone"),
    pytest.param("A US official told reporters that it rained.", "en", set(), id="a country is not us"),
    pytest.param(
        '"They want to see us get along,” he told the crowd.', "en", set(), id="us within unlike quotation marks"
    ),
]


@pytest.mark.parametrize(("body", "language", "expected"), OWN)
def test_own_work_is_a_newsroom_beside_a_verb(body: str, language: str, expected: set[str]) -> None:
    name = "Стрижавские новости" if language == "ru" else "The Bayou Clarion"
    assert kinds(body, language, name) == expected


def test_a_headline_that_the_text_repeats_signs_nothing() -> None:
    report = article(
        headline="Hillary Clinton Jabs Trump", body="Hillary Clinton Jabs Trump\n\nNewser — Rob Quinn\n\nA text."
    )
    signed = [credit.name for credit in grounds.grounds_of(report, (), REGISTRY, {}) if credit.kind == "byline"]
    assert signed == ["Rob Quinn"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param("Jane Roe", "byline", id="a person"),
        pytest.param("By Jane Roe, Harbour Town", "there", id="and where"),
        pytest.param("Jane Roe, CNN", "byline", id="an organisation is no place"),
        pytest.param("Jane Roe, CEO", "byline", id="nor is a role"),
        pytest.param("Jane Roe, CEO and Founder of Quay", None, id="a caption"),
        pytest.param("Jane Roe / AP", None, id="a picture"),
        pytest.param("Pool Photo via Associated Press", None, id="a picture of a pool"),
        pytest.param("Share on Facebook", None, id="a button"),
        pytest.param("What To Know About The Quay", None, id="a heading"),
        pytest.param("Video", None, id="a section"),
    ],
)
def test_a_texts_first_line_is_a_byline_only_where_a_person_signs(line: str, kind: str | None) -> None:
    report = article(headline="The quay", body=f"{line}\n\nThe Harbour Town quay at Quay, whose CEO CNN met, is shut.")
    shown = grounds.grounds_of(report, (), REGISTRY, {})
    assert next((credit.kind for credit in shown if credit.where == "byline"), None) == kind


def test_what_stands_around_an_archives_text_is_no_statement() -> None:
    body = (
        "Share on Facebook",
        "The quay in May. (Jane Roe/AFP)",
        "It rained.",
        "The quay is shut.",
        "Post to Telegram",
    )
    shown = grounds.open_text(article(headline="Rain", body="\n\n".join(body))).text
    assert shown.printed.split("\n")[-2:] == ["It rained.", "The quay is shut."]


def test_a_text_of_no_stated_language_is_read_in_the_one_that_it_is_in() -> None:
    text = (
        "The ministry posted a link to your Facebook feed, and nobody knows why the harbour is still shut to us all. "
        * 8
    )
    assert grounds.open_text(article(body=text)).language == "en"
    assert grounds.open_text(article(body="It rained.")).language is None


@pytest.mark.parametrize(
    ("words", "pool"),
    [
        ("The president waved, the pool report said.", True),
        ("(Alexei Nikolsky, Sputnik, Kremlin Press Pool Photo via AP)", False),
        ("Her dog fell into the pool, she said.", False),
    ],
)
def test_a_picture_from_a_pool_is_no_pool_report(words: str, pool: bool) -> None:
    assert (
        "pool" in {credit.kind for credit in grounds.grounds_of(article(words, language="en"), (), REGISTRY, {})}
    ) is pool


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"labels": ("OpinionNewsArticle",)}, "opinion", id="JSON-LD"),
        pytest.param({"labels": ("Думка",)}, "opinion", id="a rubric"),
        pytest.param({"section": "Satyra"}, "satire", id="a section"),
        pytest.param({"headline": "Live: Fire in Göksu"}, "live", id="a headline's first part"),
        pytest.param({"section": "Reportage"}, "report", id="a rubric says reportage"),
        pytest.param({"headline": "Statement by the Ministry of Works"}, "statement", id="an official's own words"),
        pytest.param({"headline": "Dam must be drained"}, "brief", id="three words are a brief"),
        pytest.param({"headline": "Tribune of the people", "body": "word " * 90}, None, id="a report says nothing"),
    ],
)
def test_a_kind_of_text_has_words_that_say_so(fields: dict[str, object], expected: str | None) -> None:
    found = kind_of(article(**({"body": "A text."} | fields)))
    assert (found.name if found else None) == expected


def test_outlets_of_which_no_name_can_be_found_in_a_text_are_passed_over() -> None:
    report = article(body="The quay is closed, Ora reported.")
    assert not [credit for credit in grounds.grounds_of(report, (), REGISTRY, {"ora": "Ora"}) if credit.org == "ora"]


WIRE = (
    "The minister told Reuters in an interview on Monday that the bridge was closed after the flood. It would stay so."
)
BESIDE_THE_WIRE = [
    pytest.param(
        (), ("The bridge is closed, our reporter saw.", "(With a Reuters report)"), (1, 2), id="a NAME report"
    ),
    pytest.param((), ("The bridge is closed.", "(Jane Doe/Reuters)"), (1, 1), id="signed behind the text"),
    pytest.param(
        ("Reuters Japan Partner",), (f"TOKYO (Reuters) - {WIRE}",), (1, 1), id="a site called after the house"
    ),
]


@pytest.mark.parametrize(("called", "body", "expected"), BESIDE_THE_WIRE)
def test_who_prints_or_uses_a_houses_text_is_no_sure_source_beside_it(
    called: tuple[str, ...], body: tuple[str, ...], expected: tuple[int, int]
) -> None:
    pair = [
        article(f"TOKYO (Reuters) - {WIRE}", id="wire", outlet="reuters", language="en"),
        article("\n\n".join(body), id="other", outlet="quay.example", language="en", published_by=called),
    ]
    lines = {one.id: credits_of(one, REGISTRY) for one in pair}
    said = {one.id: (*lines[one.id], *grounds.grounds_of(one, lines[one.id], REGISTRY, {})) for one in pair}
    counted = count_origins(pair, said, [])
    assert (counted.least, counted.most) == expected
