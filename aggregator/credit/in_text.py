"""Attribution inside the text: "told Reuters", "сообщает ТАСС", "deb xabar qildi Kun.uz", "wrote on Telegram".

A name counts only where a cue stands beside it, before or behind, with nothing between but words of no weight.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.credit.finding import Asked, Finding
from aggregator.credit.name_lists import NAMED, is_light, sentence_end
from aggregator.credit.tokens import Line, Token

_FAR = 8  # tokens between a cue and its name: "according to the Russian state-run news agency X"
_ON_AIR = 12  # tokens between a broadcaster and the verb: "Speaking on BBC Radio 4's Today programme, she said"
_PLAIN = 3  # letters of "on", "sur", "w", behind which stands whatever lies on something
_CLAUSE = 16  # tokens of "quoting a local official," between a name and its verb
_SHOWING = (
    5  # tokens before a name in which "shown" (live on it) or "in" (an interview with it) tells what stands behind
)
_TIES = ("comma", "slash", "quote", "open", "close")
_PLATFORM_PART = 25  # tokens around a platform's name in which a word of posting must stand
_NOT_OF_NAMES = frozenset({"reports", "posted", "citing", "media_word", "picture_word", "agency"})  # behind a title
_ANY_ONE = frozenset(
    ("ein", "eine", "einer", "un", "une", "una", "uno", "um", "uma", "een")
)  # not "a": Hungarian for "the"
_LEFT = frozenset({"said_to", "citing", "based", "published", "platform"})


def quotes(asked: Asked, start: int = 0) -> Iterator[Finding]:
    """Whom the text behind token ``start`` quotes. The one who quotes another stands before that one."""
    line = asked.line
    passed_on: Token | None = None
    for run in _runs(line, start):
        relation = _relation(line, run, start)
        if relation is None:
            continue
        via = passed_on.org.id if relation == "based_on" and passed_on is not None and passed_on.org else None
        for i in run:
            yield Finding(line.tokens[i], relation, via=via)
        passed_on = line.tokens[run[-1]] if relation == "quoted" else None


def _runs(line: Line, start: int) -> Iterator[list[int]]:
    """Names tied by commas, slashes and "and"."""
    run: list[int] = []
    for i in range(start, len(line.tokens)):
        token = line.tokens[i]
        if token.kind in NAMED:
            if run and run[-1] == i - 1 and line.gap(i - 1).isspace():
                yield run  # two names with nothing between are no list: "Trend Reuters-ə istinadən"
                run = []
            run.append(i)
        elif run and not (
            token.kind in _TIES or "and" in token.cues or (is_light(token) and "and" in line.tokens[i - 1].cues)
        ):
            yield run
            run = []
    if run:
        yield run


def _relation(line: Line, run: list[int], start: int) -> str | None:
    first = line.tokens[run[0]]
    before, behind = _before(line, run[0], start), _behind(line, run[-1])
    if first.org is not None and first.org.kind == "social":
        return "quoted" if _posted(line, run[0], before, behind) else None
    if before is not None and not _serves(line, run[0], before):
        before = None
    if behind is not None and "their_work" in behind.cues and not _says_something(line, run[0]):
        behind = None
    if behind is not None and "unveils" in behind.cues and _of_its_own(line, run[-1], behind):
        behind = None
    if first.weak and first.org is not None and _is_of_another(line, run[0]):
        return None
    plain = all(line.tokens[i].org is None for i in run)
    if plain and all(line.tokens[i].weak for i in run):
        return None if first.kind == "group" or not _strong(before) else "quoted"
    if (
        first.weak
        and first.org is not None
        and _ordinary(line, run[0])
        and not (before and before.cues & {"said_to", "citing"})
    ):
        return (
            "quoted"
            if behind is not None
            and behind.cues & {"reports", "citing"}
            and (_behind_comma(line, run[0]) or _cites(line, run[-1]))
            else None
        )
    if before is not None and before.cues & {"citing"}:
        return "based_on"
    if behind is not None and "citing_after" in behind.cues and before is None:
        return "based_on"
    if before is not None and "said_to" in before.cues:
        return "quoted"
    if behind is not None and behind.cues & {"reports", "citing"}:
        return "quoted"
    if _in_dated_bracket(line, run):
        return "quoted"
    if _dative(line, run[0]) and _near(line, run[0], "posted"):
        return "quoted"
    if first.org is not None and first.org.kind == "broadcaster" and _said_on(line, run[0]):
        return "quoted"
    if first.org is not None and first.org.kind == "agency" and not first.weak and _to_agency(line, run[0]):
        return "quoted"
    return None


def _serves(line: Line, i: int, before: Token) -> bool:
    """Is the name in front of which a verb stands the one that reports?

    It is in "…, reported Reuters" and "Zuvor hatte Bild darüber berichtet"; not in "Comcast reported NBC revenue of" and
    "Zuvor hatte Bild den Vertrag gekündigt".
    """
    row = line.tokens
    if "inverted" in before.cues:
        j = next(j for j in range(i - 1, -1, -1) if row[j].start == before.start)
        return j == 0 or row[j - 1].kind in ("comma", "quote", "dash", "close", "open") or sentence_end(line, j - 1)
    if any("read_more" in row[j].cues for j in range(i - 1, max(-1, i - _FAR), -1)):
        return False  # "Подробнее читайте в материале «Ъ»": the way to another text
    return "had" not in before.cues or any(row[j].cues & {"reports", "said_to"} for j in _rest_of_sentence(line, i))


def _says_something(line: Line, i: int) -> bool:
    """ "A BBC investigation found", "she apologised in a CNN interview"; not "he cancelled a CNN interview"."""
    ahead = [line.says(token).lower() for token in line.tokens[max(i - _SHOWING, 0) : i]]
    return bool({"in", "during"} & set(ahead)) or any(
        line.tokens[j].cues & {"posted", "found"} for j in _sentence(line, i)
    )


def _of_its_own(line: Line, i: int, verb: Token) -> bool:
    """ "CNN has seen its ratings fall", "Le Monde dévoile sa nouvelle formule", "has seen a 20% rise": what befell the outlet."""
    j = next(j for j in range(i, len(line.tokens)) if line.tokens[j].start == verb.start)
    behind = line.tokens[j + 1 : j + 2]
    counted = any(token.kind == "number" for token in line.tokens[j + 1 : j + 3])
    return counted or any("possessive" in token.cues for token in behind)


def _is_of_another(line: Line, i: int) -> bool:
    """ "il Messaggero Veneto", "kicker Harrison Butker", "un Parisien": a title's word in another's name, or for anybody."""
    row, printed = line.tokens, line.says(line.tokens[i])
    if printed.isupper() or " " in printed or row[i].stop > row[i].end:
        return False  # nor is "Politico's Jane Roe" one name
    behind = row[i + 1] if i + 1 < len(row) else None
    if behind is None or behind.kind not in ("word", "cue") or line.gap(i) != " ":
        longer = False
    else:
        longer = line.says(behind).istitle() and not behind.cues & _NOT_OF_NAMES
    return longer or (i > 0 and line.folded[row[i - 1].start : row[i - 1].end] in _ANY_ONE)


def _in_dated_bracket(line: Line, run: list[int]) -> bool:
    """ "Several analysts doubted it (Eurasianet, May 9)": a name and a date, and nothing else, in a bracket."""
    row, i = line.tokens, run[-1] + 1
    if not run[0] or row[run[0] - 1].kind != "open" or i >= len(row) or row[i].kind != "comma":
        return False
    end = next((j for j in range(i, min(len(row), i + _FAR)) if row[j].kind == "close"), None)
    dated = row[i + 1 : end] if end is not None else ()
    return any(t.kind == "number" for t in dated) and all(
        t.kind in ("number", "comma") or "month" in t.cues for t in dated
    )


def _cites(line: Line, i: int) -> bool:
    """ "Trend reports citing": two cues in a row, which an ordinary word would not have behind it."""
    behind = line.tokens[i + 1 : i + 3]
    phrase = any("reports" in token.cues and " " in line.says(token) for token in behind[:1])
    return phrase or any(token.cues & {"citing", "citing_after"} for token in line.tokens[i + 1 : i + 4])


def _dative(line: Line, i: int) -> bool:
    """ "to": a letter written together with the name, or with "agency" before it."""
    agency = line.tokens[i - 1] if i else None
    joined = agency is not None and "agency" in agency.cues and line.folded[agency.start] == "ل"
    return joined or line.tokens[i].prefix.endswith(("ل", "ל"))


def _strong(before: Token | None) -> bool:
    return before is not None and "said_to" in before.cues and before.end - before.start > 3


def _ordinary(line: Line, i: int) -> bool:
    """A weak name printed like any word: "Trend", "Report", not "AP"."""
    words = line.says(line.tokens[i])
    near = line.tokens[max(i - 1, 0) : i] + line.tokens[i + 1 : i + 2]
    if any(token.kind == "cue" and "agency" in token.cues for token in near):
        return False
    return not words.isupper() and " " not in words


def _behind_comma(line: Line, i: int) -> bool:
    return i > 0 and line.tokens[i - 1].kind in ("comma", "quote", "dash")


def _before(line: Line, i: int, start: int) -> Token | None:
    """The cue in front of a name, and of the letter that its script writes together with it."""
    i -= bool(line.tokens[i].prefix) and i > start and line.tokens[i - 1].end == line.tokens[i].start
    for j in range(i - 1, max(start - 1, i - 1 - _FAR), -1):
        token = line.tokens[j]
        if token.kind == "cue" and token.cues & _LEFT and not (is_light(token) and token.cues & {"platform"}):
            return token
        if not (is_light(token) or (token.kind in ("quote", "open", "cue") and _passes(token))):
            return token if token.cues & _LEFT else None
    return None


def _passes(token: Token) -> bool:
    return token.kind in ("quote", "open") or is_light(token)


def _behind(line: Line, i: int) -> Token | None:
    """The cue behind a name, perhaps behind a clause that says whom it quotes."""
    passed, i = 0, _behind_clause(line, i)
    for j in range(i + 1, min(len(line.tokens), i + 1 + _FAR)):
        token = line.tokens[j]
        clause = any("citing_after" in after.cues for after in line.tokens[j + 1 : j + 3])
        if token.kind == "name" and clause:
            passed = j
            continue
        if passed and "citing_after" in token.cues:
            continue
        if token.kind == "cue" and token.cues & {"reports", "citing", "citing_after", "platform"}:
            return token
        if not (
            is_light(token)
            or token.kind in ("quote", "close", "open", "number")  # "Reuters on May 12 reported"
            or _joined(line, j)
            or line.says(token) == "s"
        ):
            return None
        if "and" in token.cues and token.cased:
            return None
    return None


def _behind_clause(line: Line, i: int) -> int:
    """ "The dpa news agency, quoting a local official, said": the second comma; ``i`` where there is no such clause."""
    row, j = line.tokens, i + 1
    while j < len(row) and is_light(row[j]):
        j += 1
    if j + 1 >= len(row) or row[j].kind != "comma" or "citing" not in row[j + 1].cues:
        return i
    for end in range(j + 2, min(len(row), j + _CLAUSE)):
        if row[end].kind == "comma":
            return end
        if row[end].kind in NAMED or sentence_end(line, end):
            break
    return i


def _posted(line: Line, i: int, before: Token | None, behind: Token | None) -> bool:
    """A platform counts with "on" before it (or its like behind it) and a word of saying near."""
    ahead = any("platform" in t.cues for t in _steps(line, i))
    after = (behind is not None and "platform" in behind.cues) or line.tokens[i].stop > line.tokens[i].end
    told = (
        before is not None
        and before.cues & {"said_to", "citing"}
        and i + 1 < len(line.tokens)
        and "agency" in line.tokens[i + 1].cues
    )
    return bool(told) or ((ahead or after) and _near(line, i, "posted"))


def _said_on(line: Line, i: int) -> bool:
    """ "The minister said on Sky News", "a guest on NBC": "on" before a broadcaster, and a word of saying in the sentence.

    What an ordinary word ties to so plain a word as "on" is about the broadcaster: "an attack on Sky News", "BBC bias" on it.
    """
    ahead = [j for j in range(i - 1, max(-1, i - 5), -1) if "on_air" in line.tokens[j].cues]
    behind = line.tokens[i + 1 : i + 2]
    if any("on_air" in token.cues and not token.cased for token in behind):
        return _says_near(line, i)
    for j in ahead:
        token = line.tokens[j]
        if not all(is_light(between) or between.kind == "quote" for between in line.tokens[j + 1 : i]):
            continue
        if token.upper and token.end - token.start == 1:
            continue  # "I", which is not "i Rapport"
        if (token.end - token.start > _PLAIN or _heard_on(line, j)) and _says_near(line, i):
            return not _shown_there(line, i, j)
    return False


def _shown_there(line: Line, i: int, j: int) -> bool:
    """ "The match will be shown live on Sky Sports, the league said": a programme's place; not so of an interview."""
    near = [*line.tokens[max(j - _SHOWING, 0) : j], *line.tokens[i + 1 : i + 2]]
    return any("shown" in token.cues for token in near) and not any("heard" in token.cues for token in near)


