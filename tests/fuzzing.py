"""What comes from outside, as mischievous as hypothesis can make it: targets, each with a strategy and a law.

``python -m bench.fuzz`` runs them for long, ``python -m bench.fuzz guided`` with atheris, which looks at what code an input
reached and so also gives them bytes of no strategy; ``test_fuzz.py`` runs them for seconds.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from aggregator.credit import article as credit_reader
from aggregator.credit.registry import load_registry
from aggregator.feeds.config import FeedsFile, QueryTable, file_name, load_config
from scrapers import discovery, imports, layouts, outlets
from scrapers.discovery.addresses import whole_address
from scrapers.middlewares.retry_after import retry_after
from storage import archive, keys
from storage.archive import Archive
from storage.errors import ArchiveDamaged, FeedsFileWrong, ImportWrong, OutletFileWrong
from storage.types import Article, Link, Outlet, Page, Skipped

T = TypeVar("T")
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


FEEDS_FILES = st.lists(
    st.one_of(
        st.sampled_from(("[[query]]", "[query]")),
        st.builds(
            "{} = {}".format,
            st.sampled_from((*FeedsFile.__struct_fields__, *QueryTable.__struct_fields__)),
            st.one_of(
                WORDS,
                st.integers(),
                st.lists(WORDS, max_size=3),
                st.sampled_from(("a", "-", "water OR treaty", "outlet:a")),
            ).map(lambda value: json.dumps(value, ensure_ascii=False)),
        ),
    ),
    max_size=8,
).map("\n".join)


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
                assert not set("/\\") & set(found.id + (found.language or ""))
                assert not set("/\\") & set(
                    file_name(found.outlet)
                )  # a name may have one; what is filed under it has none


def an_outlet_file(found: dict[str, Any] | str) -> None:
    """A table, or the text of a file."""
    try:
        if isinstance(found, str):
            outlet = in_a_file("a.toml", found, outlets.read_outlet)
        else:
            outlet = outlets.check(found, Path("/tmp/a.toml"))
    except OutletFileWrong:
        return
    assert outlet.delay is None or 0 <= outlet.delay < 10_000


def a_feeds_file(text: str) -> None:
    with suppress(FeedsFileWrong):
        names = [query.name for query in in_a_file("feeds.toml", text, load_config).queries]
        assert not any(".." in name or name.startswith("/") for name in names)


def in_a_file(name: str, text: str, read: Callable[[Path], T]) -> T:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, "utf-8", "surrogatepass")
        return read(file)


def a_torn_archive(change: tuple[int, bytes, int] | bytes) -> None:
    """Where bytes of a sound archive are changed, to what, and how many are cut off; or the bytes of an archive."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.warc.gz"
        file.write_bytes(change if isinstance(change, bytes) else _torn(*change))
        with suppress(ArchiveDamaged):
            for record in archive.records(file):
                assert record.url


def _torn(place: int, bytes_: bytes, cut: int) -> bytes:
    whole = bytearray(_archive())
    place %= len(whole)
    whole[place : place + len(bytes_)] = bytes_
    return bytes(whole[: len(whole) - cut % len(whole)])


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


FEED = b"<rss version='2.0'><channel><title>A</title><item><title>B</title><link>https://a.example/b</link></item></channel></rss>"
MAP = b"<urlset><url><loc>https://a.example/b</loc><lastmod>2026-11-25</lastmod></url></urlset>"
PAGE = (
    b"<html lang='en'><head><meta property='og:title' content='Dam opens'><script type='application/ld+json'>{\"@type\":"
    b'"NewsArticle","headline":"Dam opens","datePublished":"2026-11-25T10:00:00Z"}</script></head><body><article>'
    b"<h1>Dam opens</h1><div class='byline'>By Ann Lee</div><time>25 November 2026, 10:00</time>"
    + b"<p>KABUL (Reuters) - The water at the dam rose by three centimetres on Monday, the ministry said.</p>" * 4
    + b"<a href='/b'>More</a></article></body></html>"
)
LINE = (
    b'{"id":"a","outlet":"b","headline":"Dam opens","text":"Water.","published":"2026-11-25T10:00:00Z","language":"en"}'
)
OUTLET_FILE = b"""name = "A"
homepage = "https://a.example/"
hosts = ["a.example"]
feeds = ["https://a.example/feed"]
article_url = "/news/"
delay = 2.5
[selectors]
byline = ".by"
"""
FEEDS_FILE = b"""address = "https://news.example.org/feeds/"
authority = "news.example.org,2026"
items = 20
[[query]]
name = "water"
words = "water treaty"
sources = 2
"""


@dataclass(frozen=True)
class Target:
    """A reader: what hypothesis gives it and what must hold. ``raw`` makes of any bytes what it reads, like ``seeds``; None:
    it reads no bytes."""

    name: str
    strategy: st.SearchStrategy[Any]
    law: Callable[[Any], None]
    raw: Callable[[bytes], Any] | None = None
    seeds: tuple[bytes, ...] = ()


def text_of(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def targets() -> Iterator[Target]:
    yield Target("feed", FEEDS, a_source("feed"), bytes, (FEED, b'{"version":"jsonfeed.org","items":[{"url":"/b"}]}'))
    yield Target("sitemap", MAPS, a_source("sitemap"), bytes, (MAP,))
    yield Target("listing", PAGES, a_source("listing"), bytes, (PAGE,))
    yield Target("page", PAGES, a_page, bytes, (PAGE,))
    cues = st.sampled_from(["By ", "(AP)", " — ", "Source: ", "With ", "/AFP", "Reuters"])
    lines = (b"KABUL (Reuters) - Water rose.", b"Sources: AP with AFP (Kabul)", b"With reporting by Ann Lee, dpa/AFP")
    yield Target("sourcing line", st.lists(WORDS | cues).map("".join), a_sourcing_line, text_of, lines)
    yield Target("import line", LINES, an_import_line, text_of, (LINE,))
    yield Target("outlet file", TABLES, an_outlet_file, text_of, (OUTLET_FILE,))
    yield Target("feeds file", FEEDS_FILES, a_feeds_file, text_of, (FEEDS_FILE,))
    changes = st.tuples(st.integers(0), st.binary(min_size=1, max_size=30), st.integers(0))
    yield Target("archive", changes, a_torn_archive, bytes, (_archive(), gzip.decompress(_archive())))
    parts = st.builds("http://{}/{}?{}".format, WORDS, WORDS, WORDS)
    yield Target("address", WORDS | parts, an_address, text_of, (b"https://a.example/b?c=d#e",))
    dates = st.datetimes().map("{:%a, %d %b %Y %H:%M:%S GMT}".format)
    yield Target("Retry-After", WORDS | st.integers().map(str) | dates, a_retry_after, text_of, (b"120",))
