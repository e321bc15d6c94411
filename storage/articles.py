"""The table of articles: a row a version, only appended. Judges nothing, but that other words are another version.

Its columns are the fields of Article: a field's type says how it is stored, and a table that lacks its column gets it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import xxhash
from sqlite_utils import Database

from storage import clock
from storage.types import Article
from storage.validation import column


def append(db: Database, article: Article) -> tuple[Article, bool]:
    """Store an article if its words are new. Returns it as stored (version, seq), and whether a row was added.

    Equal words as in the last version give that version back. The version and seq that come in do not matter.
    """
    words = digest(article)
    last = db.execute(
        "select version, seq, digest from articles where id = ? order by version desc limit 1", [article.id]
    ).fetchone()
    if last and last[2] == words:
        return replace(article, version=last[0], seq=last[1]), False
    row = _to_row(replace(article, version=last[0] + 1 if last else 1)) | {"digest": words}
    marks = ", ".join("?" * len(row))
    cursor = db.execute(f"insert into articles ({', '.join(row)}) values ({marks})", list(row.values()))  # noqa: S608 - our columns
    return replace(article, version=row["version"], seq=cursor.lastrowid), True


def looks(db: Database, url: str) -> tuple[datetime, datetime] | None:
    """When the page at a canonical address first and last gave a version; None where it never did."""
    first, last = db.execute("select min(fetched), max(fetched) from articles where url = ?", [url]).fetchone()
    return (datetime.fromisoformat(first), datetime.fromisoformat(last)) if first else None


def last_fetched(db: Database) -> dict[str, str]:
    """For each outlet, when its newest version arrived, as text."""
    return dict(db.execute("select outlet, max(fetched) from articles group by outlet").fetchall())


def latest(db: Database, article_id: str) -> Article | None:
    """The newest version of an article; None where there is none of that id."""
    return next(_select(db, "where id = ? order by version desc limit 1", [article_id]), None)


def at_address(db: Database, url: str) -> list[Article]:
    """The newest version of each article at a canonical address; several outlets may announce one page."""
    ids = [row[0] for row in db.execute("select distinct id from articles where url = ? order by id", [url]).fetchall()]
    return [one for id_ in ids if (one := latest(db, id_))]


def versions(db: Database, article_id: str) -> list[Article]:
    """All versions of an article, the first one first."""
    return list(_select(db, "where id = ? order by version", [article_id]))


def at(db: Database, seqs: Mapping[int, Any] | list[int]) -> list[Article]:
    """The versions with these places in the order of arrival, in that order."""
    return list(_select(db, "where seq in (select value from json_each(?)) order by seq", [json.dumps(list(seqs))]))


def unmerged(db: Database, *, limit: int) -> list[Article]:
    """Versions that the merge has not taken yet, in order of arrival: at most ``limit`` of them."""
    # What is merged is always a head of the order of arrival, so that its end says where the rest begins.
    done = db.execute("select coalesce(max(seq), 0) from merged").fetchone()[0]
    return list(_select(db, "where seq > ? order by seq limit ?", [done, limit]))


def after(db: Database, seq: int, *, through: int, limit: int) -> list[Article]:
    """The versions from behind a place in the order of arrival through another one, in order: at most ``limit`` of them."""
    return list(_select(db, "where seq > ? and seq <= ? order by seq limit ?", [seq, through, limit]))


def last_merged(db: Database) -> int:
    """The last arrival that the merge has taken; 0 where there is none."""
    return int(db.execute("select coalesce(max(seq), 0) from merged").fetchone()[0])


def _select(db: Database, tail: str, values: list[Any]) -> Iterator[Article]:
    names = ", ".join(one.name for one in COLUMNS)
    yield from map(_from_row, db.execute(f"select {names} from articles {tail}", values))  # noqa: S608 - our own words


def digest(article: Article) -> str:
    """Of what a reader sees; not of dates, evidence and addresses, which change on every visit at some outlets."""
    words = [article.headline, article.standfirst, *article.body, *article.authors]
    words += [line.text for line in article.sourcing_lines if line.where != "meta"]
    return xxhash.xxh3_128_hexdigest("\x1f".join(word or "" for word in words).encode("utf-8", "surrogatepass"))


# --------------------------------------------------------------------------------------------- columns


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """How a field of Article lies in the table."""

    name: str
    declared: str  # in SQL, for a table that an older Twosource made without it
    stored: Callable[[Any], Any]
    read: Callable[[Any], Any]


def add_columns(db: Database) -> None:
    """Give the table a column for each field of Article that it lacks."""
    if lacking(db):
        with db.atomic():
            for missing in lacking(db):
                db.execute(f"alter table articles add column {missing.name} {missing.declared}")


def lacking(db: Database) -> list[FieldColumn]:
    """The columns that the table of an older Twosource has not got."""
    there = {row[1] for row in db.execute("pragma table_info(articles)").fetchall()}
    return [one for one in COLUMNS if one.name not in there]


def _column(name: str, kind: Any) -> FieldColumn:
    """A field's column, as its type says: a field that is added to Article has one without a word here."""
    parts = [part for part in get_args(kind) if part is not NoneType] if get_origin(kind) is UnionType else [kind]
    if name == "body":
        return FieldColumn(
            name, "text not null default ''", "\n\n".join, lambda text: tuple(text.split("\n\n")) if text else ()
        )
    if parts in ([str], [int]):
        return FieldColumn(name, "text" if parts == [str] else "integer", _same, _same)
    if parts == [bool]:
        return FieldColumn(name, "integer not null default 0", int, bool)
    if parts == [datetime]:
        return FieldColumn(name, "text", clock.to_text, clock.from_text)
    if parts != [kind]:
        return FieldColumn(
            name, "text", lambda value: value and _json(value), lambda text: text and _from_json(text, parts[0], name)
        )
    empty = "[]" if get_origin(kind) is tuple else "{}"
    return FieldColumn(name, f"text not null default '{empty}'", _json, lambda text: _from_json(text, kind, name))


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)


def _from_json(text: str, kind: Any, name: str) -> Any:
    return column(text, kind, f"articles.{name}")


COLUMNS = tuple(_column(name, kind) for name, kind in get_type_hints(Article).items())


def _to_row(article: Article) -> dict[str, Any]:
    return {one.name: one.stored(getattr(article, one.name)) for one in COLUMNS if one.name != "seq"}


def _from_row(row: Sequence[Any]) -> Article:
    return Article(**{one.name: one.read(value) for one, value in zip(COLUMNS, row, strict=True)})
