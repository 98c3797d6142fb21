"""Text extraction in worker processes that live under hard limits and are thrown away when in doubt."""

import asyncio
import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import structlog

from dms_kit.core.errors import UnavailableError
from dms_kit.ports.object_store import ObjectNotFoundError, ObjectStore
from dms_kit.telemetry import EXTRACTION_OUTCOMES, EXTRACTION_SECONDS
from dms_search.adapters.extraction_sandbox import sandbox, source_folders, visible
from dms_search.domain.volltext import Volltext, VolltextGrund

_LENGTH = struct.Struct(">I")
_WORKER = "dms_search.adapters.extraction_worker"
_START_SECONDS = 30.0
_LEFT_BEHIND_SECONDS = 3600.0
_FORMATS = frozenset({"pdf", "docx", "odt", "eml", "html", "xml", "json", "txt", "other"})

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class ExtractionLimits:
    """
    What one file may cost.

    After `soft_seconds` a reader stops with what it has; after `wall_seconds` its process is killed.
    """

    memory_bytes: int = 1024 * 1024 * 1024
    cpu_seconds: int = 8
    soft_seconds: float = 4.0
    wall_seconds: float = 10.0
    characters: int = 2_000_000
    files_per_worker: int = 500

    @property
    def answer_bytes(self) -> int:
        """Return the longest answer that is read: every character escaped, and some room."""
        return 12 * self.characters + 4096


class WorkerLostError(Exception):
    """Raised when a worker ended, overran its time or broke the protocol; `grund` says what the file is told."""

    def __init__(self, grund: VolltextGrund) -> None:
        super().__init__(grund.name)
        self.grund = grund


class ExtractionPool:
    """
    A `TextExtraction` by a few warm processes; a file that breaks one costs a new process and nothing more.

    Objects are streamed into a file of a private folder and their hash is checked before anything reads them. A worker
    has a folder of its own, where it finds one file at a time.
    """

    def __init__(
        self, store: ObjectStore, folder: Path, *, workers: int = 2, limits: ExtractionLimits | None = None
    ) -> None:
        self._store = store
        self._folder = folder.absolute() / os.urandom(8).hex()
        self._limits = limits or ExtractionLimits()
        self._workers = workers
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._idle.put_nowait(None)
        self._alive: set[_Worker] = set()
        self._closed = False
        self._is_startable = True

    @cached_property
    def _sandbox(self) -> tuple[str, ...]:
        return sandbox()

    @property
    def confinement(self) -> str:
        """Return `bubblewrap` or `rlimits`: what holds the workers, for the health report."""
        return "bubblewrap" if self._sandbox else "rlimits"

    async def warm(self) -> None:
        """Start every worker, so that the first files need not wait, and remove what a killed process left behind."""
        await asyncio.to_thread(_remove_old, self._folder.parent)
        async with contextlib.AsyncExitStack() as stack:
            await asyncio.gather(*(stack.enter_async_context(self._worker()) for _ in range(self._workers)))

    async def extract(self, key: str, *, sha256_hex: str, mime_type: str) -> Volltext:
        """Return the text of an object, or why there is none; only a missing dependency raises."""
        started = time.monotonic()
        path = self._folder / os.urandom(16).hex()
        try:
            if await self._fetch(key, path) != sha256_hex:
                return _without_text(VolltextGrund.PRUEFSUMME)
            kind, volltext = await self._read(path, mime_type)
        except ObjectNotFoundError:
            return _without_text(VolltextGrund.FEHLT)
        finally:
            path.unlink(missing_ok=True)
        EXTRACTION_SECONDS.labels(kind).observe(time.monotonic() - started)
        EXTRACTION_OUTCOMES.labels(kind, _outcome(volltext)).inc()
        return volltext

    async def ping(self) -> None:
        """Raise `UnavailableError` when the last attempt to start a worker failed."""
        if not self._is_startable:
            raise UnavailableError

    async def close(self) -> None:
        """Kill the workers and forget the folder."""
        self._closed = True
        for worker in list(self._alive):
            await self._end(worker)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _fetch(self, key: str, path: Path) -> str:
        digest = sha256()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as file:
            async for chunk in self._store.read(key):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    async def _read(self, path: Path, mime_type: str) -> tuple[str, Volltext]:
        for _ in range(2):
            async with self._worker() as worker:
                was_fresh = worker.served == 0
                try:
                    return await worker.read(path, mime_type)
                except WorkerLostError as error:
                    await self._end(worker)
                    if self._closed:
                        raise UnavailableError from error
                    log.warning("extraction.worker_lost", reason=error.grund.name, fresh=was_fresh)
                    # A worker that died on its first file, or of time, died of that file.
                    if was_fresh or error.grund is VolltextGrund.ZEIT:
                        return "other", Volltext(grund=error.grund)
        return "other", Volltext(grund=VolltextGrund.ABBRUCH)

    @contextlib.asynccontextmanager
    async def _worker(self) -> "AsyncIterator[_Worker]":
        worker = await self._idle.get()
        try:
            if worker is not None and not worker.is_usable:
                await self._end(worker)
                worker = None
            if worker is None:
                worker = await self._start()
            yield worker
        finally:
            self._idle.put_nowait(worker if worker is not None and worker.is_alive else None)

    async def _start(self) -> "_Worker":
        if self._closed:
            raise UnavailableError
        try:
            worker = await _Worker.start(self._worker_folder(), self._limits, self._sandbox)
        except (OSError, WorkerLostError) as error:
            self._is_startable = False
            log.warning("extraction.worker_not_started", error=type(error).__name__)
            raise UnavailableError from error
        self._is_startable = True
        self._alive.add(worker)
        return worker

    def _worker_folder(self) -> Path:
        folder = self._folder / f"worker-{os.urandom(8).hex()}"
        folder.mkdir(mode=0o700, parents=True)
        return folder

    async def _end(self, worker: "_Worker") -> None:
        self._alive.discard(worker)
        await worker.end()


