"""``twosource stories`` and ``story``: what is reported, by whom, on how many independent sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.tree import Tree
from sqlite_utils import Database

from aggregator import revisions
from aggregator.cli.common import (
    Moment,
    as_of_option,
    data_options,
    database,
    database_option,
    home,
    known_names,
    known_outlets,
    now,
    print_data,
    print_table,
    print_tree,
    say,
)
from aggregator.decisions.words import as_data, deciders, told
from aggregator.dossier import gather
from aggregator.feeds import publish as feeds
from aggregator.feeds.text import printable
from aggregator.origins.interval import bounds, worth
from aggregator.site.render import Pages
from aggregator.statements.words import Told, data_of, gathered
from aggregator.statements.words import told as statement
from storage import articles, clock, copies, decisions, disputes, ids, statements, stories
from storage.decisions import Decision
from storage.disputes import Dispute
from storage.dossier import pack
from storage.statements import Statement
from storage.types import Article, Carrier, Story

A_DAY = timedelta(days=1)  # what `stories --new` takes for new


@click.command("stories")
@click.option("--single-source", "single", is_flag=True, help="Only those that all rest on one source.")
@click.option(
    "--disputed", is_flag=True, help="Only those in which somebody denies it, or two sources count otherwise."
)
@click.option("--new", is_flag=True, help="Only those that began since then; without --since in the last 24 hours.")
@click.option("--since", type=Moment(), help="Only those reported since then: 3d, 12h, 2026-03-02, in UTC.")
@click.option("--all", "every", is_flag=True, help="Every story, however many.")
@click.option("--members", is_flag=True, help="With the ids of each story's articles, in order of arrival.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@as_of_option
@data_options
@database_option
def list_stories(
    single: bool,
    disputed: bool,
    new: bool,
    since: datetime | None,
    every: bool,
    members: bool,
    limit: int,
    form: str | None,
) -> None:
    """The stories, the one last reported first, and how many independent sources each has.

    \b
        twosource stories
        twosource stories --single-source --since 3d
        twosource stories --disputed
        twosource stories --as-of 2026-03-02T08:00
        twosource stories --all --members --json > stories.jsonl
    """
    base = database()
    since = now() - A_DAY if new and since is None else since
    found = stories.latest(base, limit=None if every else limit, single=single, since=since, new=new, disputed=disputed)
    rows = (_summary(base, story, members) for story in found)
    if form:
        print_data(form, rows)
        return
    columns = (*COLUMNS, "articles") if members else COLUMNS
    print_table(columns, (_cells(row, columns) for row in rows), right=("outlets", "copies"))


@click.command("story")
@click.argument("story_id", metavar="ID")
@click.option("--why", "view", flag_value="why", help="Draw what the story rests on as a tree.")
@click.option("--timeline", "view", flag_value="timeline", help="Who said it when, who copied, who changed what.")
@click.option("--diff", "view", flag_value="diff", help="What outlets changed later, sentence by sentence.")
@click.option(
    "--dossier",
    metavar="FILE.zip",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Take all that is held of it out into one file, for a report or a court.",
)
@as_of_option
@data_options
@database_option
def show_story(story_id: str, view: str | None, dossier: Path | None, form: str | None) -> None:
    """One story with its articles in order of arrival, its origins, and why.

    \b
        twosource story voa-mx2ifpgqrbtc --why
        twosource story voa-mx --timeline
        twosource story voa-mx --diff
        twosource story voa-mx --dossier bridge.zip

    The beginning of an id is enough where only one begins so; the id of an article means its story.
    """
    base = database()
    story = stories.load(base, ids.story_id(base, story_id))
    assert story
    if dossier:
        _take_out(base, story.id, dossier)
        return
    reports = stories.articles(base, story.id)
    decided = decisions.of_story(base, story.articles)
    said = statements.of_story(base, story.id)
    contradicted = disputes.of_story(base, story.id)
    if view == "timeline":
        events = timeline(base, story)
        if form:
            print_data(form, events)
        else:
            print_table(TIMELINE, ([event[column] for column in TIMELINE] for event in events))
    elif view == "diff":
        changes = revised(base, story)
        if form:
            print_data(form, changes)
        else:
            print_tree(_diff(story, changes))
    elif form:
        print_data(
            form, [_data(story, reports, decided, said, contradicted)] if form == "json" else _articles(story, reports)
        )
    elif view == "why":
        print_tree(_tree(story, reports, decided))
    else:
        print_table(("arrived", "outlet", "id", "headline", "rests on"), _lines(story, reports))
        if (parted := stories.story_of(base, story.id)) not in (None, story.id):
            say("[bold]Parted:[/] ", f"the article that opened this story, and has its id, stands in {parted}")
        say(f"[bold]Independent sources: {bounds(story.least, story.most)}[/]  ", "--why says why")
        for summary in dict.fromkeys(dispute.summary for dispute in contradicted):
            say("[bold]Disputed:[/] ", summary)
        for one in gathered(said):
            say("", _stated(one, reports))
        for decision in decided:
            say("", told(decision))


def _take_out(base: Database, story: str, file: Path) -> None:
    outlets = known_outlets()
    names = known_names(outlets)
    pages = Pages(outlets, names, live=False, texts=True, held=(), alone=True)
    whole = pack(gather(base, home(), story, pages))
    feeds.write(file, whole, for_all=False)
    say("dossier  ", f"{file}, {len(whole):,} bytes")
    say("sha256   ", f"{sha256(whole).hexdigest()}: keep it elsewhere; `twosource verify` prints it again")


def _stated(one: Told, reports: Sequence[Article]) -> str:
    """ "The ministry: denies, post (Telegram): “…” (herald, courier)"."""
    outlets = {report.id: report.outlet for report in reports}
    return f"{statement(one.statement)}: {one.statement.words} ({', '.join(outlets[id_] for id_ in one.articles)})"


TIMELINE = ("when", "as", "outlet", "article", "what")


def timeline(base: Database, story: Story) -> list[dict[str, Any]]:
    """What happened in a story, in order of time: publications, copies, changed texts.

    ``when`` is the time that the page states for its first version ("stated"), unless it arrived before that; else its
    arrival ("arrived"), which depends on when we asked.
    """
    versions = [version for id_ in story.articles for version in articles.versions(base, id_)]
    outlets = {version.id: version.outlet for version in versions}
    texts: dict[str, list[str]] = {}
    for pair in copies.among(base, story.articles):
        if not pair.is_copy:
            continue
        whole, copy = pair.ends
        verb = "has %s of its text from" if pair.sure else "shares %s of its text with"
        texts.setdefault(copy, []).append(f"{verb % f'{pair.share:.0%}'} {outlets[whole]} ({whole})")
    events = []
    for version in versions:
        stated = version.version == 1 and version.published is not None and version.published <= version.fetched
        said = [version.headline or "(no headline)", *texts.get(version.id, ())]
        events.append(
            {
                "when": clock.to_text(version.published if stated else version.fetched),
                "as": "stated" if stated else "arrived",
                "arrived": clock.to_text(version.fetched),
                "outlet": version.outlet,
                "article": version.id,
                "version": version.version,
                "what": "; ".join(said) if version.version == 1 else f"changed: {said[0]}",
            }
        )
    return sorted(events, key=lambda event: (event["when"], event["arrived"], event["article"], event["version"]))


def revised(base: Database, story: Story) -> list[dict[str, Any]]:
    """What outlets changed in a story's articles after their first version, a row a sentence, in order of arrival."""
    found = []
    for id_ in story.articles:
        for before, after in pairwise(articles.versions(base, id_)):
            found += [
                {
                    "article": id_,
                    "version": after.version,
                    "outlet": after.outlet,
                    "arrived": clock.to_text(after.fetched),
                    "kind": change.kind,
                    "substance": change.substance,
                    "where": change.where,
                    "before": change.before,
                    "after": change.after,
                }
                for change in revisions.compare(before, after).changes
            ]
    return sorted(found, key=lambda row: (row["arrived"], row["article"], row["version"]))


