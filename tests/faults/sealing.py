"""
`kill -9` of the sealer at named points, under writers: nothing may be skipped, doubled or left unproven.

    python -m tests.faults.sealing --rounds 4

Runs itself as the process that dies (`--point`). One JSON line a round; ends with 1 where something was wrong.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.audit.checkpoints import Checkpoint, CheckpointExporter
from dms_kit.audit.sealing import Sealer
from dms_kit.core.clock import SystemClock
from dms_kit.database import create_engine
from dms_workflow.main import SCHEMA
from tests.faults.results import Results, add_results_option
from tests.faults.tampering import a_server
from tests.harness.children import exit_when_interrupted
from tests.harness.sealed import MANDANT, SERVICE, SealedDatabase

POINTS = (
    "seal begins",
    "leaves are written",
    "batch is written",
    "seal is committed",
    "export begins",
    "object is written",
    "checkpoint is remembered",
)
_ROOT = Path(__file__).parents[2]


class DyingSealer(Sealer):
    """Dies at a point of sealing."""

    point = ""

    async def seal(self, connection: Any) -> int:
        """Die before, or as soon as something was committed."""
        _die_at("seal begins", self.point)
        count = await super().seal(connection)
        if count:
            _die_at("seal is committed", self.point)
        return count

    async def _append(self, *arguments: Any) -> None:
        await super()._append(*arguments)
        _die_at("batch is written", self.point)

    def _sql(self, statement: str) -> str:
        # The seal's row is inserted right after the leaves.
        if "INSERT INTO" in statement and "audit_seal" in statement:
            _die_at("leaves are written", self.point)
        return super()._sql(statement)


class DyingExporter(CheckpointExporter):
    """Dies at a point of the export."""

    point = ""

    async def _put(self, checkpoint: Checkpoint) -> str:
        _die_at("export begins", self.point)
        key = await super()._put(checkpoint)
        _die_at("object is written", self.point)
        return key

    async def _remember(self, checkpoint: Checkpoint, key: str) -> None:
        await super()._remember(checkpoint, key)
        _die_at("checkpoint is remembered", self.point)


def _die_at(point: str, wanted: str) -> None:
    if point == wanted:
        os.kill(os.getpid(), signal.SIGKILL)


def run(superuser_url: str, point: str, *, entries: int = 30) -> Mapping[str, Any]:
    """Let a sealer die there, let another one go on, and verify."""
    folder = Path(tempfile.mkdtemp(prefix="registratur-store-"))
    database = SealedDatabase.create(superuser_url, folder)
    try:
        with _writing(database, entries):
            code = _dying(database, point)
        sealed = database.seal() + database.seal()
        verdict = database.verify()
        [(written, numbered, last)] = database.sql(
            "SELECT (SELECT count(*) FROM workflow.audit_entry), count(*), max(number) FROM workflow.audit_leaf"
            " WHERE mandant = $1",
            MANDANT,
        )
    finally:
        database.drop()
        shutil.rmtree(folder)
    is_whole = written == numbered == last and (verdict.code, verdict.lines) == (0, ())
    return {
        "died": code == -signal.SIGKILL,
        "written": written,
        "sealed_afterwards": sealed,
        "sound": is_whole,
        "said": list(verdict.lines),
    }


@contextmanager
def _writing(database: SealedDatabase, entries: int) -> Iterator[None]:
    """Write from the beginning to the end of the block, at least some."""
    stop = threading.Event()

    def write() -> None:
        database.write(entries, each=5)
        while not stop.wait(0.05):
            database.write(5, each=5)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def _dying(database: SealedDatabase, point: str) -> int:
    command = [sys.executable, "-m", "tests.faults.sealing", "--point", point]
    environment = {**os.environ, **database.environment()}
    return subprocess.run(command, cwd=_ROOT, env=environment, timeout=100, check=False).returncode


async def _die(point: str) -> None:
    """Seal and export until the point is reached."""
    url, data = os.environ["DMS_WORKFLOW_SYSTEM_DATABASE_URL"], Path(os.environ["DMS_DATA"])
    engine = create_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    store, key = FilesystemStore(data / "objects"), data / "audit-key.pem"
    exporter = DyingExporter(engine, SCHEMA.metadata, SERVICE, store=store, key=key, clock=SystemClock())
    sealer = DyingSealer(engine, SCHEMA.metadata, SERVICE, exporter, export_seconds=0.2)
    DyingExporter.point = DyingSealer.point = point
    async with asyncio.timeout(90):
        await sealer.run(asyncio.Event())


def main() -> int:
    """Kill at each point, several times."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sealing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4, help="how often to kill at each point")
    parser.add_argument("--point", choices=POINTS, help=argparse.SUPPRESS)
    add_results_option(parser)
    given = parser.parse_args()
    if given.point:
        asyncio.run(_die(given.point))
        return 0
    exit_when_interrupted()
    results, bad = Results(given.results, None), 0
    with a_server() as url:
        for point in POINTS:
            for number in range(1, given.rounds + 1):
                line = results.of(partial(run, url, point), round=number, point=point)
                bad += not (line["died"] and line["sound"])
    results.close(kills=given.rounds * len(POINTS), bad=bad)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
