"""The table of credits: whom each version of an article credits. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from storage.spelling import fold
from storage.types import Article, Credit

RELATIONS = ("with", "based_on", "republished", "quoted", "photo")  # all but "own"


def append(db: Database, article: Article, found: Iterable[Credit], *, rules: int) -> None:
    """Store whom this version credits, in place of what was stored of it before."""
    for table in ("credits", "struck_credits"):
        db.execute(f"delete from {table} where article = ? and version = ?", [article.id, article.version])  # noqa: S608
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


def decide(
    db: Database, article: str, version: int, struck: Mapping[int, int], given: Credit | None, *, decision: int
) -> None:
    """What people said of a version's credits: ``struck`` (n -> the decision that strikes it), and one that they ``given``."""
    at, columns = [article, version], ", ".join(ALL)
    db.execute("delete from credits where article = ? and version = ? and decision is not null", at)
    db.execute(
        f"insert into credits ({columns}) select {columns} from struck_credits where article = ? and version = ?",  # noqa: S608
        at,
    )
    db.execute("delete from struck_credits where article = ? and version = ?", at)
    for n, by in struck.items():
        db.execute(
            f"insert into struck_credits ({columns}, decision) select {columns}, ? from credits"  # noqa: S608
            " where article = ? and version = ? and n = ?",
            [by, *at, n],
        )
        db.execute("delete from credits where article = ? and version = ? and n = ?", [*at, n])
    if given:
        values = [article, version, 0, *_to_row(given), 0, decision]
        db.execute(f"insert into credits ({columns}, decision) values ({', '.join('?' * len(values))})", values)  # noqa: S608


def machine_credits(db: Database, article: str, version: int) -> list[tuple[int, Credit]]:
    """What the machine read in a version, whether people struck it or not, with its number on the page."""
    columns = ", ".join(("n", *COLUMNS))
    found = db.execute(
        f"select {columns} from credits where article = ?1 and version = ?2 and decision is null"  # noqa: S608
        f" union all select {columns} from struck_credits where article = ?1 and version = ?2 order by 1",
        [article, version],
    )
    return [(row[0], _from_row(row[1:])) for row in found.fetchall()]


def struck_credits(db: Database, article: Article) -> list[tuple[Credit, int]]:
    """The credits of this version that people struck, each with the decision that did."""
    found = db.execute(
        f"select {', '.join(COLUMNS)}, decision from struck_credits where article = ? and version = ? order by n",  # noqa: S608
        [article.id, article.version],
    )
    return [(_from_row(row[:-1]), row[-1]) for row in found.fetchall()]


def unknown(
    db: Database, *, relations: Iterable[str] = RELATIONS, limit: int | None = None
) -> Iterator[tuple[str, int, str, str]]:
    """Names that sourcing lines print and the registry lacks, the most frequent first: a spelling, of how many articles the
    newest version prints it, as what ("photo, with"), and a line.

    Spellings of one name count together in every script ("RÍO NEGRO", "Río Negro"). The outlet's own name, and what the text
    itself shows without a sourcing line, are none of them. ``relations``: only what is credited so.
    """
    db.conn.create_function("folded", 1, fold, deterministic=True)
    yield from db.execute(
        "select name, count(distinct article), group_concat(distinct relation), min(words) from credits"
        " where org is null and name is not null and role <> 'unnamed' and kind is null and decision is null"
        " and relation in (select value from json_each(?))"
        " and version = (select max(version) from articles where articles.id = credits.article)"
        " group by folded(name) order by 2 desc, 1 limit ?",
        [json.dumps(list(relations)), -1 if limit is None else limit],
    )


def drop(db: Database) -> None:
    """Forget all credits: they can be read again."""
    db.execute("delete from credits")
    db.execute("delete from struck_credits")


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
ALL = ("article", "version", "n", *COLUMNS, "rules")


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
