"""A text in sentences and a sentence in words, in any script: what versions are compared by.

A sentence that is parted at an abbreviation is only a shorter line of the diff, one that goes on after a number and a full
stop (a day, in German) a longer one. What is a word here: letters; a number with
its separators, in any script's digits; a sign that changes what is said (%, a currency, a minus, a question mark). Case, kinds
of quotation marks and dashes, white space and the rest of punctuation are typography.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

END = regex.compile(
    r"""(?<!\d\.)(?<=[.!?…]["”’»“)\]]*)\s+(?=["“„«‘(\[¿¡]*[\p{Lu}\p{Lt}\p{Lo}\p{N}])|(?<=[。！？]["”』」）]*)(?=\S)|(?<=[।؟۔።]["”’»)]*)\s+"""
)
WORD = regex.compile(
    r"(?<![\p{L}\p{N}])[-−–](?=\p{N})|\p{N}+(?:[.,٫٬:/]\p{N}+)*|[\p{L}\p{M}]+(?:['’ʼ][\p{L}\p{M}]+)*|[%٪‰\p{Sc}]|[?？؟]"
)
# Pairs of quotation marks that papers use; a straight or a single mark counts where no word goes on across it.
QUOTED = regex.compile(
    r"""“([^”“„]+)”|„([^“”]+)[“”]|”([^”“]+)”|«([^»]+)»|»([^«»]+)«|‹([^›]+)›|「([^」]+)」|『([^』]+)』|《([^》]+)》|"([^"]+)"|"""
    r"""‘([^‘]+?)’(?!\w)|(?<!\w)'([^']+?)'(?!\w)"""
)
ONE_SIGN = {"−": "-", "–": "-", "？": "?", "؟": "?", "٪": "%", "٫": ".", "٬": ","}


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph.

    >>> sentences("It burned. Nobody was hurt. 火が消えた。けが人はない。")
    ['It burned.', 'Nobody was hurt.', '火が消えた。', 'けが人はない。']
    """
    return [part.strip() for part in END.split(text) if part and part.strip()]


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """What a text says, without its typography.

    >>> words("“It’s −5,5 %”"), words('"it\\'s - 5.5%"')
    (("it's", '-', '5,5', '%'), ("it's", '5.5', '%'))
    """
    return tuple(_plain(found.group()) for found in WORD.finditer(unicodedata.normalize("NFKC", text)))


def quotations(text: str) -> tuple[tuple[str, ...], ...]:
    """What stands in quotation marks, as words."""
    return tuple(words(next(filter(None, found.groups()), "")) for found in QUOTED.finditer(text))


def is_number(word: str) -> bool:
    """Does a word begin with a digit, or is it a sign that belongs to a number?"""
    return word[0].isdecimal() or word in ("-", "%", "‰") or unicodedata.category(word[0]) == "Sc"


def _plain(word: str) -> str:
    word = "".join(ONE_SIGN.get(c, str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c) for c in word)
    return word.replace("’", "'").replace("ʼ", "'").casefold()
