"""Paragraphs of a report, and what else stands among them where a text came without its page: headings, buttons, captions."""

from __future__ import annotations

import re

from aggregator.credit.names import unspaced
from storage import labels
from storage.spelling import fold

LONGEST_LINE = 150
"""Characters. On the 80 outlets of 345 articles that came without their pages all headings, buttons, links and sections were
shorter, and paragraphs without a stop at their end longer."""
LINE = 200
"""Characters. What is longer is a paragraph whatever its words are: bylines stand above it, and own names amid it only name.
LONGEST_LINE is for lines without a sentence, which are no report; up to LINE one with a sentence may still be a byline."""
_SENTENCE = re.compile(r"[.!?…。！？؟।။።։]|[:;]\s*$")
_TAIL = 200  # characters of a paragraph in which its last bracket stands
_BRACKET = re.compile(r"[(\[（]+([^()\[\]（）]{3,120})[)\]）]+\W*$")
_BAR = re.compile(r"\|([^|]{3,120})$")
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w’'.-]*(?: [^\W\d_a-z][\w’'.-]*)+")


def is_prose(paragraph: str) -> bool:
    """Is it a paragraph of the report? Not a heading, a button or a link, nor a caption, which an archive's text holds as well.

    >>> is_prose("Share on Facebook"), is_prose("The quay in May. (Jane Roe/AFP)"), is_prose("It rained.")
    (False, False, True)
    """
    if is_line(paragraph):
        return False
    tail = max(0, len(paragraph) - _TAIL)
    end = _BRACKET.search(paragraph, tail) or _BAR.search(paragraph, tail)
    return end is None or not credits_picture(end[1])


def is_line(words: str) -> bool:
    """Is it short and no sentence: a heading, a button, a link, a section?"""
    return len(words) <= LONGEST_LINE and _SENTENCE.search(words) is None and not _goes_without_stops(words)


def _goes_without_stops(paragraph: str) -> bool:
    """Is it in a script that parts neither words nor sentences, as Thai?"""
    return bool(paragraph) and unspaced(paragraph[0]) and len(paragraph) > LONGEST_LINE // 4


def credits_picture(words: str) -> bool:
    """ "Jane Roe/AFP", "AP Photo/Jane Roe", "Foto: dpa": a person in full beside a slash, or a word for a picture."""
    parts = words.split("/")
    named = len(parts) > 1 and any(_FULL_NAME.fullmatch(part.strip()) for part in parts)
    pictures = labels.phrases("photo")
    return named or any(word in pictures for word in re.findall(r"[^\W\d_]+", fold(words)))
