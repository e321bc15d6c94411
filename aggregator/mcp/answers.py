"""What an assistant is told of a claim, a search, a story: with reasons and addresses, as plain data. Reads, judges nothing.

None means: not known, or not stated. Moments are ISO 8601 in UTC. Headlines, snippets and reasons quote what outlets
print; they are cleaned of what would steer a terminal or turn a line round, and cut where somebody made them endless. The
classes have no slots: the SDK makes a schema of them, and would take a slot for a default.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from aggregator import check as checking
from aggregator.decisions import words
from aggregator.feeds.text import clean, printable, web
from aggregator.origins.interval import bounds, worth
from aggregator.search import find, marks, query
from aggregator.statements import words as stated
from aggregator.unstated_language import likely_language
from storage import clock, copies, coverage, decisions, disputes, ids, statements
from storage.coverage import Coverage
from storage.types import Article, Copy, Origin

# Articles, copies and reasons of one story that an answer lists, the first to arrive; the counts are of all.
REPORTS = 100
LONGEST = 1_000  # characters of a quotation: some five sentences
ARRIVAL = "It arrived here first; who published it first is not known, as nobody states a time."
NOT_FOUND = "This newsroom holds nothing on it. That does not make it false."
FOUND_BY = {
    "link": "Found by this address.",
    "passage": "Found by who prints at least 40 % of this passage.",
    "claim": "Found by articles that hold all these words. An article that denies a claim holds them too: read it.",
}


def about(words: str) -> Mapping[str, str]:
    """Metadata of a field: its description in the schema that an assistant is given."""
    return {"description": words}


AS_OF = about("what was known then; null: what is known now")


@dataclass(frozen=True, kw_only=True)
class ReportAnswer:
    """An article of a story."""

    article: str
    outlet: str
    headline: str | None
    url: str | None = field(metadata=about("its address; null: it came without one"))
    published: str | None = field(
        metadata=about("as its page states; null: it does not, or it states one after it arrived")
    )
    arrived: str
    share: float | None = field(
        default=None,
        metadata=about("0 to 1: how much of the passage asked for stands in it; null: no passage was asked for"),
    )


@dataclass(frozen=True, kw_only=True)
class ReasonAnswer:
    """Why an article rests on a source."""

    article: str | None = field(metadata=about("null: a reason that is not of one article"))
    why: str = field(metadata=about("with the words that say so, quoted"))


@dataclass(frozen=True, kw_only=True)
class SourceAnswer:
    """A source that a story has or may have."""

    name: str
    counts: str = field(
        metadata=about(
            'what it adds to the number of independent sources: "counts 1", "counts 0 to 1", "nobody knows how many"'
        )
    )
    least: int
    most: int | None
    reasons: tuple[ReasonAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class CopyAnswer:
    """An article that prints another one's text."""

    article: str
    outlet: str
    of: str = field(metadata=about("the article whose text it is"))
    of_outlet: str
    share: float = field(metadata=about("0 to 1: of the copy's words, how many stand in the other"))
    sure: bool = field(metadata=about("false: it is not known which of the two had the text first"))
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StoryAnswer:
    """A story: reports of one event, with the number of its independent sources."""

    story: str | None = field(
        metadata=about("its id; null: its article is not merged yet, and nothing is known of sources")
    )
    headline: str | None
    independent_sources: str = field(metadata=about('"1", "2 to 4", "2 or more", "not known"; outlets are not sources'))
    least: int | None = field(metadata=about("independent sources: at least; null: not known"))
    most: int | None = field(metadata=about("at most; null: not known"))
    outlets: int | None = field(metadata=about("how many outlets report it, copies among them"))
    reports: tuple[ReportAnswer, ...] = field(metadata=about("in order of arrival"))
    reports_in_all: int
    sources: tuple[SourceAnswer, ...]
    copies: tuple[CopyAnswer, ...]
    found: tuple[ReportAnswer, ...] = field(default=(), metadata=about("the articles that were asked for"))
    statements: tuple[str, ...] = field(
        default=(),
        metadata=about("who claims, confirms, denies, rebuts or retracts, with the sentence and the article"),
    )
    disputes: tuple[str, ...] = field(
        default=(), metadata=about("what in it contradicts what; none: nothing was read that does")
    )
    decisions: tuple[str, ...] = field(
        default=(), metadata=about("what people decided on it, which stands above the machine")
    )
    as_of: str | None = field(default=None, metadata=AS_OF)


