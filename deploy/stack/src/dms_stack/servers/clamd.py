"""The virus scanner clamd, with a signature of our own: it proves the way of a file, not what real signatures find."""

import socket
import struct
from collections.abc import Mapping
from pathlib import Path

from dms_stack.fetch.apt import candidate, unpacked
from dms_stack.folder import write_private
from dms_stack.options import HOST
from dms_stack.processes import Launch
from dms_stack.servers.base import NotReadyError, Server
from dms_standalone.errors import OperatorError

_PACKAGE = "clamav-daemon"
_BYTES = 7_200_000
_SECONDS = 5.0
_CONFIGURATION = """\
# Written at each start; changes get lost.
Foreground yes
TCPAddr 127.0.0.1
TCPSocket {port}
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}/tmp
# The largest file that the product accepts is looked into as a whole, ...
StreamMaxLength 600M
MaxFileSize 600M
MaxScanSize 2000M
MaxScanTime 120000
# ... and what goes beyond is reported instead of being passed as clean. So is what cannot be looked into.
AlertExceedsMax yes
AlertEncrypted yes
MaxThreads 10
# Nobody brings new signatures while it runs.
SelfCheck 0
"""
# The file by which scanners are tested (EICAR), in two parts: no file of ours may be one that scanners report.
TEST_FILE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ClamdServer(Server):
    """Started only when it is named."""

    name = "clamd"
    ready_seconds = 60.0

    @property
    def version(self) -> str:
        """Return the version that the package archive has to offer, without what Debian adds."""
        try:
            return candidate(_PACKAGE).partition("+")[0]
        except OperatorError:
            return "-"

    def install(self) -> None:
        """Fetch the package."""
        self._packages()

    def prepare(self) -> Launch:
        """Write the configuration and the one signature."""
        for name in ("db", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        write_private(self.folder / "db/test.ndb", f"Eicar-Test:0:*:{TEST_FILE.hex()}\n")
        text = _CONFIGURATION.format(folder=self.folder, port=self.port)
        configuration = write_private(self.folder / "clamd.conf", text)
        packages = self._packages()
        libraries = ":".join(str(folder) for folder in sorted((packages / "usr/lib").glob("*-linux-*")))
        command = (str(packages / "usr/sbin/clamd"), f"--config-file={configuration}")
        environment = {"LD_LIBRARY_PATH": libraries} if libraries else {}
        return Launch(command=command, cwd=self.folder, environment=environment)

    def check(self) -> None:
        """Have the test file found in a stream."""
        try:
            with socket.create_connection((HOST, self.port), timeout=_SECONDS) as client:
                client.sendall(b"zINSTREAM\0" + struct.pack(">I", len(TEST_FILE)) + TEST_FILE + struct.pack(">I", 0))
                answer = client.recv(1024)
        except OSError as error:
            raise NotReadyError(repr(error)) from error
        if b"FOUND" not in answer:
            raise NotReadyError(f"it says {answer!r}")

    def endpoint(self) -> Mapping[str, str]:
        """Return where it listens."""
        return {"address": self.address}

    def _packages(self) -> Path:
        return unpacked(self.context.cache, _PACKAGE, size=_BYTES)
