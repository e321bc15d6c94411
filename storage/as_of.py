# ruff: noqa: S608 - the statements are put together of our own words and numbers
"""A connection that shows what was known at a moment: temporary views that stand before the tables. Judges nothing.

All that reads stays as it is: a name without a schema is looked for among the temporary ones first.
"""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage import epochs
from storage.epochs import KEPT, Epoch
from storage.views import VIEWS


def show(db: Database, moment: datetime) -> Epoch:
    """Have every table and view of this connection show what was known then. Raises HistoryBegins.

    The words of the full text are those of today; an article that was not known then is not found by them, but the order by
    best match weighs words as they are frequent today.
    """
    epoch = epochs.at(db, moment)
    db.execute("pragma temp_store = memory")
    facts = {
        "articles": f"seq <= {epoch.merged}",
        "merged": f"seq <= {epoch.merged}",
        "pages": f"seq <= {epoch.page}",
        "runs": f"id <= {epoch.run}",
        "visits": f"run <= {epoch.run}",
        "decisions": f"n <= {epoch.decision}",
        "decision_articles": f"decision <= {epoch.decision}",
    }
    for table, known in facts.items():
        db.execute(f"create temp view {table} as select * from main.{table} where {known}")
    for table, key in KEPT.items():
        db.execute(f"create temp view {table} as {_past(db, table, key, epoch)}")
    for name, (_, _, query) in VIEWS.items():
        db.execute(f"create temp view {name} as {query}")
    return epoch


# Of rows that are not noted when they come (epochs.BORN): since when they are known.
OF_VERSION = (
    "exists (select 1 from main.articles a where a.id = {row}.article"
    " and a.version = {row}.version and a.seq <= {merged})"
)
KNOWN = {
    "story_articles": "{row}.seq <= {merged}",
    "revisions": "{row}.seq <= {merged}",
    "credits": OF_VERSION,
    "statements": OF_VERSION,
    "figures": OF_VERSION,
}


def _past(db: Database, table: str, key: tuple[str, ...], epoch: Epoch) -> str:
    """The rows that were not changed since, and of the others what the first change since then found."""
    columns = ", ".join(row[1] for row in db.execute(f"pragma main.table_info({table})").fetchall())
    known = {row: KNOWN.get(table, "1").format(row=row, merged=epoch.merged) for row in "cp"}
    same = " and ".join(f"p.{name} = c.{name}" for name in key)
    earlier = " and ".join(f"q.{name} = p.{name}" for name in key)
    return (
        f"select {columns} from main.{table} c where {known['c']}"
        f" and not exists (select 1 from main.{table}_past p where {same} and p.epoch > {epoch.n})"
        f" union all select {columns} from main.{table}_past p where p.epoch > {epoch.n} and p.gone = 0 and {known['p']}"
        f" and not exists (select 1 from main.{table}_past q where {earlier} and q.epoch > {epoch.n} and q.epoch < p.epoch)"
    )
