"""The one validator: what a person wrote, or a row holds, against the shape that it should have.

A shape is a msgspec Struct; ``Meta(description=…)`` at a key says in words what is expected there. Why msgspec:
docs/decisions/why-are-files-checked-by-msgspec.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from storage.errors import FileWrong, RowWrong

T = TypeVar("T")
PLACE = re.compile(r" - at `\$(.*?)`$")
UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`")
MISSING = re.compile(r"Object missing required field `(.*?)`")
STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
# Likeness from which on a known key is offered for an unknown one; difflib's own default, no range was tried.
NEAR = 0.6
SHOWN = 60  # characters of what was found


class Shape(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A table of a file: its keys, and no others."""


def read_toml(file: Path, wrong: type[FileWrong]) -> dict[str, Any]:
    """The tables of a TOML file. Raises ``wrong`` where it is none, or can't be read."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise wrong(file, "the file", f"TOML in UTF-8 ({error})") from error


def checked(found: object, shape: type[T], wrong: Callable[[str, str], Exception], at: str = "") -> T:
    """The values in their shape. Raises what ``wrong`` makes of the first key that is wrong and what was expected there.

    ``at``: the key under which all of it stands in the file.
    """
    try:
        return msgspec.convert(found, shape)
    except UnicodeEncodeError as error:  # half of a pair of surrogates: JSON may hold one, no UTF-8 file can
        raise wrong(at, f"text that UTF-8 can hold; found {error.object[error.start : error.end]!r}") from None
    except msgspec.ValidationError as error:
        key, expected = told(found, shape, str(error))
        raise wrong(".".join(filter(None, (at, key))), expected) from None


def told(found: object, shape: type, message: str) -> tuple[str, str]:
    """The key of which msgspec complains, and what was expected there and found."""
    place = PLACE.search(message)
    steps = [int(n) if n else name for name, n in STEP.findall(place[1])] if place else []
    if missing := MISSING.match(message):
        steps.append(missing[1])
    expected, at = _expected(shape, steps), _at(found, steps)
    if unknown := UNKNOWN.match(message):
        known = list(_keys(_table(shape, steps)))
        near = nearest(unknown[1], known)
        expected = f"one of the keys {', '.join(known)}" + (f"; did you mean {near}?" if near else "")
        return _named([*steps, unknown[1]]), expected
    if missing:
        return _named(steps), f"{expected or 'a value'}; it is missing"
    expected = expected or message.partition(" - at ")[0].removeprefix("Expected ").replace("`", "")
    return _named(steps), f"{expected}; found {shortened(at)}"


def nearest(key: str, known: list[str], likeness: float = NEAR) -> str | None:
    """The known key that an unknown one was meant to be. None: none is like it."""
    return next(iter(get_close_matches(key, known, 1, likeness)), None)


def shortened(value: object) -> str:
    """A value as an error shows it."""
    said = repr(value)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def _named(steps: list[str | int]) -> str:
    """Steps as a person counts: "sitemaps 1: status"."""
    said = ""
    for step in steps:
        said += f" {step + 1}:" if isinstance(step, int) else f"{' ' if said.endswith(':') else '.'}{step}"
    return said.strip(".: ")


def _at(found: object, steps: list[str | int]) -> object:
    for step in steps:
        if isinstance(step, int) and isinstance(found, list) and step < len(found):
            found = found[step]
        elif isinstance(step, str) and isinstance(found, Mapping):
            found = found.get(step)
    return found


def _expected(shape: type, steps: list[str | int]) -> str:
    """The description of the innermost key that has one."""
    said, table = "", shape
    for step in steps:
        if isinstance(step, str) and table is not None:
            kind = get_type_hints(table, include_extras=True).get(step)
            said = _description(kind) or said
            table = next(_tables(kind), None)  # type: ignore[assignment] # None: no table below
    return said


def _table(shape: type, steps: list[str | int]) -> type:
    table = shape
    for step in steps:
        if isinstance(step, str):
            table = next(_tables(get_type_hints(table, include_extras=True)[step]), table)
    return table


def _keys(table: type) -> Iterator[str]:
    return (field.encode_name for field in msgspec.structs.fields(table))


def _tables(kind: Any) -> Iterator[type]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for one in get_args(kind):
        yield from _tables(one)


def _description(kind: Any) -> str:
    """What Meta says of a type, or of what it may be besides None; of a list's members only where the list says nothing."""
    for one in getattr(kind, "__metadata__", ()):
        if isinstance(one, msgspec.Meta) and one.description:
            return one.description
    return next(filter(None, map(_description, get_args(kind))), "")


def column(text: str, shape: type[T], name: str) -> T:
    """A JSON column in its shape. Raises RowWrong: another program, or a damaged disk, wrote it. ``name``: "articles.tags"."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RowWrong(name, str(error), shortened(text)) from error
