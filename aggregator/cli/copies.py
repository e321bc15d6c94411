"""``twosource copies``: which articles share text, and who had it first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from aggregator.cli.common import data_options, database, database_option, print_data, print_table, say
from storage import copies as rows
from storage.types import Copy


@click.command()
@click.option("--article", metavar="ID", help="Only the pairs of this article.")
@click.option(
    "--partial/--no-partial",
    default=True,
    show_default=True,
    help="List pairs that are no copies: a part only, or an outlet's own update.",
)
@data_options
@database_option
def copies(article: str | None, partial: bool, form: str | None) -> None:
    """List the pairs of articles that share text, a line a pair.

    \b
        twosource copies --no-partial
        twosource copies --article bbc-mx2ifpgqrbtc --json

    "a" arrived first; the direction says whose text it is: "a->b" where b has it from a. A share is that of an
    article's own words (quotations and boilerplate taken out) that stand in the other one.
    """
    db = database()
    found = iter(rows.copies_of(db, article)) if article else rows.all_copies(db)
    pairs = (copy for copy in found if partial or copy.is_copy)
    if form:
        print_data(form, (_line(copy) for copy in pairs))
    else:
        print_table(("a", "b", "of a", "of b", "kind", "direction", "why"), _cells(pairs), right=("of a", "of b"))
    if not article and not db.table("copies").count:
        say("", "No copies yet: crawl or import articles, then run `twosource merge`.")


def _line(copy: Copy) -> dict[str, Any]:
    names = ("a", "b", "share_a", "share_b", "kind", "direction", "certainty", "reasons")
    return {name: getattr(copy, name) for name in names}


def _cells(pairs: Iterator[Copy]) -> Iterator[tuple[str, ...]]:
    for copy in pairs:
        why = "; ".join(copy.reasons)
        yield copy.a, copy.b, f"{copy.share_a:.0%}", f"{copy.share_b:.0%}", copy.kind, copy.direction, why
