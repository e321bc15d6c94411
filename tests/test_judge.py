"""The judge of blocks: it may only take away, and leaves alone what it would empty."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import pages
from scrapers.pages import blocks, judge
from scrapers.pages.document import parse_page
from scrapers.pages.fields.body import find_body
from storage.types import Article, Outlet, Page
from tests.conftest import tried

# A tree of one question: is the value at most 0.5? Then -2, else it asks another: at most 2.5? 1, else 3.
TREES = judge.Trees(
    feature=np.array([[0, -1, 1, -1, -1]], np.int16),
    threshold=np.array([[0.5, 0, 2.5, 0, 0]], np.float32),
    left=np.array([[1, 0, 3, 0, 0]], np.int16),
    right=np.array([[2, 0, 4, 0, 0]], np.int16),
    value=np.array([[0, -2, 0, 1, 3]], np.float32),
    depth=2,
    odds={},
    languages=frozenset({"en"}),
)
LINES = [
    f"On day {n} the harbour board met again and spoke of the old pier, its piles and what they will cost."
    for n in range(8)
]


def test_a_tree_is_walked_to_its_leaf() -> None:
    rows = np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 9.0]], np.float32)
    assert np.allclose(TREES.likelihood(rows), 1 / (1 + np.exp([2.0, -1.0, -3.0])))


def test_there_is_a_judge_and_it_is_small() -> None:
    trees = judge.known_trees()
    assert trees is not None
    assert judge.FILE.stat().st_size < 2_000_000
    assert trees.feature.max() < len(judge.NAMES)


def test_each_block_has_a_row_of_every_feature() -> None:
    document = parse_page(html([f"<p>{line}</p>" for line in LINES]).encode(), None, "https://pier.example/a")
    assert document is not None
    cut = blocks.cut(document.root)
    text = find_body(cut)
    rows = judge.features(document, cut, text, text.blocks, "Old pier", {})
    assert {len(row) for row in rows} == {len(judge.NAMES)}
    assert len(rows) == len(text.blocks)


@tried(30)
@given(
    st.lists(
        st.sampled_from(["<p>{}</p>", "<div>{}</div>", "<p><a href=/x>{}</a></p>", "<h2>{}</h2>", "<li>{}</li>"]),
        min_size=8,
        max_size=8,
    )
)
def test_a_judgement_only_takes_away(shapes: list[str]) -> None:
    document = parse_page(
        html([shape.format(line) for shape, line in zip(shapes, LINES, strict=True)]).encode(),
        None,
        "https://pier.example/a",
    )
    assert document is not None
    cut = blocks.cut(document.root)
    text = find_body(cut)
    stay, _ = judge.judged(document, cut, text, text.blocks, "Old pier")
    left = iter(text.blocks)
    assert all(any(one is block for one in left) for block in stay)  # in their order, and none that was not proposed
    assert bool(stay) == bool(text.blocks)


@pytest.mark.parametrize(("lang", "left"), [("en", 3), ("en-GB", 3), ("ru", 4), ("", 6)])
def test_the_judge_is_surer_in_a_language_of_which_it_saw_little_and_silent_where_none_is_declared(
    lang: str, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chances(self: judge.Trees, rows: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([0.9, 0.1, 0.9, 0.1, 0.9, 0.4])  # the last one is in doubt

    monkeypatch.setattr(judge.Trees, "likelihood", chances)
    monkeypatch.setattr(judge, "known_trees", lambda: TREES)
    body = html([f"<p>{line}</p>" for line in LINES[:6]]).replace("<html>", f"<html lang='{lang}'>")
    document = parse_page(body.encode(), None, "https://pier.example/a")
    assert document is not None
    cut = blocks.cut(document.root)
    text = find_body(cut)
    assert len(judge.judged(document, cut, text, text.blocks, "Old pier")[0]) == left


def test_the_shipped_judge_says_in_which_languages_it_speaks() -> None:
    trees = judge.known_trees()
    assert trees is not None
    assert {"en", "de"} <= trees.languages
    assert "ru" not in trees.languages


def test_a_plain_article_stays_whole() -> None:
    page = Page(
        url="https://pier.example/a", outlet="pier", fetched=datetime(2026, 5, 20, tzinfo=UTC), status=200,
        body=html([f"<p>{line}</p>" for line in LINES]).encode(), content_type="text/html",
    )  # fmt: skip
    said = pages.read_article(
        page, Outlet(id="pier", name="The Pier", homepage="https://pier.example/", hosts=("pier.example",))
    )
    assert isinstance(said, Article)
    assert said.body == tuple(LINES)


@pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="the extra 'train' is not installed")
def test_the_same_trees_are_the_same_file(tmp_path: Path) -> None:
    from bench.train import save

    for name in ("a.npz", "b.npz"):
        save(TREES, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="the extra 'train' is not installed")
def test_training_twice_on_the_same_pages_gives_the_same_file(tmp_path: Path) -> None:
    import lightgbm

    from bench import train

    samples = [made_sample(train.Sample, n) for n in range(40)]
    for name in ("a.npz", "b.npz"):
        train.save(train.trained(lightgbm, samples), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert judge.known_trees(tmp_path / "a.npz") is not None


def made_sample(kind: Any, n: int) -> Any:
    """A page of which every second block is the article's."""
    document = parse_page(
        html([f"<p class=p{k % 2}>{n} {line}</p>" for k, line in enumerate(LINES)]).encode(), None, "https://x.example/"
    )
    assert document is not None
    cut = blocks.cut(document.root)
    text = find_body(cut)
    return kind(
        page=f"made/{n}", site=f"{n}.example", language="en", blocks=text.blocks, labels=[k % 2 for k in range(len(text.blocks))],
        look=lambda odds: judge.features(document, cut, text, text.blocks, "Old pier", odds),
        words=[judge.class_words(block.element) for block in text.blocks],
    )  # fmt: skip


def html(parts: list[str]) -> str:
    return f"<html><head><title>Old pier</title></head><body><h1>Old pier</h1><article>{''.join(parts)}</article></body></html>"
