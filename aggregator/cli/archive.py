"""``twosource archive``: archives of any size, on Apache Spark."""

from __future__ import annotations

import glob
import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from aggregator import pipeline
from aggregator.cli.common import FAILED, SOME_FAILED, Verbs, database_option, home, known_outlets, say
from aggregator.cli.progress import terminal_progress
from storage.db import connect
from storage.home import Home
from storage.lock import held

SHOWN = 20  # files that are told of by name; the table `pages` has all of them
NEEDED = "`twosource archive` needs more than the rest: pip install 'twosource[spark]'"
JAVA = "Spark needs Java 17 or newer, and `java` could not be started"

OLDER = (
    "files were read by an older Twosource: what it did not look for is missing from their rows, so that bounds may be others; "
    "`twosource archive read FILES --into DIR --again` reads them by today's rules"
)

cores_option = click.option("--cores", type=click.IntRange(min=1), help="Cores of this machine.  [default: all]")
memory_option = click.option("--memory", default="2g", show_default=True, help="Of Spark's Java side on this machine.")


@click.group("archive", cls=Verbs)
def archive() -> None:
    """Take over archives of any size on Apache Spark; see docs/scale.md.

    \b
        twosource archive read 'CC-NEWS-202611*.warc.gz' --into archive
        twosource archive merge archive
        twosource archive load archive --since 2026-11-01 --outlets voa

    Under spark-submit the same commands run on a cluster; --cores and --memory are for this machine alone.
    """


@archive.command("read")
@click.argument("files", nargs=-1)
@click.option(
    "--list", "lists", multiple=True, type=click.Path(exists=True, path_type=Path), help="A file of addresses."
)
@click.option("--into", required=True, help="The archive's folder, or an address such as s3://…")
@click.option("--again", is_flag=True, help="Also those files that are in already, by today's readers.")
@cores_option
@memory_option
@database_option
def read_files(
    files: tuple[str, ...], lists: tuple[Path, ...], into: str, again: bool, cores: int | None, memory: str
) -> None:
    """Read WARC files, or files of articles (.jsonl, .jsonl.gz), into Parquet tables: a task a file.

    \b
        twosource archive read 'store/2026/**/*.warc.gz' --into archive
        twosource archive read --list warc.paths --into s3://bucket/archive

    FILES are paths, patterns or addresses. Files that are in are passed over, so that a run that was stopped goes on. A
    newsroom's database (.db) among them says when outlets were asked. Outlets and agencies of your own are read beside
    the database.
    """
    with _spark_or_told():
        from aggregator.archive.read import lacking
        from aggregator.archive.read import read_files as run_tasks
        from aggregator.archive.session import session
        from aggregator.archive.tables import Folder
        from scrapers.replay import outlet_by_host

        wanted = list(dict.fromkeys([*_expanded(files), *_listed(lists)]))
        if not wanted:
            raise click.UsageError("name at least one file, or a --list")
        with _alone(into):
            work = wanted if again else lacking(wanted, Folder.at(into))
            if len(work) < len(wanted):
                say("", f"{len(wanted) - len(work):,} files are in already")
            outlets = known_outlets()
            by_host, known = outlet_by_host(outlets), pipeline.reference(home(), outlets)
            reports = (
                run_tasks(session(cores=cores, memory=memory, brief=True), work, into, by_host, known) if work else []
            )
    lost, damaged = [r for r in reports if r.lost], [r for r in reports if r.damage]
    for report in lost[:SHOWN]:
        say("[red]not read: ", f"{report.file}: {report.lost}; run the command again to try it again")
    for report in damaged[:SHOWN]:
        say("[yellow]", f"{report.damage}")
    say(
        "",
        f"{len(reports) - len(lost):,} files read: {sum(r.pages for r in reports):,} pages, "
        f"{sum(r.articles for r in reports):,} articles; {len(damaged):,} files damaged, {len(lost):,} not read",
    )
    if lost or damaged:
        sys.exit(FAILED if len(lost) == len(reports) else SOME_FAILED)


@archive.command("merge")
@click.argument("folder", metavar="DIR")
@cores_option
@memory_option
@database_option
def merge(folder: str, cores: int | None, memory: str) -> None:
    """Judge all articles of an archive: versions, copies, stories, origins, as Parquet tables beside them.

    \b
        twosource archive merge archive

    A merge that was stopped goes on with the stage that it had not finished.
    """
    with _spark_or_told(), _alone(folder):
        from aggregator.archive.extraction import read_by_older_rules
        from aggregator.archive.merge import A_TASK, merge_archive
        from aggregator.archive.session import session
        from aggregator.archive.tables import Folder

        if older := read_by_older_rules(Folder.at(folder)):
            say("[yellow]", f"{len(older):,} {OLDER}")
        brief = sum(marker["articles"] for marker in Folder.at(folder).markers().values()) < A_TASK
        known = pipeline.reference(home(), known_outlets())
        spark = session(cores=cores, memory=memory, brief=brief)
        rows = merge_archive(spark, folder, known, told=lambda stage: say("", f"merging: {stage}"))
    say("", "merged: " + ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in rows.items()))


@archive.command("load")
@click.argument("folder", metavar="DIR")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day of the fetch on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Up to this day, included.")
@click.option("--outlets", help="Ids of outlets, parted by commas.  [default: all]")
@database_option
def load(folder: str, since: datetime | None, until: datetime | None, outlets: str | None) -> None:
    """Take a part of an archive into the newsroom's database, where all other commands work on it; then merge.

    \b
        twosource archive load archive --since 2026-11-01 --outlets voa,bbc
    """
    with _spark_or_told():
        from aggregator.archive.load import load as load_part
    with held(home()):
        db = connect(home().database)
        found = load_part(
            db,
            folder,
            since=since.date() if since else None,
            until=until.date() if until else None,
            outlets=[name.strip() for name in (outlets or "").split(",") if name.strip()],
        )
        say("", f"loaded: {found.pages:,} pages, {found.stored:,} articles; {found.unchanged:,} were there already")
        pipeline.merge_waiting(db, home(), known_outlets(), terminal_progress())
        db.close()


def _expanded(files: tuple[str, ...]) -> Iterator[str]:
    """Addresses as they are; paths whole, so that a file has one name wherever the command is called."""
    for name in files:
        if "://" in name:
            yield name
            continue
        found = sorted(glob.glob(name, recursive=True)) if glob.has_magic(name) else [name]  # noqa: PTH207 - a pattern may be absolute
        if not found:
            raise click.BadParameter(f"no file is called like {name!r}", param_hint="FILES")
        yield from (str(Path(path).resolve()) for path in found)


def _listed(lists: tuple[Path, ...]) -> Iterator[str]:
    for path in lists:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            yield from _expanded(tuple(line.strip() for line in lines if line.strip()))


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """No second run writes to the same folder of this machine."""
    if "://" in folder:
        yield
        return
    with held(Home(Path(folder) / "archive")):
        yield


@contextmanager
def _spark_or_told() -> Iterator[None]:
    """Say what is missing where the extra or Java is."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in ("pyspark", "pyarrow", "pandas"):
            raise
        say("[red]Cannot go on:[/] ", f"{NEEDED} ({error.name} is missing)")
        sys.exit(FAILED)
    except Exception as error:
        if "JAVA_GATEWAY_EXITED" not in str(error):
            raise
        say("[red]Cannot go on:[/] ", JAVA)
        sys.exit(FAILED)
