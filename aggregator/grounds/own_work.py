"""Who was there, spoke to somebody, or read the document: sentences in which a newsroom names itself at work.

It names itself by its name, or as "our reporter" and its like in every language, or as "us" close to a verb of telling;
beside that a verb of telling, showing or seeing must stand in the sentence, and no refusal ("did not respond to …").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aggregator.grounds.own_names import WORK, named
from aggregator.grounds.phrases import Hit, spaced
from aggregator.grounds.text import Text
from storage.types import Credit

NEAR = 30  # characters between "us" and its verb
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
    text: Text, by_sentence: Mapping[int, Sequence[Hit]], org: str, spellings: Sequence[str], *, publisher: bool
) -> Iterator[Credit]:
    """The first sentence of each kind that shows it; ``publisher``: "our reporter" and "us" are this one's too."""
    itself: dict[int, list[Hit]] = {}
    for spelling in spellings:
        for hit in named(text, spelling, by_sentence):
            itself.setdefault(text.sentence(hit.start), []).append(hit)
    shown: dict[str, tuple[int, Hit]] = {}
    for n in sorted({*by_sentence, *itself} if publisher else itself):
        near = by_sentence.get(n, ())
        if any(hit.meaning == "refused" for hit in near):
            continue
        verbs = [hit for hit in near if hit.meaning in WORK]
        ours = _ours(near, verbs) if publisher else ()
        for hit in (*itself.get(n, ()), *ours):
            shown.setdefault(_kind(text, hit, verbs), (n, hit))
    for kind, (n, hit) in shown.items():
        yield Credit(
            name=text.printed[hit.start : hit.end], org=org, place=None, role="publisher" if publisher else "agency",
            relation="own", where="body", words=text.words(n), start=0, end=0, kind=kind,
        )  # fmt: skip


def _ours(near: Sequence[Hit], verbs: Sequence[Hit]) -> Iterator[Hit]:
    for hit in near:
        if (
            hit.meaning == "we"
            or (hit.meaning == "ourselves" and verbs)
            or (
                hit.meaning == "us"
                and any(verb.meaning == "told" and -NEAR <= verb.start - hit.end <= NEAR for verb in verbs)
            )
        ):
            yield hit


def _kind(text: Text, hit: Hit, verbs: Sequence[Hit]) -> str:
    if any(text.folded[verb.start : verb.end].startswith(_READING) for verb in verbs):
        return "document"
    told = hit.meaning != "we" and any(verb.meaning == "told" for verb in verbs)
    return "interview" if told else "there"
