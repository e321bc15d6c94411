"""A dossier's file: a zip that is the same bytes for the same contents, with the SHA-256 of each file in it. Judges nothing.

Nothing in it is compressed, and no moment or owner is kept, so that any machine makes the same bytes of the same contents. Who
checks one packs its contents anew: where the bytes differ, something was changed, if only a letter of the table at its end.
``SHA256SUMS`` is in the form that ``sha256sum -c`` reads. It says that nothing was damaged; that nobody made another dossier in
its place says only the digest of the whole file, kept elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SUMS = "SHA256SUMS"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip can state: ours states none
LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def pack(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a dossier of these files, by their names."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as packed:
        for name in sorted(files):
            packed.writestr(_entry(name), files[name])
        sums = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
        packed.writestr(_entry(SUMS), sums.encode())
    return whole.getvalue()


def problems(file: Path) -> Iterator[str]:
    """All that is wrong with a dossier, in words that name the file in it; nothing: every byte is as it was written."""
    whole = file.read_bytes()
    try:
        with ZipFile(BytesIO(whole)) as packed:
            entries = packed.infolist()
            found = _readable(packed, entries)
    except Exception as error:  # zipfile raises whatever a changed field makes it trip over
        yield f"{file}: is no dossier, or its table at the end was changed ({error})"
        return
    wrong = list(_wrong(entries, found))
    yield from (f"{file}: {words}" for words in wrong)
    if not wrong:
        files = {name: content for name, content in found.items() if name != SUMS and content is not None}
        if (packed_anew := pack(files)) != whole:
            yield f"{file}: {_first_change(entries, packed_anew, whole)}"


def _readable(packed: ZipFile, entries: list[ZipInfo]) -> dict[str, bytes | None]:
    """What each entry holds; None: it can't be read as it was written."""
    found: dict[str, bytes | None] = {}
    for entry in entries:
        try:
            stored = entry.compress_type == ZIP_STORED and entry.compress_size == entry.file_size
            found[entry.filename] = packed.read(entry) if stored else None
        except Exception:  # as above; its checksum among them
            found[entry.filename] = None
    return found


def _wrong(entries: list[ZipInfo], found: Mapping[str, bytes | None]) -> Iterator[str]:
    yield from (f"{name} was changed" for name, content in found.items() if content is None)
    for name, times in Counter(entry.filename for entry in entries).items():
        if times > 1:
            yield f"{name} is in it {times} times"
    if SUMS not in found:
        yield f"{SUMS} is not in it: no dossier, or one whose digests were taken out"
    sums = found.get(SUMS)
    if sums is None:
        return
    listed = {name: digest for digest, name in LINE.findall(sums.decode("utf-8", "replace"))}
    for name in sorted(listed.keys() - found.keys()):
        yield f"{name} was taken out"
    for name in sorted(found.keys() - listed.keys() - {SUMS}):
        yield f"{name} was put in: {SUMS} does not list it"
    for name in sorted(listed.keys() & found.keys()):
        content = found[name]
        if content is not None and sha256(content).hexdigest() != listed[name]:
            yield f"{name} was changed: its SHA-256 is not the one in {SUMS}"


def _first_change(entries: list[ZipInfo], as_written: bytes, as_found: bytes) -> str:
    """Where the contents are right, but not what the zip says of them: the first byte that differs, and whose it is."""
    at = next((n for n, (a, b) in enumerate(zip(as_written, as_found, strict=False)) if a != b), len(as_written))
    inside = [entry for entry in entries if entry.header_offset <= at < entry.header_offset + len(entry.filename) + 30]
    whose = f"the head of {inside[0].filename}" if inside else "the table at its end"
    return f"{whose} was changed, at byte {at}"


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, BEGINNING)
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix: else it would depend on the machine
    return entry
