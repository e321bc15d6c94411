"""Train the judge of blocks (scrapers/pages/judge.py) on the shared pages: ``make train``. Needs lightgbm (the extra "train").

python -m bench.train [FOLDER OF SHARED]

A fifth of the sites is kept back and never trained on. The rest is cross-validated in five parts by site, so that each figure
is of pages whose site the judge did not see. The same pages give the same file: it trains twice and says so, or fails.
"""

from __future__ import annotations

import gzip
import io
import json
import math
import re
import statistics
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from bench.kept_back import kept_back
from scrapers.pages import blocks, judge, source_lines
from scrapers.pages.document import parse_page
from scrapers.pages.fields import body, headline, language
from scrapers.pages.witness import Context
from storage import archive

SETS = (  # archive, truth
    ("pages/more/wcxb.warc.gz", "pages/more/wcxb.jsonl"),
    ("pages/more/publishers.warc.gz", "pages/more/publishers.jsonl"),
    ("pages/more/fields.warc.gz", "pages/more/fields.jsonl"),
    ("pages/real-pages.warc.gz", "pages/truth.jsonl.gz"),
)
ACCEPT = "pages/more/publishers_accept.jsonl"
PARTS = 5
SEED = 1
ROUNDS = 220  # trees
TREES = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 20, "min_data_in_leaf": 30, "feature_fraction": 0.6,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "seed": SEED, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip
# Pages of a language before it is judged there like any. Cross-validated: of 3 Russian pages it took 79 blocks, 68 of them the
# article's; on 6 French ones it gained .03.
ENOUGH = 5
LEAST = 4  # sites on which a class word must stand
SECOND = ("co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob")
WIDE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{WIDE}]|[^\W{WIDE}]+")  # in these scripts each sign counts as a word


@dataclass
class Sample:
    """A page whose text is known: what the reader proposes of it, and which of that is the article's."""

    page: str
    site: str
    language: str
    blocks: list[Any]
    labels: list[int | None]  # 1 the article's, 0 not; None: counts neither way
    look: Callable[[dict[str, float]], list[list[float]]]
    words: list[tuple[str, ...]]  # of each block: the class words above it
    lost: int = 0  # words of the truth, for the figures
    truth: Counter[str] = field(default_factory=Counter)
    likely: list[float] = field(default_factory=list)


def site_of(url: str) -> str:
    """The registered domain, nearly: by it pages are kept back and parted."""
    labels = url.split("/")[2].split(":")[0].removeprefix("www.").split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in SECOND and len(labels[-1]) == 2 else labels[-2:])


def main() -> None:
    """Cross-validate, train on all that is not kept back, write the file, print the card's figures."""
    import lightgbm

    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared"
    samples = list(read_samples(shared))
    seen = [one for one in samples if not kept_back(one.site)]
    for part in range(PARTS):
        rest = [one for one in seen if _part(one.site) != part]
        trees = trained(lightgbm, rest)
        for one in seen:
            if _part(one.site) == part:
                one.likely = likelihood(trees, one)
    trees = trained(lightgbm, seen)
    for one in samples:
        if kept_back(one.site):
            one.likely = likelihood(trees, one)
    save(trees, judge.FILE)
    again = io.BytesIO()
    save(trained(lightgbm, seen), again)
    if again.getvalue() != judge.FILE.read_bytes():
        sys.exit(f"trained twice on the same pages, {judge.FILE.name} differs: the judge can't be made again")
    size = f"{judge.FILE.stat().st_size:,} bytes, {len(trees.feature)} trees, {len(trees.odds)} class words"
    print(f"{judge.FILE.name}: {size}; trained twice with the same bytes")
    print_card(samples)


def likelihood(trees: judge.Trees, one: Sample) -> list[float]:
    """How likely each block of a page is the article's, so that THRESHOLD parts them as the judge of that language does."""
    least = judge.threshold(None if one.language == "?" else one.language, trees)
    if not least:
        return [1.0] * len(one.blocks)
    found = trees.likelihood(np.asarray(one.look(trees.odds), np.float32))
    return list(np.clip(found + judge.THRESHOLD - least, 0.0, 1.0))


