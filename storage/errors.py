"""What can go wrong, by who must act.

    TwosourceError
    ├── OutletFileWrong      a person corrects the file: .file .key .expected
    ├── RegistryWrong        a person corrects agencies.toml: .file .expected
    ├── FeedsFileWrong       a person corrects feeds.toml: .file .expected
    ├── WatchesFileWrong     a person corrects watches.toml: .file .expected
    ├── AddressesFileWrong   a person corrects addresses.toml, or who may read it: .file .expected
    ├── RowWrong             a person restores the database: .column .found
    ├── NotADatabase         a person names another file: .file
    ├── NoDatabase           a person names another file: .file
    ├── DatabaseIsOlder      a person copies the file: .file
    ├── ExtraMissing         a person installs it: .extra
    ├── QueryWrong           a person corrects the query: .query .at .why
    ├── HistoryBegins        a person asks for a later moment: .first
    ├── DecisionWrong        a person decides something else: .why
    ├── NoSuchId             a person names another one: .given
    ├── AmbiguousId          a person types more of it: .given .ids
    ├── DatabaseIsNewer      a person updates Twosource: .file .unknown
    ├── DatabaseIsBusy       waiting helps: .file
    ├── ArchiveIsBusy        waiting helps: .folder
    ├── StoreFailed          a person frees space, or waits: .file .lost
    ├── TooMuchToParse       counted, and the rest goes on
    ├── ImportWrong          a person corrects the line: .file .line .expected
    └── ArchiveDamaged       counted, and the rest goes on: .file .offset

Daily weather (a page that is no article, a feed that is empty) is no error: it is a row with a reason.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any


class TwosourceError(Exception):
    """Base of all. ``str(error)`` is a whole sentence: what happened, to which file or address, what to do."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors go from process to process. By itself Python makes one anew of its sentence, which few can be made of."""
        return _made_again, (type(self), self.args, self.__dict__)


def _made_again(kind: type[TwosourceError], words: tuple[Any, ...], told: dict[str, Any]) -> TwosourceError:
    error = kind.__new__(kind, *words)
    error.__dict__.update(told)
    return error


