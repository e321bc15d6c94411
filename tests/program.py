"""The program in a process of its own, without its start: forked from one that has loaded what the program loads.

To load all that it needs costs a second and a half of a processor, and the tests start it some two hundred times. So one
process a test worker loads Scrapy, numpy and our own modules once, and forks whenever a test starts the program. What is
forked is a process like any other: its own working folder, environment, standard streams, signals, exit code, reactor and
memory. It loads the command line and the settings itself, since these look at the environment and the terminal while they
are loaded, and it ends as Python ends. What a test asks of a cold start (a limit of memory, /proc) it starts itself.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO, Any, NoReturn

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
MAIN = "from aggregator.cli import main; main()"
# What each program loads itself: what looks at its environment, and what only an extra's verb needs.
LATE = ("aggregator.cli", "scrapers.settings", "aggregator.archive", "aggregator.mcp")
# What Scrapy and the command line load when they are used.
LIBRARIES = (
    "scrapy.crawler",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.scheduler",
    "scrapy.downloadermiddlewares.cookies",
    "scrapy.extensions.remote_control",
    "rich.progress",
    "prometheus_client",
)
# Seconds, no measurement: what takes so long hangs. A test waits for what is to happen, and never counts on when it does: its
# machine may have a third of the speed of ours, and one core of its two taken by somebody else.
HANGS = 300.0
REQUEST = 1_000_000  # bytes: what is asked of the loaded process comes in one message: words, environment, program


def until(happened: Callable[[], object]) -> None:
    """Wait for it."""
    ends = time.monotonic() + HANGS
    while not happened():
        assert time.monotonic() < ends, "it does not happen"
        time.sleep(0.01)


def run(
    *words: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = HANGS,
    program: str = MAIN,
) -> subprocess.CompletedProcess[str]:
    """Run ``twosource`` with these words to its end; what it printed comes back as text."""
    running = start(*words, cwd=cwd, env=env, program=program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = running.communicate(timeout)
    return subprocess.CompletedProcess([*map(str, words)], running.wait(timeout), out, err)


def start(
    *words: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    program: str = MAIN,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Running:
    """Start ``twosource`` with these words. ``program``: what is run instead of it; streams are as in subprocess."""
    request = {
        "argv": ["twosource", *map(str, words)],
        "cwd": str(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
        "program": program,
    }
    return Running(request, stdin, stdout, stderr)


class Running:
    """A program that was started; speaks as subprocess.Popen does."""

    def __init__(self, request: Mapping[str, Any], stdin: int | None, stdout: int | None, stderr: int | None) -> None:
        self.returncode: int | None = None
        theirs: list[int] = []
        ours: list[IO[str] | None] = []
        for number, stream in enumerate((stdin, stdout, stderr)):
            if stream == subprocess.PIPE:
                assert number, "nothing is written to the program"
                read, write = os.pipe()
                theirs.append(write)
                ours.append(os.fdopen(read, encoding="utf-8"))
            else:
                where = os.open(os.devnull, os.O_RDWR) if stream == subprocess.DEVNULL else os.dup(stream or number)
                theirs.append(where)
                ours.append(None)
        _, self.stdout, self.stderr = ours
        self._report, report = os.pipe()
        socket.send_fds(_loaded(), [json.dumps(request).encode()], [*theirs, report])
        for there in (*theirs, report):
            os.close(there)
        pid = self._read_line()
        assert pid, "the process that has everything loaded is gone; what it printed says why"
        self.pid = int(pid)

    def _read_line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (more := os.read(self._report, 1)):
            line += more
        return line

    def poll(self) -> int | None:
        """Its exit code, if it has ended; minus the signal that ended it."""
        return self._ended(0)

    def _ended(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._report], [], [], seconds)[0]:
            self.returncode = os.waitstatus_to_exitcode(int(self._read_line()))
            os.close(self._report)
        return self.returncode

    def wait(self, timeout: float = HANGS) -> int:
        """Its exit code, when it has ended."""
        if self._ended(timeout) is None:
            self.send_signal(signal.SIGKILL)
            raise subprocess.TimeoutExpired("twosource", timeout)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is gone."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def communicate(self, timeout: float = HANGS) -> tuple[str, str]:
        """All that it printed, when it has ended."""
        streams = {stream.fileno(): (stream, bytearray()) for stream in (self.stdout, self.stderr) if stream}
        waiting = set(streams)
        while waiting:
            ready, _, _ = select.select(list(waiting), [], [], timeout)
            if not ready:
                self.send_signal(signal.SIGKILL)
                raise subprocess.TimeoutExpired("twosource", timeout)
            for number in ready:
                more = os.read(number, 65_536)
                streams[number][1].extend(more)
                if not more:
                    waiting.discard(number)
        self.wait(timeout)
        texts = {id(stream): got.decode().replace("\r\n", "\n") for stream, got in streams.values()}
        for stream, _ in streams.values():
            stream.close()
        return texts.get(id(self.stdout), ""), texts.get(id(self.stderr), "")

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()


@cache
def _loaded() -> socket.socket:
    """The way to the process that has loaded everything; it ends when the other end of this is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, REQUEST)
    serve = f"import sys; sys.path.insert(0, {str(TESTS.parent)!r}); from tests.program import _serve; _serve({theirs.fileno()})"
    loaded = subprocess.Popen(
        [sys.executable, "-c", serve], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd="/"
    )

    def end() -> None:
        ours.close()
        loaded.wait(HANGS)

    atexit.register(end)
    theirs.close()
    return ours


