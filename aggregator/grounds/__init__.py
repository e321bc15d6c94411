"""What a text shows of its own work, and what it only passes on. Reads no sourcing line (aggregator/credit does).

    phrases       grounds.toml: a table a meaning, a row a language
    text          the text in sentences, without what others say in quotation marks
    own_names     the newsroom's name beside a verb of telling or seeing
    own_work      there, interview, document
    bylines       who signs, and whether the byline says that he was there
    statements    releases, posts, pool reports, joint work, media that nobody names, outlets that we know
    rivals        media that no registry knows, to which a report gives its news
    items         whose each paragraph of a digest is

Errs towards no: a newsroom whose own work is not seen makes two sources look like one, a retelling that is taken for own
work makes one look like two, and that is the worse mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aggregator.credit.names import mentions
from aggregator.credit.registry import Registry
from aggregator.grounds.bylines import bylines, signed
from aggregator.grounds.items import items_of
from aggregator.grounds.own_work import LONGEST_NAME, own_work
from aggregator.grounds.phrases import Hit, hits
from aggregator.grounds.statements import chains, stated
from aggregator.grounds.text import Text, read_text
from aggregator.unstated_language import sure_language
from storage.spelling import fold
from storage.types import Article, Credit

RULES = 7

__all__ = ["RULES", "OpenedText", "grounds_of", "open_text"]


OURS = ("ourselves", "us", "we")  # words of a newsroom for itself
# Words of whoever's text it is: an agency's text that says "a reporter saw" says so of the agency.
ANYBODYS = ("reporter",)


@dataclass(frozen=True, slots=True)
class OpenedText:
    """An article's text in sentences, with the phrases of grounds.toml that stand in each, and its bylines."""

    text: Text
    by_sentence: Mapping[int, Sequence[Hit]]
    bylines: Sequence[str]
    language: str | None = None  # as stated, or as its words surely say; None: words of all languages count


def open_text(article: Article) -> OpenedText:
    """What the grounds and the statements of an article are both looked for in."""
    lines, paragraphs = bylines(article)
    text = read_text(article, paragraphs)
    language = sure_language(article)
    by_sentence: dict[int, list[Hit]] = {}
    for hit in sorted(hits(text.folded, language), key=lambda hit: (hit.start, -hit.end)):
        by_sentence.setdefault(text.sentence(hit.start), []).append(hit)
    return OpenedText(text, by_sentence, lines, language)


def grounds_of(
    article: Article,
    said: Sequence[Credit],
    registry: Registry,
    names: Mapping[str, str] | None = None,
    reading: OpenedText | None = None,
) -> tuple[Credit, ...]:
    """What an article shows beside its sourcing lines: credits that have a ``kind``.

    Relation own: *there*, *interview*, *document*, *byline*, *joint*, of the publisher or, from its text, of an organisation
    that a sourcing line (``said``) names. Relation quoted: *release*, *post*, *pool*, *hearsay*, *outlet*, *withdrawn*. A
    digest's paragraphs are *item*. ``names`` are the outlets' by id; without them a publisher goes by its id. ``reading`` is
    what ``open_text`` made of the article, where that is at hand.
    """
    names = names or {}
    reading = reading or open_text(article)
    text, by_sentence, lines = reading.text, reading.by_sentence, reading.bylines
    article = replace(article, language=reading.language)
    named = [credit for credit in said if credit.org not in (None, article.outlet) and credit.relation != "photo"]
    found = list(
        signed(article, article.outlet, lines, text, registry, [credit.name for credit in named if credit.name])
    )
    others: dict[str, list[str]] = {}
    for org in dict.fromkeys(credit.org for credit in named if credit.org):
        known = registry.get(org)
        if known is not None and known.kind not in ("official", "social"):
            others[org] = _shortest([known.name, *known.aliases])
    called = [names.get(article.outlet, article.outlet)]
    strangers = [name for spellings in others.values() for name in spellings]
    strangers += _before_reporters(text, by_sentence, registry)
    printed = {credit.org for credit in named if credit.relation == "republished" and credit.role == "agency"}
    ours = OURS if len(printed) == 1 else (*OURS, *ANYBODYS)
    found += own_work(text, by_sentence, article.outlet, called, ours=ours, others=strangers)
    for org, spellings in others.items():
        theirs = ANYBODYS if printed == {org} else ()
        found += own_work(text, by_sentence, org, spellings, ours=theirs, role="agency")
    found += chains(said, registry)
    found += stated(article, text, by_sentence, lines, registry, names)
    return (*found, *items_of(article, registry))


def _shortest(spellings: Sequence[str]) -> list[str]:
    """Names without those that only add a word to another one: nobody is told anything by the "World" of "BBC World"."""
    return [one for one in spellings if not any(one.startswith(f"{other} ") for other in spellings)]


def _before_reporters(text: Text, by_sentence: Mapping[int, Sequence[Hit]], registry: Registry) -> Iterator[str]:
    """Names of the registry that stand in front of "a reporter"."""
    for hit in (hit for near in by_sentence.values() for hit in near if hit.meaning in ANYBODYS):
        before = text.printed[max(0, hit.start - LONGEST_NAME) : hit.start]
        yield from (before[name.start : name.stop] for name in mentions(before, fold(before), registry))
