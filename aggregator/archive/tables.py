"""The tables of an archive as Parquet files that anything can read, and which input files stand in them whole.

    DIR/pages/day=2026-11-24/KEY-1.parquet        every response or line, and what became of it
    DIR/articles/day=2026-11-24/KEY-1.parquet     what a page says; a row for each time it was fetched
    DIR/credits/day=2026-11-24/KEY-1.parquet      whom it credits
    DIR/visits/day=2026-11-24/KEY-1.parquet       when a newsroom asked which outlet, and was answered
    DIR/files/KEY.json                          one input file is in: written last

A file in ``pages``, ``articles`` and ``credits`` holds what one input file (its KEY) says of one day (UTC, of the fetch), so
that reading it again writes the same files with the same bytes: a task may be killed, tried again, or run twice at once,
and nothing doubles. Who reads the tables reads them as they lie; the merge reads only what ``files`` vouches for.

``DIR`` is a folder, or any address that pyarrow knows a file system for (``s3://…``, ``hdfs://…``, ``gs://…``).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType, TracebackType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import xxhash

from storage.types import Article, Credit

ROWS = 20_000  # that wait in memory for their file, of all tables: 50 MB where a third of them are articles of 6 kB
NO_DAY = "__HIVE_DEFAULT_PARTITION__"  # what Spark, Hive and DuckDB take for a missing day
COMPRESSION = "zstd"

MOMENT = pa.timestamp("us", tz="UTC")

CREDIT = [
    ("org", pa.string()), ("name", pa.string()), ("place", pa.string()), ("role", pa.string()),
    ("relation", pa.string()), ("count_known", pa.bool_()), ("place_on_page", pa.string()), ("words", pa.string()),
    ("name_start", pa.int32()), ("name_end", pa.int32()), ("via", pa.string()),
    ("kind", pa.string()),
]  # fmt: skip


def _arrow(kind: Any) -> pa.DataType:
    """The type of a column, as a field's type says."""
    if get_origin(kind) is UnionType:
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) is tuple:
        return pa.list_(_arrow(get_args(kind)[0]))
    if get_origin(kind) is Mapping:
        return pa.map_(*map(_arrow, get_args(kind)))
    return pa.struct([(name, _arrow(part)) for name, part in get_type_hints(kind).items()])


PLAIN = {str: pa.string(), int: pa.int32(), bool: pa.bool_(), datetime: MOMENT}
KINDS = {name: kind for name, kind in get_type_hints(Article).items() if name not in ("version", "seq")}
ARTICLE = [(name, _arrow(kind)) for name, kind in KINDS.items()]
WORDLESS = ("tags", "picture", "sourcing_lines", "evidence")  # what no copy and no story is judged by
PLACE = [
    ("file", pa.string()),
    ("offset", pa.int64()),
]  # the input file, and the byte or the line where it stands there

SCHEMAS: Mapping[str, pa.Schema] = {
    "pages": pa.schema([
        ("url", pa.string()), ("outlet", pa.string()), ("fetched", MOMENT), ("status", pa.int32()),
        ("content_type", pa.string()), ("outcome", pa.string()), ("reason", pa.string()), ("article", pa.string()),
        *PLACE,
    ]),
    "articles": pa.schema([*ARTICLE, ("digest", pa.string()), *PLACE]),
    "visits": pa.schema([("outlet", pa.string()), ("started", MOMENT), ("ended", MOMENT)]),
    "credits": pa.schema([("article", pa.string()), ("n", pa.int32()), *CREDIT, ("fetched", MOMENT), *PLACE]),
}  # fmt: skip


def key(address: str) -> str:
    """The name under which an input file's rows lie: its own, and a hash of its whole address.

    >>> key("s3://store/CC-NEWS-20261101-00001.warc.gz")
    'CC-NEWS-20261101-00001-d72317e0bd98e66a'
    """
    name = re.sub(r"[^A-Za-z0-9-]+", "-", address.rsplit("/", 1)[-1].split(".")[0])[:60]
    return f"{name}-{xxhash.xxh3_64_hexdigest(address.encode())}"


def article_row(article: Article) -> dict[str, Any]:
    """An article as a row of the table."""
    return {name: _stored(getattr(article, name)) for name in KINDS}


