"""Installations on the servers of a real stack, which `python -m tests.real` starts."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from dms_kit.testing.real import real_server
from dms_stack.environment import settings_for
from dms_stack.stack import NAMES
from tests.harness.server import ROOT, Server

MANDANT = "dueren"


@dataclass(frozen=True)
class RealServers:
    """The running servers: name → what a client needs."""

    endpoints: Mapping[str, Mapping[str, str]]

    def settings(self, *names: str) -> dict[str, str]:
        """Return the product's settings for some of them."""
        return settings_for({name: self.endpoints[name] for name in names}, mandanten=(MANDANT,))

    def forget(self, names: tuple[str, ...]) -> None:
        """Remove what an earlier installation left in the database and on the topics."""
        if "postgres" in names:
            asyncio.run(_drop_database(self.endpoints["postgres"]["url"]))
        if "kafka" in names:
            asyncio.run(_delete_topics(self.endpoints["kafka"]["bootstrap"]))

    def make_realm(self) -> None:
        """Apply the demo municipality's realm as an operator does."""
        command = [sys.executable, "-m", "dms_keycloak", "apply", "--demo", "deploy/demo/dueren.yaml"]
        environment = {**os.environ, **self.settings("keycloak")}
        outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.fixture(scope="session")
def real_servers() -> RealServers:
    return RealServers(json.loads(real_server("stack")))


@pytest.fixture(scope="module")
def installation(real_servers: RealServers, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A ready server that uses the servers named by the parameter (a tuple), and is embedded in everything else."""
    names: tuple[str, ...] = request.param
    real_servers.forget(names)
    if "keycloak" in names:
        real_servers.make_realm()
    apart = {"DMS_WORKERS": "apart"} if set(names) >= set(NAMES) else {}
    # An index of its own: that of an earlier installation holds what this one's database does not know.
    own = {"DMS_OPENSEARCH_PREFIX": f"walk-{'-'.join(names)}"}
    server = Server(**real_servers.settings(*names), **apart, **own)
    try:
        yield server.start(ready_within=300)
    finally:
        server.remove()


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