def _says_near(line: Line, i: int) -> bool:
    return any("posted" in line.tokens[j].cues for j in _sentence(line, i) if abs(j - i) <= _ON_AIR)


def _heard_on(line: Line, j: int) -> bool:
    """Does nobody but a speaker, a time or an appearance stand before token j, an "on"?"""
    if j == 0:
        return True
    before = line.tokens[j - 1]
    ordinary = before.kind == "word" and before.cased and not before.upper and before.end - before.start > 1
    return not ordinary or bool(before.cues & {"appears", "posted"})


def _to_agency(line: Line, i: int) -> bool:
    """ "Lo ha detto il sindaco all'ANSA", "съобщи за БТА кметът": "to" straight before an agency, and a verb of saying."""
    row, j = line.tokens, i - 1
    while j >= 0 and row[j].cues & {"agency"} and "dative" not in row[j].cues:
        j -= 1
    if j < 0 or "dative" not in row[j].cues:
        return False
    behind = (
        row[i + 1] if i + 1 < len(row) else None
    )  # "a" is "to" in Portuguese, and no "to" in "a Reuters photographer"
    ends = behind is None or behind.kind in ("comma", "stop", "quote", "close") or line.says(behind) in ("que", "che")
    return (line.says(row[j]) != "a" or ends) and _told_in_clause(line, i, j)


