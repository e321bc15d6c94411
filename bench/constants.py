"""What each number of the judging modules is needed for: the gold figure with half of it, with it, and with twice as much.

    python -m bench.constants ../shared [MODULE…]

A number is a constant of a module of the rooms below, in capitals. It is set in every module that has taken it by its name; one
that something else is made of while its module is loaded can't be set so and is not tried. The figures are those of `make eval`:

    credit                   sourcing lines of the gold, and our own: read exactly, of all
    grounds, kind, origins   scenarios that an editor counted, all articles as one story: exact (too high)
    statements               statements of real pages, looked at: right / said / there
    copies                   pairs of the real set that share text: right / said / there

A figure that stays says that the gold has no case near the number, not that any other would do.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from aggregator import copies, credit, grounds, origins
from aggregator.credit.registry import load_registry, states
from aggregator.origins.count import Counted
from aggregator.statements import statements_of
from bench import eval_copies, eval_credit, eval_scenarios, eval_statements
from bench.kept_back import kept_back
from storage import articles
from storage.db import connect
from storage.types import Article, Copy, Credit

OURS = Path(__file__).resolve().parents[1]
NO_NUMBERS = ("RULES",)
OUR_LINES = OURS / "tests/credit_lines.tsv"
ROOMS = (
    "aggregator.credit",
    "aggregator.grounds",
    "aggregator.kind",
    "aggregator.origins",
    "aggregator.statements",
    "aggregator.copies",
)


def main() -> None:
    """Print a row a number."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("shared", type=Path)
    asked.add_argument("modules", nargs="*", help="only those of these modules")
    given = asked.parse_args()
    gold = Gold(given.shared)
    figures: dict[str, Callable[[], str]] = {
        "aggregator.credit": gold.lines,
        "aggregator.grounds": gold.scenarios,
        "aggregator.kind": gold.scenarios,
        "aggregator.origins": gold.scenarios,
        "aggregator.statements": gold.statements,
        "aggregator.copies": gold.copies,
    }
    as_is: dict[Callable[[], str], str] = {}
    print("| number | is | half | as it is | twice |")
    print("|---|---|---|---|---|")
    for room, figure in figures.items():
        for module in modules(room):
            if given.modules and module.__name__ not in given.modules:
                continue
            for name, value, compiled in numbers(module):
                before = as_is.get(figure) or as_is.setdefault(figure, figure())
                half, twice = (0.5 * value, 2 * value) if isinstance(value, float) else (max(1, value // 2), 2 * value)
                tried = []
                for other in (half, twice):
                    with changed(module, name, other):
                        tried.append("not tried" if compiled else told(figure))
                shown = ["the same" if one == before else one for one in tried]
                print(
                    f"| {module.__name__.removeprefix('aggregator.')}.{name} | {value:g} | {shown[0]} | {before} | {shown[1]} |",
                    flush=True,
                )


def told(figure: Callable[[], str]) -> str:
    """A figure, or that the program can't do with the number."""
    try:
        return figure()
    except Exception as error:
        return f"fails ({type(error).__name__})"


def modules(room: str) -> Iterator[ModuleType]:
    """A room and the modules in it."""
    first = importlib.import_module(room)
    yield first
    for one in pkgutil.iter_modules(getattr(first, "__path__", [])):
        yield importlib.import_module(f"{room}.{one.name}")


def numbers(module: ModuleType) -> Iterator[tuple[str, float, bool]]:
    """The numbers that a module names, and whether something else is made of each while the module is loaded."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    loaded = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    used = {
        name.id
        for node in loaded
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
    for node in loaded:
        for name in (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)):
            value = getattr(module, name, None)  # None: the variable of a comprehension
            if (
                name.isupper()
                and isinstance(value, int | float)
                and not isinstance(value, bool)
                and value
                and name not in NO_NUMBERS
            ):
                yield name, value, name in used


@contextlib.contextmanager
def changed(module: ModuleType, name: str, other: float) -> Iterator[None]:
    """A number of a module set to another, there and in those that import it from there."""
    value = getattr(module, name)
    those = [module, *(one for known, one in list(sys.modules.items()) if takes(known, one, module, name))]
    for one in those:
        setattr(one, name, other)
    forget(module)
    try:
        yield
    finally:
        for one in those:
            setattr(one, name, value)
        forget(module)


def takes(known: str, one: ModuleType, module: ModuleType, name: str) -> bool:
    """Whether one of our modules imports this name from that module."""
    if not known.startswith("aggregator."):
        return False
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == module.__name__
        and any(alias.name == name and not alias.asname for alias in node.names)
        for node in ast.parse(Path(str(one.__file__)).read_text("utf-8")).body
    )


def forget(module: ModuleType) -> None:
    """Empty what our functions remember: it was made with the other number. The registry rests on the credit reader's alone."""
    rooms = ROOMS if module.__name__.startswith("aggregator.credit") else ROOMS[1:]
    for known, other in list(sys.modules.items()):
        if known.startswith(rooms):
            for one in vars(other).values():
                if getattr(one, "__module__", None) == known and hasattr(one, "cache_clear"):
                    one.cache_clear()


class Gold:
    """The figures, from what is read once."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared

    def lines(self) -> str:
        """Of the gold, by organisation, relation and place; and of ours."""
        gold = [json.loads(row) for row in (self._shared / "sourcing/gold_dev.jsonl").read_text("utf-8").splitlines()]
        exact = sum(_said(row["credits"]) == _said(eval_credit.answer(row)["credits"]) for row in gold)
        rows = [row.split("\t") for row in OUR_LINES.read_text("utf-8").splitlines() if not row.startswith("#")]
        ours = 0
        for context, publisher, text, reading in rows:
            ours += written(credit.read_credits(text, context=context, publisher=publisher or None)) == reading
        return f"{exact} of {len(gold)}, {ours} of {len(rows)}"

    def scenarios(self) -> str:
        """Of our own scenarios and of those beside the repository."""
        right = high = 0
        known = _known(self._shared)
        for one in known:
            found = eval_scenarios.faults(one.counted(), one.right)
            right, high = right + found["exact"], high + found["too high"]
        return f"{right} of {len(known)} ({high})"

    def statements(self) -> str:
        """Of the pages that may be looked at."""
        right = said = there = 0
        for page, wanted in eval_statements.read_gold().items():
            if kept_back(page):
                continue
            article = _pages(self._shared)[page]
            found = statements_of(grounds.open_text(article), article.language, load_registry())
            good, wrong, missed = eval_statements.compare(wanted, found)
            right, said, there = right + len(good), said + len(good) + len(wrong), there + len(good) + len(missed)
        return f"{right} / {said} / {there}"

    def copies(self) -> str:
        """Of the real pairs."""
        folder = self._shared / "merge"
        rows = sorted(
            eval_copies.lines(folder / "copies_real.jsonl.gz"), key=lambda line: (line["fetched"], line["id"])
        )
        gold: dict[str, set[frozenset[str]]] = {"copy": set(), "ignore": set()}
        for line in eval_copies.lines(folder / "copies_real_pairs.jsonl"):
            gold[line["label"]].add(frozenset((line["a"], line["b"])))
        said = {eval_copies.pair(one) for one in eval_copies.found(rows) if one.kind != "partial"} - gold["ignore"]
        return f"{len(said & gold['copy'])} / {len(said)} / {len(gold['copy'])}"


def _said(read: Any) -> set[tuple[str, str, str]]:
    """Who is credited, how, and from where, as the gold's scorer compares them."""
    return {
        (
            one["org"] or ("~unnamed" if one["role"] == "unnamed" else "~other"),
            one["relation"],
            " ".join((one["place"] or "").casefold().replace(".", "").split()),
        )
        for one in read
    }


def written(found: tuple[Credit, ...]) -> str:
    """As tests/credit_lines.tsv writes a reading."""
    return "; ".join(
        (one.org or ("~" if one.role == "unnamed" else f"name:{one.name}"))
        + (f"@{one.place}" if one.place else "")
        + f"/{one.relation}"
        for one in found
    )


@cache
def _pages(shared: Path) -> dict[str, Article]:
    return dict(eval_statements.texts(shared))


@cache
def _known(shared: Path) -> list[Known]:
    """Each scenario with its articles, what their lines credit, and who prints whose text."""
    found, registry = [], load_registry()
    files = (OURS / "tests/scenarios/two_sources.txt", shared / "origins/gold_given.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        for scenario in (one for file in files for one in eval_scenarios.scenarios(file)):
            outlets = {one["id"]: eval_scenarios._outlet(one) for one in scenario["outlets"]}
            read, pairs, lines = [], [], {}
            db = connect(":memory:")
            index = copies.CopyIndex.open(db)
            for one in sorted(eval_scenarios._articles(scenario, outlets, Path(folder)), key=lambda one: one.fetched):
                article, _ = articles.append(db, one)
                lines[article.id] = credit.credits_of(article, registry)
                pairs += index.add(article, lines[article.id])
                read.append(article)
            db.close()
            names = {org.id: org.name for org in registry} | {outlet.id: outlet.name for outlet in outlets.values()}
            owners = {outlet.id: outlet.owner for outlet in outlets.values() if outlet.owner}
            found.append(Known(scenario["right"], read, lines, pairs, names, owners))
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """A scenario as it is counted."""

    right: dict[str, int | None]
    read: list[Article]
    lines: dict[str, tuple[Credit, ...]]
    pairs: list[Copy]
    names: dict[str, str]
    owners: dict[str, str]

    def counted(self) -> Counted:
        """Its interval, with the numbers as they are now."""
        registry = load_registry()
        said = {
            one.id: (*self.lines[one.id], *grounds.grounds_of(one, self.lines[one.id], registry, self.names))
            for one in {one.id: one for one in self.read}.values()
        }
        last = list({one.id: one for one in self.read}.values())
        return origins.count_origins(
            last, said, self.pairs, names=self.names, owners=self.owners, states=states(registry)
        )


if __name__ == "__main__":
    main()
