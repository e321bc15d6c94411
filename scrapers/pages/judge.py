"""Which of the blocks that the reader kept are the article's: a learnt judge that may only take away.

The reader proposes by rules; small trees, learnt from pages whose text people marked, say of each block how likely it is the
article's, and what is below ``THRESHOLD`` goes. docs/the-judge.md says what they learnt from and where they err; ``make train``
makes them anew. Here they are only walked: nothing that trains is installed for users.

Which mistake is worse: a teaser that stays makes a false copy, a paragraph that goes loses a credit. So the lines where outlets
say whose work a text is are read before the judge, a page of which it would leave little is left as it is, and so is one that
declares no language.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from scrapers.pages import boilerplate, class_names
from scrapers.pages.blocks import HEADINGS, Block, Blocks, MainText
from scrapers.pages.document import Document
from scrapers.pages.fields import language
from scrapers.pages.fields.body import SENTENCE_END, worth

FILE = Path(__file__).parent / "judge.npz"
THRESHOLD = 0.5  # .3 to .7 tried, cross-validated: news and reading sets gain up to .7, the mixed pages lose from .6 on
# In languages of which few pages were seen. Cross-validated on 31 such pages: none .9652, .2 .9654, .3 .9660, .5 .9628; on 36
# that declare no language: none .9510, .2 .9507, .3 .9505, .5 .9473.
SURER = 0.3
LEFT = 0.3  # of the proposed text: a judgement that leaves less is not believed
CHAIN = 6  # elements above a block whose class words are looked at
WORD = re.compile(r"\w+")
TAGS = ("p", "li", "div", "tr", "blockquote", "pre", "section", "article", "dd", "dt")
MARKS = (
    class_names.BOILERPLATE, class_names.HIDDEN, class_names.CAPTION, class_names.BYLINE, class_names.DATE, class_names.BODY,
    class_names.STANDFIRST,
)  # fmt: skip
FURNITURE_TAGS = frozenset(("aside", "footer", "nav", "form"))
NAMES = (
    *("size", "worth", "links", "bold", "sentence", "digits", "capitals", "words", "word_length", "tag", "level"),
    *("number", "from_end", "place", "mass_before", "blocks", "mass", "since_start", "to_end"),
    *("size-1", "size+1", "size-2", "size+2", "links-1", "links+1", "links-2", "links+2", "heading-1", "heading+1"),
    *("worth-1", "worth+1", "since_heading", "links_of_heading", "size_of_heading"),
    *("alike_mass", "alike_share", "path_mass", "parent_mass", "parent_share", "share_of_parent"),
    *("depth", "branch_mass", "branch_share"),
    *(f"in_{mark}" for mark in MARKS),
    *("odds_least", "odds_most", "odds_sum", "odds_own", "odds-1", "odds+1"),
    *("like_description", "like_article_body", "like_headline", "times", "furniture_heading", "furniture_opening"),
    *("bars", "address", "copyright", "question", "colon", "cut_off", "capital_first"),
    *("in_furniture_tag", "in_list", "in_table", "in_article", "sections"),
)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of all trees in one row, so that a step of all rows down all trees is five look-ups."""

    roots: NDArray[np.intp]  # the first node of each tree
    feature: NDArray[np.intp]  # that a node asks for; a leaf asks for any
    below: NDArray[
        np.intp
    ]  # of each node two: for a value up to the threshold, and for a greater one. A leaf's: itself

    @classmethod
    def of_trees(cls, feature: NDArray[np.int16], left: NDArray[np.int16], right: NDArray[np.int16]) -> Nodes:
        """From a row a tree, where each node tells the numbers in its row of those below."""
        count, size = feature.shape
        roots, leaf, own = np.arange(count) * size, feature < 0, np.arange(size)[None, :]
        sides = [(np.where(leaf, own, side) + roots[:, None]).ravel() for side in (left, right)]
        return cls(roots, np.where(leaf, 0, feature).astype(np.intp).ravel(), np.stack(sides, axis=1).ravel())


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees as arrays, one row a tree, and what class words say: ``odds`` above 0 speak against a block."""

    feature: NDArray[np.int16]  # of each inner node; -1: a leaf
    threshold: NDArray[np.float32]
    left: NDArray[np.int16]  # the node for a value up to the threshold …
    right: NDArray[np.int16]  # … and for a greater one
    value: NDArray[np.float32]  # of a leaf: what it adds to the log-odds of being the article's
    depth: int
    odds: dict[str, float]
    languages: frozenset[str] = (
        frozenset()
    )  # ISO 639-1, of enough pages that it learnt from: in others it has to be surer
    nodes: Nodes = field(init=False)  # the same, as they are walked

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", Nodes.of_trees(self.feature, self.left, self.right))

    def likelihood(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """How likely each row is the article's, 0 to 1."""
        count, width = rows.shape
        values, row = rows.ravel(), np.arange(count)[:, None] * width
        at = np.repeat(self.nodes.roots[None, :], count, axis=0)  # the node that each row has reached in each tree
        for _ in range(self.depth):
            right = values.take(row + self.nodes.feature.take(at)) > self.threshold.take(at)
            at = self.nodes.below.take(2 * at + right)
        total = self.value.take(at).sum(axis=1, dtype=np.float64)
        return np.asarray(1.0 / (1.0 + np.exp(-total)))


