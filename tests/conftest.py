"""Servers for the suites over HTTP; `tests.harness` is found from the repository's root."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness.client import Origin
from tests.harness.server import ROOT, SECOND_MANDANT, Server, fresh_folder, second_municipality


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of the whole session, with two Mandanten; skips where an outside one is named instead."""
    if "DMS_E2E_URL" in os.environ:
        pytest.skip("DMS_E2E_URL names a server that is not ours")
    folder = fresh_folder()
    demo = f"{ROOT / 'deploy/demo/dueren.yaml'},{second_municipality(folder)}"
    own = Server(data=folder / "data", DMS_DEMO=demo)
    try:
        yield own.start()
    finally:
        own.remove()


@pytest.fixture(scope="session")
def origin(request: pytest.FixtureRequest) -> Iterator[Origin]:
    """The origin under test: the session's server, or the one that DMS_E2E_URL names, with DMS_E2E_ISSUER's tokens."""
    url = os.environ.get("DMS_E2E_URL") or request.getfixturevalue("server").url
    with Origin(url, issuer=os.environ.get("DMS_E2E_ISSUER")) as called:
        yield called


@pytest.fixture(scope="session")
def neighbour(server: Server) -> Iterator[Origin]:
    """The same server, called by the second Mandant."""
    with Origin(server.url, SECOND_MANDANT) as called:
        yield called


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server of one test alone, not started yet."""
    own = Server()
    try:
        yield own
    finally:
        own.remove()
