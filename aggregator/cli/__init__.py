"""The command ``twosource``. Its verbs follow the data's way; data goes to stdout, words go to stderr.

Exit codes: 0 all well, 1 some outlets (or files) failed, 2 usage, 3 nothing could be done.

One module a family of verbs; this one only gathers them. The command line is the one place that may import both
scrapers and aggregator.
"""

from __future__ import annotations

import sys

import click

from aggregator.cli.common import FAILED, database_option, say
from storage.errors import TwosourceError


class Twosource(click.Group):
    """A group that keeps the order in which commands were added, and turns our errors into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the data's order."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of ours is printed, not traced."""
        try:
            return super().invoke(ctx)
        except TwosourceError as error:
            say(f"[red]{type(error).__name__}[/]: ", str(error))
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


from aggregator.cli import stories as _stories  # noqa: E402 - the verbs below hang on main

main.add_command(_stories.list_stories)
main.add_command(_stories.show_story)
main.add_command(_stories.search)

from aggregator.cli import crawling as _crawling  # noqa: E402

main.add_command(_crawling.crawl_outlets)

from aggregator.cli import outlets as _outlets  # noqa: E402

main.add_command(_outlets.outlets)

from aggregator.cli import reading as _reading  # noqa: E402

main.add_command(_reading.read)

from aggregator.cli import copies as _copies  # noqa: E402

main.add_command(_copies.copies)

from aggregator.cli import feeds as _feeds  # noqa: E402

main.add_command(_feeds.export)
main.add_command(_feeds.feeds)
main.add_command(_feeds.serve)
_outlets.outlets.add_command(_feeds.export_outlets)
_outlets.outlets.add_command(_feeds.import_outlets)

from aggregator.cli import credits as _credits  # noqa: E402

main.add_command(_credits.read_credit)
main.add_command(_credits.show_agencies)
