"""What feeds there are, as files for any web server. A file is touched only when its bytes change.

All of a run stands in one transaction that ends after the last file: a run that is killed leaves each file old or new, and
the next one takes the same items, gives them the same numbers and writes what is missing. Asks no clock.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType

from babel import Locale
from sqlite_utils import Database

from aggregator.feeds import config
from aggregator.feeds.config import HEALTH, Definition, Settings
from aggregator.feeds.formats import FORMATS, index_page, opml, rss
from aggregator.feeds.health_feed import DESCRIPTION, TITLE, health_feed
from aggregator.feeds.loader import FeedLoader
from aggregator.feeds.model import Feed, Item
from aggregator.health import Trouble
from storage import decisions, epochs, publications, selections
from storage.db import writing
from storage.home import Home
from storage.publications import Publication, Written
from storage.selections import Selection
from storage.types import Outlet

RENDERING = 3  # number of the renderers: another one makes all feeds again


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a run did. ``changed``: the addresses of feeds that readers should fetch again."""

    written: tuple[Path, ...] = ()
    unchanged: int = 0  # files that are as they were
    changed: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)


def publish(
    db: Database, home: Home, *, outlets: Mapping[str, Outlet] | None = None, troubles: Iterable[Trouble] | None = None
) -> Published:
    """Bring all feeds up to what the merge has taken. Raises FeedsFileWrong.

    ``outlets`` are the outlets' facts by id: names, homepages, and whose whole text may be given on. ``troubles`` are what
    is wrong with them now; None: nobody looked, and the feed of their health stays as it is.
    """
    loader = FeedLoader(db, config.load_config(home.feeds_file), outlets or {})
    wanted = defined(db, loader.settings, loader.outlets)
    written: list[Path] = []
    changed: list[str] = []
    files = 0

    def put(documents: Mapping[Path, bytes]) -> list[Path]:
        found = [path for path, content in documents.items() if write(path, content)]
        written.extend(found)
        return found

    with writing(db), epochs.epoch(db):
        for definition in wanted:
            files += len(FORMATS)
            found = put(_brought_up(loader, home, definition))
            changed += [loader.settings.address + _relative(home, path) for path in found if not _archived(home, path)]
        if troubles is not None and loader.settings.health:
            files += len(FORMATS)
            put(_rendered(home.feeds, health_feed(troubles, loader.outlets, loader.settings)))
        lists = _lists(loader, home.feeds, wanted)
        files += len(lists)
        put(lists)
    return Published(
        written=tuple(written),
        unchanged=max(0, files - len(written)),
        changed=tuple(changed),
        settings=loader.settings,
    )


