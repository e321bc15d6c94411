"""The tables of watches: the stories that each has found, what people are to be told, and whom it was told. Judges nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How far a watch has been judged."""

    digest: str
    rules: str
    seen_seq: int
    seen_decision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStory:
    """A story as a watch knows it from before and finds it now."""

    id: str
    title: str
    least: int
    sources: tuple[str, ...] = ()  # its sure independent ones, to print
    before: int | None = None  # sure sources when it was last judged; None: it is new to the watch
    highest: int = 0
    disputed: str | None = None  # what in it contradicts what, in words; None: nothing
    told: bool = False  # the watch knew it as disputed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. Its key is (event, unit, number): what has the same key is the same."""

    event: str  # new | second | fell | dispute | correction | silent
    unit: str
    title: str
    words: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An event that a watch tells people."""

    id: int
    watch: str
    found: datetime
    event: Event


def judged(db: Database, watch: str) -> Judged | None:
    """How far a watch has been judged; None: it never was."""
    row = db.execute("select digest, rules, seen_seq, seen_decision from watches where name = ?", [watch]).fetchone()
    return Judged(digest=row[0], rules=row[1], seen_seq=row[2], seen_decision=row[3]) if row else None


def note(db: Database, watch: str, now: Judged) -> None:
    """Say how far a watch has been judged."""
    db.execute(
        "insert or replace into watches (name, digest, rules, seen_seq, seen_decision) values (?, ?, ?, ?, ?)",
        [watch, now.digest, now.rules, now.seen_seq, now.seen_decision],
    )


def forget(db: Database, watch: str) -> None:
    """Let a watch begin anew. What was told stays written down, so that it is not told again."""
    db.execute("delete from watch_stories where watch = ?", [watch])
    db.execute("delete from watches where name = ?", [watch])


def names(db: Database) -> set[str]:
    """The watches that were ever judged and not forgotten."""
    return {row[0] for row in db.execute("select name from watches")}


def stories(db: Database, watch: str, among: Iterable[str], found: Collection[str]) -> list[WatchedStory]:
    """Of the stories in ``among`` those that are in ``found`` or known to the watch, in the order of their beginning."""
    rows = db.execute(
        "select s.id, coalesce((select a.headline from story_articles m join articles a on a.id = m.article"
        " where m.story = s.id and a.headline is not null order by m.seq, a.version desc limit 1), s.id), s.least,"
        " (select json_group_array(name) from (select name from origins o where o.story = s.id and o.least > 0 order by o.n)),"
        " max(w.least), max(w.highest), (select d.summary from disputes d where d.story = s.id order by d.n limit 1),"
        " max(w.disputed)"
        " from stories s left join story_articles t on t.story = s.id"
        " left join watch_stories w on w.unit = t.article and w.watch = :watch"
        " where s.id in (select value from json_each(:among)) group by s.id"
        " having max(w.least) is not null or s.id in (select value from json_each(:found)) order by s.opened, s.id",
        {"watch": watch, "among": json.dumps(list(among)), "found": json.dumps(list(found))},
    )
    return [
        WatchedStory(
            id=id_,
            title=title,
            least=least,
            sources=tuple(json.loads(sources)),
            before=before,
            highest=highest or 0,
            disputed=disputed,
            told=bool(told),
        )
        for id_, title, least, sources, before, highest, disputed, told in rows.fetchall()
    ]


def keep(db: Database, watch: str, story: WatchedStory) -> None:
    """Remember a story as it is now, under every name that the watch knows it by, and that of its first article.

    A story keeps its id with its largest part, also where the article of that id has gone elsewhere.
    """
    db.execute(
        "insert or ignore into watch_stories (watch, unit, least, highest)"
        " select ?, article, 0, 0 from story_articles where story = ? order by article <> story, seq, article limit 1",
        [watch, story.id],
    )
    db.execute(
        "update watch_stories set least = ?, highest = max(?, ?, highest), disputed = max(?, disputed)"
        " where watch = ? and unit in (select article from story_articles where story = ?)",
        [story.least, story.least, story.highest, int(story.disputed is not None or story.told), watch, story.id],
    )


def corrections(db: Database, watch: str, *, after: int) -> list[tuple[str, int, str, str, tuple[str, ...]]]:
    """(article, version, outlet, headline, kinds) of each change of substance after an arrival, in stories that it knows."""
    rows = db.execute(
        "select v.id, v.version, v.outlet, coalesce(v.headline, v.id), r.kinds"
        " from revisions r join articles v on v.seq = r.seq join story_articles m on m.article = v.id"
        " where r.substance = 1 and r.seq > ? and exists (select 1 from story_articles t join watch_stories w"
        " on w.unit = t.article and w.watch = ? where t.story = m.story) order by r.seq",
        [after, watch],
    )
    return [(*row[:4], tuple(json.loads(row[4]))) for row in rows.fetchall()]


def last_arrivals(db: Database, outlets: Iterable[str]) -> dict[str, int]:
    """articles.seq of the last that each of these outlets gave; 0: none ever."""
    sql = "select coalesce(max(seq), 0) from articles where outlet = ?"
    return {outlet: db.execute(sql, [outlet]).fetchone()[0] for outlet in outlets}


def append(db: Database, watch: str, event: Event, targets: Iterable[str], *, found: datetime) -> bool:
    """Write an alert down, and whom it is for; False: it stood there."""
    cursor = db.execute(
        "insert or ignore into alerts (watch, event, unit, number, found, title, words) values (?, ?, ?, ?, ?, ?, ?)",
        [watch, event.event, event.unit, event.number, clock.to_text(found), event.title, event.words],
    )
    if not cursor.rowcount:
        return False
    for target in targets:
        db.execute("insert into tellings (alert, target) values (?, ?)", [cursor.lastrowid, target])
    return True


def waiting(db: Database, watch: str, target: str) -> list[Alert]:
    """The alerts of a watch that wait to be told to a target, the oldest first."""
    rows = db.execute(
        "select id, watch, found, event, unit, title, words, number from alerts join tellings on alert = id"
        " where watch = ? and target = ? and begun is null order by id",
        [watch, target],
    )
    return [_alert(row) for row in rows.fetchall()]


def last(db: Database, watch: str, limit: int) -> list[Alert]:
    """The last alerts of a watch, the newest first."""
    rows = db.execute(
        "select id, watch, found, event, unit, title, words, number from alerts where watch = ? order by id desc limit ?",
        [watch, limit],
    )
    return [_alert(row) for row in rows.fetchall()]


def begin(db: Database, alert: Alert, target: str, *, now: datetime) -> None:
    """From here on this alert counts as told to this target, whatever happens."""
    _set(db, alert, target, clock.to_text(now), None)


def wait(db: Database, alert: Alert, target: str) -> None:
    """The telling never began after all, and can be tried again."""
    _set(db, alert, target, None, None)


def end(db: Database, alert: Alert, target: str, outcome: str) -> None:
    """How the telling ended: told or failed."""
    db.execute("update tellings set outcome = ? where alert = ? and target = ?", [outcome, alert.id, target])


def outcomes(db: Database, watch: str) -> dict[str, int]:
    """How many tellings of a watch ended how: told, failed, unknown, waiting."""
    return dict(
        db.execute(
            "select coalesce(outcome, iif(begun is null, 'waiting', 'unknown')), count(*) from tellings"
            " join alerts on id = alert where watch = ? group by 1",
            [watch],
        ).fetchall()
    )


def settle(db: Database) -> list[tuple[str, str, str]]:
    """(watch, target, title) of each telling that was begun and never ended; from now on its outcome is "unknown"."""
    rows: list[tuple[str, str, str]] = db.execute(
        "select watch, target, title from tellings join alerts on id = alert"
        " where begun is not null and outcome is null order by id, target"
    ).fetchall()
    if rows:
        db.execute("update tellings set outcome = 'unknown' where begun is not null and outcome is null")
    return rows


def rules(db: Database) -> str:
    """The numbers of the rules that judged the first article; they change only where all articles are judged anew."""
    row = db.execute("select rules from merged order by seq limit 1").fetchone()
    return row[0] if row else ""


def _set(db: Database, alert: Alert, target: str, begun: str | None, outcome: str | None) -> None:
    db.execute(
        "update tellings set begun = ?, outcome = ? where alert = ? and target = ?", [begun, outcome, alert.id, target]
    )


def _alert(row: tuple[object, ...]) -> Alert:
    id_, watch, found, event, unit, title, words, number = row
    moment = clock.from_text(str(found))
    assert moment is not None
    assert isinstance(id_, int)
    assert isinstance(number, int)
    return Alert(
        id=id_,
        watch=str(watch),
        found=moment,
        event=Event(event=str(event), unit=str(unit), title=str(title), words=str(words), number=number),
    )
