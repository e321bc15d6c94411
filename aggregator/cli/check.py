"""``twosource check``: what this newsroom holds on a claim, a link or a pasted passage."""

from __future__ import annotations

from typing import Any

import click
from rich.markup import escape
from rich.tree import Tree

from aggregator import check as checking
from aggregator.cli.common import as_of_option, data_options, database, database_option, print_data, print_tree, say
from aggregator.decisions.words import as_data, told
from aggregator.feeds.text import printable
from aggregator.origins.interval import bounds, worth
from aggregator.statements import words
from aggregator.statements.words import statement_as_data

FOUND_BY = {
    "link": "this address",
    "passage": "who prints this passage",
    "claim": "articles with all these words; one that denies a claim has them too",
}


@click.command("check")
@click.argument("claim", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True, help="At most so many stories.")
@as_of_option
@data_options
@database_option
def check(claim: tuple[str, ...], limit: int, form: str | None) -> None:
    """What is held here on a claim, a link or a pasted passage: who reports it, on whose word, who only copies.

    \b
        twosource check 'Sorrel bridge blown up'
        twosource check https://meridian.example/wire/260914/front-claims-sorrel-bridge
        twosource check "$(cat paragraph.txt)"
        twosource check 'Sorrel bridge blown up' --as-of 2026-09-14T08:00

    Nothing found means that nothing is held here. It never means false.
    """
    answer = checking.check(database(), " ".join(claim), limit=limit)
    if form:
        print_data(form, (_data(answer.asked, held) for held in answer.held))
        return
    if not answer.held:
        say("Nothing found: ", "this newsroom holds nothing on it, which does not make it false")
        return
    say("Looked for: ", FOUND_BY[answer.asked])
    for held in answer.held:
        print_tree(_tree(held))


def _data(asked: str, held: checking.Held) -> dict[str, Any]:
    """A story that was found. ``most`` null: not known; ``share``: of the passage, null where none was asked for."""
    story = held.story
    outlets = {one.id: one for one in held.reports}
    return {
        "asked": asked,
        "story": story.id if story else None,
        "independent sources": bounds(story.least, story.most) if story else "not known",
        "least": story.least if story else None,
        "most": story.most if story else None,
        "found": [
            {
                "article": one.article.id,
                "outlet": one.article.outlet,
                "headline": one.article.headline,
                "url": one.article.url,
                "share": one.share,
            }
            for one in held.found
        ],
        "sources": [
            {"name": o.name, "least": o.least, "most": o.most, "articles": o.articles, "reasons": o.reasons}
            for o in (story.origins if story else ())
        ],
        "copies": [
            {
                "article": one.article,
                "outlet": outlets[one.article].outlet,
                "url": outlets[one.article].url,
                "of": one.of,
                "share": one.share,
                "sure": one.sure,
            }
            for one in held.copied
        ],
        "denied": [
            statement_as_data(
                one, {key: of.outlet for key, of in outlets.items()}, {key: of.url for key, of in outlets.items()}
            )
            for one in held.denied
        ],
        "decisions": [as_data(one) for one in held.decided],
    }


def _tree(held: checking.Held) -> Tree:
    by_id = {one.id: one for one in held.reports}
    headline = next((one.headline for one in held.reports if one.headline), "(no headline)")
    count = bounds(held.story.least, held.story.most) if held.story else "not known: not merged yet"
    tree = Tree(escape(f"{headline} - independent sources: {count}"))
    branch = tree.add("[bold]Found in[/]")
    for one in held.found:
        share = "" if one.share is None else f" has {one.share:.0%} of it"
        branch.add(escape(f"{one.article.outlet}{share}: {one.article.url or one.article.id}"))
    for origin in held.story.origins if held.story else ():
        branch = tree.add(f"[bold]Source {escape(origin.name)}[/]: {worth(origin)}")
        for n, reason in enumerate(origin.reasons):
            who = f"{by_id[origin.articles[n]].outlet}: " if n < len(origin.articles) else ""
            branch.add(escape(who + reason))
    if held.denied:
        branch = tree.add("[bold]Denied by[/]")
        for told_ in words.gathered(held.denied):
            outlets = ", ".join(by_id[id_].outlet for id_ in told_.articles)
            branch.add(escape(printable(f"{words.told(told_.statement)}: {told_.statement.words} ({outlets})")))
    if held.decided:
        branch = tree.add("[bold]Decided by people[/]")
        for decision in held.decided:
            branch.add(escape(told(decision)))
    if held.copied:
        branch = tree.add("[bold]Copies[/]")
        for pair in held.copied:
            verb = "of its text from" if pair.sure else "of its text in common with"
            branch.add(escape(f"{by_id[pair.article].outlet} has {pair.share:.0%} {verb} {by_id[pair.of].outlet}"))
    return tree