def publish_as_it_was(db: Database, home: Home, folder: Path, *, outlets: Mapping[str, Outlet]) -> tuple[Path, ...]:
    """Write all feeds as ``db``, a database as of a moment, has them, into a folder; returns the files.

    These are the bytes that an export wrote at that moment, as far as feeds.toml, the outlets' facts and the rules are the
    same. Raises FeedsFileWrong.
    """
    loader = FeedLoader(db, config.load_config(home.feeds_file), outlets)
    wanted = defined(db, loader.settings, loader.outlets)
    documents: dict[Path, bytes] = {}
    for definition in wanted:
        size, end = _page_size(definition), publications.end(db, definition.name)
        documents |= _rendered(folder, _current(loader, definition))
        documents |= _archived_pages(loader, folder, definition, range(end // size if end > definition.items else 0))
    documents |= _lists(loader, folder, wanted)
    for path, content in documents.items():
        write(path, content)
    return tuple(documents)


def defined(db: Database, settings: Settings, outlets: Mapping[str, Outlet]) -> list[Definition]:
    """The feeds that are written for the newsroom as it is."""
    present = {kind: selections.names(db, kind) for kind in settings.each}
    if "outlets" in present:
        # A web archive holds thousands of hosts: a feed of its own is for an outlet that somebody wrote a file for.
        present["outlets"] = {id_: outlets[id_].name for id_ in present["outlets"] if id_ in outlets}
    if "languages" in present:
        present["languages"] = {code: language(code) for code in present["languages"]}
    return config.definitions(settings, present)


def language(code: str) -> str:
    """A language's English name; the code itself where CLDR has none.

    >>> language("pt")
    'Portuguese'
    """
    return str(Locale("en").languages.get(code, code))


def delta(db: Database, home: Home, definition: Definition, outlets: Mapping[str, Outlet], revision: int) -> Feed:
    """What entered a feed or changed in it after a revision, however many items that is (RFC 3229)."""
    loader = FeedLoader(db, config.load_config(home.feeds_file), outlets)
    return loader.feed(definition, publications.since_revision(db, definition.name, revision))


def sample(db: Database, definition: Definition, settings: Settings, outlets: Mapping[str, Outlet]) -> list[Item]:
    """What a feed would hold if it began now; nothing is stored."""
    loader = FeedLoader(db, settings, outlets)
    return [
        item for _, item in loader.entering(definition, selections.newest(db, definition.selection, definition.items))
    ]


def write(path: Path, content: bytes, *, for_all: bool = True) -> bool:
    """Put the bytes in the file if it does not hold them, in one step. Says whether it was touched.

    ``for_all``: a web server of another user reads it; else who may is the umask's.
    """
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # One writer at a time (the newsroom's lock) and one name a file: what a killed run left is written over by the next.
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if for_all:
        new.chmod(0o644)
    new.replace(path)
    return True


def _brought_up(loader: FeedLoader, home: Home, definition: Definition) -> dict[Path, bytes]:
    """Take what is new into a feed; its documents that may differ from the files. Empty where nothing happened."""
    before = publications.written(loader.db, definition.name)
    now = _written(loader, definition, before)
    paths = [_path(home.feeds, definition.name, kind) for kind in FORMATS]
    if before == now and all(path.exists() for path in paths):
        return {}
    if before is None or before.filter_digest != now.filter_digest:
        publications.note(loader.db, definition.name, now)
        publications.forget(loader.db, definition.name)
        before = None
    touched = _touched(loader, definition, before, now)
    found = _taken(loader, definition, before, touched, now.revision + 1)
    if found:
        publications.save(loader.db, definition.name, found)
        now = replace(now, revision=now.revision + 1)
    publications.note(loader.db, definition.name, now)
    pages = _pages(loader, definition, found, everything=before is None or before.render_digest != now.render_digest)
    return _documents(loader, home, definition, pages, now.revision)


def _written(loader: FeedLoader, definition: Definition, before: Written | None) -> Written:
    rendered = (
        RENDERING,
        selections.rules(loader.db),
        loader.settings.address,
        loader.settings.authority,
        loader.settings.hub,
    )
    outlets = sorted(
        (o.id, o.name, o.homepage, o.full_text, [s.url for s in o.sources_of("feed")[:1]])
        for o in loader.outlets.values()
    )
    return Written(
        seen_seq=selections.head(loader.db),
        seen_decision=decisions.head(loader.db),
        filter_digest=_digest(_terms(definition.selection), definition.items),
        render_digest=_digest(rendered, outlets, definition.title, definition.description),
        revision=before.revision if before else 0,
    )


def _terms(selection: Selection) -> dict[str, object]:
    """A filter's terms. One that came later and is not stated is left out, so that older feeds go on as they are."""
    return {name: value for name, value in asdict(selection).items() if name != "watch" or value}


def _touched(loader: FeedLoader, definition: Definition, before: Written | None, now: Written) -> dict[str, int]:
    """The units to look at, each with the first article that passes the filter; 0 for one that stands here and no longer does."""
    if before is None:
        return selections.newest(loader.db, definition.selection, definition.items)
    units = selections.arrived(loader.db, definition.selection, before.seen_seq, decided=before.seen_decision)
    standing = publications.of_units(loader.db, definition.name, units)
    if before.render_digest != now.render_digest:
        standing = publications.everything(loader.db, definition.name)
    meeting = selections.among(loader.db, definition.selection, units | set(standing))
    return {**dict.fromkeys(standing, 0), **meeting}


def _taken(
    loader: FeedLoader, definition: Definition, before: Written | None, touched: Mapping[str, int], revision: int
) -> list[Publication]:
    """The places of items that are new or changed, to be saved."""
    standing = publications.of_units(loader.db, definition.name, touched) if before else {}
    loader.load(definition.selection.of, touched)
    found = []
    for unit, place in standing.items():
        item = loader.item(definition, unit, place.since, touched[unit])
        if item and item.digest != place.digest:
            found.append(replace(place, updated=item.updated, digest=item.digest, revision=revision))
    entering = loader.entering(definition, {unit: seq for unit, seq in touched.items() if unit not in standing})
    for n, (unit, item) in enumerate(entering, start=publications.end(loader.db, definition.name) + 1):
        found.append(
            Publication(
                unit=unit, n=n, since=item.published, updated=item.updated, revision=revision, digest=item.digest
            )
        )
    return found


def _page_size(definition: Definition) -> int:
    """Half of a feed: so that beside what is not archived yet there is room for what changed again."""
    return max(1, definition.items // 2)


def _pages(loader: FeedLoader, definition: Definition, found: Sequence[Publication], *, everything: bool) -> set[int]:
    """The full pages (0, 1 …) that hold something that changed; all of them when the feed first holds more than it shows."""
    size, end = _page_size(definition), publications.end(loader.db, definition.name)
    if end <= definition.items:
        return set()
    before = end - sum(one.n > end - len(found) for one in found)
    if everything or before <= definition.items:
        return set(range(end // size))
    return {(one.n - 1) // size for one in found if (one.n - 1) // size < end // size}


def _documents(
    loader: FeedLoader, home: Home, definition: Definition, pages: Iterable[int], revision: int
) -> dict[Path, bytes]:
    """The feed as it is now and the archived pages that changed, in all formats."""
    feed = _current(loader, definition)
    publications.remember(loader.db, definition.name, _digest([item.digest for item in feed.items]), revision)
    return _rendered(home.feeds, feed) | _archived_pages(loader, home.feeds, definition, pages)


def _current(loader: FeedLoader, definition: Definition) -> Feed:
    db, name, size = loader.db, definition.name, _page_size(definition)
    full = publications.end(db, name) // size
    fresh = publications.between(db, name, full * size + 1, (full + 1) * size)
    again = publications.changed_last(db, name, definition.items)
    room_left = max(0, definition.items - len(fresh))
    older = [one for unit, one in again.items() if unit not in fresh][:room_left]
    current = sorted([*fresh.values(), *older], key=lambda one: (one.updated, one.n), reverse=True)
    last = full - 1 if publications.end(db, name) > definition.items else -1
    feed = loader.feed(definition, {one.unit: one for one in current})
    return replace(feed, previous=_page_name(loader, definition, last))


def _archived_pages(
    loader: FeedLoader, folder: Path, definition: Definition, pages: Iterable[int]
) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    size = _page_size(definition)
    for number in pages:
        members = publications.between(loader.db, definition.name, number * size + 1, (number + 1) * size)
        archived = replace(
            loader.feed(definition, dict(reversed(members.items()))),
            page=_page_name(loader, definition, number),
            previous=_page_name(loader, definition, number - 1),
        )
        found |= _rendered(folder, archived)
    return found


def _page_name(loader: FeedLoader, definition: Definition, number: int) -> str | None:
    """An archived page is named after the ids it holds: no other set of items can ever lie at its address (RFC 5005, 4)."""
    if number < 0:
        return None
    size = _page_size(definition)
    members = publications.between(loader.db, definition.name, number * size + 1, (number + 1) * size)
    first = next(iter(members.values()))
    return f"archive/{definition.name}/{first.since:%Y-%m-%d}-{_digest(list(members))[:10]}"


def _lists(loader: FeedLoader, folder: Path, wanted: Sequence[Definition]) -> dict[Path, bytes]:
    """The index page, its style, and the list of all feeds."""
    address = loader.settings.address
    listed = [index_page.Listed(name=one.name, title=one.title, description=one.description) for one in wanted]
    if loader.settings.health:
        listed.append(index_page.Listed(name=HEALTH, title=TITLE, description=DESCRIPTION))
    groups: dict[str, list[opml.Subscription]] = {}
    for one in listed:
        group = one.name.partition("/")[0].capitalize() if "/" in one.name else ""
        groups.setdefault(group, []).append(
            opml.Subscription(title=one.title, url=f"{address}{one.name}.{rss.SUFFIX}", homepage=address)
        )
    return {
        folder / "feeds.opml": opml.render("Twosource", groups),
        folder / "index.html": index_page.render(listed),
        folder / "feeds.css": index_page.STYLE,
    }


def _rendered(folder: Path, feed: Feed) -> dict[Path, bytes]:
    return {_path(folder, feed.page or feed.name, kind): kind.render(feed) for kind in FORMATS}


def _path(folder: Path, name: str, kind: ModuleType) -> Path:
    return folder / f"{name}.{kind.SUFFIX}"


def _relative(home: Home, path: Path) -> str:
    return path.relative_to(home.feeds).as_posix()


def _archived(home: Home, path: Path) -> bool:
    return _relative(home, path).startswith("archive/")


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:16]
