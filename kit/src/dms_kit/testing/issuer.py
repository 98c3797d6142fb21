"""An OpenID Connect issuer as a test needs one: it signs anything, counts fetches and can be away."""

import json
from functools import cache
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64encode

from dms_kit.core.clock import Clock

AUDIENCE = "registratur-api"


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


@cache
def _rsa_key() -> RSAKey:
    # Making one takes up to half a second.
    return RSAKey.generate_key(2048, {"kid": "rsa-1"})


class FakeIssuer:
    """Serves discovery and keys through `transport` and makes tokens that are valid but for what a test changes."""

    def __init__(self, url: str, clock: Clock, *, rsa: RSAKey | None = None) -> None:
        self.url = url
        self.clock = clock
        self.away = False
        self.fetches = 0
        self.rsa = rsa or _rsa_key()
        self.ec = ECKey.generate_key("P-256", {"kid": "ec-1"})
        self.published: list[RSAKey | ECKey] = [self.rsa, self.ec]
        self.transport = httpx.MockTransport(self._answer)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Return the claims of a valid access token; a change to `None` leaves the claim out."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.url,
            "aud": ["account", AUDIENCE],
            "sub": "0b9f6f0e-1a34-4e4f-9f43-0e2f9b1d2c11",
            "iat": now,
            "exp": now + 300,
            "typ": "Bearer",
            "azp": "demo",
            "name": "Änne Müller",
            "preferred_username": "sachbearbeitung-32",
            "groups": ["/oe/32/sachbearbeitung"],
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self,
        *,
        key: RSAKey | ECKey | None = None,
        alg: str = "RS256",
        header: dict[str, Any] | None = None,
        **changed: Any,
    ) -> str:
        """Sign an access token with the RSA key, or as the test wants."""
        signer = key or self.rsa
        protected = {"alg": alg, "kid": signer.kid, "typ": "JWT", **(header or {})}
        return self.sign({name: value for name, value in protected.items() if value is not None}, changed, signer)

    def sign(self, header: dict[str, Any], changed: dict[str, Any], key: RSAKey | ECKey) -> str:
        """Sign these very headers, also those that no library would."""
        content = f"{_part(header)}.{_part(self.claims(**changed))}"
        signature = jws.JWSRegistry.algorithms[header["alg"]].sign(content.encode(), key)
        return f"{content}.{urlsafe_b64encode(signature).decode()}"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away", request=request)
        if request.url == f"{self.url}/.well-known/openid-configuration":
            self.fetches += 1
            return httpx.Response(200, json={"issuer": self.url, "jwks_uri": f"{self.url}/certs"})
        if request.url == f"{self.url}/certs":
            keys = [{"use": "sig", **key.as_dict(private=False)} for key in self.published]
            return httpx.Response(200, json={"keys": keys})
        return httpx.Response(404)
