"""The line under the headline: "By AFP", "Von NAME, dpa", "Reuters in Tashkent", "NAME/AGENCES", "By Euronews with AP"."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.credit.finding import Asked, Finding
from aggregator.credit.name_lists import NAMED, is_light, place_after, words_of_place
from aggregator.credit.tokens import Line


def byline(asked: Asked) -> Iterator[Finding]:
    """Whom a byline names; nothing where it holds ordinary words that a byline does not."""
    line = asked.line
    # "Follow her on Twitter" credits nobody: what a byline names of a platform is where to find its author.
    names = [
        i
        for i, token in enumerate(line.tokens)
        if token.kind in NAMED and not (token.org and token.org.kind == "social")
    ]
    if not names or any(_strange(line, i) for i in range(len(line.tokens))):
        return
    own = any(asked.own(line.tokens[i]) for i in names)
    relation = "republished"
    if own:  # beside the publisher's name another unknown one is a desk of its own
        names = [i for i in names if _known(asked, i)]
    for i in names:
        relation = _relation(line, i, names, own) or relation
        yield Finding(line.tokens[i], relation, place_after(line, i) or _beside(line, i))


def begins(asked: Asked) -> bool:
    """Does the line start as a byline does: with "by", or with a known name before a date?"""
    row = asked.line.tokens
    if not row:
        return False
    dated = any(token.kind == "number" or "month" in token.cues for token in row)
    return "by" in row[0].cues or (row[0].kind in NAMED and row[0].org is not None and dated)


def _known(asked: Asked, i: int) -> bool:
    token = asked.line.tokens[i]
    return token.org is not None or token.kind == "group" or asked.own(token)


def _strange(line: Line, i: int) -> bool:
    token = line.tokens[i]
    if token.kind == "word":
        return token.cased and not token.upper and token.end - token.start > 3
    return (
        token.kind == "cue"
        and not token.upper
        and token.cased
        and not is_light(
            token,
            "by",
            "in",
            "with",
            "together_with",
            "photo",
            "source",
            "house_byline",
            "month",
            "said_to",
            "platform",
            "posted",
            "based",
        )
    )


def _relation(line: Line, i: int, names: list[int], own: bool) -> str | None:
    """By what ties the name to what stands before it; None: the same as the name before."""
    row = line.tokens
    j = i - 1
    while j >= 0 and (
        row[j].kind in ("quote", "open")
        or (is_light(row[j]) and not row[j].cues & {"and", "together_with", "own_word"})
    ):
        j -= 1
    first = i == names[0]
    if row[i].kind == "group" or (own and not first):
        return "with" if j >= 0 or own else "based_on"
    if j < 0 or row[j].cues & {"by"} or own:
        return "republished"
    if row[j].kind == "slash" or row[j].cues & {"and", "together_with", "with"}:
        person = any(row[k].kind == "word" and row[k].upper for k in range(j)) or any(
            "own_word" in row[k].cues for k in range(j)
        )
        return (
            "with"
            if (first and person) or (row[j].cues & {"together_with", "with"} and j > 0)
            else None
            if not first
            else "republished"
        )
    return "republished" if first else None


def _beside(line: Line, i: int) -> str | None:
    """ "Reuters, JAKARTA": words behind the name and a comma, up to a date or the end; or in capitals before it."""
    row = line.tokens
    if i + 2 < len(row) and row[i + 1].kind in ("comma", "dash", "bar"):
        end = words_of_place(line, i + 2)
        dated = end >= len(row) or row[end].kind in ("number", "comma", "bar", "dash") or "month" in row[end].cues
        if end > i + 2 and dated:
            return line.text[row[i + 2].start : row[end - 1].end]
    if i >= 2 and row[i - 1].kind in ("comma", "dash", "bar"):
        words = line.text[row[0].start : row[i - 2].end]
        return words if words.isupper() and words_of_place(line, 0) == i - 1 else None
    return None
