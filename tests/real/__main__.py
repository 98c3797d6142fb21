"""
Start the stack, run every test marked `real` against it, end what was started.

    python -m tests.real                     # all of them: make test-real
    python -m tests.real -k kafka -x         # words for pytest
    python -m tests.real --minio             # the tests of S3 on MinIO too, which may have to be built first

The servers get a data folder of their own, which is deleted at the end, and free ports, so that a stack that runs
already is left alone. A MinIO that was built before joins them. The last line is the test runner's own.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.harness.children import become_runner, end_descendants, run_child
from tests.harness.server import fresh_folder
from tests.harness.stack import (
    FOLDER_VARIABLE,
    TestStack,
    addresses,
    free_port_between,
    is_cached,
    stack_on_free_ports,
    with_user,
)

# Ending the installations of interrupted tests takes that long on a busy machine.
_TEAR_DOWN_SECONDS = 90.0


def main(arguments: list[str]) -> int:
    """Return the exit code of pytest, or of the stack where it does not come up."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.real",
        usage="%(prog)s [-h] [--minio] [word for pytest ...]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--minio", action="store_true", help="build MinIO where it is not there yet")
    given, words = parser.parse_known_args(arguments)
    become_runner()
    folder = fresh_folder("registratur-real-")
    stacks = [stack_on_free_ports(folder / "data")]
    if given.minio or is_cached("minio"):
        # Beside SeaweedFS, so that one run proves both.
        minio = {"s3": free_port_between(22_000, 22_900, (0, 1))}
        stacks.append(TestStack(folder / "minio", minio, s3="minio"))
    try:
        return _run(stacks, words)
    finally:
        for stack in stacks:
            _call(stack, "down", quiet=True)
        for left in end_descendants():
            sys.stderr.write(f"was still running, and is ended: {left}\n")
        shutil.rmtree(folder, ignore_errors=True)


def _run(stacks: list[TestStack], arguments: list[str]) -> int:
    for stack in stacks:
        if code := _call(stack, "up", *stack.ports):
            _call(stack, "logs")
            return code
    environment = {**os.environ, **addresses(stacks[0].endpoints()), "DMS_REQUIRE_REAL": "1"}
    environment[FOLDER_VARIABLE] = str(stacks[0].data)
    for minio in stacks[1:]:
        s3 = minio.endpoints()["s3"]
        environment["DMS_TEST_MINIO"] = with_user(s3["url"], s3["access_key"], s3["secret_key"])
    command = [sys.executable, "-m", "pytest", "-m", "real", *arguments]
    return run_child(command, environment, patience=_TEAR_DOWN_SECONDS)


def _call(stack: TestStack, verb: str, *names: str, quiet: bool = False) -> int:
    command, environment = stack.command(verb, *names)
    return run_child(command, environment, quiet=quiet, patience=30.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
