"""Who can be credited: the registry of organisations, checked when it is loaded.

Facts only. Which words of a line name an organisation, and what that means, is the credit reader's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from msgspec import Meta, structs

from storage.errors import RegistryWrong
from storage.spelling import fold
from storage.validation import Shape, checked, read_toml

SHIPPED = Path(__file__).with_name("agencies.toml")
Kind = Literal["agency", "photo", "broadcaster", "newspaper", "magazine", "online", "official", "social"]
Text = Annotated[str, Meta(pattern=r"\S", description="text")]
Texts = Annotated[tuple[Text, ...], Meta(description="a list of texts")]


class OrganisationTable(Shape):
    """A table [id] of an agencies file; what the keys mean, Organisation says."""

    name: Annotated[Text, Meta(description="the organisation's name")]
    kind: Annotated[Kind, Meta(description=f"one of {', '.join(get_args(Kind))}")]
    aliases: Texts = ()
    weak_aliases: Texts = ()
    country: Text | None = None
    city: Text | None = None
    domain: Text | None = None
    owner: Text | None = None
    state: Text | None = None
    owner_source: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Somebody whom credit lines name."""

    id: str
    name: str
    kind: str  # one of Kind
    aliases: tuple[str, ...] = ()  # one that is a host ("Gazeta.uz") is a host of its pages as well
    weak_aliases: tuple[str, ...] = ()  # also ordinary words: they count only beside a cue
    country: str | None = None
    city: str | None = None
    domain: str | None = None
    owner: str | None = None  # id of whose it is, or "house:NAME" where that is no outlet itself. None: its own
    state: str | None = (
        None  # ISO 3166-1 code of the state that owns it: what two of one state give may be one release's
    )
    owner_source: str | None = None  # where owner or state is said

    @property
    def spellings(self) -> Iterator[tuple[str, bool]]:
        """Every name it goes by, and whether that name is weak."""
        weak = {fold(alias) for alias in self.weak_aliases}
        for alias in dict.fromkeys((self.name, *self.aliases, *self.weak_aliases, *filter(None, [self.domain]))):
            yield alias, fold(alias) in weak


@dataclass(frozen=True, slots=True, eq=False)
class Registry:
    """All organisations, by id. Compared by identity: what is made from one is kept for as long as it lives."""

    by_id: Mapping[str, Organisation]
    # Hosts that an outlet's file claims, by the outlet's id.
    outlets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def get(self, org: str | None) -> Organisation | None:
        """The organisation with an id, None where there is none."""
        return self.by_id.get(org) if org else None


def with_outlets(registry: Registry, hosts: Mapping[str, Iterable[str]]) -> Registry:
    """The registry with the outlets' hosts by their ids, so that an outlet file "fox-biz" is known for the house it is."""
    return replace(registry, outlets=MappingProxyType({outlet: tuple(each) for outlet, each in hosts.items()}))


@cache
def load_registry(extra: Path | None = None) -> Registry:
    """The shipped registry and, after it, a file of the user's own; one of its ids replaces the shipped organisation.

    A missing ``extra`` adds nothing. Raises RegistryWrong for a file that is no TOML, a key missing, unknown or of the
    wrong kind, an unknown kind, an owner that is nobody, and a name that two organisations claim.
    """
    found = dict(_read(SHIPPED))
    if extra is not None and extra.exists():
        found |= _read(extra)
    _check(found, extra or SHIPPED)
    return Registry(MappingProxyType(found))


def _read(file: Path) -> Iterator[tuple[str, Organisation]]:
    for key, table in read_toml(file, RegistryWrong).items():
        said = checked(table, OrganisationTable, partial(RegistryWrong, file), key)
        yield key, Organisation(id=key, **structs.asdict(said))


def _check(found: Mapping[str, Organisation], file: Path) -> None:
    """No name twice, every owner known. A domain may be shared: two bodies of the EU live under one."""
    claimed: dict[str, str] = {}
    for org in found.values():
        if org.owner is not None and org.owner not in found and not org.owner.startswith(HOUSE):
            raise RegistryWrong(file, f"{org.id}.owner", f"the id of an organisation in the registry, or {HOUSE}NAME")
        for alias in (org.name, *org.aliases, *org.weak_aliases):
            other = claimed.setdefault(fold(alias), org.id)
            if other != org.id:
                raise RegistryWrong(file, f"{org.id}.aliases", f"no name of another ({alias!r} is already {other})")


HOUSE = "house:"  # before the name of an owner that is no outlet itself
NOT_LOOKED_UP = "commonly given as its state's; not looked up"  # an owner_source that says so


@dataclass(frozen=True, slots=True)
class StateOwner:
    """The state that owns an organisation."""

    code: str  # ISO 3166-1
    looked_up: bool = True  # else it is commonly given as that state's, and a reason that rests on it has to say so

    @property
    def words(self) -> str:
        """The state in a reason."""
        return self.code if self.looked_up else f"{self.code} ({NOT_LOOKED_UP})"


@cache
def states(registry: Registry) -> Mapping[str, StateOwner]:
    """Which state owns an organisation, of those that one owns, by the organisation's id."""
    return MappingProxyType(
        {org.id: StateOwner(org.state, org.owner_source != NOT_LOOKED_UP) for org in registry if org.state}
    )


@lru_cache(maxsize=4)
def cities(registry: Registry) -> frozenset[str]:
    """Where the organisations sit, folded."""
    return frozenset(fold(org.city) for org in registry if org.city)
