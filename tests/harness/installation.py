"""What lies behind a server: its tables as superuser, its store, its reapers; for checks that HTTP cannot make."""

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from dms_kit.audit.hashing import CHECKPOINT_SERVICE
from dms_kit.audit.tables import SEAL_TABLES
from dms_search.adapters.opensearch_layout import current_alias
from tests.harness.index import indexed
from tests.harness.queues import UNREAD_IN_POSTGRES, unread_in_kafka
from tests.harness.server import ROOT, Server
from tests.harness.stores import objects_of

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
# What makes or keeps facts and is no state itself: republishing adds to it.
_MECHANICS = ("outbox", "inbox", "dead_letter", "alembic_version", "audit_entry", "audit_value", *SEAL_TABLES)
_TABLES = """
SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
WHERE schemaname = ANY($1) AND tablename <> ALL($2) ORDER BY 1
"""
# An index run is how an index came into being, its state is when that was.
_OF_RUNS = ("search.indexlauf", "search.indexstand")
_FINDABLE = " UNION ALL ".join(
    f"SELECT mandant || '/{noun}/' || id AS key FROM records.{noun}" + condition
    for noun, condition in (
        ("akte", " WHERE aktenzeichen IS NOT NULL"),
        ("vorgang", " WHERE aktenzeichen IS NOT NULL"),
        ("dokument", " WHERE geloescht_am IS NULL"),
    )
)


class Installation:
    """The inside of a running server, of whichever profile; `further_logs` are those of servers that it uses."""

    def __init__(self, server: Server, *, further_logs: Sequence[Path] = ()) -> None:
        self.server = server
        self._settings = server.environment()
        self._objects = objects_of(self._settings, server.data)
        self._further_logs = further_logs

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
        return not any(unsent) and not self.unread()

    def unread(self) -> int:
        """Return how many messages the groups have not read."""
        topics_of = {group: [f"dms.{topic}.v1" for topic in topics] for group, topics in TOPICS.items()}
        if self._settings.get("DMS_BUS") == "kafka":
            return unread_in_kafka(self._settings["DMS_KAFKA_BOOTSTRAP_SERVERS"], topics_of)
        return sum(self.value(UNREAD_IN_POSTGRES, group, topics) for group, topics in topics_of.items())

    def state_hash(self) -> str:
        """Return one hash over all rows that are state, and over what is found in an index on a server."""
        digest = hashlib.sha256()
        for (table,) in self.sql(_TABLES, list(SERVICES), list(_MECHANICS)):
            if table not in _OF_RUNS:
                rows = f"SELECT md5(string_agg(row::text, E'\\n' ORDER BY row::text)) FROM {table} AS row"
                digest.update(f"{table} {self.value(rows)}\n".encode())
        digest.update("\n".join(sorted(self.indexed() or ())).encode())
        return digest.hexdigest()

    def indexed(self) -> set[str] | None:
        """Return the keys that an index on a server holds; None for one that only its own process can read."""
        if self._settings.get("DMS_INDEX") != "opensearch":
            return None
        prefix = self._settings.get("DMS_OPENSEARCH_PREFIX", "registratur")
        return indexed(self._settings["DMS_OPENSEARCH_URL"], current_alias(prefix))

    def findable(self) -> set[str]:
        """Return the keys that an index has to hold, as the database says."""
        return {row["key"] for row in self.sql(_FINDABLE)}

    def logs(self) -> list[Path]:
        """Return every file that this installation and the servers behind it write messages to."""
        data = self.server.data
        own = [self.server.log, *(data / "log").rglob("*"), *(data / "postgres").glob("*.log")]
        return [file for file in (*own, *self._further_logs) if file.is_file()]

    def reap(self, grace: str = "0s") -> None:
        """Run the reapers as an operator does."""
        for service in REAPERS:
            self.command(service, "reap", "--grace", grace)

    def command(self, service: str, *words: str) -> str:
        """Run a command of one service as an operator does; return what it says."""
        command = [sys.executable, "-m", f"dms_{service}", *words]
        outcome = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, f"{service} {' '.join(words)}: {outcome.stderr[-2000:]}"
        return outcome.stdout

    def environment(self) -> Mapping[str, str]:
        """Return the environment in which a command of one service finds its databases and everything else."""
        urls = {"DMS_BUS_DATABASE_URL": self.url("dms_bus")}
        for service in SERVICES:
            urls[f"DMS_{service.upper()}_DATABASE_URL"] = self.url(f"dms_{service}")
            urls[f"DMS_{service.upper()}_SYSTEM_DATABASE_URL"] = self.url(f"dms_{service}_system")
        return {**self._settings, **urls}

    def orphans(self) -> list[str]:
        """Return the keys of objects that no row names; checkpoints of the Protokoll need none."""
        keys = self._objects.keys() - {row["key"] for row in self.sql(_KEYS)}
        return sorted(key for key in keys if key.split("/")[1] != CHECKPOINT_SERVICE)

    def missing_objects(self) -> list[str]:
        """Return the keys that a row names although the object is missing or is another one."""
        rows = self.sql(_KEYS)
        return [row["key"] for row in rows if self._objects.measured(row["key"]) != (row["groesse"], row["sha256"])]

    def url(self, role: str) -> str:
        """Return the URL of a role, `postgres` is the superuser."""
        passwords = json.loads((self.server.data / "secrets.json").read_text())
        foreign = self._settings.get("DMS_POSTGRES_URL")
        if foreign is None:
            port = (self.server.data / "postgres/data/postmaster.pid").read_text().splitlines()[3]
            return f"postgresql+asyncpg://{role}:{passwords[role]}@127.0.0.1:{port}/registratur"
        login, _, address = foreign.removeprefix("postgresql://").rpartition("@")
        who = login if role == "postgres" else f"{role}:{passwords[role]}"
        return f"postgresql+asyncpg://{who}@{address.partition('/')[0]}/registratur"
