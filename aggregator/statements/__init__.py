"""Who says what, where, and how he stands to it: statements in an article's own text, each with the sentence that it rests on.

    words, small_words    statements.toml, small_words.toml: a row a language
    speaker               who speaks: one grammar, four orders of words
    place                 a post, a press conference, a statement in writing, to which outlet
    figures               the dead and the injured that a text counts: figures.toml
    disputes              who contradicts whom in a story

Stances: *claims*, *confirms*, *denies*, *rebuts*, *retracts*, as the verb has them; *says* has none and is kept where the text
names the place. Nothing found is better than something wrong: words in quotation marks are another's, a verb behind "not", "to"
or "could" is nobody's, and without somebody there is no statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from aggregator.credit.registry import Registry
from aggregator.grounds import OpenedText
from aggregator.grounds.phrases import SPOKEN_IN, Hit, hits, languages, spaced
from aggregator.grounds.text import Text
from aggregator.statements.place import place
from aggregator.statements.small_words import small
from aggregator.statements.speaker import NAME, Clause, is_somebody, speaker
from storage.spelling import fold
from storage.statements import Statement

RULES = 4

__all__ = ["RULES", "statements_of"]

FILE = Path(__file__).with_name("statements.toml")
STANCES = {
    "claims": "claims", "confirms": "confirms", "denies": "denies", "rejects": "denies", "rebuts": "rebuts", "answer": "rebuts",
    "retracts": "retracts", "says": "says", "urges": "says",
}  # fmt: skip
PLACES = ("platform", "briefing", "interview", "written", "to", "to_medium", "post")
AGAINST = ("denies", "rebuts")
OBJECT_WITHIN = 60  # characters between "rejected" and what he rejected
SPEAKER_BETWEEN = 70  # characters between a quotation and the verb behind it: "“…,” ministry spokesman Ivo Tarn wrote"
STEM = 5  # letters that names of one country begin with in common: "Uzbekistan", "Uzbek"; no other length was tried
NEGATED_WITHIN = 3  # words before the verb in which a "not" undoes it
_WORD = re.compile(r"[^\W_]+")
_ARABIC_END = re.compile(r"[^\W\d_]{2}\.(?=\s)")
_LETTERS = re.compile(r"[^\W\d_]")


def statements_of(reading: OpenedText, language: str | None, registry: Registry) -> tuple[Statement, ...]:
    """The statements in a text, in its order; one a speaker, stance and place, the first of them."""
    language = SPOKEN_IN.get(language or "", language or "")
    if ("denies", language) not in languages(FILE):
        return ()
    text = _parted(reading.text, language)
    by_sentence = _by_sentence(text, hits(text.folded, language, FILE))
    grounds = _by_sentence(text, (hit for near in reading.by_sentence.values() for hit in near))
    found = [
        one
        for n, near in sorted(by_sentence.items())
        for one in _in_sentence(text, language, n, near, grounds.get(n, ()), registry)
    ]
    return _kept(found, language)


def _parted(text: Text, language: str) -> Text:
    """Parted also where a quotation ends with its own full stop ("“… is stable.” A resident said"), and in Arabic letters behind
    words so short that they would be abbreviations elsewhere.
    """
    ends = {
        b + 1
        for _, b in text.spoken
        if text.printed[b - 1] in ".!?…"
        and text.printed[b + 1 : b + 3].strip()[:1].isupper()
        and b + 1 < len(text.printed)
    }
    if language in ("ar", "fa"):
        ends |= {found.end() for found in _ARABIC_END.finditer(text.folded)}
    return replace(text, starts=tuple(sorted({*text.starts, *ends})))


def _by_sentence(text: Text, found: Iterable[Hit]) -> dict[int, list[Hit]]:
    near: dict[int, list[Hit]] = {}
    for hit in found:
        near.setdefault(text.sentence(hit.start), []).append(hit)
    return near


def _in_sentence(
    text: Text, language: str, n: int, near: Sequence[Hit], grounds: Sequence[Hit], registry: Registry
) -> Iterator[Statement]:
    start, end = text.span(n)
    placed = any(hit.meaning in PLACES for hit in near) or any(hit.meaning in PLACES for hit in grounds)
    ordered = sorted(near, key=lambda hit: (hit.start, -hit.end))
    verbs, at = [], -1
    for hit in ordered:
        if hit.meaning in STANCES and hit.start >= at:
            verbs.append(hit)
            at = hit.end
    for verb in verbs:
        clause = Clause(text, language, start, end, verb, ordered)
        stance = STANCES[verb.meaning]
        if not _stands(clause):
            continue
        content = _content(clause) if stance == "says" else None
        negated = content is not None and _negates(text, language, content)
        if stance == "says" and not negated and (not placed or verb.meaning != "says"):
            continue
        who = _owner(clause) if verb.meaning == "answer" else speaker(clause)
        if who is None:
            continue
        where = place(clause, grounds, registry, who)
        if where and where[0] == "outlet" and text.printed.startswith(where[1], who[0]):  # "заявил ТАСС Иван Петров"
            who = (min(who[0] + len(where[1]) + 1, who[1]), who[1])
            if not is_somebody(clause, who):
                continue
        if stance == "says" and where is None and not negated:
            continue
        if negated:
            stance = "negates"
        yield Statement(
            speaker=" ".join(text.printed[slice(*who)].split()),
            stance=stance,
            place=where[0] if where else None,
            place_words=where[1] if where else None,
            verb=text.printed[verb.start : verb.end],
            words=text.words(n),
            head=start < text.head,
            sentence=n,
        )


def _stands(clause: Clause) -> bool:
    """Does the verb say that somebody takes this stance, and not that he did not, or of what is no statement?"""
    text, verb, language = clause.text, clause.verb, clause.language
    before = _WORD.findall(text.folded, max(clause.start, verb.start - 30), verb.start)[-NEGATED_WITHIN:]
    neither = set(_WORD.findall(text.folded, clause.start, verb.start)) & small("neither", language)
    if (neither or set(before) & small("not", language)) and verb.meaning not in ("says", "urges", "answer"):
        return False
    behind_it = _WORD.findall(text.folded, verb.end, min(clause.end, verb.end + 40))
    if language == "de" and "nicht" in behind_it and verb.meaning in ("confirms", "denies", "rejects"):
        return False
    passive = set(before[-2:]) & small("passive", language)
    behind = _WORD.search(text.folded, verb.end, clause.end)
    following = behind[0] if behind else ""
    if verb.meaning in ("claims", "denies", "rejects", "confirms", "rebuts") and set(before[-1:]) & small(
        "determiner", language
    ):
        return False
    if text.printed[verb.start : verb.end].endswith("ing"):
        passive = set()
    if passive and following not in small("by", language) and verb.meaning not in ("says", "urges"):
        return False
    if verb.meaning == "rejects":
        return _has_object(clause, passive=bool(passive))
    if verb.meaning in ("claims", "denies", "confirms", "rebuts"):
        ahead = _WORD.findall(text.folded, verb.end, min(clause.end, verb.end + 40))[:4]
        if set(ahead[:3]) & small("what", language):
            return False
        later = (word[0] for word in _WORD.finditer(text.folded, verb.end, clause.end))
        following = next(
            (word for word in later if word not in small("light", language)), ""
        )  # "claimed on Monday that"
        if language == "en" and not passive:
            return _opens(clause, following)
        if verb.meaning == "claims" and small("that", language) and not passive and not _beside_quotation(clause):
            return following in small("that", language) or not following
    return True


def _has_object(clause: Clause, *, passive: bool) -> bool:
    verb = clause.verb
    before = passive or "first" in small("grammar", clause.language) or verb.end >= clause.end - 3
    start = clause.start if before else verb.start
    if clause.language == "de":
        start = max(clause.start, verb.start - OBJECT_WITHIN)
    if clause.has("object", start, verb.end + OBJECT_WITHIN):
        return True
    ahead = _WORD.findall(clause.text.folded, verb.end, min(clause.end, verb.end + 30))
    return bool(set(ahead[:4]) & small("joined", clause.language))


def _opens(clause: Clause, following: str) -> bool:
    """English: a claim goes on with "that", a denial with an article, a name, an object …; "confirmed cases" are none."""
    text, verb = clause.text, clause.verb
    at = text.printed[verb.end : verb.end + 3].lstrip()
    if clause.has("object", verb.end, verb.end + 25) or (at[:1] in ',"“' and _beside_quotation(clause)):
        return verb.meaning != "claims" or following not in ("by", "of")
    if following in small("that", "en"):
        return True
    if verb.meaning == "claims":
        return at[:1].isupper() and following not in small("by", "en")
    return following in small("opens", "en") or following.endswith("ing") or at[:1].isupper() or at[:1] in ".,;"


def _owner(clause: Clause) -> tuple[int, int] | None:
    """ "The Taliban's rebuttal": whose it is."""
    text, verb = clause.text, clause.verb
    found = re.search(r"([^,;:]{2,60}?) s $", text.folded[clause.start : verb.start])
    if not found:
        return None
    end = clause.start + found.end(1)
    return speaker(replace(clause, verb=Hit("says", end, end), end=end))


def _content(clause: Clause) -> tuple[int, int] | None:
    """Where the words begin that are said: behind the verb in quotation marks or behind "that", or in marks before it."""
    text, verb = clause.text, clause.verb
    for a, b in text.spoken:
        if verb.end <= a < clause.end and not _LETTERS.search(text.folded[verb.end : a].replace(" that", "")[-1:]):
            return a, b
        if clause.start - 1 <= a < verb.start and b <= verb.start and verb.start - b < SPEAKER_BETWEEN:
            return a, b
    return None


def _negates(text: Text, language: str, content: tuple[int, int]) -> bool:
    words = fold(text.printed[content[0] : min(content[1], content[0] + 60)]).strip(" \"'").replace("'", " ")
    return any(hit.meaning == "negates" and hit.start == 0 for hit in hits(words, language, FILE))


def _beside_quotation(clause: Clause) -> bool:
    return any(
        abs(a - clause.verb.end) < 60 or 0 <= clause.verb.start - b < 30
        for a, b in clause.text.spoken
        if a >= clause.start - 1 and a < clause.end
    )


def _kept(found: Sequence[Statement], language: str) -> tuple[Statement, ...]:
    """Without summaries of what stands in the text by name, and without repetitions.

    Words that deny without a verb that does ("wrote: “No activity has been observed”") are a denial only where somebody
    claims something, or somebody else denies it; else they are what they are.
    """
    disputed = any(one.stance in ("claims", *AGAINST) for one in found)
    told = [
        replace(one, stance="denies" if disputed else "says") if one.stance == "negates" else one
        for one in found
        if one.stance != "negates" or disputed or one.place
    ]
    kept: dict[tuple[str, str, str | None], Statement] = {}
    for one in told:
        others = [other for other in told if other is not one and not other.head and _family(other) == _family(one)]
        if not _sums_up(one, others, language):
            kept.setdefault((_key(one.speaker, language), _family(one), one.place_words), one)
    return tuple(kept.values())


def _sums_up(one: Statement, others: Sequence[Statement], language: str) -> bool:
    """Is a statement told of those who make it by name in the text, too?

    "Authorities" may be anybody; "Uzbek officials" are those whose name begins so. A headline's "Sorrel denies" may be Sorrel's
    ministry, its "minister" anybody's: somebody else is only who has a name of two words, and none of them in common.
    """
    names = _names(one.speaker, language)
    akin = any(_akin(names, _names(other.speaker, language)) for other in others)
    if _is_group(one, language):
        return any(not _is_group(other, language) for other in others) and (akin or not names)
    return one.head and bool(others) and (akin or len(names) < 2)


def _akin(some: set[str], others: set[str]) -> bool:
    """Is there a name that both have, or one that begins as the other's: "Uzbekistan", "Uzbek"?"""
    return any(one == other or (len(one) >= STEM and one[:STEM] == other[:STEM]) for one in some for other in others)


