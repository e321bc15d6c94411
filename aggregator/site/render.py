"""Contents to HTML, with Jinja2 and autoescaping: what outlets print is shown as text, whatever it holds. Pure.

No page loads anything from elsewhere: one style sheet, one small script that marks what is new since the last look (kept in the
reader's own browser), no fonts, no pictures.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import numpy as np
import xxhash
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from aggregator.copies.alignment import align, covered
from aggregator.decisions.words import sentence
from aggregator.feeds import changes
from aggregator.feeds.text import clean, marked, web
from aggregator.health import Trouble
from aggregator.origins.interval import worth
from aggregator.search.attention import Day
from aggregator.search.tokens import Term, tokens
from aggregator.site import provenance
from aggregator.site.charts import by_day, own_work, reach_of, spark
from aggregator.site.contents import Month, Summary, Whole, outlets_of
from aggregator.statements.words import where
from storage.profiles import Reach
from storage.types import Article, Copy, Credit, Outlet

STYLE = files("aggregator.site").joinpath("desk.css").read_bytes()
SCRIPT = files("aggregator.site").joinpath("desk.js").read_bytes()
HEADING = 2000  # characters of a page's own heading: whatever an outlet calls a headline, a page stays one
SHOWN = 300  # characters of a headline in a list: some ten times the usual length; a page's own heading has more
SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")
NAMED = 160  # characters that a file's name may have


def name(id_: str) -> str:
    """An id as a file's name, the same on every machine; ids from imports may hold anything, and are spelt in base 64.

    >>> name("voa-mx2ifpgqrbtc"), name("../x")
    ('voa-mx2ifpgqrbtc', '~Li4veA')
    """
    if SAFE.fullmatch(id_):
        return id_
    spelt = "~" + base64.urlsafe_b64encode(id_.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return (
        spelt if len(spelt) <= NAMED else "~~" + hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    )


def id_of(file: str) -> str | None:
    """The inverse of name; None for a name that was cut to a digest, or is none of ours."""
    if not file.startswith("~"):
        return file
    try:
        return base64.urlsafe_b64decode(file[1:] + "=" * (-len(file[1:]) % 4)).decode("utf-8", "surrogatepass")
    except ValueError:
        return None


def count(least: int, most: int | None, outlets: int) -> str:
    """How many independent sources, of how many outlets: what is known and no more.

    >>> count(2, None, 7), count(1, 1, 3), count(1, None, 1)
    ('2 or more independent of 7 outlets', '1 independent of 3 outlets', 'independent sources not known, 1 outlet')
    """
    of = f"of {outlets} outlet{'s' * (outlets != 1)}"
    if most is None and least <= 1:
        return f"independent sources not known, {of.removeprefix('of ')}"
    if most is None:
        return f"{least} or more independent {of}"
    return f"{least} independent {of}" if least == most else f"{least} to {most} independent {of}"


def beside(least: int, most: int | None, outlets: int) -> str:
    """What stands below ``short``, so that both together are the count in words.

    >>> beside(2, None, 7), beside(1, None, 1)
    ('independent of 7 outlets', 'independent sources not known, 1 outlet')
    """
    return count(least, most, outlets) if most is None and least <= 1 else "independent " + count(1, 1, outlets)[14:]


def short(least: int, most: int | None) -> str:
    """The count as a figure.

    >>> short(2, None), short(1, None), short(1, 3), short(2, 2)
    ('2+', '?', '1–3', '2')
    """
    if most is None:
        return "?" if least <= 1 else f"{least}+"
    return str(least) if least == most else f"{least}–{most}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A search day by day: in all, by outlet and by agency; with those who have the most, the first one first."""

    all: Sequence[Day]
    by: Sequence[tuple[str, Sequence[Day], Sequence[str | None]]]


@dataclass(frozen=True, slots=True)
class Column:
    """One of two texts beside each other: its paragraphs in pieces (text, does the other one hold it?)."""

    article: Article
    paragraphs: Sequence[Sequence[tuple[str, bool]]]


