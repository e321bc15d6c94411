"""WARC files of every response, as it came: append while crawling, read back record by record. Reads no HTML.

One file a run, so that a killed run can only leave its own file cut in the last record. Format: ISO 28500 (WARC 1.0),
one gzip member a record, so that a record can be read at its offset.
"""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import SEEK_END, BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import brotli
from backports import zstd
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import iso_date_to_datetime
from warcio.warcwriter import WARCWriter

from storage.errors import ArchiveDamaged, StoreFailed
from storage.types import Page

# zlib level. Over the 204 real pages (38 MB): level 1 takes 0.33 s and leaves 8.8 MB, level 6 0.72 s and 7.4 MB,
# level 9 (warcio's own) 1.11 s and 7.3 MB. Most servers send gzip already, where no level gains anything.
COMPRESSION = 1
GZIP = zlib.MAX_WBITS + 16
MEMBER = b"\x1f\x8b\x08"  # how a packed record begins (RFC 1952)
PLAIN = b"\r\n\r\nWARC/"  # … and one in a file that is not packed, behind another one (ISO 28500, 4)
CUT = "it ends inside a record"
NO_ARCHIVE = "it does not begin as a WARC file does"
NO_RECORD = "what stands there is no record"
# What holds a page: an answer; a file that a browser or wget kept of one (ISO 28500, 6.6); a note that it was as before.
READ = ("response", "resource", "revisit")
REVISIT = "a revisit record: the page is in the archive of an earlier visit"
TRUNCATED = "its record is truncated"
CUT_GZIP = "its gzip is cut short"  # of a response's body
# A page decoded to more than this is no article; it also stops a compression bomb from filling the memory.
LONGEST_BODY = 50_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies."""

    file: str  # relative to the archive folder
    offset: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A response read back. ``body`` is decoded; where it can't be, it is empty and ``problem`` says why."""

    url: str
    fetched: datetime
    offset: int
    status: int
    content_type: str | None
    body: bytes
    problem: str | None = None


def page_of(record: Record, outlet: str = "", file: str | None = None) -> Page:
    """A record as a page of an outlet. ``file``: the archive that it stands in; None: that is not to be kept."""
    return Page(
        url=record.url,
        outlet=outlet,
        fetched=record.fetched,
        status=record.status,
        body=record.body,
        content_type=record.content_type,
        archive=file,
        offset=None if file is None else record.offset,
    )


@dataclass(slots=True)
class Archive:
    """The file that one run appends to; made with its first record."""

    folder: Path
    file: str
    _stream: IO[bytes] | None = field(default=None, init=False)
    _offset: int = field(default=0, init=False)

    @classmethod
    def open(cls, folder: Path, started: datetime) -> Archive:
        """The archive of the run that started then; runs of one second get numbers."""
        name, n = f"{started:%Y/%m/%d-%H%M%S}", 1
        while (folder / (file := f"{name}{'' if n == 1 else f'-{n}'}.warc.gz")).exists():
            n += 1
        return cls(folder, file)

    def append(
        self, *, url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes, fetched: datetime
    ) -> Place:
        """Keep a response: its headers and its body as they came, still compressed if they were. Raises StoreFailed."""
        if self._stream is None:
            self._begin()
        assert self._stream is not None
        member = _member(url, status, headers, body, fetched)
        place = Place(self.file, self._offset)
        try:
            written = self._stream.write(member)
            if written != len(member):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            self._take_back()
            raise StoreFailed(self.folder / self.file, error) from error
        self._offset += len(member)
        return place

    def _begin(self) -> None:
        path = self.folder / self.file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = path.open("xb", buffering=0)
        except FileExistsError:
            raise
        except OSError as error:
            raise StoreFailed(path, error) from error

    def sync(self) -> None:
        """Make durable what was appended: called before the rows that refer to it are. Raises OSError."""
        if self._stream is not None:
            os.fsync(self._stream.fileno())

    def _take_back(self) -> None:
        """Half a record is none: the file ends where the last whole one does."""
        assert self._stream is not None
        with suppress(OSError):
            self._stream.truncate(self._offset)
            self._stream.seek(self._offset)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def records(path: Path | str, start: int = 0) -> Iterator[Record]:
    """The HTTP responses of a WARC file, ours or others', in its order, from the record on that begins at ``start``.

    Raises ArchiveDamaged where the file is cut or broken, after the records that stand before that place.
    """
    with Path(path).open("rb") as stream:
        offset = end = stream.seek(start)
        whole = False
        archive = ArchiveIterator(stream)
        try:
            for record in archive:
                if record.length is None:  # what warcio makes of a blank line with anything behind it
                    break
                offset, whole = archive.offset, False
                found = _read(record, offset) if record.rec_type in READ and _is_web(record) else None
                while record.raw_stream.read(65_536):
                    """A body that could not be decoded, or is none of a page, was not read to its end."""
                if record.raw_stream.limit > 0:
                    raise ArchiveDamaged(path, offset, CUT)
                if found:
                    yield found
                    whole = True
                end = offset + archive.get_record_length()
        except ArchiveDamaged:
            raise
        except Exception as error:  # warcio trips over damage in ways of its own, AttributeError among them
            place = _end(path, offset) if whole else offset
            raise ArchiveDamaged(path, place, _damage(error, place)) from error
        _nothing_is_left(stream, end, path)


