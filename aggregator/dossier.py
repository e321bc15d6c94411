"""One story taken out of a newsroom, for a report or a court: what was read, as it was answered, and why it counts as it does.

Reads the database and the archive, judges nothing. The same database gives the same bytes; storage/dossier.py is the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from aggregator import revisions
from aggregator.feeds.text import spelt_out
from aggregator.origins.interval import bounds
from aggregator.site import contents, static
from aggregator.site.contents import Whole, outlets_of
from aggregator.site.render import STYLE, Pages, name
from storage import archive, articles, clock, selections
from storage.credits import credits_of
from storage.errors import ArchiveDamaged
from storage.home import Home
from storage.types import Article

RESPONSES = "responses.warc.gz"
ABOUT = {
    "index.html": "all of it, to be read in any browser, without a network",
    "dossier.json": "this",
    "articles/": "every version of every article, as it was read from its page",
    RESPONSES: "the responses that they were read from, as they came (WARC)",
    "credits.json": "whom each version credits, and the words that say so",
    "copies.json": "which articles share text, how much, who had it first as far as that is known, and why",
    "count.json": "the independent sources, and for each the reason of every article that rests on it",
    "changes.json": "what each later version changed",
    "statements.json": "who says what, with the sentence and its article",
    "disputes.json": "what is disputed",
    "decisions.json": "what people decided on it, who, when and why: it stands above the machine's word",
    "compare/": "two texts beside each other, for each article the one that its text most likely comes from",
    "SHA256SUMS": "the digest of every other file; sha256sum -c SHA256SUMS checks them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """One version of an article, and the response that it was read from."""

    article: Article
    file: str  # of its fields, in the dossier
    page: str | None = None  # the address that answered; None: it came without a page
    fetched: datetime | None = None
    status: int | None = None
    offset: int | None = None  # of its record in RESPONSES; None: it is not there
    why: str | None = None  # it is not there, in words


def gather(db: Database, home: Home, story: str, pages: Pages) -> dict[str, bytes]:
    """The files of a story's dossier by their names. ``story``: the id of one that is there. Raises OSError."""
    whole = contents.story(db, story)
    assert whole
    responses = bytearray()
    readings = [
        _read(db, home, one, responses)
        for report in whole.coverage.reports
        for one in articles.versions(db, report.article.id)
    ]
    facts = _facts(db, whole)
    files = {
        "index.html": pages.dossier(whole, readings, facts),
        "desk.css": STYLE,
        "dossier.json": _json(facts | {"files": ABOUT}),
        "count.json": _json([asdict(one) for one in whole.coverage.origins]),
        "credits.json": _json(list(_credits(db, readings))),
        "copies.json": _json([asdict(one) for one in whole.copies]),
        "changes.json": _json(list(_changes(readings))),
        "statements.json": _json([asdict(one) for one in whole.statements]),
        "disputes.json": _json([asdict(one) for one in whole.disputes]),
        "decisions.json": _json([asdict(one) for one in whole.decided]),
    }
    files |= {one.file: _json(asdict(one)) for one in readings}
    files |= {str(path): content for path, content in static.comparisons(pages, whole)}
    return files | ({RESPONSES: bytes(responses)} if responses else {})


def _read(db: Database, home: Home, article: Article, responses: bytearray) -> ReadArticle:
    """A version with its response, whose record is put behind the others."""
    file = f"articles/{name(article.id)}/{article.version}.json"
    row = db.execute(
        "select url, fetched, status, archive, \"offset\" from pages where article = ? and version = ? and outcome = 'stored'"
        " order by seq limit 1",
        [article.id, article.version],
    ).fetchone()
    if row is None:
        return ReadArticle(article=article, file=file, why="it was imported without its page")
    url, fetched, status, kept, offset = row
    found = ReadArticle(article=article, file=file, page=url, fetched=clock.from_text(fetched), status=status)
    record, why = _record(home, kept, offset)
    at = len(responses) if record is not None else None
    responses += record or b""
    return replace(found, offset=at, why=why)


def _record(home: Home, kept: str | None, offset: int | None) -> tuple[bytes | None, str | None]:
    """A response's record; or None, and why it is not there."""
    if kept is None or offset is None:
        return None, "the response was not archived"
    file = next((one for one in (home.archive / kept, Path(kept)) if one.is_file()), None)
    if file is None:
        return None, f"the archive {kept} is not there any more"
    try:
        return archive.member_at(file, offset), None
    except ArchiveDamaged as damage:
        return None, str(damage)


def _facts(db: Database, whole: Whole) -> dict[str, Any]:
    covered = whole.coverage
    head = selections.head(db)
    arrived = db.execute("select fetched from articles where seq = ?", [head]).fetchone()
    return {
        "story": covered.id,
        "headline": next((one.article.headline for one in covered.reports if one.article.headline), None),
        "independent sources": bounds(covered.least, covered.most),
        "least": covered.least,
        "most": covered.most,
        "outlets": outlets_of(whole),
        "articles": [one.article.id for one in covered.reports],
        "follows": whole.follows and whole.follows.id,
        "followed by": [one.id for one in whole.followed],
        "as of": arrived[0] if arrived else None,  # arrival of the last version that the merge had taken, of any story
        "last run": db.execute("select max(ended) from runs").fetchone()[0],
        "rules": selections.rules(db),
        "made by": f"twosource {version('twosource')}",
    }


def _credits(db: Database, readings: Sequence[ReadArticle]) -> Iterator[dict[str, Any]]:
    for one in readings:
        for credit in credits_of(db, one.article):
            yield {"article": one.article.id, "version": one.article.version, **asdict(credit)}


def _changes(readings: Sequence[ReadArticle]) -> Iterator[dict[str, Any]]:
    for before, after in pairwise(one.article for one in readings):
        if before.id == after.id:
            for change in revisions.compare(before, after).changes:
                yield {"article": after.id, "version": after.version, **asdict(change)}


def _json(data: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return (spelt_out(json.dumps(data, ensure_ascii=False, indent=1, default=_moment)) + "\n").encode()


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return clock.to_text(value)
    raise TypeError(f"no data: {type(value).__name__}")