class Pages:
    """The pages of one newsroom. ``names`` and ``outlets``: what is known of outlets and organisations, by their ids.

    ``live``: a server answers, so that there is a search; ``texts``: whole texts may be shown also where no outlet allows it;
    ``watches``: there is a page of what staff watch; ``held``: the stories that have a page; None: all; ``then``: as of when;
    None: as it is; ``alone``: there is no newsroom around them, only this one story.
    """

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        names: Mapping[str, str],
        *,
        live: bool,
        texts: bool = False,
        watches: bool = False,
        feeds: str = "",
        sql: str = "",
        held: Container[str] | None = None,
        then: datetime | None = None,
        alone: bool = False,
    ) -> None:
        self._outlets, self._names, self._texts = outlets, names, texts
        self._jinja = Environment(
            loader=PackageLoader("aggregator.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {
            "cut": cut,
            "day": "{:%Y-%m-%d}".format,
            "clock": "{:%H:%M}".format,
            "moment": moment,
            "iso": iso,
        }
        self._jinja.tests["held"] = lambda id_: held is None or id_ in held
        self._jinja.filters |= {"file": name, "web": web, "named": self._named, "clean": clean, "deed": sentence}
        self._jinja.filters["where"] = where
        self._jinja.globals |= {
            "count": count,
            "beside": beside,
            "short": short,
            "language": language,
            "live": live,
            "then": then,
            "alone": alone,
            "watched": watches,
            "feeds": feeds,
            "sql": sql,
            "change": change,
            "heading": HEADING,
        }
        self._jinja.globals |= {"credits": credit_lines, "own_work": own_work, "reach_of": reach_of, "worth": worth}
        self._jinja.globals |= {"by_day": by_day, "spark": spark, "said_of": EVENTS.__getitem__}

    def front(self, stories: Sequence[Summary]) -> bytes:
        """What is reported now, the story last reported first."""
        return self._page("front.html", root="", stories=stories)

    def story(self, whole: Whole) -> bytes:
        """One story with its picture, reasons, times and changes."""
        return self._story("story.html", "../", whole)

    def dossier(self, whole: Whole, readings: Sequence[Any], facts: Mapping[str, Any]) -> bytes:
        """One story with every text that was read, and where its response lies (aggregator/dossier.py)."""
        return self._story("dossier.html", "", whole, readings=readings, facts=facts)

    def _story(self, template: str, root: str, whole: Whole, **more: Any) -> bytes:
        reports = provenance.in_time(whole.coverage.reports)
        by_id = {one.article.id: one.article for one in reports}
        pairs = [
            (copy, by_id[first], by_id[second], self.may_show(by_id[first], by_id[second]))
            for copy in provenance.parents(reports, whole.copies)
            for first, second in [copy.ends]
        ]
        picture = provenance.draw(whole.coverage.reports, whole.coverage.origins, whole.copies, self._names)
        rests = {one.article.id: [o for o in whole.coverage.origins if one.article.id in o.articles] for one in reports}
        first = next(
            (r.article for r in whole.coverage.reports if r.article.headline), whole.coverage.reports[0].article
        )
        return self._page(
            template,
            root=root,
            whole=whole,
            reports=reports,
            picture=picture,
            pairs=pairs,
            rests=rests,
            first=first,
            by_id=by_id,
            outlets=outlets_of(whole),
            **more,
        )

    def compare(self, a: Article, b: Article, copy: Copy | None, credited: Sequence[Sequence[Credit]]) -> bytes:
        """Two texts beside each other, with the passages that both hold, and whom each of them credits."""
        sides = zip(side_by_side(a, b), credited, strict=True)
        return self._page("compare.html", root="../../", sides=list(sides), copy=copy)

    def outlet(self, id_: str, stories: Sequence[Summary], months: Sequence[Month], **tables: Any) -> bytes:
        """What an outlet reports, whose text it prints, and who prints its text."""
        facts = self._outlets.get(id_)
        return self._page("outlet.html", root="../", id=id_, facts=facts, stories=stories, months=months, **tables)

    def agency(
        self, id_: str, stories: Sequence[Summary], reach: Sequence[tuple[str, Sequence[Reach]]], **tables: Any
    ) -> bytes:
        """Where an organisation's text is printed."""
        return self._page("agency.html", root="../", id=id_, stories=stories, reach=reach, **tables)

    def corrections(self, changes_: Sequence[tuple[Article, Article]], stories: Mapping[str, str]) -> bytes:
        """What outlets changed after they published it. ``stories``: article id -> story id."""
        return self._page("corrections.html", root="", changes=changes_, stories=stories)

    def health(self, rows: Sequence[Mapping[str, Any]], troubles: Sequence[Trouble]) -> bytes:
        """What is wrong; when each outlet was last asked, and what it gave."""
        return self._page("health.html", root="", rows=rows, troubles=troubles)

    def watches(self, watches: Sequence[Any], *, wrong: str | None) -> bytes:
        """What staff want to be told of: each watch with how its tellings ended, and its last alerts."""
        return self._page("watches.html", root="", watches=watches, wrong=wrong)

    def search(
        self, query: str, found: Sequence[Any], *, wrong: str | None, best: bool, days: Attention | None = None
    ) -> bytes:
        """What a query finds, with the words that matched marked; and day by day where that is asked for."""
        return self._page("search.html", root="", query=query, found=found, wrong=wrong, best=best, days=days)

    def error(self, code: int, said: str) -> bytes:
        """What went wrong, in words."""
        return self._page("error.html", root="/", code=code, said=said)

    def _page(self, template: str, **contents: Any) -> bytes:
        hidden = self._jinja.globals.keys() & contents.keys()
        assert not hidden, f"{template} would lose {hidden}"
        return clean(self._jinja.get_template(template).render(**contents)).encode()

    def _named(self, id_: str) -> str:
        return self._names.get(id_, id_)

    def may_show(self, *both: Article) -> bool:
        """Whether the outlets of these articles let their whole texts be given on."""
        return self._texts or all(
            (facts := self._outlets.get(one.outlet)) is not None and facts.full_text and not one.paywalled
            for one in both
        )


def cut(text: str | None, length: int = SHOWN) -> str:
    """A text that is no longer than this; what is left out is shown by an ellipsis."""
    text = " ".join((text or "").split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def moment(at: datetime | str | None) -> Markup:
    """A moment in UTC, to the minute; a dash where nobody stated it."""
    if at is None:
        return Markup('<span class="none">not stated</span>')
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return Markup('<time datetime="{}">{}</time>').format(iso(at), f"{at.astimezone(UTC):%Y-%m-%d %H:%M}")


def iso(at: datetime) -> str:
    """A moment for a machine."""
    return at.astimezone(UTC).isoformat()


def language(code: str | None) -> Markup:
    """Attributes that say a text's language and direction; where the language is not known, its letters decide."""
    return Markup(marked(code)) if code else Markup(' dir="auto"')  # noqa: S704 - feeds.text escapes the code


def change(before: Article, after: Article) -> Markup:
    """What was taken out and put in, marked; built from escaped text."""
    before, after = (replace(one, headline=one.headline and cut(one.headline, HEADING)) for one in (before, after))
    return Markup(changes.described(before, after))  # noqa: S704 - feeds.changes escapes every word


def credit_lines(credited: Iterable[Credit]) -> list[Markup]:
    """The lines that credit others, with every name underlined."""
    spans: dict[str, set[tuple[int, int]]] = {}
    for one in credited:
        if one.relation != "own" and one.where != "desk":
            spans.setdefault(one.words, set()).add((one.start, one.end))
    return [_underlined(words, sorted(places)) for words, places in spans.items()]


def _underlined(words: str, places: Iterable[tuple[int, int]]) -> Markup:
    found, at = Markup(""), 0
    for start, end in places:
        if start >= at:
            found += Markup("{}<u>{}</u>").format(words[at:start], words[start:end])
            at = end
    return found + words[at:]


def side_by_side(a: Article, b: Article) -> tuple[Column, Column]:
    """Two texts with the passages marked that both hold."""
    left, right = list(tokens(a.text, None)), list(tokens(b.text, None))
    passages = align(_hashes(left), _hashes(right))
    return (
        Column(a, _pieces(a.text, left, covered(passages.a, len(left)).tolist())),
        Column(b, _pieces(b.text, right, covered(passages.b, len(right)).tolist())),
    )


def _hashes(found: Sequence[Term]) -> NDArray[np.uint64]:
    return np.fromiter(
        (xxhash.xxh3_64_intdigest(one.folded.encode("utf-8", "surrogatepass")) for one in found), np.uint64, len(found)
    )


def _pieces(text: str, found: Sequence[Term], shared: Sequence[bool]) -> list[list[tuple[str, bool]]]:
    """Paragraphs in pieces; what stands between two words belongs to the passage that both are part of."""
    cuts: list[tuple[str, bool]] = []
    at, inside = 0, False
    for token, same in zip(found, shared, strict=True):
        if same != inside:
            cuts.append((text[at : token.start], inside))
            at, inside = token.start, same
    cuts.append((text[at:], inside))
    paragraphs: list[list[tuple[str, bool]]] = [[]]
    for piece, same in cuts:
        for n, part in enumerate(piece.split("\n\n")):
            if n:
                paragraphs.append([])
            if part:
                paragraphs[-1].append((part, same))
    return [one for one in paragraphs if one]


EVENTS = {
    "new": "new",
    "second": "a second source",
    "fell": "fewer sources",
    "correction": "changed",
    "dispute": "disputed",
    "silent": "silent",
}