def _names(speaker: str, language: str) -> set[str]:
    """The words of a speaker that are written as names, folded, but what opens him and words for his office or his kind."""
    folded = spaced(speaker)
    told = [hit for hit in hits(folded, language, FILE) if hit.meaning in ("role", "group")]
    return {
        word
        for name in NAME.finditer(speaker)
        if (word := folded[name.start() : name.end()]) not in small("article", language)
        and not any(hit.start <= name.start() < hit.end for hit in told)
    }


def _is_group(one: Statement, language: str) -> bool:
    """ "Authorities in both countries", "Uzbek officials"; but no "experts' lawyer" and no "spokesman for the authorities"."""
    folded = spaced(one.speaker)
    told = list(hits(folded, language, FILE))
    for group in (hit for hit in told if hit.meaning == "group"):
        behind = _WORD.search(folded, group.end)
        roles = [hit.start for hit in told if hit.meaning == "role" and not group.start <= hit.start < group.end]
        if not any(at < group.start or (behind and at == behind.start()) for at in roles):
            return True
    return False


def _family(one: Statement) -> str:
    return "denies" if one.stance in AGAINST else one.stance


def _key(speaker: str, language: str) -> str:
    first, _, rest = fold(speaker).partition(" ")
    return rest if rest and first in small("article", language) else first + " " * bool(rest) + rest
