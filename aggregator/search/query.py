"""The language of queries: words to a tree. Asks no database and no clock but the one that it is given.

ferry fire                  both words, in any form: "deny" finds "denied"
"ferry fire"                just so, one after the other
ferry OR boat               either; OR binds closer than a space, brackets group
ferry -fire, NOT fire       without
rocket*                     words that begin so
headline:fire               in the headline; also text: credits: authors:, also headline:"ferry fire"
outlet:herald agency:afp lang:ru
since:3d until:2026-03-02   arrived since (m, h, d, w or a date) and until (a date: its end), in UTC
sources:>=2                 independent sources of the story: >= at least, <= at most, = exactly
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import regex

from storage.errors import QueryWrong

PLACES = ("headline", "text", "credits", "authors")
FILTERS = ("outlet", "agency", "lang", "since", "until", "sources")
QUOTES = str.maketrans("“”„«»＂", '""""""')
LEXEME = regex.compile(
    r'\s*(?P<minus>-(?=[^\s-]))?(?:(?P<open>\()|(?P<close>\))|(?P<field>\p{L}+):(?!//)(?=\S)|(?P<quoted>"(?P<inner>[^"]*)(?P<end>"?))'
    r'|(?P<word>[^\s()"]+)|(?P<nothing>$))'
)
AGO = regex.compile(r"(\d{1,4})(m|h|d|w)")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
BOUND = regex.compile(r"(>=|<=|=|>|<)?(\d{1,6})(\+)?")
DEEP = 50  # brackets within brackets: more is a mistake, and Python's own stack has an end


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be found: one in any form, several or ``exact`` ones just so, or the beginning of one."""

    text: str
    place: str | None = None  # one of PLACES; None: anywhere
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A fact that must be so: (outlet, "=", "herald"), (sources, ">=", 2), (since, "=", moment)."""

    name: str
    sign: str
    value: str | int | datetime


@dataclass(frozen=True, slots=True)
class Not:
    """Without."""

    of: Node


@dataclass(frozen=True, slots=True)
class And:
    """Each of them."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Or one of them."""

    of: tuple[Node, ...]


Node = Phrase | Filter | Not | And | Or


def parse(text: str, *, now: datetime | None) -> Node:
    """The tree of a query. ``now`` is what since:3d counts from; None: such a time is an error. Raises QueryWrong."""
    parser = _Parser(text, now)
    found = parser.all(0)
    if parser.next.kind == "close":
        raise QueryWrong(text, parser.next.at, "a bracket closes here that was never opened")
    if found is None:
        raise QueryWrong(
            text, 0, "there is nothing to look for: name a word, or outlet:, agency:, lang:, since:, sources:"
        )
    return found


def moment(text: str, *, now: datetime, end: bool = True) -> datetime:
    """A moment that people type: "3d" (m, h, d, w ago), a date (its ``end``, or its beginning) or a time, in UTC.

    Raises QueryWrong.
    """
    node = parse(f'{"until" if end else "since"}:"{text}"', now=now)
    if not isinstance(node, Filter) or not isinstance(node.value, datetime):
        raise QueryWrong(text, 0, f"{text} is no moment: 3d, 2026-03-02 or 2026-03-02T08:00, in UTC")
    return node.value


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # open | close | quoted | word | field | nothing
    at: int
    text: str
    minus: bool
    unclosed: bool = False