def read_samples(shared: Path) -> Iterator[Sample]:
    """Every page with a known text of which the reader proposes one."""
    accept = {row["page"]: row for row in _lines(shared / ACCEPT)}
    for warc, truths in SETS:
        known = {row["url"]: row for row in _lines(shared / truths) if row.get("body")}
        for record in archive.records(shared / warc):
            if row := known.get(record.url):
                also = accept.get(row["page"], {})
                text = "\n".join(also.get("body") or [row["body"]])
                optional = "\n".join([*also.get("optional", []), *also.get("summary", []), row.get("dek") or ""])
                if sample := _sample(record, row, text, optional):
                    yield sample


def _sample(record: archive.Record, row: dict[str, Any], text: str, optional: str) -> Sample | None:
    document = parse_page(record.body, record.content_type, record.url)
    if document is None:
        return None
    page = blocks.cut(document.root)
    top, _, h1 = headline.read_headline(Context(document))
    found = body.find_body(page, top, h1)
    proposed, _ = source_lines.labelled(found.blocks)
    if found.container is None or len(proposed) < 2:
        return None
    label = _labeller(text, optional)
    chains = [list(judge._chain(block.element, found.container))[: judge.CHAIN] for block in proposed]
    return Sample(
        page=row["page"],
        site=site_of(record.url),
        language=language.declared(document) or "?",
        blocks=proposed,
        labels=[label(block.text) for block in proposed],
        look=lambda odds: judge.features(document, page, found, proposed, top, odds),
        words=[tuple(word for one in chain for word in judge.class_words(one)) for chain in chains],
        truth=Counter(_words(text)),
    )


def _labeller(text: str, optional: str) -> Callable[[str], int | None]:
    """Says of a block whether half of its word runs stand in the truth; of a single word, whether it is a line there."""
    words, maybe = _words(text), _words(optional)
    runs = {n: _runs(words, n) for n in (2, 4)}
    may_be = {n: _runs(maybe, n) for n in (2, 4)}
    lines = {tuple(_words(line)) for line in text.split("\n")}

    def label(block: str) -> int | None:
        own = _words(block)
        if len(own) < 2:
            return 1 if tuple(own) in lines else None if set(own) & set(words) or not own else 0
        n = 4 if len(own) >= 6 else 2
        mine = _runs(own, n)
        share = len(mine & runs[n]) / len(mine)
        if share >= 0.5:
            return 1
        return None if share >= 0.2 or len(mine & may_be[n]) >= 0.5 * len(mine) else 0

    return label


def trained(lightgbm: Any, samples: list[Sample]) -> judge.Trees:
    """Trees from samples. The class words of a page are weighed by the other sites', so that none vouches for itself."""
    rows, labels, weights = [], [], []
    for quarter in range(4):
        own = [one for one in samples if xxhash.xxh32_intdigest(one.site.encode(), 11) % 4 == quarter]
        odds = class_odds(one for one in samples if one not in own)
        for one in own:
            total = sum(len(_words(block.text)) for block in one.blocks) or 1
            for row, label, block in zip(one.look(odds), one.labels, one.blocks, strict=True):
                if label is not None:
                    rows.append(row)
                    labels.append(label)
                    weights.append(0.3 + 100 * len(_words(block.text)) / total)
    data = lightgbm.Dataset(np.asarray(rows, np.float32), np.asarray(labels), weight=np.asarray(weights))
    model = lightgbm.train(TREES, data, num_boost_round=ROUNDS)
    return as_trees(model.dump_model(), class_odds(samples), seen_often(samples))


def seen_often(samples: Iterable[Sample]) -> frozenset[str]:
    """The languages of at least ENOUGH pages."""
    counts = Counter(one.language for one in samples)
    return frozenset(code for code, n in counts.items() if n >= ENOUGH and code.isalpha())


