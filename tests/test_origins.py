from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import origins
from aggregator.cli.stories import _data
from aggregator.credit.registry import StateOwner
from aggregator.origins.count import Counted
from storage.types import Article, Copy, Credit, Story
from tests.conftest import article

NAMES = {"afp": "AFP", "reuters": "Reuters", "voa": "VOA", "herald": "The Herald"}


def report(outlet: str, n: int = 1) -> Article:
    return article(id=f"{outlet}-{n}", outlet=outlet)


def credit(org: str | None, relation: str = "republished", **fields: object) -> Credit:
    given: dict[str, object] = {
        "name": org,
        "org": org,
        "place": None,
        "role": "agency",
        "relation": relation,
        "where": "end",
        "words": f"({org})",
        "start": 0,
        "end": 0,
    }
    return Credit(**(given | fields))  # type: ignore[arg-type]  # a maker: the fields are checked where they are named


def copied(a: Article, b: Article, share_a: float = 0.9, share_b: float = 0.9, kind: str = "cut") -> Copy:
    return Copy(
        a=a.id,
        b=b.id,
        share_a=share_a,
        share_b=share_b,
        kind=kind,
        direction="unknown",
        certainty="unknown",
        reasons=(),
    )


OWN = credit(None, "own", role="publisher", words="TERMEZ —")
SEEN = credit("us", "own", role="publisher", where="body", words="he told us", kind="interview")
MANY = credit(None, "based_on", role="unnamed", count_known=False, words="and other media agencies")
ONE = credit(None, "based_on", role="unnamed", words="an agency")

CASES = [
    pytest.param([[]], (1, 1), id="one report that names nobody is one source"),
    pytest.param([[], []], (1, 2), id="two that name nobody may rest on one"),
    pytest.param([[credit("afp")], [credit("afp")], [credit("afp")]], (1, 1), id="an agency counts once"),
    pytest.param([[credit("afp")], [credit("reuters")]], (2, 2), id="two agencies are two"),
    pytest.param([[credit("afp")], []], (1, 2), id="what names nobody may rest on the agency"),
    pytest.param([[credit("afp")], [OWN]], (1, 2), id="a place in front alone shows no work"),
    pytest.param([[credit("afp")], [SEEN]], (2, 2), id="an interview of its own is a report of its own"),
    pytest.param([[SEEN], [SEEN]], (2, 2), id="two newsrooms at work are two"),
    pytest.param(
        [[SEEN], [credit("afp", "quoted", words="")]], (1, 2), id="what gives its lead to a medium is that one's"
    ),
    pytest.param(
        [[credit("afp")], [OWN, credit("reuters", "quoted")]], (1, 2), id="one that quotes a medium may rest on it"
    ),
    pytest.param([[credit("afp", "with"), OWN]], (1, 2), id="own work beside an agency's is not sure"),
    pytest.param([[credit("voa", "based_on"), credit("eurasianet", "based_on"), MANY]], (2, None), id="two or more"),
    pytest.param([[credit("voa", "based_on"), ONE]], (1, 2), id="an agency that is not named may be the named one"),
    pytest.param([[MANY]], (1, None), id="nothing is known but that there are some"),
    pytest.param([[credit("afp")], [credit("afp", "photo"), SEEN]], (2, 2), id="a picture is nobody's report"),
    pytest.param([[credit("afp")], [credit("mod", "based_on", role="official")]], (1, 2), id="a ministry states"),
    pytest.param([[credit("afp")], [credit(None, name="Daily Planet")]], (1, 2), id="a name unknown may be another's"),
]


@pytest.mark.parametrize(("lines", "expected"), CASES)
def test_a_story_has_at_least_and_at_most_so_many_sources(
    lines: list[list[Credit]], expected: tuple[int, int | None]
) -> None:
    reports = [report(f"outlet{n}") for n in range(len(lines))]
    counted = origins.count_origins(reports, {r.id: said for r, said in zip(reports, lines, strict=True)}, [])
    assert (counted.least, counted.most) == expected


