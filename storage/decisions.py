"""The table of decisions: what people said against the machine. Only appended; an undoing is a decision too. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage import clock

PARTING = ("join", "split")  # verbs that say which articles report one event
CREDITING = ("text-of", "strike")  # … and whose work an article is


COUNTING = (*PARTING, *CREDITING, "not-independent")  # … and all that bear on how many sources a story has


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that a person decided. It names articles, which stay, and not stories, which are joined and split."""

    moment: datetime
    who: str
    verb: str  # join | split | text-of | strike | not-independent | note | undo
    n: int = 0  # 1, 2 … in the order in which they were made; 0: not stored yet
    why: str | None = None  # None: a note needs none
    story: str | None = (
        None  # its id then: the one that stays, or that it is about. None: its article stands in none yet
    )
    articles: tuple[
        str, ...
    ] = ()  # that it speaks of: all of a join, those that a split takes out, those that rest on a source
    others: tuple[str, ...] = ()  # of a split: those that stay
    source: str | None = None  # organisation or outlet id, or a name; whose text, which credit, which origin
    name: str | None = None  # … to print
    role: str | None = None  # of text-of: what the source is, as in Credit.role
    text: str | None = None  # of a note
    undoes: int | None = None
    overruled: str | None = None  # the machine's rule that it corrects, in words. None: none

    @property
    def by(self) -> str:
        """Who decided it, when and why, as reasons print it."""
        because = f": {self.why}" if self.why else ""
        return f"{self.who} decided on {self.moment:%Y-%m-%d} (decision {self.n}){because}"


def append(db: Database, decision: Decision) -> Decision:
    """Write it down; returns it with its number. One that undoes another changes which ones are in force."""
    row = _to_row(decision)
    marks = ", ".join("?" * len(row))
    cursor = db.execute(f"insert into decisions ({', '.join(row)}) values ({marks})", list(row.values()))  # noqa: S608
    n = cursor.lastrowid or 0
    about = dict.fromkeys((*decision.articles, *decision.others))
    db.conn.executemany("insert into decision_articles (article, decision) values (?, ?)", [(one, n) for one in about])
    if decision.undoes:
        db.execute("delete from undone")
        db.conn.executemany("insert into undone (n) values (?)", [(one,) for one in sorted(_undone(db))])
    return replace(decision, n=n)


def head(db: Database) -> int:
    """The number of the last decision; 0: there is none."""
    found: int = db.execute("select coalesce(max(n), 0) from decisions").fetchone()[0]
    return found


def decision(db: Database, n: int) -> Decision | None:
    """The decision of this number; None: there is none."""
    return next(iter(_select(db, "where n = ?", [n])), None)


def undone(db: Database) -> dict[int, int]:
    """The decisions that are not in force, each with the one that undid it last."""
    rows = db.execute(
        "select u.n, max(d.n) from undone u join decisions d on d.undoes = u.n"
        " where d.n not in (select n from undone) group by u.n"
    )
    return dict(rows.fetchall())


def all_decisions(db: Database) -> list[Decision]:
    """All decisions in the order in which they were made."""
    return _select(db, "order by n", [])


def in_force(db: Database, articles: Iterable[str], verbs: Collection[str]) -> list[Decision]:
    """The decisions on any of these articles, in the order in which they were made, without those that were undone."""
    return _select(
        db,
        "where n in (select decision from decision_articles where article in (select value from json_each(?)))"
        " and verb in (select value from json_each(?)) and n not in (select n from undone) order by n",
        [json.dumps(list(articles)), json.dumps(list(verbs))],
    )


def of_story(db: Database, articles: Iterable[str]) -> list[Decision]:
    """The decisions in force on the story of these articles, in the order in which they were made."""
    return in_force(db, articles, (*COUNTING, "note"))


def decided_articles(db: Database) -> list[str]:
    """Every article that any decision speaks of, undone or not."""
    return [row[0] for row in db.execute("select distinct article from decision_articles").fetchall()]


def _undone(db: Database) -> set[int]:
    """Which decisions are undone: read from the last one, an undoing that is undone itself counts for nothing."""
    found: set[int] = set()
    for n, undoes in db.execute("select n, undoes from decisions where undoes is not null order by n desc"):
        if n not in found:
            found.add(undoes)
    return found


COLUMNS = (
    *("n", "moment", "who", "why", "verb", "story", "articles", "others", "source", "name", "role", "words", "undoes"),
    "overruled",
)


def _select(db: Database, tail: str, values: list[Any]) -> list[Decision]:
    rows = db.execute(f"select {', '.join(COLUMNS)} from decisions {tail}", values)  # noqa: S608 - our words
    return [_from_row(dict(zip(COLUMNS, row, strict=True))) for row in rows.fetchall()]


def _to_row(one: Decision) -> dict[str, Any]:
    return {
        "moment": clock.to_text(one.moment),
        "who": one.who,
        "why": one.why,
        "verb": one.verb,
        "story": one.story,
        "articles": json.dumps(one.articles, ensure_ascii=False),
        "others": json.dumps(one.others, ensure_ascii=False),
        "source": one.source,
        "name": one.name,
        "role": one.role,
        "words": one.text,
        "undoes": one.undoes,
        "overruled": one.overruled,
    }


def _from_row(row: dict[str, Any]) -> Decision:
    moment = clock.from_text(row.pop("moment"))
    assert moment is not None
    articles, others = (tuple(json.loads(row.pop(name))) for name in ("articles", "others"))
    return Decision(moment=moment, text=row.pop("words"), articles=articles, others=others, **row)
