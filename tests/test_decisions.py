"""Staff's word above the machine's: what a person decided is shown, kept, named as a person's, and undone by another decision."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from aggregator import decide, merge
from aggregator.cli import main
from aggregator.credit import registry
from aggregator.decide import Person
from aggregator.decisions.partition import decided_stories
from aggregator.feeds.publish import publish
from aggregator.watches import judge
from aggregator.watches.config import Watch
from storage import articles, decisions, stories
from storage.db import connect
from storage.decisions import Decision
from storage.errors import DecisionWrong
from storage.home import Home
from storage.types import Article
from storage.writer import Writer
from tests.conftest import NOON, article

KNOWN = merge.Reference(registry=registry.load_registry(), names={"afp": "AFP", "reuters": "Reuters"})
MARIA = Person(who="maria", now=NOON, why="seen on the wire")


def newsroom(seed: int) -> list[Article]:
    """Twenty-four reports of four events by six outlets: own words over shared ones, some whole copies, some with a credit."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choice("abcdefghiklmnoprstuvz") for _ in range(rng.randint(4, 9))) for _ in range(600)]

    def sentence(words: list[str]) -> str:
        return " ".join(rng.sample(words, 12)).capitalize() + "."

    events = [rng.sample(vocabulary, 40) for _ in range(4)]
    texts = [[sentence(words) for _ in range(6)] for words in events]
    found = []
    for n in range(24):
        event = rng.randrange(4)
        body = texts[event][: rng.randint(3, 6)] if rng.random() < 0.5 else [sentence(events[event]) for _ in range(5)]
        body += rng.choice([[], [], ["(AFP)"], ["(Reuters)"]])
        again = n >= 20  # later versions of what came before
        found.append(
            article(
                "\n\n".join(body),
                id=f"a{n - 20}" if again else f"a{n}",
                outlet=f"outlet{n % 6}",
                headline=" ".join(rng.sample(events[event], 6)),
                language="en",
                fetched=NOON + timedelta(minutes=10 * n),
            )
        )
    return found


def shown(db: Database) -> dict[str, list[Any]]:
    """All that readers see of the stories."""
    return {
        table: sorted(map(repr, db.execute(f"select {columns} from {table}").fetchall()))
        for table, columns in {
            "story_articles": "*",
            "stories": "id, opened, updated, articles, least, most, follows, rules, moved",
            "origins": "*",
            "disputes": "*",
            "credits": "*",
            "struck_credits": "*",
            "set_aside_stories": "*",
            "set_aside_articles": "*",
        }.items()
    }


def any_decision(db: Database, rng: random.Random) -> None:
    """Something that a person might decide on what is shown now."""
    there = list(stories.latest(db))
    story = rng.choice(there)
    one = rng.choice(story.articles)
    try:
        match rng.randrange(8):
            case 0 | 1:
                decide.join(db, [each.id for each in rng.sample(there, min(2, len(there)))], MARIA, KNOWN)
            case 2 | 3:
                some = rng.sample(story.articles, rng.randint(1, len(story.articles)))
                decide.split(db, some, MARIA, KNOWN)
            case 4:
                decide.text_of(
                    db, one, rng.choice(["afp", "reuters", "A Blog", f"outlet{rng.randrange(6)}"]), MARIA, KNOWN
                )
            case 5:
                decide.strike(db, one, rng.choice(["afp", "reuters"]), MARIA, KNOWN)
            case 6:
                decide.not_independent(db, story.id, rng.choice(story.origins).key, MARIA, KNOWN)
            case 7:
                decide.undo(db, rng.randint(1, max(1, decisions.head(db))), MARIA, KNOWN)
    except DecisionWrong:
        pass


