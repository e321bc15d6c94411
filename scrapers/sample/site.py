"""Every page of the newsroom, made from the news and the outlets' layouts. Serves nothing.

``layouts/<outlet>/article.html`` is how the outlet prints a piece; every other file of that folder is a page of the
outlet at the same path (robots.txt, rss.xml, index.html at "/"). All are Jinja templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scrapers import outlets
from scrapers.sample import news
from scrapers.sample.server import Answer
from storage.types import Outlet

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
CHARSETS = {"coast-courier": "windows-1252", "vestnik-delty": "windows-1251"}  # the others: UTF-8
TYPES = {".html": "text/html", ".xml": "application/xml", ".txt": "text/plain", ".json": "application/feed+json"}
BROKEN = ("signal-online.example/rss.xml", "signal-online.example/")  # answer with an error of the server


def pages(edition: int = 1) -> dict[str, Answer]:
    """What each address answers, by host and path."""
    found: dict[str, Answer] = {}
    every = sorted(news.pieces(edition), key=lambda piece: piece.published, reverse=True)
    for file in sorted((HERE / "outlets").glob("*.toml")):
        outlet = outlets.read_outlet(file)
        theirs = [piece for piece in every if piece.outlet == outlet.id]
        found.update(_site(outlet, theirs))
    return found


def _site(outlet: Outlet, pieces: list[news.NewsPiece]) -> Iterator[tuple[str, Answer]]:
    charset = CHARSETS.get(outlet.id, "utf-8")
    told: dict[str, Any] = {
        "outlet": outlet,
        "home": outlet.homepage.rstrip("/"),
        "pieces": pieces,
        "charset": charset,
    }
    folder = LAYOUTS / outlet.id
    changed = max(((piece.modified or piece.published) for piece in pieces), default=None)
    for piece in pieces:
        body = _rendered(f"{outlet.id}/article.html", piece=piece, **told)
        moment = piece.modified or piece.published
        yield outlet.hosts[0] + piece.path, _answer(body, ".html", charset, moment)
    for file in sorted(folder.iterdir()) if folder.exists() else ():
        if file.name != "article.html":
            path = "/" if file.name == "index.html" else f"/{file.name}"
            body = _rendered(f"{outlet.id}/{file.name}", **told)
            yield (
                outlet.hosts[0] + path,
                _answer(body, file.suffix, charset, None if file.suffix == ".txt" else changed),
            )
    for address in BROKEN:
        if address.startswith(outlet.hosts[0] + "/"):
            yield address, Answer(body=b"Internal Server Error", content_type="text/plain", status=500)


def _answer(body: bytes, suffix: str, charset: str, modified: datetime | None) -> Answer:
    kind = TYPES[suffix] if suffix == ".xml" else f"{TYPES[suffix]}; charset={charset}"
    return Answer(body=body, content_type=kind, modified=modified.timestamp() if modified else None)


def _rendered(template: str, *, charset: str, **told: object) -> bytes:
    text = LAYOUT.get_template(template).render(charset=charset, **told)
    return text.encode(charset, "xmlcharrefreplace")


def _iso(moment: datetime) -> str:
    return moment.isoformat()


LAYOUT = Environment(
    loader=FileSystemLoader(LAYOUTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
LAYOUT.filters |= {"iso": _iso, "rfc822": format_datetime, "day": lambda moment, form: moment.strftime(form)}
