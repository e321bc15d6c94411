"""Copies: what shares text with what, and the laws of the index that finds it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from aggregator import copies
from aggregator.copies import overlap
from aggregator.copies.alignment import align
from aggregator.copies.postings import ARTICLE_BITS, SortedRun, merge_runs
from aggregator.copies.words import split_words
from storage import articles, mapped, runs
from storage import copies as rows
from storage.db import connect
from storage.types import Article, Copy, Credit, Visit
from tests.conftest import tried

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOCABULARY = [a + b + c for a in ("ka", "lo", "mi", "su", "re") for b in ("ne", "ta", "vi", "do") for c in "nrslt"]


def prose(seed: int, words: int = 200) -> str:
    """Made-up words, the same for a seed."""
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))


def article(name: str, text: str, *, hours: float = 0, outlet: str = "", **fields: object) -> Article:
    moment = NOON + timedelta(hours=hours)
    paragraphs = tuple(text.split("\n"))
    return Article(id=name, outlet=outlet or f"outlet-{name}", url=None, fetched=moment, body=paragraphs, **fields)  # type: ignore[arg-type] - fields of Article


def credit(org: str, relation: str = "republished") -> Credit:
    return Credit(
        name=org, org=org, place=None, role="agency", relation=relation, where="end", words=org, start=0, end=3
    )


def found(*given_articles: Article, named: dict[str, Sequence[Credit]] | None = None) -> list[Copy]:
    db = connect(":memory:")
    index = copies.CopyIndex.open(db)
    return [
        copy for one in given_articles for copy in index.add(articles.append(db, one)[0], (named or {}).get(one.id, ()))
    ]


WHOLE = prose(1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(WHOLE, "identical", id="the same words"),
        pytest.param(WHOLE.upper() + ".", "identical", id="case and points do not count"),
        pytest.param(" ".join(WHOLE.split()[:90]), "cut", id="cut from the end"),
        pytest.param(WHOLE + " " + prose(2), "extended", id="with own reporting after it"),
        pytest.param(" ".join(WHOLE.split()[:120]) + " " + prose(3, 100), "mixed", id="cut, and own reporting"),
        pytest.param(" ".join(WHOLE.split()[:50]) + " " + prose(4, 150), "partial", id="a quarter of it is no copy"),
        pytest.param(prose(5), None, id="another text"),
        pytest.param("“" + WHOLE + "”", None, id="a statement that is only quoted"),
        pytest.param(" ".join(WHOLE.split()[:12]) + " " + prose(6, 5), None, id="a short note proves nothing"),
    ],
)
def test_a_pair_is_named_by_what_each_side_holds_of_the_other(text: str, kind: str | None) -> None:
    pairs = found(article("a", WHOLE), article("b", text, hours=3))
    assert [pair.kind for pair in pairs] == ([kind] if kind else [])


def test_words_changed_here_and_there_hide_no_copy() -> None:
    words = WHOLE.split()
    words[::6] = ["changed"] * len(words[::6])
    assert [pair.kind for pair in found(article("a", WHOLE), article("b", " ".join(words), hours=3))] == ["identical"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "".join(random.Random(1).choices("政府发言人周三在北京表示两国将继续谈判并签署协议", k=150)), id="Chinese"
        ),
        pytest.param("".join(random.Random(2).choices("รัฐบาลไทยแถลงว่าจะเจรจาต่อไปในวันพุธนี้", k=200)), id="Thai"),
        pytest.param(
            " ".join(
                random.Random(3).choices(
                    ["Правительство", "заявило", "что", "переговоры", "продолжатся", "в", "среду"], k=150
                )
            ),
            id="Russian",
        ),
    ],
)
def test_texts_in_any_script_are_copies(text: str) -> None:
    assert [pair.kind for pair in found(article("a", text), article("b", text, hours=3))] == ["identical"]


def test_furniture_of_one_outlet_makes_no_copy() -> None:
    template = prose(9, 120)
    texts = [article(f"a{n}", template + "\n" + prose(20 + n, 100), hours=n, outlet="one") for n in range(8)]
    assert [pair for pair in found(*texts) if pair.is_copy and pair.b in ("a6", "a7")] == []


def test_half_a_text_makes_a_copy_across_outlets_and_not_inside_one() -> None:
    a, b = f"{prose(1)}\n{prose(2)}", f"{prose(1)}\n{prose(3)}"
    assert [copy.kind for copy in found(article("a", a), article("b", b))] == ["mixed"]
    assert [copy.kind for copy in found(article("a", a, outlet="one"), article("b", b, outlet="one"))] == ["update"]
    assert [copy.kind for copy in found(article("a", a, outlet="one"), article("b", a, outlet="one"))] == ["identical"]


def test_background_that_comes_back_for_days_makes_no_copy() -> None:
    background = prose(9, 90)
    texts = [article(f"a{n}", prose(20 + n, 300) + "\n" + background, hours=30 * n) for n in range(6)]
    late = article("late", prose(40, 125) + "\n" + background, hours=200)
    assert [pair for pair in found(*texts, late) if pair.b == "late" and pair.is_copy] == []


@pytest.mark.parametrize(
    ("later", "named", "published", "direction", "certainty"),
    [
        pytest.param(3, {"b": [credit("outlet-a")]}, None, "a->b", "certain", id="b credits a"),
        pytest.param(3, {"a": [credit("outlet-b")]}, None, "b->a", "certain", id="a credits b, though we saw a first"),
        pytest.param(
            3, {"a": [credit("afp")], "b": [credit("afp")]}, None, "unknown", "unknown", id="two clients of one agency"
        ),
        pytest.param(3, {"a": [credit("afp")]}, None, "unknown", "unknown", id="a has it from an agency itself"),
        pytest.param(
            3, {"b": [credit("outlet-a", "quoted")]}, None, "a->b", "likely", id="who is quoted is not credited"
        ),
        pytest.param(3, {}, None, "a->b", "likely", id="three hours before"),
        pytest.param(0.5, {}, None, "unknown", "unknown", id="half an hour is less than a visit"),
        pytest.param(3, {}, -5, "b->a", "likely", id="b says it was out before, which counts more than our visit"),
        pytest.param(3, {}, 9, "a->b", "likely", id="a date in the future says nothing"),
    ],
)
def test_the_direction_follows_credits_then_clocks(
    later: float, named: dict[str, Sequence[Credit]], published: float | None, direction: str, certainty: str
) -> None:
    stated = None if published is None else NOON + timedelta(hours=published)
    (pair,) = found(article("a", WHOLE), article("b", WHOLE, hours=later, published=stated), named=named)
    assert (pair.direction, pair.certainty) == (direction, certainty)
    assert pair.reasons


def test_two_copies_of_one_text_have_not_copied_each_other() -> None:
    pairs = found(article("o", WHOLE), article("b", WHOLE, hours=3), article("c", WHOLE, hours=9))
    assert [(pair.a, pair.b, pair.direction) for pair in pairs] == [
        ("o", "b", "a->b"),
        ("o", "c", "a->b"),
        ("b", "c", "unknown"),
    ]


def test_an_update_is_no_copy_and_its_pairs_are_judged_again() -> None:
    db = connect(":memory:")
    index = copies.CopyIndex.open(db)
    for one in (article("a", prose(1)), article("b", prose(1), hours=3), article("a", prose(2), hours=5)):
        stored, _ = articles.append(db, one)
        rows.replace(db, stored.id, index.add(stored, ()), rules=copies.RULES)
    assert list(rows.all_copies(db)) == []
    again, _ = articles.append(db, article("a", prose(1) + " and more", hours=6))
    assert [(pair.a, pair.b, pair.kind) for pair in index.add(again, ())] == [("a", "b", "identical")]


# ------------------------------------------------------------------------------------------------ laws

# Which article, which text, how much of it.
ARRIVALS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(20, 120)), min_size=1, max_size=14)


def merged(
    arrivals: Sequence[tuple[int, int, int]], batch: int, *, reopen: bool = False, fail: bool = False
) -> list[Copy]:
    """All pairs after the arrivals went in, so many at a time."""
    db = connect(":memory:")
    stored = []
    for n, (which, text, length) in enumerate(arrivals):
        one = article(f"a{which}", " ".join(prose(text).split()[:length]), hours=n)
        kept, new = articles.append(db, one)
        stored += [kept] if new else []
    index = copies.CopyIndex.open(db)
    for start in range(0, len(stored), batch):
        part = stored[start : start + batch]
        if fail:
            with pytest.raises(KeyboardInterrupt):
                killed(db, index, part)
            index.rolled_back()
        with db.atomic():
            take(db, index, part)
        index = copies.CopyIndex.open(db) if reopen else index
    return sorted(rows.all_copies(db), key=lambda pair: (pair.a, pair.b))


def killed(db: Database, index: copies.CopyIndex, part: Sequence[Article]) -> None:
    with db.atomic():
        take(db, index, part)
        raise KeyboardInterrupt


def take(db: Database, index: copies.CopyIndex, part: Sequence[Article]) -> None:
    for one in part:
        rows.replace(db, one.id, index.add(one, ()), rules=copies.RULES)


@tried(25)
@given(ARRIVALS)
def test_batches_of_any_size_restarts_and_failures_change_nothing(arrivals: list[tuple[int, int, int]]) -> None:
    once = merged(arrivals, 1000)
    assert merged(arrivals, 1) == once
    assert merged(arrivals, 7) == once
    assert merged(arrivals, 1, reopen=True) == once
    assert merged(arrivals, 7, fail=True) == once


def kept_in_a_file(
    folder: Path, arrivals: Sequence[tuple[int, int, int]], spoil: Callable[[Path], object]
) -> list[Copy]:
    """All pairs where the index is kept in a file from the first posting on, and what is kept is spoilt after each batch."""
    file = folder / "twosource.db"
    for left in folder.iterdir():
        left.rmdir() if left.is_dir() else left.unlink()
    db = connect(file)
    stored = []
    for n, (which, text, length) in enumerate(arrivals):
        one, new = articles.append(db, article(f"a{which}", " ".join(prose(text).split()[:length]), hours=n))
        stored += [one] if new else []
    for start in range(0, len(stored), 3):
        index = copies.CopyIndex.open(db)
        with db.atomic():
            take(db, index, stored[start : start + 3])
        spoil(file.with_name("twosource.db.copies"))
    found = sorted(rows.all_copies(db), key=lambda pair: (pair.a, pair.b))
    db.close()
    return found


def cut(file: Path) -> None:
    if file.is_file():
        file.write_bytes(file.read_bytes()[:-9])


def changed(file: Path) -> None:
    if file.is_file():
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 4
        file.write_bytes(whole)


def of_other_rows(file: Path) -> None:
    if file.is_file():
        stamp, arrays = mapped.load(file) or ({}, {})
        alive = np.zeros_like(arrays["alive"])  # whoever believed it would find no copies
        mapped.write(
            file,
            {**stamp, "rows": "those of another day"},
            {name: [values] for name, values in arrays.items()} | {"alive": [alive]},
        )


def unwritable(file: Path) -> None:
    file.unlink(missing_ok=True) if not file.is_dir() else None
    file.mkdir(exist_ok=True)


@pytest.mark.hypothesis
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(Path.exists, id="whole"),
        pytest.param(lambda file: file.unlink(missing_ok=True), id="lost"),
        pytest.param(cut, id="torn"),
        pytest.param(changed, id="one bit changed"),
        pytest.param(of_other_rows, id="of other rows"),
        pytest.param(unwritable, id="it can't be written"),
    ],
)
def test_the_file_of_the_index_changes_no_answer(
    spoil: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.copies.index.WORTH_KEEPING", 1)

    @tried(6)
    @given(ARRIVALS)
    def law(arrivals: list[tuple[int, int, int]]) -> None:
        assert kept_in_a_file(tmp_path, arrivals, spoil) == merged(arrivals, 1000)

    law()


def test_a_table_that_is_read_whole_leaves_a_file_for_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = connect(tmp_path / "twosource.db")
    stored = [articles.append(db, article(name, WHOLE, hours=n))[0] for n, name in enumerate("abc")]
    with db.atomic():
        take(db, copies.CopyIndex.open(db), stored[:2])
    assert not (tmp_path / "twosource.db.copies").exists()
    monkeypatch.setattr("aggregator.copies.index.WORTH_KEEPING", 1)
    copies.CopyIndex.open(db)
    kept = mapped.load(tmp_path / "twosource.db.copies")
    assert kept is not None
    assert kept[0]["last"] == 2
    index = copies.CopyIndex.open(db)
    assert [(pair.a, pair.b) for pair in index.add(stored[2], ())] == [("a", "c"), ("b", "c")]


def test_a_file_that_was_written_before_its_rows_were_rolled_back_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.copies.index.WORTH_KEEPING", 1)
    db = connect(tmp_path / "twosource.db")
    stored = [articles.append(db, article(name, WHOLE, hours=n))[0] for n, name in enumerate("abc")]
    with db.atomic():
        take(db, copies.CopyIndex.open(db), stored[:1])
    with pytest.raises(KeyboardInterrupt):
        killed(db, copies.CopyIndex.open(db), stored[1:])
    kept = mapped.load(tmp_path / "twosource.db.copies")
    assert kept is not None
    assert kept[0]["last"] == 3
    index = copies.CopyIndex.open(db)
    assert [(pair.a, pair.b) for pair in index.add(stored[1], ())] == [("a", "b")]


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=40), max_size=8))
def test_a_shelf_stays_sorted_and_loses_nothing(parts: list[list[int]]) -> None:
    once = np.array([], np.uint64)
    for part in parts:
        once = np.concatenate(list(merge_runs(once, np.sort(np.array(part, np.uint64)))))
    assert once.tolist() == sorted(value for part in parts for value in part)
    run = SortedRun.of_sorted(once)
    for value in {value >> ARTICLE_BITS for value in once.tolist()}:
        assert run.find(np.array([value], np.uint64))[0].tolist() == [
            v for v in once.tolist() if v >> ARTICLE_BITS == value
        ]


@given(st.one_of(st.text(max_size=300), st.text(st.characters(max_codepoint=0x2FFF), max_size=300)))
def test_a_text_has_the_same_words_whether_it_is_folded_by_character_or_as_a_whole(text: str) -> None:
    words, whole = split_words(text), split_words(f"{text} ½")  # which is folded to several signs, and the text with it
    assert len(words.quoted) == len(words)
    half = len(split_words("½"))
    assert words.hashes.tolist() == whole.hashes.tolist()[:-half]
    assert words.quoted.tolist() == whole.quoted.tolist()[:-half]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("١٢٣ 456", "123 ４５６", True, id="digits of any script are the same digits"),
        pytest.param("12", "13", False, id="numbers differ"),
        pytest.param("Киев", "Киeв", False, id="a Latin e is no Cyrillic one"),
        pytest.param("résumé", "resume", False, id="accents tell words apart"),
        pytest.param("STRASSE", "straße", True, id="case is folded"),
        pytest.param("soft\u00adhyphen", "softhyphen", True, id="a soft hyphen is not there"),
        pytest.param("e\u0301t\u00e9", "\u00e9te\u0301", True, id="composed or not"),
    ],
)
def test_only_what_does_not_tell_words_apart_is_folded(one: str, other: str, *, same: bool) -> None:
    assert (split_words(one).hashes.tolist() == split_words(other).hashes.tolist()) is same


@given(st.integers(0, 60), st.integers(8, 60))
def test_a_common_block_of_eight_words_is_found_where_it_stands(before: int, length: int) -> None:
    block = prose(1, length)
    a = split_words(block + " " + " ".join(f"x{n}" for n in range(50)))
    b = split_words(" ".join([*(f"y{n}" for n in range(before)), block]))
    passages = align(a.hashes, b.hashes)
    assert passages.a.tolist() == [[0, length]]
    assert passages.b.tolist() == [[before, before + length]]


@tried(40)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 120), st.integers(1, 150), st.booleans()), max_size=6),
    st.integers(1, 600),
    st.booleans(),
)
def test_what_texts_share_with_an_article_does_not_depend_on_who_is_compared_beside_them(
    parts: list[tuple[int, int, int, bool]], at_once: int, boilerplate: bool
) -> None:
    """Each text is a piece of one of three, some with quotation marks around; all are looked at in one go, or in lots."""
    others = [
        split_words(f"“{piece}”" if quoted else piece)
        for seed, start, length, quoted in parts
        for piece in (" ".join(prose(seed).split()[start : start + length]),)
    ]
    text = split_words(prose(1) + "\n" + " ".join(prose(2).split()[:60]))
    proves_nothing = np.arange(len(text)) >= (200 if boilerplate else 1000)
    own = [quoted for *_, quoted in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "AT_ONCE", at_once)
        together = overlap.overlaps(others, text, proves_nothing, own)
    alone = [overlap.overlaps([other], text, proves_nothing, [one])[0] for other, one in zip(others, own, strict=True)]
    assert [shared and (shared.kind, shared.share_a, shared.share_b, shared.spans) for shared in together] == [
        shared and (shared.kind, shared.share_a, shared.share_b, shared.spans) for shared in alone
    ]
    assert [shared and shared.shared_b.tolist() for shared in together] == [
        shared and shared.shared_b.tolist() for shared in alone
    ]


def test_copies_among_articles_are_read_in_proportion_to_their_number() -> None:
    """To ask for each article beside each other one took a second for the 1,100 reports of a giant story."""
    db = connect(":memory:")
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    rows.among(db, ["a", "b"])
    rows.among(db, ["a", "b"], proof=False)
    db.conn.set_trace_callback(None)
    plans = [str(db.execute(f"explain query plan {sql}").fetchall()) for sql in asked]
    assert len(plans) == 2
    assert all("(a=?)" in plan and "b=?" not in plan for plan in plans)


def test_the_gold_pairs_keep_their_figure() -> None:
    folder = Path(__file__).resolve().parents[2] / "shared" / "merge"
    if not folder.exists():
        pytest.skip("the gold set is not beside the project")
    import gzip
    import json

    with gzip.open(folder / "copies_real.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = sorted(map(json.loads, lines), key=lambda line: (line["fetched"], line["id"]))
    label = {
        frozenset((line["a"], line["b"])): line["label"]
        for line in map(json.loads, (folder / "copies_real_pairs.jsonl").read_text().splitlines())
    }
    real = [article(t["id"], t["text"], outlet=t["outlet"], hours=n / 30) for n, t in enumerate(texts)]
    said = {frozenset((pair.a, pair.b)) for pair in found(*real) if pair.is_copy}
    said = {ids for ids in said if label.get(ids) != "ignore"}
    right = sum(label.get(ids) == "copy" for ids in said)
    precision, recall = right / len(said), right / sum(value == "copy" for value in label.values())
    assert precision >= 0.95
    assert 2 * precision * recall / (precision + recall) >= 0.95


@pytest.mark.parametrize(
    ("visit", "direction"),
    [
        pytest.param(None, "unknown", id="no visit is known: an hour is assumed, and half of one is no lead"),
        pytest.param(20, "a->b", id="asked 20 minutes before, when b did not have it: a was first by 10"),
        pytest.param(45, "unknown", id="asked 45 minutes before: b may have had it before a came"),
    ],
)
def test_what_came_at_a_visit_came_out_since_the_last_one(visit: int | None, direction: str) -> None:
    db, b = connect(":memory:"), article("b", WHOLE, hours=0.5)
    if visit:
        began = b.fetched - timedelta(minutes=visit)
        runs.end(db, runs.begin(db, "crawl", began), began, [Visit(outlet=b.outlet, outcome="ok")])
    index = copies.CopyIndex.open(db)
    *_, (pair,) = [index.add(articles.append(db, one)[0], ()) for one in (article("a", WHOLE), b)]
    assert pair.direction == direction


def test_of_many_prints_an_article_is_paired_with_the_first_and_the_most_alike() -> None:
    """A giant story costs no more an article than a small one."""
    wire = "\n".join(prose(n) for n in range(4))
    less = "\n".join((*(prose(n) for n in range(3)), prose(99)))  # as long, and a quarter of it another text
    prints = [
        article(f"p{n:03}", f"{wire if n >= 42 else less}\n{prose(100 + n, 30)}", hours=n / 60, outlet=f"o{n}")
        for n in range(90)
    ]
    last = article("z", wire, hours=2, outlet="last")
    partners = sorted(pair.a for pair in found(*prints, last) if pair.b == "z")
    assert partners == [f"p{n:03}" for n in (*range(16), *range(42, 90))]
