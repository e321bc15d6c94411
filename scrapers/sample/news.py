"""The news: one Markdown file a piece, ``news/<story>/<outlet>.md``: facts in TOML, then paragraphs. Knows no layout.

What a copy took stands in it as a line: ``[[meridian 1-5]]`` is paragraphs 1 to 5 of ``meridian.md`` in the same story,
``[[bridge/meridian 7]]`` a paragraph of another story. ``<outlet>.2.md`` takes the place of ``<outlet>.md`` in the
second edition.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

NEWS = Path(__file__).with_name("news")
TAKEN = re.compile(r"\[\[(?:(?P<story>[\w-]+)/)?(?P<outlet>[\w-]+) (?P<first>\d+)(?:-(?P<last>\d+))?\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsPiece:
    """One report as its outlet prints it. Moments are aware; None and empty: not printed."""

    story: str
    outlet: str
    path: str  # on the outlet's host
    headline: str
    published: datetime
    body: tuple[str, ...]
    standfirst: str | None = None
    byline: str | None = None  # as printed
    authors: tuple[str, ...] = ()  # persons, for the metadata
    modified: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()  # lines under the text: sources, credits
    picture: dict[str, str] = field(default_factory=dict)  # file, caption, credit

    @property
    def name(self) -> str:
        """How the answer calls it: "bridge/meridian"."""
        return f"{self.story}/{self.outlet}"


def pieces(edition: int = 1) -> list[NewsPiece]:
    """All pieces of an edition, by story and outlet."""
    names = sorted({(file.parent.name, file.name.split(".")[0]) for file in NEWS.glob("*/*.md")})
    found = (piece(story, outlet, edition) for story, outlet in names)
    return [one for one in found if one is not None]


@cache
def piece(story: str, outlet: str, edition: int = 1) -> NewsPiece | None:
    """One piece as the edition has it; None where it is not out yet."""
    newest = (NEWS / story / f"{outlet}{'' if n == 1 else f'.{n}'}.md" for n in range(edition, 0, -1))
    file = next((file for file in newest if file.exists()), None)
    if file is None:
        return None
    _, front, text = file.read_text("utf-8").split("+++\n", 2)
    facts: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in tomllib.loads(front).items()}
    return NewsPiece(story=story, outlet=outlet, body=tuple(_paragraphs(text, story)), **facts)


def _paragraphs(text: str, story: str) -> list[str]:
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        taken = TAKEN.fullmatch(block.strip())
        found += _taken(taken, story) if taken else [" ".join(block.split())]
    return found


def _taken(line: re.Match[str], story: str) -> tuple[str, ...]:
    origin = piece(line["story"] or story, line["outlet"])
    assert origin is not None, f"{line[0]} names no file"
    first = int(line["first"])
    return origin.body[first - 1 : int(line["last"] or first)]
