"""An article with all that is said of its sources, sorted by what it means for the count. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.kind import Kind, kind_of
from aggregator.origins.lineage import VERBATIM
from storage.spelling import fold
from storage.types import WHOSE_TEXT, Article, Copy, Credit

MEDIA = ("agency", "outlet")  # roles that report; the others state, carry or stay unnamed
WITNESS = ("there", "interview", "document")  # kinds of own work that make a newsroom a sure source
STATEMENT = ("release", "post")
LEAD = 3  # paragraphs in which a report says where it has its news from
LONGEST = 200  # characters of a line that is quoted whole
_STOP = re.compile(r"[.!?。！？]+[\"”’»」』)]*(?:\s|$)|[。！？]")
_BEGINNING = 80  # characters of a line by which it is found in the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an article says of its sources."""

    article: Article
    kind: Kind | None = None
    text: tuple[Credit, ...] = ()  # whose text it is, or of whose material
    own: tuple[Credit, ...] = ()  # a dateline or a line of its own: says where it was written, not that anybody asked
    signed: tuple[Credit, ...] = ()  # a person's byline
    seen: tuple[Credit, ...] = ()  # its own newsroom was there, spoke to somebody, read the document
    theirs: frozenset[str] = frozenset()  # organisations that the text shows at work: "told Reuters"
    cited: tuple[Credit, ...] = ()  # media to which it gives its lead
    in_passing: bool = False  # … each of them for one thing that somebody told it, behind the first paragraph
    stated: tuple[Credit, ...] = ()  # statements that anybody could read
    official: tuple[Credit, ...] = ()  # its publisher is an official body
    pool: tuple[Credit, ...] = ()
    joint: tuple[Credit, ...] = ()
    withdrawn: tuple[Credit, ...] = ()  # reports that it says were taken back
    items: tuple[Credit, ...] = ()  # of a digest
    decided: tuple[Credit, ...] = ()  # a person said whose text it is

    @property
    def shows_work(self) -> bool:
        """Does it show anybody at work: its newsroom, or an agency?"""
        return bool(self.seen or self.theirs)


def read_report(article: Article, said: Sequence[Credit], called: str | None = None) -> Report:
    """Sort an article's credits. ``called``: the name of its outlet, which may credit itself by that name, or by a part of it."""
    said = [_as_own(credit) if _is_itself(credit, article.outlet, called) else credit for credit in said]
    lead = " ".join(filter(None, (article.headline, article.standfirst, *article.body[:LEAD])))
    shown = [credit for credit in said if credit.kind is not None]
    lines = [credit for credit in said if credit.kind is None and credit.where != "desk"]
    text, cited, stated = _lines(lines, lead)
    credited = {credit.org for credit in text if credit.org}
    cited += [credit for credit in shown if credit.kind == "outlet"]
    # "Trend reports, citing Uzdaily": it is Uzdaily's. A ministry that Trend cites leaves it Trend's.
    passers = {credit.via for credit in said if credit.via and credit.role in MEDIA}
    cited = [credit for credit in cited if credit.org is None or credit.org not in credited | {article.outlet}]
    cited = [credit for credit in cited if credit.org not in passers] or cited
    cited += [credit for credit in shown if credit.kind == "hearsay" and not cited]
    theirs = frozenset(c.org for c in shown if c.kind in WITNESS and c.role != "publisher" and c.org)
    opening = " ".join(filter(None, (article.headline, article.standfirst, *article.body[:1])))
    of = {
        name: tuple(c for c in shown if c.kind == name)
        for name in ("byline", "official", "pool", "joint", "withdrawn", "item")
    }
    return Report(
        article=article,
        kind=kind_of(article),
        text=tuple(credit for credit in text if credit.org not in passers or credit.org is None),
        own=tuple(credit for credit in lines if credit.relation == "own" and credit.where != "meta"),
        signed=of["byline"],
        seen=tuple(c for c in shown if c.kind in WITNESS and c.role == "publisher"),
        theirs=theirs,
        cited=tuple(cited),
        in_passing=all(c.org in theirs and c.words[:_BEGINNING] not in opening for c in cited),
        stated=(*stated, *(credit for credit in shown if credit.kind in STATEMENT)),
        official=of["official"],
        pool=of["pool"],
        joint=of["joint"],
        withdrawn=of["withdrawn"],
        items=of["item"],
        decided=tuple(credit for credit in said if credit.where == "desk"),
    )


