"""The table of articles: a row a version, only appended. Judges nothing, but that other words are another version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import xxhash
from sqlite_utils import Database

from storage import clock
from storage.types import Article, Picture, SourcingLine
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
    cursor = db.execute(f"select {', '.join(COLUMNS)} from articles {tail}", values)  # noqa: S608 - our own words
    for row in cursor:
        yield _from_row(dict(zip(COLUMNS, row, strict=True)))


def digest(article: Article) -> str:
    """Of what a reader sees; not of dates, evidence and addresses, which change on every visit at some outlets."""
    words = [article.headline, article.standfirst, *article.body, *article.authors]
    words += [line.text for line in article.sourcing_lines if line.where != "meta"]
    return xxhash.xxh3_128_hexdigest("\x1f".join(word or "" for word in words).encode("utf-8", "surrogatepass"))


COLUMNS = (
    *("seq", "id", "version", "outlet", "url", "fetched", "headline", "standfirst", "body", "language", "authors"),
    *("published", "modified", "section", "tags", "picture", "sourcing_lines", "published_by", "labels", "imprint"),
    *("paywalled", "organisations", "zone", "incomplete", "evidence"),
)


def _to_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "version": article.version,
        "outlet": article.outlet,
        "url": article.url,
        "fetched": clock.to_text(article.fetched),
        "headline": article.headline,
        "standfirst": article.standfirst,
        "body": "\n\n".join(article.body),
        "language": article.language,
        "authors": _json(article.authors),
        "published": clock.to_text(article.published),
        "modified": clock.to_text(article.modified),
        "section": article.section,
        "tags": _json(article.tags),
        "picture": _json(asdict(article.picture)) if article.picture else None,
        "sourcing_lines": _json([asdict(line) for line in article.sourcing_lines]),
        "published_by": _json(article.published_by),
        "labels": _json(article.labels),
        "imprint": article.imprint,
        "paywalled": int(article.paywalled),
        "organisations": _json(article.organisations),
        "zone": article.zone,
        "incomplete": int(article.incomplete),
        "evidence": _json(dict(article.evidence)),
    }


def _from_row(row: dict[str, Any]) -> Article:
    fetched = clock.from_text(row["fetched"])
    assert fetched is not None
    return Article(
        **{name: row[name] for name in ("seq", "id", "version", "outlet", "url", "headline", "standfirst", "language")},
        fetched=fetched,
        body=tuple(row["body"].split("\n\n")) if row["body"] else (),
        authors=column(row["authors"], tuple[str, ...], "articles.authors"),
        published=clock.from_text(row["published"]),
        modified=clock.from_text(row["modified"]),
        section=row["section"],
        tags=column(row["tags"], tuple[str, ...], "articles.tags"),
        picture=column(row["picture"], Picture, "articles.picture") if row["picture"] else None,
        sourcing_lines=column(row["sourcing_lines"], tuple[SourcingLine, ...], "articles.sourcing_lines"),
        published_by=column(row["published_by"], tuple[str, ...], "articles.published_by"),
        labels=column(row["labels"], tuple[str, ...], "articles.labels"),
        imprint=row["imprint"],
        paywalled=bool(row["paywalled"]),
        organisations=column(row["organisations"], tuple[str, ...], "articles.organisations"),
        zone=row["zone"],
        incomplete=bool(row["incomplete"]),
        evidence=column(row["evidence"], dict[str, str], "articles.evidence"),
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