class _Parser:
    def __init__(self, text: str, now: datetime | None) -> None:
        self._text, self._now = text, now
        self._rest = _lexemes(text.translate(QUOTES))
        self.next = next(self._rest)

    def all(self, depth: int) -> Node | None:
        """Terms side by side; AND between them says nothing more."""
        if depth > DEEP:
            raise QueryWrong(self._text, self.next.at, f"more than {DEEP} brackets stand within each other")
        found: list[Node] = []
        while self.next.kind not in ("nothing", "close"):
            if self._keyword("AND") and found:
                self._take()
                self._needs("AND")
            found.append(self._any(depth))
        return None if not found else found[0] if len(found) == 1 else And(tuple(found))

    def _any(self, depth: int) -> Node:
        found = [self._one(depth)]
        while self._keyword("OR"):
            self._take()
            self._needs("OR")
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _one(self, depth: int) -> Node:
        if self._keyword("NOT"):
            self._take()
            self._needs("NOT")
            return Not(self._one(depth))
        if self._keyword("OR"):
            raise QueryWrong(self._text, self.next.at, 'OR stands here with nothing before it; the word itself is "OR"')
        lexeme = self._take()
        found = self._term(lexeme, depth)
        return Not(found) if lexeme.minus else found

    def _term(self, lexeme: _Lexeme, depth: int) -> Node:
        if lexeme.kind == "open":
            inner = self.all(depth + 1)
            if self.next.kind != "close":
                raise QueryWrong(self._text, lexeme.at, "this bracket is never closed")
            self._take()
            if inner is None:
                raise QueryWrong(self._text, lexeme.at, "there is nothing between these brackets")
            return inner
        if lexeme.kind == "field":
            return self._field(lexeme)
        return self._words(lexeme, None)

    def _field(self, field: _Lexeme) -> Node:
        name = field.text.lower()
        if name not in (*PLACES, *FILTERS):
            near = difflib.get_close_matches(name, (*PLACES, *FILTERS), 1)
            hint = (
                f"did you mean {near[0]}:?" if near else f"there are {', '.join(f'{n}:' for n in (*PLACES, *FILTERS))}."
            )
            raise QueryWrong(
                self._text, field.at, f'{field.text}: is not known; {hint} To find the words, put them in "…"'
            )
        value = self._take()
        if value.kind not in ("word", "quoted"):
            raise QueryWrong(self._text, value.at, f"{name}: needs a word or a quotation right after it")
        if name in PLACES:
            return self._words(value, name)
        return self._filter(name, value)

    def _words(self, lexeme: _Lexeme, place: str | None) -> Phrase:
        if lexeme.unclosed:
            raise QueryWrong(self._text, lexeme.at, "this quotation is never closed")
        exact = lexeme.kind == "quoted"
        prefix = not exact and lexeme.text.endswith("*")
        text = lexeme.text.rstrip("*") if prefix else lexeme.text
        if not regex.search(r"[\p{L}\p{N}]", text):
            raise QueryWrong(self._text, lexeme.at, "there is no letter and no digit to look for")
        return Phrase(text, place, exact, prefix)

    def _filter(self, name: str, value: _Lexeme) -> Node:
        if name in ("since", "until"):
            return Filter(name, "=", self._moment(name, value))
        if name == "sources":
            found = BOUND.fullmatch(value.text)
            if not found:
                raise QueryWrong(self._text, value.at, "sources: takes a number such as >=2, <=1, 3 or 2+")
            return Filter(name, ">=" if found[3] else found[1] or "=", int(found[2]))
        several = [one for one in value.text.lower().split(",") if one]
        if not several:
            raise QueryWrong(self._text, value.at, f"{name}: needs a name")
        nodes = tuple(Filter(name, "=", one) for one in several)
        return nodes[0] if len(nodes) == 1 else Or(nodes)

    def _moment(self, name: str, value: _Lexeme) -> datetime:
        ago = AGO.fullmatch(value.text.lower())
        if ago and self._now is None:
            raise QueryWrong(
                self._text, value.at, f"{name}: takes a date here, such as 2026-03-02: what is kept has no today"
            )
        if ago and self._now:
            return self._now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        try:
            moment = datetime.fromisoformat(value.text)
        except ValueError:
            said = f"{name}: takes 90m, 12h, 3d, 2w or a date such as 2026-03-02 or 2026-03-02T18:00"
            raise QueryWrong(self._text, value.at, said) from None
        whole_day = regex.fullmatch(r"\d{4}-?\d\d-?\d\d", value.text) is not None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment + timedelta(days=1, seconds=-1) if name == "until" and whole_day else moment

    def _keyword(self, word: str) -> bool:
        return self.next.kind == "word" and self.next.text == word and not self.next.minus

    def _needs(self, word: str) -> None:
        if self.next.kind in ("nothing", "close"):
            raise QueryWrong(self._text, self.next.at, f'something must follow {word}; the word itself is "{word}"')

    def _take(self) -> _Lexeme:
        taken = self.next
        self.next = next(self._rest)
        return taken


def _lexemes(text: str) -> Iterator[_Lexeme]:
    at = 0
    while True:
        found = LEXEME.match(text, at)
        assert found is not None
        kind = next(name for name in ("open", "close", "field", "quoted", "word", "nothing") if found[name] is not None)
        inner = found["inner"] if kind == "quoted" else found[kind]
        start = found.start(kind) if found["minus"] is None else found.start("minus")
        unclosed = kind == "quoted" and not found["end"]
        yield _Lexeme(kind, start, inner, found["minus"] is not None, unclosed)
        at = found.end()
        if kind == "nothing":
            while True:
                yield _Lexeme("nothing", len(text), "", False)
