"""The command ``twosource``. Its verbs follow the data's way; data goes to stdout, words go to stderr.

Exit codes: 0 all well, 1 some outlets (or files) failed, 2 usage, 3 nothing could be done.

One module a family of verbs; this one only gathers them. The command line is the one place that may import both
scrapers and aggregator.

    outlets, reading, specimen    outlets; what the reader sees on a page, and a page kept as a test of it
    crawling, visits, running     crawl, and what visits gave; replay, import, merge, run
    sample                        the whole way on the made-up newsroom
    stories, profiles, copies     what is reported; what one outlet or agency does; who shares text
    credits, decisions            one line read; a person's word above the machine's
    search, check, watches        words, claims, saved searches
    feeds, site, mcp              what goes out
    health, upkeep                what is wrong; backup, verify, tidy, install
    archive                       on Apache Spark
    common, progress, manual      what all verbs share; how a step goes; docs/commands.md
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from sqlite3 import OperationalError

import click

from aggregator.cli.common import FAILED, Verbs, database_option, say
from storage.errors import QueryWrong, TwosourceError, why_not_stored
from storage.signals import Interrupted, interruptible

# verb -> module and function, in the order of the data's way, which is that of the help. A module is loaded when its verb is
# called: to load all of them takes longer than most verbs do.
VERBS = {
    "sample": "sample.sample_newsroom",
    "run": "running.run_all",
    "crawl": "crawling.crawl_outlets",
    "replay": "running.replay_files",
    "import": "running.import_files",
    "merge": "running.merge_articles",
    "archive": "archive.archive",
    "export": "feeds.export",
    "site": "site.write_site",
    "stories": "stories.list_stories",
    "story": "stories.show_story",
    "search": "search.search",
    "check": "check.check",
    "outlet": "profiles.show_outlet",
    "agency": "profiles.show_agency",
    "copies": "copies.copies",
    "read": "reading.read",
    "credit": "credits.read_credit",
    "agencies": "credits.show_agencies",
    "outlets": "outlets.outlets",
    "feeds": "feeds.feeds",
    "watch": "watches.watch",
    "decide": "decisions.decide",
    "decisions": "decisions.list_decisions",
    "serve": "site.serve",
    "mcp": "mcp.serve_assistants",
    "doctor": "health.doctor",
    "backup": "upkeep.backup",
    "verify": "upkeep.verify",
    "tidy": "upkeep.tidy",
    "install": "upkeep.install",
}


class Twosource(Verbs):
    """A group that loads the verb that is called, and turns our errors into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the data's order."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A verb; None: there is none of this name."""
        if cmd_name not in VERBS:
            return None
        module, _, function = VERBS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"aggregator.cli.{module}"), function)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of ours is printed, not traced."""
        try:
            with interruptible():
                return super().invoke(ctx)
        except Interrupted as interrupted:
            say("[yellow]", f"{interrupted}: what was stored is kept, and the next run goes on")
            sys.exit(interrupted.exit_code)
        except QueryWrong as error:
            raise click.UsageError(str(error)) from error
        except TwosourceError as error:
            say(f"[red]{type(error).__name__}[/]: ", str(error))
            sys.exit(FAILED)
        except (OSError, OperationalError) as error:  # a folder that cannot be written, a full disk
            if getattr(error, "errno", None) == errno.EPIPE:
                raise  # who read our output has enough: click ends quietly
            say("[red]Cannot go on:[/] ", why_not_stored(error))
            sys.exit(FAILED)


@click.group(cls=Twosource, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "TWOSOURCE"})
@click.version_option(package_name="twosource")
@database_option
def main() -> None:
    """Crawl news outlets and say how many independent sources each story really has.

    \b
        twosource sample          see it work on a made-up newsroom, without the internet
        twosource run             crawl, merge, export: what cron calls
        twosource stories         the stories, with their independent sources
        twosource story ID --why  who said it first, who copied, what it rests on
    """
