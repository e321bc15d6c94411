"""The reference of all commands, as Markdown, made from their help: ``python -m aggregator.cli.manual``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from aggregator.cli import main


def manual() -> str:
    """The help of every command, in the order of ``twosource --help``."""
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps(main, "twosource")]
    return "# Commands\n\nWritten from the program's own help by `make docs`.\n\n" + "\n".join(sections)


def helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """A command's name and help, and those of the commands below it."""
    context = click.Context(command, info_name=name if parent is None else name.rsplit(" ", 1)[-1], parent=parent)
    context.max_content_width = 100
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from helps(found, f"{name} {below}", context)


if __name__ == "__main__":
    click.echo(manual(), nl=False)
