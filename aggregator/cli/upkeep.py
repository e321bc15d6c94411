"""``twosource backup``, ``verify``, ``tidy``, ``install``: what an operator does once, or leaves to cron."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click

from aggregator.cli.common import SOME_FAILED, Moment, database_option, home, needs_database, say
from storage import clock, retention, upkeep
from storage import dossier as dossiers
from storage.db import connect
from storage.lock import held

EVERY = 10  # minutes between two runs


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@database_option
def backup(folder: Path) -> None:
    """Copy database, outlet files and archive into a folder, also while a run is at work.

    \b
        twosource backup /mnt/backup/news
        twosource verify --db /mnt/backup/news/twosource.db
    """
    needs_database()
    if folder.resolve() == home().database.parent.resolve():
        raise click.BadParameter("that is the newsroom itself; name another folder", param_hint="FOLDER")
    copy = upkeep.backup(home(), folder)
    say("backup: ", str(copy))


@click.command("verify")
@click.argument(
    "dossier", metavar="[FILE.zip]", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@database_option
def verify(dossier: Path | None, *, limit: int = 50) -> None:
    """Check every byte: the database's integrity, and each record of the archive against its checksum and its pages.

    \b
        twosource verify
        twosource verify bridge.zip

    With the file of a dossier (`story ID --dossier`) it checks that, and prints its SHA-256 to compare with the one that was
    printed when it was made. Exits with 1 where something is damaged, and names it.
    """
    if dossier:
        say("sha256   ", sha256(dossier.read_bytes()).hexdigest())
        problems = dossiers.problems(dossier)
    else:
        needs_database()
        problems = upkeep.problems(home())
    found = 0
    for words in problems:
        found += 1
        if found <= limit:
            say("[red]", words)
    say("", f"{found:,} problems" if found else "all is as it was written")
    sys.exit(SOME_FAILED if found else 0)


@click.command("tidy")
@click.option(
    "--archives-before",
    "before",
    type=Moment(),
    help="Take out of archive files begun before this what no article was read from (90d, 2026-01-31).",
)
@click.option(
    "--archives-at-most",
    "gigabytes",
    type=click.FloatRange(0),
    help="The same, the oldest files first, until the archive has at most so many GB.",
)
@click.option(
    "--history-days",
    type=click.IntRange(min=1),
    help="Keep what --as-of reads for so many days only.  [default: for ever]",
)
@database_option
def tidy(before: datetime | None, gigabytes: float | None, history_days: int | None) -> None:
    """Drop what only grows and nothing needs: old visits, validators, pauses, files of killed exports.

    \b
        twosource tidy
        twosource tidy --archives-before 90d
        twosource tidy --archives-at-most 20

    Articles, pages, stories, decisions and feeds stay, and of the archives, which are left alone unless an option names them,
    every response that a version of an article was read from. Once a week is enough.
    """
    needs_database()
    with held(home()):
        db = connect(home().database)
        history = timedelta(days=history_days) if history_days else None
        gone = upkeep.tidy(db, home(), now=clock.now(), history=history)
        say("tidy: ", ", ".join(f"{count:,} {kind}" for kind, count in gone.items() if count) or "nothing was too old")
        if before is not None or gigabytes is not None:
            at_most = None if gigabytes is None else int(gigabytes * 1e9)
            slimmed = retention.slim(db, home(), before=before, at_most=at_most)
            say(
                "archive: ",
                f"{slimmed.files:,} files slimmed, {slimmed.freed / 1e6:,.1f} MB freed, {slimmed.left / 1e6:,.1f} MB left",
            )
            for words in slimmed.damaged:
                say("archive: ", f"left as it is: {words}")
            if at_most is not None and slimmed.left > at_most:
                say(
                    "archive: ", "what is left are the responses that articles were read from; nothing here drops those"
                )
        db.close()


@click.command("install")
@click.option("--cron", "kind", flag_value="cron", help="A crontab line.")
@click.option("--systemd", "kind", flag_value="systemd", help="A unit and its timer.")
@database_option
def install(kind: str | None) -> None:
    """Print what makes a machine run this every ten minutes; nothing is changed.

    \b
        (crontab -l; twosource install --cron) | crontab -
        twosource install --systemd
    """
    if kind is None:
        raise click.UsageError("name --cron or --systemd")
    command = shutil.which("twosource") or f"{sys.executable} -m aggregator.cli"
    folder = home().database.resolve()
    contact = os.environ.get("TWOSOURCE_CONTACT", "")
    click.echo((cron if kind == "cron" else systemd)(command, folder, contact), nl=False)


def cron(command: str, database: Path, contact: str) -> str:
    """Crontab lines. The minute is drawn once: a thousand machines should not all ask at :00."""
    first = random.randrange(EVERY)  # noqa: S311 - no secret
    minutes = ",".join(str(minute) for minute in range(first, 60, EVERY))
    log = shlex.quote(str(database.parent / "run.log"))
    verb = f"{command} --db {shlex.quote(str(database))}"
    return (
        f"{_contact(contact)}\n"
        f"{minutes} * * * *  {verb} run --max-minutes 30 2>>{log}\n"
        f"{first} 6 * * *  {verb} doctor\n"
        f"{first} 4 * * 0  {verb} tidy 2>>{log}\n"
    )


def systemd(command: str, database: Path, contact: str) -> str:
    """A service and a timer, each under the name of its file."""
    return f"""# /etc/systemd/system/twosource.service
[Unit]
Description=Twosource: crawl, merge, export
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{_contact(contact, "Environment=")}
ExecStart={command} --db {database} run --max-minutes 30
WorkingDirectory={database.parent}
SuccessExitStatus=1
Nice=10
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={database.parent}
PrivateTmp=yes

# /etc/systemd/system/twosource.timer
[Unit]
Description=Twosource every {EVERY} minutes

[Timer]
OnBootSec=2min
OnUnitInactiveSec={EVERY}min
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


def _contact(contact: str, before: str = "") -> str:
    """The line that says who asks. Without a contact it is a comment: a made-up one would be sent to every site."""
    return f"{before}TWOSOURCE_CONTACT={contact}" if contact else f"# {before}TWOSOURCE_CONTACT=desk@example.org"
