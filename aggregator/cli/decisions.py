"""``twosource decide`` and ``decisions``: a person's word above the machine's."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any, TypeVar

import click
from sqlite_utils import Database

from aggregator import decide as deciding
from aggregator import pipeline
from aggregator.cli.common import (
    Verbs,
    data_options,
    database,
    database_option,
    home,
    known_outlets,
    needs_database,
    print_data,
    print_table,
    say,
)
from aggregator.decide import Person
from aggregator.decisions.words import as_data, sentence
from aggregator.merge import Reference
from aggregator.origins.interval import bounds
from storage import clock, decisions, ids, stories
from storage.db import connect, writing
from storage.decisions import Decision
from storage.errors import DecisionWrong

Command = TypeVar("Command", bound=Callable[..., Any])
STORY = click.argument("story")
ARTICLE = click.argument("article")
SOURCE = click.argument("source")


@click.group("decide", cls=Verbs)
@database_option
def decide() -> None:
    """Decide what the machine got wrong: your word stands above it, is shown as yours, and is undone by another one.

    \b
        twosource decide join voa-mx2i meridian-q7 --why "both on the same strike"
        twosource decide strike herald-3k afp --why "the credit is of the picture"
        twosource decide undo 12 --why "the herald corrected itself"

    Nothing waits for a run that is at work, and `merge --again` keeps it. docs/decisions-by-staff.md says what each verb does.
    """


def _signed(command: Command) -> Command:
    """--who and --why, which every decision but a note must give."""
    why = click.option("--why", required=True, help="Why, in a sentence: it is printed where the decision counts.")
    return _who(why(command))


def _who(command: Command) -> Command:
    return click.option("--who", help="Who decides.  [default: the user who is logged in]")(command)


@decide.command("join")
@click.argument("story_ids", metavar="STORY STORY…", nargs=-1, required=True)
@_signed
@database_option
def join(story_ids: tuple[str, ...], who: str | None, why: str) -> None:
    """These stories report one event. The largest one's id stays, the others lead to it.

    \b
        twosource decide join voa-mx2i meridian-q7 --why "both on the same strike"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.join(db, [ids.story_id(db, one) for one in story_ids], person, known), who, why)


@decide.command("split")
@click.argument("article_ids", metavar="ARTICLE…", nargs=-1, required=True)
@_signed
@database_option
def split(article_ids: tuple[str, ...], who: str | None, why: str) -> None:
    """These articles report another event than the rest of their story. The larger part keeps the story's id.

    \b
        twosource decide split herald-3k herald-9d --why "the fire of Tuesday, not Monday's"
    """
    db, known = _opened()
    _made(
        db, lambda person: deciding.split(db, [ids.article_id(db, one) for one in article_ids], person, known), who, why
    )


@decide.command("text-of")
@ARTICLE
@SOURCE
@_signed
@database_option
def text_of(article: str, source: str, who: str | None, why: str) -> None:
    """An article is this source's text: an agency's or outlet's id or name, its own outlet's among them.

    \b
        twosource decide text-of herald-3k afp --why "word for word on the wire"
        twosource decide text-of herald-3k herald --why "their reporter told us"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.text_of(db, ids.article_id(db, article), source, person, known), who, why)


@decide.command("strike")
@ARTICLE
@click.argument("credit")
@_signed
@database_option
def strike(article: str, credit: str, who: str | None, why: str) -> None:
    """What an article says of this source counts for nothing: an id or a name, as the article credits it.

    \b
        twosource decide strike herald-3k afp --why "the credit is of the picture"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.strike(db, ids.article_id(db, article), credit, person, known), who, why)


@decide.command("not-independent")
@STORY
@SOURCE
@_signed
@database_option
def not_independent(story: str, source: str, who: str | None, why: str) -> None:
    """In this story the source is none of its own, and does not count.

    \b
        twosource decide not-independent voa-mx2i meridian --why "their reporter travelled with the ministry"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.not_independent(db, ids.story_id(db, story), source, person, known), who, why)


@decide.command("note")
@STORY
@click.argument("text")
@_who
@database_option
def note(story: str, text: str, who: str | None) -> None:
    """Leave words beside a story; they change no count.

    \b
        twosource decide note voa-mx2i "the ministry will answer at noon"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.note(db, ids.story_id(db, story), text, person, known), who, None)


@decide.command("undo")
@click.argument("number", type=click.IntRange(min=1))
@_signed
@database_option
def undo(number: int, who: str | None, why: str) -> None:
    """A decision is in force no more. It stays in the list; to undo an undoing brings it back.

    \b
        twosource decide undo 12 --why "the herald corrected itself"
    """
    db, known = _opened()
    _made(db, lambda person: deciding.undo(db, number, person, known), who, why)


@click.group("decisions", cls=Verbs)
@database_option
def list_decisions() -> None:
    """What people decided, and which of the machine's rules they overruled most.

    \b
        twosource decisions list
        twosource decisions overruled
    """


@list_decisions.command("list")
@click.option("--story", help="Only those on this story.")
@data_options
@database_option
def show(story: str | None, form: str | None) -> None:
    """All decisions in the order in which they were made, undone ones too.

    \b
        twosource decisions list --story voa-mx2i
    """
    db = database()
    found, undone = decisions.all_decisions(db), decisions.undone(db)
    if story:
        loaded = stories.load(db, ids.story_id(db, story))
        members = set(loaded.articles if loaded else ())
        found = [one for one in found if members & {*one.articles, *one.others}]
    if form:
        print_data(form, (as_data(one, undone.get(one.n)) for one in found))
        return
    columns = ("n", "when", "what", "why", "undone by")
    rows = ((one.n, f"{one.moment:%Y-%m-%d %H:%M}", sentence(one), one.why, undone.get(one.n)) for one in found)
    print_table(columns, rows, right=("n", "undone by"))


@list_decisions.command("overruled")
@data_options
@database_option
def overruled(form: str | None) -> None:
    """The machine's rules that people overruled, the one that they overruled most first: which rule to mend.

    \b
        twosource decisions overruled
    """
    columns = ("rule", "decisions", "people", "stories", "last", "example")
    rows = database().execute(f"select {', '.join(columns)} from overruled_most").fetchall()  # noqa: S608 - our words
    if form:
        print_data(form, (dict(zip(columns, row, strict=True)) for row in rows))
    else:
        print_table(columns, rows, right=columns[1:4])


def _opened() -> tuple[Database, Reference]:
    """The newsroom's database to decide in, and what the count must know."""
    needs_database()
    return connect(home().database), pipeline.reference(home(), known_outlets())


def _made(db: Database, decide_as: Callable[[Person], Decision], who: str | None, why: str | None) -> None:
    person = Person(who=(who or _user()).strip(), now=clock.now(), why=why.strip() if why is not None else None)
    if not person.who or person.why == "":
        raise click.UsageError("A decision needs a name and a reason: --who and --why.")
    try:
        with writing(db):  # what it rests on is looked up in the same transaction
            made = decide_as(person)
    except DecisionWrong as error:
        raise click.UsageError(str(error)) from error
    say(f"decision {made.n}: ", sentence(made))
    for id_ in dict.fromkeys(stories.story_of(db, one) for one in (*made.articles[:1], *made.others[:1])):
        found = stories.load(db, id_) if id_ else None
        if found:
            say("story ", f"{found.id}, independent sources: {bounds(found.least, found.most)}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise click.UsageError("Nobody is logged in by a name: say who decides with --who.") from error
