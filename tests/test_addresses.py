"""Which requests may leave: a listener inside the private network must never see one that nobody there allowed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Answer, Web, outlet, page, rss, serving, twosource

from scrapers.addresses import Judge, is_public, permitted, spelled_address
from storage.types import Outlet, Source

# The same machine in all the spellings that a system's resolver takes.
SPELLINGS = {
    "dotted": "127.0.0.1",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "another of its network": "127.8.9.1",
    "unspecified": "0.0.0.0",
    "unspecified, short": "0",
    "IPv6": "[::1]",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped, in hexadecimal": "[::ffff:7f00:1]",
    "a name": "localhost",
    "a name with a dot": "localhost.",
}
ELSEWHERE = ("169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fc00::1]")


@pytest.fixture
def web() -> Iterator[Web]:
    with serving(Web()) as served:
        yield served


@pytest.fixture
def inside() -> Iterator[Web]:
    """What stands in the same network and is nobody's business: it answers everything, so that a slip would show."""
    with serving(Web()) as served:
        served.pages = {path: page("Secret") for path in ("/", "/a", "/feed", "/map", "/robots.txt")}
        yield served


def crawl(home: Path, *names: str, **env: str) -> dict[str, dict[str, object]]:
    done = twosource(home, "crawl", "--json", *(names or ("times",)), **env)
    return {row["outlet"]: row for row in map(json.loads, done.stdout.splitlines())}


def reached(port: int) -> list[str]:
    return [f"http://{spelling}:{port}" for spelling in SPELLINGS.values()]


def test_no_way_leads_from_a_public_page_into_the_private_network(tmp_path: Path, web: Web, inside: Web) -> None:
    others = [
        *reached(inside.port),
        *(f"http://{host}" for host in ELSEWHERE),
        "file:///etc/hostname",
        "ftp://127.0.0.1",
    ]
    pages = {f"/a/{n}": Answer(b"", 302, {"Location": f"{other}/a"}) for n, other in enumerate(others)}
    feeds = {f"/feed/{n}": Answer(b"", 301, {"Location": f"{other}/feed"}) for n, other in enumerate(others[::3])}
    index = "".join(f"<sitemap><loc>{other}/map</loc></sitemap>" for other in others[:5])
    rest = "".join(f"<sitemap><loc>{other}/map</loc></sitemap>" for other in others[5:10])
    links = rss(*(web.url(path) for path in pages), *(f"{other}/a" for other in others))
    web.pages = {
        "/feed": Answer(links),
        "/index": Answer(f"<sitemapindex>{index}</sitemapindex>".encode()),
        "/rest": Answer(f"<sitemapindex>{rest}</sitemapindex>".encode()),
        **pages,
        **feeds,
    }
    many = ", ".join(f"'{{web}}{path}'" for path in feeds)
    outlet(tmp_path, "times", web, f"feeds = ['{{web}}/feed', {many}]")
    outlet(tmp_path, "post", web, "sitemaps = ['{web}/index', '{web}/rest']")
    gave = crawl(tmp_path, "times", "post")
    assert inside.asked == []
    assert gave["times"]["stored"] == gave["post"]["stored"] == 0
    told = " ".join([*gave["times"]["reasons"], *gave["post"]["reasons"]])  # type: ignore[misc]
    assert "it leads into a private network (127.0.0.1)" in told
    assert "it leads into a private network (169.254.169.254)" in told
    [archive] = (tmp_path / "archive").rglob("*.warc.gz")
    assert b"Secret" not in archive.read_bytes()


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_robots_txt_that_leads_there_is_not_followed(tmp_path: Path, web: Web, inside: Web, spelling: str) -> None:
    web.pages = {
        "/robots.txt": Answer(b"", 302, {"Location": f"http://{spelling}:{inside.port}/robots.txt"}),
        "/feed": Answer(rss(web.url("/a"))),
    }
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    assert crawl(tmp_path)["times"]["outcome"] == "failed"
    assert inside.asked == []


