"""What an assistant is told: a real client asks the server, on the sample newsroom and on what hostile outlets print."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator import merge
from aggregator.cli import main
from aggregator.credit.registry import load_registry
from storage import articles, clock
from storage.db import connect
from tests.conftest import article
from tests.hostile import ENDLESS, HOSTILE, TRAPS
from tests.newsroom import alone, report, story

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import anyio
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from aggregator.mcp.server import make_server

pytestmark = pytest.mark.enable_socket  # the loop's own pair of sockets; nothing is asked of any other machine

PASSAGE = (
    "In a statement sent to news organisations before dawn, the Front said that two charges had been fixed to the central pier of"
    " the bridge shortly after midnight and that the span had dropped into the river."
)


def call(folder: Path, tool: str, **given: Any) -> CallToolResult:
    """A client's question to the server, in one process."""

    async def ask() -> CallToolResult:
        async with Client(make_server(folder / "twosource.db")) as client:
            return await client.call_tool(tool, given)

    return anyio.run(ask)


def told(folder: Path, tool: str, **given: Any) -> Mapping[str, Any]:
    answer = call(folder, tool, **given)
    assert not answer.is_error, answer.content
    assert answer.structured_content is not None
    return answer.structured_content


def test_an_assistant_starts_the_server_and_asks_all_it_can(untouched_sample: Path) -> None:
    words = ["-m", "aggregator.cli", "--db", str(untouched_sample / "twosource.db"), "mcp"]

    async def ask() -> dict[str, Any]:
        async with Client(StdioServerParameters(command=sys.executable, args=words)) as client:
            tools = (await client.list_tools()).tools
            assert {one.name for one in tools} == {"check", "search", "story", "first_reports"}
            assert all(one.annotations and one.annotations.read_only_hint and one.output_schema for one in tools)
            found = (await client.call_tool("check", {"text": PASSAGE})).structured_content
            assert found is not None
            (one,) = found["stories"]
            asked = {
                "story": {"story": one["story"]},
                "search": {"query": "осетр"},
                "first_reports": {"query": "bridge"},
            }
            answers = {tool: (await client.call_tool(tool, given)).structured_content for tool, given in asked.items()}
            return {"check": found, **answers}

    found = anyio.run(ask)
    (held,) = found["check"]["stories"]
    assert (held["independent_sources"], held["least"], held["most"], held["outlets"]) == ("2 or more", 2, None, 7)
    assert {one["outlet"] for one in held["found"]} >= {"meridian"}
    assert all(one["share"] >= 0.4 and one["url"].startswith("https://") for one in held["found"])
    assert {one["name"] for one in held["sources"] if one["least"]} == {"Meridian", "The Tarvel Record"}
    assert all(reason["why"] for one in held["sources"] for reason in one["reasons"])
    assert {one["outlet"] for one in held["copies"] if one["sure"]} == {
        "harbour-post",
        "daily-lantern",
        "coast-courier",
    }
    assert found["story"]["reports"] == [one | {"share": None} for one in held["reports"]]
    assert [hit["headline"] for hit in found["search"]["hits"]] == [
        "Осетры вернулись в Малую протоку впервые за сорок лет"
    ]
    first = {one["story"]: one for one in found["first_reports"]["stories"]}[held["story"]]
    assert (first["outlet"], first["second"], first["minutes_ahead"]) == ("meridian", "harbour-post", 53)
    assert "53 minutes before harbour-post" in first["why"]


def test_an_assistant_may_ask_what_was_known_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
    with closing(connect(tmp_path / "twosource.db")) as db:
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 4, 8, tzinfo=UTC))
        articles.append(db, article("The ferry left at noon.", url="https://herald.example/1", language="en"))
        db.conn.commit()
        merge.merge(db, merge.Reference(registry=load_registry()))
    asked = {
        "check": {"text": "ferry"},
        "search": {"query": "ferry"},
        "first_reports": {},
        "story": {"story": "herald-1"},
    }
    for tool, given in asked.items():
        today = told(tmp_path, tool, **given)
        assert today["as_of"] is None
        known = told(tmp_path, tool, **given, as_of="2026-03-04T09:00")
        assert known == today | {"as_of": "2026-03-04T09:00:00+00:00"}
        assert known.get("stories") or known.get("hits") or known["reports"]
        before = call(tmp_path, tool, **given, as_of="2026-03-03")
        if tool == "story":
            assert "No story has an id" in str(before.content)
        else:
            assert before.structured_content is not None
            assert not before.structured_content.get("stories")
            assert not before.structured_content.get("hits")
        for moment, words in {"2026-03-01": "is kept since 2026-03-02", "soon": "soon"}.items():
            refused = call(tmp_path, tool, **given, as_of=moment)
            assert refused.is_error
            assert words in str(refused.content)


