"""Kill one server of a stack with SIGKILL, and prove that it was gone."""

import os
import signal
import time

from dms_stack.processes import listener
from dms_stack.state import ServerState, read_state, session_members
from tests.harness.stack import TestStack

_GONE_SECONDS = 20.0
_LOOK_SECONDS = 0.1


class Fault:
    """A server that is away from `kill` until `back`."""

    def __init__(self, stack: TestStack, name: str) -> None:
        self.stack = stack
        self.name = name
        self._killed: ServerState | None = None

    def kill(self) -> None:
        """Kill every process of the server at one moment; fails where that was no fault."""
        state = self._state()
        assert state is not None, f"the fault did not happen: {self.name} was never started"
        members = session_members(state.pid) if state.process.runs() else []
        assert members, f"the fault did not happen: {self.name} does not run"
        assert listener(state.port), f"the fault did not happen: {self.name} served nobody"
        for pid in members:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _GONE_SECONDS
        # The last threads of a dead process hold its sockets for a moment.
        while session_members(state.pid) or state.process.runs() or listener(state.port):
            assert time.monotonic() < deadline, f"the fault did not happen: {self.name} outlives SIGKILL"
            time.sleep(_LOOK_SECONDS)
        self._killed = state
        self.check_away()

    def check_away(self) -> None:
        """Fail when somebody serves in its place."""
        assert self._killed is not None
        assert listener(self._killed.port) is None, f"the fault did not happen: somebody serves as {self.name}"

    def back(self) -> float:
        """Start it as its supervisor would; return after how many seconds it was ready."""
        assert self._killed is not None
        self.check_away()
        started = time.monotonic()
        assert self.stack.call("up", self.name, quiet=True) == 0, f"{self.name} does not come up again"
        state = self._state()
        assert state is not None
        assert state.process != self._killed.process, f"the fault did not happen: {self.name} is the same process"
        return time.monotonic() - started

    def _state(self) -> ServerState | None:
        return read_state(self.stack.data / "stack" / f"{self.name}.json")