class _Worker:
    """One process, used by one caller at a time; of our files it sees those in its folder."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, limits: ExtractionLimits) -> None:
        self._process = process
        self._folder = folder
        self._limits = limits
        self.served = 0
        self.is_alive = True

    @classmethod
    async def start(cls, folder: Path, limits: ExtractionLimits, walls: tuple[str, ...]) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            *(walls and (*walls, *visible(folder))),
            sys.executable,
            "-s",
            "-m",
            _WORKER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        worker = cls(process, folder, limits)
        try:
            await worker._ask(asdict(limits), _START_SECONDS)
        except BaseException:
            await worker.end()
            raise
        return worker

    @property
    def is_usable(self) -> bool:
        """Say whether it may read one more file."""
        return self.is_alive and self.served < self._limits.files_per_worker and self._folder.is_dir()

    async def read(self, path: Path, mime_type: str) -> tuple[str, Volltext]:
        with _lent(path, self._folder) as own:
            request: dict[str, object] = {"path": str(own), "mime_type": mime_type[:200]}
            answer = await self._ask(request, self._limits.wall_seconds)
        self.served += 1
        kind, text, grund = answer.get("format"), answer.get("text"), answer.get("grund")
        if kind not in _FORMATS or not isinstance(text, str) or not isinstance(grund, str):
            self.is_alive = False
            raise WorkerLostError(VolltextGrund.ABBRUCH)
        if grund == VolltextGrund.SPEICHER:
            self.is_alive = False
        return str(kind), Volltext(text=text[: self._limits.characters], grund=grund[:200])

    async def end(self) -> None:
        self.is_alive = False
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
        await self._process.wait()
        # The transport closes the pipes only when it is told to or at the next turn of the loop.
        if self._process.stdin is not None:
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _ask(self, request: dict[str, object], seconds: float) -> dict[str, object]:
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(json.dumps(request).encode())
        except TimeoutError as error:
            self.is_alive = False
            raise WorkerLostError(VolltextGrund.ZEIT) from error
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            self.is_alive = False
            raise WorkerLostError(VolltextGrund.ABBRUCH) from error
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next file.
            self.is_alive = False
            raise

    async def _exchange(self, body: bytes) -> dict[str, object]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(_LENGTH.pack(len(body)) + body)
        await stdin.drain()
        (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
        if length > self._limits.answer_bytes:
            raise ValueError(length)
        answer = json.loads(await stdout.readexactly(length))
        if not isinstance(answer, dict):
            raise TypeError
        return answer


@contextlib.contextmanager
def _lent(path: Path, folder: Path) -> Iterator[Path]:
    """Move a file into a worker's folder for the time of the block: another worker may have to read it afterwards."""
    own = path.rename(folder / path.name)
    try:
        yield own
    finally:
        # The folder is gone when the pool was closed meanwhile.
        with contextlib.suppress(FileNotFoundError):
            own.rename(path)


def _environment() -> dict[str, str]:
    # Nothing of ours that could be a secret reaches the process that reads foreign files.
    paths = os.pathsep.join(source_folders())
    return {"PYTHONPATH": paths, "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _remove_old(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _without_text(grund: VolltextGrund) -> Volltext:
    EXTRACTION_OUTCOMES.labels("other", grund.name.lower()).inc()
    return Volltext(grund=grund)


def _outcome(volltext: Volltext) -> str:
    if not volltext.grund:
        return "text"
    return next((grund.name.lower() for grund in VolltextGrund if grund == volltext.grund), "other")