@pytest.mark.parametrize("allowed", [False, True])
def test_a_name_inside_the_network_is_asked_only_where_its_own_file_allows_it(
    tmp_path: Path, web: Web, allowed: bool
) -> None:
    name = f"intranet.example:{web.port}"
    web.pages = {"/feed": Answer(rss(f"http://{name}/a")), "/a": page("Dam opens")}
    outlet(tmp_path, "times", web, f"feeds = ['http://{name}/feed']", f"allow_private = {str(allowed).lower()}")
    file = tmp_path / "outlets" / "times.toml"
    file.write_text(file.read_text().replace(f'"127.0.0.1:{web.port}"', f'"{name}"'))
    gave = crawl(tmp_path, SCRAPY_SETTINGS_MODULE="names_on_loopback")["times"]
    assert (gave["stored"], bool(web.asked)) == (int(allowed), allowed)
    if not allowed:
        assert any("it leads into a private network (intranet.example)" in reason for reason in gave["reasons"])  # type: ignore[attr-defined]


def test_what_one_outlet_may_ask_another_may_not(tmp_path: Path, web: Web, inside: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']")
    outlet(tmp_path, "staff", inside, "feeds = ['{web}/feed']")
    inside.pages["/feed"] = Answer(rss(inside.url("/a")))
    web.pages = {
        "/feed": Answer(rss(web.url("/a"))),
        "/a": Answer(b"", 302, {"Location": inside.url("/only-for-times")}),
    }
    gave = crawl(tmp_path, "times", "staff")
    assert (gave["staff"]["stored"], gave["times"]["stored"]) == (1, 0)
    assert "/only-for-times" not in inside.paths()


def test_a_name_that_changes_its_answer_is_judged_at_each_connection() -> None:
    class Name:
        answers = iter(["93.184.215.14", "127.0.0.1"])

        def resolveHostName(self, receiver, name, port, *rest):  # type: ignore[no-untyped-def]  # noqa: N802
            receiver.addressResolved(type("Address", (), {"host": next(self.answers)}))

    class Told(list):  # type: ignore[type-arg]
        def addressResolved(self, address) -> None:  # type: ignore[no-untyped-def]  # noqa: N802
            self.append(address.host)

    judge, told = Judge(Name(), ()), Told()
    judge.resolveHostName(told, "a.example", 80)
    judge.resolveHostName(told, "a.example", 80)
    assert told == ["93.184.215.14"]
    assert judge.refused == {"a.example"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),  # 93.184.215.14 behind NAT64
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:10.0.0.1", False),
        ("::10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),  # for documentation (RFC 5737): nobody's
    ],
)
def test_only_addresses_of_the_public_web_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("spelling", [s for name, s in SPELLINGS.items() if not name.startswith("a name")])
def test_every_spelling_of_an_address_is_known_for_one(spelling: str) -> None:
    found = spelled_address(spelling)
    assert found is not None
    assert not is_public(found)


def test_a_file_allows_the_hosts_and_ports_that_it_names_and_no_others() -> None:
    def named(**more: object) -> set[tuple[str, int]]:
        source = Source(url="http://feeds.corp:8080/x", kind="feed")
        made = {"id": "a", "name": "A", "homepage": "http://news.corp/", "hosts": ("news.corp",), "sources": (source,)}
        return set(permitted(Outlet(**{**made, **more})))  # type: ignore[arg-type]

    assert named() == set()
    assert named(allow_private=True) == {("news.corp", 80), ("news.corp", 443), ("feeds.corp", 8080)}
    assert named(hosts=("127.0.0.1:8000",)) == {("127.0.0.1", 8000)}


def test_a_feed_that_moved_to_a_foreign_host_is_told(tmp_path: Path, web: Web) -> None:
    outlet(tmp_path, "times", web, "feeds = ['{web}/feed']", "allow_private = true")
    file = tmp_path / "outlets" / "times.toml"
    file.write_text(file.read_text() + f"\nsitemaps = ['http://localhost:{web.port}/map']\n")
    web.pages = {
        "/feed": Answer(b"", 301, {"Location": f"http://localhost:{web.port}/there"}),
        "/there": Answer(rss(web.url("/a"))),
        "/a": page("Dam opens"),
    }
    gave = crawl(tmp_path)["times"]
    assert gave["stored"] == 1
    assert any("moved to another host" in reason for reason in gave["reasons"])  # type: ignore[attr-defined]
    db = sqlite3.connect(tmp_path / "t.db")
    assert db.execute("select verdict, moved_to from sources").fetchall() == [("works", None)]
    db.close()