@pytest.mark.parametrize("seed", range(8))
def test_what_was_decided_between_merges_is_what_a_rebuilt_database_shows(seed: int) -> None:
    rng = random.Random(seed)
    db, waiting = connect(":memory:"), newsroom(seed)
    while waiting:
        some, waiting = waiting[: (k := rng.randint(1, 6))], waiting[k:]
        for one in some:
            articles.append(db, one)
        merge.merge(db, KNOWN, batch=rng.choice([1, 3, 100]))
        for _ in range(rng.randint(1, 3)):
            any_decision(db, rng)
    assert decisions.head(db) > 3
    rebuilt = connect(":memory:")
    for one in newsroom(seed):
        articles.append(rebuilt, one)
    for made in decisions.all_decisions(db):
        decisions.append(rebuilt, made)
    merge.merge(rebuilt, KNOWN, batch=rng.choice([1, 3, 100]))
    assert shown(rebuilt) == shown(db)
    before = shown(db)
    merge.again(db, KNOWN)
    assert shown(db) == before
    for n in range(decisions.head(db), 0, -1):  # whoever undoes all of it has what the machine made
        if n not in decisions.undone(db):
            decide.undo(db, n, MARIA, KNOWN)
    machine = connect(":memory:")
    for one in newsroom(seed):
        articles.append(machine, one)
    merge.merge(machine, KNOWN)
    assert shown(db) == shown(machine)
    assert not db.execute("pragma foreign_key_check").fetchall()


# ------------------------------------------------------------------------------------------------- what a person sees


@pytest.fixture
def sample_db(sample_folder: Path) -> Path:
    return sample_folder / "twosource.db"


