"""The token verifier on the keys that a real Keycloak publishes, and on the tokens that it makes."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from dms_kit.adapters.oidc_verifier import OidcVerifier
from dms_kit.core.actor import Membership
from dms_kit.core.errors import UnauthenticatedError
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.contracts.token_verifier import MANDANT, TokenVerifierContract
from dms_kit.testing.issuer import FakeIssuer
from tests.harness.forged import FORGERIES, Forger
from tests.harness.keycloak import Keycloak, TestRealm

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

LEITUNG = "leitung-32"


class Line(httpx.AsyncHTTPTransport):
    """The way to Keycloak, which counts discoveries and can be cut."""

    def __init__(self) -> None:
        super().__init__()
        self.discoveries = 0
        self.cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.discoveries += request.url.path.endswith("/openid-configuration")
        if self.cut:
            # Nobody listens there: the refusal is the operating system's, as when Keycloak is stopped.
            request.url = request.url.copy_with(port=9)
        return await super().handle_async_request(request)


class RealIssuer(FakeIssuer):
    """Signs anything with a key that the realm publishes as its own; everything else is Keycloak's."""

    def __init__(self, realm: TestRealm, rsa: RSAKey, ec_kid: str, clock: ManualClock) -> None:
        super().__init__(realm.issuer, clock, rsa=rsa)
        self.ec = ECKey.generate_key("P-256", {"kid": ec_kid})
        self.line = Line()

    @property
    def away(self) -> bool:
        return self.line.cut

    @away.setter
    def away(self, away: bool) -> None:
        if hasattr(self, "line"):
            self.line.cut = away


@pytest.fixture(scope="module")
def published(realm: TestRealm) -> tuple[RSAKey, str]:
    """A key of ours that the realm publishes, and the name of one that it made itself."""
    return realm.publish(RSAKey.generate_key(2048)), realm.add_key("ecdsa-generated", "10")


def header_of(token: str) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    return header


class TestOidcVerifierOnKeycloak(TokenVerifierContract):
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(datetime.now(UTC))

    @pytest.fixture
    async def issuer(self, realm: TestRealm, published: tuple[RSAKey, str], clock: ManualClock) -> RealIssuer:
        return RealIssuer(realm, *published, clock)

    @pytest.fixture
    async def verifier(self, issuer: RealIssuer) -> AsyncIterator[OidcVerifier]:
        made = self.make_verifier(issuer)
        yield made
        await made.close()

    def make_verifier(self, issuer: RealIssuer) -> OidcVerifier:
        return OidcVerifier({issuer.url: MANDANT}, client=httpx.AsyncClient(transport=issuer.line), clock=issuer.clock)

    @pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
    async def test_three_algorithms_are_accepted(self, own_realm: TestRealm, alg: str) -> None:
        # Keycloak signs by itself here, since it takes no private key for two of them.
        provider = {"RS256": "rsa-generated", "PS256": "rsa-generated", "ES256": "ecdsa-generated"}[alg]
        own_realm.add_key(provider, "200", **({"algorithm": [alg]} if alg != "ES256" else {}))
        client = own_realm.api.get_client(str(own_realm.api.get_client_id("portal")))
        client["attributes"]["access.token.signed.response.alg"] = alg
        own_realm.api.update_client(client["id"], client)
        token = own_realm.portal()["access_token"]
        assert header_of(token)["alg"] == alg
        other = OidcVerifier({own_realm.issuer: MANDANT})
        assert (await other.verify(token)).mandant == MANDANT
        await other.close()

    async def test_new_key_is_fetched(self, verifier, issuer, realm: TestRealm, clock: ManualClock) -> None:
        await verifier.verify(realm.portal()["access_token"])
        kid = realm.add_key("rsa-generated", "1000")
        rotated = realm.portal()["access_token"]
        assert header_of(rotated)["kid"] == kid
        clock.advance(31)
        assert (await verifier.verify(rotated)).client == "portal"
        assert issuer.line.discoveries == 2

    async def test_keys_are_fetched_once_for_many_tokens(self, verifier, issuer, realm: TestRealm) -> None:
        for number in range(20):
            await verifier.verify(issuer.token(sub=f"person-{number}"))
        await verifier.verify(realm.portal()["access_token"])
        assert issuer.line.discoveries == 1

    async def test_unknown_keys_fetch_once_in_30_seconds(self, verifier, issuer, clock: ManualClock) -> None:
        await verifier.verify(issuer.token())
        clock.advance(31)
        for number in range(10):
            with pytest.raises(UnauthenticatedError):
                await verifier.verify(issuer.token(header={"kid": f"unknown-{number}"}))
        assert issuer.line.discoveries == 2

    async def test_cut_line_does_not_stop_verification(self, verifier, issuer, realm: TestRealm, clock) -> None:
        first, second = realm.portal()["access_token"], realm.person(LEITUNG)["access_token"]
        await verifier.verify(first)
        issuer.away = True
        assert (await verifier.verify(second)).sub
        for _hour in range(3):
            clock.advance(3600)
            assert (await verifier.verify(issuer.token())).mandant == MANDANT
            await asyncio.sleep(0.2)
        # It tried in vain each time, behind the back of those who asked.
        assert issuer.line.discoveries == 4

    async def test_tokens_of_each_client_are_accepted(self, verifier, realm: TestRealm) -> None:
        portal = await verifier.verify(realm.portal()["access_token"])
        assert (portal.client, portal.client_roles, portal.memberships) == ("portal", {"portal"}, frozenset())
        for tokens, client in ((realm.person(LEITUNG), "demo"), (realm.browser(LEITUNG), "workplace")):
            person = await verifier.verify(tokens["access_token"])
            assert (person.client, person.name, person.client_roles) == (client, "Karl-Heinz Löffler", frozenset())
            assert person.memberships == {Membership("32", "leitung")}

    async def test_tokens_for_another_purpose_are_refused(self, verifier, realm: TestRealm) -> None:
        tokens = realm.person(LEITUNG)
        for kind in ("id_token", "refresh_token"):
            with pytest.raises(UnauthenticatedError):
                await verifier.verify(tokens[kind])

    async def test_token_of_another_realm_is_refused(self, verifier, keycloak: Keycloak, own_realm: TestRealm) -> None:
        for token in (own_realm.portal()["access_token"], keycloak.master_token()):
            with pytest.raises(UnauthenticatedError):
                await verifier.verify(token)

    async def test_token_that_has_run_out_is_refused(self, verifier, realm: TestRealm, clock: ManualClock) -> None:
        token = realm.portal()["access_token"]
        await verifier.verify(token)
        clock.advance(320)
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(token)

    @pytest.mark.parametrize("forgery", FORGERIES)
    async def test_forged_token_is_refused(self, verifier, issuer, realm: TestRealm, forgery: str) -> None:
        forger = Forger(realm.person(LEITUNG)["access_token"], issuer.rsa, issuer.rsa.kid)
        assert (await verifier.verify(forger.signed())).mandant == MANDANT
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(FORGERIES[forgery](forger))
