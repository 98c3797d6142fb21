"""What every token verifier promises."""

import base64
import hmac
import json
from abc import ABC, abstractmethod
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from dms_kit.core.actor import Membership
from dms_kit.core.errors import UnauthenticatedError, UnavailableError
from dms_kit.ports.token_verifier import TokenVerifier
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.issuer import AUDIENCE, FakeIssuer

MANDANT = "dueren"
WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "no audience": {"aud": None},
    "other audience": {"aud": ["account"]},
    "audience as a part of a word": {"aud": AUDIENCE + "-2"},
    "other issuer": {"iss": "https://else.where/realms/x"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject with NUL": {"sub": "a\x00b"},
    "subject that is no text": {"sub": 7},
    "no expiry": {"exp": None},
    "expiry that is no number": {"exp": "9999999999"},
    "expiry beyond time": {"exp": 10**30},
    "not before that is no number": {"nbf": "soon"},
    "ID token": {"typ": "ID"},
    "refresh token": {"typ": "Refresh"},
}


def unsigned(issuer: FakeIssuer, **header: Any) -> str:
    """Return a token without a signature."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', **header})}.{part(issuer.claims())}."


class TokenVerifierContract(ABC):
    """Bind it with `make_verifier`, for one issuer whose people belong to the Mandant `dueren`."""

    @abstractmethod
    def make_verifier(self, issuer: FakeIssuer) -> TokenVerifier:
        """Return the adapter under test; it takes clock and transport of the issuer."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        """Return the clock of issuer and verifier."""
        return ManualClock()

    @pytest.fixture
    def issuer(self, clock: ManualClock) -> FakeIssuer:
        """Return an issuer with one RSA and one EC key."""
        return FakeIssuer("https://login.example/realms/dueren", clock)

    @pytest.fixture
    def verifier(self, issuer: FakeIssuer) -> TokenVerifier:
        """Return a verifier without keys yet."""
        return self.make_verifier(issuer)

    async def test_claims_become_an_actor(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        groups = ["/oe/32/sachbearbeitung", "/oe/32.1/leitung", "/oe/32", "/x/32/leitung", "oe/1/leitung", 7]
        access = {AUDIENCE: {"roles": ["portal"]}, "account": {"roles": ["manage"]}}
        actor = await verifier.verify(issuer.token(groups=groups, resource_access=access))
        assert (actor.mandant, actor.name, actor.client) == (MANDANT, "Änne Müller", "demo")
        assert actor.sub == issuer.claims()["sub"]
        assert actor.memberships == {Membership("32", "sachbearbeitung"), Membership("32.1", "leitung")}
        assert actor.client_roles == {"portal"}

    @pytest.mark.parametrize("groups", ["/oe/32/leitung", {"a": 1}, [["/oe/32/leitung"]], ["/oe/3 2/leitung\n"]])
    async def test_groups_of_another_form_give_nothing(
        self, verifier: TokenVerifier, issuer: FakeIssuer, groups: Any
    ) -> None:
        actor = await verifier.verify(issuer.token(groups=groups, resource_access=[AUDIENCE]))
        assert (actor.memberships, actor.client_roles) == (frozenset(), frozenset())

    @pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
    async def test_three_algorithms_are_accepted(self, verifier: TokenVerifier, issuer: FakeIssuer, alg: str) -> None:
        key = issuer.ec if alg == "ES256" else issuer.rsa
        assert (await verifier.verify(issuer.token(alg=alg, key=key))).mandant == MANDANT

    async def test_audience_may_be_a_single_text(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        assert (await verifier.verify(issuer.token(aud=AUDIENCE))).mandant == MANDANT

    @pytest.mark.parametrize("fault", WRONG_CLAIMS)
    async def test_wrong_claim_is_refused(self, verifier: TokenVerifier, issuer: FakeIssuer, fault: str) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(**WRONG_CLAIMS[fault]))

    @pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS512", "EdDSA", "", None, 1])
    async def test_other_algorithms_are_refused(self, verifier: TokenVerifier, issuer: FakeIssuer, alg: Any) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(unsigned(issuer, alg=alg, kid=issuer.rsa.kid))

    async def test_public_key_is_no_shared_secret(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        signed = unsigned(issuer, alg="HS256", kid=issuer.rsa.kid).rstrip(".")
        code = hmac.new(issuer.rsa.as_pem(private=False), signed.encode(), "sha256").digest()
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(f"{signed}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}")

    async def test_algorithm_must_fit_the_key(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(header={"kid": issuer.ec.kid}))

    @pytest.mark.parametrize(
        "header", [{"crit": ["exp"]}, {"crit": ["kid"]}, {"kid": None}, {"kid": "unknown"}, {"typ": "dpop+jwt"}]
    )
    async def test_wrong_header_is_refused(
        self, verifier: TokenVerifier, issuer: FakeIssuer, header: dict[str, Any]
    ) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(header=header))

    async def test_embedded_key_is_ignored(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        own = RSAKey.generate_key(2048, {"kid": issuer.rsa.kid or ""})
        header = {"jwk": own.as_dict(private=False), "jku": "https://evil.example/keys"}
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(key=own, header=header))
        assert (await verifier.verify(issuer.token(header=header))).mandant == MANDANT

    async def test_changed_content_is_refused(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        honest, other = issuer.token().split("."), issuer.token(sub="someone-else").split(".")
        await verifier.verify(".".join(honest))
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(".".join([honest[0], other[1], honest[2]]))

    @pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "..", "a.b.c.d", "é.b.c", "e30.e30.e30", "[" * 9])
    async def test_text_that_is_no_token_is_refused(self, verifier: TokenVerifier, token: str) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(token)

    async def test_oversize_token_is_refused(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(issuer.token(padding="x" * 16_384))

    async def test_deep_token_is_refused(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        deep = base64.urlsafe_b64encode(b"[" * 9000).decode().rstrip("=")
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(f"{issuer.token().split('.')[0]}.{deep}.AAAA")

    async def test_token_ends_with_its_expiry(
        self, verifier: TokenVerifier, issuer: FakeIssuer, clock: ManualClock
    ) -> None:
        token = issuer.token()
        await verifier.verify(token)
        clock.advance(331)
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(token)

    async def test_token_waits_for_not_before(
        self, verifier: TokenVerifier, issuer: FakeIssuer, clock: ManualClock
    ) -> None:
        token = issuer.token(nbf=int(clock.now().timestamp()) + 60, exp=int(clock.now().timestamp()) + 300)
        with pytest.raises(UnauthenticatedError):
            await verifier.verify(token)
        clock.advance(60)
        assert (await verifier.verify(token)).mandant == MANDANT

    async def test_without_keys_the_verifier_is_unavailable(self, verifier: TokenVerifier, issuer: FakeIssuer) -> None:
        issuer.away = True
        with pytest.raises(UnavailableError):
            await verifier.verify(issuer.token())
        with pytest.raises(UnavailableError):
            await verifier.ping()

    async def test_known_keys_serve_while_the_issuer_is_away(
        self, verifier: TokenVerifier, issuer: FakeIssuer, clock: ManualClock
    ) -> None:
        await verifier.ping()
        issuer.away = True
        clock.advance(3600)
        assert (await verifier.verify(issuer.token())).mandant == MANDANT

    async def test_new_key_is_fetched(self, verifier: TokenVerifier, issuer: FakeIssuer, clock: ManualClock) -> None:
        await verifier.verify(issuer.token())
        fresh = ECKey.generate_key("P-256", {"kid": "ec-2"})
        issuer.published.append(fresh)
        clock.advance(31)
        assert (await verifier.verify(issuer.token(alg="ES256", key=fresh))).mandant == MANDANT