@dataclass(frozen=True, kw_only=True)
class CheckAnswer:
    """What this newsroom holds on a claim, a link or a passage. It does not say what is true."""

    meaning: str = field(metadata=about("what was looked for, and what the answer does not mean"))
    asked: str = field(metadata=about("link | passage | claim"))
    stories: tuple[StoryAnswer, ...]
    as_of: str | None = field(default=None, metadata=AS_OF)


@dataclass(frozen=True, kw_only=True)
class HitAnswer:
    """A story that a search finds."""

    story: str | None = field(metadata=about("null: not merged yet"))
    independent_sources: str | None
    least: int | None
    most: int | None
    outlet: str
    article: str
    headline: str | None
    url: str | None
    words: str = field(metadata=about("the neighbourhood of the first match; [what matched]"))
    articles: int = field(metadata=about("how many articles of it were found"))


@dataclass(frozen=True, kw_only=True)
class SearchAnswer:
    """What a query finds."""

    hits: tuple[HitAnswer, ...]
    as_of: str | None = field(default=None, metadata=AS_OF)


@dataclass(frozen=True, kw_only=True)
class FirstAnswer:
    """Who published a story first, by the times that pages state and their arrival does not contradict."""

    story: str
    headline: str | None
    outlet: str | None = field(metadata=about("who states the earliest time; null: nobody states one"))
    url: str | None
    published: str | None
    minutes_ahead: int | None = field(metadata=about("of the next outlet that states a time; null: no other one does"))
    second: str | None
    arrived_first: str | None = field(
        metadata=about("whose article arrived here first, which depends on when we asked")
    )
    outlets: int
    why: str


@dataclass(frozen=True, kw_only=True)
class FirstsAnswer:
    """Who was first, story by story."""

    stories: tuple[FirstAnswer, ...]
    as_of: str | None = field(default=None, metadata=AS_OF)


def check(db: Database, text: str, *, limit: int) -> CheckAnswer:
    """What is held on a text, at most ``limit`` stories."""
    held = checking.check(db, text, limit=limit)
    return CheckAnswer(
        meaning=FOUND_BY[held.asked] if held.held else NOT_FOUND,
        asked=held.asked,
        stories=tuple(_held(db, one) for one in held.held),
    )


def search(db: Database, text: str, *, limit: int, best: bool, now: datetime) -> SearchAnswer:
    """The stories that a query finds. Raises QueryWrong."""
    node = query.parse(text, now=now)
    found = find.find(db, node, limit=limit, best=best)
    bounded = _bounds(db, [one.story for one in found if one.story])
    return SearchAnswer(hits=tuple(_hit(one, node, bounded.get(one.story or "")) for one in found))


def story(db: Database, given: str) -> StoryAnswer:
    """One story, by its id, the beginning of it, or an article's. Raises NoSuchId, AmbiguousId."""
    return _story(db, ids.story_id(db, given), {})


def first_reports(db: Database, text: str, *, limit: int, now: datetime) -> FirstsAnswer:
    """Who published first each of the stories that a query finds ("": those last reported). Raises QueryWrong."""
    if text.strip():
        found = [one.story for one in find.find(db, query.parse(text, now=now), limit=limit) if one.story]
    else:
        rows = db.execute("select id from stories order by updated desc, id limit ?", [limit]).fetchall()
        found = [row[0] for row in rows]
    return FirstsAnswer(stories=tuple(_first(db, one) for one in found))


def _held(db: Database, one: checking.Held) -> StoryAnswer:
    shares = {printing.article.id: printing.share for printing in one.found}
    if one.story is not None:
        return _story(db, one.story.id, shares)
    found = tuple(_report(printing.article, printing.article.fetched, shares) for printing in one.found)
    return StoryAnswer(
        story=None,
        headline=found[0].headline,
        independent_sources="not known",
        least=None,
        most=None,
        outlets=None,
        reports=found,
        reports_in_all=len(found),
        sources=(),
        copies=(),
        found=found,
    )


def _story(db: Database, id_: str, shares: Mapping[str, float | None]) -> StoryAnswer:
    """``shares``: the articles that were asked for, with how much of a passage each holds."""
    told = coverage.of_stories(db, [id_])[id_]
    reports = [_report(one.article, one.arrived, shares) for one in told.reports]
    return StoryAnswer(
        story=id_,
        headline=next((one.headline for one in reports if one.headline), None),
        independent_sources=bounds(told.least, told.most),
        least=told.least,
        most=told.most,
        outlets=len({one.outlet for one in reports}),
        reports=tuple(reports[:REPORTS]),
        reports_in_all=len(reports),
        sources=tuple(_source(one) for one in told.origins),
        copies=_copies(db, told),
        found=tuple(one for one in reports if one.article in shares),
        statements=tuple(_stated(one) for one in stated.gathered(statements.of_story(db, id_))),
        disputes=tuple(dict.fromkeys(_plain(one.summary) for one in disputes.of_story(db, id_))),
        decisions=tuple(_plain(words.told(one)) for one in decisions.of_story(db, [one.article for one in reports])),
    )


