"""An outlet of fifty pages whose layout is learnt, changes, and is learnt anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from aggregator.cli import main
from scrapers import outlets, store_page
from storage import articles, layouts
from storage.db import connect
from storage.types import Article, Outlet
from tests.conftest import outlet, page

PLACES = (
    "Arnholt",
    "Bruckmere",
    "Cantley",
    "Dunvale",
    "Esterby",
    "Farrow",
    "Gilmouth",
    "Harrowick",
    "Inverlay",
    "Jarrow",
)
TEASER = "Storm closes the northern road for a third night as crews wait for the wind to drop"  # as long as a paragraph

OLD = """<html lang=en><head><title>{headline} | The Herald</title></head><body>
<main class=story><h1>{headline}</h1><div class=text>{paragraphs}<div class=more><p>{teaser}</p><p>{other}</p></div></div>
</main></body></html>"""
NEW = """<html lang=en><head><title>{headline} | The Herald</title></head><body>
<article id=piece><header><h1>{headline}</h1></header><section class=copy>{paragraphs}
<aside class=next><p>{teaser}</p><p>{other}</p></aside></section></article></body></html>"""


def words(n: int) -> list[str]:
    """The paragraphs of the nth report: no two share one."""
    place = f"{PLACES[n % 10]} {n}"
    return [
        f"The council of {place} voted on Monday to reopen the mill bridge after {n + 3} weeks of repairs to its piers.",
        f"Residents of {place} had crossed by ferry since the flood, which cost the town some {n + 40},000 crowns a week.",
        f"The mayor of {place} said that lorries would have to wait until spring for the second lane, because steel is late.",
        f"Engineers will inspect the {n + 7} cables of the {place} bridge again in May, the council's notice said.",
    ]


def printed(n: int, layout: str) -> str:
    """The nth page: its report, and two teasers in the middle of the text's element."""
    paragraphs = "".join(f"<p>{text}</p>" for text in words(n))
    other = words(n - 1)[0] if n else TEASER
    return layout.format(
        headline=f"{PLACES[n % 10]} {n} reopens its bridge", paragraphs=paragraphs, teaser=TEASER, other=other
    )


def crawl(db: Database, numbers: range, layout: str, who: Outlet) -> list[tuple[Article, str | None]]:
    """Keep these pages in turn: what is stored of each, and what the operator is told."""
    found = []
    for n in numbers:
        url = f"https://herald.example/news/{n}"
        outcome, told = store_page.read_and_store(db, page(printed(n, layout), url=url, outlet=who.id), who)
        assert outcome == "stored"
        [row] = db.query("select id from articles where url = ?", [url])
        stored = articles.latest(db, row["id"])
        assert stored
        found.append((stored, told))
    return found


def leaked(found: list[tuple[Article, str | None]]) -> list[int]:
    """Which of the pages have a teaser in their text."""
    return [k for k, (one, _) in enumerate(found) if TEASER in one.text]


def test_teasers_fall_to_none_and_a_changed_layout_is_signalled_and_learnt(db: Database) -> None:
    who = outlet()
    before = crawl(db, range(30), OLD, who)
    assert not [k for k in leaked(before) if k >= 5]
    assert not [told for _, told in before if told]
    after = crawl(db, range(30, 50), NEW, who)
    assert [bool(told) for _, told in after] == [True] * 5 + [False] * 15  # from the first page until five are known
    assert not [k for k in leaked(after) if k >= 5]
    for n, (one, _) in enumerate([*before, *after]):
        assert [text for text in one.body if text != TEASER and text not in words(n - 1)] == words(n)  # nothing is lost


def test_what_is_learnt_is_told_and_can_be_pinned(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "twosource.db"
    db = connect(file)
    crawl(db, range(6), OLD, outlet(id="voa"))
    db.conn.commit()
    said = CliRunner().invoke(main, ["outlets", "layout", "voa", "--db", str(file)])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("# layout 1, learnt 2026-03-02T12:00:00")
    own = tmp_path / "herald.toml"
    own.write_text(f'name = "Herald"\nhomepage = "https://herald.example/"\nhosts = ["herald.example"]\n{said.stdout}')
    [learnt] = layouts.in_force(db, "voa")
    assert outlets.read_outlet(own).layout == replace(learnt, number=None, outside=0)


def test_one_page_tells_the_order_of_the_outlets_slash_dates(db: Database) -> None:
    """ "24/11/2026" on an earlier page says how "05/11/2026" is meant, which alone could be the eleventh of May."""

    def published(n: int, said: str) -> str | None:
        html = printed(n, OLD).replace("</h1>", f"</h1><p class=date>{said}</p>")
        url = f"https://herald.example/news/{n}"
        store_page.read_and_store(db, page(html, url=url, outlet="herald"), outlet())
        [row] = db.query("select published from articles where url = ?", [url])
        return row["published"]

    assert published(0, "05/02/2026") is None
    for n in range(1, 6):
        published(n, f"{n + 20}/02/2026")
    assert (published(6, "05/02/2026") or "")[:10] == "2026-02-05"
    assert layouts.in_force(db, "herald")[0].day_first is True


def test_an_outlet_that_taught_nothing_yet_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    said = CliRunner().invoke(main, ["outlets", "layout", "voa", "--db", str(tmp_path / "none.db")])
    as_data = CliRunner().invoke(main, ["outlets", "layout", "voa", "--json", "--db", str(tmp_path / "none.db")])
    assert (said.exit_code, as_data.exit_code) == (0, 0)  # nothing failed
    assert "that takes 5 pages of one layout" in said.stderr


@pytest.mark.parametrize("layout", [OLD, NEW])
def test_a_pinned_layout_is_read_from_the_first_page(db: Database, layout: str) -> None:
    crawl(db, range(6), layout, outlet())
    pinned = outlet(layout=replace(layouts.in_force(db, "herald")[0], number=None))
    assert not leaked(crawl(db, range(10, 12), layout, pinned))