def judged(
    document: Document, page: Blocks, text: MainText, proposed: list[Block], headline: str | None
) -> tuple[list[Block], str | None]:
    """The blocks that stay, and what became of the others in words ("judged .12: 3 blocks"); None: all stay."""
    trees = known_trees()
    least = threshold(language.declared(document), trees) if trees else 0.0
    if trees is None or len(proposed) < 2 or not least:
        return proposed, None
    likely = trees.likelihood(np.asarray(features(document, page, text, proposed, headline, trees.odds), np.float32))
    stay = [block for block, chance in zip(proposed, likely, strict=True) if chance >= least]
    if len(stay) == len(proposed) or sum(map(worth, stay)) < LEFT * sum(map(worth, proposed)):
        return proposed, None
    return stay, f"judged {likely.min():.2f}: {len(proposed) - len(stay)} blocks gone".replace("0.", ".")


def threshold(code: str | None, trees: Trees) -> float:
    """Below which likelihood a block goes; 0 where the judge is silent: on a page that declares no language.

    In a language of which few pages were seen it has to be surer.
    """
    return 0.0 if code is None else THRESHOLD if code in trees.languages else SURER


@cache
def known_trees(file: Path = FILE) -> Trees | None:
    """The trees of a file; None where there is none."""
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as data:
        odds = dict(zip(data["words"].tolist(), data["odds"].tolist(), strict=True))
        return Trees(
            feature=data["feature"],
            threshold=data["threshold"],
            left=data["left"],
            right=data["right"],
            value=data["value"],
            depth=int(data["depth"]),
            odds=odds,
            languages=frozenset(data["languages"].tolist()),
        )


