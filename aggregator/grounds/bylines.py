"""Who signs, and whether the byline says that he was there. Names nobody for a desk ("Web Desk", "Редакция")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aggregator.credit.names import unspaced
from aggregator.grounds.phrases import hits, spaced
from aggregator.grounds.text import Text
from storage.spelling import fold
from storage.types import Article, Credit

LONGEST = 110  # characters of a byline
MOST_WORDS = 14
_ENDS_SENTENCE = '.!?。！？।"”»'
_WORD = re.compile(r"[^\W_]+")
_OPENING = re.compile(
    r"^\W*(?:by|von|par|por|di|da|door|av|af|od|autora?|author|texto?|texte|testo|tekst|автор|текст|yazan|haber|מאת|بقلم|كتب"
    r"|szerző|írta)\b\s*:?\s+",
    re.IGNORECASE,
)
_CAPITAL = r"[^\W\d_a-zа-яёіїєґα-ω]"
_BETWEEN = r"(?:in|à|a|en|em|aus|z|w|i|из|в|з|у)\b"  # words between a name and a place
_PERSON = re.compile(rf"{_CAPITAL}[\w’'.-]*(?:[ \u00a0](?:(?!{_BETWEEN})[a-z]{{1,3}}[ ])?{_CAPITAL}[\w’'.-]*){{1,3}}")
_BY = re.compile(r"^.{0,20}?\b(?:by|By|BY)\s+")  # "Live blog by …"
# "Gwen Arkle in Coppergate", "Ansgar Dohm, Hemmerich": where he was.
_PLACE = rf"{_CAPITAL}[\w’'-]*(?:[ ](?:[a-z]{{1,3}}[ ])?{_CAPITAL}[\w’'-]*){{0,2}}"
_PLACED = re.compile(rf"^\s*(?:[,(–—|/·-]|\b{_BETWEEN})\s*(?P<place>{_PLACE})\W*$")


def bylines(article: Article) -> tuple[list[str], Sequence[str]]:
    """The bylines, and the paragraphs of the text without one that stands on top of them.

    A headline that the text repeats is nobody's byline.
    """
    lines = [line.text for line in article.sourcing_lines if line.where == "byline"]
    body = list(article.body)
    if body and article.headline and fold(body[0]) == fold(article.headline):
        del body[0]
    if body and (body[0] in lines or _is_byline(body[0])):
        lines.append(body.pop(0))
    return [line for line in dict.fromkeys(lines) if len(line) <= LONGEST], body


def _is_byline(words: str) -> bool:
    return len(words) <= LONGEST and len(words.split()) <= MOST_WORDS and words.rstrip()[-1:] not in _ENDS_SENTENCE


def signed(
    article: Article, publisher: str, lines: Sequence[str], text: Text, credited: Sequence[str] = ()
) -> Iterator[Credit]:
    """A credit a byline of a person: of kind "there" where it says so, else "byline".

    ``credited`` are the names that sourcing lines credit: "Avec AFP" is nobody's signature, and neither is a date alone.
    """
    for line in lines:
        folded = spaced(line)
        opened = _BY.sub("", _OPENING.sub("", line))
        bare = " ".join(_WORD.findall(spaced(opened)))
        found = list(hits(folded, article.language)) or list(hits(folded, None))
        if any(hit.meaning == "desk" and folded[hit.start : hit.end] == bare for hit in found):
            continue
        named = [name for name in credited if fold(name) in fold(line)]
        persons = [match[0] for match in _PERSON.finditer(opened)]
        person = next((one for one in persons if not any(fold(name) in fold(one) for name in named)), None)
        if person is None and (named or any(char.isdigit() for char in line)):
            continue
        place = _place(line, person, text) if person else None
        sent = any(hit.meaning == "sent" for hit in found) and (len(bare.split()) > 2 or unspaced(bare[:1] or " "))
        yield Credit(
            name=person, org=publisher, place=place, role="publisher", relation="own", where="byline", words=line,
            start=0, end=0, kind="there" if place or sent else "byline",
        )  # fmt: skip


def _place(line: str, person: str, text: Text) -> str | None:
    """The place behind a person's name, where the text names it as well: a role or a desk it does not."""
    found = _PLACED.match(line[line.find(person) + len(person) :])
    if not found:
        return None
    word = fold(found["place"]).split()[0]
    known = word if len(word) <= 4 else word[: max(4, len(word) - 2)]
    return found["place"] if re.search(rf"(?<!\w){re.escape(known)}", text.folded) else None
