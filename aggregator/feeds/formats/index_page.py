"""The page that lists all feeds, and the style that makes it and the feeds readable in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from aggregator.feeds.formats import FORMATS
from aggregator.feeds.text import escape

STYLE = files("aggregator.feeds.formats").joinpath("feeds.css").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One feed on the page."""

    name: str
    title: str
    description: str


def render(feeds: Iterable[Listed]) -> bytes:
    """The page in UTF-8. Links are relative: it works wherever the folder lies."""
    feeds = list(feeds)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Feeds — Twosource</title>\n'
        f'<link rel="stylesheet" href="feeds.css">\n{_alternates(feeds)}</head>\n<body>\n<header>\n<h1>Feeds</h1>\n'
        "<p>How many independent sources a story really has. Copy the address of a feed into your reader,"
        ' or take <a href="feeds.opml">all of them</a> at once.</p>\n</header>\n<main>\n'
        f"{''.join(_section(group, list(some)) for group, some in groupby(feeds, _group))}</main>\n</body>\n</html>\n"
    ).encode()


def _alternates(feeds: Iterable[Listed]) -> str:
    return "".join(
        f'<link rel="alternate" type="{one.TYPE}" title="{escape(feed.title)} ({one.LABEL})"'
        f' href="{escape(feed.name)}.{one.SUFFIX}">\n'
        for feed in feeds
        for one in FORMATS
    )


def _group(feed: Listed) -> str:
    return feed.name.partition("/")[0] if "/" in feed.name else ""


def _section(group: str, feeds: Iterable[Listed]) -> str:
    heading = f"<h2>{escape(group.capitalize())}</h2>\n" if group else ""
    return f"<section>\n{heading}<ul>\n{''.join(_row(feed) for feed in feeds)}</ul>\n</section>\n"


def _row(feed: Listed) -> str:
    links = " ".join(f'<a href="{escape(feed.name)}.{one.SUFFIX}">{one.LABEL}</a>' for one in FORMATS)
    return (
        f"<li><div><strong>{escape(feed.title)}</strong><p>{escape(feed.description)}</p></div>"
        f"<nav>{links}</nav></li>\n"
    )