def _diff(story: Story, changes: Sequence[Mapping[str, Any]]) -> Tree:
    tree = Tree(escape(story.id) + ("" if changes else ": no text was changed"))
    for (arrived, outlet, article, version), rows in groupby(
        changes, key=itemgetter("arrived", "outlet", "article", "version")
    ):
        branch = tree.add(f"[bold]{escape(outlet)}[/] {escape(article)}, version {version}, {arrived}")
        for row in rows:
            told = "" if row["substance"] else ", cosmetic"
            leaf = branch.add(escape(f"{row['kind']} ({row['where']}{told})"))
            for sign, colour, text in (("-", "red", row["before"]), ("+", "green", row["after"])):
                if text:
                    leaf.add(f"[{colour}]{sign} {escape(printable(text))}[/]")
    return tree


COLUMNS = ("story", "headline", "outlets", "copies", "independent sources", "first seen")


def _summary(base: Database, story: Story, members: bool) -> dict[str, Any]:
    """A story in a line. ``least`` and ``most`` bound its independent sources; most is null where it is not known."""
    articles = stories.articles(base, story.id)
    pairs = copies.among(base, story.articles)
    return {
        "story": story.id,
        "headline": next((article.headline for article in articles if article.headline), None),
        "outlets": len({article.outlet for article in articles}),
        "copies": len({pair.b for pair in pairs if pair.is_copy}),
        "independent sources": bounds(story.least, story.most),
        "least": story.least,
        "most": story.most,
        "first seen": clock.to_text(articles[0].fetched) if articles else None,
        "decided by": deciders(decisions.of_story(base, story.articles)),
    } | ({"articles": list(story.articles)} if members else {})


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[object]:
    """A line of the table: ids parted by spaces."""
    by = f" ({', '.join(row['decided by'])})" if row["decided by"] else ""
    shown = dict(row) | {
        "independent sources": f"{row['independent sources']}{by}",
        "articles": " ".join(row.get("articles", ())),
    }
    return [shown[column] for column in columns]


