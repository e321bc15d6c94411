"""The numbered steps that make the tables. Their SQL, which says of every column what it holds, lies in ``storage/steps``.

Facts (pages, articles, runs) are only appended. Conclusions (credits, copies, stories, origins) carry the number of the
rules that made them and can be dropped and made again from the facts. A step that has landed is never edited, but
followed by another.

Times are ISO 8601 text in UTC; lists and mappings are JSON text; NULL means: nobody stated it.
"""

from __future__ import annotations

from importlib.resources import files

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import epochs

steps = Migrations("twosource")


@steps()
def facts(db: Database) -> None:
    """Stations 3 and 4, and what each run gave."""
    take(db, "01_facts")
    db.table("articles").enable_fts(
        ["headline", "standfirst", "body"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )


@steps()
def conclusions(db: Database) -> None:
    """Stations 5 and 6."""
    take(db, "02_conclusions")


@steps()
def publications(db: Database) -> None:
    """Station 7."""
    take(db, "03_publications")


@steps()
def names(db: Database) -> None:
    """The field's words: layouts (once templates), their samples (lessons), and what a feed's row remembers."""
    take(db, "04_names")


@steps()
def published_by(db: Database) -> None:
    """What a page calls its site: the credit reader tells by it which name is the publisher's own."""
    take(db, "05_published_by")


@steps()
def said_of_itself(db: Database) -> None:
    """Bodies beside the persons who wrote it, the zone of its date, and whether its text goes on elsewhere."""
    take(db, "06_said_of_itself")


@steps()
def unattended(db: Database) -> None:
    """What a crawl that runs for years remembers of hosts and sources."""
    take(db, "07_unattended")


@steps()
def grounds(db: Database) -> None:
    """What a text shows of its own work, what its page calls it, and whose the page is."""
    take(db, "08_grounds")


@steps()
def regrouping(db: Database) -> None:
    """What stories are put together anew from: neighbours of open articles, and counts of words that are kept for ever."""
    take(db, "09_regrouping")


@steps()
def words(db: Database) -> None:
    """Search in every language in the place of SQLite's own cutting of words; documentation in the database."""
    db.table("articles").disable_fts()
    take(db, "10_words")


@steps()
def visits_by_time(db: Database) -> None:
    """Which visit of an outlet was the last before a moment: asked for every article without a date."""
    db.execute("create index runs_ended on runs (ended)")


@steps()
def revisions(db: Database) -> None:
    """What outlets changed, told by kind; the merge fills it, also for versions of before."""
    take(db, "12_revisions")


@steps()
def carriers(db: Database) -> None:
    """By which steps each article rests on an origin."""
    take(db, "13_carriers")


@steps()
def watches(db: Database) -> None:
    """What staff are told of, and whether they were."""
    take(db, "14_watches")


@steps()
def decisions(db: Database) -> None:
    """Staff's word above the machine's, and what it sets aside."""
    take(db, "15_decisions")


@steps()
def disputes(db: Database) -> None:
    """Statements with their stances, figures, and what of a story is disputed."""
    take(db, "16_disputes")


@steps()
def history(db: Database) -> None:
    """What was known when. What was there before this step is known since now."""
    take(db, "17_history")
    epochs.keep(db)
    epochs.begin(db)
    epochs.end(db)


@steps()
def history_of_revisions(db: Database) -> None:
    """What is said of changes is kept as it was, too: `merge --again` says it anew."""
    epochs.keep(db)


@steps()
def profiles(db: Database) -> None:
    """What an outlet did over time, told without reading its texts (some 60 bytes an article more); the later days of a story."""
    db.execute("drop index articles_outlet")
    db.execute("create index articles_outlet on articles (outlet, fetched, version, id, published)")
    db.execute("create index stories_follows on stories (follows) where follows is not null")


@steps()
def sentences(db: Database) -> None:
    """Where in its text a statement stands."""
    db.execute(
        "alter table statements add column head integer not null default 0"
    )  # 1: in the headline or the standfirst
    db.execute("alter table statements add column sentence integer")  # its number in the text; null: stored before
    epochs.keep(db)


@steps()
def open_states(db: Database) -> None:
    """What changes of open articles, read without the rest of their rows when a merge begins."""
    db.execute("drop index open_articles_seq")
    db.execute("create index open_articles_state on open_articles (seq, article, story, nearest)")


@steps()
def later_versions(db: Database) -> None:
    """The few articles that a merge asks for what they changed: it looked through all of them."""
    db.execute("create index articles_later on articles (seq) where version > 1")


@steps()
def pages_of_one_second(db: Database) -> None:
    """What was skipped stays beside what was read at its address in the same second. The table is written anew, once."""
    take(db, "23_pages_of_one_second")


@steps()
def tops(db: Database) -> None:
    """What stands on top of open articles. Of those before it is not known: their headlines tell nothing."""
    db.execute("alter table open_articles add column top blob not null default x''")
    for column in ("headline", "telling", "days"):
        db.execute(f"alter table open_articles add column {column} integer not null default 0")


@steps()
def gathered_words(db: Database) -> None:
    """A batch's words are gathered in memory (8 MB, not 1) and written once: 350 us an article instead of 555, among 8,000.

    With 4 MB it was 435. The index is a tenth larger at worst; questions take as long.
    """
    db.execute("insert into article_words (article_words, rank) values ('hashsize', 8388608)")


def take(db: Database, step: str) -> None:
    """Execute each statement of storage/steps/STEP.sql inside the open transaction (``executescript`` would commit it first)."""
    statement = ""
    for line in files("storage").joinpath("steps", f"{step}.sql").read_text("utf-8").splitlines():
        code = line.split("--")[0].rstrip()
        if not code.strip() and not statement:
            continue
        statement += line + "\n"
        if code.endswith(";"):
            db.execute(statement)
            statement = ""
