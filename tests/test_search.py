"""Search that finds: words in their forms in every language, the language of queries, and what it says of a wrong one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from aggregator.cli import main
from aggregator.search import find, index, marks, query, tokens
from aggregator.unstated_language import likely_language
from storage import clock
from storage.db import connect, connect_to_read
from storage.errors import QueryWrong
from storage.types import SourcingLine
from tests.newsroom import report, story

NOW = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
# id -> language, headline, text
ARTICLES = {
    "wire-en": (
        "en",
        "U.S. envoy denied the rockets",
        "Iran’s minister told us on Monday that the rockets hit Termez.",
    ),
    "herald-en": ("en", "Goats win a prize", "The goats of the valley won. A sheep looked on. Who cares about it?"),
    "herald-ru": ("ru", "Осетры вернулись", "В протоке впервые отметили нерест осетров; ёжики не вернулись."),
    "herald-zh": ("zh", "山谷水位上升", "山谷水位上升，村民连夜转移。新华社记者报道，道路已经恢复通行。"),
    "herald-ja": ("ja", "首相が辞任", "首相は火曜日に辞任を表明した。東京タワーは閉鎖された。"),
    "herald-th": ("th", "น้ำท่วมกรุงเทพ", "น้ำท่วมกรุงเทพมหานครวันนี้"),
    "herald-fr": ("fr", "Les élections", "L’élection présidentielle : les Français ont voté à Orléans."),
    "herald-de": ("de", "Überschwemmung", "Die Häuser in der Straße stehen unter Wasser."),
    "herald-es": ("es", "Inundación en Perú", "Los ministros negaron las acusaciones en Bogotá."),
    "herald-ar": ("ar", "الحكومة تنفي", "نفت الحكومة الأنباء عن القصف."),
    "herald-hi": ("hi", "सरकार का बयान", "भारत की सरकारों ने यह कहा।"),
    "herald-tr": ("tr", "İstanbul'da deprem", "Bakanlar açıklama yaptı; evlerde hasar var."),
    "herald-km": ("km", "ទឹកជំនន់", "ទឹកជំនន់នៅភ្នំពេញ"),
}


@pytest.fixture(scope="module")
def db() -> Database:
    base = connect(":memory:")
    for n, (id_, (language, headline, text)) in enumerate(ARTICLES.items()):
        lines = (SourcingLine(text="(Meridian)", where="end"),) if id_ == "herald-de" else ()
        one = report(
            base, id_, minutes=60 * n, body=text, headline=headline, language=language, standfirst=None,
            sourcing_lines=lines, authors=("Mara Lind",) if id_ == "herald-fr" else (),
        )  # fmt: skip
        story(base, one, least=2 if id_ == "wire-en" else 1, most=None if id_ == "wire-en" else 1)
    return base


def found(db: Database, text: str) -> set[str]:
    return {one.id for hit in find.find(db, query.parse(text, now=NOW), limit=50) for one in hit.articles}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # inflected forms, by language
        ("deny", "wire-en"), ("denies rocket", "wire-en"), ("goat", "herald-en"), ("осетр", "herald-ru"),
        ("осетрами", "herald-ru"), ("вернулся", "herald-ru"), ("élection", "herald-fr"), ("Haus", "herald-de"),
        ("Häusern", "herald-de"),
        ("acusación", "herald-es"), ("negar", "herald-es"), ("सरकार", "herald-hi"), ("evler", "herald-tr"),
        # case, accents and spellings
        ("ЁЖИКИ", "herald-ru"), ("ежики", "herald-ru"), ("FRANCAIS", "herald-fr"), ("orleans", "herald-fr"),
        ("strasse", "herald-de"), ("uberschwemmung", "herald-de"), ("bogota", "herald-es"), ("istanbul", "herald-tr"),
        ("الحكومه", "herald-ar"), ("حكومة", "herald-ar"),
        # scripts without spaces
        ("水位", "herald-zh"), ("新华社", "herald-zh"), ("道路", "herald-zh"), ("山谷水位上升", "herald-zh"), ("升", "herald-zh"),
        ("上水", ""), ("首相", "herald-ja"), ("東京タワー", "herald-ja"), ("กรุงเทพ", "herald-th"), ("น้ำท่วม", "herald-th"),
        ("ភ្នំពេញ", "herald-km"),
        # capitals that are a word as well
        ("US", "wire-en"), ("U.S.", "wire-en"), ('"U.S. envoy"', "wire-en"), ("WHO", ""), ("who", "herald-en"),
        ("Iran", "wire-en"), ("l'election", "herald-fr"),
        # phrases, or, without, beginnings
        ('"the goats"', "herald-en"), ('"goats the"', ""), ("goats OR осетр", "herald-en herald-ru"),
        ("goat -sheep", ""), ("goat -rocket", "herald-en"), ("(goats OR rockets) NOT sheep", "wire-en"), ("rock*", "wire-en"),
        ("осет*", "herald-ru"), ("goats AND sheep", "herald-en"), ("“the goats”", "herald-en"),
        # places
        ("headline:goats", "herald-en"), ("headline:sheep", ""), ("text:sheep", "herald-en"), ("credits:meridian", "herald-de"),
        ("authors:lind", "herald-fr"), ('headline:"goats win"', "herald-en"), ("meridian", "herald-de"),
        # facts
        ("outlet:wire", "wire-en"), ("outlet:herald lang:ru", "herald-ru"), ("lang:ru,zh", "herald-ru herald-zh"),
        ("rockets sources:>=2", "wire-en"), ("goats sources:>=2", ""), ("goats sources:1", "herald-en"),
        ("lang:en sources:<=1", "herald-en"), ("goats since:2d", "herald-en"), ("goats since:2h", ""),
        ("lang:en until:2026-03-01", ""), ("lang:en until:2026-03-02", "wire-en herald-en"),
        ("lang:km OR goats", "herald-km herald-en"), ("lang:en -outlet:wire", "herald-en"),
        # signs of the full text's own mean nothing
        ("goats*NEAR", ""), ("col:on", None), ("{goats}", "herald-en"), ("goats + sheep ^", None), ("'; drop table x", None),
    ],
)  # fmt: skip
def test_a_query_finds_these_and_no_others(db: Database, text: str, ids: str | None) -> None:
    if ids is None:
        with pytest.raises(QueryWrong):
            found(db, text)
    else:
        assert found(db, text) == set(ids.split())


def test_what_is_only_excluded_leaves_all_the_rest(db: Database) -> None:
    assert found(db, "NOT sheep") == set(ARTICLES) - {"herald-en"}


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("", 0, "nothing to look for"), ("   ", 0, "nothing to look for"), ("goats OR", 8, "must follow OR"),
        ("OR goats", 0, "nothing before it"), ("(goats", 0, "never closed"), ("goats)", 5, "never opened"),
        ('say "goats', 4, "never closed"), ("oulet:voa", 0, "did you mean outlet:"), ("goats since:soon", 12, "2026-03-02"),
        ("sources:many", 8, ">=2"), ("()", 0, "nothing between"), ("---", 0, "no letter"), ("NOT", 3, "must follow NOT"),
        ("(" * 60, 51, "50 brackets"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_told_in_words_with_its_place(text: str, at: int, why: str) -> None:
    with pytest.raises(QueryWrong) as error:
        query.parse(text, now=NOW)
    assert why in error.value.why
    assert error.value.at == at
    assert "fts5" not in str(error.value)


@pytest.mark.parametrize(
    ("id_", "text", "shown"),
    [
        ("wire-en", "deny rocket", "Iran’s minister told us on Monday that the [rockets] hit Termez."),
        ("herald-ru", "осетр", "В протоке впервые отметили нерест [осетров]; ёжики не вернулись."),
        ("herald-zh", "水位", "山谷[水位]上升，村民连夜转移。新华社记者报道，道路已经恢复通行。"),
        ("herald-en", '"the goats" -rocket', "[The goats] of the valley won. A sheep looked on. Who cares about it?"),
    ],
)
def test_the_words_that_match_are_marked(db: Database, id_: str, text: str, shown: str) -> None:
    node = query.parse(text, now=NOW)
    (article,) = [
        one for hit in find.find(db, query.parse(f"{text}", now=NOW), limit=9) for one in hit.articles if one.id == id_
    ]
    pieces = marks.snippet(article.text, likely_language(article), node)
    assert "".join(f"[{one.text}]" if one.marked else one.text for one in pieces) == shown


def test_results_are_stories_the_newest_match_first(db: Database) -> None:
    hits = find.find(db, query.parse("outlet:herald", now=NOW), limit=3)
    assert [hit.story for hit in hits] == ["herald-km", "herald-tr", "herald-hi"]


def test_only_the_newest_version_of_an_article_is_found() -> None:
    db = connect(":memory:")
    story(db, report(db, "herald-1", body="Nine people were hurt."))
    story(db, report(db, "herald-1", body="Eleven people were hurt.", minutes=5))
    assert (found(db, "nine"), found(db, "eleven")) == (set(), {"herald-1"})


def test_the_index_can_be_made_again_and_finds_the_same(db: Database) -> None:
    before = found(db, "goats OR осетр OR 水位")
    db.execute("update article_words_rules set rules = -1")
    assert index.bring_up(db, through=10**9) == len(ARTICLES)
    assert found(db, "goats OR осетр OR 水位") == before


@pytest.mark.parametrize("words", [["search", ""], ["search", "a OR"], ["search", "NOT"]])
def test_on_the_command_line_a_wrong_query_is_a_usage_error(
    words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("x") / "twosource.db"
    connect(file).close()
    done = CliRunner().invoke(main, ["--db", str(file), *words])
    assert done.exit_code == 2
    assert "fts5" not in done.stderr


@settings(deadline=None)  # the first word loads its tables
@given(
    st.text(st.sampled_from("abcXYZé.ёлЁ上升日ソウราคา ١２\u200b\u0301US-\n"), max_size=60)
    | st.text(st.sampled_from("aXé.ёЁΣ½²'_-1 U.S."), max_size=60),
    st.sampled_from(["en", "ru", "th", None]),
)
def test_the_index_keeps_the_very_words_that_queries_are_cut_into(text: str, language: str | None) -> None:
    found = list(tokens.tokens(text, language))
    stems = [tokens.ACRONYM + token.folded if token.acronym else token.stem for token in found]
    words, forms = tokens.indexed(text, language)
    assert (words.split(), forms.split()) == ([token.folded for token in found], list(filter(None, stems)))


# Over the sample newsroom: what a query finds are these headlines' stories and no others; scrapers/sample/news has the texts.
@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("осетр", "vestnik-delty"), ("икра", "vestnik-delty"), ("паромы пассажир", "vestnik-delty"), ("sturgeon", ""),
        ("fuse quarry", "crossroads tarvel-record"), ('"our reporter found it whole"', "tarvel-record"),
        ("insulin clinics", "inland-review"), ("insulin clinic -unpublished", ""), ("headline:undamaged", "crossroads"),
        ("agency:polar-press governor", "coast-courier daily-lantern northgate-radio"),
        ("lang:ru -осетр", "vestnik-delty"), ("zeppelin OR submarine", ""),
    ],
)  # fmt: skip
def test_a_query_finds_these_outlets_of_the_sample(untouched_sample: Path, text: str, outlets: str) -> None:
    base = connect_to_read(untouched_sample / "twosource.db")
    hits = find.find(base, query.parse(text, now=clock.now()), limit=50)
    assert {one.outlet for hit in hits for one in hit.articles} == set(outlets.split())


@pytest.fixture(scope="module")
def real(shared: Path) -> Database:
    """The 67 real pages of publishers in some twenty languages, by their hosts."""
    base = connect(":memory:")
    for n, line in enumerate((shared / "pages" / "more" / "publishers.jsonl").read_text("utf-8").splitlines()):
        page = json.loads(line)
        host = str(urlsplit(page["url"]).hostname).removeprefix("www.")
        given = {"headline": page["headline"], "body": page["body"], "standfirst": None, "language": None}
        report(base, str(n), outlet=host, minutes=n, **given)
    return base


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        # German "umzubenennen", "Grönland" and Danish «Grønland» are one word to a reader's keyboard
        ("headline:Golf Nordamerika", "diepresse.com"), ("Grönland", "diepresse.com sermitsiaq.ag"),
        ("deportación centro", "elpais.com"),  # «los centros de deportación»
        ("Verstappen respeto", "elmundo.es"),
        ("국민 통합", "hankookilbo.com"), ("제명*", "hankookilbo.com"),  # 제명했지만
        ("guerres ukrainienne", "lefigaro.fr"), ("gravité situation", "lemonde.fr"),
        ("prodávat vila", "seznamzpravy.cz"), ("vláda demise", "seznamzpravy.cz"),  # prodává vilu; vláda podá demisi
        ("premier Meloni", "corriere.it"), ("serata bella", "corriere.it"),  # «Bella serata»
        ("社長解任", "nikkei.com"), ("資金洗浄", "nikkei.com"), ("社解", ""),
        ("航天技术", "politics.people.com.cn"), ("习近平主席", "politics.people.com.cn"), ("航技", ""),
        ("चोरी पुलिस", "bhaskar.com"), ("चोरियां", "bhaskar.com"),  # thefts, of which the page has one: चोरी
        ("شعر وردي", "lbcgroup.tv"), ("الشعر", "lbcgroup.tv"),  # pink hair; the hair
        ("meningsmalinger", "sermitsiaq.ag"),  # meningsmåling
        ("ung thư", "vnexpress.net"), ("dau bung", "vnexpress.net"),  # Đau bụng
        ("Vottar Jehova", "mbl.is"), ("polisi Shinyanga", "habarileo.co.tz"),
        ("akabanjwanga", "isolezwelesixhosa.co.za"), ("umzila", "isolezwe.co.za"),
        ("resorts reopening", "o.canada.com"), ('"jobs report"', "financialpost.com"), ('"report jobs"', ""),
        ("Jasper wildfires", "o.canada.com"), ("Ishiba", "japannews.yomiuri.co.jp"),
        ("Fairmont OR Verstappen", "elmundo.es o.canada.com"), ("headline:Trump", "corriere.it orf.at"),
        ("outlet:orf.at", "orf.at"), ("WHO", ""),
    ],
)  # fmt: skip
def test_a_query_finds_these_real_pages_and_no_others(real: Database, text: str, hosts: str) -> None:
    hits = find.find(real, query.parse(text, now=NOW), limit=99)
    assert {one.outlet for hit in hits for one in hit.articles} == set(hosts.split())
