"""Each service with a real Keycloak as its issuer: its tokens open, what it made for others and forged ones do not."""

import json
import uuid
from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey

from tests.harness.client import Origin, an_antrag, multipart
from tests.harness.forged import FORGERIES, READ_PATHS, Forger, status_of
from tests.harness.keycloak import TestRealm
from tests.harness.server import Server

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

OFFICIAL = "sachbearbeitung-32"


@pytest.fixture(scope="module")
def forger(realm: TestRealm) -> Forger:
    key = realm.publish(RSAKey.generate_key(2048))
    return Forger(realm.person(OFFICIAL)["access_token"], key, str(key.kid))


@pytest.fixture(scope="module")
def called(realm: TestRealm, forger: Forger) -> Iterator[Origin]:
    """An embedded installation that takes tokens of the realm, started once our key is among the published ones."""
    own = Server(DMS_ISSUERS=json.dumps({realm.issuer: "dueren"}))
    try:
        own.start(ready_within=240)
        with Origin(own.url) as origin:
            yield origin
    finally:
        own.remove()


@pytest.mark.parametrize("service", READ_PATHS)
def test_tokens_of_people_open_each_service(called: Origin, realm: TestRealm, forger: Forger, service: str) -> None:
    for token in (forger.honest, forger.signed(), realm.browser(OFFICIAL)["access_token"]):
        assert status_of(called, READ_PATHS[service], token) == (404 if service == "ingest" else 200)


def test_portal_sends_an_antrag(called: Origin, realm: TestRealm) -> None:
    headers = {"Authorization": f"Bearer {realm.portal()['access_token']}", "Idempotency-Key": str(uuid.uuid4())}
    answer = called.http.post(f"{called.url}/api/v1/antraege", files=multipart(an_antrag(), []), headers=headers)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("service", READ_PATHS)
def test_token_for_another_purpose_is_refused(
    called: Origin, realm: TestRealm, own_realm: TestRealm, service: str
) -> None:
    tokens = realm.person(OFFICIAL)
    other = own_realm.person(OFFICIAL)["access_token"]
    for token in (tokens["id_token"], tokens["refresh_token"], other, realm.keycloak.master_token()):
        assert status_of(called, READ_PATHS[service], token) == 401


@pytest.mark.parametrize("service", READ_PATHS)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_token_is_refused(called: Origin, forger: Forger, service: str, forgery: str) -> None:
    assert status_of(called, READ_PATHS[service], FORGERIES[forgery](forger)) == 401
