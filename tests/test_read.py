"""``twosource read``: one page or an archive, as a table or as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from aggregator.cli.reading import read
from storage.archive import Archive

TEXT = "The ferry left the harbour at noon on Tuesday with forty people on board, the harbour master said."
HTML = f"<html lang=en><title>Ferry turns back in a storm</title><h1>Ferry turns back in a storm</h1><p>{TEXT}</p><p>{TEXT}</p>"
FIELDS = (
    "url canonical headline standfirst body language authors organisations published modified section image"
    " sourcing_lines credits paywalled incomplete"
)


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    with Archive.open(tmp_path, moment) as archive:
        for name, html in (("storm", HTML), ("empty", "")):
            headers = [("Content-Type", "text/html; charset=utf-8")]
            archive.append(
                url=f"https://ferry.example/{name}", status=200, headers=headers, body=html.encode(), fetched=moment
            )
    return next(tmp_path.rglob("*.warc.gz"))


def test_an_archive_gives_a_line_a_page_with_every_field(warc: Path) -> None:
    done = CliRunner().invoke(read, [str(warc), "--json"])
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert list(found) == FIELDS.split()
    assert (found["headline"], found["body"], found["published"]) == ("Ferry turns back in a storm", [TEXT, TEXT], None)
    assert "the page is empty" in done.stderr


def test_why_says_where_a_field_was_found(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(HTML)
    done = CliRunner().invoke(read, [str(file), "--url", "https://ferry.example/storm", "--why"])
    assert "h1, as in title" in done.stdout


def test_a_credit_stands_in_the_table_with_the_words_that_say_it(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(HTML + "<p>With reporting by Reuters.</p>")
    done = CliRunner().invoke(read, [str(file), "--url", "https://ferry.example/storm", "--why"])
    assert done.exit_code == 0, done.output
    assert "credit, with\treuters\tWith reporting by Reuters." in done.stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(read, [str(tmp_path / "none.html")])
    assert done.exit_code == 3
    assert "none.html" in done.stderr


def test_why_says_of_an_empty_field_where_it_was_sought(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(HTML)
    done = CliRunner().invoke(read, [str(file), "--url", "https://ferry.example/storm", "--why", "--json"])
    found = json.loads(done.stdout)
    assert found["published"] is None
    assert found["evidence"]["published"].startswith("not said; sought in JSON-LD")


def test_why_says_who_was_asked_who_counts_and_who_lost(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        HTML.replace("<h1>", '<meta name=author content="Ana Ruiz"><h1>').replace("<p>", "<p>By Tom Lee</p><p>", 1)
    )
    done = CliRunner().invoke(read, [str(file), "--url", "https://ferry.example/storm", "--why", "--json"])
    asked = {
        (one["witness"], one["outcome"], *(words for _, words in one["says"]))
        for one in json.loads(done.stdout)["witnesses"]
        if one["field"] == "authors"
    }
    assert asked == {
        ("selector", "silent"),
        ("json-ld author", "silent"),
        ("meta", "counts", "Ana Ruiz"),
        ("rel=author", "silent"),
        ("author's page", "silent"),
        ("author's card", "silent"),
        ("byline", "silent"),
        ("signed line", "lost", "Tom Lee"),
        ("signature", "silent"),
        ("json-ld creator", "silent"),
        ("preview label", "silent"),
        ("feed or sitemap", "silent"),
    }


def test_a_page_is_saved_as_a_test_with_a_truth_to_fill_in(tmp_path: Path) -> None:
    file, folder = tmp_path / "page.html", tmp_path / "pages"
    file.write_text(HTML)
    command = [str(file), "--url", "https://ferry.example/storm", "--save", str(folder)]
    done = CliRunner().invoke(read, command)
    truth, warc = sorted(folder.iterdir())
    assert done.exit_code == 0
    assert json.loads(truth.read_text())["headline"] == ""
    assert truth.name == warc.name.replace(".warc.gz", ".json")
    again = CliRunner().invoke(read, [str(warc), "--json"])
    assert json.loads(again.stdout)["headline"] == "Ferry turns back in a storm"
    assert CliRunner().invoke(read, command).exit_code == 3  # a page of that second is there already
