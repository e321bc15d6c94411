"""A decision in words, for people, and as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage import clock
from storage.decisions import COUNTING, Decision


def sentence(one: Decision) -> str:
    """What was decided: "maria struck the credit of AFP in herald-1"."""
    return f"{one.who} {_deed(one)}"


def _deed(one: Decision) -> str:
    articles = ", ".join(one.articles)
    match one.verb:
        case "join":
            return f"joined {len(one.articles)} articles as reports of one event"
        case "split":
            return f"parted {articles} from {len(one.others)} other article{'s' * (len(one.others) != 1)}"
        case "text-of":
            return f"said that {articles} is {'its own work' if one.role == 'publisher' else f'the text of {one.name}'}"
        case "strike":
            return f"struck the credit of {one.name} in {articles}"
        case "not-independent":
            return f"said that {one.name} is not independent here"
        case "note":
            return f"noted: {one.text}"
    return f"undid decision {one.undoes}"


def told(one: Decision) -> str:
    """A decision in a line: what, when, why, and its number, by which it is undone."""
    because = f": {one.why}" if one.why else ""
    return f"{sentence(one)} on {one.moment:%Y-%m-%d} (decision {one.n}){because}"


def deciders(decided: Sequence[Decision]) -> list[str]:
    """The people on whose decisions a count rests."""
    return list(dict.fromkeys(one.who for one in decided if one.verb in COUNTING))


def as_data(one: Decision, undone_by: int | None = None) -> dict[str, Any]:
    """A decision as one JSON object. ``why`` null: none was asked for; ``undone by`` null: it is in force."""
    return {
        "decision": one.n,
        "when": clock.to_text(one.moment),
        "who": one.who,
        "verb": one.verb,
        "what": sentence(one),
        "why": one.why,
        "story": one.story,
        "articles": list(one.articles),
        "others": list(one.others),
        "source": one.source or one.name,
        "overruled": one.overruled,
        "undone by": undone_by,
    }
