"""What comes from outside, as mischievous as hypothesis can make it: targets, each with a strategy and a law.

``python -m bench.fuzz`` runs them for long; ``test_fuzz.py`` for seconds.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aggregator.credit import article as credit_reader
from aggregator.credit.registry import load_registry
from scrapers import discovery, imports, layouts, outlets
from scrapers.discovery.addresses import whole_address
from scrapers.middlewares.retry_after import retry_after
from storage import archive, keys
from storage.archive import Archive
from storage.errors import ArchiveDamaged, ImportWrong, OutletFileWrong
from storage.types import Article, Link, Outlet, Page, Skipped

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OUTLET = Outlet(id="a", name="A", homepage="https://a.example/", hosts=("a.example",))

ODD = st.sampled_from(
    (
        *(
            "http://[",
            "//",
            "javascript:alert(1)",
            "http://a:99999/",
            "http://a.example/x\n",
            "feed:",
            "..",
            "../../..",
        ),
        *("\0", "\ud800", "&#0;", "&#xffffffff;", "]]>", "<![CDATA[", "%", "%zz", "\u202e", "{", "é" * 40),
        *("-1", "1e999", "NaN", "9" * 400),
    )
)
WORDS = st.one_of(ODD, st.text(max_size=20))


def _soup(*tags: str) -> st.SearchStrategy[bytes]:
    """Markup that is nearly right: tags of the kind, opened and closed at random, amid odd words and bytes."""
    opened = st.sampled_from(tags).flatmap(
        lambda tag: st.sampled_from([f"<{tag}>", f"</{tag}>", f"<{tag} ", f"<{tag} href='"])
    )
    pieces = st.one_of(opened, WORDS).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return st.lists(st.one_of(pieces, st.binary(max_size=8)), max_size=60).map(b"".join)


FEEDS = st.one_of(
    _soup("rss", "channel", "item", "link", "title", "guid", "pubDate", "entry", "feed", "rdf:RDF", "id", "updated"),
    st.recursive(
        st.none() | st.integers() | st.floats() | WORDS, lambda v: st.lists(v) | st.dictionaries(WORDS, v)
    ).map(lambda items: json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()),
    st.lists(
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                ("url", "id", "title", "authors", "date_published", "author"), WORDS | st.lists(WORDS) | st.none()
            ),
        )
    ).map(lambda items: json.dumps({"version": "jsonfeed.org", "items": items}).encode()),
    st.binary(max_size=200),
)
MAPS = st.one_of(
    _soup("urlset", "url", "loc", "lastmod", "sitemapindex", "sitemap", "news:news", "image:loc"),
    st.binary(max_size=200),
)
PAGES = _soup(
    "html",
    "head",
    "body",
    "article",
    "h1",
    "p",
    "time",
    "meta",
    "script type='application/ld+json'",
    "a",
    "base",
    "div",
)
LINES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("id", "outlet", "headline", "text", "url", "published", "fetched", "language"),
            WORDS | st.integers() | st.none(),
        ),
    ).map(json.dumps),
    st.text(max_size=100),
)
TABLES = st.dictionaries(
    st.sampled_from([*outlets.OutletFile.__struct_fields__, "odd"]),
    st.recursive(
        WORDS | st.integers() | st.floats() | st.booleans(),
        lambda v: st.lists(v, max_size=3) | st.dictionaries(WORDS, v, max_size=3),
        max_leaves=5,
    ),
)


def a_source(kind: str) -> Callable[[bytes], None]:
    def law(body: bytes) -> None:
        found = discovery.read_links(kind, body, "https://a.example/feed", content_type="application/xml")
        assert not (found.problem or "").startswith("cannot be read"), found.problem
        for link in found.links:
            assert isinstance(link, Link)
            assert whole_address("https://a.example/", link.url) == link.url

    return law


def a_page(body: bytes) -> None:
    page = Page(url="https://a.example/x", outlet="a", fetched=NOW, status=200, body=body, content_type="text/html")
    said = layouts.read_page(page, OUTLET).said
    assert isinstance(said, Article | Skipped)
    if isinstance(said, Article):
        assert said.published is None or said.published.tzinfo
        credit_reader.credits_of(said, REGISTRY)


REGISTRY = load_registry()


def a_sourcing_line(text: str) -> None:
    made = Article(id="a", outlet="a", url=None, fetched=NOW, headline="H", body=(text, text[::-1]))
    credit_reader.credits_of(made, REGISTRY)


def an_import_line(line: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "in.jsonl"
        file.write_text(line.replace("\n", " "), "utf-8", "surrogatepass")
        for found in imports.articles(file, arrived=NOW):
            assert isinstance(found, Article | ImportWrong)
            if isinstance(found, Article):
                assert not set("/\\") & set(found.id + found.outlet + (found.language or ""))


def an_outlet_file(table: dict[str, Any]) -> None:
    try:
        found = outlets.check(table, Path("/tmp/a.toml"))
    except OutletFileWrong:
        return
    assert found.delay is None or 0 <= found.delay < 10_000


def a_torn_archive(change: tuple[int, bytes, int]) -> None:
    place, bytes_, cut = change
    whole = bytearray(_archive())
    place %= len(whole)
    whole[place : place + len(bytes_)] = bytes_
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.warc.gz"
        file.write_bytes(whole[: len(whole) - cut % len(whole)])
        with suppress(ArchiveDamaged):
            for record in archive.records(file):
                assert record.url


def _archive(cache: list[bytes] = []) -> bytes:  # noqa: B006 - made once
    if not cache:
        with tempfile.TemporaryDirectory() as folder:
            made = Archive.open(Path(folder), NOW)
            for n in range(4):
                say = {"status": 200, "headers": [("Content-Type", "text/html")], "body": b"<p>x" * 50, "fetched": NOW}
                made.append(url=f"https://a.example/{n}", **say)  # type: ignore[arg-type]
            made.close()
            cache.append((Path(folder) / made.file).read_bytes())
    return cache[0]


def an_address(text: str) -> None:
    once = keys.canonical(text)
    assert keys.canonical(once) == once
    keys.reader_address(text)
    keys.host(text)
    whole = whole_address("https://a.example/feed", text)
    assert whole is None or whole_address("https://a.example/feed", whole) == whole


def a_retry_after(text: str) -> None:
    found = retry_after(text)
    assert found is None or found >= 0


def targets() -> Iterator[tuple[str, st.SearchStrategy[Any], Callable[[Any], None]]]:
    """Each: its name, what it is given, and what must hold."""
    yield "feed", FEEDS, a_source("feed")
    yield "sitemap", MAPS, a_source("sitemap")
    yield "listing", PAGES, a_source("listing")
    yield "page", PAGES, a_page
    yield (
        "sourcing line",
        st.lists(WORDS | st.sampled_from(["By ", "(AP)", " — ", "Source: ", "With ", "/AFP", "Reuters"])).map("".join),
        a_sourcing_line,
    )
    yield "import line", LINES, an_import_line
    yield "outlet file", TABLES, an_outlet_file
    yield "archive", st.tuples(st.integers(0), st.binary(min_size=1, max_size=30), st.integers(0)), a_torn_archive
    yield "address", WORDS | st.builds("http://{}/{}?{}".format, WORDS, WORDS, WORDS), an_address
    yield (
        "Retry-After",
        WORDS | st.integers().map(str) | st.datetimes().map("{:%a, %d %b %Y %H:%M:%S GMT}".format),
        a_retry_after,
    )