def test_an_uncredited_copy_gets_the_origin_of_the_text_it_prints() -> None:
    first, second = report("herald"), report("gazette")
    counted = origins.count_origins(
        [first, second], {first.id: [credit("afp")]}, [copied(first, second, 0.5, 0.83)], names=NAMES
    )
    assert [(o.key, o.articles) for o in counted.origins] == [("afp", (first.id, second.id))]
    assert counted.origins[0].reasons[1] == "prints 83 % of the text of The Herald, which credits AFP: “(afp)”"


def test_a_long_article_around_an_agencys_brief_may_have_more() -> None:
    brief, long = report("herald"), report("gazette")
    counted = origins.count_origins(
        [brief, long], {brief.id: [credit("afp")]}, [copied(brief, long, 1.0, 0.2, "extended")]
    )
    assert (counted.least, counted.most) == (1, 2)


def test_a_few_shared_words_tie_nothing() -> None:
    first, second = report("herald"), report("gazette")
    counted = origins.count_origins(
        [first, second], {first.id: [credit("afp")]}, [copied(first, second, 0.3, 0.3, "partial")]
    )
    assert (counted.least, counted.most) == (1, 2)


def test_a_chain_ends_at_the_one_who_reported() -> None:
    voa, herald = report("voa"), report("herald")
    said = {voa.id: [credit("afp")], herald.id: [credit("voa", role="outlet")]}
    counted = origins.count_origins([voa, herald], said, [], names=NAMES)
    assert [o.key for o in counted.origins] == ["afp"]
    assert "VOA credits AFP" in counted.origins[0].reasons[1]


def test_outlets_that_credit_each_other_end_the_search() -> None:
    voa, herald = report("voa"), report("herald")
    said = {voa.id: [credit("herald", role="outlet")], herald.id: [credit("voa", role="outlet")]}
    assert origins.count_origins([voa, herald], said, []).least >= 1


def test_agencies_of_one_state_are_1_to_2_and_the_reason_says_where_the_state_was_not_looked_up() -> None:
    first, second = report("herald"), report("gazette")
    states = {"xinhua": StateOwner("CN"), "cns": StateOwner("CN", looked_up=False)}
    said = {first.id: [credit("xinhua")], second.id: [credit("cns")]}
    counted = origins.count_origins([first, second], said, [], states=states)
    assert (counted.least, counted.most) == (1, 2)
    assert any("CN (commonly given as its state's; not looked up)" in why for o in counted.origins for why in o.reasons)


def test_an_outlet_that_names_itself_is_no_source_that_its_page_credits() -> None:
    itself, other = report("harbour-post", 0), report("evening-herald", 1)
    lines = [
        credit("harbour-post", "based_on", role="outlet"),
        replace(credit("post", "based_on", role="outlet"), org=None),
    ]
    said = {itself.id: [replace(line, name="Harbour Post") for line in lines], other.id: []}
    names = {"harbour-post": "The Harbour Post & Mail"}
    counted = origins.count_origins([itself, other], said, [], names=names)
    assert (counted.least, counted.most) == (1, 2)
    assert {origin.key for origin in counted.origins} == {"harbour-post", "evening-herald"}


def test_a_statement_of_a_body_whose_name_is_in_the_outlets_name_stays_a_statement() -> None:
    page = report("mod-news")
    said = {page.id: [credit(None, "based_on", role="official", name="Ministry of Defence", words="Source: MoD")]}
    names = {"mod-news": "Ministry of Defence News"}
    counted = origins.count_origins([page], said, [], names=names)
    assert "statement" in counted.origins[0].reasons[0]


def test_who_reprints_a_page_that_names_itself_adds_nothing_sure() -> None:
    pages = [report("outlet0", n) for n in range(4)]
    said = {page.id: [] for page in pages} | {
        pages[0].id: [credit("outlet0", "based_on", role="outlet")],
        pages[2].id: [credit("afp")],
    }
    copies = [copied(pages[0], pages[1], 0.2, 0.6), copied(pages[1], pages[2], 0.2, 0.6)]
    before = origins.count_origins(pages, said, copies)
    again = replace(pages[0], id="reprint-1", outlet="reprint")
    copies += [replace(copies[0], a=again.id), copied(pages[0], again, 1.0, 1.0, "identical")]
    after = origins.count_origins([*pages, again], said | {again.id: said[pages[0].id]}, copies)
    assert (before.least, after.least) == (1, 1)