def features(
    document: Document,
    page: Blocks,
    text: MainText,
    proposed: Sequence[Block],
    headline: str | None,
    odds: dict[str, float],
) -> list[list[float]]:
    """A row of NAMES for each proposed block."""
    number = {id(block): n for n, block in enumerate(page.blocks)}
    marks: dict[int, set[str]] = {}
    for region in page.regions:
        for n in range(region.start, region.end):
            marks.setdefault(n, set()).add(region.mark)
    chains = [list(_chain(block.element, text.container)) for block in proposed]
    worths = [worth(block) for block in proposed]
    masses = [0.0, *accumulate(worths)]
    total = masses[-1] or 1.0
    alike = [tuple((one.tag, one.get("class")) for one in chain[:2]) for chain in chains]
    paths = [
        (block.tag, len(chain), *(one.tag for one in chain[:CHAIN]))
        for block, chain in zip(proposed, chains, strict=True)
    ]
    parents = [block.element.getparent() for block in proposed]
    branches = [chain[-1] if chain else None for chain in chains]
    of_alike, of_path, of_parent, of_branch = (_sums(keys, worths) for keys in (alike, paths, parents, branches))
    n_alike, n_parent, n_branch = Counter(alike), Counter(parents), Counter(branches)
    said = [_odds(chain[:CHAIN], odds) for chain in chains]
    description = _grams(document.meta.get("og:description") or document.meta.get("description") or "")
    whole = document.linked.get("articleBody")
    body = _grams(whole) if isinstance(whole, str) and len(whole) > 300 else None
    top = {word.casefold() for word in WORD.findall(headline or "")}
    times = Counter(block.text for block in page.blocks)
    size = [math.log1p(len(block.text)) for block in proposed]
    links = [block.links / max(1, len(block.text)) for block in proposed]
    heads = [float(block.tag in HEADINGS) for block in proposed]
    count, last = len(proposed), -1
    rows = []
    for i, block in enumerate(proposed):
        words = WORD.findall(block.text)
        grams, folded = _grams(block.text), {word.casefold() for word in words}
        length, at = len(block.text), number.get(id(block), text.start)
        last = i if heads[i] else last
        tags = [str(one.tag) for one in chains[i]]
        rows.append(
            [
                size[i], worths[i], links[i], block.bold / max(1, length), float(bool(SENTENCE_END.search(block.text))),
                sum(map(str.isdigit, block.text)) / max(1, length), sum(map(str.isupper, block.text)) / max(1, length),
                len(words), length / max(1, len(words)), TAGS.index(block.tag) if block.tag in TAGS else -1,
                int(block.tag[1]) if heads[i] else 0,
                i, count - i, i / count, masses[i] / total, count, total, at - text.start, text.end - at,
                _at(size, i - 1), _at(size, i + 1), _at(size, i - 2), _at(size, i + 2),
                _at(links, i - 1), _at(links, i + 1), _at(links, i - 2), _at(links, i + 2),
                _at(heads, i - 1), _at(heads, i + 1), _at(worths, i - 1), _at(worths, i + 1),
                i - last, links[last] if last >= 0 else -1, size[last] if last >= 0 else -1,
                of_alike[alike[i]] / total, n_alike[alike[i]] / count, of_path[paths[i]] / total,
                of_parent[parents[i]] / total, n_parent[parents[i]] / count,
                worths[i] / of_parent[parents[i]] if of_parent[parents[i]] else 0,
                len(chains[i]), of_branch[branches[i]] / total, n_branch[branches[i]] / count,
                *(float(mark in marks.get(at, ())) for mark in MARKS),
                *said[i], said[i - 1][2] if i else 0, said[i + 1][2] if i + 1 < count else 0,
                len(grams & description) / len(grams) if grams else 0,
                len(grams & body) / len(grams) if grams and body is not None else -1,
                len(top & folded) / max(1, len(words)), times[block.text],
                float(boilerplate.is_heading(block.text)), float(boilerplate.opens(block.text) is not None),
                sum(map(block.text.count, "|•·")), float("@" in block.text or "http" in block.text), float("©" in block.text),
                float(block.text.endswith("?")), float(block.text.endswith(":")), float(block.text.endswith(("...", "…"))),
                float(block.text[:1].isupper()),
                float(not FURNITURE_TAGS.isdisjoint(tags)), float("ul" in tags or "ol" in tags), float("table" in tags),
                float("article" in tags), tags.count("section"),
            ]
        )  # fmt: skip
    return rows


def class_words(element: etree._Element) -> tuple[str, ...]:
    """What the classes and the id of an element say: each token without its random parts, and the words in it."""
    return _class_words(element.get("class") or "", element.get("id") or "")


@lru_cache(maxsize=20_000)
def _class_words(classes: str, ident: str) -> tuple[str, ...]:
    found: list[str] = []
    for token in f"{classes} {ident}".split()[:12]:
        if word := class_names.plain(token):
            found += [word, *(part for part in word.split("-") if len(part) > 2 and part != word)]
    return tuple(dict.fromkeys(found))


def _chain(element: etree._Element | None, container: etree._Element | None) -> Iterator[etree._Element]:
    """A block's element and those around it, up to the container."""
    while element is not None and element is not container:
        yield element
        element = element.getparent()


def _odds(chain: Sequence[etree._Element], odds: dict[str, float]) -> tuple[float, float, float, float]:
    each = [[odds[word] for word in class_words(element) if word in odds] for element in chain]
    every = [value for values in each for value in values]
    return min(every, default=0.0), max(every, default=0.0), sum(every), sum(each[0]) if each else 0.0


def _sums(keys: Sequence[Any], worths: Sequence[float]) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for key, value in zip(keys, worths, strict=True):
        found[key] = found.get(key, 0.0) + value
    return found


def _grams(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(text)]
    return set(zip(words, words[1:], words[2:], strict=False))


def _at(values: Sequence[float], i: int) -> float:
    return values[i] if 0 <= i < len(values) else 0.0
