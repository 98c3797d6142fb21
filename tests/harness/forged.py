"""Tokens that no service may take, made from an honest one; each is right but for what its name says."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey

from tests.harness.client import Origin

# One path of each service that answers every official, be it with 404.
READ_PATHS = {
    "ingest": "antraege/00000000-0000-7000-8000-000000000000",
    "records": "ich",
    "search": "suche?q=wort",
    "workflow": "aufgaben",
}


@dataclass(frozen=True)
class Forger:
    """Knows an honest token, and the issuer's private key, so that the signature is not what betrays a token."""

    honest: str
    key: RSAKey
    kid: str

    @property
    def claims(self) -> dict[str, Any]:
        """Return the claims of the honest token."""
        content = self.honest.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(content + "=="))
        return claims

    def signed(self, *, key: RSAKey | None = None, header: Mapping[str, Any] | None = None, **changed: Any) -> str:
        """Sign the honest claims with changes, as the issuer would."""
        protected = {"alg": "RS256", "typ": "JWT", "kid": self.kid, **(header or {})}
        content = f"{_part(protected)}.{_part({**self.claims, **changed})}"
        signature = jws.JWSRegistry.algorithms["RS256"].sign(content.encode(), key or self.key)
        return f"{content}.{_text(signature)}"

    def unsigned(self, algorithm: str) -> str:
        """Return the honest claims with a header that names another algorithm and without a signature."""
        return f"{_part({'alg': algorithm, 'typ': 'JWT', 'kid': self.kid})}.{_part(self.claims)}."

    def with_public_key_as_secret(self) -> str:
        """Return a token whose HMAC everybody can make who knows the published key."""
        content = self.unsigned("HS256").rstrip(".")
        secret = self.key.as_pem(private=False)
        return f"{content}.{_text(hmac.new(secret, content.encode(), 'sha256').digest())}"

    def with_foreign_content(self) -> str:
        """Return the honest signature below other claims."""
        header, _, signature = self.honest.split(".")
        return f"{header}.{_part({**self.claims, 'groups': ['/oe/00/leitung']})}.{signature}"

    def with_own_key(self, *, embedded: bool = False) -> str:
        """Return a token that a key of the forger's signed, which the header may bring along."""
        own = RSAKey.generate_key(2048)
        return self.signed(key=own, header={"jwk": own.as_dict(private=False)} if embedded else None)


FORGERIES: Mapping[str, Callable[[Forger], str]] = {
    "other realm": lambda forger: forger.signed(iss=f"{forger.claims['iss']}-fremd"),
    "wrong issuer": lambda forger: forger.signed(iss="https://login.example"),
    "issuer but for a slash": lambda forger: forger.signed(iss=f"{forger.claims['iss']}/"),
    "other audience": lambda forger: forger.signed(aud=["account"]),
    "no audience": lambda forger: forger.signed(aud=None),
    "alg none": lambda forger: forger.unsigned("none"),
    "alg None": lambda forger: forger.unsigned("None"),
    "alg RS256 without signature": lambda forger: forger.unsigned("RS256"),
    "HS256 with the public key": Forger.with_public_key_as_secret,
    "key of the forger": Forger.with_own_key,
    "key of the forger in the header": lambda forger: forger.with_own_key(embedded=True),
    "other content": Forger.with_foreign_content,
    "expired": lambda forger: forger.signed(exp=int(time.time()) - 60),
    "not valid yet": lambda forger: forger.signed(nbf=int(time.time()) + 3600),
    "ID token": lambda forger: forger.signed(typ="ID"),
    "ID token as issuers make it": lambda forger: forger.signed(typ="ID", aud=forger.claims["azp"]),
    "refresh token": lambda forger: forger.signed(typ="Refresh"),
    "no token": lambda _forger: "a.b.c",
}


def status_of(origin: Origin, path: str, token: str) -> int:
    """Return what a path below /api/v1 answers; a 401 must be a whole one."""
    answer = origin.http.get(f"{origin.url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["type"].endswith("/problems/nicht-angemeldet")
    return answer.status_code


def _part(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
