"""A server is one process and no other, whatever id the system gives away later."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dms_stack.processes import Launch, launch, listener, memory_bytes, stop, wait_for_end
from dms_stack.state import Process, ServerState, read_state, session_members, started, write_state
from dms_standalone.errors import OperatorError

_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def _start(tmp_path, *command):
    files = {"state": tmp_path / "state.json", "log": tmp_path / "server.log"}
    launch(Launch(command=command, cwd=tmp_path), version="1.0", port=1234, **files)
    return read_state(files["state"])


def test_server_that_yields_has_its_niceness_within_its_session_and_among_sessions(tmp_path):
    files = {"state": tmp_path / "state.json", "log": tmp_path / "server.log"}
    launch(Launch(command=("/bin/sleep", "600"), cwd=tmp_path, niceness=7), version="1.0", port=1234, **files)
    state = read_state(files["state"])
    try:
        assert os.getpriority(os.PRIO_PROCESS, state.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 7
        group = Path(f"/proc/{state.pid}/autogroup")
        assert not group.exists() or group.read_text().split()[-1] == "7"
    finally:
        stop(state.process, signal.SIGTERM, seconds=5.0)


def test_process_that_only_has_the_same_id_is_not_stopped(sleeper):
    stop(Process(sleeper.pid, "another boot:1"), signal.SIGKILL, seconds=1.0)
    assert sleeper.poll() is None
    assert not Process(sleeper.pid, "another boot:1").exists()


def test_same_process_is_stopped(sleeper):
    process = Process(sleeper.pid, started(sleeper.pid))
    assert process.runs()
    stop(process, signal.SIGTERM, seconds=0.2)
    assert sleeper.wait() == -signal.SIGTERM
    assert not process.exists()


def test_zombie_does_not_run_but_holds_its_id(sleeper):
    process = Process(sleeper.pid, started(sleeper.pid))
    sleeper.kill()
    assert wait_for_end(process, seconds=0.3)
    assert process.exists()
    assert not process.runs()
    sleeper.wait()
    assert not process.exists()


def test_process_that_is_being_killed_does_not_run(tmp_path):
    state = _start(tmp_path, "/bin/sleep", "600")
    os.kill(state.pid, signal.SIGKILL)
    assert not state.process.runs()
    wait_for_end(state.process, seconds=10.0)


def test_server_outlives_who_started_it_and_leads_a_session(tmp_path):
    state = _start(tmp_path, "/bin/sleep", "600")
    try:
        assert (state.version, state.port) == ("1.0", 1234)
        assert state.process.runs()
        assert os.getsid(state.pid) == state.pid
        parent = int(Path(f"/proc/{state.pid}/stat").read_text().rpartition(")")[2].split()[1])
        assert parent != os.getpid()
        assert memory_bytes(state.process) > 0
    finally:
        stop(state.process, signal.SIGTERM, seconds=5.0)
    assert memory_bytes(state.process) == 0


def test_stubborn_server_is_killed_with_its_descendants(tmp_path):
    state = _start(tmp_path, sys.executable, "-c", _STUBBORN)
    deadline = time.monotonic() + 20
    while len(session_members(state.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(session_members(state.pid)) == 2
    time.sleep(0.2)
    stop(state.process, signal.SIGTERM, seconds=0.5)
    assert session_members(state.pid) == []


def test_program_that_is_missing_is_said_in_one_sentence(tmp_path):
    with pytest.raises(OperatorError, match=r"/nowhere/server lässt sich nicht starten: .*No such file"):
        _start(tmp_path, "/nowhere/server")


def test_server_gets_nothing_of_the_environment_but_what_it_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "1")
    state = _start(tmp_path, "/usr/bin/env")
    wait_for_end(state.process, seconds=10.0)
    log = (tmp_path / "server.log").read_text()
    assert "PATH=" in log
    assert "SECRET_OF_THE_CALLER" not in log


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_state_that_cannot_be_understood_counts_as_none(tmp_path, text):
    (tmp_path / "state.json").write_text(text)
    assert read_state(tmp_path / "state.json") is None


def test_state_is_read_as_written(tmp_path):
    state = ServerState("4.3.1", 19092, 4711, "boot:1")
    write_state(tmp_path / "state.json", state)
    assert read_state(tmp_path / "state.json") == state


def test_unused_port_has_no_listener():
    assert listener(1) is None
