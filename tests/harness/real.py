"""Installations on the servers of a stack."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from dms_kit.audit.hashing import CHECKPOINT_SERVICE
from dms_stack.environment import settings_for
from tests.harness.client import Origin
from tests.harness.server import ROOT, Server
from tests.harness.stores import BucketObjects

ALL = ("kafka", "opensearch", "keycloak", "s3", "postgres")
MANDANT = "dueren"


@dataclass(frozen=True)
class RealServers:
    """The running servers: name → what a client needs."""

    endpoints: Mapping[str, Mapping[str, str]]

    def settings(self, *names: str) -> dict[str, str]:
        """Return the product's settings for some of them."""
        return settings_for({name: self.endpoints[name] for name in names}, mandanten=(MANDANT,))

    def forget(self, names: tuple[str, ...]) -> None:
        """Remove what an earlier installation left in the database and on the topics, and what no reaper removes."""
        if "postgres" in names:
            asyncio.run(_drop_database(self.endpoints["postgres"]["url"]))
        if "kafka" in names:
            asyncio.run(_delete_topics(self.endpoints["kafka"]["bootstrap"]))
        if "s3" in names:
            # Signed with a key of its own, so to a later installation they are forged.
            BucketObjects(self.settings("s3")).forget(CHECKPOINT_SERVICE)

    def make_realm(self) -> None:
        """Apply the demo municipality's realm as an operator does."""
        command = [sys.executable, "-m", "dms_keycloak", "apply", "--demo", "deploy/demo/dueren.yaml"]
        environment = {**os.environ, **self.settings("keycloak")}
        outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    def installed(self, names: tuple[str, ...]) -> Server:
        """Return a fresh server, not started yet, that uses some of them and is embedded in everything else."""
        self.forget(names)
        if "keycloak" in names:
            self.make_realm()
        apart = {"DMS_WORKERS": "apart"} if set(names) >= set(ALL) else {}
        # An index of its own: that of an earlier installation holds what this one's database does not know.
        return Server(**self.settings(*names), **apart, DMS_OPENSEARCH_PREFIX=f"test-{uuid.uuid4().hex}")


def issuer_of(server: Server) -> str | None:
    """Return the issuer that a server trusts besides none of its own."""
    issuers = json.loads(server.environment().get("DMS_ISSUERS", "{}"))
    return next(iter(issuers), None)


def origin_of(server: Server) -> Origin:
    """Return a server's origin, with tokens from wherever it trusts them."""
    return Origin(server.url, issuer=issuer_of(server))


async def _drop_database(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP DATABASE IF EXISTS registratur WITH (FORCE)")
    finally:
        await connection.close()


async def _delete_topics(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        topics = [topic for topic in await admin.list_topics() if topic.startswith("dms.")]
        if topics:
            await admin.delete_topics(topics)
        while set(topics) & set(await admin.list_topics()):
            await asyncio.sleep(0.2)
    finally:
        await admin.close()
