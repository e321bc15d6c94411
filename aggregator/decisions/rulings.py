"""What people said of credits and sources, brought to the rows that the count reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from aggregator.decisions.credits import given, struck
from storage import credits as credit_rows
from storage import decisions
from storage.decisions import CREDITING
from storage.types import Article


def decide_credits(db: Database, versions: Iterable[Article]) -> None:
    """Have what people said of these versions' credits in the place of what the machine read, as far as it is in force."""
    if not decisions.head(db):
        return
    for one in versions:
        made = decisions.in_force(db, [one.id], CREDITING)
        by = {n: d for n, credit in credit_rows.machine_credits(db, one.id, one.version) if (d := struck(credit, made))}
        last = max((d.n for d in made if d.verb == "text-of"), default=0)
        credit_rows.decide(db, one.id, one.version, by, given(made), decision=last)


def said_of_sources(db: Database, members: Sequence[Article]) -> tuple[dict[str, list[str]], Mapping[str, str]]:
    """What the count must know: of each article the strokes through its credits, and the sources that are not independent.

    Both in words that name the person; the sources by their keys and by their names.
    """
    made = decisions.in_force(db, [one.id for one in members], ("strike", "not-independent"))
    if not made:
        return {}, {}
    by = {one.n: one for one in made}
    strokes: dict[str, list[str]] = {}
    for article in members:
        for n in dict.fromkeys(n for _, n in credit_rows.struck_credits(db, article) if n in by):
            strokes.setdefault(article.id, []).append(f"the credit of {by[n].name} is struck, as {by[n].by}")
    dependent: dict[str, str] = {}
    for one in made:
        if one.verb == "not-independent":
            dependent |= dict.fromkeys(filter(None, (one.source, one.name)), one.by)
    return strokes, dependent
