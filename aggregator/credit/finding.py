"""What a rule finds in a line, and how findings become credits. The last word on role, own and doubles is said here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from aggregator.credit.names import halves
from aggregator.credit.registry import Registry
from aggregator.credit.tokenizer import read_line
from aggregator.credit.tokens import PUBLISHER, Line, Token, last_word
from storage.types import Credit

_LABEL = 80  # characters of a line behind the text that may credit somebody whom neither registry nor spelling tells
_ONLY = {"photo": ("photo", "quoted"), "social": ("photo", "quoted")}  # kind -> how a text or picture can depend on it
_PICTURES = frozenset({"photo", "picture_word"})
_ROLES = {"agency": "agency", "photo": "agency", "official": "official", "social": "social"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A line with where it stands and who shows it."""

    line: Line
    where: str
    publisher: str | None
    registry: Registry

    @classmethod
    def from_text(
        cls, text: str, where: str, publisher: str | None, registry: Registry, names: tuple[str, ...] = ()
    ) -> Asked:
        """Cut the text into tokens. ``names``: what the publisher calls itself on its pages."""
        unnamed = where in ("start", "dateline", "caption", "credit") or (where == "end" and len(text) <= _LABEL)
        whole = where not in ("body", "start")
        line = read_line(text, registry, publisher, names=names, unnamed=unnamed, whole_text=whole)
        return cls(line, where, publisher, registry)

    def own(self, token: Token) -> bool:
        """Does it name the publisher?"""
        if token.cues >= PUBLISHER:
            return True
        publisher = self.registry.get(self.publisher)
        house = (self.publisher, publisher.owner if publisher else None)  # an edition's page names its house
        return token.org is not None and token.org.id in house


@dataclass(frozen=True, slots=True)
class Finding:
    """A name (or a place without one), and how the text depends on it."""

    token: Token | None  # None: a dateline of only a place
    relation: str
    place: str | None = None
    via: str | None = None


def concluded(asked: Asked, findings: Iterable[Finding]) -> tuple[Credit, ...]:
    """Findings as credits, in the order of the line; one named twice in one relation is one credit."""
    kept: dict[tuple[str, str], Credit] = {}
    for credit in (
        _credit(asked, finding) for finding in findings if _possible(asked, finding) and not _is_half(asked, finding)
    ):
        key = (credit.org or (credit.name or "").casefold(), credit.relation)
        before = kept.get(key)
        kept[key] = credit if before is None else replace(before, place=before.place or credit.place)
    return tuple(sorted(kept.values(), key=lambda credit: (credit.start, credit.end)))


def _is_half(asked: Asked, finding: Finding) -> bool:
    """Is the name the rest of a known one, which the page broke in two?"""
    token = finding.token
    unknown = token is not None and token.kind == "name" and token.org is None and not asked.own(token)
    return unknown and token is not None and asked.line.folded[token.start : token.end] in halves(asked.registry)


def _possible(asked: Asked, finding: Finding) -> bool:
    """A picture firm makes no text, nor do the pictures of an agency ("AP Photo"); a platform only carries what others say."""
    token = finding.token
    if token is None or token.org is None or finding.relation == "photo":
        return True
    pictures = not last_word(asked.line, token).isdisjoint(_PICTURES)
    return finding.relation in _ONLY.get("photo" if pictures else token.org.kind, (finding.relation,))


def _credit(asked: Asked, finding: Finding) -> Credit:
    token = finding.token
    own = token is None or asked.own(token)
    return Credit(
        name=asked.line.says(token) if token else None,
        org=_org(asked, finding),
        place=finding.place,
        role="publisher" if own or token is None else _role(token),
        relation="own" if own and finding.relation != "photo" else finding.relation,
        count_known=token is None or token.kind != "group" or "one" in token.cues,
        where="caption" if asked.where == "credit" else asked.where,
        words=asked.line.text,
        start=token.start if token else 0,
        end=token.end if token else 0,
        via=finding.via,
    )


def _org(asked: Asked, finding: Finding) -> str | None:
    """The publisher's id for what is its own; a picture may be its house's."""
    token = finding.token
    if token is not None and token.org is not None and (finding.relation == "photo" or not asked.own(token)):
        return token.org.id
    return asked.publisher if token is None or asked.own(token) else None


def _role(token: Token) -> str:
    if token.kind == "group":
        return "unnamed"
    return _ROLES.get(token.org.kind, "outlet") if token.org else "outlet"


def beside_publisher(asked: Asked, findings: list[Finding]) -> Iterator[Finding]:
    """In one label with the publisher, the others only helped it."""
    own = any(finding.token is not None and asked.own(finding.token) for finding in findings)
    for finding in findings:
        yield replace(finding, relation="with") if own and finding.relation in ("based_on", "republished") else finding
