"""What the sample newsroom holds on a claim, a link or a passage: each answer can be checked by scrapers/sample/answer.toml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from aggregator.cli import main
from aggregator.search import index
from storage.db import connect
from tests.newsroom import alone

PASSAGE = (
    "In a statement sent to news organisations before dawn, the Front said that two charges had been fixed to the central pier of"
    " the bridge shortly after midnight and that the span had dropped into the river."
)


def ask(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--db", str(folder / "twosource.db"), "check", *words])
    assert done.exit_code == 0, done.output
    return done.output


def data(folder: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ask(folder, *words, "--json").splitlines()]


def test_a_link_is_found_however_it_is_written_and_brings_its_storys_sources(untouched_sample: Path) -> None:
    db = connect(untouched_sample / "twosource.db")
    (url,) = db.execute("select url from articles where outlet = 'meridian' and url like '%front-claims%'").fetchone()
    (one,) = data(untouched_sample, url.replace("https://", "http://www.") + "?utm_source=mail#top")
    assert (one["asked"], one["least"], one["most"], one["independent sources"]) == ("link", 2, None, "2 or more")
    assert [article["url"] for article in one["found"]] == [url]
    assert {source["name"] for source in one["sources"] if source["least"]} == {"Meridian", "The Tarvel Record"}
    assert all(source["reasons"] for source in one["sources"])


def test_a_pasted_passage_names_who_prints_it_and_who_only_copies(untouched_sample: Path) -> None:
    (one,) = data(untouched_sample, PASSAGE)
    assert (one["asked"], one["least"], one["most"]) == ("passage", 2, None)
    outlets = {article["outlet"] for article in one["found"]}
    assert "meridian" in outlets
    assert "tarvel-record" not in outlets  # its own reporter's words
    sure = {copy["outlet"] for copy in one["copies"] if copy["sure"]}
    assert sure == {
        "harbour-post",
        "daily-lantern",
        "coast-courier",
    }  # the Inland Review rewrote: who was first is not known


def test_a_claim_is_found_by_its_words_and_says_that_a_denial_has_them_too(untouched_sample: Path) -> None:
    assert {one["least"] for one in data(untouched_sample, "Highland Front bridge charges")} == {2}
    assert "denies a claim has them too" in ask(untouched_sample, "Highland Front bridge charges")


def test_nothing_found_is_an_answer_and_never_false(untouched_sample: Path) -> None:
    for claim in ("zeppelin over Halm", "https://nowhere.example/x", "zeppelin " * 30, "?!", "a: (b OR"):
        assert "does not make it false" in ask(untouched_sample, claim)
        assert data(untouched_sample, claim) == []


def test_a_long_passage_that_nobody_prints_is_not_taken_for_a_claim(untouched_sample: Path) -> None:
    assert data(untouched_sample, "Highland Front bridge charges") != []
    assert data(untouched_sample, "Highland Front bridge charges " * 15) == []
    assert len(data(untouched_sample, f"Highland Front bridge charges {PASSAGE} " + "charges bridge " * 10)) == 1


def test_hostile_words_of_an_article_stay_text(tmp_path: Path) -> None:
    db = connect(tmp_path / "twosource.db")
    alone(db, "herald-1", headline="[red]zeppelin[/] \x1b[31m\u202e<script>")
    (last,) = db.execute("select max(seq) from articles").fetchone()
    index.bring_up(db, through=last)
    db.conn.commit()
    shown = ask(tmp_path, "zeppelin")
    assert "[red]zeppelin[/]" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
