"""Whose work an article is, after people said so: the machine's credits without what was struck, and people's own. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.decisions import Decision
from storage.spelling import fold
from storage.types import WHOSE_TEXT, Credit

DESK = "desk"  # where a credit stands that a person gave


def struck(credit: Credit, decisions: Iterable[Decision]) -> int | None:
    """The decision by which a credit counts for nothing; None: it counts."""
    for one in decisions:
        if one.verb == "strike" and names(credit, one.source or ""):
            return one.n
        if one.verb == "text-of" and credit.kind is None and credit.relation in WHOSE_TEXT:
            return one.n
    return None


def names(credit: Credit, source: str) -> bool:
    """Is this whom the credit names: an id, or a name in whatever spelling?"""
    return credit.org == source or fold(credit.name or "") == fold(source)


def given(decisions: Sequence[Decision]) -> Credit | None:
    """The credit that a person gave: the last one's word; None: nobody said whose text it is."""
    last = next((one for one in reversed(decisions) if one.verb == "text-of"), None)
    if last is None or last.role is None:
        return None
    own = last.role == "publisher"
    return Credit(
        name=last.name,
        org=last.source,
        place=None,
        role=last.role,
        relation="own" if own else "republished",
        where=DESK,
        words=last.by,
        start=0,
        end=0,
    )
