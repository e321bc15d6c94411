"""The rules, in the order in which they apply, for each place where a line can stand."""

from __future__ import annotations

from functools import cache

from aggregator.credit import registry
from aggregator.credit.byline import byline
from aggregator.credit.dateline import dateline, set_apart
from aggregator.credit.dateline_head import head_end
from aggregator.credit.finding import Asked, Finding, concluded
from aggregator.credit.in_text import quotes
from aggregator.credit.labels import labels
from aggregator.credit.name_lists import label_at, sentence_end
from aggregator.credit.pictures import labelled, pictures
from aggregator.credit.prose import LINE
from aggregator.credit.registry import Registry
from aggregator.credit.signatures import closing, signature
from storage.types import Credit

_BLOCK = 12  # tokens: in a longer line such words are only words
_LONGEST = {"end": 20_000, "start": 20_000, "body": 20_000}
"""Characters of a paragraph that are read, by where it stands; the longest of 204 real pages has 7,000."""
_LONGEST_LINE = 2_000  # of a byline, a caption or metadata


def read_credits(
    text: str,
    *,
    language: str | None = None,
    context: str = "end",
    publisher: str | None = None,
    registry: Registry | None = None,
    names: tuple[str, ...] = (),
) -> tuple[Credit, ...]:
    """Whom a line credits: nobody, one or several, in the order of the line.

    ``context`` is where the line stands (end, start, dateline, byline, caption, credit, meta, body; "dateline" and "credit" are
    the parts of a paragraph and of a caption with an element of their own), ``publisher`` the id of the site that shows it,
    None where it is not known, ``names`` what that site calls itself. ``language`` is not needed: cues of all languages are
    known at once. Never raises for any text; takes time in proportion to its length.
    """
    said = text.strip()
    part = said[: _LONGEST.get(context, _LONGEST_LINE)]
    asked = Asked.from_text(part, context, publisher, registry or _shipped(), names)
    if (block := _block(asked)) is not None:
        before = part[: _sentences_before(asked, block)]  # "This story first ran in NAME. Sign up for …"
        asked = Asked.from_text(before, context, publisher, asked.registry, names)
    return concluded(asked, _findings(asked))


@cache
def _shipped() -> Registry:
    return registry.load_registry()


def _findings(asked: Asked) -> list[Finding]:
    if asked.where in ("caption", "credit"):
        return list(pictures(asked))
    if asked.where == "byline":
        return _unless_empty(list(labelled(asked)), _labelled_byline(asked), list(byline(asked)))
    if asked.where == "dateline":
        return list(set_apart(asked))
    if asked.where == "start":
        return [*dateline(asked), *_body(asked, head_end(asked))]
    if asked.where == "body":
        return _body(asked, 0)
    if asked.where == "meta":
        return _unless_empty(labels(asked), list(byline(asked)))
    photo = list(labelled(asked))
    said = _others(photo, [*labels(asked), *closing(asked)])
    quoted = _others([*photo, *said], list(quotes(asked)))
    return [*photo, *said, *quoted] or signature(asked)


def _others(taken: list[Finding], found: list[Finding]) -> list[Finding]:
    """What a rule found beyond what earlier ones took."""
    tokens = {finding.token for finding in taken}
    return [finding for finding in found if finding.token not in tokens]


def _unless_empty(*readings: list[Finding]) -> list[Finding]:
    """The first reading that says anything."""
    return next((reading for reading in readings if reading), [])


def _labelled_byline(asked: Asked) -> list[Finding]:
    tokens = asked.line.tokens
    return (
        labels(asked)
        if any(
            label_at(asked.line, i, "source")
            or (tokens[i].cues & {"based", "published"} and len(asked.line.says(tokens[i])) > 6)
            for i in range(len(tokens))
        )
        else []
    )


def _body(asked: Asked, start: int) -> list[Finding]:
    photo = list(labelled(asked))
    return photo + _others(photo, list(quotes(asked, start)))


def _block(asked: Asked) -> int | None:
    """Which token says that its sentence is a link, a block's label or a notice; None: none does."""
    tokens = asked.line.tokens
    parted = asked.where == "byline" and any(token.kind == "bar" for token in tokens)  # then only its part is a button
    if parted or asked.where in ("caption", "credit") or len(tokens) > _BLOCK * 2 or len(asked.line.text) > LINE:
        return None
    first = next((token for token in tokens if token.kind not in ("sign", "bar", "dash", "quote")), None)
    says = (i for i, t in enumerate(tokens) if "block" in t.cues and (t is first or len(tokens) <= _BLOCK))
    return next(says, None)


def _sentences_before(asked: Asked, i: int) -> int:
    """Where the sentence before that of token i ends."""
    ends = (asked.line.tokens[j].end for j in range(i - 1, -1, -1) if sentence_end(asked.line, j))
    return next(ends, 0)