def test_outlets_of_one_house_are_one_source_and_it_says_so() -> None:
    first, second = report("herald"), report("gazette")
    owner = {"herald": "press-house", "gazette": "press-house"}
    counted = origins.count_origins([first, second], {first.id: [OWN], second.id: [OWN]}, [], owners=owner)
    assert (counted.least, counted.most) == (1, 1)
    assert "one house" in counted.origins[0].reasons[-1]


def test_an_outlet_that_is_credited_by_a_name_no_registry_knows_is_that_outlet() -> None:
    first, second, third = report("herald"), report("gazette"), report("other-herald")
    said = {
        first.id: [SEEN],
        second.id: [credit(None, name="Herald", role="outlet", words="first published by Herald")],
    }
    counted = origins.count_origins([first, second], said, [], names=NAMES)
    assert (counted.least, counted.most) == (1, 1)
    same = NAMES | {"other-herald": "Herald"}
    assert origins.count_origins([first, second, third], said, [], names=same).most == 3  # nobody knows which is meant


def test_one_text_credited_to_two_agencies_is_not_surely_two() -> None:
    first, second = report("herald"), report("gazette")
    said = {first.id: [credit("afp")], second.id: [credit("reuters")]}
    assert origins.count_origins([first, second], said, [copied(first, second)]).least == 1


def test_a_dateline_over_an_agencys_text_is_no_report() -> None:
    first, second = report("herald"), report("gazette")
    counted = origins.count_origins(
        [first, second], {first.id: [OWN], second.id: [credit("afp")]}, [copied(first, second)]
    )
    assert (counted.least, counted.most) == (1, 1)


def test_an_agencys_own_page_is_the_root_though_it_came_last() -> None:
    customer, agency = report("herald"), report("voa")
    said = {customer.id: [credit("voa", role="outlet")]}
    counted = origins.count_origins([customer, agency], said, [copied(customer, agency, 1.0, 1.0)], names=NAMES)
    (origin,) = counted.origins
    assert [carrier.chain for carrier in origin.carriers] == [("VOA",), ("The Herald", "VOA")]
    assert "prints" not in " ".join(
        reason for n, reason in enumerate(origin.reasons) if origin.articles[n] == agency.id
    )


def test_a_chain_is_a_list_from_who_prints_it_to_what_it_rests_on() -> None:
    trend, uzdaily = report("trend"), report("uzdaily")
    ministry = credit(None, "based_on", role="official", name="the ministry", words="the ministry said in a statement")
    said = {trend.id: [credit("uzdaily", role="outlet")], uzdaily.id: [ministry]}
    counted = origins.count_origins([trend, uzdaily], said, [], names={"trend": "Trend", "uzdaily": "Uzdaily"})
    (origin,) = counted.origins
    assert [carrier.chain for carrier in origin.carriers] == [
        ("Uzdaily", "the ministry"),
        ("Trend", "Uzdaily", "the ministry"),
    ]


def test_a_withdrawn_report_does_not_count_and_its_carriers_say_whose_words_took_it_back() -> None:
    first, second = report("herald"), report("gazette")
    back = credit("afp", "quoted", where="body", words="AFP withdrew its report.", kind="withdrawn")
    counted = origins.count_origins([first, second], {first.id: [credit("afp")], second.id: [SEEN, back]}, [])
    afp = next(origin for origin in counted.origins if origin.key == "afp")
    assert (afp.most, afp.carriers[0].withdrawn) == (0, "AFP withdrew its report.")
    assert (counted.least, counted.most) == (1, 1)


def test_a_byline_over_an_agencys_text_is_doubted() -> None:
    one = report("herald")
    signed = credit("herald", "own", role="publisher", where="byline", words="By Jo Doe", kind="byline", name="Jo Doe")
    counted = origins.count_origins([one], {one.id: [credit("afp"), signed]}, [], names=NAMES)
    assert "makes its own byline doubtful: “By Jo Doe”" in counted.origins[0].reasons[0]


