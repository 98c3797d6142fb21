"""
Start the stack, run every test marked `real` against it, end what was started.

    python -m tests.real                     # all of them: make test-real
    python -m tests.real -k kafka -x         # words for pytest
    python -m tests.real --minio             # the tests of S3 on MinIO too, which may have to be built first

The servers get a data folder of their own, which is deleted at the end, and free ports, so that a stack that runs
already is left alone. A MinIO that was built before joins them. The last line is the test runner's own.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.harness.server import ROOT, fresh_folder
from tests.harness.stack import (
    FOLDER_VARIABLE,
    TestStack,
    addresses,
    free_port_between,
    is_cached,
    stack_on_free_ports,
    with_user,
)


def main(arguments: list[str]) -> int:
    """Return the exit code of pytest, or of the stack where it does not come up."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    folder = fresh_folder("registratur-real-")
    stacks = [stack_on_free_ports(folder / "data")]
    if "--minio" in arguments or is_cached("minio"):
        # Beside SeaweedFS, so that one run proves both.
        minio = {"s3": free_port_between(22_000, 22_900, (0, 1))}
        stacks.append(TestStack(folder / "minio", minio, s3="minio"))
    try:
        return _run(stacks, [word for word in arguments if word != "--minio"])
    except KeyboardInterrupt:
        return 130
    finally:
        for stack in stacks:
            stack.call("down", quiet=True)
        shutil.rmtree(folder, ignore_errors=True)


def _run(stacks: list[TestStack], arguments: list[str]) -> int:
    for stack in stacks:
        if code := stack.call("up", *(["s3"] if stack.s3 == "minio" else [])):
            stack.call("logs")
            return code
    environment = {**os.environ, **addresses(stacks[0].endpoints()), "DMS_REQUIRE_REAL": "1"}
    environment[FOLDER_VARIABLE] = str(stacks[0].data)
    for minio in stacks[1:]:
        s3 = minio.endpoints()["s3"]
        environment["DMS_TEST_MINIO"] = with_user(s3["url"], s3["access_key"], s3["secret_key"])
    command = [sys.executable, "-m", "pytest", "-m", "real", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