def class_odds(samples: Iterable[Sample]) -> dict[str, float]:
    """For each class word, on how many more sites it stands over what is not the article's than over what is: a logarithm."""
    good, bad = defaultdict(set), defaultdict(set)
    for one in samples:
        for label, words in zip(one.labels, one.words, strict=True):
            for word in words if label is not None else ():
                (good if label else bad)[word].add(one.site)
    both = sorted({*good, *bad})
    return {
        word: round(math.log((len(bad[word]) + 1) / (len(good[word]) + 1)), 2)
        for word in both
        if len(good[word] | bad[word]) >= LEAST
    }


def as_trees(model: dict[str, Any], odds: dict[str, float], languages: frozenset[str]) -> judge.Trees:
    """LightGBM's trees as arrays."""
    trees: list[list[tuple[int, float, int, int, float]]] = []
    deepest = 0

    def add(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(nodes)
        nodes.append((-1, 0.0, 0, 0, float(node.get("leaf_value", 0.0))))
        if "split_feature" in node:
            left, right = (add(node[side], nodes, depth + 1) for side in ("left_child", "right_child"))
            nodes[at] = (int(node["split_feature"]), float(node["threshold"]), left, right, 0.0)
        return at

    for tree in model["tree_info"]:
        nodes: list[tuple[int, float, int, int, float]] = []
        add(tree["tree_structure"], nodes, 0)
        trees.append(nodes)
    widest = max(map(len, trees))
    padded = [nodes + [(-1, 0.0, 0, 0, 0.0)] * (widest - len(nodes)) for nodes in trees]
    columns = [np.array([[node[n] for node in nodes] for nodes in padded]) for n in range(5)]
    kinds = (np.int16, np.float32, np.int16, np.int16, np.float32)
    feature, threshold, left, right, value = (column.astype(kind) for column, kind in zip(columns, kinds, strict=True))
    return judge.Trees(feature, threshold, left, right, value, deepest, odds, languages)


def save(trees: judge.Trees, file: Path | io.BytesIO) -> None:
    """Write the trees; the same trees give the same bytes."""
    words = sorted(trees.odds)
    np.savez_compressed(
        file,
        feature=trees.feature,
        threshold=trees.threshold,
        left=trees.left,
        right=trees.right,
        value=trees.value,
        depth=np.int64(trees.depth),
        words=np.array(words),
        odds=np.array([trees.odds[word] for word in words], np.float32),
        languages=np.array(sorted(trees.languages)),
    )


def print_card(samples: list[Sample]) -> None:
    """Word F1 of what the reader proposes and of what the judge leaves, by set, language and part."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        part = "kept back" if kept_back(one.site) else "cross-validated"
        groups[f"{one.page.split('/')[0]}, {part}"].append(one)
        groups[f"language {one.language if one.language in ('en', 'de', 'fr', '?') else 'other'}, {part}"].append(one)
    print(f"{'':44}{'pages':>6}{'rules':>8}{'judged':>8}{'blocks gone':>13}{'wrongly':>9}")
    for name, some in sorted(groups.items()):
        rules = statistics.mean(_f1(one, 0.0) for one in some)
        judged = statistics.mean(_f1(one, judge.THRESHOLD) for one in some)
        gone = [label for one in some for label, p in zip(one.labels, one.likely, strict=True) if p < judge.THRESHOLD]
        wrong = sum(label == 1 for label in gone)
        print(f"{name:44}{len(some):6}{rules:8.3f}{judged:8.3f}{len(gone):13}{wrong:9}")


def _f1(one: Sample, threshold: float) -> float:
    stay = [block for block, p in zip(one.blocks, one.likely, strict=True) if p >= threshold]
    if sum(map(body.worth, stay)) < judge.LEFT * sum(map(body.worth, one.blocks)):
        stay = one.blocks
    have = Counter(word for block in stay for word in _words(block.text))
    return 2 * (have & one.truth).total() / ((have.total() + one.truth.total()) or 1)


def _part(site: str) -> int:
    return xxhash.xxh32_intdigest(site.encode(), 7) % PARTS


def _words(text: str) -> list[str]:
    plain = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFC", text))
    return [word.casefold() for word in WORD.findall(plain)]


def _runs(words: list[str], n: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


if __name__ == "__main__":
    main()
