"""
Commands of ours as processes of their own, forked from one that has imported the services already.

    python -m tests.harness.prefork      # asked by lines of JSON on stdin, answers each by an exit code

Importing a service takes two seconds of a processor, and the tests of command lines run dozens of commands.
"""

import importlib
import json
import os
import runpy
import select
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dms_standalone.provision import SERVICES
from tests.harness.server import ROOT

# Without the modules `__main__`: each command runs that of its package, as Python itself does.
_IMPORTED = ("main", "bootstrap", "settings")


class Prefork:
    """The process that forks; `run` is `subprocess.run` of `python -m <module>` with its output captured."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._output, self._errors = folder / "output", folder / "errors"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.prefork"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, module: str, *arguments: str, environment: Mapping[str, str], seconds: float
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; fails when that takes longer than so many seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"module": module, "arguments": arguments, "environment": dict(environment)}
        request |= {"output": str(self._output), "errors": str(self._errors)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self.end()
            raise subprocess.TimeoutExpired([module, *arguments], seconds)
        code = int(self._process.stdout.readline())
        output, errors = self._output.read_text(encoding="utf-8"), self._errors.read_text(encoding="utf-8")
        return subprocess.CompletedProcess([module, *arguments], code, output, errors)

    def end(self) -> None:
        """End it, and a command that still runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.communicate()


def _serve() -> None:
    for service in SERVICES:
        for name in _IMPORTED:
            importlib.import_module(f"dms_{service}.{name}")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def _run(*, module: str, arguments: Sequence[str], environment: Mapping[str, str], output: str, errors: str) -> None:
    """Become the command: never returns."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, opened in enumerate((os.open(os.devnull, os.O_RDONLY), os.open(output, flags), os.open(errors, flags))):
        os.dup2(opened, number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    code: Any = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
