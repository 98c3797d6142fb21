"""Forged tokens, and honest ones for another purpose, sent to each service: 401."""

import pytest
from joserfc.jwk import RSAKey

from tests.harness.client import Origin
from tests.harness.forged import FORGERIES, READ_PATHS, Forger, status_of
from tests.harness.server import Server

OFFICIAL = "sachbearbeitung-32"


@pytest.fixture(scope="module")
def forger(server: Server, origin: Origin) -> Forger:
    key = RSAKey.import_key((server.data / "issuer.pem").read_bytes())
    return Forger(origin.token(OFFICIAL), key, key.thumbprint())


@pytest.mark.parametrize("service", READ_PATHS)
def test_token_that_the_forger_left_right_is_taken(origin: Origin, forger: Forger, service: str) -> None:
    assert status_of(origin, READ_PATHS[service], forger.signed()) == (404 if service == "ingest" else 200)


@pytest.mark.parametrize("service", READ_PATHS)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_token_is_refused(origin: Origin, forger: Forger, service: str, forgery: str) -> None:
    assert status_of(origin, READ_PATHS[service], FORGERIES[forgery](forger)) == 401
