"""What a page itself says was corrected in it, in its own words. What changed without a word, aggregator/revisions finds."""

from __future__ import annotations

from collections.abc import Iterator

from scrapers.pages import linked_data
from scrapers.pages.document import words
from scrapers.pages.witness import Context, Witness, answers

CORRECTIONS: tuple[Witness[str], ...] = (
    Witness("json-ld correction", lambda at: _linked(at), "JSON-LD correction (schema.org/correction)"),
    Witness("itemprop correction", lambda at: _marked(at), "itemprop correction"),
)


def read_corrections(context: Context) -> tuple[str, ...]:
    """Each once, in the order of the witnesses."""
    return tuple(dict.fromkeys(said for _, said in answers(CORRECTIONS, context) if said))


def _linked(at: Context) -> Iterator[tuple[str, str | None]]:
    """A text, a CorrectionComment with a text, or a list of either. The address of another document says nothing here."""
    said = at.document.linked.get("correction")
    for one in said if isinstance(said, list) else [said]:
        told = linked_data.text(one.get("text") if isinstance(one, dict) else one)
        yield "json-ld correction", None if told is None or told.startswith(("http://", "https://")) else told


def _marked(at: Context) -> Iterator[tuple[str, str]]:
    for element in at.document.items:
        if element.get("itemprop") == "correction":
            yield "itemprop correction", words(element)
