"""Where something was said: a post, a press conference, a statement in writing, to which outlet; and the words that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.credit import cues
from aggregator.credit.names import mentions, unspaced
from aggregator.credit.registry import Registry
from aggregator.grounds.phrases import Hit
from aggregator.statements.small_words import small
from aggregator.statements.speaker import Clause
from storage.spelling import fold

NO_OUTLETS = ("official", "social", "photo")  # kinds of organisation
TO_WITHIN = 70  # characters behind a verb: somebody with his office stands between; no other number was tried
NEAR = 30  # characters between "told" and an outlet's name
KINDS = (("platform", "post"), ("briefing", "press conference"), ("interview", "interview"), ("written", "statement"))
_HOST = re.compile(r"\w+\.(?:com|org|net|info|news|[a-z]{2})\b")  # "told Polygraph.info"
_NAMED = re.compile(r"[^\W\d_a-zа-яёіїєґß-öø-ÿ][\w.]*(?:[ ][^\W\d_a-zа-яёіїєґß-öø-ÿ][\w.]*){0,3}")


def place(
    clause: Clause, grounds: Sequence[Hit], registry: Registry, speaker: tuple[int, int]
) -> tuple[str, str] | None:
    """(kind, words): outlet | post | press conference | interview | statement; None: the sentence does not say."""
    outside = [hit for hit in clause.hits if not speaker[0] <= hit.start < speaker[1]]
    outlet = _outlet(clause, grounds, registry)
    if outlet:
        return "outlet", outlet
    for meaning, kind in KINDS:
        hit = next((hit for hit in outside if hit.meaning == meaning), None)
        if hit:
            return kind, _whole(clause, hit)
    post = next((hit for hit in grounds if hit.meaning == "post" and not speaker[0] <= hit.start < speaker[1]), None)
    return ("post", _whole(clause, post)) if post else None


def _whole(clause: Clause, hit: Hit) -> str:
    """The words as printed, with their ending."""
    end = hit.end
    while end < clause.end and clause.text.folded[end].isalnum() and not unspaced(clause.text.folded[end]):
        end += 1
    return clause.text.printed[hit.start : end]


def _outlet(clause: Clause, grounds: Sequence[Hit], registry: Registry) -> str | None:
    """The outlet that a statement was given to: a name of the registry, or one beside a word for a medium."""
    text = clause.text
    for cue in (hit for hit in clause.hits if hit.meaning in ("to", "to_medium")):
        if "first" in small("grammar", clause.language):  # "ロイターの取材に": its name stands before it
            before = text.printed[max(clause.start, cue.start - NEAR) : cue.start]
            for name in mentions(before, fold(before), registry):
                if name.stop == len(before):
                    return before[name.start :]
        printed = text.printed[cue.end : min(clause.end, cue.end + NEAR + 30)]
        for name in mentions(printed, fold(printed), registry):
            if name.start <= NEAR and name.alias.org.kind not in NO_OUTLETS:
                return printed[name.start : name.stop]
        opened = _NAMED.match(printed.lstrip(' «“„"'))
        if opened and (_is_medium(opened[0]) or (cue.meaning == "to_medium" and opened[0])):
            return opened[0].rstrip(".")
        if cue.meaning == "to_medium" and "uncased" in small("grammar", clause.language):
            return " ".join(printed.split()[:2]).strip("،,.")
        medium = next(
            (hit for hit in grounds if hit.meaning == "medium" and cue.end <= hit.start <= cue.end + NEAR), None
        )
        named = _NAMED.search(text.printed, medium.end, min(clause.end, medium.end + NEAR)) if medium else None
        if named:
            return named[0]
    return _dative(clause, registry)


def _dative(clause: Clause, registry: Registry) -> str | None:
    """An outlet of the registry behind a "to" that follows the verb and at most who speaks: "ha declarado Juan Pérez a EFE"."""
    at = clause.verb.end
    printed = re.split(r"[,;:«»“”„\"()]", clause.text.printed[at : min(clause.end, at + TO_WITHIN)])[0]
    folded, dative = fold(printed), small("dative", clause.language)
    for name in mentions(printed, folded, registry):
        before = re.findall(r"[^\W_]+", folded[: name.start])[-1:]
        if set(before) & dative and name.alias.org.kind not in NO_OUTLETS:
            return printed[name.start : name.stop]
    return None


def _is_medium(name: str) -> bool:
    """Has a name a word that media have in theirs, or is it an address?"""
    if _HOST.match(name):
        return True
    return any("media_word" in cues.phrases().get(word, ()) for word in fold(name).split()[:4])
