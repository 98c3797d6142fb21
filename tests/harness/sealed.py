"""A database with a sealed Protokoll, its copies, and its verification; what an attacker does to one is in faults."""

import asyncio
import io
import os
import uuid
from collections.abc import Callable, Coroutine, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.audit.checkpoints import CheckpointExporter
from dms_kit.audit.sealing import BATCH, Sealer
from dms_kit.core.clock import SystemClock
from dms_kit.database import create_engine
from dms_kit.migrations import migrate
from dms_verify import main as verify
from dms_workflow.main import SCHEMA

SERVICE = "workflow"
MANDANT = "dueren"
PASSWORD = "test"
_WRITE = """
    WITH fresh AS (
        SELECT number, gen_random_uuid() AS object_id, decode(md5(random()::text), 'hex') AS salt,
            json_build_object('titel', 'Aufgabe ' || number)::text AS value
        FROM generate_series(1, $2::bigint) AS number
    ), entries AS (
        INSERT INTO workflow.audit_entry
            (mandant, occurred_at, actor, client, action, object_type, object_id, values_digest, request_id)
        SELECT $1, clock_timestamp(), 'sub-' || number % 17, 'demo', 'aufgabe.opened', 'aufgabe', object_id,
            CASE WHEN number % 4 > 0 THEN sha256(salt || convert_to(value, 'UTF8')) END, gen_random_uuid()::text
        FROM fresh ORDER BY number
        RETURNING id, object_id, values_digest
    )
    INSERT INTO workflow.audit_value (entry_id, mandant, salt, value)
    SELECT entries.id, $1, salt, value FROM entries JOIN fresh USING (object_id) WHERE values_digest IS NOT NULL
"""


@dataclass(frozen=True)
class Verdict:
    """What the verification said."""

    code: int
    lines: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class SealedDatabase:
    """One database of a server, with the store and the key beside it; all work is done in loops of its own."""

    superuser_url: str
    name: str
    folder: Path

    @classmethod
    def create(cls, superuser_url: str, folder: Path) -> "SealedDatabase":
        """Make the database with the migrated schema of one service."""
        made = cls(superuser_url.replace("+asyncpg", ""), f"sealed_{uuid.uuid4().hex}", folder)
        made.run(made._create())
        return made

    def copy(self, folder: Path | None = None) -> "SealedDatabase":
        """Return a copy of the database, with the same store or that of another folder."""
        copied = replace(self, name=f"sealed_{uuid.uuid4().hex}", folder=folder or self.folder)
        self.run(self._at_server(f'CREATE DATABASE "{copied.name}" TEMPLATE "{self.name}"'))
        return copied

    def drop(self) -> None:
        """Remove the database."""
        self.run(self._at_server(f'DROP DATABASE "{self.name}" WITH (FORCE)'))

    def write(self, count: int, *, mandant: str = MANDANT, each: int = 100) -> None:
        """Write entries as the service does, `each` in a transaction."""

        async def written() -> None:
            connection = await asyncpg.connect(self.url("dms_workflow"))
            try:
                for start in range(0, count, each):
                    async with connection.transaction():
                        await connection.execute("SELECT set_config('dms.mandant', $1, true)", mandant)
                        await connection.execute(_WRITE, mandant, min(each, count - start))
            finally:
                await connection.close()

        self.run(written())

    def seal(self, *, export: bool = True) -> int:
        """Seal all that is there, and export it; return how many entries were sealed."""

        async def done() -> int:
            async with self.sealer() as (sealer, exporter), sealer.locked(asyncio.Event()) as connection:
                count = 0
                while (batch := await sealer.seal(connection)) == BATCH:
                    count += batch
                count += batch
                if export:
                    await exporter.export()
                return count

        return self.run(done())

    def sealer(self) -> "_OpenSealer":
        """Return a context with the product's sealer and exporter on this database."""
        return _OpenSealer(self)

    def sql(self, statement: str, *arguments: Any) -> list[Any]:
        """Run a statement as database superuser."""

        async def fetched(connection: Any) -> list[Any]:
            return list(await connection.fetch(statement, *arguments))

        return self.as_superuser(fetched)

    def as_superuser(self, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """Do what an attacker does who rules the database."""

        async def done() -> Any:
            connection = await asyncpg.connect(self.url("postgres"))
            try:
                async with connection.transaction():
                    return await work(connection)
            finally:
                await connection.close()

        return self.run(done())

    def verify(self, *arguments: str) -> Verdict:
        """Run the program in this process."""
        before = dict(os.environ)
        out, told = io.StringIO(), io.StringIO()
        try:
            os.environ.update(self.environment())
            with redirect_stdout(out), redirect_stderr(told):
                code = verify.main(["protokoll", *arguments])
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Verdict(code, tuple(out.getvalue().splitlines()), told.getvalue())

    def environment(self) -> Mapping[str, str]:
        """Return the settings by which the program finds everything."""
        return {
            "DMS_DATA": str(self.folder),
            "DMS_STORE": "filesystem",
            "DMS_STORE_PATH": str(self.folder / "objects"),
            "DMS_WORKFLOW_SYSTEM_DATABASE_URL": self.url("dms_workflow_system"),
        }

    def url(self, role: str) -> str:
        """Return the URL of a role; `postgres` is the superuser."""
        credentials, address = self.superuser_url.rsplit("/", 1)[0].removeprefix("postgresql://").rsplit("@", 1)
        credentials = credentials if role == "postgres" else f"{role}:{PASSWORD}"
        return f"postgresql://{credentials}@{address}/{self.name}"

    @staticmethod
    def run(work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in a loop of its own."""
        return asyncio.run(work)

    async def _create(self) -> None:
        await self._at_server(f'CREATE DATABASE "{self.name}"')
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            for role in ("dms_workflow", "dms_workflow_system"):
                if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            await connection.execute("CREATE SCHEMA workflow AUTHORIZATION dms_workflow_system")
            await connection.execute("GRANT USAGE ON SCHEMA workflow TO dms_workflow")
        finally:
            await connection.close()
        await migrate(self.url("dms_workflow_system").replace("postgresql:", "postgresql+asyncpg:"), SCHEMA)

    async def _at_server(self, statement: str) -> None:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


class _OpenSealer:
    def __init__(self, database: SealedDatabase) -> None:
        self._engine = create_engine(database.url("dms_workflow_system").replace("postgresql:", "postgresql+asyncpg:"))
        self._store = FilesystemStore(database.folder / "objects")
        key = database.folder / "audit-key.pem"
        self._exporter = CheckpointExporter(
            self._engine, SCHEMA.metadata, SERVICE, store=self._store, key=key, clock=SystemClock()
        )

    async def __aenter__(self) -> tuple[Sealer, CheckpointExporter]:
        return Sealer(self._engine, SCHEMA.metadata, SERVICE, self._exporter), self._exporter

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()
        await self._store.close()
