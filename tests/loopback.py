"""A web server on loopback whose pages a test writes down, and outlets on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests import program

TESTS = Path(__file__).parent


@dataclass
class Answer:
    """What the server says at one address."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None  # answers 304 to a request that names it
    cut: int | None = None  # the connection goes after so many bytes of the body, as promised or not


@dataclass
class Web:
    """The pages by path, and what was asked for: (path, headers) in order."""

    pages: dict[str, Answer | Callable[[int], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def answer(self, path: str) -> Answer:
        found = self.pages.get(path, Answer(b"not there", 404))
        return found if isinstance(found, Answer) else found(sum(path == asked for asked, _ in self.asked))


@contextmanager
def serving(web: Web) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            said = web.answer(self.path)
            same = said.etag is not None and self.headers.get("If-None-Match") == said.etag
            body = b"" if same else said.body
            self.send_response(304 if same else said.status)
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **said.headers}
            if said.etag:
                headers["ETag"] = said.etag
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: said.cut])
            if said.cut is not None:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *asked: Any) -> None:
            """Who was asking may have been killed."""
            if not isinstance(sys.exc_info()[1], ConnectionError):
                super().handle_error(*asked)

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.port = server.server_port
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


def page(title: str, *more: str) -> Answer:
    """An article of made-up news that a reader takes for one."""
    text = "".join(
        f"<p>{title}: paragraph {n} says what happened at the river, who saw it, and why.</p>" for n in range(6)
    )
    extra = "".join(f"<p>{words}</p>" for words in more)
    article = f"<article><h1>{title}</h1>{text}{extra}</article>"
    return Answer(f"<html lang=en><head><title>{title}</title></head><body>{article}</body></html>".encode())


def rss(*urls: str) -> bytes:
    items = "".join(f"<item><title>.</title><link>{url}</link></item>" for url in urls)
    return f'<rss version="2.0"><channel><title>.</title>{items}</channel></rss>'.encode()


def outlet(home: Path, name: str, web: Web, *lines: str, path: str = "/") -> None:
    """Write an outlet file; {web} in a line is the server's address."""
    (home / "outlets").mkdir(parents=True, exist_ok=True)
    said = [
        f'name = "{name}"',
        f'homepage = "{web.url(path)}"',
        f'hosts = ["127.0.0.1:{web.port}"]',
        "delay = 0",
        *lines,
    ]
    (home / "outlets" / f"{name}.toml").write_text("\n".join(said).replace("{web}", web.url("")))


def twosource(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own: Scrapy's reactor runs once a process."""
    env = {**os.environ, "PYTHONPATH": str(TESTS), "NO_COLOR": "1", **env}
    return program.run(*words, "--db", home / "t.db", env=env)
