"""What each rule is needed for: how many readings change when it is forced to say no.

    python -m bench.rules ../shared [--words]

A rule is a function of the credit reader that answers yes or no, gives names, or may give nothing; forced, it says no, gives no
name, gives nothing. Readings are those of sourcing lines (our own, and the gold's) and of whole real pages; each count
is parted in what rules were made on and in what was untouched: the fifth of forms and of publishers that is kept back.
A rule that changes nothing anywhere can go; what only one line needs is that line's test.

Texts that came without their page (``unmarked.py``, ``prose.py``, lines of their own at a text's head) are hardly among these
readings, so that their rules change nothing here: their lines are BARE in tests/test_credit.py.

Then the kinds of class names (class_names.py) by which pages are read, each forgotten; with --words each of their words, on
the pages that have it.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from aggregator import credit
from aggregator.credit.registry import load_registry
from bench.eval_page_credits import SETS, read_articles
from bench.kept_back import kept_back
from bench.lines import OURS
from scrapers import outlets, pages
from scrapers.pages import class_names
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive
from storage.types import Article, Page

NOT_RULES = ("registry", "cues", "spelling", "names")  # modules of words and names, not of rules
NO: Mapping[str, Callable[..., Any]] = {
    "bool": lambda *args, **more: False,
    "Iterator": lambda *args, **more: iter(()),
    "list": lambda *args, **more: [],
    "set": lambda *args, **more: set(),
    "frozenset": lambda *args, **more: frozenset(),
    "| None": lambda *args, **more: None,
}


Rule = tuple[ModuleType, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A thing that is read, and whether it was left out of tuning."""

    name: str
    untouched: bool
    read: Callable[[], object]


def main() -> None:
    """Print a table of functions, then one of marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--words", action="store_true", help="each class word too (some minutes)")
    asked = parser.parse_args()
    lines, articles = list(_lines(asked.shared)), list(_articles(asked.shared))
    print(f"{'rule of the credit reader':46} {'lines':>12} {'pages':>12}   changed: tuned on + untouched")
    every = list(rules())
    known = [_called(every, readings) for readings in (lines, articles)]
    table = [
        (rule, _changed(rule, lines, known[0].get(rule[1], {})), _changed(rule, articles, known[1].get(rule[1], {})))
        for rule in every
    ]
    for (module, name), on_lines, on_pages in sorted(table, key=lambda row: (sum(row[1] + row[2]), row[0][1])):
        print(f"{module.__name__.rsplit('.', 1)[-1] + '.' + name:46} {_pair(on_lines):>12} {_pair(on_pages):>12}")
    idle = [name for (_, name), a, b in table if not sum(a + b)]
    print(f"{len(table)} rules, {len(idle)} change nothing: {', '.join(idle) or 'none'}")
    _marks(asked.shared, words=asked.words)


def rules() -> Iterator[Rule]:
    """The credit reader's functions that can say no."""
    for info in pkgutil.iter_modules(credit.__path__):
        if info.name in NOT_RULES:
            continue
        module = importlib.import_module(f"aggregator.credit.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and _no(function) is not None:
                yield module, name


def _no(function: FunctionType) -> Callable[..., Any] | None:
    """What it says when it says no; None where it can't."""
    said = str(function.__annotations__.get("return", ""))
    return next(
        (no for kind, no in NO.items() if said.startswith(kind) or (kind == "| None" and said.endswith(kind))), None
    )


def _called(every: Sequence[Rule], readings: Sequence[Reading]) -> dict[str, dict[int, object]]:
    """For each rule the readings that ask it, by their place, and what they say: only these can change."""
    asked: set[str] = set()
    found: dict[str, dict[int, object]] = {}
    with _instead({rule: partial(_noted, asked, rule[1], getattr(*rule)) for rule in every}):
        for n, reading in enumerate(readings):
            asked.clear()
            said = reading.read()
            for name in asked:
                found.setdefault(name, {})[n] = said
    return found


def _noted(asked: set[str], name: str, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
    asked.add(name)
    return function(*args, **more)


@contextmanager
def _instead(others: Mapping[Rule, Callable[..., Any]]) -> Iterator[None]:
    """Put functions in the place of rules, wherever they are known by their names."""
    held = [
        (holder, name, function)
        for (module, name), function in ((rule, getattr(*rule)) for rule in others)
        for holder in _modules()
        if getattr(holder, name, None) is function
    ]
    by_function = {getattr(*rule): other for rule, other in others.items()}
    for holder, name, function in held:
        setattr(holder, name, by_function[function])
    try:
        yield
    finally:
        for holder, name, function in held:
            setattr(holder, name, function)


def _changed(rule: Rule, readings: Sequence[Reading], before: Mapping[int, object]) -> tuple[int, int]:
    """How many readings of what was tuned on, and of what was untouched, are others without a rule."""
    no = _no(getattr(*rule))
    assert no is not None
    with _instead({rule: no}):
        others = [readings[n].untouched for n, said in before.items() if _tried(readings[n]) != said]
    return others.count(False), others.count(True)


def _tried(reading: Reading) -> object:
    """What is read; a rule that others lean on may leave them with nothing to say at all."""
    try:
        return reading.read()
    except (IndexError, TypeError, ValueError) as error:
        return type(error)


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"aggregator.credit.{info.name}") for info in pkgutil.iter_modules(credit.__path__)]


