"""Who says what, where, and how he stands to it: in our own made-up pages of one shape in twelve languages, and case by case."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from aggregator import grounds, merge
from aggregator.cli import main
from aggregator.credit.registry import load_registry
from aggregator.statements import statements_of
from aggregator.statements.disputes import disputes
from aggregator.statements.figures import figures_of
from aggregator.statements.words import gathered
from aggregator.watches import judge
from aggregator.watches.config import Watch
from storage import articles, stories
from storage import disputes as dispute_rows
from storage import statements as statement_rows
from storage.disputes import Figure
from storage.statements import Statement
from storage.types import Origin
from tests.conftest import NOON, article

REGISTRY = load_registry()
SEED = Path(__file__).parents[2] / "shared" / "seed" / "commonspace-termez.txt"


def read(text: str, language: str = "en", **fields: object) -> tuple[Statement, ...]:
    """The statements in a text of paragraphs."""
    one = article(text, language=language, **fields)
    return statements_of(grounds.open_text(one), language, REGISTRY)


def brief(found: tuple[Statement, ...]) -> list[str]:
    """ "denies The ministry @Telegram" a statement."""
    return [f"{one.stance} {one.speaker}" + (f" @{one.place_words}" if one.place_words else "") for one in found]


# A front claims an attack; a ministry denies it; its spokesman writes so on Telegram; the army confirms something else at a press
# conference; nobody else speaks.
PAGES = {
    "en": (
        "The Sorrel Front claimed that it had blown up the bridge. The Interior Ministry denied the claim on Monday.\n\n"
        "“Nothing happened here,” ministry spokesman Ivo Tarn wrote on Telegram. The army confirmed at a press conference that"
        " one soldier was missing.",
        ["claims The Sorrel Front", "denies The Interior Ministry", "denies ministry spokesman Ivo Tarn @Telegram",
         "confirms The army @press conference"],
    ),
    "de": (
        "Die Sorrel-Front behauptet, dass sie die Brücke gesprengt habe. Am Montag dementierte das Innenministerium"
        " den Bericht.\n\nDer Sprecher Ivo Tarn wies die Vorwürfe auf Telegram"
        " zurück. Die Armee bestätigte auf einer Pressekonferenz, dass ein"
        " Soldat vermisst wird.",
        ["claims Die Sorrel-Front", "denies das Innenministerium", "denies Der Sprecher Ivo Tarn @Telegram",
         "confirms Die Armee @Pressekonferenz"],
    ),
    "fr": (
        "Le Front Sorrel affirme avoir fait sauter le pont. Le ministère de l’Intérieur a démenti cette information lundi.\n\n"
        "« Il ne s’est rien passé, tout est calme », a déclaré le porte-parole Ivo Tarn sur Telegram. L’armée a confirmé lors"
        " d’une conférence de presse qu’un soldat était porté disparu.",
        ["claims Le Front Sorrel", "denies Le ministère de l’Intérieur", "says le porte-parole Ivo Tarn @Telegram",
         "confirms L’armée @conférence de presse"],
    ),
    "es": (
        "El Frente Sorrel sostiene que voló el puente. El Ministerio del Interior desmintió la información el lunes.\n\n"
        "«No hay ningún daño, todo está en calma», escribió el portavoz Ivo Tarn en Telegram. El Ejército confirmó en una rueda"
        " de prensa que falta un soldado.",
        ["claims El Frente Sorrel", "denies El Ministerio del Interior", "denies el portavoz Ivo Tarn @Telegram",
         "confirms El Ejército @rueda de prensa"],
    ),
    "it": (
        "Il Fronte Sorrel sostiene che il ponte è stato fatto saltare. Il ministero dell’Interno ha smentito la notizia"
        " lunedì.\n\n«Nessun danno, la situazione è calma», ha scritto il portavoce Ivo Tarn su Telegram."
        " L’esercito ha confermato in conferenza stampa che manca un soldato.",
        ["claims Il Fronte Sorrel", "denies Il ministero dell’Interno", "denies il portavoce Ivo Tarn @Telegram",
         "confirms L’esercito @conferenza stampa"],
    ),
    "pt": (
        "A Frente Sorrel alega que destruiu a ponte. O Ministério do Interior negou a informação na segunda-feira.\n\n"
        "“Não há danos, está tudo calmo”, escreveu o porta-voz Ivo Tarn no Telegram. O Exército confirmou em entrevista coletiva"
        " que falta um soldado.",
        ["claims A Frente Sorrel", "denies O Ministério do Interior", "denies o porta-voz Ivo Tarn @Telegram",
         "confirms O Exército @entrevista coletiva"],
    ),
    "ru": (
        "Фронт Соррел утверждает, что взорвал мост. Министерство внутренних дел опровергло это сообщение в понедельник.\n\n"
        "«Никаких взрывов не было, обстановка спокойная», — написал представитель министерства Иво Тарн в Telegram. Армия"
        " подтвердила на брифинге, что один солдат пропал.",
        ["claims Фронт Соррел", "denies Министерство внутренних дел", "denies представитель министерства Иво Тарн @Telegram",
         "confirms Армия @брифинге"],
    ),
    "uk": (
        "Фронт Соррел стверджує, що підірвав міст. Міністерство внутрішніх справ спростувало це повідомлення в понеділок.\n\n"
        "«Жодних вибухів не було, ситуація спокійна», — написав речник міністерства Іво Тарн у Telegram. Армія підтвердила на"
        " брифінгу, що один солдат зник.",
        ["claims Фронт Соррел", "denies Міністерство внутрішніх справ", "denies речник міністерства Іво Тарн @Telegram",
         "confirms Армія @брифінгу"],
    ),
    "tr": (
        "Sorrel Cephesi, köprüyü havaya uçurduğunu iddia etti. İçişleri Bakanlığı, pazartesi günü iddiaları yalanladı.\n\n"
        "Ordu, basın toplantısında bir askerin kaybolduğunu doğruladı.",
        ["claims Sorrel Cephesi", "denies İçişleri Bakanlığı", "confirms Ordu @basın toplantısında"],
    ),
    "ar": (
        "زعمت جماعة سوريل أنها فجرت الجسر. ونفت وزارة الداخلية صحة التقارير يوم الاثنين.\n\n"
        "وأكد المتحدث باسم الجيش في مؤتمر صحفي أن جنديا واحدا مفقود.",
        ["claims جماعة سوريل", "denies وزارة الداخلية", "confirms المتحدث باسم الجيش @مؤتمر صحفي"],
    ),
    "fa": (
        "گروه سورل، ادعا کرد که پل را منفجر کرده است. وزارت کشور، این خبر را تکذیب کرد.\n\n"
        "سخنگوی ارتش، در نشست خبری مفقود شدن یک سرباز را تایید کرد.",
        ["claims گروه سورل", "denies وزارت کشور", "confirms سخنگوی ارتش @نشست خبری"],
    ),
    "zh": (
        "索雷尔组织声称炸毁了大桥。内政部周一否认这一说法。\n\n军方发言人在记者会上证实，一名士兵失踪。",
        ["claims 索雷尔组织", "denies 内政部", "confirms 军方发言人 @记者会"],
    ),
    "ja": (
        "ソレル組織は、橋を爆破したと主張した。内務省は月曜日、この報道を否定した。\n\n軍の報道官は記者会見で、兵士一人が行方不明だと認めた。",
        ["claims ソレル組織", "denies 内務省", "confirms 軍の報道官 @記者会見"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", PAGES)
def test_a_page_of_one_shape_gives_its_statements_and_nothing_else(language: str) -> None:
    text, expected = PAGES[language]
    assert brief(read(text, language)) == expected


TRAPS = [
    pytest.param("The court denied bail to the suspect, Ivo Tarn.", id="what is refused is no statement"),
    pytest.param("The quake claimed 12 lives in Sorrel.", id="a quake claims lives"),
    pytest.param("President Ivo Tarn has claimed victory.", id="a victory is no claim"),
    pytest.param("Minister Ivo Tarn declined to confirm or deny the report.", id="neither"),
    pytest.param("The army could not confirm the report.", id="not confirmed"),
    pytest.param("There are 40 confirmed cases in the Sorrel province.", id="confirmed cases"),
    pytest.param("The ministry was denied access to the Sorrel bridge.", id="denied by nobody"),
    pytest.param("The council rejected the budget of mayor Ivo Tarn.", id="a budget is no claim"),
    pytest.param("“The ministry denied it all and lied to us,” the song goes.", id="in a quotation another one speaks"),
    pytest.param("Nobody denied the report.", id="nobody"),
    pytest.param("The ministry said the bridge is shut.", id="a plain statement without a place"),
    pytest.param("The claims by the Sorrel Front come days after the strike.", id="a noun"),
    pytest.param("His claim that the bridge fell is false.", id="a noun behind his"),
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS)
def test_what_is_no_statement_is_none(text: str) -> None:
    assert brief(read(text)) == []


CASES = [
    ("Ivo Tarn, who denies the accusation, left.", ["denies Ivo Tarn"]),
    ("Ivo Tarn, a spokesman for the Front, denied the report.", ["denies Ivo Tarn"]),
    ("The company, which makes bridges, confirmed that it was asked.", ["confirms The company"]),
    ('The armed group "Sorrel Front" claimed that it fell.', ['claims The armed group "Sorrel Front"']),
    ("The report was denied by the Interior Ministry.", ["denies the Interior Ministry"]),
    ("The Civil Bridge Authority (CBA) said on Twitter that it was shut.", ["says The Civil Bridge Authority (CBA) @Twitter"]),
    ("The Sorrel Ministry retracted its statement.", ["retracts The Sorrel Ministry"]),
    ("The mayor told AFP that the bridge was shut.", ["says The mayor @AFP"]),
    ("The Front’s rebuttal to the report said nothing.", ["rebuts The Front"]),
    ("He said the Interior Ministry denied the report.", ["denies the Interior Ministry"]),
    ("“It rained,” Under Secretary Ivo Tarn said in a statement.", ["says Under Secretary Ivo Tarn @in a statement"]),
    ("“It rained,” said Under Secretary Ivo Tarn in a statement.", ["says Under Secretary Ivo Tarn @in a statement"]),
    ("Under the deal, the Interior Ministry denied the report.", ["denies the Interior Ministry"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:30] for text, _ in CASES])
def test_who_speaks(text: str, expected: list[str]) -> None:
    assert brief(read(text)) == expected


def test_each_statement_has_its_sentence_and_the_verb_as_printed() -> None:
    (one,) = read("It rained. The Interior Ministry denied the report on Monday. It rained on.")
    assert (one.words, one.verb) == ("The Interior Ministry denied the report on Monday.", "denied")


def test_a_headline_that_sums_up_gives_way_to_the_text() -> None:
    found = read("The Interior Ministry denied the report.", headline="Sorrel denies report of attack")
    assert brief(found) == ["denies The Interior Ministry"]


def test_authorities_are_left_out_where_those_are_named_who_deny() -> None:
    found = read("Authorities have rebuffed the claims. The Interior Ministry denied the claims.")
    assert brief(found) == ["denies The Interior Ministry"]
    assert brief(read("Authorities have rebuffed the claims.")) == ["rebuts Authorities"]


def test_a_headlines_speaker_stands_beside_another_one_of_the_text() -> None:
    text = "The Sorrel Front denied the report, too."
    assert brief(read(text, headline="Mayor Ivo Tarn denies report")) == [
        "denies Mayor Ivo Tarn",
        "denies The Sorrel Front",
    ]
    for gives_way in (
        "Sorrel denies report",
        "Front denies report",
        "Mayor denies report",
        "Sorrel Front denies report",
    ):
        assert brief(read(text, headline=gives_way)) == ["denies The Sorrel Front"], gives_way


GROUPS = [
    ("Authorities in both countries", True),
    ("Uzbek officials", True),  # of whom the ministry is one
    ("Tarn Bridge officials", False),
    ("The officials’ lawyer Ada Quill", False),
    ("A spokesman for the authorities", False),
]


@pytest.mark.parametrize(("speaker", "sums_up"), GROUPS)
def test_who_sums_up_those_that_the_text_names(speaker: str, sums_up: bool) -> None:
    found = brief(read(f"{speaker} rejected the claims. The Uzbekistan Ministry denied the claims."))
    assert found == [f"denies {speaker}"] * (not sums_up) + ["denies The Uzbekistan Ministry"]


ELSEWHERE = [
    ("es", "Así lo ha confirmado el alcalde, Ivo Tarn.", ["confirms el alcalde, Ivo Tarn"]),
    ("es", "Según ha confirmado la Policía Nacional a Europa Press, hay tres detenidos.",
     ["confirms la Policía Nacional @Europa Press"]),
    ("it", "Lo ha confermato il sindaco, Ivo Tarn, in una nota.", ["confirms il sindaco, Ivo Tarn @in una nota"]),
    ("pt", "A Polícia Federal confirmou à Reuters que abriu inquérito.", ["confirms A Polícia Federal @Reuters"]),
    ("fr", "L’armée russe a affirmé jeudi avoir pris la ville.", ["claims L’armée russe"]),
    ("de", "Wie das Unternehmen am Dienstag bestätigte, wird die Brücke gesperrt.", ["confirms das Unternehmen"]),
    ("ru", "Об этом сообщил мэр Иво Тарн в Telegram.", ["says мэр Иво Тарн @Telegram"]),
    ("ru", "«Это неправда», — заявил ТАСС депутат Иво Тарн.", ["says депутат Иво Тарн @ТАСС"]),
    ("uk", "Про це повідомив мер Іво Тарн у Telegram.", ["says мер Іво Тарн @Telegram"]),
    ("uk", "У Генштабі спростували інформацію про втрату міста.", ["denies Генштабі"]),
    ("ar", "أكدت وزارة الصحة مقتل ثلاثة أشخاص.", ["confirms وزارة الصحة"]),
    ("fa", "سخنگوی وزارت خارجه این گزارش را تکذیب کرد.", ["denies سخنگوی وزارت خارجه"]),
    ("ja", "同社の広報担当者はロイターの取材に対し、工場を閉鎖したと述べた。", ["says 同社の広報担当者 @ロイター"]),
    ("en", "The claims were rejected by the Interior Ministry.", ["denies the Interior Ministry"]),
    ("en", "A spokesman who left because of agency policy said in a statement that it rained.", []),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), ELSEWHERE)
def test_who_speaks_in_other_orders_of_words(language: str, text: str, expected: list[str]) -> None:
    assert brief(read(text, language)) == expected


GERMAN = [
    ("Das Innenministerium hat den Bericht dementiert.", ["denies Das Innenministerium"]),
    ("Am Montag hat das Innenministerium den Bericht bestritten.", ["denies das Innenministerium"]),
    ("Vor Tagen hatte der Sprecher Ivo Tarn Vorwürfe noch zurückgewiesen.", ["denies der Sprecher Ivo Tarn"]),
    ("Die Polizei hat bestätigt, dass die Brücke steht.", ["confirms Die Polizei"]),
    ("Die Polizei hat den Bericht nicht bestätigt.", []),
    ("Das Innenministerium hat den Bericht weder bestätigt noch dementiert.", []),
]


@pytest.mark.parametrize(("text", "expected"), GERMAN)
def test_in_german_the_verbs_first_half_stands_beside_who_speaks(text: str, expected: list[str]) -> None:
    assert brief(read(text, "de")) == expected


def test_two_denials_of_one_speaker_are_two() -> None:
    first, other = "The Interior Ministry denied the report.", "The Interior Ministry denied that a train had been hit."
    printed = {"a": first, "b": first, "c": other}  # two outlets print one, a third another
    reports = [article("x", id=id_, outlet=id_) for id_ in printed]
    said = [replace(one, article=id_) for id_, text in printed.items() for one in read(text)]
    found = disputes(reports, said, {}, ())
    assert [(one.words, one.article) for one in found] == [(first, "a"), (other, "c")]


def test_a_language_without_a_row_gives_nothing() -> None:
    assert read("A minisztérium cáfolta a hírt.", "hu") == ()


@pytest.mark.skipif(not SEED.exists(), reason="../shared is not there")
def test_the_page_that_the_project_started_from_gives_its_five_statements_and_nothing_else() -> None:
    headline, *paragraphs = [
        line.strip() for line in SEED.read_text("utf-8").split("Related articles")[0].splitlines() if line.strip()
    ]
    assert brief(read("\n\n".join(paragraphs), headline=headline)) == [
        "claims the ISKP",
        "denies the Uzbek President’s spokesperson @Telegram",
        "says A resident of Termez @Eurasianet",
        "denies The Uzbek Defense Ministry",
        "rebuts the Taliban",
    ]


COUNTS = [
    ("en", "At least 12 people were killed and 30 injured.", {"killed": (12, True), "injured": (30, False)}),
    ("de", "Bei dem Unglück gab es 12 Tote und mindestens 30 Verletzte.", {"killed": (12, False), "injured": (30, True)}),
    ("fr", "L’incendie a fait 12 morts et 30 blessés.", {"killed": (12, False), "injured": (30, False)}),
    ("es", "Hay al menos 12 muertos y 30 heridos.", {"killed": (12, True), "injured": (30, False)}),
    ("ru", "Погибли 12 человек, 30 пострадали.", {"killed": (12, False), "injured": (30, False)}),
    ("en", "He died in 2019 of old age.", {}),
    ("en", "Two people were killed.", {}),
    ("en", "The driver, 45, was killed.", {}),
    ("en", "The man aged 72 died.", {}),
    ("en", "Officials spoke of 2 million dead birds.", {}),
    ("en", "They were killed on 9 May.", {}),
    ("en", "They died on Route 66.", {}),
    ("de", "Am 9. Mai starben sie.", {}),
    ("ru", "Погибли 2 тысячи птиц.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), COUNTS)
def test_the_killed_and_the_injured_are_counted(
    language: str, text: str, expected: dict[str, tuple[int, bool]]
) -> None:
    reading = grounds.open_text(article(text, language=language))
    assert {one.kind: (one.number, one.least) for one in figures_of(reading.text, language)} == expected


def counted(number: int, *, least: bool = False) -> list[Figure]:
    return [Figure(kind="killed", number=number, least=least, words=f"{number} were killed.")]


def test_a_sentence_that_forty_outlets_reprint_is_told_once_with_all_of_them() -> None:
    (one,) = read("The Interior Ministry denied the report.")
    (told,) = gathered([replace(one, article=f"a{n}", stance="says" if n == 0 else "denies") for n in range(40)])
    assert (told.statement.stance, len(told.articles), told.articles[0]) == ("denies", 40, "a0")


def test_two_independent_sources_that_count_otherwise_are_a_dispute() -> None:
    reports = [article("x", id="a", outlet="a"), article("y", id="b", outlet="b")]
    origins = [Origin(key=key, name=key.upper(), articles=(key,), reasons=()) for key in ("a", "b")]
    (one,) = disputes(reports, (), {"a": counted(12), "b": counted(15)}, origins)
    assert (one.kind, one.summary, one.article, one.other) == ("figures", "killed: 12 (A), 15 (B)", "a", "b")
    assert disputes(reports, (), {"a": counted(12, least=True), "b": counted(15)}, origins) == ()


def test_one_source_that_counts_anew_is_no_dispute() -> None:
    reports = [article("x", id="a", outlet="a"), article("y", id="b", outlet="b")]
    origins = [Origin(key="wire", name="Wire", articles=("a", "b"), reasons=())]
    assert disputes(reports, (), {"a": counted(12), "b": counted(15)}, origins) == ()


def test_what_may_be_the_same_source_does_not_contradict() -> None:
    reports = [article("x", id="a", outlet="a"), article("y", id="b", outlet="b")]
    origins = [
        Origin(key="a", name="A", articles=("a",), reasons=()),
        Origin(key="b", name="B", articles=("b",), reasons=(), least=0),
    ]
    assert disputes(reports, (), {"a": counted(12), "b": counted(15)}, origins) == ()


# ------------------------------------------------------------------------------------------------------- in a newsroom

CLAIM = (
    "The Sorrel Front claimed that it had blown up the railway bridge over the Sorrel Gorge near the town of Halm on Monday.",
    "The bridge carries the grain trade of the province to the harbour, and trains crossed it every night for forty years.",
)
DENIAL = "The Interior Ministry denied the claim on Tuesday and showed pictures of the bridge over the Sorrel Gorge near Halm."


def arrives(db: Database, id_: str, *body: str, hours: int = 0) -> None:
    one = article(
        "\n\n".join(body), id=id_, outlet=id_, headline="Railway bridge over the Sorrel Gorge", language="en",
        fetched=NOON + timedelta(hours=hours),
    )  # fmt: skip
    articles.append(db, one)
    merge.merge(db, merge.Reference(registry=REGISTRY))


def test_a_denial_that_arrives_later_makes_a_story_disputed_and_is_told_once(db: Database) -> None:
    watch = Watch(name="bridge", query="bridge", events=("dispute",))
    judge.judge(db, watch, now=NOON)
    arrives(db, "herald", *CLAIM)
    judge.judge(db, watch, now=NOON)
    assert list(stories.latest(db, disputed=True)) == []
    arrives(db, "courier", DENIAL, CLAIM[1], hours=1)
    (story,) = stories.latest(db, disputed=True)
    assert [one.summary for one in dispute_rows.of_story(db, story.id)] == ["The Interior Ministry: denies"]
    judge.judge(db, watch, now=NOON)
    arrives(db, "lantern", DENIAL, CLAIM[1], hours=2)
    judge.judge(db, watch, now=NOON)
    (alert,) = db.execute("select event, words from alerts").fetchall()
    assert alert == ("dispute", "disputed: The Interior Ministry: denies")


def test_a_denial_that_its_outlet_takes_out_is_none_any_more(db: Database) -> None:
    arrives(db, "herald", *CLAIM)
    arrives(db, "courier", DENIAL, CLAIM[1], hours=1)
    arrives(db, "courier", CLAIM[1], CLAIM[1], hours=2)
    assert list(stories.latest(db, disputed=True)) == []


def test_it_is_kept_where_in_its_text_a_statement_stands(db: Database) -> None:
    arrives(db, "herald", "It rained.", DENIAL)
    headline = article(CLAIM[1], id="lantern", outlet="lantern", headline="Mayor Ivo Tarn denies report", language="en")
    articles.append(db, headline)
    merge.merge(db, merge.Reference(registry=REGISTRY))
    kept = [one for story in stories.latest(db) for one in statement_rows.of_story(db, story.id)]
    read_again = [*read("It rained.\n\n" + DENIAL, headline="Railway bridge over the Sorrel Gorge")]
    assert {(one.speaker, one.head, one.sentence) for one in kept} == {
        ("The Interior Ministry", False, read_again[0].sentence),
        ("Mayor Ivo Tarn", True, 0),
    }
    assert read_again[0].sentence


def test_judged_anew_the_disputes_are_the_same(db: Database) -> None:
    arrives(db, "herald", *CLAIM)
    arrives(db, "courier", DENIAL, CLAIM[1], hours=1)
    before = [db.execute(f"select * from {table}").fetchall() for table in ("statements", "disputes")]
    merge.again(db, merge.Reference(registry=REGISTRY))
    assert [db.execute(f"select * from {table}").fetchall() for table in ("statements", "disputes")] == before
    assert all(before)


def ask(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--db", str(folder / "twosource.db"), *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_of_the_samples_stories_the_bridge_alone_is_disputed(untouched_sample: Path) -> None:
    (one,) = [json.loads(line) for line in ask(untouched_sample, "stories", "--disputed", "--json").splitlines()]
    whole: dict[str, Any] = json.loads(ask(untouched_sample, "story", one["story"], "--json"))
    told = {(said["stance"], said["speaker"]) for said in whole["statements"]}
    assert ("denies", "Ilva Tarrant") in told  # "There has been no explosion", at a briefing
    assert ("denies", "The Sundrian government in Halm") in told
    assert ("confirms", "The district police") in told
    assert all(said["sentence"] and said["article"] and said["url"] for said in whole["statements"])
    assert {dispute["kind"] for dispute in whole["disputes"]} == {"statement"}
    assert (
        ask(untouched_sample, "story", one["story"]).count("There has been no explosion") == 1
    )  # five outlets print it
    assert "Disputed:" in ask(untouched_sample, "story", one["story"])
    assert "Denied by" in ask(untouched_sample, "check", "Highland Front bridge charges")