def without_reprinted(
    articles: Sequence[Article], said: Mapping[str, Sequence[Credit]], copies: Sequence[Copy], names: Mapping[str, str]
) -> dict[str, Sequence[Credit]]:
    """What each article says of its sources, without the line in which another outlet names itself, printed with that one's text.

    Who prints a page word for word prints "Source: Harbour Post" too, and has looked up nothing.
    """
    outlets = {article.id: article.outlet for article in articles}
    found = dict(said)
    for copy in copies:
        for one, other, share in ((copy.a, copy.b, copy.share_b), (copy.b, copy.a, copy.share_a)):
            if share < VERBATIM or one not in outlets or other not in outlets or outlets[one] == outlets[other]:
                continue
            own = outlets[one]
            itself = {c.words for c in said.get(one, ()) if _is_itself(c, own, names.get(own)) or _is_named_own(c, own)}
            if itself:
                found[other] = [c for c in found.get(other, ()) if c.org != own or c.words not in itself]
    return found


def _is_named_own(credit: Credit, outlet: str) -> bool:
    return credit.relation == "own" and credit.kind is None and credit.org == outlet and credit.name is not None


def _is_itself(credit: Credit, outlet: str, called: str | None) -> bool:
    """Does an outlet's page credit the outlet as it would another: by its id, its name, or some words of that?"""
    if credit.relation in ("own", "photo") or credit.kind is not None or credit.where == "desk":
        return False
    if credit.role not in (*MEDIA, "publisher"):
        return False  # "Ministry of Defence" on the Ministry of Defence News is its statement, and no report
    if credit.org is not None:
        return credit.org == outlet
    name, own = _words(credit.name), _words(called)
    return bool(name) and any(own[n : n + len(name)] == name for n in range(len(own)))


def _as_own(credit: Credit) -> Credit:
    return replace(credit, role="publisher", relation="own")


def _words(name: str | None) -> list[str]:
    return re.findall(r"[^\W_]+", fold(name or "").removeprefix("the "))


def words_of(credit: Credit) -> str:
    """The sentence of a credit's line that names it; the whole line where its place is not known."""
    if credit.start >= credit.end or len(credit.words) <= LONGEST:
        return credit.words
    starts = [0, *(stop.end() for stop in _STOP.finditer(credit.words)), len(credit.words)]
    begin = max(start for start in starts if start <= credit.start)
    return credit.words[begin : min(start for start in starts if start >= credit.end)].strip()


def _lines(lines: Sequence[Credit], lead: str) -> tuple[list[Credit], list[Credit], list[Credit]]:
    """Of the sourcing lines: whose text it is, to whom the lead is given, and what was stated."""
    text, cited, stated = [], [], []
    for credit in lines:
        inside = credit.relation == "based_on" and credit.where in ("start", "body")  # "citing X", no label
        if credit.relation in WHOSE_TEXT and credit.role in ("official", "social"):
            stated.append(credit)
        elif credit.relation in WHOSE_TEXT and not inside:
            text.append(credit)
        elif credit.relation == "quoted" and credit.role == "social":
            stated.append(credit)
        elif credit.role in (*MEDIA, "unnamed") and (
            inside or (credit.relation == "quoted" and credit.words[:_BEGINNING] in lead)
        ):
            cited.append(credit)
    return _without_passed_copyright(text), cited, stated


def _without_passed_copyright(text: list[Credit]) -> list[Credit]:
    """Under a text that names its agency the copyright of another one only says who passed it on."""
    named = [c for c in text if c.relation == "republished" and "©" not in c.words]
    return [c for c in text if not (named and c.relation == "republished" and "©" in c.words)]
