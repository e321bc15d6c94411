"""What a page of a learnt layout costs, in bare lxml.html parses of the same bytes, and how its reading differs.

python -m bench.learnt [../shared/pages/real-pages.warc.gz] [--memory]

Each real page is its own teacher: a layout is made of its own general reading, and it is read again by that. With
``--memory`` a made page is read 10,000 times and the memory printed on the way.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html

from scrapers import layouts, outlets
from scrapers.layouts import sample
from scrapers.pages import extract
from scrapers.pages.document import parse_page
from scrapers.replay import outlet_by_host, outlet_of
from storage import archive, keys
from storage.types import Article, Layout, Outlet, Page

REAL = Path(__file__).resolve().parents[2] / "shared" / "pages" / "real-pages.warc.gz"
ROUNDS = 5  # the best of so many counts: the machine has other work
FIELDS = (
    "headline",
    "standfirst",
    "body",
    "authors",
    "published",
    "language",
    "paywalled",
    "sourcing_lines",
    "picture",
)


def main() -> None:
    """Print the ratios and the fields in which the two readings differ."""
    if "--memory" in sys.argv:
        memory()
        return
    taught = [(page, outlet, found) for page, outlet in pages(_file()) if (found := layout_of(page, outlet))]
    ways: dict[str, Callable[[Page, Outlet, Layout], object]] = {
        "bare": lambda page, _outlet, _layout: lxml.html.fromstring(page.body),
        "learnt": lambda page, outlet, layout: layouts.read_page(page, outlet, (layout,)),
        "general": lambda page, outlet, _layout: extract.read_article(page, outlet),
        "unknown": lambda page, outlet, _layout: layouts.read_page(page, outlet),
    }
    costs = {name: cpu(way, taught) for name, way in ways.items()}
    for name in ("learnt", "general", "unknown"):
        show(name, costs[name], costs["bare"])
    apart = Counter(name for known in taught for name in differing(*known))
    print(f"{len(taught)} pages; fields in which learnt and general differ: {dict(apart)}")


def _file() -> Path:
    return Path(sys.argv[1]) if len(sys.argv) > 1 else REAL


def pages(warc: Path) -> Iterator[tuple[Page, Outlet]]:
    """Every page of an archive with its outlet."""
    by_host = outlet_by_host(outlets.load_outlets()[0])
    for found in archive.records(warc):
        outlet = outlet_of(found.url, by_host)
        yield archive.page_of(found, outlet.id), outlet


def layout_of(page: Page, outlet: Outlet) -> Layout | None:
    """The layout that a page alone would teach; None where it teaches none."""
    document = parse_page(page.body, page.content_type, page.url)
    told = document and sample.layout_sample(extract.general(page, outlet, document), document.root)
    if not told:
        return None
    return Layout(
        frame=told.frames[0],
        body=told.bodies[0],
        headline=next(iter(told.headlines), None),
        drop=tuple(name for name in told.idle if name not in told.busy),
        languages=(told.language,) if told.language else (),
        outside=told.outside,
        number=1,
    )


def cpu(way: Callable[[Page, Outlet, Layout], object], taught: list[tuple[Page, Outlet, Layout]]) -> list[float]:
    """Seconds of CPU that each page takes, at best. All pages in turn, as a crawl reads them: none is in a cache still."""
    best = [float("inf")] * len(taught)
    for _ in range(ROUNDS):
        keys.canonical.cache_clear()  # a page's address is new every time
        for n, known in enumerate(taught):
            began = time.process_time()
            way(*known)
            best[n] = min(best[n], time.process_time() - began)
    return best


def differing(page: Page, outlet: Outlet, layout: Layout) -> list[str]:
    """The fields in which the learnt reading is not the general one's."""
    learnt, general = layouts.read_page(page, outlet, (layout,)), extract.read_article(page, outlet)
    if learnt.layout is None:
        return ["(read the general way)"]
    assert isinstance(learnt.said, Article)
    assert isinstance(general, Article)
    return [name for name in FIELDS if getattr(learnt.said, name) != getattr(general, name)]


def show(name: str, costs: list[float], bare: list[float]) -> None:
    """One line of the table."""
    ratios = sorted(cost / parse for cost, parse in zip(costs, bare, strict=True))
    worst = sorted(costs)[int(0.99 * len(costs))] / statistics.median(bare)
    print(
        f"{name:8} median {statistics.median(ratios):5.2f}  p90 {ratios[int(0.9 * len(ratios))]:5.2f}  of all "
        f"{sum(costs) / sum(bare):5.2f}  p99 in median parses {worst:5.1f}"
    )


def memory() -> None:
    """Read one page of a made outlet 10,000 times."""
    text = "".join(
        f"<p>The ferry left the harbour for the {n}th time, the harbour master said on Tuesday.</p>" for n in range(30)
    )
    html = "<html lang=en><body><main class=story><h1>Ferry turns back {n}</h1><div class=text>{text}</div></main></body></html>"
    outlet = Outlet(id="ferry", name="Ferry", homepage="https://ferry.example/", hosts=("ferry.example",))
    made, _ = next(pages(REAL))
    known = (Layout(frame="main.story", body="div.text", headline="h1", number=1),)
    for n in range(10_001):
        body = html.format(n=n, text=text).encode()
        layouts.read_page(replace(made, url=f"https://ferry.example/{n}", body=body), outlet, known)
        if n % 2_000 == 0:
            print(f"{n:6} pages: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
