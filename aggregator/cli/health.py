"""``twosource doctor``: what is wrong, since when, and what to do; as a table, data, or for Prometheus."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from aggregator import pipeline
from aggregator.cli.common import (
    SOME_FAILED,
    data_options,
    database_option,
    home,
    known_outlets,
    print_data,
    print_table,
    say,
)
from aggregator.health import Trouble
from storage import clock
from storage.db import connect_to_read

COLUMNS = ("outlet", "what", "since", "in words", "what to do")


@click.command("doctor")
@click.option(
    "--prometheus",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a file for node_exporter's textfile collector (its name must end in .prom).",
)
@data_options
@database_option
def doctor(prometheus: Path | None, form: str | None) -> None:
    """Say which outlets fell silent, are blocked, moved or read badly; since when, and what to do.

    \b
        twosource doctor
        twosource doctor --prometheus /var/lib/node_exporter/twosource.prom

    Each outlet is measured against its own rhythm of the last four weeks: a quiet weekend is none. Exits with 1 if
    something is wrong. The last line sums up, for a mail from cron.
    """
    found = pipeline.find_troubles(connect_to_read(home().database), known_outlets())
    if prometheus:
        write_metrics(prometheus, found)
    rows = [(t.outlet, t.kind, clock.to_text(t.since), t.words, t.advice) for t in found]
    if form:
        print_data(form, (dict(zip(COLUMNS, row, strict=True)) for row in rows))
    elif rows:
        print_table(COLUMNS, rows)
    kinds = Counter(trouble.kind for trouble in found)
    say("", ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "all outlets are well")
    sys.exit(SOME_FAILED if found else 0)


def write_metrics(file: Path, found: Sequence[Trouble]) -> None:
    """The troubles and the last visits as metrics; the file is replaced in one step."""
    registry = CollectorRegistry()
    trouble = Gauge("twosource_trouble", "1: something is wrong with an outlet", ["outlet", "kind"], registry=registry)
    since = Gauge("twosource_trouble_since_seconds", "Since when", ["outlet", "kind"], registry=registry)
    checked = Gauge("twosource_checked_seconds", "When the outlets' health was last judged", registry=registry)
    for one in found:
        trouble.labels(one.outlet, one.kind).set(1)
        since.labels(one.outlet, one.kind).set(one.since.timestamp())
    checked.set(clock.now().timestamp())
    write_to_textfile(str(file), registry)