class FileWrong(TwosourceError):
    """A file that a person wrote does not say what it should."""

    def __init__(self, file: Path | str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: expected {expected}")
        self.file, self.key, self.expected = file, key, expected


class OutletFileWrong(FileWrong):
    """An outlet's TOML file has a key missing, unknown or of the wrong kind."""


class RegistryWrong(FileWrong):
    """An agencies file names an alias twice, or lacks or misspells a key."""


class FeedsFileWrong(FileWrong):
    """feeds.toml defines a feed that cannot be written."""


class WatchesFileWrong(FileWrong):
    """watches.toml defines a watch that cannot be judged."""


class AddressesFileWrong(FileWrong):
    """addresses.toml is none, or others than its owner can read it. Never holds an address."""


class RowWrong(TwosourceError):
    """A column of the database does not hold what Twosource writes there."""

    def __init__(self, column: str, why: str, found: str) -> None:
        super().__init__(
            f"The database's column {column} holds what Twosource does not write ({why}): {found}. See `doctor`."
        )
        self.column, self.found = column, found


class NotADatabase(TwosourceError):
    """The file is there, but SQLite can't read it as a database, or it is another program's."""

    def __init__(self, file: Path | str, why: str) -> None:
        super().__init__(
            f"{file} is not a Twosource database ({why}). Name another file with --db; this one was left as it is."
        )
        self.file = file


class DatabaseIsNewer(TwosourceError):
    """The database was written by a later Twosource."""

    def __init__(self, file: Path | str, unknown: tuple[str, ...]) -> None:
        super().__init__(
            f"{file} was written by a newer Twosource (it has the step {unknown[0]!r}, which this one does not know). "
            "Update Twosource; the file was left as it is."
        )
        self.file, self.unknown = file, unknown


class HistoryBegins(TwosourceError):
    """Somebody asks what was known at a moment before anything of it was kept."""

    def __init__(self, first: str) -> None:
        super().__init__(f"What was known is kept since {first}; of the time before it nothing can be said.")
        self.first = first


class DecisionWrong(TwosourceError):
    """A person decides on something that is not there, or not so. Nothing was written down."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoSuchId(TwosourceError):
    """Nothing has this id, nor one that begins so."""

    def __init__(self, kind: str, given: str) -> None:
        super().__init__(f"No {kind} has an id that begins with {given!r}.")
        self.given = given


class AmbiguousId(TwosourceError):
    """Several ids begin so."""

    def __init__(self, kind: str, given: str, ids: list[str], count: int) -> None:
        more = f" and {count - len(ids)} more" if count > len(ids) else ""
        super().__init__(f"{given!r} may be the {kind} {', '.join(ids)}{more}: type more of the one you mean.")
        self.given, self.ids = given, ids


class DatabaseIsBusy(TwosourceError):
    """Another run holds the database."""

    def __init__(self, file: Path | str, holder: str) -> None:
        super().__init__(f"Another run is at work on {file} ({holder}). This one leaves; nothing was done.")
        self.file = file


class ArchiveIsBusy(TwosourceError):
    """A backup copies the archive that was to be slimmed."""

    def __init__(self, folder: Path | str) -> None:
        super().__init__(
            f"A backup is copying {folder}: it can be slimmed when that has ended. The archive was left as it is."
        )
        self.folder = folder


class ImportWrong(TwosourceError):
    """A line of an import is not an article."""

    def __init__(self, file: Path | str, line: int, expected: str) -> None:
        super().__init__(f"{file}, line {line}: expected {expected}")
        self.file, self.line, self.expected = file, line, expected


class QueryWrong(TwosourceError):
    """A query that cannot be read: what is wrong, and the place of it."""

    def __init__(self, query: str, at: int, why: str) -> None:
        super().__init__(f"{why}\n  {query}\n  {' ' * at}^" if query.strip() else why)
        self.query, self.at, self.why = query, at, why


class NoDatabase(TwosourceError):
    """A verb that reads was given a database that is not there."""

    def __init__(self, file: Path | str) -> None:
        super().__init__(
            f"There is no database {file}. Name another with --db, or make one: `twosource run`. Nothing was made."
        )
        self.file = file


class ExtraMissing(TwosourceError):
    """A verb needs a library that is not installed."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"This needs more than is installed: pip install 'twosource[{extra}]'")
        self.extra = extra


class DatabaseIsOlder(TwosourceError):
    """The database lacks steps, and lies where they can't be taken."""

    def __init__(self, file: Path | str) -> None:
        super().__init__(
            f"{file} was written by an older Twosource and lies where nothing can be written. Copy it to a folder where it can be"
            " brought up to date; it was left as it is."
        )
        self.file = file


class ArchiveDamaged(TwosourceError):
    """A WARC file ends or breaks inside a record."""

    def __init__(self, file: Path | str, offset: int, why: str) -> None:
        super().__init__(
            f"{file} is damaged at byte {offset} ({why}). What stands before it was read."
            if offset
            else f"{file} could not be read through ({why})."
        )
        self.file, self.offset = file, offset


class StoreFailed(TwosourceError):
    """The disk or the database takes nothing more. What was not durable is rolled back, and will be fetched again."""

    def __init__(self, file: Path | str, why: Exception, *, lost: int = 0) -> None:
        rolled_back = f" {lost} writes of the last second were rolled back; the next run does them again." * bool(lost)
        super().__init__(f"{file}: {why_not_stored(why)}.{rolled_back} What was stored before is safe.")
        self.file, self.lost = file, lost


class TooMuchToParse(TwosourceError):
    """An answer takes more time or memory to parse than any honest one."""


# The disk or another program, not the statement, is why it failed (sqlite.org/rescode.html, primary codes).
STORE_CODES = frozenset(
    {
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT),
    }
)


def is_store_failure(error: Exception) -> bool:
    """Does the disk or the database refuse, so that nothing more should be written?"""
    return isinstance(error, OSError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in STORE_CODES


def why_not_stored(error: Exception) -> str:
    """What a failed write means, in words, and what to do.

    >>> why_not_stored(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full: free some space and run again'
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: free some space and run again"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another program is writing to it: end that one, or wait for it"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "it cannot be written: give this user the right to write to it and to its folder"
    if code == sqlite3.SQLITE_CANTOPEN:
        return "it cannot be opened: is its folder there, and may this user write to it?"
    if code == sqlite3.SQLITE_IOERR or number == errno.EIO:
        return f"the disk fails, or is full ({error})"
    if code == sqlite3.SQLITE_CORRUPT:
        return f"it is damaged ({error}): `twosource verify` says where, `twosource backup` makes copies to go back to"
    return f"it cannot be written ({error})"
