"""Tokens of the development issuer: what they claim and how they are signed."""

import time
import uuid
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from dms_standalone.realm import Client, Person
from dms_standalone.secrets import write_private

AUDIENCE = "registratur-api"
_ALGORITHM = "RS256"
_KEY_BITS = 2048


class Signer:
    """Signs with one RSA key, kept in a file of mode 600, so that tokens outlive a restart."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            self._key = RSAKey.import_key(path.read_bytes())
        else:
            self._key = RSAKey.generate_key(_KEY_BITS, private=True)
            write_private(path, self._key.as_pem(private=True))
        self._kid = self._key.thumbprint()

    def public_keys(self) -> dict[str, Any]:
        """Return the JWK set."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": _ALGORITHM}]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a compact JWS over the claims."""
        return jwt.encode({"alg": _ALGORITHM, "kid": self._kid, "typ": "JWT"}, claims, self._key)


def access_claims(issuer: str, client: Client, person: Person | None, *, seconds: int) -> dict[str, Any]:
    """Return the claims of an access token for a person, or for the client itself."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": [AUDIENCE],
        "azp": client.id,
        "typ": "Bearer",
        "iat": now,
        "exp": now + seconds,
        "jti": str(uuid.uuid4()),
    }
    if person is None:
        name = f"service-account-{client.id}"
        sub = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{issuer.rpartition('/')[2]}/{client.id}"))
        claims |= {"sub": sub, "preferred_username": name, "name": client.id, "groups": []}
    else:
        claims |= {
            "sub": person.sub,
            "preferred_username": person.username,
            "name": person.name,
            "groups": list(person.groups),
        }
    if client.roles and person is None:
        claims["resource_access"] = {AUDIENCE: {"roles": list(client.roles)}}
    return claims


def id_claims(issuer: str, client: Client, person: Person, nonce: str, *, seconds: int) -> dict[str, Any]:
    """Return the claims of an ID token."""
    now = int(time.time())
    claims: dict[str, Any] = {"iss": issuer, "sub": person.sub, "aud": client.id, "iat": now, "exp": now + seconds}
    claims |= {"preferred_username": person.username, "name": person.name}
    return {**claims, "nonce": nonce} if nonce else claims