def _nothing_is_left(stream: IO[bytes], end: int, path: Path | str) -> None:
    """Raises ArchiveDamaged where more than blank lines stand behind the last record, which warcio takes for the end."""
    size = stream.seek(0, SEEK_END)
    if not size:
        raise ArchiveDamaged(path, 0, "it is empty")
    stream.seek(end)
    while piece := stream.read(65_536):
        if rest := piece.lstrip(b"\r\n"):
            cut = piece.startswith(MEMBER) or rest.startswith(PLAIN[-5:])
            raise ArchiveDamaged(path, end, CUT if cut else NO_RECORD if end else NO_ARCHIVE)
    if not end:
        raise ArchiveDamaged(path, 0, NO_ARCHIVE)


def next_record(path: Path | str, after: int) -> int | None:
    """Where the first record behind a place begins, say behind a damaged one; None: there is none."""
    with Path(path).open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as whole:
        if whole[:5] == PLAIN[-5:]:
            place = whole.find(PLAIN, after)
            return place + len(PLAIN) - 5 if place >= 0 else None
        place = whole.find(MEMBER, after + 1)
        while place >= 0:
            with suppress(zlib.error):
                if zlib.decompressobj(GZIP).decompress(whole[place : place + 4096], 5) == PLAIN[-5:]:
                    return place
            place = whole.find(MEMBER, place + 1)
    return None


def _end(path: Path | str, offset: int) -> int:
    """Where the packed record that begins at ``offset`` ends; ``offset`` where that can't be said."""
    unpacker = zlib.decompressobj(GZIP)
    with Path(path).open("rb") as stream, suppress(zlib.error):
        stream.seek(offset)
        while not unpacker.eof and (packed := stream.read(65_536)):
            unpacker.decompress(packed)
        if unpacker.eof:
            return stream.tell() - len(unpacker.unused_data)
    return offset


def _damage(error: Exception, offset: int) -> str:
    if "non-chunked gzip" in str(error):
        return "it was packed as a whole, not record by record: unpack it with gunzip, and replay the .warc"
    return str(error).strip()[:80] if offset else NO_ARCHIVE


def _is_web(record: Any) -> bool:
    """Was it fetched over http, and is what was answered in it?"""
    uri = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    return uri.startswith(("http://", "https://")) and (
        record.http_headers is not None or record.rec_type != "response"
    )


def record_at(path: Path | str, offset: int) -> Record:
    """The one record that begins at ``offset``. Raises ArchiveDamaged where none does."""
    with Path(path).open("rb") as stream:
        stream.seek(offset)
        try:
            return _read(next(iter(ArchiveIterator(stream))), offset)
        except Exception as error:
            raise ArchiveDamaged(path, offset, str(error) or "no record begins there") from error


def member_at(path: Path | str, offset: int) -> bytes:
    """The bytes of the record that begins at ``offset``, as one gzip member: as they lie there, or packed where they are plain.

    Raises ArchiveDamaged where none does, or half a one.
    """
    with Path(path).open("rb") as stream:
        stream.seek(offset)
        if stream.read(2) != b"\x1f\x8b":
            stream.seek(offset)
            return _packed(_plain_record(stream, path, offset))
        stream.seek(offset)
        taken, member = b"", zlib.decompressobj(GZIP)
        try:
            while not member.eof:
                if not (chunk := stream.read(65_536)):
                    raise ArchiveDamaged(path, offset, CUT)
                taken += chunk
                member.decompress(chunk)
        except zlib.error as error:
            raise ArchiveDamaged(path, offset, str(error)) from error
        return taken[: len(taken) - len(member.unused_data)]