# ------------------------------------------------------------------------------------------------------ laws

LINES = st.lists(
    st.sampled_from(
        [
            credit("afp"),
            credit("reuters"),
            credit("outlet1", role="outlet"),
            credit("afp", "with"),
            credit("reuters", "based_on"),
            credit("outlet0", "based_on", role="outlet"),
            credit("mod", "based_on", role="official"),
            credit("afp", "quoted"),
            credit("afp", "photo"),
            OWN,
            SEEN,
            MANY,
            ONE,
        ]
    ),
    max_size=2,
)


@st.composite
def newsrooms(draw: st.DrawFn) -> tuple[list[Article], dict[str, list[Credit]], list[Copy]]:
    number = draw(st.integers(1, 5))
    reports = [report(f"outlet{draw(st.integers(0, 4))}", n) for n in range(number)]
    said = {r.id: draw(LINES) for r in reports}
    pairs = draw(st.lists(st.tuples(st.integers(0, number - 1), st.integers(0, number - 1)), max_size=4))
    shares = st.sampled_from([0.2, 0.45, 0.6, 0.85, 1.0])
    copies = [copied(reports[a], reports[b], draw(shares), draw(shares)) for a, b in sorted(set(pairs)) if a < b]
    return reports, said, copies


@given(newsrooms())
def test_the_bounds_enclose_something(newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]]) -> None:
    counted = origins.count_origins(*newsroom)
    assert counted.least >= 1
    assert counted.most is None or counted.least <= counted.most


def by_hand(printed: dict[str, Any]) -> tuple[int, int | None]:
    """The interval from what ``story ID --json`` prints, as docs/two-sources.md says it is added up."""
    least, most, possible = 0, [], []
    for origin in printed["origins"]:
        mosts = [carrier["most"] for carrier in origin["carriers"]]
        most.append(None if None in mosts else max(mosts))
        least += max(carrier["least"] for carrier in origin["carriers"])
        possible += [origin] if most[-1] != 0 else []
    if len(possible) == 1 and max((one for one in most if one is not None), default=0) == 1 and None not in most:
        least = 1
    least = max(1, least)
    return least, None if None in most else max(least, sum(one for one in most if one is not None))


@given(newsrooms())
def test_every_interval_can_be_added_up_from_what_is_printed(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]],
) -> None:
    reports, said, copies = newsroom
    counted = origins.count_origins(reports, said, copies)
    story = Story(
        id="s", articles=tuple(r.id for r in reports), origins=counted.origins, least=counted.least, most=counted.most
    )
    printed = json.loads(json.dumps(_data(story, reports, [], [], [])))
    assert by_hand(printed) == (printed["least"], printed["most"])


@given(newsrooms(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_change_the_interval(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]], shuffle: random.Random
) -> None:
    reports, said, copies = newsroom
    counted = origins.count_origins(reports, said, copies)
    shuffled = list(reports)
    shuffle.shuffle(shuffled)
    turned = [replace(c, a=c.b, b=c.a, share_a=c.share_b, share_b=c.share_a) for c in copies]
    again = origins.count_origins(shuffled, said, turned)
    assert (again.least, again.most) == (counted.least, counted.most)


@given(newsrooms())
def test_an_article_more_lowers_the_lower_bound_only_with_a_reason(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]],
) -> None:
    reports, said, copies = newsroom
    if reports[1:]:
        before, after = origins.count_origins(reports[:-1], said, copies), origins.count_origins(reports, said, copies)
        if after.least < before.least:
            assert {r for o in after.origins for r in o.reasons} - {r for o in before.origins for r in o.reasons}


def test_a_credit_less_may_raise_the_lower_bound_where_the_credit_was_what_joined_two() -> None:
    """No law: who does not know that VOA printed AFP takes VOA, credited by another, for a source (docs/two-sources.md)."""
    voa, herald, gazette = report("voa"), report("herald"), report("gazette")
    said = {voa.id: [credit("afp")], herald.id: [credit("voa", role="outlet")], gazette.id: [credit("afp")]}
    assert origins.count_origins([voa, herald, gazette], said, []).least == 1
    assert origins.count_origins([voa, herald, gazette], said | {voa.id: []}, []).least == 2


