"""Verification of a receipt as an outsider does it: with the published keys and a library that did not sign it."""

import hashlib
import json
from typing import Any

import httpx
import jwt


def verified_quittung(url: str, quittung: str) -> dict[str, Any]:
    """Return the claims of a receipt whose signature, type and key are right."""
    header = jwt.get_unverified_header(quittung)
    assert header["typ"] == "registratur-quittung+jwt"
    assert header["alg"] == "ES256"
    keys = httpx.get(f"{url}/.well-known/jwks.json", timeout=10).json()["keys"]
    key = next(entry for entry in keys if entry["kid"] == header["kid"])
    assert header["kid"] == _thumbprint(key)
    claims: dict[str, Any] = jwt.decode(
        quittung, jwt.PyJWK(key, algorithm="ES256").key, algorithms=["ES256"], options={"verify_aud": False}
    )
    return claims


def _thumbprint(key: dict[str, str]) -> str:
    """Return the RFC 7638 thumbprint of an EC key."""
    canonical = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return jwt.utils.base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()