def _told_in_clause(line: Line, i: int, to: int) -> bool:
    """A verb of saying with no comma between: "the grant to AFP was cut, the minister said" is about the agency.

    Straight behind a comma "to" follows an apposition: "ha detto Rossi, sindaco di Roma, all'ANSA".
    """
    row = line.tokens
    apposition = to > 0 and row[to - 1].kind == "comma"
    for steps in (range(to - 1, max(-1, i - _ON_AIR), -1), range(i + 1, min(len(row), i + _ON_AIR))):
        for j in steps:
            if sentence_end(line, j) or (row[j].kind == "comma" and not (apposition and j < to)):
                break
            if "posted" in row[j].cues:
                return True
    return False


def _joined(line: Line, j: int) -> bool:
    """The hyphen of "AFP-Reporter"."""
    return line.tokens[j].kind == "dash" and j + 1 < len(line.tokens) and not line.gap(j - 1) and not line.gap(j)


def _steps(line: Line, i: int) -> Iterator[Token]:
    for j in range(i - 1, max(-1, i - 5), -1):
        yield line.tokens[j]
        if not (is_light(line.tokens[j]) or line.tokens[j].kind == "quote"):
            return


def _near(line: Line, i: int, meaning: str) -> bool:
    """Does such a word stand in the same sentence?"""
    return any(meaning in line.tokens[j].cues for j in _sentence(line, i))


def _sentence(line: Line, i: int) -> Iterator[int]:
    for j in range(i, max(-1, i - _PLATFORM_PART), -1):
        if sentence_end(line, j):
            break
        yield j
    yield from _rest_of_sentence(line, i)


def _rest_of_sentence(line: Line, i: int) -> Iterator[int]:
    for j in range(i, min(len(line.tokens), i + _PLATFORM_PART)):
        if sentence_end(line, j):
            break
        yield j