def _lines(story: Story, articles: list[Article]) -> Iterator[tuple[object, ...]]:
    for article in articles:
        origins = ", ".join(origin.name for origin in story.origins if article.id in origin.articles)
        yield clock.to_text(article.fetched), article.outlet, article.id, article.headline, origins


def _articles(story: Story, articles: list[Article]) -> Iterator[dict[str, Any]]:
    for article, line in zip(articles, _lines(story, articles), strict=True):
        arrived, outlet, id_, headline, origins = line
        yield {
            "story": story.id,
            "article": id_,
            "outlet": outlet,
            "arrived": arrived,
            "published": clock.to_text(article.published),
            "headline": headline,
            "url": article.url,
            "rests on": origins,
        }


def _data(
    story: Story,
    articles: list[Article],
    decided: Sequence[Decision],
    said: Sequence[Statement],
    contradicted: Sequence[Dispute],
) -> Mapping[str, Any]:
    outlets, urls = {one.id: one.outlet for one in articles}, {one.id: one.url for one in articles}
    return {
        "story": story.id,
        "follows": story.follows,
        "least": story.least,
        "most": story.most,
        "articles": [{"id": a.id, "outlet": a.outlet, "headline": a.headline, "url": a.url} for a in articles],
        "origins": [
            {
                "key": o.key,
                "name": o.name,
                "articles": o.articles,
                "reasons": o.reasons,
                "least": o.least,
                "most": o.most,
                "carriers": [asdict(carrier) for carrier in o.carriers],
            }
            for o in story.origins
        ],
        "decisions": [as_data(one) for one in decided],
        **data_of(said, contradicted, outlets, urls),
    }


def _tree(story: Story, articles: list[Article], decided: Sequence[Decision]) -> Tree:
    """The origins that count, then those that do not; under each who rests on it, its root first, and the words that say so."""
    by_id = {article.id: article for article in articles}
    tree = Tree(escape(f"{articles[0].headline} - independent sources: {bounds(story.least, story.most)}"))
    for origin in sorted(story.origins, key=lambda origin: origin.most == 0):
        branch = tree.add(f"[bold]{escape(origin.name)}[/]: {worth(origin)}")
        for carrier in origin.carriers:
            branch.add(escape(_carried(carrier, by_id[carrier.article])))
        houses = origin.reasons[len(origin.articles) :] if origin.carriers else origin.reasons
        for line in houses:
            branch.add(escape(line))
    if decided:
        branch = tree.add("[bold]decided by people[/]")
        for one in decided:
            branch.add(escape(told(one)))
    return tree


def _carried(carrier: Carrier, article: Article) -> str:
    """ "Trend <- Uzdaily <- a statement: counts 0 to 1: gives it to Uzdaily: “…” (trend-1)"."""
    steps = " ← ".join(carrier.chain)
    return f"{steps}: {worth(carrier)}: {carrier.why} ({article.id})"
