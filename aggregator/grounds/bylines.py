"""Who signs, and whether the byline says that he was there. Names nobody for a desk ("Web Desk", "Редакция")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aggregator.credit.names import mentions, unspaced
from aggregator.credit.prose import credits_picture, is_line, is_prose
from aggregator.credit.registry import Registry
from aggregator.grounds.phrases import hits, spaced
from aggregator.grounds.text import LEAD, Text
from aggregator.stories.stopwords import STOPWORDS
from storage.spelling import fold
from storage.types import Article, Credit

LONGEST = 110  # characters of a byline
MOST_WORDS = 14  # … and in all; half and twice as many: docs/constants.md
_SMALL = 4  # letters of a word without a capital in a byline: "von", "from", "para"
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
_PARTICLES = frozenset("af al av da de del den der di do dos du el la le ten ter van von zu".split())  # noqa: SIM905
_BY = re.compile(r"^.{0,20}?\b(?:by|By|BY)\s+")  # "Live blog by …"
# "Gwen Arkle in Coppergate", "Ansgar Dohm, Hemmerich": where he was.
_PLACE = rf"{_CAPITAL}[\w’'-]*(?:[ ](?:[a-z]{{1,3}}[ ])?{_CAPITAL}[\w’'-]*){{0,2}}"
_PLACED = re.compile(rf"^\s*(?:[,(–—|/·-]|\b{_BETWEEN})\s*(?P<place>{_PLACE})\W*$")


def bylines(article: Article) -> tuple[list[str], Sequence[str]]:
    """The bylines, and the paragraphs of the text: without a byline on top of them, and without what is none, as a button.

    A headline that the text repeats is nobody's byline.
    """
    lines = [line.text for line in article.sourcing_lines if line.where == "byline"]
    body = list(article.body)
    if body and article.headline and fold(body[0]) == fold(article.headline):
        del body[0]
    if body and (body[0] in lines or _is_byline(body[0])):
        lines.append(body.pop(0))
    return [line for line in dict.fromkeys(lines) if len(line) <= LONGEST], _of_the_report(body)


def _of_the_report(body: Sequence[str]) -> list[str]:
    """The paragraphs, with the headings amid them, but not what stands around the lead and behind the last."""
    prose = [is_prose(one) for one in body]
    numbers = [n for n, is_ in enumerate(prose) if is_]
    amid = range(numbers[LEAD - 1], numbers[-1]) if len(numbers) >= LEAD else range(0)
    return [one for n, one in enumerate(body) if prose[n] or (n in amid and is_line(one))]


def _is_byline(words: str) -> bool:
    """Is a text's first line one: short, no sentence, and where it has capitals, "by" somebody or a name and few other words?"""
    if len(words) > LONGEST or len(words.split()) > MOST_WORDS or words.rstrip()[-1:] in _ENDS_SENTENCE + ":":
        return False
    opened = _BY.sub("", _OPENING.sub("", words)).strip()
    if opened != words.strip() or words == words.lower() == words.upper():
        return True
    small = [word for word in opened.split() if word[0].isalpha() and word[0].islower()]
    names = [word for found in _PERSON.finditer(opened) for word in found[0].split() if word not in _PARTICLES]
    return bool(names) and STOPWORDS.isdisjoint(map(fold, names)) and all(len(word) <= _SMALL for word in small)


def signed(
    article: Article,
    publisher: str,
    lines: Sequence[str],
    text: Text,
    registry: Registry,
    credited: Sequence[str] = (),
) -> Iterator[Credit]:
    """A credit a byline of a person: of kind "there" where it says so, else "byline".

    ``credited`` are the names that sourcing lines credit: "Avec AFP" is nobody's signature, and neither is a date alone.
    "Jane Roe / AFP" is the one who took a picture.
    """
    for line in lines:
        if _of_a_picture(line, registry):
            continue
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
        place = _place(line, person, text, registry) if person else None
        sent = any(hit.meaning == "sent" for hit in found) and (len(bare.split()) > 2 or unspaced(bare[:1] or " "))
        yield Credit(
            name=person, org=publisher, place=place, role="publisher", relation="own", where="byline", words=line,
            start=0, end=0, kind="there" if place or sent else "byline",
        )  # fmt: skip


def _of_a_picture(line: str, registry: Registry) -> bool:
    """Does a slash or a bar part a person from an agency, or is a picture or a picture firm named?"""
    folded = fold(line)
    for name in mentions(line, folded, registry):
        before = folded[: name.start].rstrip()
        if name.alias.org.kind == "photo" or (name.alias.org.kind == "agency" and before[-1:] in ("/", "|")):
            return True
    return credits_picture(line) and "/" not in line


def _place(line: str, person: str, text: Text, registry: Registry) -> str | None:
    """The place behind a person's name, where the text names it as well: a role or a desk it does not.

    Neither an organisation ("Jane Roe, CNN") nor initials ("CEO and Founder") are one.
    """
    found = _PLACED.match(line[line.find(person) + len(person) :])
    if not found:
        return None
    place = found["place"]
    word = fold(place).split()[0]
    known = word if len(word) <= 4 else word[: max(4, len(word) - 2)]
    initials = place.split()[0].isupper() and not line.isupper() and len(word) <= 4
    if initials or any(name.start == 0 for name in mentions(place, fold(place), registry)):
        return None
    return place if re.search(rf"(?<!\w){re.escape(known)}", text.folded) else None
