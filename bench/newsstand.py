"""A web of made outlets on loopback, in a process of its own: feeds, robots.txt and pages of usual weight.

    python -m bench.newsstand HOSTS PAGES ANSWER_MS     prints the port, serves until killed

Host ``hN.example`` announces PAGES pages in ``/feed.xml``. A page has some 600 words of made text in 60 kB of markup,
with JSON-LD, a menu, teasers and scripts; every tenth one is another host's text with an agency's credit.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from functools import cache

SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ki",
    "lo",
    "mu",
    "ne",
    "pa",
    "ri",
    "so",
    "tu",
    "bren",
    "dal",
    "fin",
    "gor",
)
SCRIPT = "var settings = {" + ",".join(f'"key{n}":"value {n}"' for n in range(900)) + "};"
TEASERS = "".join(
    f'<div class="teaser"><a href="/news/older-{n}"><h3>An older story number {n}</h3></a><p>Read what happened.</p></div>'
    for n in range(30)
)
MENU = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(40))


def text(host: int, n: int) -> list[str]:
    """The paragraphs of a page; every tenth one is the text of the page before, at the next host."""
    rng = random.Random(f"{host - 1} {n - 1}" if n % 10 == 9 else f"{host} {n}")
    words = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(350)]
    return [" ".join(rng.choice(words) for _ in range(rng.randint(30, 60))).capitalize() + "." for _ in range(13)]


@cache
def page(host: int, n: int) -> bytes:
    """A whole page."""
    body, title = text(host, n), f"The story number {n} of the outlet {host}"
    facts = {"@type": "NewsArticle", "headline": title, "datePublished": f"2026-03-02T{n % 24:02}:15:00Z"}
    facts["author"] = {"@type": "Person", "name": "Mara Lind"}  # type: ignore[assignment]
    end = "<p>(Reuters)</p>" if n % 10 == 9 else ""
    paragraphs = "".join(f"<p>{p}</p>" for p in body)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Outlet {host}</title>'
        f'<script type="application/ld+json">{json.dumps(facts)}</script><script>{SCRIPT}</script></head><body>'
        f"<nav><ul>{MENU}</ul></nav><main><article><h1>{title}</h1><div class='byline'>By Mara Lind</div>"
        f"<div class='body'>{paragraphs}{end}</div></article><aside><h2>Related articles</h2>{TEASERS}</aside></main>"
        f"<footer>All rights reserved. <script>{SCRIPT}</script></footer></body></html>"
    ).encode()


def feed(host: int, pages: int) -> bytes:
    """The feed that announces them all."""
    items = "".join(
        f"<item><title>Story {n}</title><link>http://h{host}.example/news/story-{n}</link></item>" for n in range(pages)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>H{host}</title>{items}</channel></rss>'.encode()


async def main(hosts: int, pages: int, answer: float) -> None:
    """Make the pages, then serve."""
    made = {f"h{host}.example": {f"/news/story-{n}": page(host, n) for n in range(pages)} for host in range(hosts)}
    for host in range(hosts):
        made[f"h{host}.example"] |= {
            "/feed.xml": feed(host, pages),
            "/robots.txt": b"User-agent: *\nDisallow: /private\n",
        }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                lines = request.decode("latin-1").split("\r\n")
                name = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
                path = lines[0].split(" ")[1]
                body = made.get(name, {}).get(path)
                await asyncio.sleep(answer)
                kind = b"application/rss+xml" if path == "/feed.xml" else b"text/html; charset=utf-8"
                status = b"200 OK" if body is not None else b"404 Not Found"
                head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                writer.write(head % (status, kind, len(body or b"")) + (body or b""))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 1000))
