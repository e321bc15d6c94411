"""The table of credits: whom each version of an article credits. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from storage.types import Article, Credit


def append(db: Database, article: Article, found: Iterable[Credit], *, rules: int) -> None:
    """Store whom this version credits, in place of what was stored of it before."""
    db.execute("delete from credits where article = ? and version = ?", [article.id, article.version])
    marks = ", ".join("?" * (len(COLUMNS) + 4))
    rows = [[article.id, article.version, n, *_to_row(credit), rules] for n, credit in enumerate(found, 1)]
    db.conn.executemany(
        f"insert into credits (article, version, n, {', '.join(COLUMNS)}, rules) values ({marks})",  # noqa: S608 - our columns
        rows,
    )


def credits_of(db: Database, article: Article) -> tuple[Credit, ...]:
    """Whom this version credits, in the order of the page."""
    found = db.execute(
        f"select {', '.join(COLUMNS)} from credits where article = ? and version = ? order by n",  # noqa: S608 - our columns
        [article.id, article.version],
    )
    return tuple(_from_row(row) for row in found)


def unknown(db: Database, *, limit: int | None = None) -> Iterator[tuple[str, int, str]]:
    """Names of organisations that the registry lacks, the most frequent first: name, how many articles, a line."""
    yield from db.execute(
        "select name, count(distinct article), min(words) from credits"
        " where org is null and name is not null and role <> 'unnamed'"
        " group by lower(name) order by 2 desc, 1 limit ?",
        [-1 if limit is None else limit],
    )


def drop(db: Database) -> None:
    """Forget all credits: they can be read again."""
    db.execute("delete from credits")


COLUMNS = (
    "org",
    "name",
    "place",
    "role",
    "relation",
    "count_known",
    "place_on_page",
    "words",
    "name_start",
    "name_end",
    "via",
    "kind",
)


def _to_row(credit: Credit) -> list[Any]:
    said = [credit.org, credit.name, credit.place, credit.role, credit.relation, int(credit.count_known)]
    return [*said, credit.where, credit.words, credit.start, credit.end, credit.via, credit.kind]


def _from_row(row: tuple[Any, ...]) -> Credit:
    org, name, place, role, relation, count_known, where, words, start, end, via, kind = row
    return Credit(
        org=org,
        name=name,
        place=place,
        role=role,
        relation=relation,
        count_known=bool(count_known),
        where=where,
        words=words,
        start=start,
        end=end,
        via=via,
        kind=kind,
    )