def article_of(row: Mapping[str, Any]) -> Article:
    """The inverse of ``article_row``. A row may have ``version`` and ``seq`` too.

    What it lacks has its default: the columns that ``WORDLESS`` names, and what an older Twosource did not write.
    """
    said = {name: _read(row[name], kind) for name, kind in KINDS.items() if row.get(name) is not None}
    placed = {name: row[name] for name in ("version", "seq") if row.get(name) is not None}
    return Article(**{"url": None} | said | placed)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return second(value)
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, tuple):
        return [_stored(one) for one in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _read(value: Any, kind: Any) -> Any:
    if get_origin(kind) is UnionType:
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if kind is datetime:
        return utc(value)
    if get_origin(kind) is Mapping:
        return dict(value)
    if get_origin(kind) is tuple:
        return tuple(_read(one, get_args(kind)[0]) for one in value)
    return kind(**value) if isinstance(value, Mapping) else value


def credit_row(credit: Credit) -> dict[str, Any]:
    """A credit as a row of the table."""
    said = asdict(credit)
    return said | {
        "place_on_page": said.pop("where"),
        "name_start": said.pop("start"),
        "name_end": said.pop("end"),
    }


def credit_of(row: Mapping[str, Any]) -> Credit:
    """The inverse of ``credit_row``."""
    plain = ("org", "name", "place", "role", "relation", "count_known", "words", "via", "kind")
    return Credit(
        **{name: row[name] for name in plain},
        where=row["place_on_page"],
        start=row["name_start"],
        end=row["name_end"],
    )


def second(moment: datetime | None) -> datetime | None:
    """A moment as the tables hold it: in UTC, whole seconds."""
    return moment and moment.astimezone(UTC).replace(microsecond=0)


def utc(moment: datetime) -> datetime:
    """A moment as it comes out of Parquet, with the zone that all of ours have."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Folder:
    """An archive's folder on whatever file system it lies."""

    system: pa.fs.FileSystem
    root: str
    address: str  # as Spark is told it

    @classmethod
    def at(cls, address: str) -> Folder:
        """The folder with a path or an address; nothing needs to exist yet."""
        if "://" not in address:
            address = Path(address).resolve().as_uri()
        system, root = pa.fs.FileSystem.from_uri(address)
        return cls(system, root, address)

    def markers(self) -> dict[str, dict[str, Any]]:
        """What ``files`` says: of each input file that is in, by its key."""
        chosen = pa.fs.FileSelector(f"{self.root}/files", allow_not_found=True)
        found = sorted(info.path for info in self.system.get_file_info(chosen) if info.path.endswith(".json"))
        return {Path(path).stem: json.loads(self.content(path)) for path in found}

    def files_of(self, name: str) -> list[str]:
        """The files of one input file, by its key; none where it is not in."""
        path = f"{self.root}/files/{name}.json"
        if self.system.get_file_info(path).type == pa.fs.FileType.NotFound:
            return []
        return list(json.loads(self.content(path))["files"])

    def committed(self, table: str, markers: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """The files of a table that the markers vouch for, as Spark is told them."""
        return [
            f"{self.address}/{name}"
            for marker in markers.values()
            for name in marker["files"]
            if name.startswith(f"{table}/")
        ]

    def content(self, path: str) -> bytes:
        """A whole small file."""
        with self.system.open_input_stream(path) as stream:
            return bytes(stream.read())

    def write(self, name: str, content: bytes) -> None:
        """Put a small file in its place at once."""
        waiting = f"{self.root}/.attempts/{uuid.uuid4().hex}"
        self.system.create_dir(waiting.rsplit("/", 1)[0], recursive=True)
        with self.system.open_output_stream(waiting) as stream:
            stream.write(content)
        self.move(waiting, name)

    def move(self, waiting: str, name: str) -> None:
        """Put a file in its place, over one that may stand there."""
        path = f"{self.root}/{name}"
        self.system.create_dir(path.rsplit("/", 1)[0], recursive=True)
        self.system.move(waiting, path)

    def forget_attempts(self) -> None:
        """Take away what killed tasks left."""
        if self.system.get_file_info(f"{self.root}/.attempts").type != pa.fs.FileType.NotFound:
            self.system.delete_dir(f"{self.root}/.attempts")


@dataclass(slots=True)
class Attempt:
    """The rows of one input file on their way: out of sight until all of them are there."""

    folder: Folder
    key: str
    _home: str = field(init=False)
    _waiting: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict, init=False)  # table and day -> rows
    _rows: int = field(default=0, init=False)  # that wait
    _parts: dict[str, int] = field(default_factory=dict, init=False)  # table and day -> files written

    def __post_init__(self) -> None:
        self._home = f"{self.folder.root}/.attempts/{self.key}/{uuid.uuid4().hex}"

    def append(self, table: str, day: str, row: Mapping[str, Any]) -> None:
        """One more row."""
        self._waiting.setdefault(f"{table}/day={day}", []).append(row)
        self._rows += 1
        if self._rows >= ROWS:
            self._write(max(self._waiting, key=lambda place: len(self._waiting[place])))

    def commit(self, marker: Mapping[str, Any]) -> None:
        """Put every file in its place, then say that they are there; then take away what only an older reading had."""
        for place in list(self._waiting):
            self._write(place)
        old = self.folder.files_of(self.key)
        names = sorted(self._name(place, n) for place, parts in self._parts.items() for n in range(1, parts + 1))
        for name in names:
            self.folder.move(f"{self._home}/{name}", name)
        said = dict(marker) | {"files": names}
        self.folder.write(f"files/{self.key}.json", json.dumps(said, ensure_ascii=False, indent=1).encode())
        for name in set(old) - set(names):
            self.folder.system.delete_file(f"{self.folder.root}/{name}")

    def _write(self, place: str) -> None:
        """One file of what waits for a table and day."""
        rows = self._waiting.pop(place)
        self._rows -= len(rows)
        self._parts[place] = self._parts.get(place, 0) + 1
        path = f"{self._home}/{self._name(place, self._parts[place])}"
        self.folder.system.create_dir(path.rsplit("/", 1)[0], recursive=True)
        table = pa.Table.from_pylist(rows, SCHEMAS[place.partition("/")[0]])
        pq.write_table(table, path, compression=COMPRESSION, filesystem=self.folder.system)

    def _name(self, place: str, part: int) -> str:
        return f"{place}/{self.key}-{part}.parquet"

    def __enter__(self) -> Attempt:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._parts:
            self.folder.system.delete_dir(self._home)