def _serve(number: int) -> None:
    """Load everything, then fork for each request, until nobody can ask any more."""
    count = _counting()
    _load()
    requests = socket.socket(fileno=number)
    gc.freeze()  # what is here stays; a fork that does not look at it shares its memory
    while True:
        said, streams, _, _ = socket.recv_fds(requests, REQUEST, 4)
        if not said:
            return
        keeper = os.fork()
        if not keeper:
            requests.close()
            _keep(json.loads(said), streams, count)
        for stream in streams:
            os.close(stream)
        os.waitpid(keeper, 0)


def _counting() -> Callable[[], None]:
    """What writes down, at a program's end, which lines it ran: beside the counts of pytest's workers, if these are made."""
    folder = os.environ.get("SLIPCOVER_COVERAGE_DIR")
    if folder is None:
        return lambda: None
    import slipcover  # it knows of forks only where it was itself the program that began

    os.chdir(ROOT)
    rooms = os.environ["SLIPCOVER_SOURCE"].split(",")
    counted = slipcover.Slipcover(source=rooms)
    slipcover.ImportManager(counted, slipcover.FileMatcher(sources=rooms)).__enter__()

    def write() -> None:
        os.chdir(ROOT)  # files are named from there
        Path(folder, f"coverage-gw-{os.getpid()}.json").write_text(json.dumps(counted.get_coverage()), "utf-8")

    return write


def _load() -> None:
    """What the program loads, but for what looks at the environment or the terminal while it is loaded."""
    import aggregator
    import scrapers
    import storage

    def load(package: ModuleType) -> None:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name in LATE:
                continue
            loaded = importlib.import_module(module.name)
            if module.ispkg:
                load(loaded)

    for room in (storage, scrapers, aggregator):
        load(room)
    for library in LIBRARIES:
        importlib.import_module(library)
    _use()
    assert "aggregator.cli" not in sys.modules, "the command line is loaded by each program itself"
    assert "twisted.internet.reactor" not in sys.modules, "a reactor cannot be forked: whatever needs it loads it late"


def _use() -> None:
    """Read and judge a page, so that what is compiled or read at its first use (patterns, registry, models) is there."""
    from aggregator.credit.article import credits_of
    from aggregator.credit.registry import load_registry
    from scrapers.layouts.apply import read_page
    from scrapers.outlets import load_outlets
    from storage.types import Article, Outlet, Page

    lines = (f"paragraph {n} says what happened at the river, Reuters reported, and why" for n in range(6))
    said = "".join(f"<p>The dam opens: {line}.</p>" for line in lines)
    title, article = "<title>The dam opens</title>", f"<article><h1>The dam opens</h1>{said}</article>"
    body = f"<html><head>{title}</head><body>{article}</body></html>"
    at = datetime(2026, 3, 2, tzinfo=UTC)
    page = Page(
        url="https://a.example/1", outlet="a", fetched=at, status=200, content_type="text/html", body=body.encode()
    )
    read = read_page(page, Outlet(id="a", name="A", homepage="https://a.example/", hosts=("a.example",)))
    assert isinstance(read.said, Article), read.said
    assert credits_of(read.said, load_registry())
    load_outlets()


def _keep(request: dict[str, Any], streams: list[int], count: Callable[[], None]) -> NoReturn:
    """Fork the program, and tell how it ends."""
    if os.fork():
        os._exit(0)  # nobody waits for the one that waits for the program
    program = os.fork()
    if not program:
        _become(request, streams, count)
    *standard, report = streams
    os.write(report, b"%d\n" % program)
    for stream in standard:
        os.close(stream)
    _, status = os.waitpid(program, 0)
    with contextlib.suppress(BrokenPipeError):
        os.write(report, b"%d\n" % status)
    os._exit(0)


def _become(request: dict[str, Any], streams: list[int], count: Callable[[], None]) -> NoReturn:
    """Run the program, in this process."""
    for number, stream in enumerate(streams[:3]):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv[:] = request["argv"]
    sys.path[:0] = [where for where in request["env"].get("PYTHONPATH", "").split(os.pathsep) if where]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        mode, errors = (
            ("r", "strict") if name == "stdin" else ("w", "backslashreplace" if name == "stderr" else "strict")
        )
        lines = 1 if name == "stderr" or os.isatty(number) else -1
        stream = os.fdopen(number, mode, buffering=lines, encoding="utf-8", errors=errors, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    random.seed()
    code: object = 0
    try:
        exec(request["program"], vars(sys.modules["__main__"]))
    except SystemExit as ended:
        code = ended.code
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    # As Python ends, but for taking apart what was loaded, which takes longer than most of the programs.
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    count()
    os._exit(code or 0)
