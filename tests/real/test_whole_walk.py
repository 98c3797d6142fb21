"""The same walk of one Antrag, on each real server alone and on all of them together."""

import os
import subprocess
import sys

import httpx
import pytest

from tests.harness.client import Origin, an_antrag, eventually
from tests.harness.files import a_text
from tests.harness.queues import members_in_kafka
from tests.harness.real import ALL, RealServers, issuer_of, origin_of
from tests.harness.server import ROOT, Server, free_port

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

_WALK = "tests/e2e/test_antrag_to_search_hit.py"


@pytest.mark.parametrize(
    "installation",
    [
        # First, so that the next test finds the same installation still there.
        pytest.param(ALL, id="all", marks=pytest.mark.port("whole walk", "all five")),
        *(pytest.param((name,), id=name, marks=pytest.mark.port("whole walk", f"{name} alone")) for name in ALL),
    ],
    indirect=True,
)
def test_the_same_walk_is_green(installation: Server) -> None:
    environment = {**os.environ, "DMS_E2E_URL": installation.url}
    if issuer := issuer_of(installation):
        environment["DMS_E2E_ISSUER"] = issuer
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", _WALK]
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout[-6000:] + installation.said()
    assert " passed" in outcome.stdout
    assert " skipped" not in outcome.stdout


@pytest.mark.port("processes", "two of each")
@pytest.mark.parametrize("installation", [pytest.param(ALL, id="all")], indirect=True)
def test_several_processes_of_one_service_share_the_work_and_file_everything_once(
    installation: Server, real_servers: RealServers
) -> None:
    ports = [free_port(), free_port()]
    settings = {**installation.environment(), **_printed(installation)}
    verbs = [("dms_ingest", "api", "--port", str(port)) for port in ports]
    verbs += [("dms_records", "consumers")]
    processes = [_start(words, {**settings, "DMS_KAFKA_INSTANCE": f"more-{n}"}) for n, words in enumerate(verbs)]
    try:
        with origin_of(installation) as origin:
            eventually(lambda: all(_listens(port) for port in ports), "both APIs answer", seconds=120)
            bootstrap = real_servers.endpoints["kafka"]["bootstrap"]
            eventually(lambda: members_in_kafka(bootstrap, "records") == 2, "two consumers share", seconds=120)
            before = _vorgaenge(origin)
            accepted = [_submit(origin, f"http://127.0.0.1:{port}") for _ in range(10) for port in ports]
            filed = [origin.wait_for(antrag_id, "durchsuchbar", "zugewiesen", seconds=180) for antrag_id in accepted]
            vorgaenge = _vorgaenge(origin)
        assert all(process.poll() is None for process in processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
    assert len({antrag["vorgang_id"] for antrag in filed}) == len(accepted)
    assert len({antrag["aktenzeichen"] for antrag in filed}) == len(accepted)
    assert vorgaenge - before == {antrag["vorgang_id"] for antrag in filed}


def _start(words: tuple[str, ...], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def _printed(installation: Server) -> dict[str, str]:
    command = [sys.executable, "-m", "dms_standalone", "env"]
    outcome = subprocess.run(command, cwd=ROOT, env=dict(installation.environment()), capture_output=True, check=True)
    return dict(line.split("=", 1) for line in outcome.stdout.decode().splitlines())


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _vorgaenge(origin: Origin) -> set[str]:
    return {vorgang["id"] for vorgang in origin.items("sachbearbeitung-32", "vorgaenge", limit=200)}


def _submit(origin: Origin, url: str) -> str:
    other = Origin(url, issuer=origin.issuer, http=origin.http, _tokens=origin._tokens)
    answer = other.submit(an_antrag(), [a_text("Nachweis")])
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