def _stated(one: stated.Told) -> str:
    said = one.statement
    return f"{_plain(stated.told(said))}: {_quoted(said.words)} ({_plain(', '.join(one.articles))})"


def _report(article: Article, arrived: datetime, shares: Mapping[str, float | None]) -> ReportAnswer:
    stated = article.published if article.published and article.published <= arrived else None
    return ReportAnswer(
        article=_plain(article.id),
        outlet=_plain(article.outlet),
        headline=_quoted(article.headline),
        url=web(article.url),
        published=clock.to_text(stated),
        arrived=clock.to_text(arrived) or "",
        share=shares.get(article.id),
    )


def _source(origin: Origin) -> SourceAnswer:
    named: Sequence[str | None] = [*origin.articles, *(None for _ in origin.reasons[len(origin.articles) :])]
    reasons = zip(named, origin.reasons, strict=False)
    return SourceAnswer(
        name=_plain(origin.name),
        counts=worth(origin),
        least=origin.least,
        most=origin.most,
        reasons=tuple(
            ReasonAnswer(article=article and _plain(article), why=_plain(why))
            for article, why in list(reasons)[:REPORTS]
        ),
    )


def _copies(db: Database, told: Coverage) -> tuple[CopyAnswer, ...]:
    outlets = {one.article.id: one.article.outlet for one in told.reports}
    found = [one for one in copies.among(db, list(outlets)) if one.is_copy]
    return tuple(_copy(one, outlets) for one in found[:REPORTS])


def _copy(pair: Copy, outlets: Mapping[str, str]) -> CopyAnswer:
    of, copy = pair.ends
    return CopyAnswer(
        article=_plain(copy),
        outlet=_plain(outlets[copy]),
        of=_plain(of),
        of_outlet=_plain(outlets[of]),
        share=pair.share,
        sure=pair.sure,
        reasons=tuple(_plain(why) for why in pair.reasons),
    )


def _hit(one: find.Found, node: query.Node, bounded: tuple[int, int | None] | None) -> HitAnswer:
    article = one.articles[0]
    pieces = marks.snippet(article.text, likely_language(article), node)
    return HitAnswer(
        story=one.story,
        independent_sources=bounds(*bounded) if bounded else None,
        least=bounded[0] if bounded else None,
        most=bounded[1] if bounded else None,
        outlet=_plain(article.outlet),
        article=_plain(article.id),
        headline=_quoted(article.headline),
        url=web(article.url),
        words=_plain("".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)),
        articles=len(one.articles),
    )


def _bounds(db: Database, stories: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    rows = db.execute(
        "select id, least, most from stories where id in (select value from json_each(?))", [json.dumps(list(stories))]
    )
    return {id_: (least, most) for id_, least, most in rows.fetchall()}


def _first(db: Database, id_: str) -> FirstAnswer:
    cursor = db.execute("select * from first_reports where story = ?", [id_])
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    url = db.execute("select url from articles where id = ? order by version desc limit 1", [row["article"]]).fetchone()
    return FirstAnswer(
        story=id_,
        headline=_quoted(row["headline"]),
        outlet=row["outlet"] and _plain(row["outlet"]),
        url=web(url[0]) if url else None,
        published=row["published"],
        minutes_ahead=row["minutes_ahead"],
        second=row["second"] and _plain(row["second"]),
        arrived_first=row["arrived_first"] and _plain(row["arrived_first"]),
        outlets=row["outlets"],
        why=_why_first(row),
    )


def _why_first(row: Mapping[str, Any]) -> str:
    if row["outlet"] is None:
        return ARRIVAL
    undated = f" {row['undated']} of its articles state no time that can be believed, and may be earlier." * bool(
        row["undated"]
    )
    if row["second"] is None:
        return f"It states {row['published']}; no other outlet states a time.{undated}"
    ahead = (
        f"{row['minutes_ahead']} minutes before {_plain(row['second'])}"
        if row["minutes_ahead"]
        else "within a minute of the next"
    )
    return f"It states {row['published']}, {ahead}.{undated}"


def _quoted(text: str | None) -> str | None:
    return None if text is None else _plain(text)


def _plain(text: str) -> str:
    text = clean(printable(" ".join(text.split())))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