def _pair(counts: tuple[int, int]) -> str:
    return f"{counts[0]} + {counts[1]}"


def _lines(shared: Path) -> Iterator[Reading]:
    for row in (line.split("\t") for line in OURS.read_text("utf-8").splitlines() if not line.startswith("#")):
        yield Reading(row[2], False, _line(row[2], row[0], row[1] or None))
    for line in (shared / "sourcing/gold_dev.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        read = _line(gold["text"], gold["context"], gold["publisher"])
        yield Reading(gold["text"], kept_back(gold["template_id"]), read)


def _line(text: str, context: str, publisher: str | None) -> Callable[[], object]:
    return lambda: credit.read_credits(text, context=context, publisher=publisher)


def _articles(shared: Path) -> Iterator[Reading]:
    registry = load_registry()
    for warc, gold in SETS.values():
        domains = _domains(shared / "pages" / gold)
        for url, article in read_articles(shared / "pages" / warc):
            if isinstance(article, Article) and url in domains:
                yield Reading(url, kept_back(domains[url]), _article(article, registry))
                bare = replace(article, sourcing_lines=(), picture=None)  # as an import without its page
                yield Reading(url, kept_back(domains[url]), _article(bare, registry))


def _article(article: Article, registry: Any) -> Callable[[], object]:
    return lambda: credit.credits_of(article, registry)


def _domains(gold: Path) -> dict[str, str]:
    rows = map(json.loads, gold.read_text("utf-8").splitlines())
    return {row["url"]: row["outlet_domain"] for row in rows}


def _marks(shared: Path, *, words: bool) -> None:
    """The table of class names: articles that are read otherwise without them."""
    whole = list(_pages(shared))
    print(f"\n{'class names of pages':46} {'articles':>12}   changed: tuned on + untouched")
    before = [reading.read() for reading in whole]
    for kind, pattern in list(class_names.WORD_SETS.items()):
        print(f"{kind:46} {_pair(_without(kind, None, whole, before)):>12}")
        for word in class_names.WORDS[kind].split() if words else ():
            found = re.compile(rf"(?:class|id)=[\"'][^\"']*{re.escape(word)}", re.IGNORECASE)
            some = [n for n, reading in enumerate(whole) if found.search(reading.name)]
            changed = _without(kind, word, [whole[n] for n in some], [before[n] for n in some])
            print(f"  {word:44} {_pair(changed):>12}   of {len(some)} pages")
        class_names.WORD_SETS[kind] = pattern


def _without(kind: str, word: str | None, whole: Sequence[Reading], before: Sequence[object]) -> tuple[int, int]:
    """Read again without a kind of class names, or without one of its words."""
    held = class_names.WORD_SETS[kind]
    left = [one for one in class_names.WORDS[kind].split() if word is not None and one != word]
    class_names.WORD_SETS[kind] = class_names.pattern(left)
    class_names._said.cache_clear()
    try:
        others = [r.untouched for r, a in zip(whole, before, strict=True) if r.read() != a]
    finally:
        class_names.WORD_SETS[kind] = held
        class_names._said.cache_clear()
    return others.count(False), others.count(True)


def _pages(shared: Path) -> Iterator[Reading]:
    """Each page; its name is its markup."""
    by_host = outlet_by_host(outlets.load_outlets()[0])
    for warc, gold in SETS.values():
        domains = _domains(shared / "pages" / gold)
        for record in archive.records(shared / "pages" / warc):
            page = archive.page_of(record)
            if record.url in domains:
                outlet = outlet_of(page.url, by_host)
                yield Reading(record.body.decode("utf-8", "replace"), kept_back(domains[page.url]), _page(page, outlet))


def _page(page: Page, outlet: Any) -> Callable[[], object]:
    return lambda: pages.read_article(page, outlet)


if __name__ == "__main__":
    main()
