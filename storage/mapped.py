"""A file of arrays that is mapped into memory instead of read: what tables hold as well, ready for use. Judges nothing.

It is written beside its final place, made durable and moved there, and it ends with its own digest: a file that is torn, changed
or of another kind is as good as none, and whoever opens it makes it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
import xxhash
from numpy.typing import NDArray
from sqlite_utils import Database

MAGIC = b"twosource arrays 1\n"
PIECE = 1 << 20  # bytes read at a time to check the digest
TELLING = 16  # rows of which a digest is taken
WIDTH = 8  # bytes of each of the two numbers at the end: how long the contents are, and the digest of all before

Stamp = dict[str, Any]
Arrays = dict[str, NDArray[Any]]
Mask = NDArray[np.bool_]


def beside(db: Database, name: str) -> Path | None:
    """Where such a file lies: "twosource.db.copies" beside "twosource.db". None: the database is in memory."""
    file = db.execute("select file from pragma_database_list where name = 'main'").fetchone()[0]
    return Path(f"{file}.{name}") if file else None


def digest(db: Database, rows: str, seq: int) -> str | None:
    """What the rows up to a seq are known by: a digest of the last ones. None: there is no row of that seq.

    ``rows`` selects them, their seq first. They are only appended, each made of an article that never changes; so the last of
    them tell a database from one that was put back to an earlier day and went on otherwise.
    """
    found = db.execute(f"{rows} where seq <= ? order by seq desc limit ?", [seq, TELLING]).fetchall()
    return xxhash.xxh3_64_hexdigest(repr(found).encode()) if found and found[0][0] == seq else None


def write(file: Path, stamp: Stamp, arrays: Mapping[str, Iterable[NDArray[Any]]]) -> None:
    """Write arrays, each given in pieces of one type, under ``file``; ``stamp`` is JSON that says what they were made of.

    Raises OSError where the disk is full or can't be written; then ``file`` is as it was.
    """
    unfinished = file.with_name(f".{file.name}.new")
    digest, contents, place = xxhash.xxh3_64(MAGIC), {}, len(MAGIC)
    try:
        with unfinished.open("wb") as out:
            out.write(MAGIC)
            for name, pieces in arrays.items():
                start, kind = place, ""
                for piece in pieces:
                    raw, kind = memoryview(np.ascontiguousarray(piece).view(np.uint8).data), piece.dtype.str
                    out.write(raw)
                    digest.update(raw)
                    place += len(raw)
                contents[name] = (kind, start, place - start)
                padding = bytes(-place % 64)
                out.write(padding)
                digest.update(padding)
                place += len(padding)
            words = json.dumps({"stamp": stamp, "arrays": contents}).encode()
            end = words + len(words).to_bytes(WIDTH, "little")
            digest.update(end)
            out.write(end + digest.intdigest().to_bytes(WIDTH, "little"))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def load(file: Path) -> tuple[Stamp, Arrays] | None:
    """The stamp and the arrays of a file, mapped and not to be changed; None: there is none, or it is not whole."""
    try:
        size = file.stat().st_size
        if size < len(MAGIC) + 2 * WIDTH or not _is_whole(file, size):
            return None
        with file.open("rb") as opened:
            opened.seek(size - 2 * WIDTH)
            length = int.from_bytes(opened.read(WIDTH), "little")
            opened.seek(size - 2 * WIDTH - length)
            contents = json.loads(opened.read(length))
        return contents["stamp"], {name: _map(file, *where) for name, where in contents["arrays"].items()}
    except OSError:
        return None


def _is_whole(file: Path, size: int) -> bool:
    digest, left = xxhash.xxh3_64(), size - WIDTH
    with file.open("rb") as opened:
        while left and (piece := opened.read(min(left, PIECE))):
            digest.update(piece)
            left -= len(piece)
        return digest.intdigest().to_bytes(WIDTH, "little") == opened.read(WIDTH)


def _map(file: Path, kind: str, start: int, size: int) -> NDArray[Any]:
    if not size:
        return np.empty(0, kind or np.uint8)
    mapped = np.memmap(file, kind, "r", start, size // np.dtype(kind).itemsize)
    return cast("NDArray[Any]", mapped.view(np.ndarray))  # the plain type: a memmap's own is slow to index
