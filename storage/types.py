"""The nouns of the seven stations, one frozen dataclass each. Judges nothing, stores nothing.

Said once for all of them:

- A datetime is aware and in UTC. None means: nobody stated it. It is never guessed.
- A str that may be None is None where the page does not say; it is never "".
- A tuple is in the order of the page, and empty where there is nothing.
- A language is an ISO 639-1 code ("en", "ru"), a country an ISO 3166-1 alpha-2 code ("NL").
- Outlet ids and organisation ids (agencies.toml) share one namespace: what is published by the outlet ``voa`` is
  credited as the organisation ``voa``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

# --------------------------------------------------------------------------------------------- 1 Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An address where an outlet may announce its articles, and how far we trust that it does."""

    url: str
    kind: str  # one of KINDS in scrapers/outlets; who reads it stands in scrapers/discovery
    status: str = "listed"  # measured-ok | maintained | page-link | listed | measured-fail | guess; see docs/outlets.md
    covers: str | None = None  # a section or language; sources that cover the same are alternatives. None: the whole
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the pages of one layout of an outlet put their article: learnt, or written by a person.

    Places are CSS selectors; of the elements that one finds, the first in the page counts.
    """

    frame: str  # the element that holds the article: headline, byline, text, captions
    body: str  # inside the frame: the element that holds the paragraphs
    headline: str | None = None  # None: the pages have it in their head only
    drop: tuple[str, ...] = ()  # names of elements ("div.promo") that hold the site's words or other articles'
    texts: tuple[str, ...] = ()  # paragraphs that the site prints in its articles' text
    languages: tuple[str, ...] = ()
    outside: int = 0  # long paragraphs outside of the frame, at most, on the pages that it was learnt from
    day_first: bool | None = None  # the order of slash dates ("05/11/2026"). None: no page told, or they part
    number: int | None = None  # 1, 2 … as an outlet's layouts were learnt. None: pinned in the outlet's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who publishes, where new articles are announced, and what only this site does. One TOML file."""

    id: str
    name: str
    homepage: str
    hosts: tuple[str, ...]  # host names without "www."; a page of one of them (or below it) is this outlet's
    country: str | None = None
    city: str | None = None
    kind: str | None = None  # agency | broadcaster | newspaper | magazine | online | official | photo | social
    languages: tuple[str, ...] = ()
    owner: str | None = None  # the house; outlets of one house are one family. None: its own house
    sources: tuple[Source, ...] = ()  # the kinds in the order in which a crawl asks; each that has items counts
    article_url: str | None = None  # regular expression (re.search) over the canonical address. None: every page
    selectors: Mapping[str, str] = field(default_factory=dict)  # field of Article -> CSS selector; see scrapers/pages
    layout: Layout | None = None  # pinned: nothing is learnt. None: learnt from its pages
    full_text: bool = False  # may our feeds carry the whole text?
    allow_private: bool = False  # may it be asked where it lies inside a private network?
    delay: float | None = None  # seconds between two requests to one host. None: the default of settings.py
    notes: tuple[str, ...] = ()
    file: Path | None = None  # where it was read. None: made for a page of no known outlet

    def sources_of(self, kind: str) -> tuple[Source, ...]:
        """Its sources of a kind."""
        return tuple(source for source in self.sources if source.kind == kind)


# --------------------------------------------------------------------------------------------- 2 Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that a feed, a sitemap or a listing announces as an article, with what it says of it."""

    url: str
    kind: str  # of the source
    found_on: str  # the address of that feed, sitemap or listing
    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    credit: str | None = None  # media:credit


# --------------------------------------------------------------------------------------------- 3 Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A response as it came: what the reader reads. ``body`` is decoded from its transfer and content encoding."""

    url: str  # the address that answered, after redirects
    outlet: str
    fetched: datetime
    status: int
    body: bytes
    content_type: str | None = None  # the header as sent, with its charset
    archive: str | None = None  # file name below the archive folder, or a path as given to `replay`. None: not archived
    offset: int | None = None  # where its record begins in that file, in bytes
    link: Link | None = None  # what announced it. None: replayed, or given by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one outlet gave in one run."""

    outlet: str
    outcome: str  # ok | failed (no source answered) | nothing (they answered and announced nothing, or it has none)
    announced: int = 0  # links found
    fetched: int = 0  # article pages asked for and answered, 304 included
    stored: int = 0  # new articles and new versions
    unchanged: int = 0
    skipped: int = 0  # answers that are no article
    failed: int = 0  # requests without a usable answer
    reasons: Mapping[str, int] = field(default_factory=dict)  # in words: "robots.txt forbids it" -> how often


