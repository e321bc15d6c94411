"""Names that no registry knows: "Harbour Evening News", a medium by its words; "various media sources", a group."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from aggregator.credit import cues
from aggregator.credit.names import unspaced
from aggregator.credit.tokens import NOTHING, Token

_MEDIUM = frozenset({"media_word", "picture_word"})
_OF_NAMES = frozenset({*_MEDIUM, "which", "appears", "dative"})  # meanings of words that stand in names as well
_GROUP_NOUNS = frozenset({"group", "one"})
LONGEST_NAME = 8  # capitalised words that are looked at together
_MOST_WORDS = 4  # of an unknown medium's name


def unknown_media(text: str, folded: str, tokens: list[Token]) -> list[Token]:
    """Join capitalised words of which one says "news", "press", "zeitung": a medium that no registry knows."""
    return list(_media_joined(text, folded, tokens)) if _any(_MEDIUM, tokens) else tokens


def _any(meanings: frozenset[str], tokens: list[Token]) -> bool:
    return not meanings.isdisjoint(chain.from_iterable([token.cues for token in tokens if token.cues]))


def _media_joined(text: str, folded: str, tokens: list[Token]) -> Iterator[Token]:
    run: list[Token] = []
    for token in tokens:
        plain = token.kind in ("word", "cue") and token.upper and token.cased
        if plain and len(run) < LONGEST_NAME and (not run or text[run[-1].stop : token.start] == " "):
            run.append(token)
            continue
        # "Ann Lee News reporter": the news are what she reports on
        yield from run if "staff" in token.cues else _medium(folded, run)
        run = [token] if plain else []
        if not plain:
            yield token
    yield from _medium(folded, run)


def _medium(folded: str, run: list[Token]) -> list[Token]:
    """The words from the first that is no cue to the last that says what it is; the others stay as they are."""
    if len(run) < 2:
        return run
    start = next((i for i, token in enumerate(run) if not token.cues - _OF_NAMES), len(run))
    says = [i for i, token in enumerate(run) if i >= start and _says_medium(folded, token)]
    if not says or says[-1] - start < 1 or len(says) == says[-1] + 1 - start or says[-1] - start > _MOST_WORDS:
        return run
    last = says[-1]
    if last + 1 < len(run) and "staff" in run[last + 1].cues and folded[run[last].start : run[last].end] == "news":
        return run  # "Ann Lee News Reporter"
    name = Token("name", run[start].start, run[last].end, run[last].stop, weak=True, upper=True)
    return [*run[:start], name, *run[last + 1 :]]


def _says_medium(folded: str, token: Token) -> bool:
    return not cues.phrases().get(folded[token.start : token.end], NOTHING).isdisjoint(_MEDIUM)


def groups(text: str, tokens: list[Token]) -> list[Token]:
    """Join "various", "media" and "sources" to one group; an "agency" before a name stays a word about that name."""
    return list(_groups_joined(text, tokens)) if _any(_GROUP_NOUNS, tokens) else tokens


def _groups_joined(text: str, row: list[Token]) -> Iterator[Token]:
    i = 0
    while i < len(row):
        token, j = row[i], i + 1
        if token.kind != "cue" or not token.cues & {"group", "one", "which"}:
            yield token
            i += 1
            continue
        while j < len(row) and row[j].cues & {"group", "which"} and row[j].kind == "cue" and _near(text, row, j):
            j += 1
        part = row[i:j]
        nouns = [t for t in part if t.cues & _GROUP_NOUNS]
        before_name = j < len(row) and row[j].kind == "name" and _near(text, row, j)
        labelled = j < len(row) and row[j].kind == "colon" and any("source" in t.cues for t in part)
        if not nouns or before_name or labelled:
            yield from part
        else:
            one = all("one" in t.cues for t in nouns)
            weak = len(part) == 1 and " " not in text[token.start : token.end].strip()
            meanings = frozenset({"one"} if one else {"group"})
            yield Token("group", token.start, part[-1].end, part[-1].stop, meanings, weak=weak, upper=token.upper)
        i = j


def _near(text: str, row: list[Token], j: int) -> bool:
    between = text[row[j - 1].stop : row[j].start]
    return between.isspace() or (not between and unspaced(text[row[j].start]))