def test_nothing_found_never_means_false(untouched_sample: Path) -> None:
    for claim in ("zeppelin over Halm", "https://nowhere.example/x", "zeppelin " * 30, "?!"):
        answer = told(untouched_sample, "check", text=claim)
        assert answer["stories"] == []
        assert "does not make it false" in answer["meaning"]
    assert told(untouched_sample, "search", query="zeppelin")["hits"] == []


def test_a_wrong_question_is_answered_in_words(untouched_sample: Path, tmp_path: Path) -> None:
    for folder, tool, given, words in (
        (untouched_sample, "search", {"query": "a OR"}, "must follow OR"),
        (untouched_sample, "story", {"story": "none"}, "No story has an id that begins with 'none'"),
        (untouched_sample, "check", {}, "text"),
        (tmp_path, "search", {"query": "ferry"}, "There is no database"),
    ):
        answer = call(folder, tool, **given)
        assert answer.is_error
        assert words in str(answer.content)
    assert not (tmp_path / "twosource.db").exists()


def test_who_was_first_is_not_said_where_nobody_states_a_time(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "twosource.db")) as db:
        alone(db, "herald-1")
    (one,) = told(tmp_path, "first_reports")["stories"]
    assert (one["outlet"], one["published"], one["arrived_first"]) == (None, None, "herald")
    assert "not known" in one["why"]


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_what_an_outlet_prints_is_text_in_every_answer(tmp_path: Path, bad: str) -> None:
    with closing(connect(tmp_path / "twosource.db")) as db:
        given = {"headline": bad, "standfirst": bad, "url": "javascript:alert(1)"}
        one, two = report(db, "herald-1", body=f"bridge {bad}", **given), report(db, "wire-2", body="bridge", **given)
        story(db, one, two, origins=[("x", bad, ["herald-1", "wire-2"], [bad, bad])])
    asked = {
        "check": {"text": "bridge"},
        "search": {"query": "bridge"},
        "story": {"story": "herald-1"},
        "first_reports": {},
    }
    for tool, question in asked.items():
        answer = call(tmp_path, tool, **question)
        assert not answer.is_error, answer.content
        whole = json.dumps(answer.structured_content, ensure_ascii=False) + str(answer.content)
        steering = [trap for trap in TRAPS if not trap.isprintable()]
        assert not any(trap in whole for trap in steering)
        assert "javascript:" not in str([url for url in _urls(answer.structured_content) if url])
        assert answer.model_dump_json()


def _urls(answer: Any) -> list[Any]:
    if isinstance(answer, dict):
        return [one for key, value in answer.items() for one in ([value] if key == "url" else _urls(value))]
    return [one for value in answer for one in _urls(value)] if isinstance(answer, list) else []


def test_a_headline_of_ten_megabytes_makes_no_answer_of_ten_megabytes(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "twosource.db")) as db:
        alone(db, "herald-1", headline=ENDLESS, body="bridge")
    for tool, given in {
        "check": {"text": "bridge"},
        "search": {"query": "bridge"},
        "story": {"story": "herald-1"},
    }.items():
        assert len(json.dumps(told(tmp_path, tool, **given))) < 20_000


def test_without_the_library_a_sentence_says_what_to_install(
    untouched_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "aggregator.mcp.server", raising=False)
    for name in ("mcp", "mcp.server", "mcp.server.mcpserver"):
        monkeypatch.setitem(sys.modules, name, None)
    done = CliRunner().invoke(main, ["--db", str(untouched_sample / "twosource.db"), "mcp"])
    assert done.exit_code == 3
    assert "pip install 'twosource[mcp]'" in done.output
    done = CliRunner().invoke(main, ["--db", "/nowhere/twosource.db", "mcp"])
    assert "There is no database" in done.output