def _plain_record(stream: IO[bytes], path: Path | str, offset: int) -> bytes:
    """A record of a file that is not packed: its head, and as many bytes as that says (ISO 28500, 4)."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(65_536)
        if not line or not (head + line).startswith(b"WARC/"):
            raise ArchiveDamaged(path, offset, CUT if head else NO_ARCHIVE)
        head += line
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0]) if lengths and lengths[0].strip().isdigit() else -1
    body = stream.read(length) if length >= 0 else b""
    if len(body) != length:
        raise ArchiveDamaged(path, offset, CUT)
    return head + body + b"\r\n\r\n"


def _packed(plain: bytes) -> bytes:
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, GZIP)
    return packer.compress(plain) + packer.flush()


def _member(url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes, fetched: datetime) -> bytes:
    plain = BytesIO()
    writer = WARCWriter(plain, gzip=False)
    # The body is no longer chunked when it comes here; the header is kept under the name that other archives use.
    kept = [
        ("X-Archive-Orig-" + name if name.lower() == "transfer-encoding" else name, value) for name, value in headers
    ]
    record = writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": f"{fetched.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"},
    )
    writer.write_record(record)
    return _packed(plain.getvalue())


def _read(record: Any, offset: int) -> Record:
    body, problem = (b"", REVISIT) if record.rec_type == "revisit" else _body(record)
    if (why := record.rec_headers.get_header("WARC-Truncated")) and not problem:
        body, problem = b"", f"{TRUNCATED} ({why})"  # half a page is none
    answer = record.http_headers
    status = answer.get_statuscode() if answer else "200"
    return Record(
        url=record.rec_headers.get_header("WARC-Target-URI").strip("<>"),
        fetched=iso_date_to_datetime(record.rec_headers.get_header("WARC-Date"), tz_aware=True),
        offset=offset,
        status=int(status) if status.isdigit() else 0,
        content_type=(answer or record.rec_headers).get_header("Content-Type"),
        body=body,
        problem=problem,
    )


def _stream(record: Any, encoding: str) -> Any:
    """The body without its transfer encoding; without its content encoding too where warcio can take that off."""
    if encoding not in ("br", "zstd"):  # it asks brotli for what brotli has not, and does not know zstd
        return record.content_stream()
    chunked = (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    return ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream


def _unpacked(stream: Any, encoding: str) -> bytes:
    """At most one byte more than the longest body. Raises EOFError or ZstdError where it is cut or broken."""
    if encoding == "br":
        packed, unpacker = stream.read(), brotli.Decompressor()
        try:
            body = bytes(unpacker.process(packed, output_buffer_limit=LONGEST_BODY + 1))
        except brotli.error:
            return bytes(packed)  # archives keep the header when they have unpacked the body
        if not unpacker.is_finished() and len(body) <= LONGEST_BODY:
            raise EOFError("it ends early")
        return body
    if encoding == "zstd":
        with zstd.ZstdFile(stream) as plain:
            return plain.read(LONGEST_BODY + 1)
    return bytes(stream.read(LONGEST_BODY + 1))


def _body(record: Any) -> tuple[bytes, str | None]:
    encoding = ((record.http_headers and record.http_headers.get_header("Content-Encoding")) or "").lower().strip()
    try:
        stream = _stream(record, encoding)
        body = _unpacked(stream, encoding)
    except Exception as error:  # warcio passes on whatever each decoder raises (zlib.error, brotli.error …)
        return b"", f"its {encoding or 'body'} cannot be decoded ({error})"
    if len(body) > LONGEST_BODY:
        return b"", f"longer than {LONGEST_BODY // 1_000_000} MB"
    if encoding in ("gzip", "x-gzip", "deflate") and record.payload_length > 0:
        if getattr(getattr(stream, "decompressor", None), "eof", True) is False:
            return b"", CUT_GZIP  # half a page is none; the crawl says the same words
        if not body:
            return b"", f"its {encoding} cannot be decoded"
    return body, None
