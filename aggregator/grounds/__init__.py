"""What a text shows of its own work, and what it only passes on. Reads no sourcing line (aggregator/credit does).

    phrases   phrases.py     grounds.toml: a table a meaning, a row a language
    text      text.py        the text in sentences, without what others say in quotation marks
    names     own_names.py   the newsroom's name beside a verb of telling or seeing
    own work  own_work.py    there, interview, document
    bylines   bylines.py     who signs, and whether the byline says that he was there
    passed on statements.py  releases, posts, pool reports, joint work, media that nobody names, outlets that we know
    items     items.py       whose each paragraph of a digest is

Errs towards no: a newsroom whose own work is not seen makes two sources look like one, a retelling that is taken for own
work makes one look like two, and that is the worse mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.credit.registry import Registry
from aggregator.grounds.bylines import bylines, signed
from aggregator.grounds.items import items_of
from aggregator.grounds.own_work import own_work
from aggregator.grounds.phrases import Hit, hits
from aggregator.grounds.statements import stated
from aggregator.grounds.text import read_text
from storage.types import Article, Credit

RULES = 1

__all__ = ["RULES", "grounds_of"]


def grounds_of(
    article: Article, said: Sequence[Credit], registry: Registry, names: Mapping[str, str] | None = None
) -> tuple[Credit, ...]:
    """What an article shows beside its sourcing lines: credits that have a ``kind``.

    Relation own: *there*, *interview*, *document*, *byline*, *joint*, of the publisher or, from its text, of an organisation
    that a sourcing line (``said``) names. Relation quoted: *release*, *post*, *pool*, *hearsay*, *outlet*, *withdrawn*. A
    digest's paragraphs are *item*. ``names`` are the outlets' by id; without them a publisher goes by its id.
    """
    names = names or {}
    lines, paragraphs = bylines(article)
    text = read_text(article, paragraphs)
    by_sentence: dict[int, list[Hit]] = {}
    for hit in sorted(hits(text.folded, article.language), key=lambda hit: (hit.start, -hit.end)):
        by_sentence.setdefault(text.sentence(hit.start), []).append(hit)
    found = list(signed(article, article.outlet, lines, text))
    found += own_work(text, by_sentence, article.outlet, [names.get(article.outlet, article.outlet)], publisher=True)
    for org in dict.fromkeys(credit.org for credit in said if credit.org and credit.relation != "photo"):
        known = registry.get(org)
        if org != article.outlet and known is not None and known.kind not in ("official", "social"):
            found += own_work(text, by_sentence, org, [known.name, *known.aliases], publisher=False)
    found += stated(article, text, by_sentence, lines, registry, names)
    return (*found, *items_of(article, registry))
