"""The words of sourcing lines, from cues.toml: each phrase with all it may mean, in whatever language.

The language of a line is not asked: outlets print credits in other languages than their text ("Foto: X/AFP via Getty").
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import ahocorasick

from aggregator.credit.at_words import WordFinder
from storage import labels
from storage.spelling import fold

FILE = Path(__file__).with_name("cues.toml")
_EITHER_SIDE = frozenset("de fr es it pt nl pl cs sk ro bg ru uk be el sv no da sr hu".split())  # noqa: SIM905 - reads better
"""Languages in which the verb may stand before its subject: "meldet die dpa" beside "die dpa meldet"."""
NAMING = frozenset({"group", "one", "media_word", "picture_word"})
"""Tables whose words name somebody whom no registry knows: "other media", a capitalised name with "News" in it."""
_SUFFIX = 3  # letters: "Reuters'a konuşan" is printed apart as "a konuşan", joined as "konuşan"


@cache
def phrases() -> Mapping[str, frozenset[str]]:
    """Folded phrase -> the tables of cues.toml and storage/labels.toml that hold it."""
    found: dict[str, set[str]] = {}
    for meaning, languages in [
        *((m, t) for m, t in labels.tables().items() if m != "nobody"),
        *tomllib.loads(FILE.read_text("utf-8")).items(),
    ]:
        for language, phrase in ((language, fold(phrase)) for language, row in languages.items() for phrase in row):
            found.setdefault(phrase, set()).add(meaning)
            if meaning == "reports" and language in _EITHER_SIDE:
                found[phrase].add("said_to")
            head, _, rest = phrase.partition(" ")
            if meaning == "reports" and len(head) <= _SUFFIX and len(rest) > _SUFFIX + 1:
                found.setdefault(rest, set()).add(meaning)
    return MappingProxyType({phrase: frozenset(meanings) for phrase, meanings in found.items()})


@cache
def automaton() -> ahocorasick.Automaton:
    """Finds every phrase in a folded text; the value is (length, meanings)."""
    return _automaton(phrases())


@cache
def naming() -> ahocorasick.Automaton:
    """The same for the phrases that can name somebody by themselves: few, so that most paragraphs are passed at once."""
    return _automaton({phrase: said for phrase, said in phrases().items() if not said.isdisjoint(NAMING)})


@cache
def finder() -> WordFinder[frozenset[str]]:
    """Finds the phrases that stand whole in a Latin text, with their meanings."""
    return WordFinder((phrase, False, said) for phrase, said in phrases().items())


@cache
def naming_finder() -> WordFinder[frozenset[str]]:
    """The same for the phrases that can name somebody by themselves."""
    return WordFinder((phrase, False, said) for phrase, said in phrases().items() if not said.isdisjoint(NAMING))


def _automaton(said: Mapping[str, frozenset[str]]) -> ahocorasick.Automaton:
    machine = ahocorasick.Automaton()
    for phrase, meanings in said.items():
        machine.add_word(phrase, (len(phrase), meanings))
    machine.make_automaton()
    return machine