@given(newsrooms(), st.integers(0, 4), st.booleans())
def test_a_verbatim_copy_never_raises_the_count(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]], which: int, keeps_lines: bool
) -> None:
    reports, said, copies = newsroom
    source = reports[which % len(reports)]
    reprint = replace(source, id="reprint-1", outlet="reprint")
    of_source = [copy for copy in copies if source.id in (copy.a, copy.b)]
    again = [
        replace(copy, a=reprint.id if copy.a == source.id else copy.a, b=reprint.id if copy.b == source.id else copy.b)
        for copy in of_source
    ]
    lines = said[source.id] if keeps_lines else []
    before = origins.count_origins(reports, said, copies)
    after = origins.count_origins(
        [*reports, reprint],
        said | {reprint.id: lines},
        [*copies, *again, copied(source, reprint, 1.0, 1.0, "identical")],
    )
    assert after.least <= before.least
    assert before.most is None or (after.most is not None and after.most <= before.most)


@given(newsrooms(), st.integers(0, 4))
def test_an_outlets_own_rewrite_that_keeps_its_lines_and_passages_never_raises_the_lower_bound(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]], which: int
) -> None:
    reports, said, copies = newsroom
    first = reports[which % len(reports)]
    later = replace(first, id=f"{first.id}-later")
    kept = [
        replace(copy, a=later.id if copy.a == first.id else copy.a, b=later.id if copy.b == first.id else copy.b)
        for copy in copies
        if first.id in (copy.a, copy.b)
    ]
    before = origins.count_origins(reports, said, copies)
    rewritten = [*copies, *kept, copied(first, later, 0.7, 0.6, "update")]
    after = origins.count_origins([*reports, later], said | {later.id: said[first.id]}, rewritten)
    assert after.least <= before.least


def test_a_translation_may_raise_the_lower_bound_where_its_original_shows_no_work() -> None:
    """No law: who is credited by another with a report is taken for its source, however little its own page shows."""
    herald, gazette = report("herald"), report("gazette")
    translation = article(id="translation-1", outlet="translator", language="uk")
    said = {herald.id: [], gazette.id: [credit("afp")], translation.id: [credit("herald", role="outlet")]}
    assert origins.count_origins([herald, gazette], said, []).least == 1
    assert origins.count_origins([herald, gazette, translation], said, []).least == 2
    seen = said | {herald.id: [SEEN]}
    alone = origins.count_origins([herald, gazette], seen, [])
    assert origins.count_origins([herald, gazette, translation], seen, []).least == alone.least == 2


@given(newsrooms())
def test_an_article_more_lowers_the_upper_bound_only_with_a_reason(
    newsroom: tuple[list[Article], dict[str, list[Credit]], list[Copy]],
) -> None:
    reports, said, copies = newsroom
    before, after = (
        origins.count_origins(reports[:-1], said, copies) if reports[1:] else None,
        origins.count_origins(reports, said, copies),
    )
    if before and after.most is not None and (before.most is None or after.most < before.most):
        assert {r for o in after.origins for r in o.reasons} - {r for o in before.origins for r in o.reasons}


def test_an_item_of_a_digest_does_not_get_the_credit_of_another_item() -> None:
    digest, item = report("portal"), report("herald")
    found = origins.count_origins([digest, item], {digest.id: [credit("reuters")]}, [copied(digest, item, 0.03, 1.0)])
    assert (found.least, found.most) == (1, 2)


def test_what_somebody_paid_for_is_no_source() -> None:
    plain, other = report("herald"), report("voa")
    paid = replace(plain, labels=("AdvertiserContentArticle",))
    said = {plain.id: [SEEN], other.id: [OWN]}
    assert span(origins.count_origins([plain, other], said, [], names=NAMES)) == (
        1,
        2,
    )  # a sure source, and perhaps another
    assert span(origins.count_origins([paid, other], said, [], names=NAMES)) == (1, 1)  # only the other one


def span(counted: Counted) -> tuple[int, int | None]:
    return counted.least, counted.most
