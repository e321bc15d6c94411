"""Where things lie: everything of one newsroom stands beside its database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WATCHES = "watches.toml"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a database and what is in it. Nothing here exists until it is needed."""

    database: Path

    @property
    def outlets(self) -> Path:
        """Outlet files of the user's own, ``*.toml``; one with a shipped outlet's id replaces it."""
        return self.database.parent / "outlets"

    @property
    def agencies(self) -> Path:
        """Organisations that the user adds to the registry."""
        return self.database.parent / "agencies.toml"

    @property
    def archive(self) -> Path:
        """WARC files of every response, as it came."""
        return self.database.parent / "archive"

    @property
    def feeds(self) -> Path:
        """The feeds, ready for any web server."""
        return self.database.parent / "feeds"

    @property
    def feeds_file(self) -> Path:
        """Which feeds are written; missing: the usual ones."""
        return self.database.parent / "feeds.toml"

    @property
    def watches_file(self) -> Path:
        """What staff want to be told of; missing: nothing."""
        return self.database.parent / WATCHES

    @property
    def addresses_file(self) -> Path:
        """Addresses with secrets in them that watches tell; only its owner may read it."""
        return self.database.parent / "addresses.toml"

    @property
    def lock(self) -> Path:
        """Held by the one run that writes."""
        return self.database.with_name(self.database.name + ".lock")
