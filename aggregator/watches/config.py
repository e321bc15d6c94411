"""watches.toml: what staff want to be told of; and addresses.toml, where that goes.

[[watch]]
name = "bridge"
query = "bridge lang:en"
events = ["new", "second", "fell", "dispute", "correction"]
tell = ["desk"]

Raises nothing of an address in any message: they hold passwords and tokens.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
import tomlkit
from msgspec import Meta

from aggregator.search.query import parse
from storage import clock
from storage.errors import AddressesFileWrong, QueryWrong, WatchesFileWrong
from storage.validation import Shape, checked, read_toml

Name = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]*\Z", description="lower-case letters, digits, - and _")]
EventName = Literal["new", "second", "fell", "dispute", "correction", "silent"]
COMMAND = "=command"  # as a target's name: no address can be called so
OF_STORIES: tuple[EventName, ...] = ("new", "second", "fell", "dispute", "correction")


class Watch(Shape):
    """A [[watch]]: what it looks for, which events it tells, and whom."""

    name: Name
    query: Annotated[str, Meta(description="a query, as `twosource search` reads it")] = ""
    events: Annotated[
        tuple[EventName, ...], Meta(min_length=1, description=f"names out of {', '.join(get_args(EventName))}")
    ] = OF_STORIES
    outlets: Annotated[tuple[str, ...], Meta(description="ids of outlets whose silence is told; empty: all")] = ()
    tell: Annotated[tuple[Name, ...], Meta(description="names of addresses: lower-case letters, digits, - and _")] = ()
    command: Annotated[tuple[str, ...], Meta(description="a list of texts: a program and its arguments")] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of whom it tells."""
        return (*dict.fromkeys(self.tell), *((COMMAND,) if self.command else ()))

    @property
    def digest(self) -> str:
        """Of what it looks for: a watch that looks for something else begins anew. Whom it tells is not part of it."""
        return hashlib.sha256(repr((self.query, sorted(self.events), sorted(self.outlets))).encode()).hexdigest()[:16]


class WatchesFile(Shape):
    """watches.toml."""

    watch: Annotated[tuple[Watch, ...], Meta(description="tables that begin with [[watch]]")] = ()


class AddressesFile(Shape):
    """addresses.toml."""

    address: Annotated[
        dict[Name, Annotated[str, Meta(description="a text")]], Meta(description="a table: name = an Apprise address")
    ] = msgspec.field(default_factory=dict)


def load_watches(file: Path) -> tuple[Watch, ...]:
    """The watches in a file; a missing file has none. Raises WatchesFileWrong."""
    if not file.exists():
        return ()
    found = checked(read_toml(file, WatchesFileWrong), WatchesFile, partial(WatchesFileWrong, file)).watch
    names = [watch.name for watch in found]
    for n, watch in enumerate(found, start=1):
        if names.count(watch.name) > 1:
            raise WatchesFileWrong(
                file, f"watch {n}: name", f"a name that no other watch has; found {watch.name!r} twice"
            )
        if watch.query:
            try:
                parse(watch.query, now=clock.now())
            except QueryWrong as error:
                raise WatchesFileWrong(file, f"watch {n}: query", f"a query; {error}") from error
        elif set(watch.events) & set(OF_STORIES):
            raise WatchesFileWrong(file, f"watch {n}: query", "a query; only a watch of silent outlets needs none")
    return found


def load_addresses(file: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Addresses by name, out of the file and of TWOSOURCE_ADDRESS_<NAME>, which comes first. Raises AddressesFileWrong.

    Secrets: whoever holds them prints, stores and logs none.
    """
    found: dict[str, str] = {}
    if file.exists():
        about = file.stat()
        if stat.S_IMODE(about.st_mode) & 0o077 or about.st_uid != os.getuid():
            raise AddressesFileWrong(
                file, "the file", "one that belongs to this user and that nobody else may read: `chmod 600` it"
            )
        # What was found may be a secret: it is not shown.
        wrong = lambda key, expected: AddressesFileWrong(file, key, expected.partition("; found")[0])  # noqa: E731
        try:
            found = dict(checked(read_toml(file, AddressesFileWrong), AddressesFile, wrong).address)
        except AddressesFileWrong as error:
            raise AddressesFileWrong(file, error.key, error.expected.partition(" (")[0]) from None
    prefix = "TWOSOURCE_ADDRESS_"
    return found | {
        key.removeprefix(prefix).lower().replace("_", "-"): value
        for key, value in environment.items()
        if key.startswith(prefix) and value
    }


def add(file: Path, watch: Watch) -> None:
    """Append a watch; what stands in the file stays as it is, comments too. Raises WatchesFileWrong, and then changes nothing."""
    text = file.read_text("utf-8") if file.exists() else ""
    table = tomlkit.table()
    for key in ("name", "query", "events", "outlets", "tell", "command"):
        value = getattr(watch, key)
        if value:
            table.add(key, list(value) if isinstance(value, tuple) else value)
    added = tomlkit.aot()
    added.append(table)
    document = tomlkit.document()
    document.add("watch", added)
    _replace(file, (text.rstrip("\n") + "\n\n" if text else "") + tomlkit.dumps(document))


def remove(file: Path, name: str) -> bool:
    """Take a watch out of the file; False: it has none of this name."""
    if name not in {watch.name for watch in load_watches(file)}:
        return False
    document = tomlkit.parse(file.read_text("utf-8"))
    tables = document["watch"]
    del tables[[one["name"] for one in tables].index(name)]
    _replace(file, tomlkit.dumps(document))
    return True


def _replace(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, "utf-8")
    try:
        load_watches(new)
    except WatchesFileWrong as error:
        new.unlink()
        raise WatchesFileWrong(file, error.key, error.expected) from None
    new.replace(file)
