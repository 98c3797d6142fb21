"""
Start the stack, run every test marked `real` against it, end what was started.

    python -m tests.real                     # all of them: make test-real
    python -m tests.real -k kafka -x         # words for pytest
    python -m tests.real --minio             # the tests of S3 on MinIO too, which may have to be built first

The servers get a data folder of their own, which is deleted at the end, and free ports, so that a stack that runs
already is left alone. A MinIO that was built before joins them. The last line is the test runner's own.
"""

import os
import random
import shutil
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.harness.children import become_runner, end_descendants, run_child
from tests.harness.server import fresh_folder
from tests.harness.stack import TestStack, addresses, is_cached, with_user

# First port of each server, and how far above it its further ones reach; the runner of OpenSearch allows at most 9299.
_RANGES = {
    "kafka": (19_100, 19_900, (0, 1)),
    "opensearch": (9_210, 9_299, (0, 99)),
    "keycloak": (17_000, 17_900, (0, 920)),
    "s3": (21_000, 21_900, tuple(range(8))),
    "postgres": (15_100, 15_900, (0,)),
    "clamd": (13_100, 13_900, (0,)),
}
# Ending the installations of interrupted tests takes that long on a busy machine.
_TEAR_DOWN_SECONDS = 90.0


def main(arguments: list[str]) -> int:
    """Return the exit code of pytest, or of the stack where it does not come up."""
    become_runner()
    folder = fresh_folder("registratur-real-")
    stacks = [TestStack(folder / "data", {name: _free_port(*where) for name, where in _RANGES.items()})]
    if "--minio" in arguments or is_cached("minio"):
        # Beside SeaweedFS, so that one run proves both.
        minio = {"s3": _free_port(22_000, 22_900, (0, 1))}
        stacks.append(TestStack(folder / "minio", minio, s3="minio"))
    try:
        return _run(stacks, [word for word in arguments if word != "--minio"])
    finally:
        for stack in stacks:
            stack.call("down", quiet=True)
        for left in end_descendants():
            sys.stderr.write(f"was still running, and is ended: {left}\n")
        shutil.rmtree(folder, ignore_errors=True)


def _run(stacks: list[TestStack], arguments: list[str]) -> int:
    for stack in stacks:
        if code := stack.call("up", *stack.ports):
            stack.call("logs")
            return code
    environment = {**os.environ, **addresses(stacks[0].endpoints()), "DMS_REQUIRE_REAL": "1"}
    for minio in stacks[1:]:
        s3 = minio.endpoints()["s3"]
        environment["DMS_TEST_MINIO"] = with_user(s3["url"], s3["access_key"], s3["secret_key"])
    command = [sys.executable, "-m", "pytest", "-m", "real", *arguments]
    return run_child(command, environment, patience=_TEAR_DOWN_SECONDS)


def _free_port(first: int, last: int, offsets: tuple[int, ...]) -> int:
    for port in random.sample(range(first, last), last - first):
        if all(_is_free(port + offset) for offset in offsets):
            return port
    raise SystemExit(f"no free port between {first} and {last}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
