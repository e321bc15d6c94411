"""``twosource outlet``, ``agency``: what one of them does over time, whom it copies, how often it is first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from aggregator.cli.common import (
    as_of_option,
    data_options,
    database,
    database_option,
    home,
    known_outlets,
    print_data,
    print_table,
    say,
)
from aggregator.credit.registry import load_registry
from storage import ids, profiles

COLUMNS = ("what", "month", "who", "articles", "of", "share", "certain", "last")
NUMBERS = ("articles", "of", "share", "certain")


@click.command("outlet")
@click.argument("outlet_id", metavar="ID")
@as_of_option
@data_options
@database_option
def show_outlet(outlet_id: str, form: str | None) -> None:
    """Own work and wire of one outlet by month, whom it copies and who copies it, how often it was first.

    \b
        twosource outlet voa
        twosource outlet voa --csv > voa.csv

    \b
    rests on    that part of the month's articles rests on this source, the outlet itself for own
                work; an article that rests on two counts half for each; "not sure": it names no
                source and shows no work of its own
    copies      prints this outlet's text; certain: of so many articles the direction is certain
    copied by   this outlet prints its text
    first       of the stories in which it and another outlet state a time, those in which it states
                the earliest
    """
    db = database()
    outlets = known_outlets()
    outlet = ids.outlet_id(db, outlet_id, outlets)
    rows = [*_shares(profiles.shares(db, outlet), outlet)]
    rows += _copies("copies", profiles.copies_from(db, outlet))
    rows += _copies("copied by", profiles.copied_by(db, outlet))
    first = profiles.firsts(db, outlet)
    if first.stories:
        share = first.first / first.stories
        rows.append(_row("first", who=outlet, articles=first.first, of=first.stories, share=share))
    _print(form, rows)
    if not form:
        name = outlets[outlet].name if outlet in outlets else outlet
        say("[bold]", f"{name} ({outlet})" + ("" if rows else ": no articles yet"))


@click.command("agency")
@click.argument("agency_id", metavar="ID")
@as_of_option
@data_options
@database_option
def show_agency(agency_id: str, form: str | None) -> None:
    """One agency, or another organisation that texts are credited to: who prints it, month by month, and what rests on it.

    \b
        twosource agency afp

    \b
    prints      that part of the outlet's articles of the month credits it with text; pictures do not
                count
    rests on    stories in which it is an independent source for sure
    alone       of these, those in which it is the only one
    """
    db = database()
    registry = load_registry(home().agencies)
    names = {org.id: org.name for org in registry}
    agency = ids.agency_id(db, agency_id, names)
    rows = [
        _row("prints", month=one.month, who=one.outlet, articles=one.articles, of=one.of, share=one.articles / one.of)
        for one in profiles.reach(db, agency)
    ]
    stories, alone = profiles.stories_resting_on(db, agency)
    if stories:
        rows.append(_row("rests on", who=agency, articles=stories))
        rows.append(_row("alone", who=agency, articles=alone, of=stories, share=alone / stories))
    _print(form, rows)
    if not form:
        say("[bold]", f"{names.get(agency, agency)} ({agency})" + ("" if rows else ": no article credits it"))


def _shares(found: Sequence[profiles.Share], outlet: str) -> Iterator[dict[str, Any]]:
    for one in found:
        who = "not sure" if one.source is None else "itself" if one.source == outlet else one.name or one.source
        count = round(one.articles, 2)
        yield _row("rests on", month=one.month, who=who, articles=count, of=one.of, share=one.share)


def _copies(what: str, found: Sequence[profiles.Copied]) -> list[dict[str, Any]]:
    return [_row(what, who=one.outlet, articles=one.articles, certain=one.certain, last=one.last) for one in found]


def _row(what: str, **given: Any) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS) | {"what": what} | given


def _print(form: str | None, rows: Sequence[dict[str, Any]]) -> None:
    if form:
        print_data(form, rows)
        return
    cells = [
        row
        | {
            "share": None if row["share"] is None else f"{row['share']:.0%}",
            "articles": f"{row['articles']:g}",
        }
        for row in rows
    ]
    columns = [column for column in COLUMNS if any(row[column] for row in cells)] or ["what"]
    print_table(columns, ([row[column] for column in columns] for row in cells), right=NUMBERS)
