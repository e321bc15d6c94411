"""Lists of names around a cue, and the places behind a name. Shared by the rules; judges no relation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from aggregator.credit import cues
from aggregator.credit.tokens import Line, Token

NAMED = ("name", "group")
_SIGNS = ("comma", "slash", "bar", "dash", "quote", "number", "open", "close", "sign", "copy")
LIGHT = frozenset(
    {
        "filler",
        "agency",
        "staff",
        "which",
        "and",
        "month",
        "own_word",
        "together_with",
        "media_word",
        "picture_word",
        "no_place",
    }
)
LABELS = frozenset({"source", "photo", "with_label", "by"})
STRONG = frozenset({"with", "contributed", "based", "based_after", "published", "citing", "copyright", "house_byline"})
# Cues that may be a part of a longer name.
_OF_NAMES = frozenset({"no_place", "media_word", "picture_word", "institution", "which"})
_IN_LISTS = ("in", "by", "with", "together_with", "said_to", "based", "group")  # "avec les agences AFP et Reuters"
_ANY_ONE = frozenset("a an ein eine einer eines un une una uno um uma een en et egy".split())  # noqa: SIM905
_TEXTS = frozenset({"text", "material"})
_SHORTENED = frozenset("oprac red fot wg szerk bearb ред обр".split())  # noqa: SIM905
_LAST_PART = 6  # letters of "artikel", "bericht": shorter words end too many others
_CLAUSE = 3  # ordinary words behind a name that make a clause: "Mit dpa erstellt" has one
_FURTHEST = 200  # tokens; the longest list seen has about 60. It keeps reading linear
_BORROWED = 2  # words of a script without capitals that may stand between a cue and its names


def is_light(token: Token, *also: str) -> bool:
    """A word of no weight: "the", "news agency", "correspondent"."""
    return token.kind == "cue" and bool(token.cues & LIGHT or token.cues.intersection(also))


def sentence_end(line: Line, i: int) -> bool:
    """Does a sentence end with token i? The stop of an initial or of a shortened word does not end one."""
    if line.tokens[i].kind != "stop":
        return False
    if i + 1 == len(line.tokens):
        return True
    spaced = bool(line.gap(i)) or line.says(line.tokens[i]) in "。！？…"
    before = line.tokens[i - 1] if i else None
    if before is not None and i + 1 < len(line.tokens) and line.folded[before.start : before.end] in _SHORTENED:
        return False  # "oprac. Jan Kos, PAP"
    initial = before is not None and before.end - before.start <= 2 and before.upper and before.kind == "word"
    return spaced and not initial


def within_words(line: Line, i: int) -> bool:
    """Is an ordinary or unknown name only a part of capitalised words: "NAIC Health Insurance Report", "Trend Micro"?

    So is one behind a bracket of their initials ("Online Education (CHLOE) Report"), and initials that mean media in some
    language ("HWK OMV").
    """
    token = line.tokens[i]
    initials = token.kind == "group" and line.says(token).isupper()
    if (token.kind != "name" and not initials) or not token.weak or not token.cased:
        return False
    if i > 2 and line.tokens[i - 1].kind == "close" and line.tokens[i - 3].kind == "open" and line.gap(i - 1) == " ":
        return True
    ahead = i > 0 and _capitalised(line.tokens[i - 1]) and line.gap(i - 1) == " "
    behind = i + 1 < len(line.tokens) and _capitalised(line.tokens[i + 1]) and line.gap(i) == " "
    return ahead or behind


def names_agencies(line: Line, token: Token) -> bool:
    """A group by itself signs a text as "Agencies"; "Media News" is a section."""
    words = line.folded[token.start : token.end].split()
    return token.kind == "group" and not all(
        {"media_word", "which"} & cues.phrases().get(word, set()) for word in words
    )


def describes(line: Line, i: int) -> bool:
    """Does a name only say which poll or chart, or act, is meant: "a NAME poll of voters", "NAME confirming that they did"?

    So says a word straight behind it, after an article that means any one, or with a clause behind; but not one that means a
    text: "a NAME report" is NAME's.
    """
    row = line.tokens
    behind = row[i + 1] if i + 1 < len(row) and line.gap(i) == " " else None
    if behind is None or behind.upper or not (behind.cased and row[i].cased) or "and" in behind.cues:
        return False
    if _is_text(line, i + 1):
        return False
    any_one = i > 0 and line.folded[row[i - 1].start : row[i - 1].end] in _ANY_ONE
    clause = [token for token in row[i + 1 :] if token.kind == "word" and token.cased and not token.upper]
    return any_one or (behind.kind == "word" and len(clause) >= _CLAUSE and not _initials(line, i + 1))


def _is_text(line: Line, j: int) -> bool:
    """Does a word mean a text, or what one is made of: "report", "news report", "nieuwsbericht"?"""
    row = line.tokens
    while j + 1 < len(row) and row[j].cues & {"media_word", "agency"} and row[j].cues.isdisjoint(_TEXTS):
        j += 1  # "a NAME news agency report"
    word = line.folded[row[j].start : row[j].end].rpartition(" ")[2]
    return not row[j].cues.isdisjoint(_TEXTS) or word.endswith(_text_words())


@cache
def _text_words() -> tuple[str, ...]:
    """The words that mean a text and are long enough to be known as the last part of a longer one."""
    return tuple(sorted(word for word, said in cues.phrases().items() if said & _TEXTS and len(word) >= _LAST_PART))


def _capitalised(token: Token) -> bool:
    plain = token.kind == "word" or (token.kind == "cue" and bool(token.cues & _OF_NAMES))
    return plain and token.upper and token.cased and token.end - token.start > 1


def label_at(line: Line, i: int, meaning: str) -> int | None:
    """Where the names of a label begin: behind "Source:", "Photo by", "Quelle -"; None: token i is no such label."""
    token = line.tokens[i]
    if meaning not in token.cues:
        return None
    j = i + 1
    if j < len(line.tokens) and (line.tokens[j].kind in ("colon", "bar") or (i == 0 and line.tokens[j].kind == "dash")):
        return j + 1
    return None


def forward(line: Line, i: int) -> Iterator[int]:
    """The names of the list that begins at token i: it ends with the sentence, a bracket, a label or an ordinary word."""
    depth = borrowed = 0
    found = False
    for j in range(i, min(len(line.tokens), i + _FURTHEST)):
        token = line.tokens[j]
        if token.kind in NAMED and not label_at(line, j, "photo") and not label_at(line, j, "source"):
            found, borrowed = True, 0
            yield j
        elif token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth < 0:
                return
        elif sentence_end(line, j) or (token.kind == "colon" and found):
            return
        elif token.kind == "cue":
            label = token.cues & LABELS and j + 1 < len(line.tokens) and line.tokens[j + 1].kind == "colon"
            if label or (found and token.cues & STRONG and not is_light(token)):
                return
            if not is_light(token, *_IN_LISTS) and not token.upper:
                return
        elif token.kind == "word" and not (token.upper or _initials(line, j)):
            borrowed += 1
            if token.cased or found or borrowed > _BORROWED:
                return


def backward(line: Line, i: int) -> Iterator[int]:
    """The names of the list that ends before token i, the last one first."""
    for j in range(i - 1, max(-1, i - _FURTHEST), -1):
        token = line.tokens[j]
        if token.kind in NAMED:
            yield j
        elif (
            sentence_end(line, j)
            or (token.kind == "cue" and not is_light(token, "in", "by") and not token.upper)
            or (token.kind == "word" and token.cased and not token.upper)
        ):
            return


def _initials(line: Line, j: int) -> bool:
    """Small letters beside a slash: "ino/dpa", "(kle/dpa)"."""
    token, n = line.tokens[j], len(line.tokens)
    beside = (j + 1 < n and line.tokens[j + 1].kind in ("slash", "comma")) or (j and line.tokens[j - 1].kind == "slash")
    return token.end - token.start <= 4 and bool(beside)


def place_after(line: Line, i: int) -> str | None:
    """The place of a name: in brackets behind it, or behind "in" after its people ("AP writer Jon Mercer in Tbilisi")."""
    row = line.tokens
    if i + 2 < len(row) and row[i + 1].kind == "open":
        inside = words_of_place(line, i + 2)
        if inside > i + 2 and inside < len(row) and row[inside].kind == "close":
            return line.text[row[i + 2].start : row[inside - 1].end]
    j = i + 1
    while j < len(row) and j < i + 9:
        token = row[j]
        if "in" in token.cues and token.kind == "cue" and not token.upper:
            end = words_of_place(line, j + 1)
            return line.text[row[j + 1].start : row[end - 1].end] if end > j + 1 else None
        person = token.kind == "word" and (token.upper or line.says(token) == "s")
        if not (person or is_light(token, "in") or token.kind == "quote") or "and" in token.cues:
            return None
        j += 1
    return None


def words_of_place(line: Line, i: int) -> int:
    """The end of the capitalised words that begin at token i."""
    while i < len(line.tokens) and line.tokens[i].kind in ("word", "dash", "cue"):
        token = line.tokens[i]
        if token.kind == "dash" and (line.gap(i - 1) or i + 1 == len(line.tokens) or line.gap(i)):
            break
        if token.kind != "dash" and (not token.upper or token.cues & {"month", "and"}):
            break
        i += 1
    return i
