"""Who was there, spoke to somebody, or read the document: sentences in which a newsroom names itself at work.

It names itself by its name, or as "our reporter" and its like in every language, or as "us" close to a verb of telling;
beside that a verb of telling, showing or seeing must stand in the sentence, and no refusal ("did not respond to …").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aggregator.grounds.own_names import OWN_WORK, TELLING, WORK, named
from aggregator.grounds.phrases import Hit, spaced
from aggregator.grounds.text import Text
from storage.types import Credit

NEAR = 30  # characters between "us" and its verb
LONGEST_NAME = 40  # characters of an organisation's name before "reporter"
_READING = tuple(
    spaced(word)
    for word in (
        *(
            "obtained",
            "reviewed",
            "examined",
            "seen by",
            "einseh",
            "eingesehen",
            "vorliegt",
            "consult",
            "accedi",
            "acceso",
        ),
        *("acesso", "inzage", "visionat", "betekint", "ознакомил", "ознайоми", "查阅", "入手", "입수", "اطلع"),
    )
)


def own_work(
    text: Text,
    by_sentence: Mapping[int, Sequence[Hit]],
    org: str,
    spellings: Sequence[str],
    *,
    ours: Sequence[str] = (),
    others: Sequence[str] = (),
    role: str = "publisher",
) -> Iterator[Credit]:
    """The first sentence of each kind that shows it.

    ``ours`` are the meanings of words that stand for this newsroom's people without its name; none where one of the
    ``others``' names stands before ("路透社记者看到").
    """
    itself: dict[int, list[Hit]] = {}
    for spelling in spellings:
        for hit in named(text, spelling, by_sentence, own=role == "publisher"):
            itself.setdefault(text.sentence(hit.start), []).append(hit)
    shown: dict[str, tuple[int, Hit]] = {}
    for n in sorted({*by_sentence, *itself} if ours else itself):
        near = by_sentence.get(n, ())
        if any(hit.meaning in ("refused", "earlier") for hit in near):
            continue
        verbs = [hit for hit in near if hit.meaning in (OWN_WORK if ours else WORK)]
        people = [
            hit
            for hit in _people(near, verbs)
            if hit.meaning in ours and not (_is_name(text, hit) or _signs(text, hit) or _behind(text, hit, others))
        ]
        for hit in (*itself.get(n, ()), *people):
            shown.setdefault(_kind(text, hit, verbs), (n, hit))
    for kind, (n, hit) in shown.items():
        yield Credit(
            name=text.printed[hit.start : hit.end], org=org, place=None, role=role,
            relation="own", where="body", words=text.words(n), start=0, end=0, kind=kind,
        )  # fmt: skip


def _is_name(text: Text, hit: Hit) -> bool:
    """ "A US official told": is "us" printed with a capital?"""
    printed = text.printed[hit.start : hit.end]
    return hit.meaning == "us" and printed != printed.lower()


def _signs(text: Text, hit: Hit) -> bool:
    """ "(서울=연합뉴스) 홍길동 기자 = …": does the dateline end behind the word for a reporter?"""
    return text.folded[hit.end : hit.end + 3].lstrip(" ").startswith("=")


def _behind(text: Text, hit: Hit, names: Sequence[str]) -> bool:
    """Does one of the names stand directly before it?"""
    before = text.folded[max(0, hit.start - LONGEST_NAME) : hit.start].rstrip(" \"'“”«»「」『』の의")
    return any(before.endswith(spaced(name)) for name in names)


def _people(near: Sequence[Hit], verbs: Sequence[Hit]) -> Iterator[Hit]:
    """Words for the newsroom's people beside a verb; "us" close to one of telling; "we met" alone."""
    for hit in near:
        close = (verb for verb in verbs if verb.meaning in TELLING and -NEAR <= verb.start - hit.end <= NEAR)
        alone = hit.meaning in ("we", "reporter")
        if alone or (hit.meaning == "ourselves" and verbs) or (hit.meaning == "us" and any(close)):
            yield hit


def _kind(text: Text, hit: Hit, verbs: Sequence[Hit]) -> str:
    if any(text.folded[verb.start : verb.end].startswith(_READING) for verb in verbs):
        return "document"
    told = hit.meaning != "we" and any(verb.meaning in TELLING for verb in verbs)
    quoted = hit.meaning == "name" and not verbs  # somebody's words beside the name, and a verb that no row has
    return "interview" if told or quoted else "there"
