"""Where a request may be led: each spelling of a private address, by each way, in a network of its own.

python -m bench.ssrf      needs root, unshare and ip (util-linux, iproute2); nothing leaves the network namespace

In it stand the addresses of a private network, a cloud's metadata service among them, and one listener on all of them that
answers everything and writes down what it was asked. A public site (127.0.0.1, which its outlet file spells) leads there by
links, sitemap indexes, redirects of pages, feeds and robots.txt, and host names that resolve to it. Prints the table; exits
with 1 if the listener saw anything, or did not see the one request that an outlet file allowed (the test would show nothing).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

TESTS = Path(__file__).parent.parent / "tests"
INSIDE = "BENCH_SSRF_INSIDE"
ADDRESSES = ("10.0.0.1/32", "169.254.169.254/32", "192.168.1.1/32", "172.16.0.1/32", "100.64.0.1/32", "fc00::1/128")
FORMS = {
    "loopback": "127.0.0.1",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "another of 127/8": "127.8.9.1",
    "0.0.0.0": "0.0.0.0",
    "0": "0",
    "IPv6": "[::1]",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped, hexadecimal": "[::ffff:7f00:1]",
    "localhost": "localhost",
    "localhost.": "localhost.",
    "metadata service": "169.254.169.254",
    "10/8": "10.0.0.1",
    "10/8, decimal": "167772161",
    "192.168/16": "192.168.1.1",
    "172.16/12": "172.16.0.1",
    "100.64/10": "100.64.0.1",
    "fc00::/7": "[fc00::1]",
}
WAYS = ("link", "loc", "page", "feed", "robots", "name")


def main() -> None:
    """Go into a network of our own, then measure."""
    if INSIDE in os.environ:
        sys.exit(measure())
    if os.getuid() or not shutil.which("unshare") or not shutil.which("ip"):
        print("not measured: a network namespace needs root, unshare and ip")
        return
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-m", "bench.ssrf"], env=os.environ | {INSIDE: "1"}, check=False
    )
    sys.exit(done.returncode)


def measure() -> int:
    """Print what the listener saw; returns 0 if that is what it should be."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in ADDRESSES:
        subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)
    sys.path.insert(0, str(TESTS))
    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, listener(seen) as port:
        for way in WAYS:
            lead(Path(folder) / way, way, port)
        allowed(Path(folder) / "allowed", port)
    print(f"{'':<22}" + "".join(f"{way:>9}" for way in WAYS))
    for n, form in enumerate(FORMS):
        print(f"{form:<22}" + "".join(f"{'REACHED' if f'/{way}/{n}' in seen else 'refused':>9}" for way in WAYS))
    reached = len(seen - {"/allowed", "/robots.txt"})
    control = "/allowed" in seen
    print(f"{len(FORMS)} spellings by {len(WAYS)} ways: {reached} reached; what a file allowed was asked: {control}")
    return int(bool(reached) or not control)


@contextmanager
def listener(seen: set[str]) -> Iterator[int]:
    """A server on every address of this network, IPv6 and IPv4, that answers everything; its port."""

    class Everything(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.add(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"secret")

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    class Dual(ThreadingHTTPServer):
        address_family = socket.AF_INET6
        daemon_threads = True

        def server_bind(self) -> None:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            super().server_bind()

    server = Dual(("::", 0), Everything)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def lead(home: Path, way: str, port: int) -> None:
    """Crawl a public site that leads to every spelling by one way."""
    from loopback import Answer, Web, outlet, page, rss, serving, twosource

    targets = [f"http://{form}:{port}/{way}/{n}" for n, form in enumerate(FORMS.values())]
    ids, env = ["times"], {}
    with ExitStack() as stack:
        web = stack.enter_context(serving(Web()))
        redirects = {f"/{n}": Answer(b"", 302, {"Location": target}) for n, target in enumerate(targets)}
        sources = "feeds = ['{web}/feed']"
        if way == "link":
            web.pages = {"/feed": Answer(rss(*targets))}
        elif way == "page":
            web.pages = {"/feed": Answer(rss(*map(web.url, redirects))), **redirects}
        elif way == "feed":
            web.pages = redirects
            sources = "feeds = [" + ", ".join(f"'{{web}}{path}'" for path in redirects) + "]"
        elif way == "loc":
            # A visit follows five sitemaps of an index, so that each index names few.
            some = [targets[n : n + 4] for n in range(0, len(targets), 4)]
            for n, locs in enumerate(some):
                made = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locs)
                web.pages[f"/index/{n}"] = Answer(f"<sitemapindex>{made}</sitemapindex>".encode())
            sources = "sitemaps = [" + ", ".join(f"'{{web}}/index/{n}'" for n in range(len(some))) + "]"
        elif way == "name":
            env["SCRAPY_SETTINGS_MODULE"] = "names_inside"
            web.pages = {"/feed": Answer(rss(*(f"http://n{n}.example:{port}/{way}/{n}" for n in range(len(targets)))))}
        if way == "robots":
            ids = []
            for n, target in enumerate(targets):
                site = stack.enter_context(serving(Web()))
                site.pages = {
                    "/robots.txt": Answer(b"", 302, {"Location": target}),
                    "/feed": Answer(rss(site.url("/a"))),
                }
                site.pages["/a"] = page("Dam opens")
                outlet(home, f"times{n}", site, sources)
                ids.append(f"times{n}")
        else:
            outlet(home, "times", web, sources)
        twosource(home, "crawl", *ids, **env)


def allowed(home: Path, port: int) -> None:
    """The control: an outlet inside the network, that its own file names."""
    from loopback import Web, outlet, serving, twosource

    with serving(Web()) as web:
        outlet(home, "times", web, f"feeds = ['http://10.0.0.1:{port}/allowed']", "allow_private = true")
        file = home / "outlets" / "times.toml"
        file.write_text(file.read_text().replace(f'"127.0.0.1:{web.port}"', f'"10.0.0.1:{port}"'))
        twosource(home, "crawl", "times")


if __name__ == "__main__":
    main()