# --------------------------------------------------------------------------------------------- 4 Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The lead picture. ``credit`` is the printed credit, or the caption's words that hold it."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcingLine:
    """Words that stand where outlets print whose work it is. Whether they credit anybody, the credit reader says."""

    text: str
    where: str  # byline | dateline | start | end | caption | meta  ("body" is every other paragraph and is not listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says, or an article read elsewhere: one version of it."""

    id: str  # keys.article_id(url), or the id that an import brought
    outlet: str  # Outlet.id, or the host of a page that no outlet file claims
    url: str | None  # canonical; None: an import without an address
    fetched: datetime  # when this version arrived here (a replay: when it was archived)
    version: int = 1  # 1, 2 … in order of arrival
    seq: int | None = None  # its place in the order of all arrivals; None: not stored yet
    headline: str | None = None  # as displayed, without the site's name
    standfirst: str | None = None
    body: tuple[
        str, ...
    ] = ()  # paragraphs, white space collapsed, without headline, standfirst, captions, credit lines
    language: str | None = None
    authors: tuple[str, ...] = ()  # persons
    organisations: tuple[str, ...] = ()  # bodies that the page names where it names its authors
    published: datetime | None = None
    zone: int | None = None  # minutes from UTC in which the page gives ``published``. None: it names no zone
    modified: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    picture: Picture | None = None
    sourcing_lines: tuple[SourcingLine, ...] = ()
    published_by: tuple[str, ...] = ()  # what the page calls its site: "毎日新聞" at mainichi.jp
    labels: tuple[str, ...] = ()  # what the page calls the text: JSON-LD types, the rubric over the headline
    imprint: str | None = None  # the page's copyright line. None: it has none
    corrections: tuple[str, ...] = ()  # what the page says was corrected in it, in its own words
    paywalled: bool = False
    incomplete: bool = False  # the text goes on on another page, which was not read
    evidence: Mapping[str, str] = field(default_factory=dict)  # field -> where it was found ("json-ld headline", "h1")

    @property
    def text(self) -> str:
        """Standfirst and body, paragraphs parted by a blank line."""
        return "\n\n".join(([self.standfirst] if self.standfirst else []) + list(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Why a page gave no article, in words that an operator understands ("a list of links", "a consent page")."""

    reason: str


# --------------------------------------------------------------------------------------------- 5 Credit


WHOSE_TEXT = ("republished", "with", "based_on")  # relations that say whose text it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Somebody whom a sourcing line names as the one behind a text or a picture, and the words that say so."""

    name: str | None  # as printed; None: a dateline of only a place, which means the publisher
    org: str | None  # id in agencies.toml; None: unnamed, or not in the registry
    place: str | None
    role: str  # publisher | agency | outlet | official | social | unnamed
    relation: str  # own | with | based_on | republished | quoted | photo
    count_known: bool = True  # False: the words don't say how many ("other media agencies")
    where: str  # byline | start | end | caption | meta | body | desk (a person said so)
    words: str  # the line that says so
    start: int  # span of the name in ``words``; start == end where name is None
    end: int
    kind: str | None = (
        None  # of what the text itself shows (aggregator/grounds): there | interview … None: a sourcing line
    )
    via: str | None = None  # who passes it on: "Trend reports citing Uzdaily" is uzdaily via trend. None: nobody


# --------------------------------------------------------------------------------------------- 6 Story


NO_COPY = ("update", "partial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Two articles that share text. ``a`` arrived first, which alone does not make it the origin."""

    a: str
    b: str
    share_a: float  # of a's words that stand in b, 0 to 1
    share_b: float
    kind: str  # identical | cut | extended | mixed; listed, but no copy: update (one outlet's own, rewritten) | partial (< 40 %)
    direction: str  # "a->b": b's text comes from a | "b->a" | "unknown"
    certainty: str  # certain | likely | unknown
    reasons: tuple[str, ...]  # in plain words
    spans: tuple[tuple[int, int, int], ...] = ()  # matched blocks: first word in a, first word in b, length in words

    @property
    def is_copy(self) -> bool:
        """Whether one prints the other's text: not only a part of it, and not an outlet's own report under a new address."""
        return self.kind not in NO_COPY

    @property
    def ends(self) -> tuple[str, str]:
        """The article that the text comes from (or that arrived first, where that is not known), and the one that prints it."""
        return (self.b, self.a) if self.direction == "b->a" else (self.a, self.b)

    @property
    def share(self) -> float:
        """Of the words of the one that prints it, how many stand in the other: 0 to 1."""
        return self.share_a if self.direction == "b->a" else self.share_b

    @property
    def sure(self) -> bool:
        """Whether it is known who printed whose text."""
        return self.direction != "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One article that rests on an origin: by which steps, what it makes of the origin by itself, and why."""

    article: str  # its id
    chain: tuple[str, ...]  # names from its outlet to what the news rests on: "Trend", "Uzdaily", "the ministry"
    least: int  # 1: it shows that the origin is one for sure
    most: int | None  # 0: it does not count; None: not known
    why: str  # in plain words, with the words that say so
    withdrawn: str | None = None  # the words that took the origin's report back. None: nobody did


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One independent source of a story: whose work the articles named here rest on, and why."""

    key: str  # organisation or outlet id, "name:<name>" for one not in the registry, "unnamed:<n>" for others not named
    name: str  # to print
    articles: tuple[str, ...]  # ids of the articles that rest on it, in order of arrival
    reasons: tuple[str, ...]  # one for each merge: "prints 83 % of AFP's text", "credits AFP"
    least: int = 1  # how many independent sources it surely is: 0 where it may be one of the others
    most: int | None = 1  # how many it may be; None: not known ("other media agencies")
    carriers: tuple[Carrier, ...] = ()  # who rests on it, the root first; ``least`` and ``most`` are their largest


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Reports of one event, in order of arrival."""

    id: str  # its first article's id
    articles: tuple[str, ...]
    origins: tuple[Origin, ...] = ()
    least: int = 1  # independent sources: at least this many …
    most: int | None = 1  # … and at most this many; None: not known
    follows: str | None = None  # the story that this one takes up on a later day
