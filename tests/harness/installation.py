"""What lies behind a server: its tables as superuser, its store, its reapers; for checks that HTTP cannot make."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from tests.harness.server import ROOT, Server

SERVICES = ("ingest", "records", "search", "workflow")
REAPERS = ("ingest", "records")
# Which topics each group reads, as the tables in `bus/incoming.py` say.
TOPICS = {
    "ingest": ("records.vorgang", "records.dokument", "records.organisation", "search.dokument", "workflow.aufgabe"),
    "records": ("ingest.antrag", "workflow.aufgabe", "search.republish"),
    "search": ("records.akte", "records.vorgang", "records.dokument", "records.organisation", "records.republish"),
    "workflow": ("records.vorgang", "records.organisation"),
}
_KEYS = """
SELECT formular_key AS key, formular_sha256 AS sha256, formular_groesse AS groesse FROM ingest.antrag
WHERE formular_key IS NOT NULL
UNION ALL
SELECT objekt_key, objekt_sha256, objekt_groesse FROM ingest.anlage WHERE objekt_key IS NOT NULL
UNION ALL SELECT objekt_key, sha256, groesse FROM records.dokumentversion
UNION ALL SELECT objekt_key, sha256, groesse FROM records.eingang_anlage
"""
_UNREAD = """
SELECT count(*) FROM bus.message AS message
WHERE message.topic = ANY($2) AND message.id > coalesce(
    (SELECT position FROM bus.group_position WHERE group_name = $1 AND topic = message.topic), 0)
"""


class Installation:
    """The inside of a running server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.objects = server.data / "objects"

    def sql(self, statement: str, *arguments: Any) -> list[Any]:
        """Return the rows of a query, run as superuser."""

        async def fetch() -> list[Any]:
            connection = await asyncpg.connect(self.url("postgres").replace("+asyncpg", ""))
            try:
                return list(await connection.fetch(statement, *arguments))
            finally:
                await connection.close()

        return asyncio.run(fetch())

    def value(self, statement: str, *arguments: Any) -> Any:
        """Return the one value of a query."""
        return self.sql(statement, *arguments)[0][0]

    def is_at_rest(self) -> bool:
        """Say whether every fact was sent and every group has read everything."""
        unsent = [self.value(f"SELECT count(*) FROM {name}.outbox WHERE sent_at IS NULL") for name in SERVICES]
        unread = [self.value(_UNREAD, group, [f"dms.{t}.v1" for t in topics]) for group, topics in TOPICS.items()]
        return not any(unsent) and not any(unread)

    def reap(self, grace: str = "0s") -> None:
        """Run the reapers as an operator does."""
        for service in REAPERS:
            command = [sys.executable, "-m", f"dms_{service}", "reap", "--grace", grace]
            subprocess.run(command, cwd=ROOT, env=self.environment(), check=True, capture_output=True)

    def environment(self) -> Mapping[str, str]:
        """Return the environment in which a command of one service finds its databases and the store."""
        urls = {"DMS_BUS_DATABASE_URL": self.url("dms_bus"), "DMS_DATA": str(self.server.data)}
        for service in SERVICES:
            urls[f"DMS_{service.upper()}_DATABASE_URL"] = self.url(f"dms_{service}")
            urls[f"DMS_{service.upper()}_SYSTEM_DATABASE_URL"] = self.url(f"dms_{service}_system")
        return {**os.environ, **urls}

    def stored(self) -> set[str]:
        """Return the keys of all objects in the store, and of parts that were never finished."""
        files = [path for path in self.objects.rglob("*") if path.is_file()]
        return {_key_of(path.relative_to(self.objects)) for path in files}

    def orphans(self) -> list[str]:
        """Return the keys of objects that no row names."""
        return sorted(self.stored() - {row["key"] for row in self.sql(_KEYS)})

    def missing_objects(self) -> list[str]:
        """Return the keys that a row names although the object is missing or is another one."""
        return [row["key"] for row in self.sql(_KEYS) if not self._is_whole(row)]

    def _is_whole(self, row: Any) -> bool:
        mandant, service, name = row["key"].split("/")
        path = self.objects / mandant / service / name[-2:] / name
        if not path.is_file() or path.stat().st_size != row["groesse"]:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == row["sha256"]

    def url(self, role: str) -> str:
        """Return the URL of a role, `postgres` is the superuser."""
        passwords = json.loads((self.server.data / "secrets.json").read_text())
        port = (self.server.data / "postgres/data/postmaster.pid").read_text().splitlines()[3]
        return f"postgresql+asyncpg://{role}:{passwords[role]}@127.0.0.1:{port}/registratur"


def _key_of(path: Path) -> str:
    return f"{path.parts[0]}/{path.parts[1]}/{path.name}"
