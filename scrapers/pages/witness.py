"""Who is asked for a field of an article: witnesses in an order, and what is known of the page when they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from lxml import etree

from scrapers.pages import class_names, selectors
from scrapers.pages.blocks import Block, Blocks, MainText
from scrapers.pages.document import Document
from scrapers.pages.printed_dates import Beside
from storage.types import Link, Outlet

BEFORE = 60  # blocks before the text in which a date or a byline may stand
ANNOUNCED = "feed or sitemap"  # the evidence of what an outlet said of a page where it announced it

T_co = TypeVar("T_co", covariant=True)
NOBODY = Outlet(id="", name="", homepage="", hosts=())
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of a page's layout before it is read."""

    frame: etree._Element | None = None  # only what is inside is looked at. None: the whole page
    body: etree._Element | None = None  # the container of the paragraphs. None: found by their text
    passed: frozenset[str] = frozenset()  # names of elements that are not looked into
    texts: frozenset[str] = frozenset()  # paragraphs of the site, not of the article
    languages: tuple[str, ...] = ()
    day_first: bool | None = None  # the order of the outlet's slash dates. None: its pages did not tell


UNKNOWN = Scope()


@dataclass(slots=True)
class Context:
    """What is known of a page when a field is asked for. ``extract`` fills in each part before the fields that need it."""

    document: Document
    outlet: Outlet = NOBODY
    fetched: datetime = NEVER
    link: Link | None = None  # what announced the page. None: replayed, or given by hand
    scope: Scope = UNKNOWN
    cut: Blocks = field(default_factory=Blocks)  # of what holds the article
    titles: list[tuple[str, str]] = field(default_factory=list)  # what the head calls the page, best first
    headline: str | None = None
    h1: etree._Element | None = None
    text: MainText = field(default_factory=lambda: MainText(None))
    begin: int = 0  # which block of the page is the text's first …
    end: int = 0  # … and which the one behind its last
    printed: list[Block] = field(default_factory=list)  # the text without the credit lines at its end
    taken: list[Block] = field(default_factory=list)  # these lines
    kept: list[Block] = field(default_factory=list)  # the body
    standfirst: str | None = None
    words: str = ""  # standfirst and body
    language: str | None = None
    beside: Beside = field(default_factory=Beside)
    captions: list[Block] = field(default_factory=list)
    from_script: bool = False  # the text stood in a script's data, and the elements that hold it are ours

    @property
    def held(self) -> etree._Element:
        """The part of the page that holds the article."""
        return self.document.root if self.scope.frame is None else self.scope.frame

    @property
    def top(self) -> tuple[int, int] | None:
        """The blocks of the headline. None: it stands nowhere on the page."""
        return self.cut.spans.get(self.h1) if self.h1 is not None else None

    @property
    def sites(self) -> tuple[str | None, ...]:
        """Names of the site."""
        return self.outlet.name, self.document.meta.get("og:site_name")

    def elsewhere(self) -> frozenset[int]:
        """The numbers of the blocks in boxes that lead to other articles: no date and no byline there is this one's."""
        own = (self.top[0] if self.top else self.begin, self.begin)
        return frozenset(
            n
            for region in self.cut.regions
            if region.word in class_names.OTHERS and not any(region.start <= n < region.end for n in own)
            for n in range(region.start, region.end)
        )

    def given(self, key: str) -> list[str]:
        """The words that the selector of a field finds, which the outlet's file gives."""
        return selectors.words(self.document.root, self.outlet.selectors, key)


@dataclass(frozen=True, slots=True)
class Witness(Generic[T_co]):
    """Somebody who may know a field: a name, what it says of a page, each with where that stands, and what it is."""

    name: str
    ask: Callable[[Context], Iterable[tuple[str, T_co | None]]]  # (evidence, what is said there; None: nothing)
    tells: str = ""  # as docs/reading.md tells it; empty: its name

    def __str__(self) -> str:
        return self.tells or self.name


def answers(witnesses: Iterable[Witness[T_co]], context: Context) -> Iterator[tuple[str, T_co | None]]:
    """What each witness says, in their order; none is asked before its turn comes."""
    for witness in witnesses:
        yield from witness.ask(context)


def first(witnesses: Iterable[Witness[T_co]], context: Context) -> T_co | None:
    """What the first one says that says anything."""
    return next((said for _, said in answers(witnesses, context) if said), None)
