"""Authorization codes with PKCE: each is good once, for a minute."""

import base64
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from dms_standalone.realm import Person

_SECONDS = 60.0
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a code stands for."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    scope: str
    person: Person
    expires: float


class Codes:
    """The codes that were given and not yet redeemed, in memory."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}

    def issue(
        self, *, client_id: str, redirect_uri: str, challenge: str, nonce: str, scope: str, person: Person
    ) -> str:
        """Return a fresh code."""
        now = time.monotonic()
        self._grants = {code: grant for code, grant in self._grants.items() if grant.expires > now}
        code = secrets.token_urlsafe(32)
        self._grants[code] = Grant(
            client_id=client_id,
            redirect_uri=redirect_uri,
            challenge=challenge,
            nonce=nonce,
            scope=scope,
            person=person,
            expires=now + _SECONDS,
        )
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Grant | None:
        """Return what a code stands for, or None; the code is burnt in any case."""
        grant = self._grants.pop(code, None)
        if grant is None or grant.expires <= time.monotonic():
            return None
        if grant.client_id != client_id or grant.redirect_uri != redirect_uri:
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return grant if hmac.compare_digest(challenge, grant.challenge) else None


def is_challenge(text: str) -> bool:
    """Say whether a text can be an S256 challenge."""
    return _CHALLENGE.fullmatch(text) is not None


def is_loopback(uri: str) -> bool:
    """Say whether a redirect goes to a program on this machine."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and not parts.fragment
