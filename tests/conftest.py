"""Makers of the nouns, which name only what a test is about, and the gold beside the repository."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from sqlite_utils import Database

from storage.db import connect
from storage.types import Article, Outlet, Page
from tests import program

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

# ---------------------------------------------------------------------------------------- the same in every run

# What would steer our programs otherwise: who runs the tests may have set it up for a newsroom, a proxy or a terminal.
STEERS = (
    "TWOSOURCE_",
    "SCRAPY_",
    "SPARK_",
    "PYSPARK_",
    "FORCE_COLOR",
    "NO_COLOR",
    "CLICOLOR",
    "COLUMNS",
    "LINES",
    "MALLOC_",
)
for name in [name for name in os.environ if name.startswith(STEERS) or name.lower().endswith("_proxy")]:
    del os.environ[name]

# Laws are tried with the same examples in every run, so that none fails by chance on somebody else's change. `make search`
# looks for new ones: so many times as many, from fresh seeds. No example has a limit of time: machines are loaded.
SEARCH = int(os.environ.get("SEARCH_LAWS", "0"))
EASY = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("every run", derandomize=True, database=None, **EASY)
settings.register_profile("search", max_examples=100 * max(1, SEARCH), **EASY)
settings.load_profile("search" if SEARCH else "every run")
if not SEARCH:
    # Hypothesis draws constants, too, of whatever modules of ours are loaded: these are others in each worker.
    providers._get_local_constants = lambda: providers._local_constants


def tried(times: int) -> settings:
    """How often a law is tried, where a hundred times are too many or too few."""
    return settings(max_examples=times * max(1, SEARCH))


# ---------------------------------------------------------------------------------------- makers


def article(body: str = "", **fields: Any) -> Article:
    """An article whose paragraphs are parted by a blank line."""
    given: dict[str, Any] = {
        "id": "herald-1",
        "outlet": "herald",
        "url": None,
        "fetched": NOON,
        "headline": "A headline",
    }
    return Article(body=tuple(body.split("\n\n")) if body else (), **(given | fields))


def page(body: str | bytes = b"", **fields: Any) -> Page:
    """A page of the Herald, fetched at noon."""
    given: dict[str, Any] = {
        "url": "https://herald.example/news/bridge-opens",
        "outlet": "herald",
        "fetched": NOON,
        "status": 200,
        "content_type": "text/html; charset=utf-8",
    }
    return Page(body=body.encode() if isinstance(body, str) else body, **(given | fields))


def outlet(**fields: Any) -> Outlet:
    """The Herald."""
    given: dict[str, Any] = {
        "id": "herald",
        "name": "The Herald",
        "homepage": "https://herald.example/",
        "hosts": ("herald.example",),
    }
    return Outlet(**(given | fields))


@pytest.fixture
def db() -> Iterator[Database]:
    """An empty database in memory."""
    base = connect(":memory:")
    yield base
    base.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and gold beside the repository; a stranger's clone has none."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the gold beside the repository (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def untouched_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample newsroom after its first run, by the program as a user starts it.

    Read it; who writes asks for ``sample_folder``.
    """

    def first_run(folder: Path) -> None:
        command = [sys.executable, "-m", "aggregator.cli", "sample", "--into", str(folder)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    return made_once(tmp_path_factory, "sample-newsroom", first_run)


@pytest.fixture(scope="session")
def both_editions(untouched_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample newsroom after the second edition. Read it, or copy it."""

    def second_run(folder: Path) -> None:
        shutil.copytree(untouched_sample, folder)
        done = program.run("sample", "--edition", "2", "--into", folder)
        assert done.returncode == 0, done.stderr

    return made_once(tmp_path_factory, "both-editions", second_run)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A worker's own copy of a folder that is made once for all workers."""
    ours = factory.mktemp(name) / name
    root = factory.getbasetemp()
    made = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / f"made-{name}"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits for the first
        if not made.is_dir():
            shutil.rmtree(made.with_suffix(".half"), ignore_errors=True)  # of one that failed before
            make(made.with_suffix(".half"))
            made.with_suffix(".half").rename(made)
    return Path(shutil.copytree(made, ours, symlinks=True))


@pytest.fixture
def sample_folder(untouched_sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample newsroom after its first run, to be written to."""
    return Path(shutil.copytree(untouched_sample, tmp_path / "sample-newsroom"))
