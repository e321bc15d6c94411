"""What staff ask on the command line, on the sample newsroom: each answer can be checked by scrapers/sample/answer.toml."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator.cli import main
from aggregator.origins.interval import bounds
from storage import ids, keys, profiles
from storage.db import connect, connect_to_read
from storage.errors import AmbiguousId, NoSuchId
from tests.answers import ANSWER
from tests.newsroom import report, story


def ask(folder: Path, *words: str) -> str:
    """What a verb prints on stdout."""
    done = CliRunner().invoke(main, ["--db", str(folder / "twosource.db"), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def data(folder: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ask(folder, *words, "--json").splitlines()]


def test_single_source_stories_are_those_that_the_answer_gives_one_source(untouched_sample: Path) -> None:
    found = data(untouched_sample, "stories", "--single-source")
    assert {row["headline"] for row in found} == {
        "Central bank governor steps down",
        "Осетры вернулись в Малую протоку впервые за сорок лет",
        "С загоревшегося у Коррана парома спасли всех пассажиров",
        "One rural clinic in six ran out of insulin, unpublished audit says",
        "Island ferry tickets to cost more from November",
    }
    assert {(row["least"], row["most"]) for row in found} == {(1, 1)}


def test_each_view_over_the_sample_says_what_the_answer_says(both_editions: Path) -> None:
    base = connect_to_read(both_editions / "twosource.db")
    named = {keys.canonical(one["url"]): one["name"] for one in ANSWER["articles"]}
    stories = {name: one["name"] for one in ANSWER["stories"] for name in one["articles"]}
    rows = base.execute("select m.story, a.url from story_articles m join articles a on a.id = m.article").fetchall()
    name = {story: stories[named[url]] for story, url in rows if url in named}

    def told(view: str, *columns: str) -> dict[str, Any]:
        found = base.execute(f"select story, {', '.join(columns)} from {view}").fetchall()
        return {name[story]: said[0] if len(said) == 1 else said for story, *said in found}

    expected = {one["name"]: (one["least"], one.get("most")) for one in ANSWER["stories"]}
    assert told("stories_now", "sources") == {one: bounds(*counted) for one, counted in expected.items()}
    assert told("single_source_stories", "source") == {
        "governor": "Polar Press",
        "clinics": "The Inland Review",
        "fares": "Coast Courier",
        "spawning": "Вестник дельты",
        "ferry-ru": "Meridian",
        "agreed": "Meridian",
    }
    assert {one: set(json.loads(sources)) for one, sources in told("confirmed_stories", "independent").items()} == {
        "bridge": {"Meridian", "The Tarvel Record"},
        "ferry": {"The Harbour Post", "Northgate Radio", "Meridian"},
        "reopened": {"Meridian", "The Tarvel Record"},
        "talks": {"Meridian", "The Inland Review"},
    }
    pairs = [tuple(one[end].partition("/")[2] for end in ("to", "from")) for one in ANSWER["copies"]]
    copied = base.execute("select copier, source, articles from who_copies_whom").fetchall()
    # All that the answer has but two, of which it is not known who had the text first.
    unknown = [("inland-review", "meridian"), ("daily-lantern", "coast-courier")]
    assert {(copier, source): articles for copier, source, articles in copied} == Counter(pairs) - Counter(unknown)
    assert told("first_reports", "outlet", "second", "minutes_ahead")["bridge"] == ["meridian", "harbour-post", 53]
    assert told("first_reports", "outlet", "second", "minutes_ahead")["reopened"] == ["tarvel-record", "meridian", 85]
    disputed = base.execute("select story, dispute from disputed_stories").fetchall()
    assert {(name[story], dispute) for story, dispute in disputed} == {
        ("bridge", "Ilva Tarrant: denies"),
        ("bridge", "The Sundrian government in Halm: denies"),
        ("bridge", "The authorities in Halm: rebuts"),
    }
    assert base.execute("select outlet, version, substance from corrections").fetchall() == [("harbour-post", 2, 1)]
    unwell = base.execute("select outlet from outlet_health where outcome <> 'ok'").fetchall()
    assert [outlet for (outlet,) in unwell] == ANSWER["broken"]
    reach = base.execute("select agency, outlets, articles, stories, alone from agency_reach").fetchall()
    assert reach == [("meridian", 5, 7, 6, 2), ("polar-press", 2, 2, 1, 1)]
    assert base.execute("select * from overruled_most").fetchall() == []


def test_the_samples_correction_is_told_sentence_by_sentence(both_editions: Path) -> None:
    base = connect_to_read(both_editions / "twosource.db")
    (ferry,) = base.execute("select story from corrections").fetchone()
    changes = data(both_editions, "story", ferry, "--diff")
    assert {(one["outlet"], one["version"]) for one in changes} == {("harbour-post", 2)}
    assert any("Nine people" in (one["before"] or "") and "Eleven people" in (one["after"] or "") for one in changes)
    assert any((one["after"] or "").startswith("Correction:") for one in changes)


def test_new_stories_began_since_then_and_others_were_only_reported(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    old = report(db, "wire-1", minutes=0)
    follow = report(db, "herald-1", minutes=300)
    story(db, old, follow)
    story(db, report(db, "wire-2", minutes=200))
    since = ("--since", "2026-03-02T08:00")  # two hours after the first report
    assert [row["story"] for row in data(tmp_path, "stories", *since)] == ["wire-1", "wire-2"]
    assert [row["story"] for row in data(tmp_path, "stories", "--new", *since)] == ["wire-2"]
    assert data(tmp_path, "stories", "--new") == []  # nothing began in the last 24 hours: all is of March


def test_a_time_that_is_none_is_said_in_words(tmp_path: Path) -> None:
    connect(tmp_path / "twosource.db")
    done = CliRunner().invoke(main, ["--db", str(tmp_path / "twosource.db"), "stories", "--since", '3d" OR "goats'])
    assert (done.exit_code, "is no moment" in done.output) == (2, True)
    done = CliRunner().invoke(main, ["--db", str(tmp_path / "twosource.db"), "stories", "--since", "soon"])
    assert done.exit_code == 2
    assert "3d" in done.stderr


def test_a_database_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    for words in (["stories"], ["story", "x"], ["outlet", "x"], ["agency", "x"]):
        done = CliRunner().invoke(main, ["--db", str(tmp_path / "no.db"), *words])
        assert done.exit_code == 3
        assert "no.db" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_beginning_of_an_id_is_enough_where_one_begins_so(untouched_sample: Path) -> None:
    db = connect_to_read(untouched_sample / "twosource.db")
    (whole,) = db.execute("select id from stories where id like 'crossroads-%'").fetchone()
    assert ids.story_id(db, "crossr") == ids.story_id(db, whole) == whole
    with pytest.raises(AmbiguousId, match="type more"):
        ids.story_id(db, "coast")
    with pytest.raises(NoSuchId):
        ids.story_id(db, "crossroads-%")  # no pattern: just so
    assert ids.outlet_id(db, "harb") == "harbour-post"
    assert ids.outlet_id(db, "coast", ["coast-courier-tv", "coast"]) == "coast"
    with pytest.raises(NoSuchId):
        ids.article_id(db, "")


def test_a_story_says_where_the_article_of_its_id_stands_when_that_was_parted_from_it(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    story(db, report(db, "wire-1"), report(db, "herald-1"))
    story(db, report(db, "wire-2"))
    asked = ["--db", str(tmp_path / "twosource.db"), "story", "wire-1"]
    assert "Parted" not in CliRunner().invoke(main, asked).stderr
    db.execute("update story_articles set story = 'wire-2' where article = 'wire-1'")
    db.conn.commit()
    db.close()
    assert (
        "the article that opened this story, and has its id, stands in wire-2" in CliRunner().invoke(main, asked).stderr
    )


def test_an_articles_id_means_its_story(untouched_sample: Path) -> None:
    db = connect_to_read(untouched_sample / "twosource.db")
    for article, its in db.execute("select article, story from story_articles").fetchall():
        if not db.execute("select 1 from stories where id = ?", [article]).fetchone():
            assert ids.story_id(db, article) == its


def test_a_timeline_goes_by_the_times_that_pages_state(untouched_sample: Path) -> None:
    events = data(untouched_sample, "story", "harbour-post-3", "--timeline")
    assert [(event["outlet"], event["when"], event["as"]) for event in events] == [
        ("meridian", "2026-09-15T10:30:00+00:00", "stated"),
        ("harbour-post", "2026-09-15T11:15:00+00:00", "stated"),
        ("inland-review", "2026-09-15T12:40:00+00:00", "stated"),
    ]
    assert "100% of its text from meridian" in events[1]["what"]


def test_a_time_after_the_arrival_is_not_believed(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    one = report(db, "wire-1", minutes=0, published=report(db, "herald-9", minutes=60).fetched)
    story(db, one)
    assert [event["as"] for event in data(tmp_path, "story", "wire-1", "--timeline")] == ["arrived"]


def test_an_outlets_work_is_its_own_or_an_agencys_as_the_answer_says(untouched_sample: Path) -> None:
    rows = data(untouched_sample, "outlet", "harbour-post")
    assert [(r["who"], r["articles"], r["of"]) for r in rows if r["what"] == "rests on"] == [
        ("Meridian", 2, 3),
        ("itself", 1, 3),
    ]
    assert [(r["who"], r["articles"], r["certain"]) for r in rows if r["what"] == "copies"] == [("meridian", 2, 2)]
    assert {r["who"] for r in rows if r["what"] == "copied by"} == {"coast-courier", "daily-lantern"}


def test_shares_of_a_month_are_the_whole_month(untouched_sample: Path) -> None:
    db = connect_to_read(untouched_sample / "twosource.db")
    for (outlet,) in db.execute("select distinct outlet from articles").fetchall():
        months: dict[str, float] = {}
        for one in profiles.shares(db, outlet):
            months[one.month] = months.get(one.month, 0) + one.share
        assert months
        assert all(abs(total - 1) < 1e-9 for total in months.values()), outlet


def test_who_is_first_alone_counts_and_a_tie_does_not(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    for n, (ours, theirs) in enumerate([(1, 2), (3, 2), (5, 5), (None, 1)]):
        pair = [
            report(
                db, f"{outlet}-{n}", minutes=60, published=minute and report(db, f"x-{minute}", minutes=minute).fetched
            )
            for outlet, minute in (("wire", ours), ("herald", theirs))
        ]
        story(db, *pair)
    assert profiles.firsts(db, "wire") == profiles.Firsts(stories=3, first=1, undated=1)


def test_an_agencys_reach_is_who_credits_it(untouched_sample: Path) -> None:
    rows = data(untouched_sample, "agency", "polar")
    assert {row["who"] for row in rows if row["what"] == "prints"} >= {"coast-courier"}
    assert all(row["of"] is None or row["articles"] <= row["of"] for row in rows)


@pytest.mark.parametrize(
    "words",
    [
        ["stories"],
        ["story", "crossr"],
        ["story", "crossr", "--timeline"],
        ["outlet", "coast"],
        ["copies"],
        ["agencies"],
        ["feeds"],
        ["outlets"],
    ],
)
def test_csv_has_a_heading_and_the_rows_of_the_data(untouched_sample: Path, words: list[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(untouched_sample, *words, "--csv"))))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


def test_what_a_spreadsheet_would_run_is_a_text_in_csv(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    story(db, report(db, "wire-1", headline='=HYPERLINK("http://evil.example")\x1b[2J'))
    (row,) = csv.DictReader(io.StringIO(ask(tmp_path, "stories", "--csv")))
    assert row["headline"] == '\'=HYPERLINK("http://evil.example")\ufffd[2J'