def ask(file: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--db", str(file), *words], env={"TWOSOURCE_CONTACT": "x"})
    assert done.exit_code == 0, done.output
    return done.stdout


def story_of(file: Path, headline: str) -> dict[str, Any]:
    rows = map(json.loads, ask(file, "stories", "--all", "--members", "--json").splitlines())
    return next(row for row in rows if headline in (row["headline"] or ""))


def decided(file: Path, *words: str) -> None:
    ask(file, "decide", *words, "--who", "maria", "--why", "I was told")


def test_the_reasons_name_the_person_wherever_the_decision_counts(sample_db: Path) -> None:
    story = story_of(sample_db, "Central bank governor")
    assert (story["least"], story["most"], story["decided by"]) == (1, 1, [])
    decided(sample_db, "text-of", story["articles"][0], "coast-courier")
    decided(sample_db, "text-of", story["articles"][1], "reuters")
    after = story_of(sample_db, "Central bank governor")
    assert (after["least"], after["decided by"]) == (3, ["maria"])  # the third prints an agency
    for words in (
        ["story", story["story"], "--why"],
        ["story", story["story"], "--json"],
        ["check", story["headline"]],
    ):
        said = ask(sample_db, *words)
        assert "is the text of Reuters, as maria decided on " in said
        assert "I was told" in said
    assert "(maria)" in ask(sample_db, "stories")
    assert "maria said that" in ask(sample_db, "decisions", "list")
    ask(sample_db, "site", str(sample_db.parent / "site"))
    page = (sample_db.parent / "site" / "story" / f"{story['story']}.html").read_text()
    assert "What people decided" in page
    assert "as maria decided on" in page
    assert "decided by maria" in (sample_db.parent / "site" / "index.html").read_text()


def test_a_struck_credit_counts_for_nothing_until_that_is_undone(sample_db: Path) -> None:
    with closing(connect(sample_db)) as db:
        article, org = db.execute(
            "select article, org from credits where relation = 'republished' and role = 'agency' order by article limit 1"
        ).fetchone()
    before = ask(sample_db, "agency", org, "--json")
    decided(sample_db, "strike", article, org)
    assert "is struck, as maria decided on" in ask(sample_db, "story", article, "--why")
    assert ask(sample_db, "agency", org, "--json") != before
    ask(sample_db, "merge", "--again")
    assert "is struck, as maria decided on" in ask(sample_db, "story", article, "--why")
    decided(sample_db, "undo", "1")
    assert "struck" not in ask(sample_db, "story", article, "--why")
    assert ask(sample_db, "agency", org, "--json") == before


def test_a_source_that_is_not_independent_no_longer_counts(sample_db: Path) -> None:
    story = story_of(sample_db, "Front says it destroyed")
    assert story["least"] == 2
    decided(sample_db, "not-independent", story["story"], "The Tarvel Record")
    assert story_of(sample_db, "Front says it destroyed")["least"] == 1
    why = ask(sample_db, "story", story["story"], "--why")
    assert "The Tarvel Record: not counted" in why
    assert "not independent, as maria decided on" in why


def test_joined_stories_are_one_and_each_old_id_leads_there_and_back_again(sample_db: Path) -> None:
    bridge, denial = (story_of(sample_db, one)["story"] for one in ("Front says it destroyed", "Sorrel Gorge bridge"))
    decided(sample_db, "join", bridge, denial)
    one = json.loads(ask(sample_db, "story", denial, "--json"))
    assert (one["story"], len(one["articles"])) == (bridge, 11)
    assert one["decisions"][0]["what"] == "maria joined 11 articles as reports of one event"
    decided(sample_db, "undo", "1")
    assert json.loads(ask(sample_db, "story", denial, "--json"))["story"] == denial
    decided(sample_db, "undo", "2")
    assert json.loads(ask(sample_db, "story", denial, "--json"))["story"] == bridge


def test_what_cannot_be_decided_is_said_in_words_and_not_written_down(sample_db: Path) -> None:
    story = story_of(sample_db, "Front says it destroyed")
    for words, why in {
        ("join", story["story"]): "two stories at least",
        ("split", *story["articles"]): "all articles of",
        ("strike", story["articles"][0], "reuters"): "has no credit of reuters",
        ("not-independent", story["story"], "reuters"): "is no source of",
        ("undo", "7"): "no decision 7",
        ("strike", story["articles"][0], "reuters", "--why", " "): "a reason",
    }.items():
        given = ["--db", str(sample_db), "decide", *words[:1], "--who", "maria", "--why", "so", *words[1:]]
        done = CliRunner().invoke(main, given)
        assert (done.exit_code, why in " ".join(done.output.split())) == (2, True), done.output
    assert ask(sample_db, "decisions", "list", "--json") == ""


def test_a_note_changes_no_count_and_terminal_escapes_in_it_do_nothing(sample_db: Path) -> None:
    story = story_of(sample_db, "Front says it destroyed")
    ask(sample_db, "decide", "note", story["story"], "they answer \x1b[2J at <b>noon</b>", "--who", "maria")
    assert story_of(sample_db, "Front says it destroyed") == story
    said = ask(sample_db, "story", story["story"], "--why")
    assert "maria noted: they answer \ufffd[2J at <b>noon</b>" in said


def test_what_was_overruled_most_tells_which_rule_to_mend(sample_db: Path) -> None:
    story = story_of(sample_db, "Front says it destroyed")
    decided(sample_db, "split", story["articles"][-1])
    decided(sample_db, "split", story["articles"][-2])
    decided(sample_db, "not-independent", story["story"], "The Tarvel Record")
    rows = list(map(json.loads, ask(sample_db, "decisions", "overruled", "--json").splitlines()))
    assert [(row["rule"].partition(":")[0], row["decisions"]) for row in rows] == [("stories", 2), ("sources", 1)]
    decided(sample_db, "undo", "2")
    rows = list(map(json.loads, ask(sample_db, "decisions", "overruled", "--json").splitlines()))
    assert [row["decisions"] for row in rows] == [1, 1]


def test_a_decision_can_be_neither_edited_nor_deleted(db: Database) -> None:
    decisions.append(db, Decision(moment=NOON, who="maria", why="so", verb="note"))
    for statement in ("update decisions set who = 'paul'", "delete from decisions"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)


# ------------------------------------------------------------------------------------------------- feeds, watches, runs


def two_stories(db: Database) -> None:
    fire = (
        "The old ferry caught fire off the harbour wall at dawn and forty passengers were taken off by fishing boats."
    )
    vote = (
        "Parliament voted by a narrow margin to keep the fishing quota for herring as it was in the last three years."
    )
    for n, (body, outlet) in enumerate(
        [(fire, "herald"), (vote, "clarion"), (vote + " Our reporter was told so.", "tribune")]
    ):
        articles.append(
            db, article(body, id=f"{outlet}-1", outlet=outlet, fetched=NOON + timedelta(minutes=n), headline=body[:40])
        )
    merge.merge(db, KNOWN)


def test_feeds_and_watches_see_what_a_person_decided_as_any_change(tmp_path: Path) -> None:
    home = Home(tmp_path / "twosource.db")
    db = connect(home.database)
    watch = Watch(name="vote", query="quota", tell=("desk",))
    judge.judge(db, watch, now=NOON)
    two_stories(db)
    judge.judge(db, watch, now=NOON)
    publish(db, home)
    assert not publish(db, home).written
    decide.text_of(db, "clarion-1", "afp", MARIA, KNOWN)
    decide.text_of(db, "tribune-1", "reuters", MARIA, KNOWN)
    assert publish(db, home).written
    assert "is the text of AFP, as maria decided" in (home.feeds / "stories.rss").read_text()
    judge.judge(db, watch, now=NOON)
    assert [row[0] for row in db.execute("select event from alerts order by id")] == ["new", "second"]
    decide.undo(db, 2, MARIA, KNOWN)
    judge.judge(db, watch, now=NOON)
    assert [row[0] for row in db.execute("select event from alerts order by id")] == ["new", "second", "fell"]


def test_a_person_decides_while_a_crawl_writes_and_neither_fails(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "twosource.db")
    merging = merge.Merge(connect(tmp_path / "twosource.db"), KNOWN)  # as the process does that follows the crawl
    staff = connect(tmp_path / "twosource.db")
    for n, one in enumerate(newsroom(1)[:20]):
        with writer.writing() as db:
            articles.append(db, one)
        writer.commit()
        merging.step(merge.BATCH)
        if n % 4 == 3:
            found = list(stories.latest(staff))
            decide.text_of(staff, found[0].articles[0], "afp", MARIA, KNOWN)
            decide.join(staff, [each.id for each in found[:2]], MARIA, KNOWN) if len(found) > 1 else None
    machine = connect(":memory:")
    for one in newsroom(1)[:20]:
        articles.append(machine, one)
    for made in decisions.all_decisions(staff):
        decisions.append(machine, made)
    merge.merge(machine, KNOWN)
    assert shown(staff) == shown(machine)
    staff.close()
    writer.close()


def test_a_later_article_goes_with_the_part_that_it_is_most_like() -> None:
    machine = dict.fromkeys("abcdef", "a")
    nearest = {"a": None, "b": "a", "c": "b", "d": "c", "e": "a", "f": "d"}
    made = Decision(moment=NOON, who="maria", verb="split", n=3, articles=("c",), others=("a", "b"))
    assert decided_stories(machine, nearest, [made]) == {
        **dict.fromkeys("abe", "a"),
        **dict.fromkeys("cdf", "c~d3"),
    }


IDS = st.sampled_from("abcdefgh")
PARTS = st.lists(IDS, min_size=1, unique=True).map(tuple)


@st.composite
def made_decisions(draw: st.DrawFn) -> list[Decision]:
    found = []
    for n in range(1, draw(st.integers(2, 6))):
        taken = draw(PARTS)
        others = tuple(one for one in "abcdefgh" if one not in taken and draw(st.booleans()))
        verb = "split" if others and draw(st.booleans()) else "join"
        found.append(Decision(moment=NOON, who="m", verb=verb, n=n, articles=taken, others=others * (verb == "split")))
    return found


@given(st.dictionaries(IDS, st.sampled_from("abc")), made_decisions())
def test_the_last_decision_holds_and_no_article_is_lost(machine: dict[str, str], made: list[Decision]) -> None:
    story = decided_stories(machine, {}, made)
    assert list(story) == list(machine)
    last = made[-1]
    there = {story[one] for one in last.articles if one in story}
    if last.verb == "join":
        assert len(there) <= 1
    else:
        assert not there & {story[one] for one in last.others if one in story}


@given(st.dictionaries(IDS, st.sampled_from("abc")))
def test_without_decisions_the_stories_are_the_machines(machine: dict[str, str]) -> None:
    assert decided_stories(machine, {}, []) == machine
