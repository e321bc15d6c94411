"""Credits amid a text whose lines nobody told apart: an archive's, which came without its page; several reports in one.

Only agencies of the registry count here: an unknown name in such a place may be a caption's, a section's, a teaser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aggregator.credit.byline import begins
from aggregator.credit.finding import Asked
from aggregator.credit.registry import Registry
from aggregator.credit.rules import read_credits
from storage.types import Article, Credit

# The head of a dateline with an agency: "HELSINKI (AP) —", "ST. LOUIS, Mo., May 30 (Reuters) -". Places have dots.
_DATELINE = re.compile(r"[^\W\d_][^!?()]{1,60}\([^()]{2,30}\)\s?(?:--?|[—–])")
_LINE = 200  # characters; a longer one is a paragraph: bylines stand above the first of these


def agencies_amid(article: Article, publisher: str, registry: Registry) -> Iterator[Credit]:
    """Agencies in a dateline below the first paragraph, and in a byline that stands in the text."""
    lines = [(text, "start") for text in article.body[1:] if _DATELINE.match(text)]
    if not article.sourcing_lines:
        lines += [(text, "byline") for text in _bylines(article, registry)]
    for text, where in lines:
        for credit in read_credits(
            text, context=where, publisher=publisher, registry=registry, language=article.language
        ):
            org = registry.get(credit.org)
            if org and org.kind == "agency" and credit.relation == "republished" and credit.start < _LINE:
                yield credit


def _bylines(article: Article, registry: Registry) -> Iterator[str]:
    for text in article.body:
        if len(text) > _LINE:
            return
        if begins(Asked.from_text(text, "byline", article.outlet, registry)):
            yield text
        elif glued := _glued(text, registry):
            yield glued


def _glued(text: str, registry: Registry) -> str | None:
    """The agency that a lost line break glued to a name: "Jan NovakAssociated Press"."""
    names = _names(registry)
    if not text.endswith(names):
        return None
    return next((name for name in names if text.endswith(name) and text[: -len(name)][-1:].islower()), None)


@cache
def _names(registry: Registry) -> tuple[str, ...]:
    """The agencies' names that begin with a capital letter and are no ordinary words."""
    return tuple(
        name
        for org in registry
        if org.kind == "agency"
        for name, weak in org.spellings
        if not weak and name[0].isupper()
    )
