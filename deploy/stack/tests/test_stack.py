"""What the stack promises, on a server that needs no download."""

import json
import os
import re
import signal
import socket

import pytest

from dms_stack.stack import Stack, Status
from dms_stack.state import read_state
from dms_standalone.errors import OperatorError


@pytest.fixture
def stack(stub_options, stub):
    stack = Stack(stub_options, [stub])
    yield stack
    stack.down(["kafka"])


def _pid(stack):
    return stack.status(["kafka"])[0].pid


def test_up_waits_until_the_server_does_its_work(stack, stub_options):
    stack.up(["kafka"])
    socket.create_connection(("127.0.0.1", stub_options.ports["kafka"]), timeout=1.0).close()
    assert _pid(stack)


def test_up_twice_changes_nothing(stack, data):
    stack.up(["kafka"])
    before = _pid(stack), (data / "stack/kafka.json").read_text()
    stack.up(["kafka"])
    assert (_pid(stack), (data / "stack/kafka.json").read_text()) == before


def test_up_starts_again_what_was_killed(stack):
    stack.up(["kafka"])
    killed = _pid(stack)
    os.kill(killed, signal.SIGKILL)
    stack.up(["kafka"])
    assert _pid(stack) not in {None, killed}


def test_down_ends_the_process_and_keeps_the_data(stack, data):
    stack.up(["kafka"])
    (data / "stack/kafka/kept").touch()
    process = read_state(data / "stack/kafka.json").process
    stack.down(["kafka"])
    assert not process.runs()
    assert (data / "stack/kafka/kept").exists()
    stack.down(["kafka"])
    assert _pid(stack) is None


def test_down_on_an_empty_folder_creates_nothing(stack, data):
    stack.down(["kafka"])
    assert not data.exists()


def test_taken_port_is_said_with_its_holder_and_the_setting(stack, stub_options):
    port = stub_options.ports["kafka"]
    with socket.create_server(("127.0.0.1", port)), pytest.raises(OperatorError) as refused:
        stack.up(["kafka"])
    assert str(port) in str(refused.value)
    assert f"Prozess {os.getpid()}" in str(refused.value)
    assert "DMS_STACK_KAFKA_PORT" in str(refused.value)


def test_server_that_ends_at_once_names_its_log(stub_options, stub, data):
    failing = type("Failing", (stub,), {"program": "raise SystemExit('no')"})
    with pytest.raises(OperatorError, match=re.escape(str(data / "stack/kafka.log"))):
        Stack(stub_options, [failing]).up(["kafka"])
    assert "no" in (data / "stack/kafka.log").read_text()


def test_server_that_never_gets_ready_says_why(stub_options, stub):
    deaf = type("Deaf", (stub,), {"program": "import time; time.sleep(600)", "ready_seconds": 0.5})
    stack = Stack(stub_options, [deaf])
    with pytest.raises(OperatorError, match=r"nicht bereit.*refused"):
        stack.up(["kafka"])
    stack.down(["kafka"])


def test_running_server_of_another_version_is_left_alone(stack, stub_options, stub):
    stack.up(["kafka"])
    newer = type("Newer", (stub,), {"version": "2.0"})
    with pytest.raises(OperatorError, match=r"läuft als 1\.0 .* verlangt ist 2\.0"):
        Stack(stub_options, [newer]).up(["kafka"])
    assert _pid(stack)


def test_what_a_server_needs_is_started_before_it_and_ended_after_it(stub_options, stub):
    events = []

    def noting(name, needs):
        def prepare(self):
            events.append(name)
            return stub.prepare(self)

        return type(name, (stub,), {"name": name, "needs": needs, "prepare": prepare})

    stack = Stack(stub_options, [noting("kafka", ("s3",)), noting("s3", ())])
    stack.up(["kafka"])
    assert events == ["s3", "kafka"]
    assert all(status.pid for status in stack.status(["kafka", "s3"]))
    stack.down(["kafka", "s3"])


def test_two_calls_at_once_do_not_meet(stack, stub_options, stub):
    with stack._folder.locked(), pytest.raises(OperatorError, match=f"Prozess {os.getpid()}"):
        Stack(stub_options, [stub]).up(["kafka"])


def test_endpoints_are_private_and_name_what_runs(stack, data, stub_options):
    stack.up(["kafka"])
    file = data / "stack/endpoints.json"
    assert json.loads(file.read_text()) == {"kafka": {"address": f"127.0.0.1:{stub_options.ports['kafka']}"}}
    assert file.stat().st_mode & 0o077 == 0


def test_status_line_has_name_version_port_process_and_memory():
    assert Status("keycloak", "26.7.5", 8180, 4711, 590_400_000).line() == "keycloak 26.7.5 8180 4711 590 MB"
    assert Status("kafka", "4.3.1", 19092, None, 0).line() == "kafka 4.3.1 19092 - -"


def test_status_shows_all_servers_in_their_order(options):
    lines = [
        status.line().split()[0]
        for status in Stack(options).status(["postgres", "kafka", "s3", "keycloak", "opensearch"])
    ]
    assert lines == ["kafka", "opensearch", "keycloak", "s3", "postgres"]


def test_start_waits_for_a_zombie_to_go(stack):
    stack.up(["kafka"])
    killed = read_state(stack._folder.state("kafka")).process
    os.kill(killed.pid, signal.SIGKILL)
    stack.up(["kafka"])
    assert not killed.exists()
    assert read_state(stack._folder.state("kafka")).process.runs()
