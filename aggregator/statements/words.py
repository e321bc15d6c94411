"""Statements and disputes in words and as data, the same on every surface: terminal, pages, check, MCP. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.disputes import Dispute
from storage.spelling import fold
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Told:
    """One statement as a story's articles tell it: forty reprints of a sentence are one."""

    statement: Statement  # as the first of them has it, with the most telling stance that any of them gives
    articles: tuple[str, ...]  # ids, in order of arrival


def gathered(statements: Iterable[Statement]) -> tuple[Told, ...]:
    """Statements of a story, the same sentence of the same speaker once, in order of arrival."""
    found: dict[tuple[str, str], list[Statement]] = {}
    for one in statements:
        found.setdefault((fold(one.words), fold(one.speaker)), []).append(one)
    return tuple(
        Told(
            next((one for one in same if one.stance != "says"), same[0]),
            tuple(dict.fromkeys(one.article for one in same if one.article)),
        )
        for same in found.values()
    )


def where(one: Statement) -> str:
    """Where somebody said it; "": the sentence does not say.

    >>> where(Statement(speaker="X", stance="says", place="outlet", place_words="AFP", verb="told", words="…", head=False))
    'to AFP'
    """
    if one.place is None:
        return ""
    if one.place == "outlet":
        return f"to {one.place_words}"
    named = one.place_words if one.place == "post" else None
    return f"{one.place} ({named})" if named else one.place


def told(one: Statement) -> str:
    """ "The ministry: denies, post (Telegram)"."""
    return ", ".join(part for part in (f"{one.speaker}: {one.stance}", where(one)) if part)


def statement_as_data(one: Statement, outlets: Mapping[str, str], urls: Mapping[str, str | None]) -> dict[str, Any]:
    """A statement for a machine. ``outlets`` and ``urls`` are of the story's articles, by id."""
    article = one.article or ""
    return {
        "speaker": one.speaker,
        "stance": one.stance,
        "place": one.place,
        "place words": one.place_words,
        "sentence": one.words,
        "article": one.article,
        "outlet": outlets.get(article),
        "url": urls.get(article),
    }


def dispute_as_data(one: Dispute) -> dict[str, Any]:
    """A dispute for a machine."""
    return {
        "kind": one.kind,
        "dispute": one.summary,
        "sentence": one.words,
        "articles": [id_ for id_ in (one.article, one.other) if id_],
    }


def data_of(
    statements: Iterable[Statement],
    disputes: Iterable[Dispute],
    outlets: Mapping[str, str],
    urls: Mapping[str, str | None],
) -> dict[str, list[dict[str, Any]]]:
    """Both, under their names."""
    return {
        "statements": [statement_as_data(one, outlets, urls) for one in statements],
        "disputes": [dispute_as_data(one) for one in disputes],
    }
