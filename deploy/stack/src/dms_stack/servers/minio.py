"""MinIO, built once from its Go module."""

from pathlib import Path

from dms_stack.fetch.go import go_program
from dms_stack.folder import write_private
from dms_stack.processes import Launch
from dms_stack.servers.s3 import ADMIN, S3Server

_MODULE = "github.com/minio/minio"
_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
_CHECKSUM = "h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA="
_CONFIGURATION = """\
# Written at each start; changes get lost.
# Durability needs no line here: MinIO syncs the data and the description of each object before it answers.
MINIO_ROOT_USER={admin}
MINIO_ROOT_PASSWORD={password}
# It is spoken to as any S3 store; nobody asks elsewhere for a newer one.
MINIO_BROWSER=off
MINIO_UPDATE=off
"""


class MinioServer(S3Server):
    """The second S3 store, for comparison; its console, which is off, would be one port above."""

    further_ports = (1,)
    ready_seconds = 60.0

    @property
    def version(self) -> str:
        """Return its name and the day of the pinned version."""
        return f"minio-{_VERSION.split('-')[1][:8]}"

    def install(self) -> None:
        """Build the program."""
        self._program()

    def prepare(self) -> Launch:
        """Write the environment that it is configured by."""
        password = self.context.password("s3-admin")
        text = _CONFIGURATION.format(admin=ADMIN, password=password)
        configuration = write_private(self.folder / "minio.env", text)
        rows = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
        console = f"127.0.0.1:{self.port + 1}"
        command = (str(self._program()), "server", "--quiet", "--address", self.address, "--console-address", console)
        environment = {name: value for name, _, value in rows} | {"HOME": str(self.folder)}
        return Launch(command=(*command, str(self.folder / "minio")), cwd=configuration.parent, environment=environment)

    def _program(self) -> Path:
        return go_program(self.context.cache, _MODULE, _VERSION, checksum=_CHECKSUM, name="minio")
