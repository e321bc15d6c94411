"""The witnesses of every field in one table, and what each of them says of a page: which counts, which lost, which is silent.

    python -m scrapers.pages.testimony    writes the table into docs/reading.md

Adds no witness and no rule: these stand on top of each field's own module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from scrapers.pages import linked_data
from scrapers.pages.blocks import Block
from scrapers.pages.field_table import ALL, FIELDS, Field
from scrapers.pages.witness import Context, Witness
from storage.types import SourcingLine

LONGEST = 80  # characters of an answer that are shown
BEGIN, END = "<!-- witnesses: written by `make docs` -->\n", "<!-- end of witnesses -->\n"


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness says of a field of a page."""

    field: str
    witness: str
    said: tuple[tuple[str, str], ...]  # (where it stands, what is said there)
    outcome: str  # counts | lost | silent


SOUGHT: Mapping[str, str] = {one.name: "; ".join(map(str, one.witnesses)) for one in FIELDS}


def testimonies(context: Context, evidence: Mapping[str, str]) -> Iterator[Testimony]:
    """What every witness says of a page. ``evidence``: the article's, which tells what counted."""
    for one in FIELDS:
        counted = False
        for witness in one.witnesses:
            said = tuple(_said(one, witness, context))
            outcome = "silent" if not said else "lost"
            if said and (one.rule == ALL or (not counted and _counts(one, said, evidence))):
                outcome, counted = "counts", True
            yield Testimony(one.name, witness.name, said, outcome)


def _said(one: Field, witness: Witness[Any], context: Context) -> Iterator[tuple[str, str]]:
    for where, claim in witness.ask(context):
        words = "" if claim is None else (one.shown or _in_words)(claim, context)
        if words:
            yield where, words


def _counts(one: Field, said: Sequence[tuple[str, str]], evidence: Mapping[str, str]) -> bool:
    """Is a field's evidence this witness's? Fields of which no evidence is kept go by their first answer."""
    if one.name not in evidence:
        return one.name not in ("authors", "organisations")
    return any(where and evidence[one.name].startswith(where) for where, _ in said)


def _in_words(claim: Any, at: Context) -> str:
    if isinstance(claim, (Block, SourcingLine)):
        return claim.text
    if isinstance(claim, etree._Element):
        return f"{len(' '.join(' '.join(map(str, claim.itertext())).split())):,} characters"
    if isinstance(claim, datetime):
        return claim.isoformat()
    if isinstance(claim, bool):
        return "yes" if claim else "no"
    if isinstance(claim, tuple):  # a moment and what it leaves open
        return " ".join(filter(None, (_in_words(one, at) for one in claim)))
    return ", ".join(filter(None, map(linked_data.text, claim))) if isinstance(claim, list) else str(claim)


def table() -> str:
    """The table of docs/reading.md."""
    rows = [
        f"| {one.name.replace('_', ' ')} | {'; '.join(map(str, one.witnesses))} | {one.rule} |"
        for one in FIELDS
        if one.name != "organisations"
    ]
    return "\n".join(["| field | witnesses, in order | who counts |", "|---|---|---|", *rows]) + "\n"


def write(file: Path) -> str:
    """The text of docs/reading.md with the table as it is now."""
    before, _, rest = file.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    page = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reading.md")
    page.write_text(write(page), "utf-8")
