"""No test fails by chance: none draws what it asks from chance, and none asks how fast its machine is."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SEARCH, tried

FILES = sorted(Path(__file__).parent.glob("*.py"))
CHANCE = {"urandom", "uuid1", "uuid4", "token_bytes", "token_hex", "token_urlsafe", "randbits", "SystemRandom"}
CLOCKS = {"monotonic", "perf_counter", "time"}


def chance_in(tree: ast.AST) -> Iterator[str]:
    """Calls whose answer is another one in each run; ``Random(7)`` is the same in all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = called(node)
            whose = node.func.value if isinstance(node.func, ast.Attribute) else None
            of_random = isinstance(whose, ast.Name) and whose.id == "random" and name not in ("Random", "seed")
            if name in CHANCE or of_random or (name == "Random" and not node.args):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def limits_in(tree: ast.AST) -> Iterator[str]:
    """Comparisons that fail where so many seconds have gone by on a clock of the wall."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Sub):
            begins = node.left.left
            by_clock = isinstance(begins, ast.Call) and called(begins) in CLOCKS
            if by_clock and isinstance(node.ops[0], ast.Lt | ast.LtE):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_test_draws_nothing_from_chance_and_sets_no_limit_by_the_clock(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    assert [*chance_in(tree), *limits_in(tree)] == []


def test_what_depends_on_chance_or_on_the_clock_is_known_for_it() -> None:
    bad = "x = os.urandom(9), random.random(), Random(), uuid.uuid4()\nassert time.monotonic() - began < 3"
    good = "x = Random(1).randbytes(9), random.Random(seed)\nassert time.monotonic() - began > 3"
    assert len([*chance_in(ast.parse(bad)), *limits_in(ast.parse(bad))]) == 5
    assert [*chance_in(ast.parse(good)), *limits_in(ast.parse(good))] == []


@pytest.mark.skipif(SEARCH > 0, reason="this run searches for new examples")
def test_a_law_is_tried_with_the_same_examples_whatever_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn() -> list[str]:
        found = []

        @tried(300)
        @given(st.text())
        def law(text: str) -> None:
            found.append(text)

        law()
        return found

    before = drawn()
    (tmp_path / "zeppelins.py").write_text("\n".join(f"NAME_{n} = 'zeppelin {n}'" for n in range(200)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("zeppelins")
    assert drawn() == before
