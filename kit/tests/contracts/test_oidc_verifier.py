import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from dms_kit.adapters.oidc_verifier import OidcVerifier
from dms_kit.core.errors import UnauthenticatedError, UnavailableError
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.contracts.token_verifier import MANDANT, TokenVerifierContract
from dms_kit.testing.issuer import FakeIssuer


class TestOidcVerifier(TokenVerifierContract):
    def make_verifier(self, issuer: FakeIssuer) -> OidcVerifier:
        client = httpx.AsyncClient(transport=issuer.transport)
        return OidcVerifier({issuer.url: MANDANT}, client=client, clock=issuer.clock)

    async def test_unknown_kid_fetches_once_in_30_seconds(self, verifier, issuer, clock: ManualClock):
        await verifier.verify(issuer.token())
        stranger = ECKey.generate_key("P-256", {"kid": "x"})
        clock.advance(31)
        for _attempt in range(5):
            with pytest.raises(UnauthenticatedError):
                await verifier.verify(issuer.token(alg="ES256", key=stranger))
        assert issuer.fetches == 2
        clock.advance(31)
        issuer.away = True
        for _attempt in range(5):
            with pytest.raises(UnauthenticatedError):
                await verifier.verify(issuer.token(alg="ES256", key=stranger))
        issuer.away = False
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(alg="ES256", key=stranger))
        assert issuer.fetches == 2

    async def test_issuer_that_starts_later_is_asked_again_soon(self, verifier, issuer, clock: ManualClock):
        issuer.away = True
        with pytest.raises(UnavailableError):
            await verifier.verify(issuer.token())
        issuer.away = False
        clock.advance(1)
        assert (await verifier.verify(issuer.token())).mandant == MANDANT

    async def test_withdrawn_key_ends_its_tokens(self, verifier, issuer, clock: ManualClock):
        token = issuer.token(exp=int(clock.now().timestamp()) + 7200)
        await verifier.verify(token)
        issuer.published.remove(issuer.rsa)
        clock.advance(601)
        await verifier.verify(issuer.token(alg="ES256", key=issuer.ec))
        refresh = verifier._issuers[issuer.url].refresh
        await refresh
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(token)

    async def test_discovery_of_another_issuer_is_refused(self, issuer):
        client = httpx.AsyncClient(transport=issuer.transport)
        verifier = OidcVerifier({issuer.url + "/": MANDANT}, client=client, clock=issuer.clock)
        with pytest.raises(UnavailableError):
            await verifier.ping()

    async def test_remembered_tokens_are_bounded(self, issuer):
        client = httpx.AsyncClient(transport=issuer.transport)
        verifier = OidcVerifier({issuer.url: MANDANT}, client=client, clock=issuer.clock, known_tokens=3)
        for number in range(5):
            await verifier.verify(issuer.token(sub=f"person-{number}"))
        assert len(verifier._known) == 3

    async def test_an_issuer_names_only_its_own_mandant(self, issuer, clock: ManualClock):
        own_key = RSAKey.generate_key(2048, {"kid": "rsa-1"})
        neighbour = FakeIssuer("https://login.example/realms/nachbarstadt", clock, rsa=own_key)
        transport = httpx.MockTransport(lambda r: (issuer if issuer.url in str(r.url) else neighbour)._answer(r))
        mandanten = {issuer.url: "dueren", neighbour.url: "nachbarstadt"}
        verifier = OidcVerifier(mandanten, client=httpx.AsyncClient(transport=transport), clock=clock)
        assert (await verifier.verify(neighbour.token())).mandant == "nachbarstadt"
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(neighbour.token(iss=issuer.url))
