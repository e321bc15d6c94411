"""One input file → its rows in the archive's tables, by the reader of pages and the reader of credits. Knows no Spark.

What no file of an archive can say alone is not said here: whether a page's words are new is found by the merge. Layouts
that a newsroom has learnt are not used, since they depend on what was read before; pinned ones are.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.fs

from aggregator import credit, grounds
from aggregator.archive.tables import NO_DAY, Attempt, Folder, article_row, credit_row, key, second
from aggregator.merge import Reference
from scrapers import imports, layouts
from scrapers.replay import outlet_of
from storage import archive, runs
from storage.archive import Record
from storage.articles import digest
from storage.db import connect_to_read
from storage.errors import ArchiveDamaged, ImportWrong, TwosourceError
from storage.types import Article, Outlet, Page

ARTICLES = (".jsonl", ".jsonl.gz")  # files of articles that somebody else extracted, as `import` takes them
NEWSROOM = ".db"  # a newsroom's database, of which the visits are read: they say since when a page may have been out
TIMEOUT = 60  # seconds without a byte
RULES = f"{credit.RULES}.{grounds.RULES}"  # by which credits and grounds are read


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one input file."""

    file: str
    pages: int = 0
    articles: int = 0
    skipped: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)  # why pages were skipped -> how many
    damage: str | None = None  # what is wrong with the file, the first of it; all else of it is in
    lost: str | None = None  # why nothing of it is in: another run tries it again


def extract(file: str, into: str, by_host: Mapping[str, Outlet], known: Reference) -> FileReport:
    """Read one file into the archive, all of it or nothing. Raises nothing that the file's absence or the network causes."""
    folder = Folder.at(into)
    try:
        with _nearby(file) as path, Attempt(folder, key(file)) as attempt:
            rows = _Rows(file, attempt, known)
            if file.endswith(NEWSROOM):
                rows.visits(path)
            elif file.endswith(ARTICLES):
                rows.imports(path)
            else:
                rows.records(path, by_host)
            said = {"file": file, "pages": rows.pages, "articles": rows.articles, "damage": rows.damage, "rules": RULES}
            attempt.commit(said)
    except (OSError, TwosourceError) as error:
        return FileReport(file=file, lost=f"{type(error).__name__}: {error}")
    return FileReport(
        file=file,
        pages=rows.pages,
        articles=rows.articles,
        skipped=rows.pages - rows.articles,
        reasons=rows.reasons,
        damage=rows.damage,
    )


def read_by_older_rules(folder: Folder) -> list[str]:
    """Those input files whose credits, or grounds, today's readers may find others in; newsrooms' databases have none."""
    return [
        marker["file"]
        for marker in folder.markers().values()
        if marker.get("rules") != RULES and not marker["file"].endswith(NEWSROOM)
    ]


class _Rows:
    """The rows of one input file, in its order."""

    def __init__(self, file: str, attempt: Attempt, known: Reference) -> None:
        self._file, self._attempt, self._known = file, attempt, known
        self._day = NO_DAY
        self.pages = self.articles = 0
        self.reasons: dict[str, int] = {}
        self.damage: str | None = None

    def records(self, path: Path, by_host: Mapping[str, Outlet]) -> None:
        """Every response of a WARC file; a damaged record is a row with its reason, and what stands behind it is read."""
        start: int | None = 0
        while start is not None:
            try:
                for record in archive.records(path, start):
                    self._response(record, outlet_of(record.url, by_host))
                return
            except ArchiveDamaged as damage:
                reason = str(damage).replace(str(path), self._file)
                self.damage = self.damage or reason
                self._page(None, None, None, damage.offset, reason=reason)
                start = archive.next_record(path, max(start, damage.offset)) if path.stat().st_size else None

    def imports(self, path: Path) -> None:
        """Every article of a file of articles; a line that is none is a row with its reason."""
        arrived = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        for number, line in enumerate(imports.articles(path, arrived=arrived), start=1):
            if isinstance(line, ImportWrong):
                self._page(None, None, None, number, reason=str(line).replace(str(path), self._file))
            else:
                self._page(line.url, line.outlet, line.fetched, number, article=line)

    def visits(self, path: Path) -> None:
        """Every visit of a newsroom that was answered."""
        with closing(connect_to_read(path)) as db:
            for outlet, started, ended in runs.answered(db):
                row = {"outlet": outlet, "started": second(started), "ended": second(ended)}
                self._attempt.append("visits", f"{ended:%Y-%m-%d}", row)

    def _response(self, record: Record, outlet: Outlet) -> None:
        page = archive.page_of(record, outlet.id, self._file)
        said = None if record.problem else layouts.read_page(page, outlet).said
        article = said if isinstance(said, Article) else None
        reason = None if article else record.problem or getattr(said, "reason", None)
        self._page(page.url, page.outlet, page.fetched, record.offset, reason=reason, article=article, page=page)

    def _page(
        self,
        url: str | None,
        outlet: str | None,
        fetched: datetime | None,
        offset: int,
        *,
        reason: str | None = None,
        article: Article | None = None,
        page: Page | None = None,
    ) -> None:
        moment = second(fetched)
        self._day = f"{moment:%Y-%m-%d}" if moment else self._day  # what can't be dated lies beside what came before it
        place = {"file": self._file, "offset": offset}
        self.pages += 1
        if reason:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self._attempt.append("pages", self._day, {
            "url": url, "outlet": outlet, "fetched": moment, "status": page and page.status,
            "content_type": page and page.content_type, "outcome": "article" if article else "skipped",
            "reason": reason, "article": article and article.id, **place,
        })  # fmt: skip
        if article:
            self.articles += 1
            self._attempt.append("articles", self._day, article_row(article) | {"digest": digest(article)} | place)
            said = credit.credits_of(article, self._known.registry)
            shown = grounds.grounds_of(article, said, self._known.registry, self._known.names)
            for n, found in enumerate((*said, *shown), start=1):
                row = {"article": article.id, "n": n, **credit_row(found), "fetched": moment, **place}
                self._attempt.append("credits", self._day, row)


@contextmanager
def _nearby(address: str) -> Iterator[Path]:
    """The file on this machine: as it lies, or copied here while it is read. Raises OSError where it can't be had."""
    if "://" not in address:
        yield Path(address)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / address.rsplit("/", 1)[-1]
        with path.open("wb") as copy:
            if address.startswith(("http://", "https://")):
                with urllib.request.urlopen(address, timeout=TIMEOUT) as source:  # noqa: S310 - the two schemes above
                    shutil.copyfileobj(source, copy, 1 << 20)
                    if source.length:  # bytes that were promised and did not come
                        raise OSError(f"{address} broke off {source.length:,} bytes before its end")
            else:
                system, name = pyarrow.fs.FileSystem.from_uri(address)
                with system.open_input_stream(name, compression=None) as source:
                    shutil.copyfileobj(source, copy, 1 << 20)
        yield path
